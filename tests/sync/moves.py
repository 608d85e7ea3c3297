"""What a seed does to a company: edits, ends and new records, on each side without a thought for the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bookipi_app.models.record import Kind, LineKind, Rate, Side, Stage
from bookipi_app.sync.plan import Presence
from bookipi_app.sync.records import LocalInvoice
from tests.sync import samples
from tests.sync.moved import Record

if TYPE_CHECKING:
    from tests.sync.world import World

Wire = dict[str, Any]

TEXTS = {
    Kind.CUSTOMER: ("company_name", "phone", "notes", "email"),
    Kind.ITEM: ("sku", "description", "price"),
    Kind.INVOICE: ("memo", "notes", "due_date"),
}
WIRE = {
    "company_name": "CompanyName", "sku": "Sku", "description": "Description", "memo": "PrivateNote",
    "price": "UnitPrice", "due_date": "DueDate",
}  # fmt: skip


def perturb(world: World) -> None:
    """Independent edits and ends on both sides, and new records on each."""
    chance = world.chance
    for record in list(world.records):
        for side in Side:
            if chance.random() < 0.6:
                edit(world, record, side)
            if record.kind is Kind.INVOICE and chance.random() < 0.5:
                chance.choice(LINES)(world, record, side)
            if chance.random() < 0.15:
                end(world, record, side)
    if chance.random() < 0.3:
        customer, item = world.new_here(Kind.CUSTOMER), world.new_here(Kind.ITEM)
        world.new_invoice(customer, item)
    if chance.random() < 0.3:
        new_there(world)


def edit(world: World, record: Record, side: Side) -> None:
    """One field of a record; sometimes the same on both sides."""
    name = world.chance.choice(TEXTS[record.kind])
    value = _value(world, name, side)
    if side is Side.HERE:
        assert record.local
        record.local = replace(record.local, **{name: _as_ours(name, value)})  # type: ignore[type-var]
    else:
        world.quickbooks.edit(record.remote_id, **as_theirs(record.kind, name, value))
    record.version += side is Side.HERE
    record.edits[side][name] = value


def _value(world: World, name: str, side: Side) -> str:
    """In its canonical form."""
    own = world.chance.random() < 0.6
    match name:
        case "email":
            return f"{side.value}{world.ids()}@lane.test" if own else "same@lane.test"
        case "price":
            return f"{world.chance.randrange(1, 900)}.07" if own else "12.5"
        case "due_date":
            return f"2026-12-{world.chance.randrange(10, 28)}" if own else "2026-12-09"
        case _:
            return f"{side.value} {world.ids()}" if own else "same"


def _as_ours(name: str, value: str) -> Any:
    match name:
        case "price":
            return int(Decimal(value) * samples.ONE)
        case "due_date":
            return date.fromisoformat(value)
        case _:
            return value


def as_theirs(kind: Kind, name: str, value: str) -> Wire:
    """A field as QuickBooks has it."""
    match name:
        case "phone":
            return {"PrimaryPhone": {"FreeFormNumber": value}}
        case "email":
            return {"PrimaryEmailAddr": {"Address": value}}
        case "price":
            return {"UnitPrice": Decimal(value)}
        case "notes" if kind is Kind.INVOICE:
            return {"CustomerMemo": {"value": value}}
        case _:
            return {WIRE.get(name, "Notes"): value}


def line_words(world: World, record: Record, side: Side) -> None:
    """Another description of a line."""
    sides = _Lines(world, record, side)
    at, words = world.chance.randrange(len(sides.now)), f"{side.value} line {world.ids()}"
    record.edits[side][sides.key(at)] = words
    if side is Side.HERE:
        sides.ours[at] = replace(sides.ours[at], description=words)
    else:
        sides.theirs[at]["Description"] = words
        if world.chance.random() < 0.3:  # QuickBooks may renumber what it stores
            for line in sides.theirs:
                line["Id"] = world.quickbooks.next_line()
    sides.store()


def line_money(world: World, record: Record, side: Side) -> None:
    """Another price of a line; discounted lines keep theirs, since QuickBooks knows only what is left of it."""
    sides = _Lines(world, record, side)
    at, cents = world.chance.randrange(len(sides.now)), 100 * world.chance.randrange(1, 9_000) + 7
    if not sides.has_plain_price(at):
        return
    record.edits[side][sides.key(at)] = f"price {cents / 100:.2f}"
    if side is Side.HERE:
        price = cents * samples.ONE // 100
        sides.ours[at] = replace(sides.ours[at], price=price, amount_given_cents=None)
    else:
        price, inner = Decimal(cents) / 100, sides.theirs[at]["SalesItemLineDetail"]
        sides.theirs[at]["Amount"] = price * Decimal(inner["Qty"])
        sides.theirs[at]["SalesItemLineDetail"] = {**inner, "UnitPrice": price}
    sides.store()


def line_added(world: World, record: Record, side: Side) -> None:
    """A new line, somewhere."""
    sides = _Lines(world, record, side)
    at, words = world.chance.randrange(len(sides.now) + 1), f"{side.value} new {world.ids()}"
    if side is Side.HERE:
        sides.ours.insert(at, samples.line(1, id=f"new {world.ids()}", item_id="", description=words))
    else:
        inner: Wire = {"ItemRef": {"value": "1"}, "Qty": 2, "UnitPrice": 4, "TaxCodeRef": {"value": "NON"}}
        line = {"DetailType": "SalesItemLineDetail", "Amount": 8, "Description": words}
        sides.theirs.insert(at, {**line, "SalesItemLineDetail": inner})
    record.edits[side][f"line {words}"] = words
    sides.store()


def line_removed(world: World, record: Record, side: Side) -> None:
    """One line less."""
    sides = _Lines(world, record, side)
    at = world.chance.randrange(len(sides.now))
    record.edits[side][sides.key(at)] = f"without {sides.words(at)}"
    del sides.now[at]
    sides.store()


def lines_moved(world: World, record: Record, side: Side) -> None:
    """The same lines in another order."""
    sides = _Lines(world, record, side)
    sides.now.insert(0, sides.now.pop(world.chance.randrange(1, len(sides.now))))
    sides.store()


LINES = (line_words, line_words, line_money, line_added, line_removed, lines_moved)


class _Lines:
    """The lines of one invoice, to be changed on one side."""

    def __init__(self, world: World, record: Record, side: Side) -> None:
        assert isinstance(record.local, LocalInvoice)
        self.world, self.record, self.side, self.invoice = world, record, side, record.local
        stored = world.quickbooks.objects[record.remote_id]["Line"]
        self.headers = [line for line in stored if _is_header(line)]
        self.ours = list(record.local.lines)
        self.theirs: list[Wire] = [dict(line) for line in stored if not _is_header(line)]
        self.now: list[Any] = self.ours if side is Side.HERE else self.theirs

    def key(self, at: int) -> str:
        """The name of an edit of this line: the same on both sides."""
        if self.side is Side.HERE:
            return f"line {self.ours[at].id}"
        assert self.record.agreement
        pairs = {pair["remote"]: pair["local"] for pair in self.record.agreement.lines}
        return f"line {pairs[self.theirs[at]['Id']]}"

    def words(self, at: int) -> str:
        words = self.ours[at].description if self.side is Side.HERE else self.theirs[at]["Description"]
        return words.split(" (")[0]

    def has_plain_price(self, at: int) -> bool:
        ours = {f"line {one.id}": one for one in self.invoice.lines}.get(self.key(at))
        return ours is not None and ours.kind is LineKind.ITEM and ours.discount_kind is Rate.NONE

    def store(self) -> None:
        if self.side is Side.HERE:
            self.record.local = samples.changed(self.invoice, lines=tuple(self.ours))
            self.record.version += 1
        else:
            self.world.quickbooks.edit(self.record.remote_id, Line=[*self.theirs, *self.headers])


def _is_header(line: Wire) -> bool:
    if line["DetailType"] in ("SubTotalLineDetail", "DiscountLineDetail"):
        return True
    return line.get("SalesItemLineDetail", {}).get("ItemRef") == {"value": "SHIPPING_ITEM_ID"}


def end(world: World, record: Record, side: Side) -> None:
    """Archived, voided or deleted."""
    how = world.chance.choice(("void", "delete")) if record.kind is Kind.INVOICE else "archive"
    record.ends.add(side)
    match (side, how):
        case (Side.HERE, "archive"):
            record.local = replace(record.local, active=False)  # type: ignore[type-var]
        case (Side.HERE, "void"):
            record.local, record.here = replace(record.local, stage=Stage.VOID), Presence.VOID  # type: ignore[type-var]
        case (Side.HERE, _):
            record.here = Presence.ENDED
        case (_, "archive"):
            world.quickbooks.edit(record.remote_id, Active=False)
        case (_, "void"):
            world.quickbooks.void(record.remote_id)
        case _:
            world.quickbooks.delete(record.remote_id)
    record.version += side is Side.HERE


def new_there(world: World) -> None:
    """A customer and an invoice made in QuickBooks."""
    customer = world.quickbooks.create({"DisplayName": f"There {world.ids()}"})
    line = {
        "DetailType": "SalesItemLineDetail", "Amount": 7, "Description": "Made there",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "TaxCodeRef": {"value": "NON"}},
    }  # fmt: skip
    body = {
        "CustomerRef": {"value": customer["Id"]},
        "DocNumber": world.ids(),
        "TxnDate": "2026-11-05",
        "Line": [line],
    }
    invoice = world.quickbooks.create(body)
    world.records.append(Record(Kind.INVOICE, remote_id=invoice["Id"]))
    world.records.append(Record(Kind.CUSTOMER, remote_id=customer["Id"]))
