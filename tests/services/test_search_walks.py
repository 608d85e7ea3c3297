"""A search that finds much is read on a walk through the order, or looked up: the rows and their order are the same."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from bookipi_app.models import Customer, Invoice, Stage
from bookipi_app.services import invoices
from bookipi_app.services.list_address import INVOICES
from bookipi_app.services.lists import ListQuery, Page
from bookipi_app.text import fold
from tests.services.conftest import NOW, Books
from tests.services.test_large_books import FEW, MANY, SLACK, book, steps
from tests.services.test_lists import TODAY, invoice

ROWS = 80
TEXTS = ("inv-1", "inv-", "old", "pecan", "7", "ld-0", "v-0", "nobody")
"""Much, all, only the oldest rows, a customer's, a short one, a part of few and of many numbers, nothing."""
FILTERS: tuple[dict[str, str], ...] = (
    {},
    {"status": "paid"},
    {"status": "overdue"},
    {"age": "older"},
    {"trash": "yes"},
    {"customer": "?"},
    {"issued": "this-month"},
    {"from": "2026-10-01", "to": "2026-11-19", "status": "outstanding"},
)
Rows = list[str]


def filled(books: Books, company_id: UUID, offset: int = 0) -> UUID:
    """Invoices in many cells, a third of them of a customer; the oldest dozen has numbers of its own. A customer."""
    books.company_id = company_id
    buyers = [books.customer(name) for name in ("Pecan Grove", "Oak & Sons", "Pecan Two")]
    with books.work() as session:
        for n in range(offset, offset + ROWS):
            number = f"{'OLD' if n % ROWS >= ROWS - 12 else 'INV'}-{n % 3}{n:02d}"
            day = TODAY - timedelta(days=n % ROWS * 2)
            draft = n % 7 == 3
            session.add(
                invoice(
                    books, number, issue_date=day, due_date=day + timedelta(days=n * 5 % 40),
                    total_cents=77_000 + n % 5, paid_cents=77_004 if n % 4 == 1 and not draft else 0,
                    stage=Stage.DRAFT if draft else Stage.ISSUED, issued_at=None if draft else NOW,
                    trashed_at=NOW if n % 6 == 5 else None, customer_id=None if n % 3 else buyers[n // 3 % 3],
                )
            )  # fmt: skip
    return buyers[0]


def naive(session: Session, company_id: UUID, text: str) -> set[str]:
    """What a search finds, by reading everything."""
    folded = fold(text)
    everything = list(session.exec(select(Invoice).where(col(Invoice.company_id) == company_id)))
    names = {one.id: one.name_key for one in session.exec(select(Customer))}
    found = [
        one
        for one in everything
        if one.number_key.startswith(folded)
        or one.number_key.lstrip("abcdefghijklmnopqrstuvwxyz-_#/. ").startswith(folded)
        or (one.customer_id and folded in names[one.customer_id])
    ]
    if not found and len(folded) >= 3:
        found = [one for one in everything if folded in one.number_key]
    return {str(one.id) for one in found}


def read(session: Session, company_id: UUID, **asked: Any) -> tuple[Rows, Rows]:
    """All ids page by page to the end, and on the way back from there."""

    def page(**edge: Any) -> Page[Any]:
        return invoices.page(session, company_id, ListQuery(**asked, **edge), now=NOW)

    pages = [page()]
    while pages[-1].next:
        pages.append(page(after=pages[-1].next))
    back = [pages[-1]]
    while back[-1].previous:
        back.append(page(before=back[-1].previous))
    return [row.id for one in pages for row in one.rows], [row.id for one in back[::-1] for row in one.rows]


@pytest.mark.parametrize("sort", INVOICES.sorts)
@pytest.mark.parametrize("little", [1, pytest.param(5, marks=pytest.mark.long)])
def test_a_walk_shows_what_reading_everything_shows(
    books: Books, sort: str, little: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookipi_app.services.invoice_filters.LITTLE", little)
    monkeypatch.setattr("bookipi_app.services.invoice_filters.MORE", 3)
    ours, outside = books.company_id, books.outside
    filled(books, outside, ROWS)
    buyer = filled(books, ours)
    with books.store.reading() as session:
        for number, (filters, text) in enumerate(product(FILTERS, TEXTS)):
            asked: dict[str, Any] = {
                "sort": sort,
                "descending": number % 3 > 0,
                "filters": {**filters, **({"customer": str(buyer)} if "customer" in filters else {})},
            }
            everything = invoices.page(session, ours, ListQuery(**asked, size=100), now=NOW).rows
            found = naive(session, ours, text)
            expected = [row.id for row in everything if row.id in found]
            there, back = read(session, ours, **asked, search=text, size=14)
            assert there == expected, (asked, text)
            assert sorted(back) == sorted(expected), (asked, text)
            assert invoices.count(session, ours, ListQuery(**asked, search=text), now=NOW) == len(expected)


def test_rows_of_the_same_day_come_once(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bookipi_app.services.invoice_filters.LITTLE", 1)
    with books.work() as session:
        session.add_all([invoice(books, f"INV-{n}", paid_cents=100 * (n % 2)) for n in range(30)])
    with books.store.reading() as session:
        for sort, descending in product(("issued", "due", "amount"), (True, False)):
            whole = invoices.page(
                session, books.company_id, ListQuery(sort=sort, descending=descending, size=100)
            )
            there, _ = read(session, books.company_id, sort=sort, descending=descending, search="inv", size=4)
            assert there == [row.id for row in whole.rows]


@pytest.fixture
def counted(books: Books) -> Books:
    if not books.store.url.startswith("sqlite"):
        pytest.skip("SQLite alone counts its steps.")
    return books


def work(books: Books, company_id: UUID, query: ListQuery) -> int:
    return steps(books.store, lambda session, mine: invoices.page(session, mine, query), company_id)


@pytest.mark.parametrize("text", ["inv-", "customer", "nv-"])
def test_a_search_that_finds_much_costs_the_same_in_a_book_ten_times_as_long(
    counted: Books, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookipi_app.services.invoice_filters.LITTLE", 100)
    monkeypatch.setattr("bookipi_app.services.lists.FEW", 100)
    small, large = book(counted, FEW), book(counted, MANY)
    for sort in INVOICES.sorts:
        few, many = (work(counted, one, ListQuery(search=text, sort=sort)) for one in (small, large))
        assert many <= few + SLACK, (sort, few, many)


@pytest.mark.parametrize("text", ["nv-2", "nv-5", "customer 4", "customer 0"])
def test_a_search_costs_the_same_however_much_of_it_others_have(
    counted: Books, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookipi_app.services.invoice_filters.LITTLE", FEW)
    monkeypatch.setattr("bookipi_app.services.lists.FEW", 20)
    small, queries = book(counted, FEW), [ListQuery(search=text, sort=sort) for sort in INVOICES.sorts]
    book(counted, MANY)
    before = [work(counted, small, query) for query in queries]
    book(counted, MANY + 1)
    for query, beside_one in zip(queries, before, strict=True):
        assert work(counted, small, query) <= beside_one + SLACK, query


@pytest.mark.parametrize("text", ["inv-1", "inv-2", "inv-4"])
def test_a_walk_that_meets_nothing_costs_little_beside_sorting(
    counted: Books, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quarter of the book, together at the far end of some orders."""
    large = book(counted, MANY)
    for sort, descending in product(INVOICES.sorts, (True, False)):
        query = ListQuery(search=text, sort=sort, descending=descending)
        monkeypatch.setattr("bookipi_app.services.invoice_filters.LITTLE", MANY)
        sorting = work(counted, large, query)
        monkeypatch.setattr("bookipi_app.services.invoice_filters.LITTLE", 100)
        assert work(counted, large, query) <= 2.5 * sorting + SLACK, query
