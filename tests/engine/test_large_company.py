"""One save, one news, one look cost the same however many records a company has: counted in SQLite's own steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bookipi_app.models import Connection, TaxSending
from bookipi_app.services.invoice_form import LineForm
from bookipi_app.sync import due
from tests.engine.large import counted, grow
from tests.engine.world import World

MANY = 600
SLACK = (
    100  # tens of steps: fifty invoices are read for their rates, and there are fewer at first; all are more
)
LINE = LineForm(description="Mulch", quantity="2", price="50.50")
FAR = timedelta(days=9)


def acts(world: World, number: int) -> dict[str, Callable[[], object]]:
    """What happens in a company all day, with names of its own each time."""
    customer, invoice = (
        world.customer(name=f"Buyer {number}"),
        world.invoice(world.customer(name=f"Other {number}"), LINE),
    )
    world.run()

    def look() -> None:
        with world.database.reading() as session:
            due.connections(session, world.now)

    def saved(save: Callable[[], object]) -> Callable[[], object]:
        return lambda: (save(), world.run())

    def heard(**fields: Any) -> Callable[[], object]:
        world.make("Customer", **fields)
        world.pass_time(minutes=3)
        return lambda: (world.deliver(), world.run())

    return {
        "a look of the timers": look,
        "an invoice": saved(lambda: world.invoice(customer, LINE)),
        "an edit": saved(lambda: world.edit(invoice.id, memo="Gate code")),
        "a customer": saved(lambda: world.customer(customer.id, name=customer.name, phone="512-555-0100")),
        "an item": saved(lambda: world.item(name=f"Mowing {number}")),
        "news": heard(
            DisplayName=f"Newcomer {number}", PrimaryEmailAddr={"Address": f"n{number}@example.com"}
        ),
    }


def taken(world: World, number: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, act in acts(world, number).items():
        with counted(world.database.engine) as work:
            act()
        found[name] = work.steps
    return found


@pytest.mark.parametrize(
    "sending", [TaxSending.AS_COMPUTED, pytest.param(TaxSending.AS_BILLED, marks=pytest.mark.long)]
)
def test_what_one_record_costs_does_not_grow_with_the_company(world: World, sending: TaxSending) -> None:
    if not world.database.url.startswith("sqlite"):
        pytest.skip("SQLite alone counts its steps.")
    world.feed_interval = FAR
    invoice = world.invoice(world.customer(), LINE)
    world.sync()
    with world.database.transaction() as session:
        session.connection().execute(
            update(Connection).values(
                tax_sending=sending, feed_due_at=world.now + FAR, preflight_due_at=world.now + FAR,
                compare_due_at=world.now + FAR,
                preferences={**(world.connection().preferences or {}), "SalesFormsPrefs": {"AllowShipping": False}},
            )
        )  # fmt: skip
    taken(world, 0)
    small = taken(world, 1)
    grow(world, invoice, MANY)
    large = taken(world, 2)
    assert {name: (small[name], steps) for name, steps in large.items() if steps > small[name] + SLACK} == {}
