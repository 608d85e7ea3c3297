"""How soon a webhook is acknowledged, beside a bare Starlette route that echoes the same body under the same server.

The webhooks' own process takes 200 deliveries a second, each with one event of a connected company, and then one with
5,000 events: signed, stored before the 200, the connection woken through a real Redis. Both servers are loaded in turn
by one process that keeps to its schedule. There is no figure unless every event is stored exactly once.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlmodel import col, func, select

from bookipi_app.models import InboxEvent
from tests.bench.figures import Figure, Unequal, beside, percentile, tell, within
from tests.bench.rooms import Account, Room, room
from tests.bench.sandbox import bare

ROUNDS, SECONDS, A_SECOND = 5, 10, 200
MANY = 5_000
P99_MS, MANY_MS, TIMES = 25.0, 300.0, 3.0


@dataclass(frozen=True)
class Door:
    """Where deliveries go."""

    port: int
    path: str


def report(rounds: int | None) -> int:
    """Print the figures; 1 if a target is missed."""
    times = max(1, rounds or ROUNDS)
    with room(workers=0, webhooks=True) as place, bare() as echo:
        account = place.company()
        ours = Door(urlsplit(place.cluster.webhooks_url).port or 0, "/webhooks/quickbooks")
        rows = _rows(place, account, (ours, Door(echo.port, echo.path)), times)
    tell(rows)
    return int(any(row.met is False for row in rows))


def _rows(place: Room, account: Account, doors: Sequence[Door], rounds: int) -> list[Figure]:
    slow: list[list[float]] = [[], []]
    many: list[list[float]] = [[], []]
    for door in doors:
        _knock(place, account, door, "warm", A_SECOND)
    for number in range(rounds):
        for found, door in zip(slow, doors, strict=True):
            taken = _knock(place, account, door, f"round{number}", SECONDS * A_SECOND)
            found.append(percentile(taken, 99))
        for found, door in zip(many, doors, strict=True):
            found += _knock(place, account, door, f"many{number}", 1, MANY)
    _require_once(place, account, A_SECOND + rounds * (SECONDS * A_SECOND + MANY))
    name = f"a webhook's 200 at {A_SECOND}/s"
    return [
        within("P6", f"{name}, p99, a bare echo route", "ms", (slow[0], slow[1]), P99_MS),
        beside("P6-echo", f"{name}, p99, in times", "ms", (slow[0], slow[1]), TIMES),
        within("P6-many", f"one delivery of {MANY:,} events, a bare echo route", "ms", (many[0], many[1]), MANY_MS),
    ]  # fmt: skip


def _knock(
    place: Room, account: Account, door: Door, prefix: str, count: int, events: int = 1
) -> list[float]:
    """The milliseconds that each delivery took. The ids are the same at both doors."""
    told = [str(door.port), door.path, account.books.realm, place.cluster.settings.quickbooks_verifier_token]
    told += [prefix, str(count), str(A_SECOND), str(events)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.knock", *told], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]
    return json.loads(done.stdout)


def _require_once(place: Room, account: Account, wanted: int) -> None:
    """Ids are unique in the inbox: as many rows as events means that each is stored, once.

    Raises:
        Unequal: one is missing, or there is one that nobody sent.
    """
    mine = col(InboxEvent.realm_id) == account.books.realm
    with place.database.reading() as session:
        found = session.exec(select(func.count()).select_from(InboxEvent).where(mine)).one()
    if found != wanted:
        raise Unequal(f"{wanted} events were acknowledged and {found} are stored")
