"""The QuickBooks page and Settings → Integration without a browser: filters, the file's address, the two choices."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import select

from bookipi_app.models import ConnectionStatus, SyncRecord
from bookipi_app.state.integration import IntegrationState
from bookipi_app.state.quickbooks import QuickBooksState
from bookipi_app.state.review import ReviewState
from tests.services.conftest import NOW
from tests.state.conftest import Room


def test_the_log_is_filtered_and_the_file_carries_the_filters(room: Room) -> None:
    room.books.customer("Pecan Grove")
    room.books.item("Hardwood mulch")
    page = room.open(QuickBooksState)
    room.load(page)
    assert [row.title for row in page.log] == ["Hardwood mulch", "Pecan Grove"]
    assert (page.position, page.file, page.filtered) == ("1–2 of 2", "/files/quickbooks-log.csv", False)
    room.do(page, "choose_kind", "item")
    room.do(page, "search_for", "mulch & more")
    assert page.log == []
    room.do(page, "search_for", "mulch")
    assert [row.title for row in page.log] == ["Hardwood mulch"]
    assert page.file == "/files/quickbooks-log.csv?search=mulch&kind=item"
    room.do(page, "clear_filters")
    assert len(page.log) == 2


def test_odd_arguments_leave_the_page_as_it_is(room: Room) -> None:
    page = room.open(QuickBooksState)
    for odd in (None, 7, ["x"], {"a": 1}):
        for handler in ("search_for", "choose_side", "choose_kind", "choose_result"):
            room.do(page, handler, odd)
    assert not page.filtered


def test_older_records_are_brought_over_by_kind(room: Room) -> None:
    room.books.customer()
    room.books.connect(at=NOW + timedelta(hours=1))
    page = room.open(IntegrationState)
    room.load(page)
    assert [one.words for one in page.older] == ["1 customer"]
    room.do(page, "bring_over", "payment")
    room.do(page, "bring_over", "customer")
    assert page.older == []
    with room.books.store.reading() as session:
        assert session.exec(select(SyncRecord)).one().wanted


def test_what_is_not_offered_is_said_and_not_chosen(room: Room) -> None:
    room.books.connect()
    page = room.open(IntegrationState)
    room.do(page, "choose_account", "80")
    assert (page.said.tone, page.offers.account) == ("bad", "")


def test_nothing_goes_on_outside_a_review(room: Room) -> None:
    room.books.connect()
    page = room.open(ReviewState)
    room.load(page)
    assert (page.crowds, page.again) == ([], False)
    for handler in ("go_on", "confirm_crowd", "reject_crowd"):
        room.do(page, handler)
    assert page.said.words == ""


def test_a_review_says_that_quickbooks_is_still_being_read(room: Room) -> None:
    room.books.connect(status=ConnectionStatus.REVIEW)
    page = room.open(ReviewState)
    room.load(page)
    assert (page.again, page.looking, page.total) == (True, True, 0)
