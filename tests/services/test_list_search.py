"""Search by index finds what reading every name would find, after every edit; and the kept flags are the shown ones."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bookipi_app.models import (
    Connection,
    ConnectionStatus,
    Customer,
    Flag,
    Invoice,
    Item,
    Kind,
    Stage,
    SyncRecord,
)
from bookipi_app.services import customers, invoices, items
from bookipi_app.services.cells import table_of
from bookipi_app.services.flags import flag_of, newest_connection
from bookipi_app.services.lists import ListQuery
from bookipi_app.text import fold
from tests.services.conftest import NOW, Books
from tests.services.test_lists import TODAY, invoice

ALPHABET = [
    "a",
    "b",
    "B",
    " ",
    "%",
    "_",
    "\\",
    "'",
    '"',
    "*",
    "^",
    "-",
    "ß",
    "É",
    "é",
    "漢",
    "字",
    "\U0001f600",
    "١",
    "0",
    "1",
]
LENGTHS = (1, 1, 2, 3, 3, 4, 6)


def word(chance: random.Random, most: int = 9) -> str:
    text = "".join(chance.choices(ALPHABET, k=chance.randint(1, most))).strip()
    return text or "a"


def lowered(text: str) -> str:
    """As SQLite lowers: plain letters alone."""
    return "".join(one.lower() if one.isascii() else one for one in text)


def change(session: Session, books: Books, chance: random.Random, number: int) -> None:
    """One thing that happens to a book: something new, renamed, archived, trashed, restored or deleted."""
    name = word(chance)
    kept: list[Any] = [
        *session.exec(select(Customer)),
        *session.exec(select(Item)),
        *session.exec(select(Invoice)),
    ]
    match chance.randrange(6):
        case 0:
            session.add(
                Customer(
                    company_id=books.company_id, name=name, name_key=fold(name), email=word(chance), phone=word(chance),
                    created_at=NOW, updated_at=NOW,
                )
            )  # fmt: skip
        case 1:
            session.add(
                Item(
                    company_id=books.company_id, name=name, name_key=fold(name), sku=word(chance), created_at=NOW,
                    updated_at=NOW,
                )
            )  # fmt: skip
        case 2:
            buyers = list(session.exec(select(Customer.id)))
            buyer = chance.choice(buyers) if buyers else None
            session.add(
                invoice(books, f"{name}{number}", number_key=fold(f"{name}{number}"), customer_id=buyer)
            )
        case 3 if kept:
            one = chance.choice(kept)
            if isinstance(one, Invoice):
                one.number_key = fold(f"{name}{number}")
            else:
                one.name, one.name_key = name, fold(name)
        case 4 if kept:
            one = chance.choice(kept)
            if isinstance(one, Invoice):
                one.trashed_at = None if one.trashed_at else NOW
            else:
                one.active = not one.active
        case 5 if kept:
            one = chance.choice(kept)
            if (
                not isinstance(one, Customer)
                or not session.exec(select(Invoice.id).where(col(Invoice.customer_id) == one.id)).first()
            ):
                session.delete(one)
        case _:
            pass
    session.flush()


def naive(session: Session, kind: Kind, text: str) -> set[str]:
    """Reading everything, in Python."""
    folded = fold(text)
    if kind is Kind.CUSTOMER:
        return {
            str(one.id)
            for one in session.exec(select(Customer).where(col(Customer.active)))
            if any(folded in part for part in (one.name_key, lowered(one.email), lowered(one.phone)))
        }
    if kind is Kind.ITEM:
        found = session.exec(select(Item).where(col(Item.active)))
        return {str(one.id) for one in found if folded in one.name_key or folded in lowered(one.sku)}
    return naive_invoices(session, folded)


def naive_invoices(session: Session, folded: str) -> set[str]:
    names = {one.id: one.name_key for one in session.exec(select(Customer))}
    everything = list(session.exec(select(Invoice)))
    found = [
        one
        for one in everything
        if one.number_key.startswith(folded)
        or one.number_key.lstrip("abcdefghijklmnopqrstuvwxyz-_#/. ").startswith(folded)
        or (one.customer_id and folded in names[one.customer_id])
        or folded in ("1", "1.00", "01")  # every total is a dollar
    ]
    if not found and len(folded) >= 3:
        found = [one for one in everything if folded in one.number_key]
    return {str(one.id) for one in found if one.trashed_at is None}


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 8))])
@pytest.mark.parametrize("few", [0, 1500])
def test_a_search_by_index_finds_what_reading_everything_finds(
    books: Books, seed: int, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookipi_app.services.lists.FEW", few)
    monkeypatch.setattr("bookipi_app.services.invoice_filters.FOUND", few)
    chance, services = (
        random.Random(seed),
        {Kind.CUSTOMER: customers, Kind.ITEM: items, Kind.INVOICE: invoices},
    )
    for turn in range(3):
        with books.work() as session:
            for number in range(10):
                change(session, books, chance, turn * 100 + number)
        with books.store.reading() as session:
            keys = [*session.exec(select(Customer.name_key)), *session.exec(select(Invoice.number_key))]
            for _ in range(8):
                whole, length = chance.choice([*keys, word(chance)]), chance.choice(LENGTHS)
                start = chance.randrange(max(1, len(whole)))
                text = whole[start : start + length]
                if not fold(text):
                    continue
                for kind, service in services.items():
                    query = ListQuery(search=text, size=100)
                    page = service.page(session, books.company_id, query, now=NOW)
                    assert {row.id for row in page.rows} == naive(session, kind, text), (kind, text)
                    assert service.count(session, books.company_id, query) == len(page.rows), (kind, text)


def test_a_search_finds_only_the_companys_own(books: Books) -> None:
    books.customer("Pecan Grove")
    with books.store.reading() as session:
        assert customers.page(session, books.outside, ListQuery(search="pecan"), now=NOW).rows == ()
        assert invoices.page(session, books.outside, ListQuery(search="pecan"), now=NOW).rows == ()


CODES = [
    *((flag, remote, False) for flag in Flag for remote in ("7", None)),
    (Flag.DIFFERS, "7", True),
]


@pytest.mark.parametrize("status", [ConnectionStatus.CONNECTED, ConnectionStatus.FROZEN])
def test_a_filter_by_flag_shows_the_rows_that_show_it(books: Books, status: ConnectionStatus) -> None:
    connection_id = books.connect(NOW, status)
    with books.work() as session:
        for number, (flag, remote, left) in enumerate(CODES):
            for stage in (Stage.ISSUED, Stage.DRAFT):
                one = invoice(
                    books, f"{stage}{number}", stage=stage, issued_at=NOW if stage is Stage.ISSUED else None
                )
                session.add(one)
                session.add(
                    SyncRecord(
                        connection_id=connection_id, kind=Kind.INVOICE, local_id=one.id, flag=flag, left_as_is=left,
                        remote_id=f"{number}{stage}" if remote else None, flag_since=NOW, wanted=True,
                    )
                )  # fmt: skip
    with books.store.reading() as session:
        rows = invoices.page(session, books.company_id, ListQuery(size=100), now=NOW).rows
        assert len(rows) == 2 * len(CODES)
        for flag in Flag:
            query = ListQuery(size=100, filters={"flag": flag.value})
            found = invoices.page(session, books.company_id, query, now=NOW).rows
            assert {row.id for row in found} == {row.id for row in rows if row.flag == flag}, flag
            assert invoices.count(session, books.company_id, query, now=NOW) == len(found)


def kept(session: Session) -> dict[str, str]:
    table = table_of("invoice")
    return {
        row.number: row.flagged
        for row in session.connection().execute(select(table.c.number, table.c.flagged))
    }


def test_the_kept_flag_follows_whatever_is_written(books: Books) -> None:
    connection_id = books.connect()
    with books.work() as session:
        one, other = invoice(books, "1"), invoice(books, "2")
        record = SyncRecord(connection_id=connection_id, kind=Kind.INVOICE, local_id=one.id, flag_since=NOW)
        session.add_all([one, other, record])
        session.flush()
        assert kept(session) == {"1": "syncing-", "2": ""}
        record.flag, record.remote_id = Flag.SYNCED, "7"
        session.flush()
        assert kept(session) == {"1": "synced", "2": ""}
        record.flag, record.left_as_is = Flag.DIFFERS, True
        session.flush()
        assert kept(session) == {"1": "left", "2": ""}
        record.local_id = other.id
        session.flush()
        assert kept(session) == {"1": "", "2": "left"}
        session.delete(record)
        session.flush()
        assert kept(session) == {"1": "", "2": ""}


def test_a_record_that_arrives_before_its_invoice_gives_it_its_flag(books: Books) -> None:
    connection_id = books.connect()
    with books.work() as session:
        one = invoice(books, "1")
        session.add(
            SyncRecord(
                connection_id=connection_id, kind=Kind.INVOICE, local_id=one.id, flag=Flag.ATTENTION, remote_id="7",
                flag_since=NOW,
            )
        )  # fmt: skip
        session.flush()
        session.add(one)
        session.flush()
        assert kept(session) == {"1": "attention"}


def test_the_newest_connection_gives_the_flags(books: Books) -> None:
    old = books.connect(NOW - timedelta(days=9), ConnectionStatus.FROZEN)
    with books.work() as session:
        one = invoice(books, "1", issue_date=TODAY)
        session.add_all(
            [
                one,
                SyncRecord(connection_id=old, kind=Kind.INVOICE, local_id=one.id, flag=Flag.FROZEN, remote_id="7",
                           flag_since=NOW),
            ]
        )  # fmt: skip
        session.flush()
        assert kept(session) == {"1": "frozen"}
        newer = Connection(
            company_id=books.company_id, realm_id="2", status=ConnectionStatus.CONNECTED, first_connected_at=NOW,
            connected_at=NOW,
        )  # fmt: skip
        session.add(newer)
        session.flush()
        assert kept(session) == {"1": ""}
        newer.status = ConnectionStatus.FROZEN
        session.get_one(Connection, old).status = ConnectionStatus.CONNECTED
        session.flush()
        assert kept(session) == {"1": "frozen"}
        newest = newest_connection(session, books.company_id)
        assert newest is not None
        assert newest.id == old
        assert flag_of(None, newest, one).flag == Flag.SYNCING
