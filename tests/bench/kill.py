"""`kill -9` of the only worker somewhere in a first push, and a new one at once, beside a push that nobody disturbs.

The limits are on. Nothing may be lost and nothing doubled: a figure is refused unless QuickBooks ends up with exactly
the invoices of this side. A worker that starts asks QuickBooks about every company, and reads what changed lately: the
companies of the rounds before, with all that they just brought over, are disconnected, so that one push alone is timed.
"""

from __future__ import annotations

import statistics
import time
from random import Random

from tests.bench.figures import Figure, tell
from tests.bench.peers import require_equal
from tests.bench.push import SIZE, filled, pushed
from tests.bench.rooms import LOOK_SECONDS, Account, Room, room, wait_until_still

KILLS = 5
WORKER = "worker-sync-1"
FACTOR, MORE = 1.1, 5.0


def report(rounds: int | None, size: int | None = None) -> int:
    """Print the figure; 1 if its target is missed. Every round is one kill."""
    count, kills, chance = size or SIZE, max(1, rounds or KILLS), Random(7)
    quiet: list[float] = []
    struck: list[float] = []
    with room() as place:
        for _ in range(kills):
            undisturbed = filled(place, count)
            quiet.append(pushed(undisturbed, limits=True))
            undisturbed.leave()
            account = filled(place, count)
            struck.append(_struck(place, account, chance.uniform(0.05, 0.95)))
            account.leave()
    row = _judged(count, struck, quiet)
    tell([row])
    return int(not row.met)


def _judged(count: int, struck: list[float], quiet: list[float]) -> Figure:
    ours, peer = statistics.median(struck), statistics.median(quiet)
    limit = FACTOR * peer + MORE
    return Figure(
        "P10", f"push of {count:,}, its worker killed once, {len(struck)} kills", "s", ours, peer, ours / peer,
        f"≤ {FACTOR:g}× + {MORE:g} s", ours <= limit, f"{min(struck):.1f} to {max(struck):.1f}",
    )  # fmt: skip


def _struck(place: Room, account: Account, share: float) -> float:
    """The worker dies when this share of the records is synced; what began is ended by its successor alone."""
    place.limit(True)
    left = account.unsynced() * (1 - share)
    begun = time.monotonic()
    account.wake()
    while account.unsynced() > left:
        time.sleep(LOOK_SECONDS)
    place.cluster.kill(WORKER)
    place.cluster.start(WORKER)
    account.wait()
    took = time.monotonic() - begun
    wait_until_still(account)
    place.limit(False)
    require_equal(account, account.books)
    return took
