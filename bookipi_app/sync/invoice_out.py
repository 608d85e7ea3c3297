"""Invoices on their way to QuickBooks.

The customer is named in every update. Lines, discount and shipping travel together or not at all, and with the tax: a
list of lines replaces the whole list there, so it is sent only when one of them changed, and then with every line of
QuickBooks' own that we do not edit, as QuickBooks gave it. A tax that changes no line travels alone. It is sent as
billed, as an amount that QuickBooks is told to keep, unless the connection leaves it to QuickBooks. It never travels
as a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bookipi_app.models.choices import DiscountMeaning, ShippingFallback
from bookipi_app.models.record import Kind, LineKind, Rate, TaxMode
from bookipi_app.money import rounded
from bookipi_app.sync import fields, lines, sums, wire_lines, wire_tax
from bookipi_app.sync.carrying import CannotCarry, MappingContext, Rendered
from bookipi_app.sync.records import LocalInvoice, LocalLine
from bookipi_app.sync.remote_lines import Wire, as_object, ref
from bookipi_app.sync.snapshot import Agreement, Snapshot, of_local, taxes_alike
from bookipi_app.text import fold
from bookipi_app.totals import HUNDRED_PERCENT

_TAX_ALONE = ("TxnTaxDetail", "ShippingTaxIncludedInTotalTax")
MOST_LINES = 750  # of a taxable invoice, by Intuit's page
plain = wire_lines.plain


def create(
    invoice: LocalInvoice, values: Snapshot, context: MappingContext, former: Agreement | None = None
) -> Rendered:
    """The object that creates our invoice; `values` is its snapshot. `former` is the agreement of an earlier life."""
    money = _money(invoice, None, former, context)
    header = {key: value for key, value in _header(invoice, values, context).items() if not _is_empty(value)}
    return Rendered({**header, **money.body}, money.line_ids)


def update(
    names: Sequence[str], invoice: LocalInvoice, remote: Wire, agreement: Agreement, context: MappingContext
) -> Rendered:
    """The fields of an update, without Id and SyncToken."""
    values = of_local(Kind.INVOICE, invoice)
    header = {**_terms_taken_back(values, remote, agreement), **_header(invoice, values, context)}
    wanted = {"CustomerRef"} | {row.wire for row in fields.TABLE[Kind.INVOICE] if row.name in names}
    body = {wire: value for wire, value in header.items() if wire in wanted}
    moved = set(names) & set(fields.COUPLED[fields.MONEY])
    if not moved:
        return Rendered(body)
    money = _money(invoice, remote, agreement, context)
    if moved == {"tax"}:
        return Rendered({**body, **{key: money.body[key] for key in _TAX_ALONE if key in money.body}})
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
    if context.customer_currency not in ("", invoice.currency):
        kept, ours = context.customer_currency, invoice.currency
        words = f"QuickBooks keeps this customer in {kept}, this invoice is in {ours}. "
        raise CannotCarry(f"{words}Choose a customer that QuickBooks keeps in {ours}.", "currency")
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
    named = (term.id for term in context.terms if term.active and fold(term.name) == fold(invoice.terms_name))
    term = next(named, "")
    return {**header, "SalesTermRef": {"value": term}} if term else header


def _terms_taken_back(values: Snapshot, remote: Wire, agreement: Agreement) -> Wire:
    """Other terms here that QuickBooks does not know, or none any more: those that stand there say something wrong.

    Terms that QuickBooks filled in by itself stay, as long as nobody changed ours.
    """
    changed = agreement.local.get("terms") != values["terms"]
    return {"SalesTermRef": {"value": ""}} if changed and ref(remote, "SalesTermRef") else {}


def _is_empty(value: Any) -> bool:
    members = as_object(value)
    return not any(members.values()) if isinstance(value, dict) else not value


@dataclass(frozen=True, slots=True)
class _Nets:
    """What lines and shipping come to on the wire: without the tax that their prices may contain."""

    lines: tuple[int, ...]
    shipping: int
    taxable: int


def _money(
    invoice: LocalInvoice, remote: Wire | None, agreement: Agreement | None, context: MappingContext
) -> Rendered:
    _check_what_can_be_held(invoice)
    nets = _nets(invoice, context)
    sent, ids = _lines(invoice, nets, remote, agreement, context)
    subtotal = sum(nets.lines)
    boxed: list[Wire] = []
    if invoice.shipping_cents and context.allow_shipping:
        boxed.append(wire_lines.shipping(nets.shipping, _taxed(invoice, invoice.shipping_taxable)))
    elif invoice.shipping_cents:
        sent.append(_shipping_line(invoice, nets, remote, agreement, context))
        ids.append(lines.SHIPPING)
        subtotal += nets.shipping
    body: Wire = {"Line": [*sent, *boxed]}
    if invoice.discount_cents:
        _check_discount(invoice, agreement, context)
        body = {"Line": [*sent, _discount(invoice, subtotal), *boxed], "ApplyTaxAfterDiscount": True}
    return Rendered({**body, **wire_tax.detail(invoice, nets.taxable, context.tax)}, tuple(ids))


def _check_what_can_be_held(invoice: LocalInvoice) -> None:
    if not invoice.lines:
        raise CannotCarry("QuickBooks needs at least one line. Add one.", "no_lines")
    if len(invoice.lines) > MOST_LINES:
        raise CannotCarry(f"QuickBooks holds at most {MOST_LINES} lines. Split it in two.", "too_many_lines")
    if invoice.tax_mode is TaxMode.DEDUCTIBLE:
        raise CannotCarry("A deductible tax has no counterpart in QuickBooks.", "deductible_tax")
    if invoice.total_cents < 0:
        raise CannotCarry(
            "QuickBooks takes no invoice with a total below zero. Change its lines.", "negative_total"
        )


def _nets(invoice: LocalInvoice, context: MappingContext) -> _Nets:
    """Prices that contain the tax travel without it: each taxable part gives its share, so that all adds up again.

    Where QuickBooks keeps no sales tax they travel as they are: the total is then the same, and no tax is shown.
    Nothing is sent that does not add up: a line that got lost would be money that got lost.
    """
    worked_out = sums.of(invoice)
    stored = (invoice.subtotal_cents, invoice.discount_cents, invoice.tax_cents, invoice.total_cents)
    found = (
        worked_out.subtotal_cents,
        worked_out.discount_cents,
        worked_out.tax_cents,
        worked_out.total_cents,
    )
    amounts = tuple(line.amount_cents for line in invoice.lines)
    if stored != found or amounts != worked_out.line_cents:
        raise CannotCarry(
            "Its lines do not add up to its total. Open it and save it again.", "does_not_add_up"
        )
    if invoice.tax_mode is not TaxMode.INCLUSIVE or not context.tax.using:
        return _Nets(amounts, invoice.shipping_cents, worked_out.taxable_cents)
    nets = zip(amounts, worked_out.tax_in_line, strict=True)
    return _Nets(
        tuple(amount - tax for amount, tax in nets),
        invoice.shipping_cents - worked_out.tax_in_shipping,
        worked_out.taxable_cents - worked_out.tax_cents,
    )


def _lines(
    invoice: LocalInvoice,
    nets: _Nets,
    remote: Wire | None,
    agreement: Agreement | None,
    context: MappingContext,
) -> tuple[list[Wire], list[str]]:
    existing = _existing(remote, agreement)
    base = _base_lines(agreement)
    mine = of_local(Kind.INVOICE, invoice)
    same_tax = agreement is not None and taxes_alike(agreement.local.get("tax"), mine["tax"])
    now = {line["id"]: line for line in mine["lines"]} if existing else {}
    sent: list[Wire] = []
    for ours, net in zip(invoice.lines, nets.lines, strict=True):
        theirs, then = existing.get(ours.id), base.get(ours.id)
        if ours.kind is LineKind.FOREIGN and (kept := _kept_wire(ours, theirs, agreement)):
            sent.append(wire_lines.acceptable(kept))
        elif theirs is not None and same_tax and then == now[ours.id]:
            sent.append(wire_lines.acceptable(theirs))
        elif theirs is not None:
            moved = not same_tax or then is None or _money_of(then) != _money_of(now[ours.id])
            over = wire_lines.over(theirs, _line(invoice, ours, net, context), moved)
            sent.append(wire_lines.acceptable(over))
        else:
            sent.append(_line(invoice, ours, net, context))
    return sent, [ours.id for ours in invoice.lines]


def _kept_wire(ours: LocalLine, theirs: Wire | None, agreement: Agreement | None) -> Wire | None:
    """A line that only QuickBooks can make, as it stands there; where a person chose ours over that, as was agreed."""
    pairs = agreement.lines if agreement else ()
    agreed = next((pair["wire"] for pair in pairs if pair["local"] == ours.id), None)
    if agreed is None or (theirs is not None and lines.same_wire(agreed, theirs)):
        return theirs
    return wire_lines.anew(agreed, "" if theirs is None else str(theirs.get("Id") or ""))


def _line(invoice: LocalInvoice, ours: LocalLine, net: int, context: MappingContext) -> Wire:
    return wire_lines.line(ours, net, _taxed(invoice, ours.taxable), context)


def _existing(remote: Wire | None, agreement: Agreement | None) -> dict[str, Wire]:
    """QuickBooks' lines as they are now, by our ids."""
    if remote is None or agreement is None:
        return {}
    return {pair["local"]: pair["wire"] for pair in lines.rematch(agreement.lines, remote) if pair["local"]}


