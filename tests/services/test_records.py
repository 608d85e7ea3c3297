"""Customers and items: saved once, versioned when something changed, marked for QuickBooks, nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel import col, select

from bookipi_app.errors import InvalidInput, NotFound
from bookipi_app.models import (
    Connection,
    ConnectionStatus,
    Customer,
    Flag,
    HistoryEntry,
    Item,
    ItemKind,
    Kind,
    SyncRecord,
)
from bookipi_app.services import customers, history, items
from bookipi_app.services.customers import CustomerForm, form_of_customer
from bookipi_app.services.items import ItemForm, form_of_item
from tests.services.conftest import NOW, WHO, Books


def test_the_same_new_form_twice_makes_one_customer(books: Books) -> None:
    form = CustomerForm(name="Blue Heron Cafe", key=str(uuid4()))

    def save() -> Customer:
        with books.work() as session:
            return customers.save(session, books.company_id, None, form, now=NOW, who=WHO)

    save()
    saved = save()
    assert str(saved.id) == form.key
    assert saved.version == 1
    with books.store.reading() as session:
        assert len(customers.page(session, books.company_id, customers.ListQuery()).rows) == 1


def test_a_key_of_another_company_is_not_found(books: Books) -> None:
    form = CustomerForm(name="Theirs", key=str(uuid4()))
    with books.work() as session:
        customers.save(session, books.outside, None, form, now=NOW, who=WHO)
    with books.work() as session, pytest.raises(NotFound):
        customers.save(session, books.company_id, None, form, now=NOW, who=WHO)


def test_only_a_change_makes_a_version_and_a_line_of_history(books: Books) -> None:
    customer_id = books.customer(email="ap@pecangrove.example")
    with books.work() as session:
        form = form_of_customer(customers.get(session, books.company_id, customer_id))
        same = customers.save(session, books.company_id, customer_id, form, now=NOW, who=WHO)
        assert same.version == 1
    assert books.announced == 0
    with books.work() as session:
        edited = customers.save(
            session, books.company_id, customer_id, replace(form, phone="(512) 555-0100"), now=NOW, who=WHO
        )
        assert edited.version == 2
    with books.store.reading() as session:
        story = history.of(session, books.company_id, Kind.CUSTOMER, customer_id, now=NOW)
    assert [entry.words for entry in story] == ["Phone changed", "Customer created"]
    assert [(change.old, change.new) for change in story[0].changes] == [("", "(512) 555-0100")]
    assert (story[0].who, story[0].side, story[0].when) == (WHO, "Here", "Nov 24, 9:30 AM")


def test_a_form_older_than_the_record_is_refused_and_loses_nothing(books: Books) -> None:
    customer_id = books.customer()
    with books.work() as session:
        form = form_of_customer(customers.get(session, books.company_id, customer_id))
        customers.save(session, books.company_id, customer_id, replace(form, phone="1"), now=NOW, who=WHO)
    with books.work() as session, pytest.raises(InvalidInput) as refusal:
        customers.save(session, books.company_id, customer_id, replace(form, phone="2"), now=NOW, who=WHO)
    assert "version" in refusal.value.fields


@pytest.mark.parametrize("name", ["get", "archive", "restore"])
def test_bad_input_16_refused_unknown_foreign_and_senseless_ids_look_alike(books: Books, name: str) -> None:
    theirs = books.customer()
    arguments = {} if name == "get" else {"now": NOW, "who": WHO}
    for record_id in (uuid4(), "", "x", "1 OR 1=1", None, 7, "é" * 36, theirs):
        with books.work() as session, pytest.raises(NotFound) as refusal:
            getattr(customers, name)(session, books.outside, record_id, **arguments)
        assert refusal.value.words == NotFound().words


def test_saving_marks_for_the_living_connection_only(books: Books) -> None:
    connection_id = books.connect()
    customer_id = books.customer()
    with books.store.reading() as session:
        record = session.exec(select(SyncRecord)).one()
        assert (record.local_id, record.flag, record.due_at, record.wanted) == (
            customer_id,
            Flag.SYNCING,
            NOW,
            False,
        )
        assert session.get_one(Connection, connection_id).wake == 1
    assert books.announced == 2


def test_a_mark_keeps_the_flag_that_is_there(books: Books) -> None:
    books.connect()
    customer_id = books.customer()
    with books.work() as session:
        record = session.exec(select(SyncRecord)).one()
        record.flag, record.due_at = Flag.CONFLICT, None
        session.add(record)
    later = NOW + timedelta(hours=1)
    with books.work() as session:
        customers.archive(session, books.company_id, customer_id, now=later, who=WHO)
    with books.store.reading() as session:
        record = session.exec(select(SyncRecord)).one()
        assert (record.flag, record.due_at) == (Flag.CONFLICT, later)


def test_a_frozen_connection_is_left_alone(books: Books) -> None:
    books.connect(status=ConnectionStatus.FROZEN)
    books.customer()
    with books.store.reading() as session:
        assert session.exec(select(SyncRecord)).all() == []
    assert books.announced == 1


def test_archived_and_back(books: Books) -> None:
    customer_id = books.customer()
    with books.work() as session:
        for _ in range(2):
            customers.archive(session, books.company_id, customer_id, now=NOW, who=WHO)
    with books.work() as session:
        assert customers.pick(session, books.company_id, "") == []
        assert (
            customers.count(session, books.company_id, customers.ListQuery(filters={"archived": "yes"})) == 1
        )
        customers.restore(session, books.company_id, customer_id, now=NOW, who=WHO)
        assert customers.get(session, books.company_id, customer_id).version == 3


def test_every_mistake_is_said_at_its_field(books: Books) -> None:
    form = CustomerForm(name="a:b", email="nobody", phone="5" * 31, bill_city="\ud800", notes="x" * 2001)
    with books.work() as session, pytest.raises(InvalidInput) as refusal:
        customers.save(session, books.company_id, None, form, now=NOW, who=WHO)
    assert set(refusal.value.fields) == {"name", "email", "phone", "bill_city", "notes"}


def test_items_keep_seven_decimals(books: Books) -> None:
    with books.work() as session:
        item = items.save(
            session, books.company_id, None, ItemForm(name="Nail", price="0.0012345"), now=NOW, who=WHO
        )
        assert form_of_item(item).price == "0.0012345"
        assert items.pick(session, books.company_id, "nai")[0].price_words == "$0.0012345"
    for price in ("0.00000001", "-5", "1e3", "9" * 30, "free"):
        with books.work() as session, pytest.raises(InvalidInput) as refusal:
            items.save(session, books.company_id, None, ItemForm(name="Nail", price=price), now=NOW, who=WHO)
        assert set(refusal.value.fields) == {"price"}


def test_of_a_bundle_only_name_description_and_price_are_edited(books: Books) -> None:
    item_id = books.item()
    with books.work() as session:
        item = session.get_one(Item, item_id)
        item.kind, item.sku = ItemKind.BUNDLE, "B-1"
        session.add(item)
    form = ItemForm(name="Spring set", sku="B-2", price="9", taxable=True)
    with books.work() as session:
        saved = items.save(session, books.company_id, item_id, form, now=NOW, who=WHO)
        assert (saved.name, saved.sku, saved.taxable) == ("Spring set", "B-1", False)


def test_history_belongs_to_a_company(books: Books) -> None:
    customer_id = books.customer()
    with books.store.reading() as session:
        assert history.of(session, books.outside, Kind.CUSTOMER, customer_id, now=NOW) == []
        assert session.exec(select(HistoryEntry).where(col(HistoryEntry.local_id) == customer_id)).one()
