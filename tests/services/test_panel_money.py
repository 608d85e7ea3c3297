"""What a record's panel says of money: both totals side by side, and what a person can do about a difference."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from bookipi_app.errors import InvalidInput
from bookipi_app.models import Connection, Flag, Invoice, Kind, SyncRecord, TaxSending
from bookipi_app.services import decisions, invoices, money_choices, needs
from bookipi_app.services.invoice_form import InvoiceForm, LineForm
from bookipi_app.services.panel import Panel, panel_of
from tests.services.conftest import NOW, WHO, Books
from tests.services.test_decisions import record
from tests.services.test_forecasts import connect

PARTS = ("subtotal", "discount", "shipping", "tax", "total")


def invoice(books: Books, **texts: Any) -> UUID:
    line = LineForm(description="Grounds maintenance", quantity="1", price="100", taxable=True)
    form = InvoiceForm(customer_id=str(books.customer()), lines=[line], **texts)
    with books.work() as session:
        return invoices.save(session, books.company_id, None, form, issue=True, now=NOW, who=WHO).id


def differs(books: Books, cause: str, here: tuple[int, ...], there: tuple[int, ...], **texts: Any) -> Panel:
    """The panel of an invoice whose two totals were compared so."""
    parts = [{"name": name, "here": a, "there": b} for name, a, b in zip(PARTS, here, there, strict=True)]
    columns = {"flag": Flag.DIFFERS, "cause": cause, "reason": "Why.", "detail": {"parts": parts}}
    return panel(books, invoice(books, **texts), **columns)


def panel(books: Books, invoice_id: UUID, **columns: Any) -> Panel:
    """The panel of an invoice with these columns of its sync record."""
    with books.store.reading() as session:
        connected = session.exec(select(Connection)).first() is not None
    if not connected:
        connect(books)
    record(books, invoice_id, **columns, kind=Kind.INVOICE)
    with books.store.reading() as session:
        return panel_of(session, Kind.INVOICE, session.get_one(Invoice, invoice_id), now=NOW)


def columns(shown: Panel) -> list[tuple[str, str, str, str]]:
    return [(row.label, row.here, row.there, row.difference) for row in shown.compared]


def answers(shown: Panel) -> list[str]:
    return [option.answer for option in shown.asks.options]


def test_recalculated_tax_is_the_one_row_that_differs(books: Books) -> None:
    shown = differs(books, "tax_recalculated", (10000, 0, 0, 825, 10825), (10000, 0, 0, 900, 10900))
    assert columns(shown) == [
        ("Subtotal", "$100.00", "$100.00", "0"),
        ("Discount", "$0.00", "$0.00", "0"),
        ("Shipping", "$0.00", "$0.00", "0"),
        ("Sales tax", "$8.25", "$9.00", "+$0.75"),
        ("Total", "$108.25", "$109.00", "+$0.75"),
    ]
    assert [row.differs for row in shown.compared] == [False, False, False, True, True]
    assert (shown.asks.question, answers(shown)) == ("tax", ["theirs", "ours", "leave"])


def test_a_discount_that_quickbooks_dropped(books: Books) -> None:
    shown = differs(books, "discounts_off", (10000, 1000, 0, 0, 9000), (10000, 0, 0, 0, 10000))
    assert columns(shown)[1] == ("Discount", "$10.00", "$0.00", "−$10.00")
    assert columns(shown)[4] == ("Total", "$90.00", "$100.00", "+$10.00")
    assert (shown.asks.question, answers(shown)) == ("totals", ["leave"])


def test_shipping_that_quickbooks_dropped(books: Books) -> None:
    shown = differs(books, "shipping_off", (10000, 0, 4500, 0, 14500), (10000, 0, 0, 0, 10000))
    assert columns(shown)[2] == ("Shipping", "$45.00", "$0.00", "−$45.00")
    assert answers(shown) == ["leave"]


def test_shipping_on_an_ordinary_line_is_no_difference_of_its_own(books: Books) -> None:
    shown = differs(books, "automatic_tax", (10000, 0, 4500, 825, 15325), (14500, 0, 0, 900, 15400))
    assert columns(shown)[0] == ("Subtotal", "$100.00", "$145.00", "as a line")
    assert columns(shown)[2] == ("Shipping", "$45.00", "$0.00", "as a line")
    assert [row.label for row in shown.compared if row.differs] == ["Sales tax", "Total"]


def test_prices_that_contain_the_tax_travel_without_it(books: Books) -> None:
    shown = differs(
        books, "automatic_tax", (10000, 0, 0, 909, 10000), (9091, 0, 0, 900, 9991), tax_mode="inclusive", tax_rate="10"
    )  # fmt: skip
    assert columns(shown)[0] == ("Subtotal", "$100.00", "$90.91", "without tax")
    assert [row.label for row in shown.compared if row.differs] == ["Sales tax", "Total"]


def test_an_edit_of_the_lines_in_quickbooks_shows_every_part_that_moved(books: Books) -> None:
    shown = differs(books, "edited_in_quickbooks", (10000, 0, 0, 825, 10825), (12000, 500, 0, 950, 12450))
    assert [row.label for row in shown.compared if row.differs] == [
        "Subtotal",
        "Discount",
        "Sales tax",
        "Total",
    ]
    assert answers(shown) == ["leave"]


@pytest.mark.parametrize("cause", ["automatic_tax", "tax_rounding", "tax_code"])
def test_ours_is_offered_only_where_quickbooks_would_keep_it(books: Books, cause: str) -> None:
    connect(books, tax_sending=TaxSending.AS_COMPUTED)
    shown = differs(books, cause, (10000, 0, 0, 825, 10825), (10000, 0, 0, 900, 10900))
    assert answers(shown) == ["theirs", "leave"]


def test_left_as_it_is_it_is_off_the_list(books: Books) -> None:
    shown = differs(books, "automatic_tax", (10000, 0, 0, 825, 10825), (10000, 0, 0, 900, 10900))
    with books.work() as session:
        decisions.answer_tax(
            session, books.company_id, shown.asks.record_id, "leave", shown.asks.pair, now=NOW, who=WHO
        )
    with books.store.reading() as session:
        assert session.exec(select(SyncRecord).where(SyncRecord.kind == Kind.INVOICE)).one().left_as_is
        assert needs.needs(session, books.company_id, NOW) == ()


REFUSED = [
    ("deductible_tax", ["retry"], "Change the invoice"),
    ("discounts_off", ["retry"], "Change the invoice"),
    ("shipping_off", ["item", "retry"], "Change the invoice"),
    ("renamed_discount", ["discount", "something_else", "retry"], "Change the invoice"),
    ("not_a_discount", ["discount", "retry"], "Change the invoice"),
    ("default_item", ["retry"], "Choose the item"),
]


@pytest.mark.parametrize(("cause", "offered", "link"), REFUSED)
def test_an_invoice_that_never_travelled_leads_there_too(
    books: Books, cause: str, offered: list[str], link: str
) -> None:
    invoice_id = invoice(books)
    shown = panel(
        books, invoice_id, flag=Flag.NOT_SYNCED, cause=cause, reason="Why.", remote_id=None, detail=None
    )
    assert (shown.asks.question, answers(shown), shown.asks.way_words) == ("money", offered, link)
    assert re.fullmatch("Not synced · (tax|discount|shipping|item)", shown.flag_words)
    assert not shown.may_sync


def test_trying_again_looks_at_what_could_not_be_carried(books: Books) -> None:
    invoice_id = invoice(books)
    panel(books, invoice_id, flag=Flag.NOT_SYNCED, cause="shipping_off", remote_id=None, due_at=None)
    with books.work() as session:
        assert decisions.retry_all(session, books.company_id, now=NOW) == 1
    with books.store.reading() as session:
        found = session.exec(select(SyncRecord).where(SyncRecord.local_id == invoice_id)).one()
    assert found.due_at == NOW


@pytest.mark.parametrize(("cause", "offered", "link"), REFUSED)
def test_what_quickbooks_cannot_hold_leads_to_where_it_is_changed(
    books: Books, cause: str, offered: list[str], link: str
) -> None:
    invoice_id = invoice(books)
    shown = panel(
        books, invoice_id, flag=Flag.ATTENTION, cause=cause, reason="Why.", remote_id=None, detail=None
    )
    assert (shown.asks.question, answers(shown), shown.asks.way_words) == ("money", offered, link)
    assert shown.asks.way in (f"/invoices/{invoice_id}/edit", "/settings/integration")
    with books.store.reading() as session:
        [need] = needs.needs(session, books.company_id, NOW)
    assert (need.way, need.open_words) == (shown.asks.way, link)


def test_an_answer_counts_for_all_invoices(books: Books) -> None:
    panel(books, invoice(books), flag=Flag.ATTENTION, cause="renamed_discount", reason="Why.", remote_id=None)
    with books.work() as session:
        money_choices.settle_money(session, books.company_id, "discount", now=NOW)
    with books.store.reading() as session:
        assert session.exec(select(Connection)).one().discount_meaning == "discount"
        again = session.exec(select(SyncRecord).where(SyncRecord.kind == Kind.INVOICE)).one()
        assert again.due_at is not None


@pytest.mark.parametrize("answer", ["", "x", "unasked", "retry"])
def test_an_answer_that_is_none_is_refused(books: Books, answer: str) -> None:
    connect(books)
    with books.work() as session, pytest.raises(InvalidInput):
        money_choices.settle_money(session, books.company_id, answer, now=NOW)