def _base_lines(agreement: Agreement | None) -> dict[str, Any]:
    return {line["id"]: line for line in agreement.local.get("lines", ())} if agreement else {}


def _money_of(line: dict[str, Any]) -> dict[str, Any]:
    return {key: line[key] for key in ("quantity", "price", "given", "discount")}


def _taxed(invoice: LocalInvoice, taxable: bool) -> bool:
    return taxable and wire_tax.is_taxed(invoice)


def _check_discount(invoice: LocalInvoice, agreement: Agreement | None, context: MappingContext) -> None:
    """The discount may travel. One that QuickBooks has already is one, whatever the field is called here."""
    if not context.allow_discount:
        words = "Discounts are switched off in QuickBooks. Switch them on in Account and settings, Sales."
        raise CannotCarry(words, "discounts_off")
    label = context.discount_label
    agreed = agreement.local.get("discount") if agreement else None
    if fold(label) in ("", "discount") or agreed == of_local(Kind.INVOICE, invoice)["discount"]:
        return
    match context.discount_meaning:
        case DiscountMeaning.DISCOUNT:
            return
        case DiscountMeaning.UNASKED:
            words = f"“{label}” stands in the discount's place. Say once whether it is a discount."
            raise CannotCarry(words, "renamed_discount")
        case DiscountMeaning.SOMETHING_ELSE:
            words = f"“{label}” is no discount, and as one it would lower the revenue in QuickBooks."
            raise CannotCarry(words, "not_a_discount")


def _discount(invoice: LocalInvoice, subtotal: int) -> Wire:
    """A percentage where QuickBooks comes to the same cent by it: its subtotal may lack a tax or hold shipping."""
    kind, value = invoice.discount_kind, invoice.discount_value
    if kind is Rate.PERCENT and rounded(subtotal * value, HUNDRED_PERCENT) != invoice.discount_cents:
        kind = Rate.FIXED
    return wire_lines.discount(kind, value, invoice.discount_cents)


def _shipping_line(
    invoice: LocalInvoice,
    nets: _Nets,
    remote: Wire | None,
    agreement: Agreement | None,
    context: MappingContext,
) -> Wire:
    """Shipping as an ordinary line, where QuickBooks' own box is off."""
    item = context.shipping_item_id or context.default_item_id
    if context.shipping_fallback is ShippingFallback.REFUSE or not item:
        raise CannotCarry(
            "Shipping is switched off in QuickBooks. Switch it on, or let it travel as a line.",
            "shipping_off",
        )
    line = wire_lines.shipping(nets.shipping, _taxed(invoice, invoice.shipping_taxable), item)
    theirs = _existing(remote, agreement).get(lines.SHIPPING)
    return line if theirs is None else wire_lines.over(theirs, line, money_moved=True)
