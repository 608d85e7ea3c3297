"""Snapshots: one side of a record in its canonical form, field by field, as plain JSON values.

Each side has its own: a local snapshot holds our ids, a remote one QuickBooks'. They are compared only with the same
side's half of the agreement, never with each other; crossing over is the mapping's work. What moves in QuickBooks
without a person's edit (balance, linked payments, e-mail and print status, address ids, SyncToken) never enters one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bookipi_app.models.record import ItemKind, Kind, Side, Stage, TaxMode
from bookipi_app.money import decimal_of_scaled
from bookipi_app.sync import canon, fields, remote_lines
from bookipi_app.sync.records import Address, LocalCustomer, LocalInvoice, LocalItem, LocalLine, LocalRecord
from bookipi_app.sync.remote_lines import Wire, as_list, as_object, ref

__all__ = [
    "Address",
    "Agreement",
    "LocalCustomer",
    "LocalInvoice",
    "LocalItem",
    "LocalLine",
    "LocalRecord",
    "Snapshot",
    "Wire",
    "carries_payment",
    "changed",
    "is_inactive",
    "is_taxed",
    "is_void",
    "line_snapshot",
    "of_local",
    "of_remote",
    "references",
    "sync_token",
    "taxes_alike",
    "updated_at",
]

Snapshot = dict[str, Any]

ITEM_TYPES = {
    "Service": ItemKind.SERVICE,
    "NonInventory": ItemKind.NON_INVENTORY,
    "Inventory": ItemKind.INVENTORY,
    "Group": ItemKind.BUNDLE,
}
VOIDED_NOTE = "Voided"


@dataclass(frozen=True, slots=True)
class Agreement:
    """What each side was when they last corresponded, and for each line: our id, QuickBooks' Id, its wire line.

    The three parts are stored as `base_local`, `base_remote` and `base_lines`. A field that is missing from a half was
    never agreed: it counts as edited on that side. `lines` belong to the lines of the remote half, in their order.
    """

    local: Snapshot
    remote: Snapshot
    lines: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


def of_local(kind: Kind, record: LocalRecord) -> Snapshot:
    """Our record in canonical form."""
    match record:
        case LocalCustomer():
            values = {row.name: getattr(record, row.name) for row in fields.TABLE[Kind.CUSTOMER]}
            return {
                name: _block(value) if isinstance(value, Address) else _plain(kind, name, value)
                for name, value in values.items()
            }
        case LocalItem():
            return {
                "name": canon.text(record.name),
                "sku": canon.text(record.sku),
                "description": canon.lines_of_text(record.description),
                "price": _scaled(record.price),
                "taxable": record.taxable,
                "active": record.active,
                "kind": record.kind.value,
            }
        case LocalInvoice():
            return {**_local_header(record), **_local_money(record)}


def of_remote(kind: Kind, obj: Wire, *, was_void: bool = False) -> Snapshot:
    """QuickBooks' object in canonical form; a void invoice is nothing but void, see `is_void`.

    Raises:
        canon.Unreadable: a value is not what its field holds.
    """
    match kind:
        case Kind.CUSTOMER:
            return _remote_customer(obj)
        case Kind.ITEM:
            return _remote_item(obj)
        case Kind.INVOICE:
            return {"void": True} if is_void(obj, was_void=was_void) else _remote_invoice(obj)


def changed(kind: Kind, side: Side, base: Snapshot, now: Snapshot) -> tuple[str, ...]:
    """The fields that one side changed since the agreement. Becoming void is `("void",)` and nothing else."""
    if now.get("void"):
        return () if base.get("void") else ("void",)
    owners = (fields.Owner.SHARED,) if side is Side.HERE else (fields.Owner.SHARED, fields.Owner.THEIRS)
    names = fields.names(kind, *owners)
    if base.get("void"):
        return names
    return tuple(
        name for name in names if name not in base or not fields.same(kind, name, base[name], now[name])
    )


def references(kind: Kind, snapshot: Snapshot) -> tuple[tuple[Kind, str], ...]:
    """The records that a snapshot refers to, by ids of its own side: the customer, then the items of its lines."""
    if kind is not Kind.INVOICE or snapshot.get("void"):
        return ()
    found = [(Kind.CUSTOMER, snapshot.get("customer", ""))]
    found += [(Kind.ITEM, line.get("item", "")) for line in snapshot.get("lines", ())]
    return tuple(dict.fromkeys(pair for pair in found if pair[1]))


def taxes_alike(then: dict[str, Any] | None, now: dict[str, Any]) -> bool:
    """Whether lines travel alike under two taxes of ours: their tax codes and net prices hang on the tax."""
    if then is None or TaxMode.INCLUSIVE.value in (then["mode"], now["mode"]):
        return False
    return is_taxed(then) == is_taxed(now)


def is_taxed(tax: dict[str, Any]) -> bool:
    """Whether the taxable lines of an invoice with this tax of ours are taxed at all."""
    return tax["mode"] != TaxMode.NONE.value or tax["given"] is not None


def carries_payment(obj: Wire) -> bool:
    """True if money is applied to the invoice: its deletion or void is not sent."""
    linked = any(as_object(link).get("TxnType") == "Payment" for link in as_list(obj.get("LinkedTxn")))
    balance = canon.number(obj.get("Balance"))
    return linked or (balance is not None and balance < (canon.number(obj.get("TotalAmt")) or 0))


def is_void(obj: Wire, *, was_void: bool = False) -> bool:
    """True for a voided invoice. QuickBooks has no such status: the total is 0 and the note begins with `Voided`.

    The note may be rewritten there later: one that was void stays so until it bills something again.
    """
    note = obj.get("PrivateNote")  # not of a kind to hold a text, it is no note of QuickBooks' own
    says_so = was_void or (isinstance(note, str) and canon.text(note).startswith(VOIDED_NOTE))
    if "TotalAmt" not in obj or not says_so:
        return False
    try:
        return not canon.number(obj["TotalAmt"]) and not any(
            map(remote_lines.amount, as_list(obj.get("Line")))
        )
    except canon.Unreadable:
        return False


def is_inactive(obj: Wire) -> bool:
    """True for a customer or item that QuickBooks hides."""
    return obj.get("Active") is False


def sync_token(obj: Wire) -> int:
    """The object's version in QuickBooks, which only grows."""
    return int(obj.get("SyncToken") or 0)


