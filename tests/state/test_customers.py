"""Customers and items: the forms, what is said at their fields, and a change that arrives meanwhile."""

from __future__ import annotations

import pytest

from bookipi_app.services import customers, items
from bookipi_app.services.customers import CustomerForm
from bookipi_app.state.customer import CustomerPage
from bookipi_app.state.customers import CustomersPage
from bookipi_app.state.item import ItemPage
from bookipi_app.state.items import ItemsPage
from tests.services.conftest import NOW
from tests.state.conftest import Room


def test_a_form_sent_twice_makes_one_customer(room: Room) -> None:
    page = room.open(CustomersPage)
    room.do(page, "begin_customer")
    room.do(page, "save_customer", {"name": "Blue Heron Cafe", "email": "lena@example.com"})
    room.do(page, "save_customer", {"name": "Blue Heron Cafe", "email": "lena@example.com"})
    room.load(page)
    assert [row.name for row in page.rows] == ["Blue Heron Cafe"]
    assert not page.customer_open


def test_mistakes_are_said_at_their_fields_and_the_form_stays(room: Room) -> None:
    page = room.open(CustomersPage)
    room.do(page, "begin_customer")
    room.do(page, "save_customer", {"name": "x" * 10_000, "email": "not an address"})
    assert set(page.customer_problems) == {"name", "email"}
    assert page.customer_open


@pytest.mark.parametrize("sent", [["a"], None, "text", 7])
def test_a_form_that_is_none_is_refused(room: Room, sent: object) -> None:
    page = room.open(CustomersPage)
    room.do(page, "begin_customer")
    assert room.do(page, "save_customer", sent) is not None
    room.load(page)
    assert page.rows == []


def test_fields_of_the_wrong_type_get_words(room: Room) -> None:
    page = room.open(ItemsPage)
    room.do(page, "begin_item")
    room.do(page, "save_item", {"name": ["a"], "price": {"b": 1}, "taxable": "on"})
    assert set(page.item_problems) == {"name", "price"}


def test_another_companys_customer_is_not_found(room: Room) -> None:
    room.books.company_id, own = room.books.outside, room.books.company_id
    theirs = room.books.customer("Somebody else's")
    room.books.company_id = own
    page = room.open(CustomerPage, str(theirs))
    room.load(page)
    assert page.missing
    assert room.do(page, "edit_customer") is not None
    assert not page.customer_open


def test_a_change_while_typing_is_announced_and_overwrites_nothing(room: Room) -> None:
    customer_id = room.books.customer("Pecan Grove")
    page = room.open(CustomerPage, str(customer_id))
    room.load(page)
    room.do(page, "edit_customer")
    with room.books.work() as session:
        form = CustomerForm(name="Pecan Grove Apartments")
        customers.save(session, room.books.company_id, customer_id, form, now=NOW, who="QuickBooks")
    room.load(page)
    assert page.customer_changed
    assert page.customer_texts["name"] == "Pecan Grove"
    room.do(page, "save_customer", {"name": "Pecan Grove LLC"})
    assert page.customer_open
    assert page.customer_changed
    key = page.customer_form_key
    room.do(page, "edit_customer")  # asked again: the form stays, with what is typed in it
    assert page.customer_form_key == key
    room.do(page, "keep_my_customer")
    room.do(page, "save_customer", {"name": "Pecan Grove LLC"})
    assert page.customer.name == "Pecan Grove LLC"
    assert not page.customer_open


def test_an_item_is_edited_and_its_story_told(room: Room) -> None:
    item_id = room.books.item("Mulch", "50.50")
    page = room.open(ItemPage, str(item_id))
    room.load(page)
    room.do(page, "edit_item")
    room.do(page, "save_item", {"name": "Mulch", "price": "52.25", "taxable": "on"})
    assert page.item.price == "$52.25"
    assert page.item.taxable
    assert {entry.words for entry in page.panel.history} == {"Item created", "Price and taxable changed"}
    with room.books.store.reading() as session:
        assert items.get(session, room.books.company_id, item_id).version == 2
