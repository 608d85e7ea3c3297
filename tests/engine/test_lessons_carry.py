"""What other people's syncs got wrong (LESSONS, by number), as far as it is about what is sent and kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from bookipi_app import exactjson
from bookipi_app.ids import new_id
from bookipi_app.models import (
    Company,
    Connection,
    ConnectionStatus,
    Customer,
    Flag,
    Invoice,
    InvoiceLine,
    Item,
    Kind,
    SyncRecord,
)
from bookipi_app.services.invoice_form import LineForm
from tests.engine import opening, person
from tests.engine.test_ends_invoices import linked
from tests.engine.test_main_job import lines
from tests.engine.test_reconnect import connect_again, disconnect, go_on
from tests.engine.world import World, money

MOVES_BY_ITSELF = {"SyncToken", "MetaData"}


def sent(world: World, path: str) -> list[dict[str, Any]]:
    """The bodies of the app's writes to this part of the API."""
    seen = world.sandbox.world.requests
    return [exactjson.loads(one.body) for one in seen if one.method == "POST" and f"/{path}?" in one.target]


def rest_of(obj: dict[str, Any], *edited: str) -> dict[str, Any]:
    """An object without what was edited and what moves by itself."""
    return {key: value for key, value in obj.items() if key not in MOVES_BY_ITSELF and key not in edited}


def break_a_line(world: World, invoice_id: UUID) -> None:
    """A line vanishes from the database, and the sums stay."""
    with world.database.transaction() as session:
        found = select(InvoiceLine).where(InvoiceLine.invoice_id == invoice_id)
        session.delete(session.exec(found.order_by(col(InvoiceLine.position).desc())).first())


def test_lesson_09_lines_that_do_not_add_up_are_never_sent(world: World) -> None:
    before = len(world.all("Invoice"))
    old_id, remote_id = linked(world)
    customer = world.here(Customer, world.here(Invoice, old_id).customer_id)
    fresh = world.invoice(customer, *lines(("1", "100"), ("2", "25")), number="INV-1")
    break_a_line(world, fresh.id)
    world.edit(old_id, lines=[LineForm(description="A", quantity="1", price="60"), *lines(("1", "40"))])
    break_a_line(world, old_id)
    person.settle(world)
    for invoice_id in (fresh.id, old_id):
        record = world.record(Kind.INVOICE, local_id=invoice_id)
        assert record.flag is not Flag.SYNCED
        assert "do not add up" in record.reason
    assert len(world.all("Invoice")) == before + 1
    assert money(world.get("Invoice", remote_id)["TotalAmt"]) == 100


def test_lesson_09_a_line_whose_item_is_unknown_there_brings_it_along(world: World) -> None:
    with opening.before_connecting(world):
        older = world.item(name="Snow clearing", price="80")
    line = LineForm(item_id=str(older.id), description="Driveway", quantity="2", price="80")
    invoice = world.invoice(world.customer(), *lines(("1", "100")), line)
    person.settle(world)
    there = world.get("Invoice", world.record(Kind.INVOICE, local_id=invoice.id).remote_id or "")
    sold = [one for one in there["Line"] if one["DetailType"] == "SalesItemLineDetail"]
    assert [money(one["Amount"]) for one in sold] == [100, 160]
    ref = sold[1]["SalesItemLineDetail"]["ItemRef"]["value"]
    assert ref == world.record(Kind.ITEM, local_id=older.id).remote_id


def edit_customer(world: World) -> tuple[str, str, Callable[[], object], tuple[str, ...]]:
    customer = world.customer(email="hello@lakeline.example")
    world.sync()
    remote_id = world.record(Kind.CUSTOMER, local_id=customer.id).remote_id or ""
    world.change("Customer", remote_id, Suffix="Esq.", Fax={"FreeFormNumber": "512 555 0166"},
                 WebAddr={"URI": "http://lakeline.example"}, PreferredDeliveryMethod="Email")  # fmt: skip
    fields = {"email": "hello@lakeline.example", "name": customer.name, "phone": "512 555 0101"}
    return "Customer", remote_id, lambda: world.customer(customer.id, **fields), ("PrimaryPhone",)


def edit_item(world: World) -> tuple[str, str, Callable[[], object], tuple[str, ...]]:
    item = world.item(sku="LR-1")
    world.sync()
    remote_id = world.record(Kind.ITEM, local_id=item.id).remote_id or ""
    world.change("Item", remote_id, PurchaseDesc="As bought", PurchaseCost=7)
    return "Item", remote_id, lambda: world.item(item.id, sku="LR-1", price="199"), ("UnitPrice",)


def edit_invoice(world: World) -> tuple[str, str, Callable[[], object], tuple[str, ...]]:
    invoice_id, remote_id = linked(world)
    customer = world.get("Invoice", remote_id)["CustomerRef"]
    world.change("Invoice", remote_id, CustomerRef=customer, TrackingNum="1Z999", ShipDate="2026-11-23",
                 AllowOnlineACHPayment=True, ShipAddr={"Line1": "9 Elm", "City": "Austin"})  # fmt: skip
    return "Invoice", remote_id, lambda: world.edit(invoice_id, notes="Changed here"), ("CustomerMemo",)


