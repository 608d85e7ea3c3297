"""What moved is told by name and in words: no field that did not move, no id, no date as machines write it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from bookipi_app.models import Connection, HistoryEntry, Invoice, Kind, RemoteState, Side
from bookipi_app.services.needs import needs
from bookipi_app.sync import remote
from tests.engine import bookkeeper, person
from tests.engine.person import after_undo
from tests.engine.test_guard import answer, vanish
from tests.engine.test_main_job import lines
from tests.engine.test_reconnect import connect_again, disconnect, go_on, shown
from tests.engine.world import World


def linked(world: World, *pairs: tuple[str, str], **fields: Any) -> tuple[Invoice, str]:
    invoice = world.invoice(world.customer(), *lines(*(pairs or (("1", "100"), ("2", "19.5")))), **fields)
    world.sync()
    return invoice, world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""


def last_told(world: World, local_id: UUID, beginning: str) -> HistoryEntry:
    return [entry for entry in person.story(world, local_id) if entry.words.startswith(beginning)][-1]


def changes(entry: HistoryEntry) -> dict[str, list[str]]:
    return (entry.detail or {}).get("fields") or {}


def with_price(world: World, remote_id: str, at: int, price: str) -> list[dict[str, Any]]:
    """QuickBooks' lines with another price of one piece."""
    sold = [line for line in world.get("Invoice", remote_id)["Line"] if "SalesItemLineDetail" in line]
    detail = sold[at]["SalesItemLineDetail"]
    detail["UnitPrice"], sold[at]["Amount"] = Decimal(price), Decimal(price) * detail["Qty"]
    return sold


def both_sides_edited(world: World) -> Invoice:
    """The due date and the first line, which belong to groups of which nothing else moved."""
    invoice, remote_id = linked(world, issue_date="2026-11-22", due_date="2026-12-22")
    form = world.form_of(invoice.id)
    world.edit(
        invoice.id, due_date="2027-01-21", lines=[replace(form.lines[0], price="120.5"), form.lines[1]]
    )
    world.change("Invoice", remote_id, DueDate="2026-12-05", Line=with_price(world, remote_id, 0, "130"))
    world.sync()
    return invoice


def test_a_conflict_names_what_moved_and_not_what_is_merged_with_it(world: World) -> None:
    invoice = both_sides_edited(world)
    view = person.conflict(world, Kind.INVOICE, invoice.id)
    assert view.words == "Due date and lines changed on both sides. Neither side changes until you choose."
    dates, money = view.units
    assert (dates.label, dates.base, dates.ours, dates.theirs) == (
        "Due date",
        "Dec 22, 2026",
        "Jan 21, 2027",
        "Dec 5, 2026",
    )
    assert (money.label, money.ours, money.theirs) == (
        "Lines",
        "Work 0: 1 × $120.50 = $120.50\nWork 1: 2 × $19.50 = $39.00",
        "Work 0: 1 × $130.00 = $130.00\nWork 1: 2 × $19.50 = $39.00",
    )


def test_an_item_s_price_and_sku_are_written_as_prices_and_skus_are(world: World) -> None:
    item = world.item(price="19.5")
    world.sync()
    remote_id = world.record(Kind.ITEM, local_id=item.id).remote_id or ""
    world.item(item.id, price="1284.5", sku="OURS")
    world.change("Item", remote_id, UnitPrice=Decimal("21.1234567"), Sku="THEIRS")
    world.sync()
    view = person.conflict(world, Kind.ITEM, item.id)
    assert view.words.startswith("SKU and price changed on both sides.")
    price = next(unit for unit in view.units if unit.unit == "price")
    assert (price.base, price.ours, price.theirs) == ("$19.50", "$1,284.50", "$21.1234567")


def test_an_edit_there_is_told_with_its_old_and_new_values_in_words(world: World) -> None:
    invoice, remote_id = linked(world, issue_date="2026-11-22", due_date="2026-12-22")
    world.change("Invoice", remote_id, DueDate="2026-12-05", Line=with_price(world, remote_id, 1, "20"))
    world.sync()
    told = last_told(world, invoice.id, "Changed in QuickBooks")
    assert told.words == "Changed in QuickBooks: due date and lines"
    assert changes(told) == {
        "due_date": ["Dec 22, 2026", "Dec 5, 2026"],
        "lines": ["Work 0: 1 × $100.00 = $100.00\nWork 1: 2 × $19.50 = $39.00",
                  "Work 0: 1 × $100.00 = $100.00\nWork 1: 2 × $20.00 = $40.00"],
    }  # fmt: skip


