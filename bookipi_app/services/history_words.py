"""A field and its value as a record's history tells them: dates, prices and rates as people read them, no id."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bookipi_app.models import Rate, TaxMode
from bookipi_app.money import format_cents, format_scaled
from bookipi_app.services.words import long_day

RATES = ("tax_rate", "tax2_rate")
TAX_MODES = {
    TaxMode.NONE: "none",
    TaxMode.EXCLUSIVE: "on top of the prices",
    TaxMode.INCLUSIVE: "contained in the prices",
}
LABELS = {
    "sku": "SKU", "email": "E-mail", "bill_email": "E-mail", "notes": "Note", "given_name": "First name",
    "family_name": "Last name", "company_name": "Company", "customer_id": "Customer", "terms_name": "Terms",
    "po_number": "PO number", "shipping_cents": "Shipping", "shipping_taxable": "Shipping is taxable",
    "tax_mode": "Tax is", "tax_given_cents": "Tax", "tax2_name": "Second tax", "tax2_rate": "Second tax rate",
    "bill_address": "Billing address", "ship_address": "Shipping address", "active": "In use",
    **{f"{of}_{part}": f"{kind} {what}"
       for of, kind in (("bill", "Billing"), ("ship", "Shipping"))
       for part, what in (("line1", "street"), ("line2", "suite"), ("city", "city"), ("region", "state"),
                          ("postal_code", "ZIP code"), ("country", "country"))},
}  # fmt: skip


def label(field: str) -> str:
    """A field as the history calls it; what has words already keeps them."""
    name = LABELS.get(field, field.replace("_", " "))
    return f"{name[:1].upper()}{name[1:]}"


def words(field: str, value: object) -> str:
    """One value; an empty one is an empty text."""
    match value:
        case None:
            return ""
        case bool():
            return "Yes" if value else "No"
        case TaxMode():
            return TAX_MODES[value]
        case date():
            return long_day(value)
        case int() if field.endswith("_cents"):
            return format_cents(value)
        case int() if field in RATES:
            return f"{format_scaled(value)}%"
        case int() if field == "price":
            return price(value)
        case _:
            return str(value)


def price(value: int) -> str:
    """A price × 10⁷: `$19.50`, `$0.0000001`."""
    whole, _, part = format_scaled(abs(value), least=2).partition(".")
    return f"{'−' if value < 0 else ''}${int(whole):,}.{part}"


def discount(row: Mapping[str, Any]) -> str:
    """A discount as one value: its kind and number are two columns and one thing."""
    kind, value = row.get("discount_kind"), row.get("discount_value", 0)
    if kind is Rate.PERCENT:
        return f"{format_scaled(value)}%"
    return price(value) if kind is Rate.FIXED else ""