def updated_at(obj: Wire) -> datetime:
    """`MetaData.LastUpdatedTime` in UTC, whole seconds."""
    written = as_object(obj.get("MetaData")).get("LastUpdatedTime")
    if not isinstance(written, str):
        raise canon.Unreadable(f"no time of change: {written!r}")
    return datetime.fromisoformat(written).astimezone(UTC)


def _plain(kind: Kind, name: str, value: Any) -> Any:
    match fields.field(kind, name).form:
        case fields.Form.BOOL:
            return value
        case fields.Form.LINES_OF_TEXT:
            return canon.lines_of_text(value)
        case _:
            return canon.text(value)


def _block(address: Address) -> dict[str, str]:
    return canon.address({part: getattr(address, part) for part in canon.ADDRESS_PARTS})


def _scaled(value: int) -> str:
    return canon.decimal_text(decimal_of_scaled(value))


def _local_header(invoice: LocalInvoice) -> Snapshot:
    return {
        "void": invoice.stage is Stage.VOID,
        "customer": invoice.customer_id,
        "bill_email": canon.text(invoice.bill_email),
        "bill_address": _block(invoice.bill_address),
        "number": canon.text(invoice.number),
        "issue_date": invoice.issue_date.isoformat(),
        "terms": canon.text(invoice.terms_name),
        "due_date": invoice.due_date.isoformat(),
        "notes": canon.lines_of_text(invoice.notes),
        "memo": canon.lines_of_text(invoice.memo),
        "po_number": canon.text(invoice.po_number),
    }


