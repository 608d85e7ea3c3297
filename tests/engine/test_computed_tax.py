"""Tax as QuickBooks works it out: a difference is shown, its tax can be taken, nothing is sent back by itself."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlmodel import select

from bookipi_app.models import Connection, Flag, Invoice, Kind, TaxSending
from bookipi_app.services import decisions
from tests.engine import person
from tests.engine.test_main_job import lines
from tests.engine.world import WHO, World, money


def worked_out_there(world: World, rate: str) -> UUID:
    """An invoice whose tax QuickBooks worked out itself; our rate is another one."""
    with world.database.transaction() as session:
        session.exec(select(Connection)).one().tax_sending = TaxSending.AS_COMPUTED
    [line] = lines(("1", "100"))
    taxable = replace(line, taxable=True)
    invoice = world.invoice(world.customer(), taxable, tax_mode="exclusive", tax_rate=rate)
    person.settle(world)
    return invoice.id


def test_the_difference_is_shown_and_theirs_is_taken_on_request(world: World) -> None:
    invoice_id = worked_out_there(world, "1")
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.DIFFERS
    asked = person.question(world, Kind.INVOICE, invoice_id)
    assert [one.answer for one in asked.options] == ["theirs", "leave"]
    with world.database.transaction() as session:
        decisions.answer_tax(
            session, world.company_id, asked.record_id, "theirs", asked.pair, now=world.now, who=WHO
        )
    with world.still():
        person.settle(world)
    remote_id = world.record(Kind.INVOICE, local_id=invoice_id).remote_id or ""
    there = money(world.get("Invoice", remote_id)["TotalAmt"])
    assert world.here(Invoice, invoice_id).total_cents == int(there * 100)
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED


def test_the_difference_is_sent_by_nobody(world: World) -> None:
    worked_out_there(world, "1")
    with world.still():
        person.settle(world)
