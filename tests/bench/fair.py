"""One company brings thousands of invoices over while fifty others save one each, beside those fifty alone.

From the commit of a save to the commit that says *Synced*, with the limits on and one worker for all of them. The
fifty save at moments of their own, so that nearly each waits for a step of the big one and for nobody else; and once
more all at the same moment, when the last of them waits for the others in any case.
"""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime
from random import Random
from uuid import UUID

from sqlmodel import select

from bookipi_app.models import Connection, Flag, SyncRecord
from bookipi_app.services import customers
from bookipi_app.services.customer_form import CustomerForm
from tests.bench.figures import Figure, beside, tell
from tests.bench.peers import require_equal
from tests.bench.push import filled
from tests.bench.rooms import LOOK_SECONDS, Account, Room, room

OTHERS, SIZE, ROUNDS = 50, 2000, 5
A_SECOND = 5.0  # saves, at moments of their own
LIMIT = 1.3
PATIENCE = 120.0


def report(rounds: int | None, size: int | None = None) -> int:
    """Print the figure; 1 if its target is missed."""
    count, chance = size or SIZE, Random(11)
    found: dict[bool, tuple[list[float], list[float]]] = {at_once: ([], []) for at_once in (False, True)}
    carried: list[float] = []
    with room() as place:
        others = [place.company() for _ in range(OTHERS)]
        _saved_by_all(place, others, chance, at_once=True)  # also reads what a connection begins with
        for _ in range(max(1, rounds or ROUNDS)):
            for at_once, (ours, alone) in found.items():
                alone.append(_slowest_but_few(_saved_by_all(place, others, chance, at_once)))
                big = filled(place, count)
                place.limit(True)
                before = big.unsynced()
                big.wake()
                ours.append(_slowest_but_few(_saved_by_all(place, others, chance, at_once)))
                carried.append(before - big.unsynced())
                big.wait()
                place.limit(False)
                require_equal(big, big.books)
    rows = _rows(count, found, carried)
    tell(rows)
    return int(any(row.met is False for row in rows))


def _rows(
    count: int, found: dict[bool, tuple[list[float], list[float]]], carried: list[float]
) -> list[Figure]:
    name = f"{OTHERS} companies save one each while one brings {count:,}"
    return [
        beside("P11", f"{name}, {A_SECOND:.0f} a second: p95", "ms", found[False], LIMIT),
        beside("P11-at-once", f"{name}, all at once: p95", "ms", found[True], LIMIT),
        Figure("P11-bulk", f"{name}: carried meanwhile", "records", statistics.median(carried)),
    ]


def _slowest_but_few(times: list[float]) -> float:
    return statistics.quantiles(times, n=20, method="inclusive")[-1]


def _saved_by_all(place: Room, others: list[Account], chance: Random, at_once: bool) -> list[float]:
    """Milliseconds that each save waited; none may be left without an answer."""
    place.limit(True)
    waiting: dict[UUID, tuple[Account, float]] = {}
    times: list[float] = []
    for account in others:
        pause = time.monotonic() + (0.0 if at_once else chance.expovariate(A_SECOND))
        while time.monotonic() < pause:
            times += _arrived(place, waiting)
            time.sleep(min(LOOK_SECONDS, max(0.0, pause - time.monotonic())))
        saved = _save(account)
        waiting[saved] = (account, time.monotonic())
        account.wake()
    end = time.monotonic() + PATIENCE
    while waiting:
        assert time.monotonic() < end, f"{len(waiting)} saves did not travel"
        times += _arrived(place, waiting)
        time.sleep(LOOK_SECONDS)
    return times


def _save(account: Account) -> UUID:
    now = datetime.now(UTC)
    form = CustomerForm(name=f"Walk-in {now.timestamp()}")
    with account.room.database.transaction(account.company_id) as session:
        saved = customers.save(session, account.company_id, None, form, now=now, who="Ada")
        session.get_one(Connection, account.connection_id).wake += 1
    return saved.id


def _arrived(place: Room, waiting: dict[UUID, tuple[Account, float]]) -> list[float]:
    """How long those waited that are synced now; they wait no longer."""
    if not waiting:
        return []
    with place.database.reading() as session:
        synced = session.exec(
            select(SyncRecord.local_id).where(
                SyncRecord.local_id.in_(list(waiting)),  # type: ignore[union-attr]
                SyncRecord.flag == Flag.SYNCED,
            )
        ).all()
    now = time.monotonic()
    return [(now - waiting.pop(one)[1]) * 1000 for one in synced if one is not None]