def test_an_edit_there_of_who_is_billed_names_both_customers(world: World) -> None:
    invoice, remote_id = linked(world)
    other = world.customer(name="Hill Country Brewing")
    world.sync()
    world.change(
        "Invoice",
        remote_id,
        CustomerRef={"value": world.record(Kind.CUSTOMER, local_id=other.id).remote_id},
    )
    world.sync()
    told = last_told(world, invoice.id, "Changed in QuickBooks")
    assert changes(told)["customer"] == ["Lakeline Homeowners", "Hill Country Brewing"]


def test_what_was_sent_is_told_without_what_did_not_move(world: World) -> None:
    invoice, _ = linked(world, due_date="2026-12-22")
    world.edit(invoice.id, due_date="2027-01-21")
    world.sync()
    assert last_told(world, invoice.id, "Updated in QuickBooks").words == "Updated in QuickBooks: due date"


def test_an_edit_there_that_brings_an_invoice_out_of_the_trash_tells_only_that_edit(world: World) -> None:
    invoice, remote_id = linked(world)
    person.trash(world, invoice.id)
    world.change("Invoice", remote_id, CustomerMemo={"value": "Gate code 4411"})
    after_undo(world)
    world.sync()
    person.choose(world, Kind.INVOICE, invoice.id, all_="theirs")
    person.settle(world)
    told = last_told(world, invoice.id, "Changed in QuickBooks")
    assert (told.words, changes(told)) == ("Changed in QuickBooks: note", {"notes": ["", "Gate code 4411"]})


def test_what_is_made_inactive_or_active_there_is_told_as_that(world: World) -> None:
    customer = world.customer()
    world.sync()
    remote_id = world.record(Kind.CUSTOMER, local_id=customer.id).remote_id or ""
    world.change("Customer", remote_id, Active=False)
    world.sync()
    world.change("Customer", remote_id, Active=True, DisplayName=customer.name)
    world.sync()
    told = [entry.words for entry in person.story(world, customer.id) if entry.side is Side.QUICKBOOKS]
    assert told[-2:] == ["Made inactive in QuickBooks", "Made active again in QuickBooks"]


def test_the_review_names_what_moved(world: World) -> None:
    invoice, remote_id = linked(world)
    customer = world.customer(name="Hill Country Brewing")
    world.sync()
    customer_there = world.record(Kind.CUSTOMER, local_id=customer.id).remote_id or ""
    disconnect(world)
    form = world.form_of(invoice.id)
    world.edit(invoice.id, lines=[replace(form.lines[0], price="120"), form.lines[1]])
    world.change("Customer", customer_there, Active=False)
    connect_again(world)
    world.sync()
    assert {row.title: row.words for row in shown(world).rows} == {
        invoice.number: "Edited here: lines. QuickBooks will follow.",
        "Hill Country Brewing": "Made inactive in QuickBooks. It will be archived here.",
    }
    assert world.get("Invoice", remote_id)["TotalAmt"] == 139


def test_the_half_minute_of_undo_is_no_time_that_a_change_took_to_arrive(world: World) -> None:
    invoice, remote_id = linked(world)
    lag = world.connection().lag_in_ms
    person.trash(world, invoice.id)
    bookkeeper.pay(world, remote_id)
    world.sync()
    after_undo(world)
    assert world.here(Invoice, invoice.id).trashed_at is None
    assert world.connection().lag_in_ms == lag


def test_the_time_in_which_a_person_chooses_is_no_time_that_a_change_took_to_arrive(world: World) -> None:
    invoice = both_sides_edited(world)
    world.pass_time(hours=3)
    person.choose(world, Kind.INVOICE, invoice.id, all_="theirs")
    person.settle(world)
    lag = world.connection().lag_in_ms
    assert lag is None or lag < 60_000


def test_a_record_that_ended_on_one_side_is_asked_about_by_what_ended_it(world: World) -> None:
    invoice, remote_id = linked(world)
    person.trash(world, invoice.id)
    world.change("Invoice", remote_id, CustomerMemo={"value": "Gate code 4411"})
    after_undo(world)
    view = person.conflict(world, Kind.INVOICE, invoice.id)
    assert view.words == (
        "In the trash here, edited in QuickBooks. Bring it back, or delete it in QuickBooks too."
    )
    [whole] = view.units
    assert (whole.label, whole.ours, whole.theirs) == (
        "This invoice",
        "In the trash",
        "Edited\nNote: Gate code 4411",
    )


