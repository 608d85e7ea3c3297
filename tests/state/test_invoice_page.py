"""The invoice's page without a browser: what it shows, two clicks for one act, and what hostile calls get."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from bookipi_app.errors import NotAllowed, NotFound
from bookipi_app.models import Invoice, Mail, Payment
from bookipi_app.services import companies, invoices, public_links
from bookipi_app.services.invoices import InvoiceForm, LineForm
from bookipi_app.settings import read_settings
from bookipi_app.state import app as app_state
from bookipi_app.state.ends import EndState
from bookipi_app.state.invoice import InvoicePage
from bookipi_app.state.mail import MailPage
from bookipi_app.state.settings import CompanyState, ProfileState
from tests.services.conftest import NOW, WHO
from tests.state.conftest import Room

HOSTILE: tuple[Any, ...] = (["a"], {"a": 1}, None, 7, True, "", "%", "1 OR 1=1", "x" * 10_000)


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = read_settings({"BOOKIPI_SECRET_KEY": "a key for tests"})
    monkeypatch.setattr(public_links, "settings", lambda: chosen)


def made(room: Room, company: UUID | None = None) -> Invoice:
    own, books = room.books.company_id, room.books
    books.company_id = company or own
    line = LineForm(description="Mulch", quantity="1", price="100")
    form = InvoiceForm(customer_id=str(books.customer(f"C{uuid4()}", email="ap@b.co")), lines=[line])
    with books.work() as session:
        invoice = invoices.save(session, books.company_id, None, form, issue=True, now=NOW, who=WHO)
    books.company_id = own
    return invoice


def opened(room: Room, invoice: Invoice) -> Any:
    page = room.open(InvoicePage, str(invoice.id))
    room.load(page)
    return page


def rows(room: Room, table: type[Any]) -> list[Any]:
    with room.books.store.reading() as session:
        return list(session.exec(select(table)).all())


def test_the_next_step_is_to_send_it_and_then_to_be_paid(room: Room) -> None:
    page = opened(room, made(room))
    assert (page.invoice.unsent, page.invoice.payable, page.invoice.email) == (True, True, "ap@b.co")
    assert page.invoice.link.endswith(public_links.key_of(rows(room, Invoice)[0]))
    room.do(page, "begin_send")
    room.do(page, "send", {"to": "ap@b.co", "message": "Hi", "subject": "", "copy": "on"})
    assert (page.dialog, page.invoice.unsent) == ("", False)
    assert page.mail_note == "On its way to ap@b.co, maria@example.com."


def test_two_clicks_on_send_and_on_add_payment_do_it_once(room: Room) -> None:
    page = opened(room, made(room))
    room.do(page, "begin_send")
    for _ in range(2):
        room.do(page, "send", {"to": "ap@b.co", "message": ""})
    assert len(rows(room, Mail)) == 1
    room.do(page, "begin_payment", "")
    for _ in range(2):
        room.do(page, "save_payment", {"amount": "40", "paid_on": "", "method": ""})
    assert [one.amount_cents for one in rows(room, Payment)] == [4_000]


def test_two_clicks_on_duplicate_make_one_draft(room: Room) -> None:
    invoice = made(room)
    ends = room.open(EndState)
    ends._opening_id = uuid4()
    for _ in range(2):
        room.do(ends, "duplicate", str(invoice.id))
    assert len(rows(room, Invoice)) == 2


def test_a_void_invoice_asks_for_nothing_on_its_sheet(room: Room) -> None:
    invoice = made(room)
    room.do(room.open(EndState), "void", str(invoice.id))
    page = opened(room, invoice)
    assert (page.paper.mark, page.paper.due_label, page.paper.due) == ("Void", "Nothing is owed", "$0.00")
    assert ("Total", "$100.00") in [(row.label, row.amount) for row in page.paper.sums]


def test_a_payment_is_corrected_and_removed(room: Room) -> None:
    page = opened(room, made(room))
    room.do(page, "mark_paid")
    assert page.invoice.receipt.endswith("?receipt=yes")
    (paid,) = page.payments
    room.do(page, "begin_payment", paid.id)
    room.do(page, "save_payment", {"amount": "60.00", "paid_on": paid.day, "method": "Check"})
    assert [(one.amount, one.method) for one in page.payments] == [("$60.00", "Check")]
    room.do(page, "begin_removal", paid.id)
    room.do(page, "remove_payment")
    assert (page.payments, page.invoice.receipt) == ([], "")
    assert page.invoice.owed_words.startswith("No payment yet. $100.00 ")


@pytest.mark.parametrize(
    ("begin", "act"),
    [
        ("begin_payment", ("save_payment", {"amount": "60.00", "paid_on": "2026-11-20", "method": ""})),
        ("begin_removal", ("remove_payment",)),
    ],
)
def test_what_another_window_made_of_a_payment_is_not_undone_unseen(
    room: Room, begin: str, act: tuple[Any, ...]
) -> None:
    invoice = made(room)
    page = opened(room, invoice)
    room.do(page, "mark_paid")
    (paid,) = page.payments
    room.do(page, begin, paid.id)
    with room.books.work() as session:
        told = {"amount": "40", "paid_on": "2026-11-20", "method": "Check", "now": NOW, "who": WHO}
        invoices.change_payment(session, room.books.company_id, invoice.id, paid.id, **told)
    assert room.do(page, *act) is not None  # words, and nothing done
    (row,) = rows(room, Payment)
    assert (row.amount_cents, row.method) == (4_000, "Check")
    room.load(page)
    room.do(page, begin, paid.id)
    room.do(page, *act)
    assert [one.amount_cents for one in rows(room, Payment)] in ([6_000], [])


def test_nobody_is_thanked_for_a_payment_of_nothing(room: Room) -> None:
    invoice = made(room)
    with room.books.work() as session:
        session.get_one(Invoice, invoice.id).total_cents = 0
    page = opened(room, invoice)
    assert page.invoice.subject.startswith("Invoice INV-1001 from")
    assert page.invoice.message.startswith("Here is invoice INV-1001 for $0.00")


def test_a_mistake_keeps_the_dialog_open(room: Room) -> None:
    page = opened(room, made(room))
    room.do(page, "begin_send")
    room.do(page, "send", {"to": "nobody", "subject": "a\nb", "message": ""})
    assert (page.dialog, set(page.problems)) == ("send", {"to", "subject"})


@pytest.mark.parametrize("handler", ["send", "save_payment", "begin_payment", "begin_removal", "send_again"])
@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value)[:12])
def test_what_is_no_answer_to_a_dialog_changes_nothing(room: Room, handler: str, value: Any) -> None:
    page = opened(room, made(room))
    room.do(page, "begin_send")
    room.do(page, handler, value)
    assert (rows(room, Mail), rows(room, Payment)) == ([], [])


def test_the_invoice_of_somebody_else_is_not_found(room: Room) -> None:
    foreign = made(room, room.books.outside)
    page = room.open(InvoicePage, str(foreign.id))
    room.load(page)
    assert page.missing
    for handler, *values in (
        ("mark_paid",),
        ("renew_link",),
        ("withdraw_link",),
        ("note_shared", "link"),
        ("send", {"to": "thief@x.yz", "message": ""}),
        ("save_payment", {"amount": "1", "paid_on": "", "method": ""}),
    ):
        page.dialog = "send"
        assert room.do(page, handler, *values) is not None  # words, and nothing done
    assert (rows(room, Mail), rows(room, Payment)) == ([], [])
    assert rows(room, Invoice)[0].link_number == 1
    assert rows(room, Invoice)[0].shared_at is None


def test_a_page_of_one_company_does_nothing_in_another(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(room, made(room))
    page._company_shown = str(room.books.company_id)
    with room.books.work() as session:
        user = companies.get(session, room.books.company_id).user_id
        second = companies.add_company(session, user, name="Second", now=NOW)
    switched = replace(app_state.who_asks(""), company_id=second.id, company_name="Second")
    monkeypatch.setattr(app_state, "who_asks", lambda _header: switched)
    with pytest.raises(NotAllowed) as refused:
        room.run(page._me())
    assert "switched to Second" in refused.value.words
    assert room.do(page, "mark_paid") is not None
    assert rows(room, Payment) == []


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value)[:12])
def test_companies_and_sessions_are_asked_for_by_their_owner_only(room: Room, value: Any) -> None:
    company, person = room.open(CompanyState), room.open(ProfileState)
    for state, handler in ((company, "make_default"), (person, "sign_out")):
        assert room.do(state, handler, value) is not None
    assert room.do(company, "make_default", str(room.books.outside)) is not None
    with room.books.store.reading() as session, pytest.raises(NotFound):
        companies._own(session, companies.get(session, room.books.company_id).user_id, room.books.outside)


def test_only_own_letters_are_read(room: Room) -> None:
    with room.books.work() as session:
        for company in (room.books.company_id, room.books.outside, None):
            kept = {"company_id": company, "recipient": f"{company}@b.co", "kept_as": "x.eml"}
            session.add(Mail(subject="s", body="b", created_at=NOW, sent_at=NOW, **kept))
    page = room.open(MailPage)
    room.load(page)
    assert [letter.recipient for letter in page.letters] == [f"{room.books.company_id}@b.co"]


def test_another_default_company_asks_to_disconnect_first(room: Room) -> None:
    state = room.open(CompanyState)
    room.do(state, "begin_adding")
    room.do(state, "add_company", {"company_name": "Cedar Nursery"})
    second = next(one.id for one in state.choices if one.name == "Cedar Nursery")
    room.books.connect()
    room.do(state, "make_default", second)
    assert state.default_problem.endswith("your default company. Disconnect it first.")
    assert [one.is_default for one in state.choices if one.id == second] == [False]
