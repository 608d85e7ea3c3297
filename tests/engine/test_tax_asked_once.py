"""QuickBooks works the tax out again: taken while nobody has the invoice, else asked once and never re-sent."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from bookipi_app.models import Flag, Invoice, Kind
from bookipi_app.services import activity, decisions, invoices
from bookipi_app.services.decisions import StaleQuestion
from tests.engine import person
from tests.engine.test_main_job import lines
from tests.engine.world import WHO, World, money


def taxed(world: World, how: str) -> tuple[UUID, str]:
    """An invoice on both sides, its tax then set to another amount in QuickBooks; how it was handed out here."""
    [line] = lines(("1", "100"))
    taxable = replace(line, taxable=True)
    invoice = world.invoice(world.customer(), taxable, number="INV-7", tax_mode="exclusive", tax_rate="8.25")
    world.sync()
    with world.database.transaction() as session:
        if how == "sent":
            invoices.send(
                session, world.company_id, invoice.id, to="a@b.example", message="", now=world.now, who=WHO
            )
        if how == "paid":
            invoices.mark_paid(session, world.company_id, invoice.id, now=world.now, who=WHO)
    remote_id = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    there = world.get("Invoice", remote_id)
    detail = {"TotalTax": Decimal("9.00"), "TxnTaxCodeRef": there["TxnTaxDetail"].get("TxnTaxCodeRef")}
    world.change("Invoice", remote_id, CustomerRef=there["CustomerRef"], PrivateNote="seen",
                 TxnTaxDetail={key: value for key, value in detail.items() if value})  # fmt: skip
    assert money(world.get("Invoice", remote_id)["TxnTaxDetail"]["TotalTax"]) == 9
    world.sync()
    return invoice.id, remote_id


def test_on_an_unsent_invoice_it_is_taken(world: World) -> None:
    invoice_id, _ = taxed(world, "unsent")
    person.settle(world)
    invoice = world.here(Invoice, invoice_id)
    assert (invoice.tax_cents, invoice.total_cents, invoice.memo) == (900, 10900, "seen")
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED


@pytest.mark.parametrize("how", ["sent", "paid"])
def test_on_a_sent_or_paid_one_it_is_asked_and_nothing_is_sent(world: World, how: str) -> None:
    invoice_id, remote_id = taxed(world, how)
    person.settle(world)
    asked = person.question(world, Kind.INVOICE, invoice_id)
    assert (asked.question, [one.answer for one in asked.options]) == ("tax", ["theirs", "ours", "leave"])
    shown = {part.label: (part.here, part.there) for part in asked.parts if part.differs}
    assert shown == {"Sales tax": ("$8.25", "$9.00"), "Total": ("$108.25", "$109.00")}
    assert world.here(Invoice, invoice_id).total_cents == 10825
    assert money(world.get("Invoice", remote_id)["TotalAmt"]) == 109


def say(world: World, invoice_id: UUID, answer: str) -> None:
    asked = person.question(world, Kind.INVOICE, invoice_id)
    with world.database.transaction() as session:
        decisions.answer_tax(
            session, world.company_id, asked.record_id, answer, asked.pair, now=world.now, who=WHO
        )


@pytest.mark.parametrize("how", ["sent", "paid"])
def test_theirs_is_taken_on_request(world: World, how: str) -> None:
    invoice_id, _ = taxed(world, how)
    say(world, invoice_id, "theirs")
    with world.still():
        person.settle(world)
    assert world.here(Invoice, invoice_id).total_cents == 10900
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED


@pytest.mark.parametrize("how", ["sent", "paid"])
def test_ours_is_sent_once_on_request(world: World, how: str) -> None:
    invoice_id, remote_id = taxed(world, how)
    say(world, invoice_id, "ours")
    person.settle(world)
    assert world.here(Invoice, invoice_id).total_cents == 10825
    assert money(world.get("Invoice", remote_id)["TotalAmt"]) == Decimal("108.25")
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED


def test_left_as_it_is_it_still_says_so_but_asks_nobody(world: World) -> None:
    invoice_id, _ = taxed(world, "sent")
    say(world, invoice_id, "leave")
    with world.still():
        person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice_id)
    assert (record.flag, record.left_as_is) == (Flag.DIFFERS, True)
    with world.database.reading() as session:
        assert activity.needs_you(session, world.company_id, world.now) == []


def test_an_answer_to_an_older_question_is_refused(world: World) -> None:
    invoice_id, _ = taxed(world, "sent")
    asked = person.question(world, Kind.INVOICE, invoice_id)
    world.edit(invoice_id, notes="moved on")
    with world.database.transaction() as session, pytest.raises(StaleQuestion):
        decisions.answer_tax(
            session, world.company_id, asked.record_id, "theirs", asked.pair, now=world.now, who=WHO
        )


@pytest.mark.parametrize("answer", ["theirs", "ours"])
def test_an_answer_that_was_overtaken_by_an_edit_is_not_carried_out(world: World, answer: str) -> None:
    """It was about the invoice as it was then: it is asked again about the one of now."""
    invoice_id, remote_id = taxed(world, "sent")
    say(world, invoice_id, answer)
    world.edit(invoice_id, notes="moved on")
    person.settle(world)
    assert world.here(Invoice, invoice_id).total_cents == 10825
    there = world.get("Invoice", remote_id)
    assert (money(there["TotalAmt"]), there["CustomerMemo"]["value"]) == (109, "moved on")
    assert person.question(world, Kind.INVOICE, invoice_id).question == "tax"