def totals_of(invoice: LocalInvoice) -> dict[str, int]:
    """The sums of an invoice of ours, part by part, as they stand in its snapshot."""
    return {
        "subtotal": invoice.subtotal_cents,
        "discount": invoice.discount_cents,
        "shipping": invoice.shipping_cents,
        "tax": invoice.tax_cents,
        "total": invoice.total_cents,
    }


def _local_money(invoice: LocalInvoice) -> Snapshot:
    return {
        "lines": [line_snapshot(line) for line in invoice.lines],
        "discount": _rate(invoice.discount_kind, invoice.discount_value),
        "shipping": {
            "cents": invoice.shipping_cents,
            "taxable": invoice.shipping_taxable and invoice.shipping_cents != 0,
        },
        "tax": {
            "mode": invoice.tax_mode.value,
            "rate": _scaled(invoice.tax_rate),
            "given": invoice.tax_given_cents,
            # Only where there is one, so that agreements from before there could be are not edits.
            **({"second": _scaled(invoice.tax2_rate)} if invoice.tax2_rate else {}),
        },
        "totals": totals_of(invoice),
    }


def _rate(kind: str, value: int) -> dict[str, str]:
    """A discount; one of nothing is none, however it was meant."""
    return {"kind": str(kind), "value": _scaled(value)} if value else {"kind": "none", "value": "0"}


def line_snapshot(line: LocalLine) -> dict[str, Any]:
    """A line of ours as it stands in a local snapshot; its amount is worked out, so it is not in it."""
    return {
        "id": line.id,
        "kind": line.kind.value,
        "item": line.item_id,
        "description": canon.lines_of_text(line.description),
        "quantity": _scaled(line.quantity),
        "price": _scaled(line.price),
        "given": line.amount_given_cents,
        "taxable": line.taxable,
        "discount": _rate(line.discount_kind, line.discount_value),
    }


def _remote_customer(obj: Wire) -> Snapshot:
    active = not is_inactive(obj)
    return {
        "name": canon.clean_name(obj.get("DisplayName"), active),
        "company_name": canon.text(obj.get("CompanyName")),
        "given_name": canon.text(obj.get("GivenName")),
        "family_name": canon.text(obj.get("FamilyName")),
        "email": canon.text(as_object(obj.get("PrimaryEmailAddr")).get("Address")),
        "phone": canon.text(as_object(obj.get("PrimaryPhone")).get("FreeFormNumber")),
        "bill_address": canon.remote_address(as_object(obj.get("BillAddr"))),
        "ship_address": canon.remote_address(as_object(obj.get("ShipAddr"))),
        "notes": canon.lines_of_text(obj.get("Notes")),
        "active": active,
    }


def _remote_item(obj: Wire) -> Snapshot:
    active = not is_inactive(obj)
    kind = canon.text(obj.get("Type")) or "Service"
    return {
        "name": canon.clean_name(obj.get("Name"), active),
        "sku": canon.text(obj.get("Sku")),
        "description": canon.lines_of_text(obj.get("Description")),
        "price": canon.decimal_text(canon.number(obj.get("UnitPrice"))) or "0",
        "taxable": obj.get("Taxable") is True,
        "active": active,
        "kind": ITEM_TYPES[kind].value if kind in ITEM_TYPES else kind,
    }


def _remote_invoice(obj: Wire) -> Snapshot:
    return {
        "void": False,
        "customer": ref(obj, "CustomerRef"),
        "bill_email": canon.text(as_object(obj.get("BillEmail")).get("Address")),
        "bill_address": canon.remote_address(as_object(obj.get("BillAddr"))),
        "number": canon.text(obj.get("DocNumber")),
        "issue_date": canon.day(obj.get("TxnDate")),
        "terms": ref(obj, "SalesTermRef"),
        "due_date": canon.day(obj.get("DueDate")),
        "notes": canon.lines_of_text(as_object(obj.get("CustomerMemo")).get("value")),
        "memo": canon.lines_of_text(obj.get("PrivateNote")),
        **remote_lines.money(obj),
    }
