"""Lists: every row once, in order, forwards and backwards; filters, flags and figures that agree with the rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

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
from bookipi_app.services.flags import flag_of, newest_connection
from bookipi_app.services.invoice_status import Status, status_condition, status_of
from bookipi_app.services.lists import ListQuery
from tests.services.conftest import NOW, Books

TODAY = date(2026, 11, 24)


def invoice(books: Books, number: str, **columns: Any) -> Invoice:
    values: dict[str, Any] = {
        "stage": Stage.ISSUED, "issued_at": NOW, "issue_date": TODAY, "due_date": TODAY, "total_cents": 100,
        "created_at": NOW, "updated_at": NOW, "number_key": number.casefold(),
    } | columns  # fmt: skip
    return Invoice(company_id=books.company_id, number=number, **values)


def fill(books: Books, count: int = 23) -> None:
    """Invoices whose sort values collide on purpose."""
    with books.work() as session:
        ada = session.exec(select(Customer).where(Customer.company_id == books.company_id)).first()
        for n in range(count):
            session.add(
                invoice(
                    books, f"N-{n:03d}", issue_date=TODAY - timedelta(days=n % 4), total_cents=100 * (n % 3),
                    customer_id=ada.id if ada and n % 2 else None, created_at=NOW + timedelta(seconds=n % 5),
                )
            )  # fmt: skip


def walk(session: Session, books: Books, **query: Any) -> list[str]:
    """All numbers forwards, checked against the way back."""
    pages = [invoices.page(session, books.company_id, ListQuery(size=5, **query), now=NOW)]
    while pages[-1].next:
        pages.append(
            invoices.page(
                session, books.company_id, ListQuery(size=5, after=pages[-1].next, **query), now=NOW
            )
        )
    back = [pages[-1]]
    while back[-1].previous:
        back.append(
            invoices.page(
                session, books.company_id, ListQuery(size=5, before=back[-1].previous, **query), now=NOW
            )
        )
    there = [row.number for page in pages for row in page.rows]
    assert sorted(there) == sorted(row.number for page in back for row in page.rows)
    assert [row.number for row in back[-1].rows][:5] == there[: len(back[-1].rows)]
    return there


@pytest.mark.parametrize(
    "sort", ["", "issued", "due", "number", "customer", "amount", "created", "total; drop"]
)
@pytest.mark.parametrize("descending", [True, False])
def test_every_row_comes_once_in_every_order(books: Books, sort: str, descending: bool) -> None:
    books.customer("Ada")
    fill(books)
    with books.store.reading() as session:
        numbers = walk(session, books, sort=sort, descending=descending)
        assert len(numbers) == len(set(numbers)) == 23
        if sort == "number":
            assert numbers == sorted(numbers, reverse=descending)


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "W10",
        "é",
        "[" * 1500,
        "WyJpc3N1ZWQiLCAieCIsICJ5Il0",
        "WyJhbW91bnQiLCAiOTk5OTk5OTk5OTk5OTk5OTk5OTkiLCAieCJd",
    ],
)
def test_a_cursor_that_does_not_fit_begins_at_the_first_page(books: Books, cursor: str) -> None:
    fill(books, 3)
    with books.store.reading() as session:
        for sort in ("issued", "amount"):
            query = ListQuery(sort=sort, after=cursor, size=10**9)
            assert len(invoices.page(session, books.company_id, query, now=NOW).rows) == 3


def test_a_page_costs_the_same_queries_however_long_it_is(books: Books) -> None:
    books.connect()
    fill(books, 30)
    asked: list[str] = []
    event.listen(books.store.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    counts: list[int] = []
    for size in (2, 30):
        asked.clear()
        with books.store.reading() as session:
            invoices.page(session, books.company_id, ListQuery(size=size), now=NOW)
            customers.page(session, books.company_id, ListQuery(size=size), now=NOW)
        counts.append(sum(1 for sql in asked if sql.startswith("SELECT")))
    assert counts[0] == counts[1] <= 8


def test_bad_input_53_both_search_is_literal_and_blind_to_case(books: Books) -> None:
    for name in ("100% Garden_Co", "100 Percent", "Straße 7", "O'Brien \\ Sons"):
        books.customer(name)
    found = {"100%": 1, "_": 1, "\\": 1, "'": 1, "STRASSE": 1, "100": 2, "%": 1, "\ud800": 4, "": 4}
    with books.store.reading() as session:
        for text, number in found.items():
            assert customers.count(session, books.company_id, ListQuery(search=text)) == number, text
        assert customers.pick(session, books.company_id, 7) != []


def test_search_finds_number_customer_and_amount(books: Books) -> None:
    books.customer("Ada")
    fill(books)
    with books.store.reading() as session:
        assert invoices.count(session, books.company_id, ListQuery(search="n-007"), now=NOW) == 1
        assert invoices.count(session, books.company_id, ListQuery(search="ADA"), now=NOW) == 11
        assert invoices.count(session, books.company_id, ListQuery(search="$2.00"), now=NOW) == 7
        query = ListQuery(
            filters={"from": "2026-11-23", "to": "2026-11-23", "status": "nonsense", "customer": ""}
        )
        assert invoices.count(session, books.company_id, query, now=NOW) == 6
        assert invoices.count(session, books.outside, ListQuery(), now=NOW) == 0
        assert invoices.count(session, books.company_id, ListQuery(filters={"customer": "x"}), now=NOW) == 0


def test_the_word_for_a_status_and_the_filter_for_it_agree(books: Books) -> None:
    paid, due, sent = (0, 40, 100, 120), (TODAY - timedelta(1), TODAY, TODAY + timedelta(1)), (None, NOW)
    seen = (None, NOW - timedelta(1), NOW + timedelta(1))
    with books.work() as session:
        for n, (stage, paid_cents, day, sent_at, total, viewed_at) in enumerate(
            product(Stage, paid, due, sent, (0, 100), seen)
        ):
            session.add(
                invoice(
                    books,
                    str(n),
                    stage=stage,
                    paid_cents=paid_cents,
                    due_date=day,
                    sent_at=sent_at,
                    viewed_at=viewed_at,
                    total_cents=total,
                )
            )
        session.flush()
        for status in Status:
            condition = status_condition(status, TODAY)
            assert condition is not None
            found = {one.number for one in session.exec(select(Invoice).where(condition))}
            everything = session.exec(select(Invoice)).all()
            assert found == {one.number for one in everything if status_of(one, TODAY) is status}


def test_figures_tabs_and_months_agree(books: Books) -> None:
    rows = [
        invoice(books, "1", due_date=TODAY - timedelta(21), total_cents=1000),
        invoice(books, "2", total_cents=2000, paid_cents=500, issue_date=date(2026, 10, 31)),
        invoice(books, "3", total_cents=4000, paid_cents=4000),
        invoice(books, "4", stage=Stage.DRAFT, total_cents=8000),
        invoice(books, "5", stage=Stage.VOID, total_cents=16000),
        invoice(books, "6", total_cents=32000, trashed_at=NOW),
    ]
    with books.work() as session:
        session.add_all(rows)
        session.flush()
        shown = invoices.figures(session, books.company_id, TODAY)
        assert (shown.outstanding, shown.outstanding_count) == ("$25.00", 2)
        assert (shown.overdue, shown.overdue_count, shown.oldest_overdue_days) == ("$10.00", 1, 21)
        assert (shown.drafts, shown.drafts_count, shown.paid_this_month) == ("$80.00", 1, "$0.00")
        assert invoices.tab_counts(session, books.company_id, now=NOW) == {
            "all": 5, "trash": 1, "draft": 1, "outstanding": 2, "overdue": 1, "paid": 1, "void": 1,
        }  # fmt: skip
        bars = invoices.by_month(session, books.company_id, TODAY, 3)
        assert [(bar.month, bar.invoiced_cents, bar.open_cents) for bar in bars] == [
            ("2026-09", 0, 0), ("2026-10", 2000, 1500), ("2026-11", 5000, 1000),
        ]  # fmt: skip
        total = invoices.summary(session, books.company_id, ListQuery(), now=NOW)
        assert (total.count, total.total, total.outstanding) == (5, "$70.00", "$25.00")


def test_customers_show_what_they_owe(books: Books) -> None:
    customer_id = books.customer("Ada")
    with books.work() as session:
        for n, columns in enumerate(
            ({"due_date": TODAY - timedelta(1)}, {}, {"stage": Stage.DRAFT}, {"trashed_at": NOW})
        ):
            session.add(invoice(books, str(n), customer_id=customer_id, **columns))
        session.flush()
        row = customers.page(session, books.company_id, ListQuery(), now=NOW).rows[0]
        assert (row.invoices, row.outstanding, row.overdue) == ("3", "$2.00", "$1.00")
        assert customers.count(session, books.company_id, ListQuery(filters={"balance": "yes"})) == 1


def connection(status: ConnectionStatus = ConnectionStatus.CONNECTED) -> Connection:
    frozen = datetime(2026, 7, 31, 15, tzinfo=UTC) if status is ConnectionStatus.FROZEN else None
    return Connection(
        company_id=uuid4(),
        realm_id="1",
        status=status,
        first_connected_at=NOW,
        connected_at=NOW,
        frozen_at=frozen,
    )


def state(flag: Flag, remote_id: str | None = "7", **columns: Any) -> SyncRecord:
    return SyncRecord(
        connection_id=uuid4(), kind=Kind.ITEM, flag=flag, flag_since=NOW, remote_id=remote_id, **columns
    )


def item(created: datetime = NOW) -> Item:
    return Item(company_id=uuid4(), name="A", name_key="a", created_at=created, updated_at=created)


@pytest.mark.parametrize(
    ("sync", "joined", "words", "tip"),
    [
        (None, None, "", ""),
        (None, connection(), "Syncing…", "On its way since 9:30:00 AM."),
        (state(Flag.SYNCED), connection(), "Synced", "The same on both sides, Nov 24, 9:30 AM. Open in QuickBooks."),
        (state(Flag.DIFFERS, reason="$0.03 more in QuickBooks."), connection(), "Totals differ",
         "Synced · totals differ. $0.03 more in QuickBooks."),
        (state(Flag.CONFLICT), connection(), "Conflict",
         "Edited here and in QuickBooks. Neither side changes until you choose."),
        (state(Flag.ATTENTION, reason="A vendor has this name."), connection(), "Needs attention",
         "A vendor has this name."),
        (state(Flag.NOT_SYNCED, reason="older than the connection"), connection(), "Not synced · older",
         "Not synced: older than the connection."),
        (state(Flag.SYNCED), connection(ConnectionStatus.FROZEN), "Frozen · Jul 31",
         "Frozen since Jul 31: as it was in both when you disconnected."),
        (state(Flag.FROZEN, reason="A vendor has this name."), connection(ConnectionStatus.FROZEN), "Frozen · Jul 31",
         "Frozen since Jul 31. When you disconnected: A vendor has this name."),
        (None, connection(ConnectionStatus.FROZEN), "Not synced · disconnected",
         "Not synced: QuickBooks is disconnected."),
    ],
)  # fmt: skip
def test_what_a_flag_says(sync: SyncRecord | None, joined: Connection | None, words: str, tip: str) -> None:
    view = flag_of(sync, joined, item(), zone="America/Chicago", now=NOW)
    assert (view.words, view.tip) == (words, tip)


def test_older_records_and_drafts_say_why_they_stay(books: Books) -> None:
    older = item(NOW - timedelta(days=1))
    for sync in (None, state(Flag.SYNCING, remote_id=None)):
        assert flag_of(sync, connection(), older, now=NOW).words == "Not synced · older"
    assert (
        flag_of(state(Flag.SYNCING, remote_id=None, wanted=True), connection(), older, now=NOW).word
        == "Syncing…"
    )
    draft = invoice(books, "1", stage=Stage.DRAFT, issued_at=None)
    assert flag_of(state(Flag.SYNCED), connection(), draft, now=NOW).words == "Not synced · draft"


def test_the_filter_for_a_flag_finds_the_rows_that_show_it(books: Books) -> None:
    connection_id = books.connect()
    with books.work() as session:
        for n, flag in enumerate(Flag):
            one = invoice(books, flag.value)
            session.add(one)
            session.flush()
            session.add(
                SyncRecord(
                    connection_id=connection_id, kind=Kind.INVOICE, local_id=one.id, remote_id=str(n), flag=flag,
                    flag_since=NOW,
                )
            )  # fmt: skip
        session.add(invoice(books, "draft", stage=Stage.DRAFT))
    with books.store.reading() as session:
        for flag in Flag:
            rows = invoices.page(
                session, books.company_id, ListQuery(filters={"flag": flag.value}), now=NOW
            ).rows
            assert {row.flag for row in rows} == {flag.value}
            assert flag.value in {row.number for row in rows}
        needs = invoices.page(session, books.company_id, ListQuery(filters={"flag": "needs"}), now=NOW).rows
        assert {row.flag for row in needs} == {Flag.ATTENTION, Flag.CONFLICT, Flag.DIFFERS}
        assert items.count(session, books.company_id, ListQuery(filters={"flag": "__class__"})) == 0


def test_the_living_connection_speaks_before_a_frozen_one(books: Books) -> None:
    books.connect()
    with books.work() as session:
        session.add(
            Connection(
                company_id=books.company_id, realm_id="2", status=ConnectionStatus.FROZEN,
                first_connected_at=NOW, connected_at=NOW + timedelta(days=9), frozen_at=NOW,
            )
        )  # fmt: skip
    with books.store.reading() as session:
        newest = newest_connection(session, books.company_id)
        assert newest is not None
        assert newest.realm_id == "9341"
        assert newest_connection(session, books.outside) is None
