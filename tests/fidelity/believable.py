"""Invoices that a small US business might write. The mix is fixed: the same number gives the same invoice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from bookipi_app import totals
from bookipi_app.models.record import LineKind, Rate, TaxMode
from bookipi_app.money import SCALE
from bookipi_app.sync import sums
from bookipi_app.sync.records import LocalInvoice, LocalLine

CENT = SCALE // 100
WORDS = (
    "Mowing and edging",
    "River stone",
    "Design, per hour",
    "Travel",
    "Sod, per sq ft",
    "Clean-up",
    "Café sign",
)
ITEMS = 6
CUSTOMERS = 8  # the last of them is never taxed in QuickBooks, where tax is automated


@dataclass(frozen=True)
class Written:
    """An invoice as somebody wrote it here, and what forms of money are in it."""

    number: int
    invoice: LocalInvoice
    forms: tuple[str, ...]


def write(number: int, tax_rate: int) -> Written:
    """The invoice of this number. `tax_rate` is what sales tax comes to where the company is, in percent × 10⁷."""
    chance = Random(f"invoice {number}")
    for _ in range(50):
        lines = _lines(chance)
        values = {**_discount(chance, lines), **_shipping(chance), **_tax(chance, tax_rate)}
        invoice = _invoice(number, chance, lines, values)
        if _is_allowed(invoice):
            return Written(number, sums.added_up(invoice), _forms(invoice))
    raise AssertionError("fifty invoices in a row that nobody could write")


def _invoice(
    number: int, chance: Random, lines: tuple[LocalLine, ...], values: dict[str, Any]
) -> LocalInvoice:
    issued = date(2026, 11, 2) + timedelta(days=chance.randrange(20))
    customer = chance.randrange(CUSTOMERS - 1) if chance.random() < 0.98 else CUSTOMERS - 1
    return LocalInvoice(
        id=f"invoice{number}",
        customer_id=f"customer{customer}",
        number=f"F-{number}",
        issue_date=issued,
        due_date=issued + timedelta(days=30),
        terms_name=chance.choice(("Net 30", "Net 15", "Net 45", "")),
        notes=chance.choice(("", "Thank you!", "Please pay\nwithin 30 days")),
        memo=chance.choice(("", "Job 77")),
        lines=lines,
        **values,
    )


def _lines(chance: Random) -> tuple[LocalLine, ...]:
    most = chance.choice((1, 3, 3, 6, 6, 12, 40))
    return tuple(_line(f"line{at}", chance) for at in range(chance.randint(1, most)))


def _line(line_id: str, chance: Random) -> LocalLine:
    if chance.random() < 0.04:
        return LocalLine(
            id=line_id, kind=LineKind.TEXT, description="Materials as agreed on site", quantity=0
        )
    line = LocalLine(
        id=line_id,
        item_id=chance.choice(("", *(f"item{at}" for at in range(ITEMS)))),
        description=chance.choice(WORDS),
        quantity=_quantity(chance),
        price=_price(chance),
        taxable=chance.random() < 0.7,
    )
    drawn = chance.random()
    if drawn < 0.10:
        percent = chance.choice((5, 10, 12.5, 33.3333, 50, 100))
        return replace(line, discount_kind=Rate.PERCENT, discount_value=round(percent * SCALE))
    if drawn < 0.17:
        gross = sums.net_of(line)
        off = chance.randint(0, max(gross, 0))
        return replace(line, discount_kind=Rate.FIXED if off else Rate.NONE, discount_value=off * CENT)
    return line


def _quantity(chance: Random) -> int:
    decimals = chance.choice((0, 0, 0, 0, 1, 2, 3))
    return chance.randint(1, 40 * 10**decimals) * 10 ** (7 - decimals)


def _price(chance: Random) -> int:
    """Mostly whole cents; up to five decimals; now and then a credit."""
    decimals = chance.choice((0, 1, 2, 2, 2, 2, 3, 4, 5))
    price = chance.randint(1, chance.choice((20, 200, 900)) * 10**decimals) * 10 ** (7 - decimals)
    return -price if chance.random() < 0.02 else price


def _discount(chance: Random, lines: tuple[LocalLine, ...]) -> dict[str, Any]:
    drawn = chance.random()
    if drawn < 0.14:
        percent = chance.choice((2, 5, 7.5, 10, 15, 33.3333, 100))
        return {"discount_kind": Rate.PERCENT, "discount_value": round(percent * SCALE)}
    if drawn < 0.24:
        subtotal = sum(sums.net_of(line) for line in lines)
        off = chance.randint(1, max(subtotal // chance.choice((1, 4, 10)), 1))
        return {"discount_kind": Rate.FIXED, "discount_value": off * CENT}
    return {}


def _shipping(chance: Random) -> dict[str, Any]:
    if chance.random() < 0.7:
        return {}
    return {"shipping_cents": chance.randint(1, 9000), "shipping_taxable": chance.random() < 0.5}


def _tax(chance: Random, local_rate: int) -> dict[str, Any]:
    """Mostly what is due where the company is; now and then a rate of another city, none at all, or a second one."""
    drawn = chance.random()
    rate = local_rate if chance.random() < 0.8 else chance.choice((8 * SCALE, 65_000_000, 86_250_000, 0))
    if drawn < 0.30:
        return {"tax_mode": TaxMode.NONE}
    mode = TaxMode.EXCLUSIVE if drawn < 0.80 else TaxMode.INCLUSIVE if drawn < 0.96 else TaxMode.DEDUCTIBLE
    second = chance.choice((SCALE, 15_000_000)) if chance.random() < 0.1 else 0
    return {"tax_mode": mode, "tax_rate": rate, "tax2_rate": second}


def _is_allowed(invoice: LocalInvoice) -> bool:
    """Whether the form would take it: what it refuses is not believable, and is tested where it is refused."""
    try:
        found = totals.work_out(replace(sums.as_input(invoice), as_found=False))
    except totals.CannotAddUp:
        return False
    return found.total_cents >= 0


def _forms(invoice: LocalInvoice) -> tuple[str, ...]:
    line_discounts = {line.discount_kind.value for line in invoice.lines} - {"none"}
    found = {
        f"{_band(len(invoice.lines))} lines": True,
        f"tax {invoice.tax_mode.value}": True,
        "second tax": bool(invoice.tax2_rate),
        **{f"line discount {kind}": True for kind in line_discounts},
        f"discount {invoice.discount_kind.value}": invoice.discount_kind is not Rate.NONE,
        "shipping taxed": bool(invoice.shipping_cents) and invoice.shipping_taxable,
        "shipping untaxed": bool(invoice.shipping_cents) and not invoice.shipping_taxable,
        "exempt lines": any(not line.taxable for line in invoice.lines),
        "credit lines": any(line.price < 0 for line in invoice.lines),
        "text lines": any(line.kind is LineKind.TEXT for line in invoice.lines),
    }
    return tuple(form for form, holds in found.items() if holds)


def _band(lines: int) -> str:
    return "1-3" if lines <= 3 else "4-12" if lines <= 12 else "13-40"
