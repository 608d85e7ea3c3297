"""A first push of older invoices: by a real worker, over a socket, beside Intuit's own limits and beside loops.

P1 has the limits on, in the sandbox and in the app, and stands beside the time that those limits alone take. P2 has
them off and stands beside a bare httpx loop. P3 has them off too, and an answer takes 150 ms, as at Intuit; beside it
python-quickbooks. Every contestant makes the same records, in turn, each time in a realm that is new, and a figure is
refused unless all realms end up with the same invoices.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from tests.bench import older, peers
from tests.bench.figures import Figure, at_most, beside, tell
from tests.bench.peers import Peer
from tests.bench.rooms import Account, Room, room, wait_until_still

SIZE, ROUNDS = 1000, 5
LATENCY = 0.15
PER_MINUTE, PER_SECOND, BATCHES = 500, 10, 40


def report(rounds: int | None, size: int | None = None) -> int:
    """Print the figures; 1 if a target is missed."""
    count, times = size or SIZE, max(1, rounds or ROUNDS)
    rows = [*_limited(count, times), *_overhead(count, times), *_distant(count, times)]
    tell(rows)
    return int(any(row.met is False for row in rows))


def floor(requests: int, per_minute: int) -> float:
    """Seconds that Intuit's limits leave for so many requests, if nothing else takes any."""
    full, rest = divmod(requests - 1, per_minute)
    return 60.0 * full + (rest + 1) / PER_SECOND


def pushed(account: Account, limits: bool) -> float:
    """Seconds from the wish to the last record that is synced in our database; and QuickBooks holds the same."""
    account.room.limit(limits)
    begun = time.monotonic()
    account.wake()
    account.wait()
    took = time.monotonic() - begun
    wait_until_still(account)
    account.room.limit(False)
    peers.require_equal(account, account.books)
    return took


def filled(room_: Room, count: int) -> Account:
    """A new company with so many invoices to bring over."""
    account = room_.company()
    older.ask_for(account, count)
    return account


def _limited(count: int, rounds: int) -> list[Figure]:
    times: list[float] = []
    refused: list[float] = []
    with room() as place:
        for _ in range(rounds):
            account = filled(place, count)
            times.append(pushed(account, limits=True))
            refused.append(_faults(account))
    batches, single = floor(-(-count // peers.BATCH), BATCHES), floor(count, PER_MINUTE)
    name = f"first push of {count:,}, limits on"
    return [
        beside("P1", f"{name}, floor of batches", "s", (times, [batches]), 1.25),
        beside("P1-single", f"{name}, floor of single calls", "s", (times, [single]), 0.05),
        at_most("P1-limited", f"{name}, refused by a limit", "requests", refused, 0),
    ]


def _faults(account: Account) -> float:
    counters = account.books.control("GET", "counters").get(account.books.realm, {})
    return float(counters.get("faults", 0))


def _overhead(count: int, rounds: int) -> list[Figure]:
    name = f"first push of {count:,}, limits off"
    with room(limits=False) as place:
        ours, loop, batches = _in_turn(place, count, rounds, (peers.bare_loop, peers.bare_batches))
    return [
        beside("P2", f"{name}, bare httpx loop", "s", (ours, loop), 1.0),
        beside("P2-batch", f"{name}, bare batches", "s", (ours, batches), 2.5),
    ]


def _distant(count: int, rounds: int) -> list[Figure]:
    name = f"first push of {count:,} at 150 ms"
    with room(limits=False) as place:
        slow = {"kind": "delay", "when": "before", "route": "^/v3/", "seconds": LATENCY, "count": 0}
        peers.new_realm(place).control("POST", "faults", slow)
        ours, loop, batches = _in_turn(place, count, rounds, (peers.public_loop, peers.public_batches))
    return [
        beside("P3", f"{name}, python-quickbooks save()", "s", (ours, loop), 0.2),
        beside("P3-batch", f"{name}, python-quickbooks batch_create", "s", (ours, batches), 1.0),
    ]


def _in_turn(place: Room, count: int, rounds: int, contestants: Sequence[Peer]) -> list[list[float]]:
    """The times of ours and of each contestant, all of them once a round."""
    times: list[list[float]] = [[] for _ in range(1 + len(contestants))]
    for _ in range(rounds):
        account = filled(place, count)
        times[0].append(pushed(account, limits=False))
        made = peers.creations(account)
        for found, contestant in zip(times[1:], contestants, strict=True):
            found.append(_of_peer(place, account, made, contestant))
    return times


def _of_peer(place: Room, account: Account, made: Sequence[peers.Creation], contestant: Peer) -> float:
    books = peers.new_realm(place)
    begun = time.monotonic()
    contestant(place, books, made)
    took = time.monotonic() - begun
    peers.require_equal(account, books)
    return took
