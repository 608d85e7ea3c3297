"""The link for people without an account: unguessable, renewed, withdrawn, and what looking at it means."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel import col, select

from bookipi_app.errors import NotAllowed, NotFound
from bookipi_app.models import Company, HistoryEntry, Invoice, Kind, Stage
from bookipi_app.services import invoices, public_links
from bookipi_app.services.invoice_status import Status
from bookipi_app.services.invoices import InvoiceForm, LineForm
from bookipi_app.settings import read_settings
from bookipi_app.sync import local
from tests.services.conftest import NOW, WHO, Books


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = read_settings({"BOOKIPI_SECRET_KEY": "a key for tests"})
    monkeypatch.setattr(public_links, "settings", lambda: chosen)


def made(books: Books, *, issue: bool = True) -> Invoice:
    line = LineForm(description="Mulch", quantity="1", price="10")
    form = InvoiceForm(customer_id=str(books.customer(f"C{uuid4()}")), lines=[line])
    with books.work() as session:
        return invoices.save(session, books.company_id, None, form, issue=issue, now=NOW, who=WHO)


def key_of(books: Books, invoice: Invoice) -> str:
    with books.store.reading() as session:
        return public_links.link_of(session.get_one(Invoice, invoice.id)).rpartition("/")[2]


def test_a_link_opens_its_invoice_and_nothing_else(books: Books) -> None:
    one, other = made(books), made(books)
    key = key_of(books, one)
    assert len(key) == public_links.KEY_LENGTH
    with books.store.reading() as session:
        assert public_links.opened(session, key).id == one.id
        swapped = key_of(books, other)[:22] + key[22:]
        flipped = key[:-2] + ("A" if key[-2] != "A" else "B") + key[-1]
        for wrong in (
            swapped,
            flipped,
            key[:-1],
            key + "A",
            key.upper(),
            "",
            "ä" * 48,
            "%" * 48,
            None,
            7,
            ["x"],
        ):
            with pytest.raises(NotFound):
                public_links.opened(session, wrong)


def test_another_secret_opens_nothing(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    key = key_of(books, made(books))
    monkeypatch.setattr(public_links, "settings", lambda: read_settings({"BOOKIPI_SECRET_KEY": "another"}))
    with books.store.reading() as session, pytest.raises(NotFound):
        public_links.opened(session, key)


def test_a_link_outlives_the_change_of_the_secret_key(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    invoice = made(books)
    key = key_of(books, invoice)
    both = read_settings({"BOOKIPI_SECRET_KEY": "another,a key for tests"})
    monkeypatch.setattr(public_links, "settings", lambda: both)
    with books.store.reading() as session:
        assert public_links.opened(session, key).id == invoice.id
    assert key_of(books, invoice) != key  # what is handed out from now on is of the newest key


def test_renewed_and_withdrawn_links_are_not_found(books: Books) -> None:
    invoice = made(books)
    first = key_of(books, invoice)
    with books.work() as session:
        public_links.renew(session, books.company_id, invoice.id, now=NOW, who=WHO)
    second = key_of(books, invoice)
    with books.work() as session:
        assert public_links.opened(session, second)
        with pytest.raises(NotFound):
            public_links.opened(session, first)
        public_links.withdraw(session, books.company_id, invoice.id, now=NOW, who=WHO)
        with pytest.raises(NotFound):
            public_links.opened(session, second)
    assert key_of(books, invoice) == ""
    with books.work() as session:
        public_links.renew(session, books.company_id, invoice.id, now=NOW, who=WHO)
        with pytest.raises(NotFound):
            public_links.opened(session, second)


def test_drafts_and_the_trash_have_no_link(books: Books) -> None:
    draft, issued = made(books, issue=False), made(books)
    assert key_of(books, draft) == ""
    key = key_of(books, issued)
    with books.work() as session:
        with pytest.raises(NotAllowed):
            public_links.renew(session, books.company_id, draft.id, now=NOW, who=WHO)
        invoices.trash(session, books.company_id, issued.id, now=NOW, who=WHO)
        with pytest.raises(NotFound):
            public_links.opened(session, key)


def test_a_look_counts_once_and_not_the_owners(books: Books) -> None:
    invoice = made(books)
    key = key_of(books, invoice)
    with books.work() as session:
        owner = session.get_one(Company, books.company_id).user_id
        assert not public_links.note_viewed(session, key, owner, NOW)
        assert invoices.get(session, books.company_id, invoice.id, now=NOW).status is Status.UNSENT
        assert public_links.note_viewed(session, key, uuid4(), NOW)
        assert not public_links.note_viewed(session, key, None, NOW + timedelta(hours=1))
        assert invoices.get(session, books.company_id, invoice.id, now=NOW).status is Status.VIEWED
        told = select(HistoryEntry).where(col(HistoryEntry.words) == public_links.LINK_OPENED)
        assert len(session.exec(told).all()) == 1


def test_sent_again_it_waits_to_be_looked_at_again(books: Books) -> None:
    invoice = made(books)
    later = NOW + timedelta(hours=1)
    with books.work() as session:
        public_links.note_viewed(session, key_of(books, invoice), None, NOW)
        invoices.send(session, books.company_id, invoice.id, to="a@b.co", message="", now=later, who=WHO)
        assert invoices.get(session, books.company_id, invoice.id, now=later).status is Status.SENT
        assert public_links.note_viewed(
            session, public_links.key_of(session.get_one(Invoice, invoice.id)), None, later
        )
        assert invoices.get(session, books.company_id, invoice.id, now=later).status is Status.VIEWED


def test_a_link_taken_makes_the_number_known_outside(books: Books) -> None:
    """QuickBooks' number is then not adopted silently any more."""
    invoice, draft = made(books), made(books, issue=False)
    with books.work() as session:
        before = local.load(session, Kind.INVOICE, invoice.id)
        for one in (invoice, draft):
            public_links.note_shared(session, books.company_id, one.id, now=NOW)
        session.flush()
        after, unshared = (local.load(session, Kind.INVOICE, one.id) for one in (invoice, draft))
    assert before
    assert after
    assert unshared
    assert (before.sent_or_paid, after.sent_or_paid, unshared.sent_or_paid) == (False, True, False)


def test_the_invoices_of_another_company_are_not_found(books: Books) -> None:
    invoice = made(books)
    with books.work() as session:
        for act in (public_links.renew, public_links.withdraw):
            with pytest.raises(NotFound):
                act(session, books.outside, invoice.id, now=NOW, who=WHO)
        with pytest.raises(NotFound):
            public_links.note_shared(session, books.outside, invoice.id, now=NOW)
        assert session.get_one(Invoice, invoice.id).stage is Stage.ISSUED
