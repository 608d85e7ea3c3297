"""What the lists stand on: periods, ages, search, files, acts on many, and the palette's search."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from bookipi_app.api.csv_file import harmless, lines_of
from bookipi_app.errors import NotFound
from bookipi_app.models import Invoice, Kind, Stage
from bookipi_app.services import bulk, invoices
from bookipi_app.services.find import find
from bookipi_app.services.invoice_status import AGES, age_of, due_between
from bookipi_app.services.list_address import CUSTOMERS, INVOICES, address, read
from bookipi_app.services.list_files import FILES, lines
from bookipi_app.services.lists import ListQuery
from bookipi_app.services.periods import PERIODS, period
from tests.services.conftest import NOW, WHO, Books
from tests.services.test_lists import TODAY, fill, invoice

FILE = {file.spec.path: file for file in FILES}


def numbers(books: Books, **query: Any) -> list[str]:
    with books.store.reading() as session:
        found = invoices.page(session, books.company_id, ListQuery(size=100, **query), now=NOW)
        total = invoices.count(session, books.company_id, ListQuery(**query), now=NOW)
    assert total == len(found.rows)  # the rows and their count agree, however the rows were found
    return sorted(row.number for row in found.rows)


@pytest.mark.parametrize("name", PERIODS)
@pytest.mark.parametrize(
    "today", [date(2026, 1, 1), date(2026, 2, 28), date(2028, 2, 29), date(2026, 12, 31)]
)
def test_a_period_is_whole_and_holds_today_or_ends_before_it(name: str, today: date) -> None:
    found = period(name, today)
    assert found is not None
    first, last = found
    assert first.day == 1
    assert (last + timedelta(days=1)).day == 1
    assert (first <= today <= last) is name.startswith("this")
    assert last < today or name.startswith("this")


def test_every_due_date_has_exactly_one_age() -> None:
    for back in range(-400, 400):
        day = TODAY + timedelta(days=back)
        spans = [span for age in AGES if (span := due_between(age, TODAY)) and span[0] <= day <= span[1]]
        assert len(spans) == 1
        assert due_between(age_of(day, TODAY), TODAY) == spans[0]


def test_a_number_is_found_by_its_beginning_its_digits_or_any_part_of_it(books: Books) -> None:
    with books.work() as session:
        session.add_all(invoice(books, number) for number in ("INV-1042", "INV-1043", "Q/77-1042", "42"))
    assert numbers(books, search="inv-10") == ["INV-1042", "INV-1043"]
    assert numbers(books, search="1042") == ["INV-1042"]
    assert numbers(books, search="042") == ["INV-1042", "Q/77-1042"]
    assert numbers(books, search="77") == ["Q/77-1042"]
    assert numbers(books, search="zzzz") == []


@pytest.mark.parametrize("few", [0, 1000])
def test_rows_are_the_same_whether_they_are_looked_up_or_walked_to(
    books: Books, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    books.customer("Ada")
    fill(books)
    with books.work() as session:
        session.add_all(
            [
                invoice(books, "D-1", stage=Stage.DRAFT),
                invoice(books, "V-1", stage=Stage.VOID),
                invoice(books, "T-1", trashed_at=NOW),
                invoice(books, "L-1", due_date=TODAY - timedelta(40)),
                invoice(books, "P-1", paid_cents=100),
            ]
        )
    monkeypatch.setattr("bookipi_app.services.lists.FEW", few)
    monkeypatch.setattr("bookipi_app.services.invoice_filters.MANY", few)
    expected = {
        "draft": ["D-1"],
        "void": ["V-1"],
        "overdue": ["L-1"],
    }
    for sort in ("issued", "due", "number", "customer", "amount"):
        for status, found in expected.items():
            assert numbers(books, sort=sort, filters={"status": status}) == found
        assert numbers(books, sort=sort, filters={"trash": "yes"}) == ["T-1"]
        assert numbers(books, sort=sort, filters={"age": "60"}) == ["L-1"]
        assert numbers(books, sort=sort, search="n-00", filters={"issued": "this-year"}) == [
            f"N-{number:03}" for number in range(10)
        ]
        assert len(numbers(books, sort=sort, search="ada")) == 11


def test_an_address_and_what_it_asks_are_two_ways_of_saying_one_thing() -> None:
    for said in (
        "/invoices",
        "/invoices?tab=overdue&search=a+%26+b&flag=needs&sort=amount",
        "/invoices?issued=this-year&customer=x&after=abc&first=26",
    ):
        parameters = dict(parse_qsl(urlsplit(said).query))
        assert address(INVOICES, read(INVOICES, parameters)) == said
    assert read(CUSTOMERS, {"sort": "-name; drop", "first": "²", "tab": "x"}) == read(CUSTOMERS, {})


def test_a_file_holds_all_rows_and_no_formula(books: Books) -> None:
    books.customer("=1+1|cmd", email="a@b.example")
    books.customer("+1 (512)")
    with books.work() as session:
        session.add_all(invoice(books, f"N-{number:03}") for number in range(120))
    rows = list(lines(books.store, books.company_id, FILE["/invoices"], read(INVOICES, {}), now=NOW))
    assert len(rows) == 121
    assert len({row[0] for row in rows[1:]}) == 120
    text = "".join(
        lines_of(lines(books.store, books.company_id, FILE["/customers"], read(CUSTOMERS, {}), now=NOW))
    )
    cells = [row[0] for row in csv.reader(io.StringIO(text.removeprefix("\ufeff")))]
    assert cells[1:] == ["'+1 (512)", "'=1+1|cmd"]
    assert harmless("-12.50") == "-12.50"  # a number stays a number
    assert harmless(" =1") == "' =1"


def test_an_act_on_a_record_of_somebody_else_is_refused_and_changes_nothing(books: Books) -> None:
    customer_id = str(books.customer("Ada"))
    away = bulk.act_of(Kind.CUSTOMER, "away")
    with books.work() as session, pytest.raises(bulk.Refused) as refused:
        bulk.do(session, books.outside, away, customer_id, now=NOW, who=WHO)
    assert refused.value.outcome.words == NotFound().words
    for name in ("send", "__class__", ""):
        with pytest.raises(NotFound):
            bulk.act_of(Kind.CUSTOMER, name)


def test_the_bulk_acts_say_what_they_did(books: Books) -> None:
    customer_id = books.customer("Ada", email="ada@example.com")
    with books.work() as session:
        row = invoice(books, "N-1", customer_id=customer_id)
        draft = invoice(books, "N-2", stage=Stage.DRAFT, issued_at=None)
        session.add_all([row, draft])
        session.flush()
        told = {"now": NOW, "who": WHO}
        pay = bulk.act_of(Kind.INVOICE, "pay")
        fine = bulk.do(session, books.company_id, pay, str(row.id), **told)
        with pytest.raises(bulk.Refused) as refused:
            bulk.do(session, books.company_id, pay, str(draft.id), **told)
        assert (fine.name, fine.fine, refused.value.outcome.fine) == ("N-1", True, False)
        assert bulk.words_of(pay, [fine, refused.value.outcome]) == "1 of 2 invoices marked paid."
        assert session.get_one(Invoice, row.id).paid_cents == 100
        send = bulk.act_of(Kind.INVOICE, "send")
        with pytest.raises(bulk.Refused, match="no e-mail address"):
            bulk.do(session, books.company_id, send, str(draft.id), **told)


def test_the_palette_finds_only_the_companys_own(books: Books) -> None:
    books.customer("Ada")
    books.item("Ada's mulch")
    with books.store.reading() as session:
        assert [one.title for one in find(session, books.company_id, "ada", now=NOW)] == [
            "Ada",
            "Ada's mulch",
        ]
        assert find(session, books.outside, "ada", now=NOW) == []
        assert find(session, books.company_id, "", now=NOW) == []
        assert find(session, books.company_id, "\u202e\U0001f600'%_", now=NOW) == []
