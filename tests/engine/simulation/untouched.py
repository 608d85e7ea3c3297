"""What no write of ours may touch: payments on both sides, and QuickBooks' own kinds of lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from sqlmodel import select

from bookipi_app.models import Connection, Customer, HistoryEntry, Invoice, Item
from bookipi_app.sandbox.company import linked_invoices
from tests.engine.simulation.faces import foreign_there
from tests.engine.simulation.journal import Journal
from tests.engine.simulation.world import Simulated
from tests.engine.world import START


def payments(
    world: Simulated, journal: Journal, invoices: Iterable[Invoice], paid: Counter[UUID]
) -> list[str]:
    """Payments that moved, appeared or went away, and whatever else the app wrote that is not its business."""
    commits = world.sandbox.world.commits
    kinds = {one.kind for one in commits if one.actor == "app:client" and not one.indirect}
    foreign = kinds - {"Customer", "Item", "Invoice"}
    wrong = [f"the app wrote {sorted(foreign)}"] if foreign else []
    there = {one.id: one for one in world.records_there("Payment") if one.created >= START}
    if set(there) != set(journal.payments_there):
        wrong.append(f"payments there: {sorted(there)}, made {sorted(journal.payments_there)}")
    wrong += [
        f"payment {key} is not applied as it was"
        for key, amount in journal.payments_there.items()
        if key in there and sum(linked_invoices(there[key].body).values()) != amount
    ]
    moved = [one for one in invoices if paid[one.id] != one.paid_cents]
    return wrong + [f"paid amount of {one.id} moved" for one in moved]


def unknown_fields(world: Simulated, journal: Journal) -> list[str]:
    """Fields that nobody here knows and that are not as the bookkeeper left them."""
    company = world.sandbox.company(world.realm)
    wrong: list[str] = []
    for (entity, key, name), value in journal.unknown.items():
        record = company.find(entity, key)
        if record is not None and (now := record.body.get(name)) != value:
            wrong.append(f"{name} of {entity} {key} was {value!r}, is {now!r}")
    return wrong


def mixed(world: Simulated, journal: Journal) -> list[str]:
    """Whatever of one account or company of QuickBooks got into another."""
    wrong = list(journal.mixed)
    own = f"/v3/company/{world.realm}/"
    strays = [path for _, path in world.requests if "/v3/company/" in path and not path.startswith(own)]
    if strays:
        wrong.append(f"requests to another company: {strays[:3]}")
    there = [one.kind for one in world.sandbox.world.commits if one.realm == world.other_realm]
    if there:
        wrong.append(f"written in another company of QuickBooks: {sorted(set(there))}")
    with world.database.reading() as session:
        for table in (Customer, Item, Invoice, HistoryEntry, Connection):
            found = select(table.id).where(table.company_id == world.other_company_id).limit(1)
            if session.exec(found).first() is not None:
                wrong.append(f"{table.__name__} of another account")
    return wrong


def foreign_lines(world: Simulated, journal: Journal) -> list[str]:
    """Lines of QuickBooks' own kinds that are not as the bookkeeper left them."""
    wrong: list[str] = []
    for record in world.records_there("Invoice"):
        then = journal.foreign.get(record.id)
        if then is None or not record.body["TotalAmt"]:
            continue
        if (now := foreign_there(world.shown(record))) != then:
            wrong.append(f"foreign lines of {record.id} were {then}, are {now}")
    return wrong
