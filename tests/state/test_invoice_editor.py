"""The editor: live sums, one invoice per form, nothing typed is lost, and what hostile calls get."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from bookipi_app.models import Reference, SyncRecord
from bookipi_app.services import invoices
from bookipi_app.services.lists import ListQuery
from bookipi_app.state.invoice import InvoicePage
from bookipi_app.state.invoice_editor import InvoiceEditor
from tests.services.conftest import NOW
from tests.state.conftest import Room

HOSTILE: tuple[Any, ...] = (["a"], {"a": 1}, None, 7, b"x")


def editor(room: Room, invoice_id: str = "") -> Any:
    page = room.open(InvoiceEditor, invoice_id)
    room.run(page._open(room.run(page._me()), invoice_id))
    return page


def fill(room: Room, page: Any, name: str = "Grounds maintenance") -> None:
    room.do(page, "choose_customer", str(room.books.customer()))
    line = page.lines[0].id
    for cell, text in (("item_text", name), ("quantity", "4"), ("price", "384.10")):
        room.do(page, "set_line", line, cell, text)


def saved(room: Room) -> list[UUID]:
    with room.books.store.reading() as session:
        page = invoices.page(session, room.books.company_id, ListQuery())
        return [UUID(row.id) for row in page.rows]


def test_sums_follow_what_is_typed(room: Room) -> None:
    page = editor(room)
    fill(room, page)
    room.do(page, "set_taxable", page.lines[0].id, True)
    for name, text in (("discount_value", "5"), ("shipping", "45"), ("tax_rate", "8.25")):
        room.do(page, "set_field", name, text)
    assert page.lines[0].amount == "$1,536.40"
    assert (page.subtotal, page.discount, page.shipping_amount) == ("$1,536.40", "−$76.82", "$45.00")
    assert (page.tax, page.total) == ("$120.42", "$1,625.00")
    assert page.paper.due == page.total


def test_two_clicks_make_one_invoice(room: Room) -> None:
    page = editor(room)
    fill(room, page)
    room.do(page, "go_on")
    room.do(page, "go_on")
    assert len(saved(room)) == 1
    with room.books.store.reading() as session:
        detail = invoices.get(session, room.books.company_id, saved(room)[0])
    assert (detail.invoice.version, len(detail.lines)) == (1, 1)
    assert detail.lines[0].description == "Grounds maintenance"


def test_a_refused_save_keeps_the_text_and_says_where(room: Room) -> None:
    page = editor(room)
    line = page.lines[0].id
    for cell, text in (("item_text", "Mulch"), ("quantity", "minus two"), ("price", "9" * 30)):
        room.do(page, "set_line", line, cell, text)
    room.do(page, "go_on")
    row = page.lines[0]
    assert (row.item_text, row.quantity, row.price) == ("Mulch", "minus two", "9" * 30)
    assert row.quantity_problem
    assert row.price_problem
    assert page.problem.startswith("Not saved.")
    assert saved(room) == []


def test_continue_asks_for_a_customer_but_a_draft_does_not(room: Room) -> None:
    page = editor(room)
    room.do(page, "set_line", page.lines[0].id, "item_text", "Mulch")
    room.do(page, "set_line", page.lines[0].id, "price", "10")
    room.do(page, "go_on")
    assert "customer_id" in page.problems
    room.do(page, "save_draft")
    assert page.saved_words.startswith("Draft saved")
    assert len(saved(room)) == 1


def test_an_older_version_is_refused_with_words_and_the_text_stays(room: Room) -> None:
    page = editor(room)
    fill(room, page)
    room.do(page, "go_on")
    invoice_id = saved(room)[0]
    page = editor(room, str(invoice_id))
    room.do(page, "set_field", "po_number", "PO-7")
    change_elsewhere(room, invoice_id, notes="Gate code 4417")
    room.load(page)
    assert page.changed
    assert page.po_number == "PO-7"
    room.do(page, "go_on")
    assert page.po_number == "PO-7"
    room.do(page, "review_change")
    assert [row.label for row in page.review] == ["PO number", "Note to the customer"]
    room.do(page, "keep_mine")
    room.do(page, "go_on")
    with room.books.store.reading() as session:
        invoice = invoices.get(session, room.books.company_id, invoice_id).invoice
    assert (invoice.po_number, invoice.notes) == ("PO-7", "Gate code 4417")


def test_a_change_while_nothing_is_typed_is_simply_shown(room: Room) -> None:
    page = editor(room)
    fill(room, page)
    room.do(page, "go_on")
    page = editor(room, str(saved(room)[0]))
    change_elsewhere(room, saved(room)[0], notes="Gate code 4417")
    room.load(page)
    assert page.notes == "Gate code 4417"
    assert page.changed == ""


def change_elsewhere(room: Room, invoice_id: UUID, **values: str) -> None:
    with room.books.work() as session:
        form = replace(invoices.get(session, room.books.company_id, invoice_id).form, **values)
        invoices.save(
            session, room.books.company_id, invoice_id, form, issue=True, now=NOW, who="Another tab"
        )


def test_an_item_brings_its_words_and_price(room: Room) -> None:
    item_id = room.books.item("Hardwood mulch", "50.50")
    page = editor(room)
    line = page.lines[0].id
    room.do(page, "set_line", line, "item_text", "mulch")
    room.do(page, "choose_item", line, str(item_id))
    assert (page.lines[0].item_text, page.lines[0].price, page.total) == ("Hardwood mulch", "50.50", "$50.50")
    room.do(page, "set_line", line, "item_text", "Hardwood mulch, shredded")
    assert page.lines[0].item_id == ""


def test_lesson_05_a_number_taken_here_is_said_while_typing_with_the_next_free_one(room: Room) -> None:
    page = editor(room)
    fill(room, page)
    room.do(page, "set_field", "number", "INV-1001")
    room.do(page, "go_on")
    page = editor(room)
    room.do(page, "set_field", "number", "inv-1001")
    assert page.problems["number"] == (
        "INV-1001 is already the number of an invoice for Pecan Grove Apartments. Use INV-1002."
    )
    room.do(page, "set_field", "number", "INV-1002")
    assert ("number" in page.problems, page.number_words) == (False, "Not used here")


def test_lesson_05_a_number_taken_in_quickbooks_is_said_while_typing_with_the_next_free_one(
    room: Room,
) -> None:
    _number_there(room, room.books.connect(), "INV-1001", "130")
    page = editor(room)
    assert page.number == "INV-1002"
    room.do(page, "set_field", "number", "inv-1001")
    assert page.problems["number"] == "INV-1001 is already used in QuickBooks. Use INV-1002."
    room.do(page, "set_field", "number", "INV-1002")
    assert ("number" in page.problems, page.number_words) == (False, "Not used here, nor in QuickBooks")


def test_lesson_05_an_invoices_own_number_in_quickbooks_is_no_clash(room: Room) -> None:
    connection = room.books.connect()
    page = editor(room)
    fill(room, page)
    room.do(page, "go_on")
    [mine] = saved(room)
    _number_there(room, connection, "INV-1001", "130")
    with room.books.work() as session:
        record = session.exec(select(SyncRecord).where(SyncRecord.local_id == mine)).one()
        record.remote_id = "130"
    page = editor(room, str(mine))
    room.do(page, "set_field", "number", "INV-1001")
    assert "number" not in page.problems


def _number_there(room: Room, connection_id: UUID, number: str, remote_id: str) -> None:
    with room.books.work() as session:
        session.add(
            Reference(
                connection_id=connection_id, entity="invoice", remote_id=remote_id, name=number,
                name_key=number.casefold(),
            )
        )  # fmt: skip


def test_terms_make_the_due_date(room: Room) -> None:
    page = editor(room)
    room.do(page, "set_field", "issue_date", "2026-11-24")
    room.do(page, "set_field", "terms_name", "Net 15")
    assert (page.due_date, page.due_words) == ("2026-12-09", "Due Dec 9, 2026")


def test_a_customer_made_on_the_way_loses_nothing(room: Room) -> None:
    page = editor(room)
    room.do(page, "set_line", page.lines[0].id, "item_text", "Mulch")
    room.do(page, "search_customers", "Blue Heron")
    room.do(page, "create_customer")
    assert page.customer_texts["name"] == "Blue Heron"
    room.do(page, "save_customer", {"name": "Blue Heron Cafe"})
    assert page.buyer.name == "Blue Heron Cafe"
    assert page.lines[0].item_text == "Mulch"


def test_an_invoice_that_begins_anew_searches_for_nobody(room: Room) -> None:
    page = editor(room)
    name = "Barton Creek Homes"
    room.books.customer(name)
    room.do(page, "search_customers", "W" * 300)
    assert page.buyer_choices == []
    room.do(page, "start_afresh")
    assert page.buyer_search == ""
    room.do(page, "offer_customers", "")
    assert name in [choice.name for choice in page.buyer_choices]


@pytest.mark.parametrize("value", HOSTILE, ids=repr)
def test_what_is_no_text_finds_nothing(room: Room, value: Any) -> None:
    page = editor(room)
    line = page.lines[0].id
    calls = (
        ("set_field", "number", value),
        ("set_field", value, "x"),
        ("set_line", line, "price", value),
        ("set_line", value, "price", "1"),
        ("set_line", line, value, "1"),
        ("choose_customer", value),
        ("choose_item", line, value),
        ("remove_line", value),
        ("search_customers", value),
    )
    for handler, *args in calls:
        assert room.do(page, handler, *args) is not None, handler
    assert page.lines[0].price == ""


@pytest.mark.parametrize("name", ["_form", "record", "lines", "title", "__class__"])
def test_only_fields_can_be_set(room: Room, name: str) -> None:
    page = editor(room)
    assert room.do(page, "set_field", name, "x") is not None
    assert page.record == ""


def test_marking_paid_and_sending(room: Room) -> None:
    page = editor(room)
    fill(room, page)
    room.do(page, "go_on")
    invoice_id = saved(room)[0]
    shown = room.open(InvoicePage, str(invoice_id))
    room.load(shown)
    room.do(shown, "begin_payment")
    room.do(shown, "save_payment", {"amount": "99999", "paid_on": "", "method": ""})
    assert "amount" in shown.problems
    room.do(shown, "save_payment", {"amount": "36.40", "paid_on": "", "method": "Check"})
    assert shown.dialog == ""
    assert "not shared with QuickBooks" in shown.done_words
    room.do(shown, "mark_paid")
    assert shown.invoice.status == "paid"
    room.do(shown, "begin_send")
    room.do(shown, "send", {"to": "nobody"})
    assert "to" in shown.problems
    room.do(shown, "send", {"to": "ap@example.com", "message": ""})
    assert shown.dialog == ""


def test_an_unknown_invoice_is_not_found(room: Room) -> None:
    for address in ("0" * 32, "not-an-id", str(room.books.outside)):
        page = editor(room, address)
        assert page.missing
        shown = room.open(InvoicePage, address)
        room.load(shown)
        assert shown.missing
        assert room.do(shown, "mark_paid") is not None
