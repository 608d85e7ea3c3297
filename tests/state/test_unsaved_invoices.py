"""What is typed in an invoice's form is kept with every edit: it outlives the page, the tab and the server."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
import reflex as rx
from sqlmodel import Session, select

from bookipi_app.models import UnsavedInvoice
from bookipi_app.services.companies import add_company
from bookipi_app.state.invoice_editor import InvoiceEditor
from tests.services.conftest import NOW
from tests.state.conftest import Room
from tests.state.test_invoice_editor import fill, saved


def arrive(room: Room, tab: str = "one", invoice_id: str = "") -> Any:
    """The page opens in a browser tab, on a server that remembers nothing."""
    room.root = rx.State()
    page = room.open(InvoiceEditor, invoice_id)
    InvoiceEditor._tab = lambda self: tab
    room.do(page, "arrive")
    return page


@pytest.fixture(autouse=True)
def own_tab(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(InvoiceEditor, "_tab", InvoiceEditor._tab)


def kept(room: Room) -> list[UnsavedInvoice]:
    with room.books.store.reading() as session:
        return list(session.exec(select(UnsavedInvoice)))


def texts(page: Any) -> tuple[Any, ...]:
    lines = [(line.id, line.item_text, line.quantity, line.price) for line in page.lines]
    return page.number, page.po_number, page.buyer.name, page.total, lines


def test_a_new_invoice_goes_on_in_its_tab_as_it_was(room: Room) -> None:
    page = arrive(room)
    fill(room, page)
    room.do(page, "set_field", "po_number", "PO-77")
    room.do(page, "set_line", page.lines[0].id, "quantity", "minus two")
    again = arrive(room)
    assert texts(again) == texts(page)
    assert "is here again" in again.goes_on
    assert again.lines[0].quantity_problem
    room.do(again, "set_line", again.lines[0].id, "quantity", "2")
    room.do(again, "go_on")
    assert len(saved(room)) == 1
    assert kept(room) == []
    assert arrive(room).buyer.name == ""


def test_what_was_typed_while_the_server_was_gone_comes_before_the_page_opens(room: Room) -> None:
    page = arrive(room)
    fill(room, page)
    line = page.lines[0].id
    room.root = rx.State()
    again = room.open(InvoiceEditor)
    room.do(again, "set_line", line, "quantity", "5")
    room.do(again, "set_field", "po_number", "PO-77")
    room.do(again, "arrive")
    assert (again.lines[0].id, again.lines[0].quantity, again.po_number) == (line, "5", "PO-77")
    assert again.total == "$1,920.50"


def test_another_tab_is_asked_and_makes_an_invoice_of_its_own(room: Room) -> None:
    first = arrive(room)
    fill(room, first)
    second = arrive(room, "two")
    assert (second.buyer.id, second.lines[0].item_text) == ("", "")
    assert "An invoice for" in second.offered
    room.do(second, "take_offered")
    assert second.total == first.total
    room.do(second, "set_field", "number", "INV-2000")
    room.do(second, "go_on")
    room.do(first, "go_on")
    assert len(saved(room)) == 2
    assert kept(room) == []


def test_what_is_discarded_is_not_offered_again(room: Room) -> None:
    fill(room, arrive(room))
    second = arrive(room, "two")
    room.do(second, "forget_offered")
    assert second.offered == ""
    assert arrive(room, "three").offered == ""


def test_starting_afresh_forgets_it(room: Room) -> None:
    fill(room, arrive(room))
    again = arrive(room)
    room.do(again, "start_afresh")
    assert (again.buyer.id, again.goes_on, kept(room)) == ("", "", [])


def test_what_is_typed_before_the_page_of_an_edit_has_opened_goes_on_in_it(room: Room) -> None:
    """From the form that was just saved a quick hand types into the next page before the server opens that."""
    page = arrive(room)
    fill(room, page)
    room.do(page, "go_on")
    invoice = str(saved(room)[0])
    room.do(page, "set_line", page.lines[0].id, "quantity", "5")
    edit = arrive(room, invoice_id=invoice)
    assert (edit.record, edit.lines[0].quantity, "is here again" in edit.goes_on) == (invoice, "5", True)
    other = arrive(room, "two", invoice)
    assert (other.lines[0].quantity, "Changes for" in other.offered) == ("4", True)
    room.do(edit, "go_on")
    assert kept(room) == []


def test_an_edit_goes_on_and_a_change_meanwhile_is_announced(room: Room) -> None:
    page = arrive(room)
    fill(room, page)
    room.do(page, "go_on")
    invoice = str(saved(room)[0])
    edit = arrive(room, invoice_id=invoice)
    room.do(edit, "set_field", "po_number", "PO-77")
    other = arrive(room, "two", invoice)
    assert "Changes for" in other.offered
    room.do(other, "set_field", "notes", "Gate code 4417")
    room.do(other, "go_on")
    again = arrive(room, "one", invoice)
    assert (again.po_number, again.notes) == ("PO-77", "")
    assert "while you were typing" in again.changed
    room.do(again, "go_on")
    assert "while you were typing" in again.changed
    room.do(again, "keep_mine")
    assert (again.po_number, again.notes) == ("PO-77", "Gate code 4417")
    room.do(again, "go_on")
    assert kept(room) == []


def test_what_says_again_what_is_saved_is_not_kept(room: Room) -> None:
    page = arrive(room)
    room.do(page, "set_field", "po_number", "PO-77")
    assert len(kept(room)) == 1
    room.do(page, "set_field", "po_number", "")
    assert kept(room) == []


def test_a_draft_that_was_saved_and_typed_on_goes_on(room: Room) -> None:
    page = arrive(room)
    fill(room, page)
    room.do(page, "save_draft")
    room.do(page, "set_field", "po_number", "PO-78")
    again = arrive(room)
    assert (again.po_number, again.record) == ("PO-78", str(saved(room)[0]))
    room.do(again, "save_draft")
    assert len(saved(room)) == 1


def test_another_companys_text_is_never_shown(room: Room) -> None:
    fill(room, arrive(room))
    [row] = kept(room)
    with room.books.store.transaction() as session:
        row.company_id = _other_company(session, room.books.company_id)
        session.add(row)
    assert arrive(room).goes_on == ""
    second = arrive(room, "two")
    assert second.offered == ""
    second._offered_key = str(row.key)
    room.do(second, "take_offered")
    room.do(second, "forget_offered")
    assert second.buyer.id == ""
    assert [one.key for one in kept(room)] == [row.key]


def _other_company(session: Session, company_id: UUID) -> UUID:
    from bookipi_app.models import Company

    mine = session.get(Company, company_id)
    assert mine
    return add_company(session, mine.user_id, name="Elsewhere", now=NOW).id
