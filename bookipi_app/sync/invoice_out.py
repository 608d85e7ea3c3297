"""Invoices on their way to QuickBooks.

The customer is named in every update. Lines, discount, shipping and tax travel together or not at all: a list of lines
replaces the whole list there, so it is sent only when our money changed, and then with every line of QuickBooks' own
that we do not edit, as QuickBooks gave it. The tax is sent as billed, as an amount that QuickBooks is told to keep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bookipi_app.models.record import Kind, LineKind, Rate, TaxMode
from bookipi_app.money import decimal_of_cents
from bookipi_app.sync import fields, lines, wire_lines
from bookipi_app.sync.carrying import CannotCarry, MappingContext, Rendered
from bookipi_app.sync.records import LocalInvoice, LocalLine
from bookipi_app.sync.remote_lines import Wire, as_object
from bookipi_app.sync.snapshot import Agreement, Snapshot, of_local
from bookipi_app.text import fold
from bookipi_app.totals import spread_discount

MOST_LINES = 750  # of a taxable invoice, by Intuit's page
plain = wire_lines.plain


def create(invoice: LocalInvoice, context: MappingContext) -> Rendered:
    """The object that creates our invoice."""
    values = of_local(Kind.INVOICE, invoice)
    money = _money(invoice, None, None, context)
    header = {key: value for key, value in _header(invoice, values, context).items() if not _is_empty(value)}
    return Rendered({**header, **money.body}, money.line_ids)


def update(
    names: Sequence[str], invoice: LocalInvoice, remote: Wire, agreement: Agreement, context: MappingContext
) -> Rendered:
    """The fields of an update, without Id and SyncToken."""
    header = _header(invoice, of_local(Kind.INVOICE, invoice), context)
    wanted = {"CustomerRef"} | {row.wire for row in fields.TABLE[Kind.INVOICE] if row.name in names}
    body = {wire: value for wire, value in header.items() if wire in wanted}
    if not set(names) & set(fields.COUPLED[fields.MONEY]):
        return Rendered(body)
    money = _money(invoice, remote, agreement, context)
    return Rendered({**body, **money.body}, money.line_ids)


def address(block: dict[str, str]) -> Wire:
    """An address as a whole: QuickBooks replaces it as one. Without any part it is sent empty, which clears it."""
    if not any(block.values()):
        return dict.fromkeys(fields.ADDRESS_WIRE.values(), "")
    return {fields.ADDRESS_WIRE[part]: value for part, value in block.items() if value}


def _header(invoice: LocalInvoice, values: Snapshot, context: MappingContext) -> Wire:
    if invoice.currency != context.home_currency:
        home = context.home_currency
        words = f"The QuickBooks company keeps its books in {home}, this invoice is in {invoice.currency}."
        raise CannotCarry(words, "currency")
    header: Wire = {
        "CustomerRef": {"value": context.remote_id(Kind.CUSTOMER, invoice.customer_id)},
        "DocNumber": values["number"],
        "TxnDate": values["issue_date"],
        "DueDate": values["due_date"],
        "BillEmail": {"Address": values["bill_email"]},
        "BillAddr": address(values["bill_address"]),
        "CustomerMemo": {"value": values["notes"]},
        "PrivateNote": values["memo"],
    }
    term = next((term.id for term in context.terms if fold(term.name) == fold(invoice.terms_name)), "")
    return {**header, "SalesTermRef": {"value": term}} if term else header


def _is_empty(value: Any) -> bool:
    members = as_object(value)
    return not any(members.values()) if isinstance(value, dict) else not value


@dataclass(frozen=True, slots=True)
class _Nets:
    """What lines, discount and shipping come to without the tax that their prices may contain."""

    lines: tuple[int, ...]
    shipping: int


def _money(
    invoice: LocalInvoice, remote: Wire | None, agreement: Agreement | None, context: MappingContext
) -> Rendered:
    _check_sums(invoice)
    nets = _nets(invoice)
    sent, ids = _lines(invoice, nets, remote, agreement, context)
    if invoice.discount_cents:
        sent.append(_discount(invoice, context))
    if invoice.shipping_cents:
        sent.append(_shipping(invoice, nets, context))
        if not context.allow_shipping:
            ids.append(lines.SHIPPING)
    body: Wire = {"Line": sent}
    if invoice.discount_cents:
        body["ApplyTaxAfterDiscount"] = True
    return Rendered({**body, **_tax(invoice, context)}, tuple(ids))


def _check_sums(invoice: LocalInvoice) -> None:
    """Nothing is sent that does not add up: a line that got lost would be money that got lost."""
    added = sum(line.amount_cents for line in invoice.lines)
    on_top = 0 if invoice.tax_mode is TaxMode.INCLUSIVE else invoice.tax_cents
    total = added - invoice.discount_cents + invoice.shipping_cents + on_top
    if not invoice.lines:
        raise CannotCarry("QuickBooks needs at least one line.", "no_lines")
    if len(invoice.lines) > MOST_LINES:
        raise CannotCarry(f"QuickBooks holds at most {MOST_LINES} lines.", "too_many_lines")
    if invoice.tax_mode is TaxMode.DEDUCTIBLE:
        raise CannotCarry("A deductible tax has no counterpart in QuickBooks.", "deductible_tax")
    if added != invoice.subtotal_cents or total != invoice.total_cents:
        raise CannotCarry(
            "Its lines do not add up to its total. Open it and save it again.", "does_not_add_up"
        )


def _nets(invoice: LocalInvoice) -> _Nets:
    """Prices that contain the tax travel without it: each taxable part gives its share, so that all adds up again."""
    amounts = [line.amount_cents for line in invoice.lines]
    if invoice.tax_mode is not TaxMode.INCLUSIVE:
        return _Nets(tuple(amounts), invoice.shipping_cents)
    taxed = [line.taxable for line in invoice.lines]
    off = spread_discount(invoice.discount_cents, amounts, taxed)
    weights = [amount - part if tax else 0 for amount, part, tax in zip(amounts, off, taxed, strict=True)]
    weights.append(invoice.shipping_cents if invoice.shipping_taxable else 0)
    shares = spread_discount(invoice.tax_cents, weights, [*taxed, invoice.shipping_taxable])
    nets = (amount - share for amount, share in zip(amounts, shares[:-1], strict=True))
    return _Nets(tuple(nets), invoice.shipping_cents - shares[-1])


def _lines(
    invoice: LocalInvoice,
    nets: _Nets,
    remote: Wire | None,
    agreement: Agreement | None,
    context: MappingContext,
) -> tuple[list[Wire], list[str]]:
    existing = _existing(remote, agreement)
    base = _base_lines(agreement)
    same_tax = agreement is not None and _taxes_alike(invoice, agreement)
    now = {line["id"]: line for line in of_local(Kind.INVOICE, invoice)["lines"]}
    sent: list[Wire] = []
    for ours, net in zip(invoice.lines, nets.lines, strict=True):
        theirs, then = existing.get(ours.id), base.get(ours.id)
        if theirs is not None and (ours.kind is LineKind.FOREIGN or (same_tax and then == now[ours.id])):
            sent.append(theirs)
        elif theirs is not None:
            moved = not same_tax or then is None or _money_of(then) != _money_of(now[ours.id])
            sent.append(wire_lines.over(theirs, _line(invoice, ours, net, context), moved))
        else:
            sent.append(_line(invoice, ours, net, context))
    return sent, [ours.id for ours in invoice.lines]


def _line(invoice: LocalInvoice, ours: LocalLine, net: int, context: MappingContext) -> Wire:
    return wire_lines.line(ours, net, ours.taxable and _is_taxed(invoice), context)


def _existing(remote: Wire | None, agreement: Agreement | None) -> dict[str, Wire]:
    """QuickBooks' lines as they are now, by our ids."""
    if remote is None or agreement is None:
        return {}
    return {pair["local"]: pair["wire"] for pair in lines.rematch(agreement.lines, remote) if pair["local"]}