@pytest.mark.parametrize("kind", [edit_customer, edit_item, edit_invoice])
def test_lesson_13_what_we_do_not_know_survives_our_update(world: World, kind: Callable[..., Any]) -> None:
    entity, remote_id, edit, edited = kind(world)
    world.pass_time(seconds=10)
    person.settle(world)
    before = world.get(entity, remote_id)
    edit()
    person.settle(world)
    after = world.get(entity, remote_id)
    assert int(after["SyncToken"]) == int(before["SyncToken"]) + 1
    assert rest_of(after, *edited) == rest_of(before, *edited)
    update = sent(world, entity.lower())[-1]
    assert update.keys() - {"CustomerRef"} == {"Id", "SyncToken", "sparse", *edited}
    assert update["sparse"] is True


def test_lesson_13_our_lines_keep_what_we_do_not_know_of_them(world: World) -> None:
    invoice_id, remote_id = linked(world)
    there = world.get("Invoice", remote_id)
    kept = [one for one in there["Line"] if one["DetailType"] == "SalesItemLineDetail"]
    kept[0]["SalesItemLineDetail"]["ServiceDate"] = "2026-11-20"
    world.change("Invoice", remote_id, Line=kept, CustomerRef=there["CustomerRef"])
    person.settle(world)
    form = world.form_of(invoice_id)
    world.edit(
        invoice_id, lines=[replace(form.lines[0], description="Reworded", price="120"), *lines(("1", "5"))]
    )
    person.settle(world)
    sold = [
        one for one in world.get("Invoice", remote_id)["Line"] if one["DetailType"] == "SalesItemLineDetail"
    ]
    assert (sold[0]["Description"], money(sold[0]["Amount"])) == ("Reworded", 120)
    assert sold[0]["SalesItemLineDetail"]["ServiceDate"] == "2026-11-20"
    assert sold[0]["Id"] == kept[0]["Id"]


def test_lesson_14_an_edit_of_a_stock_item_touches_neither_stock_nor_accounts(world: World) -> None:
    seen = next(row for row in world.all("Item") if row["Type"] == "Inventory")
    accounts = {name: seen[name] for name in ("IncomeAccountRef", "ExpenseAccountRef", "AssetAccountRef")}
    stocked = world.make("Item", Name="Path light", Type="Inventory", TrackQtyOnHand=True, QtyOnHand=40,
                         InvStartDate="2026-11-01", UnitPrice=24, Sku="PL-1", **accounts)  # fmt: skip
    person.settle(world)
    item = world.only(Item, name="Path light")
    line = LineForm(item_id=str(item.id), description="Lights", quantity="3", price="24.50")
    world.invoice(world.customer(), line)
    person.settle(world)
    before = world.get("Item", stocked["Id"])
    world.item(item.id, name=item.name, sku="PL-1", description="Path light, warm", price="26.00")
    person.settle(world)
    after = world.get("Item", stocked["Id"])
    assert (after["Description"], money(after["UnitPrice"])) == ("Path light, warm", 26)
    edited = {"Description", "UnitPrice"}
    assert rest_of(after, *edited) == rest_of(before, *edited)
    assert "QtyOnHand" in after
    update = sent(world, "item")[-1]
    assert update.keys() == {"Id", "SyncToken", "sparse", *edited}


def test_lesson_27_a_realm_belongs_to_one_company_and_a_company_to_one_realm(world: World) -> None:
    """The database itself keeps a second one out, whoever forgets to ask."""
    with world.database.transaction() as session:
        user_id = session.get_one(Company, world.company_id).user_id
        other = Company(user_id=user_id, name="Other", country="US", created_at=world.now)
        session.add(other)
        session.flush()
        other_id = other.id
    for company_id, realm in ((other_id, world.realm), (world.company_id, "4711")):
        second = Connection(company_id=company_id, realm_id=realm, status=ConnectionStatus.CONNECTED,
                            first_connected_at=world.now, connected_at=world.now)  # fmt: skip
        with pytest.raises(IntegrityError), world.database.transaction() as session:
            session.add(second)


def test_lesson_27_what_another_company_has_is_never_sent_here(world: World) -> None:
    """A mark on the wrong connection is a bug: it is loud, and carries nothing over."""
    stranger = new_id()
    with world.database.transaction() as session:
        user_id = session.get_one(Company, world.company_id).user_id
        session.add(Company(id=stranger, user_id=user_id, name="Other", country="US", created_at=world.now))
    own, world.company_id = world.company_id, stranger
    theirs = world.customer(name="Somebody else's")
    world.company_id = own
    with world.database.transaction() as session:
        session.add(SyncRecord(connection_id=world.connection_id, kind=Kind.CUSTOMER, local_id=theirs.id,
                               wanted=True, due_at=world.now, flag_since=world.now))  # fmt: skip
    with world.still(), pytest.raises(RuntimeError, match="another company"):
        world.sync()


def test_lesson_28_links_survive_a_disconnection(world: World) -> None:
    invoice_id, remote_id = linked(world)
    counts = {entity: len(world.all(entity)) for entity in ("Customer", "Item", "Invoice")}
    disconnect(world)
    world.pass_time(days=10)
    connect_again(world)
    world.sync()
    go_on(world)
    world.edit(invoice_id, notes="Together again")
    person.settle(world)
    assert world.record(Kind.INVOICE, local_id=invoice_id).remote_id == remote_id
    assert world.get("Invoice", remote_id)["CustomerMemo"]["value"] == "Together again"
    assert {entity: len(world.all(entity)) for entity in counts} == counts
