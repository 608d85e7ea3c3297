"""The three lists: what they show, how they page and sort, and what hostile calls get."""

from __future__ import annotations

from typing import Any

import pytest

from bookipi_app.state.customers import CustomersPage
from bookipi_app.state.invoices import InvoicesPage
from bookipi_app.state.items import ItemsPage
from bookipi_app.state.list_page import PAGE_ROWS
from tests.state.conftest import Room

HOSTILE: tuple[Any, ...] = (["a"], {"a": 1}, None, 7, True, b"x")


def test_a_list_is_paged_forth_and_back(room: Room) -> None:
    for number in range(PAGE_ROWS + 5):
        room.books.customer(f"Customer {number:03}")
    page = room.open(CustomersPage)
    room.load(page)
    first = [row.name for row in page.rows]
    assert page.position == f"1–{PAGE_ROWS} of {PAGE_ROWS + 5}"
    assert page.has_next
    assert not page.has_previous
    room.do(page, "next_page")
    assert page.position == f"{PAGE_ROWS + 1}–{PAGE_ROWS + 5} of {PAGE_ROWS + 5}"
    room.do(page, "next_page")  # there is none: nothing happens
    room.do(page, "previous_page")
    assert [row.name for row in page.rows] == first


def test_a_head_sorts_and_turns_around(room: Room) -> None:
    for name, price in (("Mulch", "50.50"), ("Sage", "16.85"), ("Pruning", "164.50")):
        room.books.item(name, price)
    page = room.open(ItemsPage)
    room.load(page)
    assert [row.name for row in page.rows] == ["Mulch", "Pruning", "Sage"]
    room.do(page, "sort_by", "price")
    assert [row.price for row in page.rows] == ["$164.50", "$50.50", "$16.85"]
    room.do(page, "sort_by", "price")
    assert page.rows[0].name == "Sage"


def test_a_search_narrows_and_clears(room: Room) -> None:
    room.books.customer("Pecan Grove")
    room.books.customer("Blue Heron")
    page = room.open(CustomersPage)
    room.do(page, "search_for", "heron")
    assert [row.name for row in page.rows] == ["Blue Heron"]
    assert page.filtered
    room.do(page, "clear_filters")
    assert page.total == 2


def test_only_the_own_company_is_listed(room: Room) -> None:
    room.books.company_id, own = room.books.outside, room.books.company_id
    room.books.customer("Somebody else's")
    room.books.company_id = own
    page = room.open(CustomersPage)
    room.load(page)
    assert page.rows == []


@pytest.mark.parametrize("value", HOSTILE, ids=repr)
@pytest.mark.parametrize("handler", ["search_for", "choose_tab", "choose_flag", "sort_by"])
def test_what_is_no_text_finds_nothing(room: Room, handler: str, value: Any) -> None:
    page = room.open(InvoicesPage)
    assert room.do(page, handler, value) is not None  # words, and no traceback
    assert (page.search, page.tab, page.flag) == ("", "", "")


def test_wrong_arguments_get_words(room: Room) -> None:
    page = room.open(InvoicesPage)
    assert room.do(page, "search_for") is not None
    assert room.do(page, "search_for", "a", "b") is not None
