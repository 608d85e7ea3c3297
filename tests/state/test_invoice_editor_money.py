"""The money of an invoice being written: taxes, discounts of lines, mistakes at their fields, ways out and back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from bookipi_app.models import Connection, Invoice, InvoiceLine
from bookipi_app.services import invoices
from bookipi_app.services.invoices import InvoiceForm, LineForm
from bookipi_app.state.integration import IntegrationState
from bookipi_app.state.invoice_editor import InvoiceEditor
from tests.services.conftest import NOW, WHO
from tests.services.test_forecasts import connect
from tests.state.conftest import Room
from tests.state.test_invoice_editor import HOSTILE, editor, fill, saved


def taxed(room: Room, **fields: str) -> Any:
    """One taxable line of $1,536.40, and these fields typed."""
    page = editor(room)
    fill(room, page)
    room.do(page, "set_taxable", page.lines[0].id, True)
    for name, text in fields.items():
        room.do(page, "set_field", name, text)
    return page


def stored(room: Room) -> Invoice:
    with room.books.store.reading() as session:
        return session.exec(select(Invoice)).one()


def test_a_second_tax_is_worked_out_beside_the_first(room: Room) -> None:
    page = taxed(room, tax_rate="8.25")
    room.do(page, "add_second_tax")
    assert (page.tax_name, page.tax2_name) == ("Sales tax", "Second tax")
    room.do(page, "set_field", "tax2_name", "City tax")
    room.do(page, "set_field", "tax2_rate", "1.5")
    assert (page.tax, page.tax2, page.total) == ("$126.75", "$23.05", "$1,686.20")
    assert [(row.label, row.amount) for row in page.paper.sums[1:]] == [
        ("Sales tax (8.25%)", "$126.75"),
        ("City tax (1.5%)", "$23.05"),
    ]
    room.do(page, "go_on")
    invoice = stored(room)
    assert (invoice.tax2_name, invoice.tax2_rate, invoice.tax2_cents) == ("City tax", 15_000_000, 2305)
    again = editor(room, str(invoice.id))
    assert (again.has_second_tax, again.tax2_rate, again.total) == (True, "1.5", "$1,686.20")
    room.do(again, "remove_second_tax")
    room.do(again, "go_on")
    assert (stored(room).tax2_rate, stored(room).total_cents) == (0, 166315)


@pytest.mark.parametrize(
    ("mode", "total", "label"),
    [
        ("exclusive", "$1,690.04", "Sales tax (10%)"),
        ("inclusive", "$1,536.40", "Sales tax included (10%)"),
        ("deductible", "$1,382.76", "Sales tax deducted (10%)"),
    ],
)
def test_tax_is_meant_in_three_ways(room: Room, mode: str, total: str, label: str) -> None:
    page = taxed(room, tax_rate="10", tax_mode=mode)
    assert page.total == total
    assert page.paper.sums[-1].label == label
    room.do(page, "go_on")
    assert stored(room).tax_mode == mode
    assert editor(room, str(stored(room).id)).tax_mode == mode


def test_shipping_is_taxed_where_it_is_said(room: Room) -> None:
    page = taxed(room, tax_rate="10", shipping="50")
    assert page.tax == "$153.64"
    room.do(page, "tax_shipping", True)
    assert page.tax == "$158.64"


def test_a_line_has_its_own_discount(room: Room) -> None:
    page = taxed(room)
    line = page.lines[0].id
    room.do(page, "discount_line", line, True)
    room.do(page, "set_line", line, "discount_value", "10")
    assert (page.lines[0].amount, page.total) == ("$1,382.76", "$1,382.76")
    assert page.paper.lines[0].description == "10% off"
    room.do(page, "choose_line_discount", line, "fixed")
    assert page.total == "$1,526.40"
    room.do(page, "set_line", line, "discount_value", "2000")
    assert page.lines[0].discount_problem == "The discount is larger than the amount it is taken from."
    room.do(page, "discount_line", line, False)
    assert (page.lines[0].discount_value, page.total) == ("", "$1,536.40")


LINE, WHOLE = "line", "whole"
BAD = [
    (LINE, "quantity", "1.0000000001", "Use at most 7 decimals."),
    (LINE, "price", "0.00000001", "Use at most 7 decimals."),
    (LINE, "price", "99999999999", "This comes to more than"),
    (LINE, "discount_value", "101", "Enter a percentage from 0 to 100."),
    (WHOLE, "discount_value", "101", "Enter a percentage from 0 to 100."),
    (WHOLE, "shipping", "-0.01", "This cannot be negative."),
    (WHOLE, "shipping", "1.005", "An amount has at most 2 decimals."),
    (WHOLE, "tax_rate", "1000", "Enter a percentage from 0 to 100."),
    (WHOLE, "tax2_rate", "-1", "Enter a percentage from 0 to 100."),
]


@pytest.mark.parametrize(("where", "name", "text", "words"), BAD)
def test_a_mistake_is_said_at_its_field_and_nothing_is_lost(
    room: Room, where: str, name: str, text: str, words: str
) -> None:
    connect(room.books)
    page = taxed(room, tax_rate="8.25")
    if name == "tax2_rate":
        room.do(page, "add_second_tax")
    if where is LINE:
        room.do(page, "set_line", page.lines[0].id, name, text)
    else:
        room.do(page, "set_field", name, text)
    for _ in ("typed", "refused"):
        problems = {
            key.rpartition(".")[2] if where is LINE else key: said for key, said in page.problems.items()
        }
        assert problems.keys() == {name}
        assert problems[name].startswith(words)
        assert getattr(page.lines[0] if where is LINE else page, name) == text
        assert page.forecast.kind == "unclear"
        room.do(page, "go_on")
    assert saved(room) == []


@pytest.mark.parametrize(
    ("fields", "total"),
    [
        ({"discount_value": "100"}, "$0.00"),
        ({"tax_rate": "0"}, "$1,536.40"),
        ({"tax_rate": "100"}, "$3,072.80"),
        ({"shipping": "0"}, "$1,536.40"),
    ],
)
def test_the_ends_of_what_is_possible_are_taken(room: Room, fields: dict[str, str], total: str) -> None:
    page = taxed(room, **fields)
    assert (page.total, page.problems) == (total, {})


def test_the_smallest_price_is_taken_and_comes_to_nothing(room: Room) -> None:
    page = taxed(room)
    room.do(page, "set_line", page.lines[0].id, "price", "0.0000001")
    assert (page.lines[0].amount, page.total, page.problems) == ("$0.00", "$0.00", {})


def test_a_discount_larger_than_everything_is_refused_at_its_field(room: Room) -> None:
    page = taxed(room)
    room.do(page, "choose_discount", "fixed")
    room.do(page, "set_field", "discount_value", "1536.41")
    assert set(page.problems) == {"discount_value"}
    assert (page.total, page.paper.due) == ("–", "–")


def test_a_total_beyond_every_limit_is_refused_at_the_total(room: Room) -> None:
    page = taxed(room)
    room.do(page, "add_line")
    for line in page.lines:
        room.do(page, "set_line", line.id, "quantity", "1")
        room.do(page, "set_line", line.id, "price", "90000000000")
    assert set(page.problems) == {"total"}
    room.do(page, "go_on")
    assert set(page.problems) == {"total"}
    assert [line.price for line in page.lines] == ["90000000000"] * 2


def test_no_old_sum_is_shown_for_what_does_not_add_up(room: Room) -> None:
    """A wrong price makes no second mistake of the discount that is taken from it."""
    page = taxed(room)
    line = page.lines[0].id
    room.do(page, "choose_line_discount", line, "fixed")
    room.do(page, "set_line", line, "discount_value", "10")
    room.do(page, "set_line", line, "price", "ten")
    assert (page.lines[0].price_problem != "", page.lines[0].discount_problem) == (True, "")
    assert page.total == "–"


def test_a_way_out_changes_the_form_and_can_be_undone(room: Room) -> None:
    connect(room.books, sales={"AllowDiscount": False})
    page = taxed(room, tax_rate="8.25", discount_value="7")
    assert page.forecast.kind == "will_not_sync"
    before = (page.lines, page.discount_value, page.total)
    room.do(page, "take_way", "turn_discount_into_line_discounts")
    assert (page.forecast.kind, page.total) == ("same", before[2])
    assert page.took == "The discount is on the lines now; the total stays."
    assert (page.discount_value, page.lines[0].discount_value) == ("", "107.55")
    room.do(page, "undo_way")
    assert (page.discount_value, page.total, page.took) == ("7", before[2], "")
    assert page.lines[0].discount_value == ""
    assert page.forecast.kind == "will_not_sync"


def test_after_an_edit_there_is_nothing_to_undo(room: Room) -> None:
    connect(room.books, sales={"AllowDiscount": False})
    page = taxed(room, discount_value="7")
    room.do(page, "take_way", "turn_discount_into_line_discounts")
    room.do(page, "set_field", "notes", "Thank you")
    assert page.took == ""
    room.do(page, "undo_way")
    assert (page.discount_value, page.notes) == ("", "Thank you")


def test_a_way_that_is_not_offered_says_so_and_changes_nothing(room: Room) -> None:
    connect(room.books)
    page = taxed(room, discount_value="7")
    room.do(page, "take_way", "remove_discount")
    assert (page.said.tone, page.discount_value, page.took) == ("bad", "7", "")


def test_a_forecast_follows_the_settings_while_the_page_is_open(room: Room) -> None:
    connect(room.books, sales={"AllowShipping": False})
    page = taxed(room, shipping="45")
    assert page.forecast.kind == "same"
    settings = room.open(IntegrationState)
    room.do(settings, "choose_shipping", "refuse")
    assert settings.said.words.startswith("Saved.")
    room.load(page)
    assert (page.forecast.kind, page.shipping) == ("will_not_sync", "45")


def as_quickbooks_billed(room: Room, rate: str) -> UUID:
    """An invoice whose tax is an amount that QuickBooks billed."""
    line = LineForm(description="Grounds maintenance", quantity="4", price="384.10", taxable=True)
    form = InvoiceForm(
        customer_id=str(room.books.customer()),
        lines=[line],
        tax_mode="exclusive",
        tax_rate=rate,
        tax_given="120.05",
    )
    with room.books.work() as session:
        return invoices.save(session, room.books.company_id, None, form, issue=True, now=NOW, who=WHO).id


@pytest.mark.parametrize("rate", ["", "8.25"])
def test_a_tax_as_quickbooks_billed_it_stands_until_money_is_edited(room: Room, rate: str) -> None:
    invoice_id = as_quickbooks_billed(room, rate)
    page = editor(room, str(invoice_id))
    assert (page.tax, page.total, page.tax_as_billed) == ("$120.05", "$1,656.45", True)
    room.do(page, "set_field", "notes", "Thank you")
    room.do(page, "go_on")
    invoice = stored(room)
    assert (invoice.notes, invoice.tax_cents, invoice.total_cents) == ("Thank you", 12005, 165645)
    page = editor(room, str(invoice_id))
    room.do(page, "set_line", page.lines[0].id, "quantity", "5")
    assert page.tax_as_billed is False
    room.do(page, "set_line", page.lines[0].id, "quantity", "4")
    assert (page.tax_as_billed, page.total) == (True, "$1,656.45")


def test_a_line_of_an_amount_alone_keeps_it_in_the_editor(room: Room) -> None:
    """QuickBooks may name an amount that is not quantity × price: the page shows what is stored."""
    invoice_id = as_quickbooks_billed(room, "8.25")
    with room.books.work() as session:
        line = session.exec(select(InvoiceLine)).one()
        line.amount_given_cents = line.amount_cents = 153645
        invoice = session.get_one(Invoice, invoice_id)
        invoice.subtotal_cents, invoice.total_cents = 153645, 165650
    page = editor(room, str(invoice_id))
    assert (page.lines[0].amount, page.total) == ("$1,536.45", "$1,656.50")


@pytest.mark.parametrize("value", HOSTILE, ids=repr)
def test_what_is_no_choice_finds_nothing(room: Room, value: Any) -> None:
    connect(room.books)
    page, settings = taxed(room), room.open(IntegrationState)
    line = page.lines[0].id
    for handler, *args in (
        ("take_way", value),
        ("discount_line", value, True),
        ("choose_line_discount", line, value),
        ("choose_line_discount", value, "fixed"),
    ):
        assert room.do(page, handler, *args) is not None, handler
    for handler in ("choose_shipping", "choose_discount"):
        assert room.do(settings, handler, value) is not None, handler
    room.do(page, "tax_shipping", value)
    assert page.shipping_taxable is False


@pytest.mark.parametrize("handler", ["choose_shipping", "choose_discount"])
@pytest.mark.parametrize("value", ["", "x", "unasked", "__class__"])
def test_a_choice_that_is_not_offered_is_refused_with_words(room: Room, handler: str, value: str) -> None:
    connect(room.books)
    settings = room.open(IntegrationState)
    room.do(settings, handler, value)
    assert (settings.said.tone, settings.said.words) == ("bad", "Choose one of these.")
    with room.books.store.reading() as session:
        connection = session.exec(select(Connection)).one()
    assert (connection.shipping_fallback, connection.discount_meaning) == ("item", "unasked")


def test_the_editor_of_another_company_is_not_shown(room: Room) -> None:
    page = room.open(InvoiceEditor, str(room.books.outside))
    room.run(page._open(room.run(page._me()), str(room.books.outside)))
    assert page.missing