def _base_lines(agreement: Agreement | None) -> dict[str, Any]:
    return {line["id"]: line for line in agreement.local.get("lines", ())} if agreement else {}


def _money_of(line: dict[str, Any]) -> dict[str, Any]:
    return {key: line[key] for key in ("quantity", "price", "given", "discount")}


def _taxes_alike(invoice: LocalInvoice, agreement: Agreement) -> bool:
    """Whether lines that did not change still travel as they did: their tax code and net price hang on the tax."""
    then = agreement.local.get("tax")
    if then is None or invoice.tax_mode is TaxMode.INCLUSIVE or then["mode"] == TaxMode.INCLUSIVE.value:
        return False
    was_taxed = then["mode"] != TaxMode.NONE.value or then["given"] is not None
    return was_taxed == _is_taxed(invoice)


def _is_taxed(invoice: LocalInvoice) -> bool:
    return invoice.tax_mode is not TaxMode.NONE or invoice.tax_given_cents is not None


def _discount(invoice: LocalInvoice, context: MappingContext) -> Wire:
    if not context.allow_discount:
        words = "Discounts are switched off in QuickBooks. Switch them on in Account and settings, Sales."
        raise CannotCarry(words, "discounts_off")
    if invoice.tax_mode is TaxMode.INCLUSIVE:  # the percentage is of prices that do not travel
        return wire_lines.discount(Rate.FIXED, 0, invoice.discount_cents)
    return wire_lines.discount(invoice.discount_kind, invoice.discount_value, invoice.discount_cents)


