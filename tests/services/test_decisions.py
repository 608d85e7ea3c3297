"""What a person may decide: found by company, refused when stale, written as rows and woken after the commit."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from bookipi_app.errors import InvalidInput, NotAllowed, NotFound
from bookipi_app.models import (
    Connection,
    ConnectionStatus,
    Customer,
    Decision,
    Flag,
    Invoice,
    Kind,
    RemoteState,
    SyncRecord,
)
from bookipi_app.services import decision_views, decisions, invoices, review
from bookipi_app.services.decisions import StaleQuestion
from bookipi_app.services.invoice_form import InvoiceForm, LineForm
from tests.services.conftest import NOW, WHO, Books

SAID: dict[str, Any] = {"now": NOW, "who": WHO}
UNIT = {"unit": "phone", "label": "Phone", "fields": ["phone"], "base": {}, "local": {}, "remote": {}, "totals": None,
        "words": {"base": "0", "ours": "1", "theirs": "2"}}  # fmt: skip


def record(books: Books, local_id: UUID, **columns: Any) -> str:
    """A sync record of the company's connection, as the engine would leave it."""
    filled: dict[str, Any] = {"remote_id": "7", "remote_token": 3, "remote_state": RemoteState.LIVE} | columns
    with books.work() as session:
        connection = session.exec(select(Connection)).one()
        found = session.exec(select(SyncRecord).where(SyncRecord.local_id == local_id)).first()
        row = found or SyncRecord(
            connection_id=connection.id, local_id=local_id, kind=Kind.CUSTOMER, flag_since=NOW
        )
        for name, value in filled.items():
            setattr(row, name, value)
        session.add(row)
        return str(row.id)


def conflict(books: Books) -> tuple[UUID, str]:
    books.connect()
    customer_id = books.customer()
    detail = {"local_version": 1, "remote_token": 3, "units": [UNIT]}
    return customer_id, record(books, customer_id, flag=Flag.CONFLICT, detail=detail, due_at=None)


def test_a_choice_is_a_row_for_its_pair_and_wakes_the_connection(books: Books) -> None:
    _, record_id = conflict(books)
    with books.work() as session:
        decisions.choose(session, books.company_id, record_id, {"phone": "theirs"}, "1:3", **SAID)
    assert books.announced == 2
    with books.store.reading() as session:
        [made] = session.exec(select(Decision)).all()
        woken = session.exec(select(Connection)).one().wake
        due = session.get_one(SyncRecord, UUID(record_id)).due_at
        view = decision_views.conflict(session, books.company_id, record_id, now=NOW)
    assert (made.unit, made.answer, made.local_version, made.remote_token, made.who) == (
        "phone",
        "theirs",
        1,
        3,
        WHO,
    )
    assert woken >= 1
    assert due == NOW
    assert view is not None
    assert [unit.choice for unit in view.units] == ["theirs"]


def test_the_last_choice_counts(books: Books) -> None:
    _, record_id = conflict(books)
    for choice in ("theirs", "ours"):
        with books.work() as session:
            decisions.choose_all(session, books.company_id, record_id, choice, "1:3", **SAID)
    with books.store.reading() as session:
        assert [one.answer for one in session.exec(select(Decision))] == ["ours"]


def calls(record_id: object) -> list[tuple[Any, tuple[Any, ...], dict[str, Any]]]:
    return [
        (decisions.choose, (record_id, {"phone": "ours"}, "1:3"), SAID),
        (decisions.choose_all, (record_id, "ours", "1:3"), SAID),
        (decisions.answer_tax, (record_id, "ours", "1:3"), SAID),
        (decisions.answer_number, (record_id, "ours", "1:3"), SAID),
        (decisions.leave_totals, (record_id, "1:3"), SAID),
        (decisions.link_to, (record_id, "9", "1:3"), SAID),
        (decisions.is_new, (record_id, "1:3"), SAID),
        (decisions.rename, (record_id, "New name"), SAID),
        (decisions.renumber, (record_id, "77"), SAID),
        (decisions.answer_double, (record_id, True), SAID),
        (decisions.retry, (record_id,), {"now": NOW}),
    ]


@pytest.mark.parametrize("at", range(11))
def test_unknown_foreign_and_senseless_ids_look_alike(books: Books, at: int) -> None:
    _, theirs = conflict(books)
    for record_id, company_id in [
        (theirs, books.outside), (uuid4(), books.company_id), ("x", books.company_id), (None, books.company_id),
    ]:  # fmt: skip
        function, arguments, more = calls(record_id)[at]
        with books.work() as session, pytest.raises(NotFound) as refusal:
            function(session, company_id, *arguments, **more)
        assert refusal.value.words == NotFound().words


