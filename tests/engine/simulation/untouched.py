"""What no write of ours may touch: payments on both sides, and QuickBooks' own kinds of lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from bookipi_app.models import Invoice
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
