"""Two tabs of the settings agree: what nobody touched follows, what both touched is asked about."""

from __future__ import annotations

from typing import Any

import pytest
import reflex as rx

from bookipi_app.services import companies
from bookipi_app.state.settings import CompanyState, ProfileState
from tests.state.conftest import Room


def tab(room: Room, page: type[Any] = CompanyState) -> Any:
    """The page in a browser tab of its own."""
    room.root = rx.State()
    state = room.open(page)
    room.do(state, "open")
    return state


def stored(room: Room) -> tuple[int, str, str]:
    with room.books.store.reading() as session:
        company = companies.get(session, room.books.company_id)
    return company.next_number, company.notes, company.name


def save(room: Room, state: Any, **typed: str) -> None:
    """Press *Save*: the browser sends every field of the form, typed in or not."""
    names = ("number_prefix", "next_number", "terms_name", "tax_rate", "discount_label", "notes")
    room.do(state, "save", {**{name: state.texts[name] for name in names}, **typed})


def test_a_field_that_nobody_touched_here_keeps_what_another_tab_saved(room: Room) -> None:
    one, other = tab(room), tab(room)
    save(room, other, next_number="4711")
    save(room, one, notes="Gate code 4417")
    assert stored(room)[:2] == (4711, "Gate code 4417")
    assert one.texts["next_number"] == "4711"


def test_a_field_that_both_touched_is_asked_about_and_the_second_save_counts(room: Room) -> None:
    one, other = tab(room), tab(room)
    save(room, other, notes="Thanks")
    save(room, one, notes="Gate code 4417")
    assert one.problems["notes"] == "Changed on another page to “Thanks”. Save again to replace it."
    assert stored(room)[1] == "Thanks"
    room.do(one, "save", {"notes": "Gate code 4417"})
    assert (one.problems, stored(room)[1]) == ({}, "Gate code 4417")


def test_an_open_page_follows_and_still_asks_about_what_is_typed(room: Room) -> None:
    one, other = tab(room), tab(room)
    save(room, other, notes="Thanks")
    room.load(one)
    assert one.texts["notes"] == "Thanks"
    room.do(one, "save", {"notes": "Gate code 4417"})  # typed before the other tab saved
    assert "Changed on another page" in one.problems["notes"]


def test_what_both_tabs_say_alike_is_saved(room: Room) -> None:
    one, other = tab(room), tab(room)
    save(room, other, notes="Thanks")
    save(room, one, notes="Thanks")
    assert (one.problems, stored(room)[1]) == ({}, "Thanks")


def test_a_profile_is_asked_about_too(room: Room) -> None:
    one, other = tab(room, ProfileState), tab(room, ProfileState)
    room.do(other, "save", {"name": "Maria D.", "country": "US"})
    room.do(one, "save", {"name": "M. Delgado", "country": "US"})
    assert "Maria D." in one.problems["name"]
    room.do(one, "save", {"name": "M. Delgado", "country": "US"})
    assert one.problems == {}


@pytest.mark.parametrize("sent", [None, [], "notes", {"notes": ["a"]}, {"unknown": "x"}], ids=repr)
def test_what_is_no_form_changes_nothing(room: Room, sent: Any) -> None:
    state, before = tab(room), stored(room)
    room.do(state, "save", sent)
    assert stored(room) == before