def _shipping(invoice: LocalInvoice, nets: _Nets, context: MappingContext) -> Wire:
    taxed = invoice.shipping_taxable and _is_taxed(invoice)
    if context.allow_shipping:
        return wire_lines.shipping(nets.shipping, taxed)
    item = context.shipping_item_id or context.default_item_id
    if not item:
        raise CannotCarry(
            "Shipping is switched off in QuickBooks. Switch it on, or choose an item for it.", "shipping_off"
        )
    return wire_lines.shipping(nets.shipping, taxed, item)


def _tax(invoice: LocalInvoice, context: MappingContext) -> Wire:
    """The tax as billed. Where QuickBooks keeps no sales tax there is nothing that would take it."""
    setup = context.tax
    if not (setup.using and _is_taxed(invoice)):
        return {}
    detail: Wire = {"TotalTax": decimal_of_cents(invoice.tax_cents)}
    if setup.default_code:
        detail["TxnTaxCodeRef"] = {"value": setup.default_code}
    if not setup.automated and setup.rate_id:
        detail["TaxLine"] = [_tax_line(invoice, setup.rate_id, setup.rate_percent or Decimal(0))]
    return {"TxnTaxDetail": detail, "ShippingTaxIncludedInTotalTax": True}


def _tax_line(invoice: LocalInvoice, rate_id: str, percent: Decimal) -> Wire:
    nets = _nets(invoice)
    taxed = [line.taxable for line in invoice.lines]
    off = spread_discount(invoice.discount_cents, [line.amount_cents for line in invoice.lines], taxed)
    base = sum(net - part for net, part, tax in zip(nets.lines, off, taxed, strict=True) if tax)
    base += nets.shipping if invoice.shipping_taxable else 0
    return {
        "DetailType": "TaxLineDetail",
        "Amount": decimal_of_cents(invoice.tax_cents),
        "TaxLineDetail": {
            "TaxRateRef": {"value": rate_id},
            "PercentBased": True,
            "TaxPercent": plain(percent),
            "NetAmountTaxable": decimal_of_cents(base),
        },
    }