def test_a_moved_side_makes_every_answer_stale(books: Books) -> None:
    customer_id, record_id = conflict(books)
    with books.work() as session:
        session.get_one(Customer, customer_id).version = 2
    for at in (0, 1, 2, 3, 4, 5, 6):
        function, arguments, more = calls(record_id)[at]
        with books.work() as session, pytest.raises(StaleQuestion):
            function(session, books.company_id, *arguments, **more)


def test_a_frozen_connection_has_nothing_to_decide(books: Books) -> None:
    _, record_id = conflict(books)
    with books.work() as session:
        session.exec(select(Connection)).one().status = ConnectionStatus.FROZEN
    with books.work() as session, pytest.raises(NotFound):
        decisions.retry(session, books.company_id, record_id, now=NOW)
    with books.work() as session, pytest.raises(NotAllowed):
        review.confirm(session, books.company_id, now=NOW, who="Maria")


def test_trying_all_again_leaves_questions_alone(books: Books) -> None:
    books.connect()
    refused, asks = books.customer("One"), books.customer("Two")
    record(books, refused, flag=Flag.ATTENTION, cause="refused", due_at=None)
    record(books, asks, flag=Flag.ATTENTION, cause="match", due_at=None, remote_id=None)
    with books.work() as session:
        assert decisions.retry_all(session, books.company_id, now=NOW) == 1
    with books.store.reading() as session:
        due = {row.local_id: row.due_at for row in session.exec(select(SyncRecord))}
    assert due == {refused: NOW, asks: None}


def invoice(books: Books, *, issue: bool) -> Invoice:
    form = InvoiceForm(
        customer_id=str(books.customer()), lines=[LineForm(description="Work", quantity="1", price="5")]
    )
    with books.work() as session:
        return invoices.save(session, books.company_id, None, form, issue=issue, now=NOW, who=WHO)


def test_a_draft_a_trashed_and_a_void_one_are_not_synced_on_request(books: Books) -> None:
    books.connect()
    draft, trashed, void = invoice(books, issue=False), invoice(books, issue=True), invoice(books, issue=True)
    with books.work() as session:
        invoices.trash(session, books.company_id, trashed.id, now=NOW, who=WHO)
        invoices.void(session, books.company_id, void.id, now=NOW, who=WHO)
    for one in (draft, trashed, void):
        with books.work() as session, pytest.raises(NotAllowed):
            decisions.sync_this(session, books.company_id, Kind.INVOICE, one.id, now=NOW)
    with books.work() as session:
        ids = [draft.id, trashed.id, void.id]
        assert decisions.sync_these(session, books.company_id, Kind.INVOICE, ids, now=NOW) == 0
        with pytest.raises(NotFound):
            decisions.sync_these(session, books.company_id, Kind.INVOICE, [*ids, uuid4()], now=NOW)
        with pytest.raises(NotFound):
            decisions.sync_this(session, books.outside, Kind.INVOICE, draft.id, now=NOW)


def test_what_an_end_refuses(books: Books) -> None:
    draft, paid, trashed = (invoice(books, issue=issue) for issue in (False, True, True))
    with books.work() as session:
        invoices.mark_paid(session, books.company_id, paid.id, now=NOW, who=WHO)
        invoices.trash(session, books.company_id, trashed.id, now=NOW, who=WHO)
    for one in (draft, paid, trashed):
        with books.work() as session, pytest.raises(NotAllowed):
            invoices.void(session, books.company_id, one.id, now=NOW, who=WHO)
    for end in (invoices.trash, invoices.restore, invoices.void):
        with books.work() as session, pytest.raises(NotFound):
            end(session, books.outside, paid.id, now=NOW, who=WHO)


def test_ending_twice_is_ending_once(books: Books) -> None:
    one = invoice(books, issue=True)
    for _ in range(2):
        with books.work() as session:
            assert (
                invoices.trash(session, books.company_id, one.id, now=NOW, who=WHO).version == one.version + 1
            )
    for _ in range(2):
        with books.work() as session:
            assert (
                invoices.restore(session, books.company_id, one.id, now=NOW, who=WHO).version
                == one.version + 2
            )


def test_a_name_that_is_none_is_refused_at_its_field(books: Books) -> None:
    _, record_id = conflict(books)
    with books.work() as session, pytest.raises(InvalidInput) as refusal:
        decisions.rename(session, books.company_id, record_id, "  ", **SAID)
    assert "name" in refusal.value.fields
