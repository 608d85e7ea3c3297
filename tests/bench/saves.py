"""From a person's save to QuickBooks, beside a bare POST of the same invoice at the moment of a save; idle otherwise.

Saves come at random moments, two a second. Ours begins with the service call, goes over the commit, RQ and a real
worker, and ends when the sandbox has committed; a bare POST of a pooled httpx client follows half-way to the next
save, into a realm of its own, and is stamped by the same sandbox. No figure unless both realms hold the same invoices.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from uuid import UUID

import httpx
from sqlmodel import select

from bookipi_app.models import Customer
from bookipi_app.services import customers
from bookipi_app.services.customer_form import CustomerForm
from tests.bench.figures import Figure, percentile, tell, within
from tests.bench.older import invoice_for
from tests.bench.peers import Creation, client_of, creations, new_realm, require_equal
from tests.bench.rooms import Account, Room, room, wait_until_still
from tests.stories.books import Books

ROUNDS, SIZE = 5, 100  # saves of a round
A_SECOND = 2.0
P95_MORE, P99_MORE = 50.0, 150.0
WARM = 3


@dataclass
class Taken:
    """Milliseconds from the beginning of each save, or POST, to its commit in the sandbox."""

    ours: list[float] = field(default_factory=list[float])
    bare: list[float] = field(default_factory=list[float])


def report(rounds: int | None, size: int | None = None) -> int:
    """Print the figures; 1 if a target is missed."""
    found = [Taken() for _ in range(max(1, rounds or ROUNDS))]
    with room() as place:
        for number, taken in enumerate(found):
            _round(place, Random(number), size or SIZE, taken)
    rows = [_row(found, "P4", 95, P95_MORE), _row(found, "P4-p99", 99, P99_MORE)]
    tell(rows)
    return int(any(row.met is False for row in rows))


def _row(found: list[Taken], name: str, which: int, more: float) -> Figure:
    ours = [percentile(one.ours, which) for one in found]
    bare = [percentile(one.bare, which) for one in found]
    words = f"save → in QuickBooks, p{which}, a bare POST"
    return within(name, words, "ms", (ours, bare), more_than_peer=more)


def _round(place: Room, chance: Random, count: int, taken: Taken) -> None:
    """A company and a bare realm; the first few saves, which find everything cold, are not timed."""
    account, books = place.company(), new_realm(place)
    customer = _customer_there(account)
    begun: dict[str, float] = {}
    posted: dict[str, float] = {}
    with client_of(place, books) as http:
        _copy_customer(account, http)
        next_save = time.monotonic()
        for number in range(WARM + count):
            gap = chance.expovariate(A_SECOND)
            _until(next_save)
            begun[f"INV-{number:06}"] = time.time()
            _save(account, customer, number)
            _until(next_save + gap / 2)
            _post(account, http, number, posted)
            next_save += gap
    account.wait()
    wait_until_still(account)
    require_equal(account, books)
    taken.ours += _milliseconds(account.books, begun)
    taken.bare += _milliseconds(books, posted)


def _customer_there(account: Account) -> UUID:
    with account.room.database.transaction(account.company_id) as session:
        form, now = CustomerForm(name="Client 000", email="client0@example.com"), datetime.now(UTC)
        customer = customers.save(session, account.company_id, None, form, now=now, who="Ada")
    account.wake()
    account.wait()
    wait_until_still(account)
    return customer.id


def _copy_customer(account: Account, http: httpx.Client) -> None:
    for one in creations(account):
        http.post(f"/{one.entity.lower()}", content=one.body.encode()).raise_for_status()


def _save(account: Account, customer_id: UUID, number: int) -> None:
    with account.room.database.transaction(account.company_id) as session:
        customer = session.exec(select(Customer).where(Customer.id == customer_id)).one()
        invoice_for(session, account, customer, number)
    account.wake()


def _post(account: Account, http: httpx.Client, number: int, posted: dict[str, float]) -> None:
    """What the engine sent for this save; it has been sent by now, or is waited for."""
    name = f"INV-{number:06}"
    body = _found(
        lambda: next((one for one in creations(account)[-5:] if f'"{name}"' in one.body), None)
    ).body
    posted[name] = time.time()
    http.post("/invoice", content=body.encode()).raise_for_status()


def _found(look: Callable[[], Creation | None]) -> Creation:
    end = time.monotonic() + 60
    while (found := look()) is None:
        assert time.monotonic() < end, "the save was not sent"
        time.sleep(0.01)
    return found


def _until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


def _milliseconds(books: Books, begun: dict[str, float]) -> list[float]:
    """By number, from its beginning to the commit that made it."""
    rows = books.call("GET", "query", query="SELECT * FROM Invoice MAXRESULTS 1000")["QueryResponse"][
        "Invoice"
    ]
    commits = books.control("GET", "commits", realm=books.realm, last=1000)["commits"]
    made = {
        one["id"]: datetime.fromisoformat(one["time"]).timestamp()
        for one in reversed(commits)  # the first of each is left
        if one["entity"] == "Invoice"
    }
    times = {row["DocNumber"]: made[row["Id"]] for row in rows if row.get("DocNumber") in begun}
    return [(times[name] - moment) * 1000 for name, moment in sorted(begun.items())[WARM:]]
