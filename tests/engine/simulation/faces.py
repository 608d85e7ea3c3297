"""What both sides hold of a record, in the words of neither: read here anew, without the engine's snapshot or mapping.

A line of an invoice is known by the first word of its description, which people here never change.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from bookipi_app.models import Customer, Invoice, InvoiceLine, Item, LineKind

Face = dict[str, Any]
ADDRESS = (
    ("line1", "Line1"),
    ("city", "City"),
    ("region", "CountrySubDivisionCode"),
    ("postal_code", "PostalCode"),
)
DELETED = re.compile(r" \(deleted\)( \d+)?$")
SCALE = Decimal(10**7)
OFF = re.compile(r" \(\S+ off [^()]+\)$")  # what a discount of a line is called there


def customer_here(row: Customer) -> Face:
    """A customer of ours."""
    plain = ("name", "company_name", "given_name", "family_name", "email", "phone", "notes", "active")
    return {
        **{name: getattr(row, name) for name in plain},
        "bill_address": [getattr(row, f"bill_{part}") for part, _ in ADDRESS],
        "ship_address": [getattr(row, f"ship_{part}") for part, _ in ADDRESS],
    }


def customer_there(obj: dict[str, Any]) -> Face:
    """A customer of QuickBooks."""
    return {
        "name": clean_name(obj, "DisplayName"),
        "company_name": obj.get("CompanyName", ""),
        "given_name": obj.get("GivenName", ""),
        "family_name": obj.get("FamilyName", ""),
        "email": obj.get("PrimaryEmailAddr", {}).get("Address", ""),
        "phone": obj.get("PrimaryPhone", {}).get("FreeFormNumber", ""),
        "notes": obj.get("Notes", ""),
        "active": obj.get("Active", True),
        "bill_address": [obj.get("BillAddr", {}).get(part, "") for _, part in ADDRESS],
        "ship_address": [obj.get("ShipAddr", {}).get(part, "") for _, part in ADDRESS],
    }


def clean_name(obj: dict[str, Any], name: str) -> str:
    """QuickBooks marks the name of what is inactive, and counts those that had the same one."""
    return obj[name] if obj.get("Active", True) else DELETED.sub("", obj[name])


def item_here(row: Item) -> Face:
    """An item of ours."""
    plain = ("name", "sku", "description", "taxable", "active")
    return {**{name: getattr(row, name) for name in plain}, "price": Decimal(row.price) / SCALE}


def item_there(obj: dict[str, Any]) -> Face:
    """An item of QuickBooks."""
    return {
        "name": clean_name(obj, "Name"),
        "sku": obj.get("Sku", ""),
        "description": obj.get("Description", ""),
        "taxable": obj.get("Taxable", False),
        "active": obj.get("Active", True),
        "price": Decimal(str(obj.get("UnitPrice", 0))),
    }


def invoice_here(row: Invoice, lines: list[InvoiceLine]) -> Face:
    """An invoice of ours, its references by our ids."""
    return {
        "customer": str(row.customer_id),
        "number": row.number,
        "dates": [row.issue_date.isoformat(), row.due_date.isoformat()],
        "notes": row.notes,
        "memo": row.memo,
        "bill_email": row.bill_email,
        "shipping": Decimal(row.shipping_cents) / 100,
        "discount": Decimal(row.discount_cents) / 100,
        "_percent": Decimal(row.discount_value) / SCALE if row.discount_kind == "percent" else None,
        "void": row.stage == "void",
        "tax": Decimal(row.tax_cents) / 100,
        "total": Decimal(row.total_cents) / 100,
        "lines": {_token(line.description): _line_here(line) for line in lines if line.kind is LineKind.ITEM},
    }


def _line_here(line: InvoiceLine) -> Face:
    return {
        "item": str(line.item_id or ""),
        "description": OFF.sub("", line.description),
        "quantity": Decimal(line.quantity) / SCALE,
        "price": Decimal(line.price) / SCALE,
    }


def invoice_there(obj: dict[str, Any]) -> Face:
    """An invoice of QuickBooks, its references by QuickBooks' ids."""
    sold = [
        one
        for one in obj.get("Line", [])
        if one["DetailType"] == "SalesItemLineDetail" and one["Amount"] >= 0
    ]
    shipping = [
        one
        for one in sold
        if one["SalesItemLineDetail"].get("ItemRef", {}).get("value") == "SHIPPING_ITEM_ID"
    ]
    lines = [one for one in sold if one not in shipping]
    discounts = [one for one in obj.get("Line", []) if one["DetailType"] == "DiscountLineDetail"]
    void = obj.get("PrivateNote", "").startswith("Voided") and not obj["TotalAmt"]
    return {
        "customer": obj["CustomerRef"]["value"],
        "number": obj.get("DocNumber", ""),
        "dates": [obj["TxnDate"], obj.get("DueDate", "")],
        "notes": obj.get("CustomerMemo", {}).get("value", ""),
        "memo": obj.get("PrivateNote", ""),
        "bill_email": obj.get("BillEmail", {}).get("Address", ""),
        "shipping": sum((Decimal(str(one["Amount"])) for one in shipping), Decimal(0)),
        "discount": sum((Decimal(str(one["Amount"])) for one in discounts), Decimal(0)),
        "void": void,
        "tax": Decimal(str(obj.get("TxnTaxDetail", {}).get("TotalTax", 0))),
        "total": Decimal(str(obj["TotalAmt"])),
        "lines": {_token(one.get("Description", "")): _line_there(one) for one in lines},
    }


def foreign_there(obj: dict[str, Any]) -> dict[str, Any]:
    """QuickBooks' own kinds of lines, by their first word, without what it numbers anew."""
    lines = [one for one in obj.get("Line", []) if one.get("Description", "").startswith("F")]
    return {_token(one["Description"]): _unnumbered(one) for one in lines}


def _unnumbered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unnumbered(one) for key, one in value.items() if key not in ("Id", "LineNum", "name")}
    return [_unnumbered(one) for one in value] if isinstance(value, list) else value


def _line_there(line: dict[str, Any]) -> Face:
    detail = line["SalesItemLineDetail"]
    return {
        "item": detail.get("ItemRef", {}).get("value", ""),
        "description": OFF.sub("", line.get("Description", "")),
        "quantity": Decimal(str(detail.get("Qty", 1))),
        "price": Decimal(str(detail.get("UnitPrice", 0))),
    }


def _token(description: str) -> str:
    return description.split(" ", maxsplit=1)[0]
