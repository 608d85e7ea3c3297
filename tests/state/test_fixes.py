"""What any browser can call about any record: it finds nothing that is not the caller's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from bookipi_app.models import Connection, ConnectionStatus, Customer, Decision, Flag, Kind, SyncRecord
from bookipi_app.services import customers
from bookipi_app.services.customers import CustomerForm
from bookipi_app.state.conflict import ConflictState
from bookipi_app.state.ends import EndState
from bookipi_app.state.fixes import FixState
from tests.services.conftest import NOW, WHO, Books
from tests.state.conftest import Room

UNITS = [
    {"unit": "phone", "label": "Phone", "words": {"base": "1", "ours": "2", "theirs": "3"}},
    {"unit": "name", "label": "Name", "words": {"base": "A", "ours": "B", "theirs": "C"}},
]


def in_conflict(books: Books, company_id: UUID, realm: str) -> tuple[UUID, UUID]:
    """A customer in conflict: its id, and that of its sync record."""
    with books.work() as session:
        connection = Connection(
            company_id=company_id, realm_id=realm, status=ConnectionStatus.CONNECTED,
            first_connected_at=NOW, connected_at=NOW,
        )  # fmt: skip
        session.add(connection)
        session.flush()
        form = CustomerForm(name="Pecan Grove")
        customer = customers.save(session, company_id, None, form, now=NOW, who=WHO)
        record = session.exec(select(SyncRecord).where(SyncRecord.local_id == customer.id)).one()
        record.flag, record.remote_id, record.remote_token = Flag.CONFLICT, "7", 3
        record.detail = {"local_version": customer.version, "remote_token": 3, "units": UNITS}
        session.add(record)
        return customer.id, record.id


def conflict_page(room: Room, kind: str, local_id: object) -> Any:
    page = room.open(ConflictState)
    type(page)._address = lambda _self: (kind, str(local_id))
    room.load(page)
    return page


def test_a_conflict_waits_until_everything_is_chosen(room: Room) -> None:
    local_id, _ = in_conflict(room.books, room.books.company_id, "1")
    page = conflict_page(room, "customer", local_id)
    assert (page.missing, page.left, page.view.title) == (False, 2, "Pecan Grove")
    room.do(page, "choose", "phone", "theirs")
    room.do(page, "choose", "elsewhere", "ours")
    room.do(page, "choose", "name", "neither")
    room.do(page, "update_both")
    assert page.left == 1
    assert decided(room) == {}
    room.do(page, "choose_all", "ours")
    assert page.chosen == {"phone": "ours", "name": "ours"}
    room.do(page, "update_both")
    assert decided(room) == {"phone": "ours", "name": "ours"}


def decided(room: Room) -> dict[str, str]:
    with room.books.store.reading() as session:
        return {one.unit: one.answer.value for one in session.exec(select(Decision))}


@pytest.mark.parametrize("kind", ["customer", "invoice", "payment", ""])
def test_the_conflict_of_another_company_does_not_exist(room: Room, kind: str) -> None:
    local_id, _ = in_conflict(room.books, room.books.outside, "2")
    assert conflict_page(room, kind, local_id).missing
    assert conflict_page(room, kind, "no id at all").missing


@pytest.mark.parametrize("question", ["tax", "number", "match", "totals", "double", "retry", "nonsense"])
def test_no_answer_reaches_a_record_of_another_company(room: Room, question: str) -> None:
    _, record_id = in_conflict(room.books, room.books.outside, "2")
    before = record_of(room, record_id)
    room.do(room.open(FixState), "answer", str(record_id), question, "ours", "1:3")
    room.do(room.open(FixState), "link", str(record_id), "7", "1:3")
    room.do(room.open(FixState), "rename", str(record_id), "name", "Stolen")
    room.do(
        room.open(FixState), "rename_as", {"record_id": str(record_id), "question": "name", "text": "Stolen"}
    )
    assert record_of(room, record_id) == before
    assert decided(room) == {}


@pytest.mark.parametrize("handler", ["put_away", "bring_back"])
def test_nothing_of_another_company_is_put_away(room: Room, handler: str) -> None:
    local_id, record_id = in_conflict(room.books, room.books.outside, "2")
    before = record_of(room, record_id)
    for kind in (*Kind, "payment"):
        room.do(room.open(EndState), handler, kind, str(local_id))
    room.do(room.open(EndState), "void", str(local_id))
    room.do(room.open(EndState), "duplicate", str(local_id))
    room.do(room.open(FixState), "sync_this", "customer", str(local_id))
    room.do(room.open(FixState), "hurry", "customer", str(local_id))
    with room.books.store.reading() as session:
        assert session.get_one(Customer, local_id).active
    assert record_of(room, record_id) == before


def test_archiving_offers_undo(room: Room) -> None:
    local_id = room.books.customer()
    page = room.open(EndState)
    room.do(page, "put_away", "customer", str(local_id))
    assert (page.said.words, page.said.undo_kind, page.said.undo_id) == (
        "Archived.",
        "customer",
        str(local_id),
    )
    room.do(page, "bring_back", "customer", str(local_id))
    assert (page.said.words, page.said.undo_id) == ("Restored.", "")
    with room.books.store.reading() as session:
        assert session.get_one(Customer, local_id).active


def record_of(room: Room, record_id: UUID) -> dict[str, Any]:
    with room.books.store.reading() as session:
        return session.get_one(SyncRecord, record_id).model_dump()


@pytest.mark.parametrize(
    ("code", "question"), [("6240", "name"), ("6140", "number_taken"), ("6000", "retry")]
)
def test_what_was_refused_is_tried_again_whatever_it_asks(room: Room, code: str, question: str) -> None:
    _, record_id = in_conflict(room.books, room.books.company_id, "1")
    with room.books.work() as session:
        record = session.get_one(SyncRecord, record_id)
        record.flag, record.cause, record.detail, record.due_at = (
            Flag.ATTENTION,
            "refused",
            {"code": code},
            None,
        )
        session.add(record)
    page = room.open(FixState)
    room.do(page, "answer", str(record_id), question, "retry", "")
    with room.books.store.reading() as session:
        assert session.get_one(SyncRecord, record_id).due_at is not None
