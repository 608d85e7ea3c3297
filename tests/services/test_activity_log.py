"""The log of the QuickBooks page: filtered, searched, page by page; as a file that no spreadsheet runs."""

from __future__ import annotations

import csv
import io

from bookipi_app.api.csv_file import harmless, lines_of
from bookipi_app.models import Flag, Kind, Side, SyncRecord
from bookipi_app.services import activity_log, history
from bookipi_app.services.lists import ListQuery
from tests.services.conftest import NOW, Books


def rows(books: Books, query: ListQuery | None = None) -> list[activity_log.LogRow]:
    with books.store.reading() as session:
        return list(activity_log.page(session, books.company_id, query or ListQuery(), now=NOW).rows)


def told(books: Books, **filters: str) -> list[str]:
    search = filters.pop("search", "")
    return [row.words for row in rows(books, ListQuery(search, filters=filters))]


def story(books: Books) -> None:
    """Two records, one of them changed in QuickBooks and in conflict."""
    customer, item = books.customer("Pecan Grove Apartments"), books.item("Hardwood mulch")
    connection = books.connect()
    with books.work() as session:
        session.add(
            SyncRecord(
                connection_id=connection,
                kind=Kind.CUSTOMER,
                local_id=customer,
                flag=Flag.CONFLICT,
                flag_since=NOW,
            )
        )
        history.add(
            session, books.company_id, Kind.CUSTOMER, customer, at=NOW, side=Side.QUICKBOOKS, who="QuickBooks",
            words="Phone changed", detail={"fields": {"phone": ["=1+1", "512 555 0101"]}},
        )  # fmt: skip
    assert item


def test_filters_by_side_kind_and_result(books: Books) -> None:
    story(books)
    assert told(books) == ["Phone changed", "Item created", "Customer created"]
    assert told(books, side="quickbooks") == ["Phone changed"]
    assert told(books, kind="item") == ["Item created"]
    assert told(books, result="conflict") == ["Phone changed", "Customer created"]
    assert told(books, side="nowhere", kind="%") == ["Phone changed", "Item created", "Customer created"]


def test_search_finds_words_and_records(books: Books) -> None:
    story(books)
    assert told(books, search="phone") == ["Phone changed"]
    assert told(books, search="mulch") == ["Item created"]
    assert told(books, search="100%_") == []


def test_pages_meet_without_a_gap(books: Books) -> None:
    story(books)
    with books.store.reading() as session:
        first = activity_log.page(session, books.company_id, ListQuery(size=2), now=NOW)
        query = ListQuery(size=2, after=first.next)
        second = activity_log.page(session, books.company_id, query, now=NOW)
        assert activity_log.count(session, books.company_id, query) == 3
    assert [row.words for row in (*first.rows, *second.rows)] == told(books)
    assert (first.previous, second.next) == (None, None)


def test_another_company_sees_nothing_of_it(books: Books) -> None:
    story(books)
    with books.store.reading() as session:
        assert not activity_log.page(session, books.outside, ListQuery(), now=NOW).rows
    assert list(activity_log.file_rows(books.store, books.outside, ListQuery(), now=NOW)) == [
        activity_log.HEADS
    ]


def test_the_file_holds_every_line_and_no_formula(books: Books) -> None:
    books.customer("=HYPERLINK(A1)")
    story(books)
    for _ in range(120):  # more than one reading
        books.item("-1")
    lines = activity_log.file_rows(books.store, books.company_id, ListQuery(), now=NOW)
    text = "".join(lines_of(lines))
    assert text.startswith("\ufeffTime (UTC),")
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(read) == 1 + 3 + 1 + 120
    assert all(len(row) == len(activity_log.HEADS) for row in read)
    assert not [cell for row in read for cell in row if cell.startswith(("=", "-", "+", "@"))]
    changed = next(row for row in read if row[5] == "Phone changed")
    assert changed[6:9] == ["Phone", "'=1+1", "512 555 0101"]


def test_what_begins_like_a_formula_is_text() -> None:
    for risky in ("=1", "+1", "-1", "@x", "\tx", "\rx"):
        assert harmless(risky) == f"'{risky}"
    assert harmless("Net 30") == "Net 30"


def test_the_file_tells_what_was_sent_and_what_was_answered(books: Books) -> None:
    customer = books.customer("Hill Country Brewing")
    detail = {"code": "6240", "tid": "1-abc", "sent": {"name": "=cmd()", "email": "ap@hill.example"}}
    with books.work() as session:
        history.add(session, books.company_id, Kind.CUSTOMER, customer, at=NOW, side=Side.QUICKBOOKS,
                    who="QuickBooks", words="Refused: the name is taken.", detail=detail)  # fmt: skip
    text = "".join(lines_of(activity_log.file_rows(books.store, books.company_id, ListQuery(), now=NOW)))
    read = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    refused = [row for row in read if row["What happened"].startswith("Refused")]
    assert [(row["Field"], row["After"]) for row in refused] == [
        ("Name", "'=cmd()"), ("E-mail", "ap@hill.example"),
    ]  # fmt: skip
    assert {(row["QuickBooks' answer"], row["Reference"]) for row in refused} == {("6240", "1-abc")}
