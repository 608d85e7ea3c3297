"""The three lists: the address is what they show, links lead on, and hostile calls get words."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from bookipi_app.services.list_address import PAGE_ROWS, read
from bookipi_app.state.customers import CustomersPage
from bookipi_app.state.invoices import InvoicesPage
from bookipi_app.state.items import ItemsPage
from tests.state.conftest import Room

HOSTILE: tuple[Any, ...] = (["a"], {"a": 1}, None, 7, True, b"x")


def visit(room: Room, page: Any, href: str) -> Any:
    """The page as it is after somebody came to this address."""
    page._take(read(type(page).SPEC, dict(parse_qsl(urlsplit(href).query))))
    room.load(page)
    return page


def redirect_of(event: Any) -> str:
    return next(str(value) for name, value in event.args if str(name) == "path").strip('"')


def test_a_list_is_paged_forth_and_back_by_links(room: Room) -> None:
    for number in range(PAGE_ROWS + 5):
        room.books.customer(f"Customer {number:03}")
    page = visit(room, room.open(CustomersPage), "/customers")
    first = [row.name for row in page.rows]
    assert page.position == f"1–{PAGE_ROWS} of {PAGE_ROWS + 5}"
    assert page.hrefs.next
    assert not page.hrefs.previous
    visit(room, page, page.hrefs.next)
    assert page.position == f"{PAGE_ROWS + 1}–{PAGE_ROWS + 5} of {PAGE_ROWS + 5}"
    assert not page.hrefs.next
    visit(room, page, page.hrefs.previous)
    assert [row.name for row in page.rows] == first


def test_a_page_whose_rows_are_gone_is_the_first_one(room: Room) -> None:
    made = [room.books.customer(f"Customer {number:03}") for number in range(PAGE_ROWS + 1)]
    page = visit(room, room.open(CustomersPage), "/customers")
    visit(room, page, page.hrefs.next)
    room.do(page, "tick", str(made[-1]), True)
    room.do(page, "act", "away")
    assert page.position == f"1–{PAGE_ROWS} of {PAGE_ROWS}"


def test_a_head_sorts_and_turns_around(room: Room) -> None:
    for name, price in (("Mulch", "50.50"), ("Sage", "16.85"), ("Pruning", "164.50")):
        room.books.item(name, price)
    page = visit(room, room.open(ItemsPage), "/items")
    assert [row.name for row in page.rows] == ["Mulch", "Pruning", "Sage"]
    visit(room, page, page.hrefs.sorts["price"])
    assert [row.price for row in page.rows] == ["$164.50", "$50.50", "$16.85"]
    visit(room, page, page.hrefs.sorts["price"])
    assert page.rows[0].name == "Sage"


def test_a_search_leads_to_its_address_and_clears(room: Room) -> None:
    room.books.customer("Pecan Grove")
    room.books.customer("Blue Heron")
    page = visit(room, room.open(CustomersPage), "/customers")
    address = redirect_of(room.do(page, "search_for", "heron & co"))
    assert address == "/customers?search=heron+%26+co"
    visit(room, page, "/customers?search=heron")
    assert [row.name for row in page.rows] == ["Blue Heron"]
    assert page.narrows
    visit(room, page, page.hrefs.clear)
    assert page.sums.count == 2


def test_what_is_chosen_stays_in_the_address_of_every_link(room: Room) -> None:
    page = visit(
        room, room.open(InvoicesPage), "/invoices?tab=overdue&search=oak&sort=amount&issued=this-year"
    )
    assert page.hrefs.tabs["paid"] == "/invoices?tab=paid&search=oak&issued=this-year&sort=amount"
    assert page.hrefs.file == "/files/invoices.csv?tab=overdue&search=oak&issued=this-year&sort=amount"
    assert page.hrefs.without["issued"] == "/invoices?tab=overdue&search=oak&sort=amount"
    assert redirect_of(room.do(page, "choose", "status", "sent")) == (
        "/invoices?search=oak&issued=this-year&status=sent&sort=amount"
    )


def test_bad_input_55_refused_an_address_that_was_mangled_shows_what_it_can(room: Room) -> None:
    room.books.customer("Blue Heron")
    page = visit(
        room, room.open(CustomersPage), "/customers?tab=%00&sort=--name&after=x&first=-5&flag=%F0%9F%90%A6"
    )
    assert (page.tab, page.sort, page.first) == ("", "name", 1)
    for sort in ("total; drop", "__class__", "company.users.password_hash", "-password_hash", "name--"):
        visit(room, page, f"/customers?sort={sort}&{sort}=1")
        assert page.sort == "name"


def test_only_the_own_company_is_listed(room: Room) -> None:
    room.books.company_id, own = room.books.outside, room.books.company_id
    room.books.customer("Somebody else's")
    room.books.company_id = own
    assert visit(room, room.open(CustomersPage), "/customers").rows == []


def test_only_rows_of_the_page_can_be_selected(room: Room) -> None:
    here = room.books.customer("Pecan Grove")
    room.books.company_id, own = room.books.outside, room.books.company_id
    elsewhere = room.books.customer("Somebody else's")
    room.books.company_id = own
    page = visit(room, room.open(CustomersPage), "/customers")
    room.do(page, "tick", str(elsewhere), True)
    room.do(page, "tick", str(here), True)
    assert page.selected == [str(here)]
    assert page.all_selected
    room.do(page, "toggle_all")
    assert page.selected == []


def test_an_act_tells_for_each_record_what_became_of_it(room: Room) -> None:
    for name in ("Pecan Grove", "Blue Heron"):
        room.books.customer(name)
    page = visit(room, room.open(CustomersPage), "/customers")
    room.do(page, "toggle_all")
    room.do(page, "act", "sync")  # nothing is connected: refused for both, one by one
    assert [(one.name, one.fine) for one in page.results] == [("Blue Heron", False), ("Pecan Grove", False)]
    room.do(page, "close_results")
    room.do(page, "toggle_all")
    room.do(page, "act", "away")
    assert (page.rows, page.results, page.said.words) == ([], [], "2 customers archived.")
    assert len(page.said.undo_id.split(",")) == 2


def test_a_list_whose_records_are_all_put_away_still_leads_to_them(room: Room) -> None:
    room.books.customer("Pecan Grove")
    page = visit(room, room.open(CustomersPage), "/customers")
    room.do(page, "toggle_all")
    room.do(page, "act", "away")
    assert (page.rows, page.empty, page.sums.counts["archived"]) == ([], False, "1")


def test_an_act_on_many_says_how_far_it_is_and_is_not_done_twice(room: Room) -> None:
    for number in range(12):
        room.books.customer(f"Pecan Grove {number:02}")
    page = visit(room, room.open(CustomersPage), "/customers")
    room.do(page, "toggle_all")
    assert room.run(_steps(page)) == [(0, 12), (5, 12), (10, 12), (0, 0)]
    assert page.said.words == "12 customers archived."
    said = page.said
    room.do(page, "act", "away")  # the second click, which waited
    assert (page.said, page.results, page.selected) == (said, [], [])


async def _steps(page: Any) -> list[tuple[int, int]]:
    steps = type(page).act.fn(page, "away")
    return [(page.acting.done, page.acting.of) async for _ in steps]


@pytest.mark.parametrize("value", HOSTILE, ids=repr)
@pytest.mark.parametrize("handler", ["search_for", "sort_as", "act", "find_buyers", "choose_days"])
def test_what_is_no_text_finds_nothing(room: Room, handler: str, value: Any) -> None:
    page = room.open(InvoicesPage)
    if handler == "choose_days" and isinstance(value, dict):
        value = {"from": value}
    assert room.do(page, handler, value) is not None  # words, and no traceback
    assert (page.search, page.selected) == ("", [])


def test_wrong_arguments_get_words(room: Room) -> None:
    page = room.open(InvoicesPage)
    assert room.do(page, "search_for") is not None
    assert room.do(page, "search_for", "a", "b") is not None
