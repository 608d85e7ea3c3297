"""The bad inputs that only a raw socket can send: nothing of them reaches a handler, a log or another person."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from simple_websocket import ConnectionClosed
from simple_websocket import ConnectionError as NotConnected
from sqlmodel import select

from bookipi_app.models import Customer, LoginSession
from bookipi_app.services import auth
from bookipi_app.state import gate
from bookipi_app.state.failures import BUG_WORDS
from tests.security.conftest import House, fresh_cookie
from tests.security.people import changes
from tests.security.sockets import APP, NAMESPACE, SAY, STATES, RawSocket, hydrating, raw_socket

CUSTOMER = f"{APP}.bookipi_app___state___customer____customer_page"
CUSTOMERS = f"{APP}.bookipi_app___state___customers____customers_page"
ENDS = f"{APP}.bookipi_app___state___ends____end_state"
INVOICE = f"{APP}.bookipi_app___state___invoice____invoice_page"
EDITOR = f"{APP}.bookipi_app___state___invoice_editor____invoice_editor"
SECRET = "sekrit-4c1b"
NOT_FOUND = "This page does not exist, or is not yours."


def test_bad_input_10_refused_a_socket_that_is_open_is_nobodys_once_its_session_ended(house: House) -> None:
    cookie = fresh_cookie(house, house.owner)
    with raw_socket(house.app, cookie, boot=hydrating()) as socket:
        socket.settle()
        with house.store.transaction() as session:
            auth.end_session(session, cookie)
        before = house.of_owner()
        assert "/sign-in" in "".join(socket.call(f"{ENDS}.void", {"invoice_id": house.owner.ids["invoice"]}))
    assert changes(before, house.of_owner()) == {}


@pytest.mark.parametrize(("idle", "led_away"), [(auth.IDLE, True), (auth.IDLE - timedelta(hours=1), False)])
def test_bad_input_13_both_an_open_page_ends_when_its_session_was_idle_for_too_long(
    house: House, idle: timedelta, led_away: bool
) -> None:
    """What was typed into an invoice until then is kept as its draft: tests/state/test_invoice_editor.py."""
    cookie = fresh_cookie(house, house.owner)
    with raw_socket(house.app, cookie) as socket:
        with house.store.transaction() as session:
            session.get_one(LoginSession, auth._digest(cookie)).seen_at = datetime.now(UTC) - idle
        heard = "".join(socket.call(f"{CUSTOMERS}.select_none", path="/customers"))
    assert ("/sign-in" in heard) is led_away


def test_bad_input_17_refused_a_raw_call_with_the_id_of_somebody_else(house: House) -> None:
    with raw_socket(house.app, house.stranger.cookie) as socket:
        socket.call(f"{INVOICE}.arrive", path=f"/invoices/{house.owner.ids['invoice']}")
        socket.call(f"{CUSTOMER}.watch", path=f"/customers/{house.owner.ids['customer']}")
        socket.settle()
    assert house.owner.word not in socket.heard


def test_bad_input_16_17_accepted_the_owners_own_page_loads(house: House) -> None:
    with raw_socket(house.app, house.owner.cookie) as socket:
        socket.event(f"{INVOICE}.watch", path=f"/invoices/{house.owner.ids['invoice']}")
        while f"{house.owner.word} Line" not in socket.receive():
            pass


def test_bad_input_19_refused_a_company_named_in_a_payload_is_ignored(house: House) -> None:
    before = house.of_owner()
    save_customer(
        house, company_id=str(house.owner.company_id), user_id=str(house.owner.user_id), realm_id="1"
    )
    assert changes(before, house.of_owner()) == {}


def test_bad_input_19_accepted_a_record_belongs_to_the_company_of_the_session(house: House) -> None:
    name = save_customer(house, company_id=str(house.owner.company_id))
    with house.store.reading() as session:
        made = session.exec(select(Customer).where(Customer.name == name)).one()
    assert made.company_id == house.stranger.company_id


def save_customer(house: House, **more: str) -> str:
    """Save a new customer with the names of other things beside its fields; its name."""
    path, name = "/customers/new", f"Planted {uuid4()}"
    with raw_socket(house.app, house.stranger.cookie) as socket:
        socket.call(f"{CUSTOMERS}.arrive_new", path=path)
        socket.call(f"{CUSTOMERS}.save_customer", {"sent": {"name": name, **more}}, path)
        socket.call(f"{CUSTOMERS}.save_customer", {"sent": {"name": name}, **more}, path)
    return name


def test_bad_input_23_refused_what_is_no_handler_cannot_be_called(house: House) -> None:
    helpers = ("_say", "_me", "_write", "_reload", "_act", "get_state", "reset", "__init__", "dict")
    with raw_socket(house.app, house.owner.cookie) as socket:
        for name in helpers:
            heard = socket.call(f"{APP}.{name}", {"tone": "ok", "words": SECRET})
            assert len(heard) == 2, name  # the marks alone
    assert SECRET not in socket.heard


def test_bad_input_23_accepted_a_handler_without_the_hydration_before_it(house: House) -> None:
    with raw_socket(house.app, house.owner.cookie) as socket:
        assert "hello there" in "".join(socket.call(SAY, {"tone": "ok", "words": "hello there"}))


@pytest.mark.parametrize("state", [STATES, APP, INVOICE, EDITOR])
def test_bad_input_24_refused_no_variable_is_set_from_outside(house: House, state: str) -> None:
    before = house.everything()
    values: dict[str, Any] = {
        "person": {"company_id": str(house.owner.company_id)},
        "_company_shown": str(house.owner.company_id),
        "company_id": str(house.owner.company_id),
        "total": "1.00",
    }
    with raw_socket(house.app, house.stranger.cookie) as socket:
        socket.settle()
        for name, value in values.items():
            for call, payload in (
                (f"{state}.setvar", {"var_name": name, "value": value}),
                (f"{state}.set_{name}", {"value": value}),
                (
                    f"{STATES}.reflex___state____update_vars_internal_state.update_vars_internal",
                    {"vars": {f"{state}.{name}": value}},
                ),
                (f"{STATES}.hydrate_and_load", {"vars": {f"{state}.{name}": value}}),
            ):
                socket.call(call, payload)
    assert str(house.owner.company_id) not in socket.heard
    assert changes(before, house.everything()) == {}


def test_bad_input_24_accepted_a_field_of_a_form_is_set_by_its_own_handler(house: House) -> None:
    path = "/invoices/new"
    with raw_socket(house.app, house.owner.cookie) as socket:
        socket.call(f"{EDITOR}.arrive", path=path)
        assert "PO-77" in "".join(
            socket.call(f"{EDITOR}.set_field", {"name": "po_number", "text": "PO-77"}, path)
        )


IDS = (-1, 0, 2**63, "1 OR 1=1", None, {}, [1], 1.5, "１", "x" * 5_000, f"{SECRET}-id")


@pytest.mark.parametrize("value", IDS, ids=lambda value: repr(value)[:20])
def test_bad_input_25_refused_what_is_no_id_gets_a_sentence(house: House, value: Any) -> None:
    """In an argument, in the address of a page, and as an argument too many."""
    with raw_socket(house.app, house.owner.cookie) as socket:
        heard = socket.call(f"{ENDS}.void", {"invoice_id": value})
        assert NOT_FOUND in "".join(heard)
        socket.call(f"{ENDS}.void", {"invoice_id": value, SECRET: value})
        socket.call(f"{ENDS}.void", {})
        socket.call(f"{APP}.forget_undo", {"number": value})
        socket.call(f"{INVOICE}.arrive", path=f"/invoices/{value}")
    assert BUG_WORDS not in socket.heard
    assert not any(word in house.logs() for word in (SECRET, "1 OR 1=1", "Traceback"))


def test_bad_input_25_accepted_an_id_is_an_id(house: House) -> None:
    with raw_socket(house.app, house.owner.cookie) as socket:
        heard = "".join(socket.call(f"{ENDS}.duplicate", {"invoice_id": house.owner.ids["invoice"]}))
    assert "_redirect" in heard
    assert "/edit" in heard


JUNK = (
    {"name": f"{STATES}.{SECRET}", "payload": {"password": SECRET}},
    {"name": SECRET, "payload": {"token": SECRET}, "router_data": {"token": SECRET}},
    {"name": None, "payload": SECRET},
    {"name": SAY, "payload": [SECRET]},
    {"name": SAY, "payload": {"tone": "ok", "words": "x"}, "router_data": SECRET},
    {"name": SAY, "payload": {"tone": "ok", "words": "x"}, "router_data": {"pathname": {SECRET: 1}}},
    [SECRET],
    SECRET,
    json.dumps({"name": f"{STATES}.{SECRET}", "payload": {}}),
    7,
    None,
)


def test_bad_input_26_refused_of_an_unknown_event_nothing_is_logged(house: House) -> None:
    with raw_socket(house.app, house.owner.cookie) as socket:
        for data in JUNK:
            socket.speak("event", data)
        for name in (SECRET, "connect", "disconnect", "link_token_to_sid", "event"):
            socket.speak(name, {"QUERY_STRING": f"token={SECRET}", "asgi.scope": {"headers": []}})
        socket.speak("event")
        socket.speak("event", {}, {})
        socket.event(f"{APP}.forget_undo", {"number": SECRET})
        crash = {"info": SECRET, "component_stack": SECRET}
        socket.event(
            f"{STATES}.reflex___state____frontend_event_exception_state.handle_frontend_exception", crash
        )
        socket.settle()  # it lives on
    assert SECRET not in house.logs()
    assert socket.token not in house.logs()
    assert "Traceback" not in house.logs()


def test_bad_input_26_accepted_what_is_dropped_is_noted_without_its_words(house: House) -> None:
    assert "an event that no page sends was dropped" in house.logs()


def test_bad_input_27_refused_the_token_of_another_tab_opens_nothing(house: House) -> None:
    """While the tab is open and after it was closed; to a stranger, to nobody, and to a session that ended."""
    path = f"/invoices/{house.owner.ids['invoice']}"
    with raw_socket(house.app, house.owner.cookie, boot=hydrating(path)) as socket:
        while f"{house.owner.word} Line" not in socket.receive():
            pass
        for cookie in (house.stranger.cookie, "", "x" * 43):
            assert house.owner.word not in taken(house, cookie, socket.token)
    for cookie in (house.stranger.cookie, "", "x" * 43):
        assert house.owner.word not in taken(house, cookie, socket.token)


def test_bad_input_27_accepted_the_own_tab_comes_back_after_a_break(house: House) -> None:
    with raw_socket(house.app, house.owner.cookie, boot=hydrating("/invoices/new")) as socket:
        path = "/invoices/new"
        socket.call(f"{EDITOR}.arrive", path=path)
        socket.call(f"{EDITOR}.set_field", {"name": "po_number", "text": "PO-78"}, path)
    assert "PO-78" in taken(house, house.owner.cookie, socket.token)


def test_a_tab_goes_on_while_nobody_holds_its_first_socket_any_more(house: House) -> None:
    """The network changed under it: no end of the first socket ever arrives."""
    path = "/invoices/new"
    with raw_socket(house.app, house.owner.cookie, boot=hydrating(path)) as silent:
        silent.call(f"{EDITOR}.arrive", path=path)
        silent.call(f"{EDITOR}.set_field", {"name": "po_number", "text": "PO-79"}, path)
        heard = taken(house, house.owner.cookie, silent.token)
    assert "PO-79" in heard
    assert "new_token" not in heard


def test_a_tab_that_is_open_twice_gets_one_of_its_own(house: House) -> None:
    path = "/invoices/new"
    with raw_socket(house.app, house.owner.cookie, boot=hydrating(path)) as first:
        first.call(f"{EDITOR}.arrive", path=path)
        first.call(f"{EDITOR}.set_field", {"name": "po_number", "text": "PO-80"}, path)
        with held(first):
            heard = taken(house, house.owner.cookie, first.token)
        assert "new_token" in heard
        assert "PO-80" not in heard
        first.settle()  # and the first one stays


@contextmanager
def held(socket: RawSocket) -> Iterator[None]:
    """Somebody is there: pings are answered as a browser does it."""
    over = threading.Event()

    def answer() -> None:
        while not over.is_set():
            if socket.socket.receive(timeout=0.05) == "2":
                socket.send("3")

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def taken(house: House, cookie: str, token: str) -> str:
    """Everything that somebody hears who opens a tab by its token."""
    with raw_socket(house.app, cookie, token=token) as socket:
        socket.call(f"{STATES}.hydrate")
        return socket.heard


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost", "http://localhost.evil.example"]
)
def test_bad_input_28_refused_a_websocket_of_another_site(house: House, origin: str) -> None:
    with pytest.raises((NotConnected, ConnectionClosed)), raw_socket(house.app, origin=origin):
        pass


def test_bad_input_28_accepted_a_websocket_of_our_own_page(house: House) -> None:
    with raw_socket(house.app) as socket:
        socket.settle()


def test_bad_input_29_refused_a_flood_ends_its_socket(house: House) -> None:
    with (
        raw_socket(house.app, house.stranger.cookie) as flood,
        raw_socket(house.app, house.owner.cookie) as other,
    ):
        try:
            for number in range(10_000):
                flood.event(SAY, {"tone": "ok", "words": f"flood {number}"})
        except ConnectionClosed:
            pass
        assert flood.is_closed()
        other.settle()  # and nobody else's
    assert flood.heard.count("flood ") < gate.BURST + 10 * gate.PER_SECOND


def test_bad_input_29_accepted_a_fast_hand_is_not_held_up(house: House) -> None:
    with raw_socket(house.app, house.owner.cookie) as socket:
        for number in range(200):
            socket.event(SAY, {"tone": "ok", "words": f"fast {number}"})
        socket.settle()
    assert "fast 199" in socket.heard
    assert f"41{NAMESPACE}" not in socket.heard
