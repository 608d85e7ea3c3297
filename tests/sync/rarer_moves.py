"""What a seed does to a company now and then: the rows of the policy that plain edits and ends never reach."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bookipi_app.models.record import Kind, Side
from bookipi_app.sync import mapping
from bookipi_app.sync.plan import Presence
from bookipi_app.sync.records import LocalCustomer, LocalInvoice, LocalRecord
from tests.sync import moves, samples
from tests.sync.moved import Record

if TYPE_CHECKING:
    from tests.sync.world import World

UNDO = timedelta(seconds=30)
PAYMENT = [{"TxnId": "9", "TxnType": "Payment"}]


def strike(world: World) -> None:
    """Sent, paid and renumbered invoices, tax that QuickBooks worked out again, ends that may be undone or refused."""
    chance = world.chance
    for record in list(world.records):
        if record.kind is Kind.INVOICE:
            _invoice(world, record)
        elif chance.random() < 0.05:
            _gone(world, record)
        if Side.HERE in record.ends and chance.random() < 0.6:
            record.undo_until = world.now + UNDO if record.here is not Presence.VOID else None
        record.refuses = Side.HERE in record.ends and chance.random() < 0.3
    if chance.random() < 0.15:
        typed_on_both(world)


def _invoice(world: World, record: Record) -> None:
    chance, lives_there = world.chance, world.there(record) is Presence.LIVE
    record.sent = chance.random() < 0.3
    if not lives_there or record.agreement is None:
        return
    if chance.random() < 0.1:
        world.quickbooks.edit(record.remote_id, LinkedTxn=PAYMENT)
        record.paid = True
    if chance.random() < 0.1:
        number = f"Q-{world.ids()}"
        world.quickbooks.edit(record.remote_id, DocNumber=number)
        record.edits[Side.QUICKBOOKS]["number"] = number
    tax = Decimal(world.quickbooks.objects[record.remote_id]["TxnTaxDetail"]["TotalTax"])
    if tax and chance.random() < 0.5:
        world.quickbooks.edit(record.remote_id, TxnTaxDetail={"TotalTax": tax + 1})


def _gone(world: World, record: Record) -> None:
    """QuickBooks does not know it any more (610)."""
    if world.there(record) is Presence.LIVE and record.agreement:
        world.quickbooks.delete(record.remote_id)
        record.ends.add(Side.QUICKBOOKS)


def typed_on_both(world: World) -> None:
    """A customer and its invoice that somebody typed here and somebody else there; a certain match, each."""
    customer = samples.customer(id=world.ids(), name=f"Both {world.ids()}")
    world.records.append(_twice(world, Kind.CUSTOMER, customer))
    known = next(one.local for one in world.records if one.kind is Kind.CUSTOMER and one.agreement)
    assert isinstance(known, LocalCustomer)
    lines = tuple(samples.line(at, id=f"b{world.ids()}", item_id="") for at in (1, 2))
    number = f"INV-{world.ids()}"
    invoice = samples.invoice(id=world.ids(), customer_id=known.id, number=number, lines=lines)
    world.records.append(_twice(world, Kind.INVOICE, invoice))


def _twice(world: World, kind: Kind, local: LocalRecord) -> Record:
    obj = world.quickbooks.create(mapping.render_create(kind, local, world.context).body)
    record = Record(kind, local, Presence.LIVE, obj["Id"])
    for side in Side:
        if world.chance.random() < 0.5:
            _types_more(world, record, side)
    return record


def _types_more(world: World, record: Record, side: Side) -> None:
    """Something that stands on this side; on the other it is absent, the same, or another text."""
    words = "same" if world.chance.random() < 0.3 else f"{side.value} {world.ids()}"
    name = "memo" if record.kind is Kind.INVOICE else world.chance.choice(("phone", "notes"))
    if side is Side.HERE:
        assert record.local
        record.local = replace(record.local, **{name: words})  # type: ignore[type-var]
    else:
        world.quickbooks.edit(record.remote_id, **moves.as_theirs(record.kind, name, words))
    record.edits[side][name] = words


def restore(world: World) -> bool:
    """What lies in the trash, ended on both sides, is taken out of it again; True if there was any."""
    ended = [one for one in world.records if one.kind is Kind.INVOICE and one.ended]
    chosen = [one for one in ended if one.here is Presence.ENDED and world.chance.random() < 0.8]
    for record in chosen:
        assert isinstance(record.local, LocalInvoice)
        record.here, record.version = Presence.LIVE, record.version + 1
        record.undo_until = None
    return bool(chosen)
