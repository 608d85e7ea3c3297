"""The card: in every state it has words, and a way on that leads somewhere."""

from __future__ import annotations

import pytest

from bookipi_app.services.connections import CardFact, CardState, CardView
from bookipi_app.state.card_look import look_of

START = "/oauth/quickbooks/start"


def view(state: str, **more: object) -> CardView:
    base = {"tone": "quiet", "line": "Line", "compact": "Compact"}
    return CardView(state=state, **(base | more))  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("state", list(CardState))
def test_every_state_has_a_line_and_no_dead_button(state: CardState) -> None:
    look = look_of(view(state, button="Do it", button_to="/somewhere", link="See", link_to="/elsewhere"))
    assert look.line
    assert look.line_alone.words
    assert look.line_above.words
    for act in (look.act, look.beside, look.far, look.line_alone.act, look.line_above.act):
        assert not act.words or act.href or act.kind == "sync"


def test_connect_leaves_the_app_by_a_plain_link() -> None:
    look = look_of(view(CardState.NOT_CONNECTED, button="Connect", button_to=START))
    assert (look.act.kind, look.act.look, look.act.href) == ("leave", "pri", START)
    assert look.line_alone.act == look.act
    assert "payment status never" in look.line_alone.more


def test_small_screens_leave_out_what_comes_after_the_dot() -> None:
    look = look_of(view(CardState.FROZEN, compact="Disconnected · 124 frozen"))
    assert (look.line_alone.words, look.line_alone.more) == ("Disconnected", "124 frozen")


def test_above_the_banner_the_line_says_that_the_connection_is_well() -> None:
    more = {"needs_you": 2, "compact": "2 records need you", "lag": "1.4 s", "heard": "12 s ago"}
    look = look_of(view(CardState.NEEDS_YOU, link_to="/quickbooks", **more))
    assert look.line_alone.words == "2 records need you"
    assert (look.line_above.tone, look.line_above.words) == ("ok", "Connected")
    assert look.line_above.more == "changes arrive in 1.4 s · last heard 12 s ago"


def test_promises_are_ticks_and_figures_are_facts() -> None:
    facts = (CardFact("Payment status is never shared", ""), CardFact("Equal", "3 of 3 records"))
    look = look_of(view(CardState.CONNECTED, facts=facts))
    assert look.ticks == ("Payment status is never shared",)
    assert [(fact.label, fact.words) for fact in look.facts] == [("Equal", "3 of 3 records")]


def test_what_needs_a_person_is_red_and_counted() -> None:
    look = look_of(view(CardState.NEEDS_YOU, needs_you=1, words="1 edited on both sides.", connected=True))
    assert look.tone == "bad"
    assert look.needs_words == "1 record needs you."
    assert look.may_disconnect


def test_while_quickbooks_does_not_answer_one_can_try_now() -> None:
    look = look_of(view(CardState.PAUSED, button="See what waits", button_to="/quickbooks?show=syncing"))
    assert look.act.kind == "sync"
    assert look.beside.href == "/quickbooks?show=syncing"


def test_a_connection_that_is_being_ended_is_not_ended_twice() -> None:
    assert not look_of(view(CardState.DISCONNECTING, connected=True)).may_disconnect