def test_a_voided_invoice_that_was_edited_there_is_asked_about_as_void(world: World) -> None:
    invoice, remote_id = linked(world)
    world.change("Invoice", remote_id, CustomerMemo={"value": "Gate code 4411"})
    person.void(world, invoice.id)
    world.sync()
    view = person.conflict(world, Kind.INVOICE, invoice.id)
    assert view.words == "Void here, edited in QuickBooks. Bring it back, or void it in QuickBooks too."


def test_a_customer_gone_there_and_edited_here_is_to_be_archived_and_not_trashed(world: World) -> None:
    customer = world.customer()
    world.sync()
    record = world.record(Kind.CUSTOMER, local_id=customer.id)
    with world.database.transaction() as session:
        remote.hear_gone(
            session,
            session.get_one(Connection, world.connection_id),
            Kind.CUSTOMER,
            record.remote_id or "",
            world.now,
        )
    world.customer(customer.id, phone="512 555 0101")
    world.sync()
    view = person.conflict(world, Kind.CUSTOMER, customer.id)
    assert view.words == "Gone from QuickBooks, edited here. Keep it, or archive it."
    assert (view.units[0].label, view.units[0].theirs) == ("This customer", "Gone")


def test_what_quickbooks_kept_for_its_payment_says_so_and_that_it_stays(world: World) -> None:
    invoice, remote_id = linked(world)
    bookkeeper.pay(world, remote_id)
    world.sync()
    person.trash(world, invoice.id)
    after_undo(world)
    asks = person.question(world, Kind.INVOICE, invoice.id)
    assert asks.words == (
        "QuickBooks keeps this invoice because a payment is applied to it. It stays on both sides; to end it, remove "
        "the payment there first."
    )
    assert [option.label for option in asks.options] == ["Delete it again", "Leave it as it is"]


def test_how_long_a_change_was_on_its_way_is_told_both_ways_without_the_time_for_undo(world: World) -> None:
    invoice, remote_id = linked(world)
    out = last_told(world, invoice.id, "Created in QuickBooks").detail or {}
    assert isinstance(out["took"], int)
    assert out["tid"]
    world.change("Invoice", remote_id, CustomerMemo={"value": "Gate code 4411"})
    world.sync()
    arrived = last_told(world, invoice.id, "Changed in QuickBooks").detail or {}
    assert arrived["took"] == world.connection().lag_in_ms
    person.trash(world, invoice.id)
    world.sync()
    after_undo(world)
    assert world.record(Kind.INVOICE, local_id=invoice.id).remote_state is RemoteState.GONE
    deleted = last_told(world, invoice.id, "Deleted in QuickBooks").detail or {}
    assert deleted["took"] == world.connection().lag_out_ms
    assert deleted["took"] < 30_000


def test_the_list_of_what_needs_a_person_names_the_one_that_a_double_looks_like_and_nothing_else(
    world: World,
) -> None:
    invoice, remote_id = linked(world, number="INV-7", issue_date="2026-11-22", due_date="2026-12-22")
    there = world.get("Invoice", remote_id)
    made = {"CustomerRef": there["CustomerRef"], "DocNumber": "QB-7", "TxnDate": "2026-11-23"}
    world.make("Invoice", **made, Line=with_price(world, remote_id, 0, "100"))
    world.make("Vendor", DisplayName="South Congress Books")
    refused = world.customer(name="South Congress Books")
    world.sync()
    with world.database.reading() as session:
        told = {need.title: need.reason for need in needs(session, world.company_id, world.now)}
    assert told["QB-7"].endswith(f"It looks like {invoice.number}.")
    assert "looks like" not in told[refused.name]


def test_the_time_of_a_disconnection_and_its_review_is_no_time_that_a_change_took(world: World) -> None:
    customer = world.customer()
    world.sync()
    remote_id = world.record(Kind.CUSTOMER, local_id=customer.id).remote_id or ""
    disconnect(world)
    world.change("Customer", remote_id, CompanyName="Lakeline Inc.")
    world.pass_time(hours=3)
    connect_again(world)
    world.sync()
    world.pass_time(hours=1)
    world.sync()
    go_on(world)
    took = (last_told(world, customer.id, "Changed in QuickBooks").detail or {})["took"]
    assert took == world.connection().lag_in_ms
    assert took < 60_000


def test_the_time_in_which_nobody_answers_what_vanished_is_no_time_that_it_took(world: World) -> None:
    made = vanish(world, 12)
    world.pass_time(hours=3)
    answer(world, right=True)
    person.settle(world)
    took = [(last_told(world, one, "Deleted in QuickBooks").detail or {}).get("took", 0) for one in made[:11]]
    assert max(took) < 60_000
