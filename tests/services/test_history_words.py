"""A record's history tells fields by their names and values as people read them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from bookipi_app.api.csv_file import lines_of
from bookipi_app.models import Kind, Side
from bookipi_app.services import activity_log, history, invoices, items
from bookipi_app.services.history import HistoryView
from bookipi_app.services.invoice_form import InvoiceForm, LineForm, form_of_invoice
from bookipi_app.services.invoice_lines import lines_of as stored_lines
from bookipi_app.services.items import form_of_item
from bookipi_app.services.lists import ListQuery
from bookipi_app.services.panel import Panel, panel_of
from tests.services.conftest import NOW, WHO, Books

AFTERWARDS = NOW + timedelta(seconds=1)
LINES = [LineForm(description="Courtyard beds", quantity="2", price="1284.5")]


def newest(books: Books, kind: Kind, record_id: UUID) -> HistoryView:
    with books.store.reading() as session:
        return history.of(session, books.company_id, kind, record_id, now=NOW)[0]


def changes(view: HistoryView) -> dict[str, tuple[str, str]]:
    return {change.label: (change.old, change.new) for change in view.changes}


def edited(books: Books, **fields: Any) -> HistoryView:
    """An invoice that was saved, and what the history says after these fields were edited."""
    form = InvoiceForm(
        customer_id=str(books.customer("Pecan Grove Apartments")),
        lines=LINES,
        issue_date="2026-11-20",
        due_date="2026-12-20",
    )
    with books.work() as session:
        made = invoices.save(session, books.company_id, None, form, issue=True, now=NOW, who=WHO)
        as_it_is = form_of_invoice(made, stored_lines(session, made.id))
    with books.work() as session:
        invoices.save(
            session, books.company_id, made.id, replace(as_it_is, **fields), issue=True, now=NOW, who=WHO
        )
    return newest(books, Kind.INVOICE, made.id)


def test_a_price_is_told_as_a_price(books: Books) -> None:
    item = books.item("Hardwood mulch", "19.5")
    with books.work() as session:
        form = form_of_item(items.get(session, books.company_id, item))
        items.save(
            session,
            books.company_id,
            item,
            replace(form, price="1284.1234567", taxable=True),
            now=NOW,
            who=WHO,
        )
    assert changes(newest(books, Kind.ITEM, item)) == {
        "Price": ("$19.50", "$1,284.1234567"),
        "Taxable": ("No", "Yes"),
    }


def test_days_money_rates_and_lines_are_told_as_people_read_them(books: Books) -> None:
    view = edited(
        books,
        due_date="2027-01-15",
        shipping="45",
        discount_kind="percent",
        discount_value="10",
        tax_mode="exclusive",
        tax_rate="8.25",
        lines=[replace(LINES[0], quantity="3")],
    )
    assert changes(view) == {
        "Due date": ("Dec 20, 2026", "Jan 15, 2027"),
        "Shipping": ("$0.00", "$45.00"),
        "Discount": ("", "10%"),
        "Tax is": ("none", "on top of the prices"),
        "Tax rate": ("0%", "8.25%"),
        "Lines": ("Courtyard beds: 2 × $1,284.50", "Courtyard beds: 3 × $1,284.50"),
    }


def test_another_customer_is_told_by_name(books: Books) -> None:
    view = edited(books, customer_id=str(books.customer("Lakeline Homeowners")))
    assert changes(view)["Customer"] == ("Pecan Grove Apartments", "Lakeline Homeowners")


def told(books: Books, detail: Mapping[str, Any]) -> HistoryView:
    customer = books.customer()
    with books.work() as session:
        history.add(
            session, books.company_id, Kind.CUSTOMER, customer, at=AFTERWARDS, side=Side.QUICKBOOKS, who="QuickBooks",
            words="Refused: taken", detail=detail,
        )  # fmt: skip
    return newest(books, Kind.CUSTOMER, customer)


def test_what_quickbooks_answered_and_how_long_it_took_stand_beside_the_words(books: Books) -> None:
    view = told(books, {"code": "6240", "tid": "1-abc", "took": 2140})
    assert (view.answer, view.reference, view.took) == ("QuickBooks’ answer 6240", "reference 1-abc", "2.1 s")
    lines = activity_log.file_rows(books.store, books.company_id, ListQuery(search="taken"), now=NOW)
    [head, row] = csv.reader(io.StringIO("".join(lines_of(lines)).removeprefix("\ufeff")))
    found = dict(zip(head, row, strict=True))
    assert (found["QuickBooks' answer"], found["Reference"], found["Took (s)"]) == ("6240", "1-abc", "2.1")


def test_nothing_is_said_of_what_was_not_measured_or_answered(books: Books) -> None:
    view = told(books, {"fields": {"bill_city": ["Austin", "Cedar Park\nTexas"]}})
    assert (view.answer, view.reference, view.took) == ("", "", "")
    assert [(change.label, change.block) for change in view.changes] == [("Billing city", True)]


def test_of_many_lines_only_those_that_moved_are_told(books: Books) -> None:
    before = [LineForm(description=f"Week {at}", quantity="1", price="45") for at in range(40)]
    view = told(books, {"fields": {"lines": [texts(before), texts([*before[:20], *before[21:], LINES[0]])]}})
    assert [(change.old, change.new) for change in view.changes] == [("Week 20", "Courtyard beds")]
    twice = told(books, {"fields": {"lines": ["Mulch\nMulch", "Mulch"]}})
    assert [(change.old, change.new) for change in twice.changes] == [("Mulch", "")]
    moved = told(books, {"fields": {"lines": ["Mulch\nSage", "Sage\nMulch"]}})
    assert [(change.old, change.new) for change in moved.changes] == [("Mulch\nSage", "Sage\nMulch")]


def texts(lines: list[LineForm]) -> str:
    return "\n".join(line.description for line in lines)


def test_each_entry_has_the_mark_of_what_happened(books: Books) -> None:
    def mark(side: Side, who: str, words: str, detail: Mapping[str, Any] | None = None) -> tuple[str, str]:
        customer = books.customer()
        with books.work() as session:
            history.add(
                session, books.company_id, Kind.CUSTOMER, customer, at=AFTERWARDS, side=side, who=who, words=words,
                detail=detail,
            )  # fmt: skip
        view = newest(books, Kind.CUSTOMER, customer)
        return view.mark, view.tone

    assert mark(Side.QUICKBOOKS, "QuickBooks", "Phone changed on both sides.", {"units": []}) == (
        "conflict",
        "clash",
    )
    assert mark(Side.HERE, WHO, "Kept ours over QuickBooks': phone", {"lost": {}}) == ("conflict", "clash")
    assert mark(Side.QUICKBOOKS, "QuickBooks", "Refused: taken", {"code": "6240"}) == ("attention", "bad")
    assert mark(Side.HERE, "Bookipi", "Not delivered to a@b.example") == ("attention", "bad")
    assert mark(Side.QUICKBOOKS, "QuickBooks", "Changed in QuickBooks: phone") == ("download", "ok")
    assert mark(Side.HERE, "Bookipi", "Updated in QuickBooks: phone", {"tid": "1-a"}) == ("upload", "ok")
    assert mark(Side.HERE, WHO, "Sent to a@b.example") == ("send", "")
    assert mark(Side.HERE, WHO, "Phone changed") == ("edit", "")


def test_a_history_that_is_longer_than_its_page_has_a_file_of_all_of_it(books: Books) -> None:
    item, other = books.item("Hardwood mulch", "19.5"), books.item("Cedar mulch", "24")
    for number in range(history.SHOWN):
        with books.work() as session:
            words = f"Edit {number}"
            history.add(
                session, books.company_id, Kind.ITEM, item, at=NOW, side=Side.HERE, who=WHO, words=words
            )
    long, short = panel(books, item), panel(books, other)
    assert (len(long.history), short.whole_history) == (history.SHOWN, "")
    told = dict(parse_qsl(urlsplit(long.whole_history).query))
    rows = list(activity_log.file_rows(books.store, books.company_id, ListQuery(filters=told), now=NOW))
    assert len(rows) == 1 + history.SHOWN + 1  # the heads, the edits, and that it was made
    assert (
        list(activity_log.file_rows(books.store, books.outside, ListQuery(filters=told), now=NOW)) == rows[:1]
    )


def panel(books: Books, item_id: UUID) -> Panel:
    with books.store.reading() as session:
        return panel_of(session, Kind.ITEM, items.get(session, books.company_id, item_id), now=NOW)
