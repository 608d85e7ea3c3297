"""What is kept of the invoices is what reading all of them comes to, whatever was done to them in one transaction."""

from __future__ import annotations

import random
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Table, func
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.expression import Select

from bookipi_app.models import Invoice, InvoiceTally, Kind, Stage, SyncRecord
from bookipi_app.models.states import Flag
from bookipi_app.services import tallies
from tests.services.conftest import NOW, Books

INVOICE: Table = SQLModel.metadata.tables["invoice"]


def read(session: Session, company_id: UUID) -> dict[str, tuple[int, int, int]]:
    """All invoices, added up."""
    cell = INVOICE.c.cell
    counted = Select(cell, func.count(), func.sum(INVOICE.c.total_cents), func.sum(INVOICE.c.paid_cents))
    rows = session.exec(counted.where(INVOICE.c.company_id == company_id).group_by(cell))
    return {row[0]: (row[1], int(row[2]), int(row[3])) for row in rows}


def kept(session: Session, company_id: UUID) -> dict[str, tuple[int, int, int]]:
    """What is kept."""
    return {one.cell: (one.number, one.total, one.paid) for one in tallies.book(session, company_id)}


def added(session: Session, books: Books, connection_id: UUID, number: int, chance: random.Random) -> None:
    """An invoice of either company, and perhaps its state in QuickBooks."""
    owner = books.company_id if chance.random() < 0.8 else books.outside
    days = {"issue_date": NOW.date(), "due_date": NOW.date(), "created_at": NOW, "updated_at": NOW}
    key = f"n-{number}"
    one = Invoice(
        company_id=owner, number=key.upper(), number_key=key, total_cents=chance.randrange(9999), **days
    )
    session.add(one)
    session.flush()
    if owner == books.company_id and chance.random() < 0.5:
        state = SyncRecord(
            connection_id=connection_id, kind=Kind.INVOICE, local_id=one.id, flag=Flag.SYNCING, flag_since=NOW
        )
        session.add(state)


def changed(session: Session, one: Invoice, chance: random.Random) -> None:
    """Something that moves an invoice to another cell, or changes what it comes to."""
    match chance.randrange(5):
        case 0:
            one.stage = chance.choice(list(Stage))
        case 1:
            one.paid_cents = chance.choice([0, 1, one.total_cents])
        case 2:
            one.total_cents = chance.randrange(9999)
        case 3:
            one.trashed_at = None if one.trashed_at else NOW
        case _:
            one.viewed_at = NOW + timedelta(minutes=chance.randrange(9))


@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_is_what_reading_comes_to(books: Books, seed: int) -> None:
    chance, connection_id = random.Random(seed), books.connect()
    for number in range(40):
        with books.work() as session:
            added(session, books, connection_id, number, chance)
            for one in session.exec(select(Invoice)).all():
                if chance.random() < 0.2:
                    changed(session, one, chance)
            for state in session.exec(select(SyncRecord)).all():
                if chance.random() < 0.2:
                    state.flag = chance.choice(list(Flag))
                    state.remote_id = chance.choice([None, state.id.hex])
            if chance.random() < 0.2:
                gone = chance.choice(session.exec(select(Invoice.id)).all())
                for state in session.exec(select(SyncRecord).where(SyncRecord.local_id == gone)):
                    session.delete(state)
                session.delete(session.get_one(Invoice, gone))
        with books.store.reading() as session:
            for company_id in (books.company_id, books.outside):
                assert kept(session, company_id) == read(session, company_id)
    with books.store.reading() as session:
        assert session.exec(select(func.count()).select_from(InvoiceTally)).one() > 10


def test_what_is_taken_back_was_never_counted(books: Books) -> None:
    connection_id = books.connect()
    with books.store.reading() as session:
        before = kept(session, books.company_id)
    with books.store.engine.connect() as connection, Session(connection) as session:
        added(session, books, connection_id, 1, random.Random(1))
        session.rollback()
    with books.store.reading() as session:
        assert kept(session, books.company_id) == before


def test_nothing_is_left_of_an_empty_cell(books: Books) -> None:
    connection_id = books.connect()
    with books.work() as session:
        added(session, books, connection_id, 1, random.Random(1))
    with books.work() as session:
        for state in session.exec(select(SyncRecord)):
            session.delete(state)
        session.delete(session.exec(select(Invoice).where(col(Invoice.number) == "N-1")).one())
    with books.store.reading() as session:
        assert kept(session, books.company_id) == {}
