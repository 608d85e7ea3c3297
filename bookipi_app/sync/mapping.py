"""The mapping: our records as QuickBooks' objects, and QuickBooks' objects as our records.

Updates are sparse and hold only what changed; what QuickBooks has and we do not know stays as it is. Our ids never
travel. Numbers are exact decimals from here to the bytes of the request (`dumps`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from bookipi_app import exactjson
from bookipi_app.models.record import ItemKind, Kind
from bookipi_app.money import decimal_of_cents, decimal_of_scaled
from bookipi_app.sync import canon, fields, invoice_in, invoice_out, predicted
from bookipi_app.sync.carrying import (
    CannotCarry,
    MappingContext,
    References,
    Rendered,
    Taken,
    TaxCode,
    TaxRate,
    TaxSetup,
    Term,
    check_limits,
)
from bookipi_app.sync.records import Address, LocalCustomer, LocalInvoice, LocalItem, LocalRecord
from bookipi_app.sync.remote_lines import as_object
from bookipi_app.sync.snapshot import ITEM_TYPES, Agreement, Snapshot, Wire, of_local, of_remote, sync_token

__all__ = [
    "CannotCarry",
    "MappingContext",
    "References",
    "Rendered",
    "Taken",
    "TaxCode",
    "TaxRate",
    "TaxSetup",
    "Term",
    "dumps",
    "expected",
    "read",
    "render_create",
    "render_delete",
    "render_update",
    "render_void",
    "take",
]

_TYPE_OF = {kind: name for name, kind in ITEM_TYPES.items()}
_CREATED_HERE = (ItemKind.SERVICE, ItemKind.NON_INVENTORY)


def dumps(obj: Wire) -> str:
    """The exact text of a request: decimals as they are, keys in the order in which they were rendered."""
    return exactjson.dumps(obj)


def render_create(
    kind: Kind, local: LocalRecord, context: MappingContext, former: Agreement | None = None
) -> Rendered:
    """The object that creates our record in QuickBooks; `former` is the agreement of an earlier life there.

    Raises:
        CannotCarry: QuickBooks has no counterpart for something in it, or what it refers to is not linked yet.
    """
    match local:
        case LocalCustomer():
            return Rendered(_present(_customer(local, _checked(kind, local))))
        case LocalItem():
            return Rendered(_new_item(local, _checked(kind, local), context))
        case LocalInvoice():
            values = of_local(kind, local)
            check_limits(kind, values)
            return invoice_out.create(local, values, context, former)


def render_update(
    kind: Kind,
    names: Sequence[str],
    local: LocalRecord,
    remote: Wire,
    agreement: Agreement,
    context: MappingContext,
    temporary_name: str = "",
) -> Rendered:
    """A sparse update of these fields, over the version of `remote` (QuickBooks' object as we know it).

    Raises:
        CannotCarry: as `render_create`.
    """
    head: Wire = {"Id": remote["Id"], "SyncToken": str(sync_token(remote)), "sparse": True}
    match local:
        case LocalInvoice():
            check_limits(kind, of_local(kind, local))
            rendered = invoice_out.update(names, local, remote, agreement, context)
            return Rendered({**head, **rendered.body}, rendered.line_ids)
        case LocalCustomer():
            whole = _customer(local, _checked(kind, local))
        case LocalItem():
            whole = _item(local, _checked(kind, local))
    wanted = {*names, *(("name",) if "active" in names and local.active else ())}
    body = {
        row.wire: whole[row.wire] for row in fields.TABLE[kind] if row.name in wanted and row.wire in whole
    }
    if temporary_name:
        body[fields.field(kind, "name").wire] = temporary_name
    return Rendered({**head, **body})


def render_delete(remote: Wire) -> Rendered:
    """The body of a deletion."""
    return Rendered({"Id": remote["Id"], "SyncToken": str(sync_token(remote))})


def render_void(remote: Wire) -> Rendered:
    """The body of a void."""
    return render_delete(remote)


def expected(
    kind: Kind, local: LocalRecord, context: MappingContext, agreement: Agreement | None = None
) -> Snapshot | None:
    """Our record as QuickBooks would give it back, to tell *same result*; None when it cannot be carried."""
    try:
        match local:
            case LocalInvoice():
                return _given_back(local, render_create(kind, local, context, agreement).body, context)
            case LocalCustomer():
                return of_remote(kind, _customer(local, _checked(kind, local)))
            case LocalItem():
                return of_remote(kind, {**_item(local, _checked(kind, local)), "Type": _TYPE_OF[local.kind]})
    except CannotCarry:
        return None


def _given_back(local: LocalInvoice, body: Wire, context: MappingContext) -> Snapshot:
    """With the tax that QuickBooks will work out; where that is not known, ours."""
    known = predicted.parts(body, context.tax)
    tax = known["tax"] if known else local.tax_cents
    return of_remote(Kind.INVOICE, {**body, "TxnTaxDetail": {"TotalTax": decimal_of_cents(tax)}})


def read(kind: Kind, remote: Wire, context: MappingContext) -> LocalRecord:
    """QuickBooks' object as a record of ours, without an id; its lines have theirs from `context.new_id`.

    Raises:
        CannotCarry: a foreign currency, an unknown kind of item, sums that cannot be held, a missing reference.
        canon.Unreadable: a value is not what its field holds.
    """
    values = of_remote(kind, remote)
    match kind:
        case Kind.CUSTOMER:
            return LocalCustomer(**{name: _our_form(kind, name, value) for name, value in values.items()})
        case Kind.ITEM:
            return LocalItem(**{name: _our_form(kind, name, value) for name, value in values.items()})
        case Kind.INVOICE:
            return invoice_in.read(remote, context)


def take(
    kind: Kind,
    names: Sequence[str],
    local: LocalRecord,
    remote: Wire,
    agreement: Agreement,
    context: MappingContext,
    over_ours: bool = False,
) -> Taken:
    """Our record with these fields of QuickBooks' object, our other edits kept, and the agreement that then holds.

    Lines are merged with our own edits of lines, unless `over_ours`. All fields at once also bring a void invoice back.

    Raises:
        CannotCarry, canon.Unreadable: as `read`.
    """
    match local:
        case LocalInvoice():
            return invoice_in.take(names, local, remote, agreement, context, over_ours)
        case LocalCustomer() | LocalItem():
            changed = _with_fields(kind, names, local, of_remote(kind, remote))
    now = of_local(kind, changed)
    there = of_remote(kind, remote)
    return Taken(
        changed,
        Agreement(
            {**agreement.local, **{name: now[name] for name in names}},
            {**agreement.remote, **{name: there[name] for name in names}},
        ),
    )


def _with_fields(
    kind: Kind, names: Sequence[str], local: LocalCustomer | LocalItem, values: Snapshot
) -> LocalCustomer | LocalItem:
    return replace(local, **{name: _our_form(kind, name, values[name]) for name in names})


def _our_form(kind: Kind, name: str, value: Any) -> Any:
    match fields.field(kind, name).form:
        case fields.Form.ADDRESS:
            return Address(**canon.structured(value))
        case fields.Form.DECIMAL:
            return canon.scaled(value)
        case fields.Form.CHOICE if value not in set(ItemKind):
            raise CannotCarry(f"QuickBooks calls this a {value}; there is nothing like it here.", "item_kind")
        case fields.Form.CHOICE:
            return ItemKind(value)
        case _:
            return value


def _checked(kind: Kind, local: LocalRecord) -> Snapshot:
    values = of_local(kind, local)
    check_limits(kind, values)
    if not values["name"]:
        raise CannotCarry("QuickBooks needs a name. Give one.", "no_name")
    return values


def _customer(local: LocalCustomer, values: Snapshot) -> Wire:
    email = values["email"]
    if email and ("@" not in email or "." not in email):
        raise CannotCarry("QuickBooks takes only e-mail addresses with an @ and a dot. Correct it.", "email")
    return {
        "DisplayName": values["name"],
        "CompanyName": values["company_name"],
        "GivenName": values["given_name"],
        "FamilyName": values["family_name"],
        "PrimaryEmailAddr": {"Address": email},
        "PrimaryPhone": {"FreeFormNumber": values["phone"]},
        "BillAddr": invoice_out.address(values["bill_address"]),
        "ShipAddr": invoice_out.address(values["ship_address"]),
        "Notes": values["notes"],
        "Active": local.active,
    }


def _item(local: LocalItem, values: Snapshot) -> Wire:
    return {
        "Name": values["name"],
        "Sku": values["sku"],
        "Description": values["description"],
        "UnitPrice": invoice_out.plain(decimal_of_scaled(local.price)),
        "Taxable": local.taxable,
        "Active": local.active,
    }


def _new_item(local: LocalItem, values: Snapshot, context: MappingContext) -> Wire:
    if local.kind not in _CREATED_HERE:
        raise CannotCarry(
            "Bundles and stock items can only be made in QuickBooks. Make it there: it then arrives here.",
            "item_kind",
        )
    if not context.income_account_id:
        raise CannotCarry(
            "Choose the income account for new items in Settings, Integration.", "income_account"
        )
    body = _present(_item(local, values))
    return {**body, "Type": _TYPE_OF[local.kind], "IncomeAccountRef": {"value": context.income_account_id}}


def _present(body: Wire) -> Wire:
    """A new object without what is empty; a new record is active by itself."""
    return {key: value for key, value in body.items() if key != "Active" and not _is_empty(value)}


def _is_empty(value: object) -> bool:
    return value == "" or (isinstance(value, dict) and not any(as_object(cast(object, value)).values()))
