"""Invoices on their way from QuickBooks.

Whatever its interface can make arrives with its own total, line for line: an amount that is not quantity × price stands
by itself, a kind of line that we do not make is shown and kept, a tax is taken as an amount. A line that did not change
there keeps what QuickBooks cannot hold of it (its discount, a text without an item).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from bookipi_app import totals
from bookipi_app.models.record import Kind, Rate, Stage, TaxMode
from bookipi_app.money import SCALE, rounded
from bookipi_app.sync import canon, fields, lines, remote_lines
from bookipi_app.sync.carrying import CannotCarry, MappingContext, Taken
from bookipi_app.sync.line_in import read_line
from bookipi_app.sync.records import Address, LocalInvoice, LocalLine
from bookipi_app.sync.remote_lines import Wire
from bookipi_app.sync.snapshot import Agreement, Snapshot, line_snapshot, of_local, of_remote

_SCALED_PER_CENT = SCALE // 100
_HUNDRED_PERCENT = 100 * SCALE
MONEY = fields.COUPLED[fields.MONEY]


def read(remote: Wire, context: MappingContext) -> LocalInvoice:
    """An invoice made in QuickBooks, as a new one here."""
    there = of_remote(Kind.INVOICE, remote)
    if there["void"]:
        raise CannotCarry("It was void in QuickBooks before it arrived here.", "void_there")
    header = fields.names(Kind.INVOICE, fields.Owner.SHARED)
    values = _header([name for name in header if name not in MONEY], remote, there, context)
    found = tuple(read_line(line, None, None, context) for line in remote_lines.body_lines(remote))
    blank = LocalInvoice(**values, lines=found, currency=context.home_currency)
    return _with_tax(_with_discount_and_shipping(blank, MONEY, there), remote, there)


def take(
    names: Sequence[str],
    local: LocalInvoice,
    remote: Wire,
    agreement: Agreement,
    context: MappingContext,
    over_ours: bool,
) -> Taken:
    """Our invoice with these fields of QuickBooks', and the agreement that then holds."""
    there = of_remote(Kind.INVOICE, remote)
    if local.tax_mode is TaxMode.INCLUSIVE and set(names) & set(MONEY):
        # Prices travel without the tax that they contain here: taking a part of theirs means taking all of it.
        names, over_ours = (*names, *(name for name in MONEY if name not in names)), True
        agreement = replace(agreement, local={**agreement.local, "lines": []}, lines=[])
        local = replace(local, tax_mode=TaxMode.EXCLUSIVE)
    changed = replace(local, **_header(names, remote, there, context))
    base_lines, pairs = agreement.local.get("lines", []), agreement.lines
    if "lines" in names:
        taking = _Taking(changed, remote, agreement, context, over_ours)
        changed = taking.merged()
        base_lines, pairs = taking.agreed()
        if _is_theirs_alone(changed, local, base_lines, agreement):
            names = (*names, "tax")
    changed = _with_discount_and_shipping(changed, names, there, pairs)
    if "tax" in names:
        changed = _with_tax(changed, remote, there)
    elif "lines" in names:
        changed = _with_following_tax(changed, local)
    changed = _added_up(changed)
    if _is_everything(names):
        changed = replace(changed, stage=Stage.ISSUED)
    return Taken(
        changed,
        _agreed(names, changed, there, Agreement(agreement.local, agreement.remote, pairs), base_lines),
    )


def _is_theirs_alone(
    merged: LocalInvoice, local: LocalInvoice, base_lines: list[Any], agreement: Agreement
) -> bool:
    """Lines that came together exactly as QuickBooks has them: nothing will be sent, so its tax comes with them."""
    now, before = of_local(Kind.INVOICE, merged), of_local(Kind.INVOICE, local)
    return now["lines"] == base_lines and before["tax"] == agreement.local.get("tax")


def _is_everything(names: Sequence[str]) -> bool:
    return set(fields.names(Kind.INVOICE, fields.Owner.SHARED)) <= set(names)


def _agreed(
    names: Sequence[str], changed: LocalInvoice, there: Snapshot, before: Agreement, base_lines: list[Any]
) -> Agreement:
    now = of_local(Kind.INVOICE, changed)
    taken = {"totals", *names}
    if _is_everything(names):
        taken |= {"void", "po_number"}
    local = {**before.local, **{name: now[name] for name in taken if name in now}}
    absorbed = {"tax"} if "lines" in names else set[str]()
    remote = {**before.remote, **{name: there[name] for name in taken | absorbed if name in there}}
    if "lines" in names:
        local["lines"] = base_lines
    return Agreement(local, remote, before.lines)


def _header(names: Sequence[str], remote: Wire, there: Snapshot, context: MappingContext) -> dict[str, Any]:
    """Our values of the header's fields, by the attributes of `LocalInvoice`."""
    currency = remote_lines.ref(remote, "CurrencyRef") or context.home_currency
    if currency != context.home_currency:
        words = f"This invoice is in {currency}. Only invoices in {context.home_currency} are carried over."
        raise CannotCarry(words, "currency")
    values: dict[str, Any] = {}
    for name in names:
        match name:
            case "customer":
                values["customer_id"] = context.local_id(Kind.CUSTOMER, there["customer"])
            case "bill_address":
                values[name] = Address(**canon.structured(there[name]))
            case "issue_date" | "due_date":
                values[name] = date.fromisoformat(there[name] or there["issue_date"])
            case "terms":
                values["terms_name"] = next(
                    (term.name for term in context.terms if term.id == there[name]), ""
                )
            case "bill_email" | "number" | "notes" | "memo":
                values[name] = there[name]
            case _:
                pass
    return values


def _with_discount_and_shipping(
    invoice: LocalInvoice, names: Sequence[str], there: Snapshot, pairs: Sequence[lines.Pair] = ()
) -> LocalInvoice:
    """QuickBooks' discount and shipping; a shipping that travels as a line came with the lines."""
    if "discount" in names:
        kind, value = _discount(there)
        invoice = replace(invoice, discount_kind=kind, discount_value=value)
    if "shipping" in names and there["shipping"]["cents"]:
        shipping = there["shipping"]
        return replace(invoice, shipping_cents=shipping["cents"], shipping_taxable=shipping["taxable"])
    as_line = "lines" in names and any(pair["local"] == lines.SHIPPING for pair in pairs)
    if "shipping" in names and not as_line:
        return replace(invoice, shipping_cents=0, shipping_taxable=False)
    return invoice


def _discount(there: Snapshot) -> tuple[Rate, int]:
    """A percentage where it explains QuickBooks' amount to the cent, else the amount."""
    cents, subtotal = there["totals"]["discount"], there["totals"]["subtotal"]
    value = canon.scaled(there["discount"]["value"])
    if (
        there["discount"]["kind"] == Rate.PERCENT.value
        and rounded(subtotal * value, _HUNDRED_PERCENT) == cents
    ):
        return Rate.PERCENT, value
    return (Rate.FIXED, cents * _SCALED_PER_CENT) if cents else (Rate.NONE, 0)


def _with_tax(invoice: LocalInvoice, remote: Wire, there: Snapshot) -> LocalInvoice:
    """QuickBooks' tax: by its rate where that comes to the same cent, else as the amount that it is."""
    cents = there["tax"]["cents"]
    if not cents and invoice.tax_mode is TaxMode.NONE:
        return _added_up(replace(invoice, tax_given_cents=None))
    rate = canon.scaled(remote_lines.tax_percent(remote)) or invoice.tax_rate
    by_rate = _added_up(replace(invoice, tax_mode=TaxMode.EXCLUSIVE, tax_rate=rate, tax_given_cents=None))
    return by_rate if by_rate.tax_cents == cents else _added_up(replace(by_rate, tax_given_cents=cents))


def _with_following_tax(changed: LocalInvoice, before: LocalInvoice) -> LocalInvoice:
    """Lines of both sides came together: the tax follows them, by its rate, or in proportion to what is taxed."""
    given = changed.tax_given_cents
    if given is None:
        return changed
    if changed.tax_rate:
        return replace(changed, tax_given_cents=None)
    then, now = _sums(before).taxable_cents, _sums(changed).taxable_cents
    return replace(changed, tax_given_cents=rounded(given * now, then) if then > 0 else given)


def _added_up(invoice: LocalInvoice) -> LocalInvoice:
    sums = _sums(invoice)
    found = zip(invoice.lines, sums.line_cents, strict=True)
    return replace(
        invoice,
        lines=tuple(replace(line, amount_cents=cents) for line, cents in found),
        subtotal_cents=sums.subtotal_cents,
        discount_cents=sums.discount_cents,
        tax_cents=sums.tax_cents,
        total_cents=sums.total_cents,
    )


def _sums(invoice: LocalInvoice) -> totals.Totals:
    try:
        return totals.work_out(
            totals.InvoiceInput(
                lines=tuple(_line_input(line) for line in invoice.lines),
                discount_kind=totals.Rate(invoice.discount_kind.value),
                discount_value=invoice.discount_value,
                shipping_cents=invoice.shipping_cents,
                shipping_taxable=invoice.shipping_taxable,
                tax_mode=totals.TaxMode(invoice.tax_mode.value),
                tax_rate=invoice.tax_rate,
                tax_given_cents=invoice.tax_given_cents,
            )
        )
    except totals.CannotAddUp as wrong:
        raise CannotCarry(f"It does not add up here: {wrong.words}", "does_not_add_up") from None


def _line_input(line: LocalLine) -> totals.LineInput:
    return totals.LineInput(
        quantity=line.quantity,
        price=line.price,
        taxable=line.taxable,
        discount_kind=totals.Rate(line.discount_kind.value),
        discount_value=line.discount_value,
        amount_given_cents=line.amount_given_cents,
    )


class _Taking:
    """Takes QuickBooks' lines over ours: each of them is read once, over the line of ours that it was."""

    def __init__(
        self,
        local: LocalInvoice,
        remote: Wire,
        agreement: Agreement,
        context: MappingContext,
        over_ours: bool,
    ) -> None:
        self.local, self.agreement = local, agreement
        self.wires = remote_lines.body_lines(remote)
        self.canonical = [remote_lines.canonical(wire) for wire in self.wires]
        self.base = {line["id"]: line for line in agreement.local.get("lines", ())}
        self.found = lines.match(agreement.lines, self.canonical)
        self.places = None if over_ours else self._merge()
        self.read = [self._read(at, context) for at in range(len(self.wires))]

    def merged(self) -> LocalInvoice:
        """Our invoice with the lines of both sides, and with the shipping that travelled as a line."""
        carrier = next((at for at in range(len(self.wires)) if self._local_id(at) == lines.SHIPPING), None)
        invoice = self.local
        if any(pair["local"] == lines.SHIPPING for pair in self.agreement.lines):
            shipping = self.canonical[carrier] if carrier is not None else {"amount": 0, "taxable": False}
            invoice = replace(
                invoice, shipping_cents=shipping["amount"], shipping_taxable=shipping["taxable"]
            )
        if self.places is None:
            return replace(invoice, lines=tuple(line for at, line in enumerate(self.read) if at != carrier))
        ours = {line.id: line for line in self.local.lines}
        return replace(invoice, lines=tuple(self._at(place, ours) for place in self.places))

    def agreed(self) -> tuple[list[Any], list[lines.Pair]]:
        """Our half's lines and the pairs, in QuickBooks' order: what we edited stays a difference to them."""
        halves: list[Any] = []
        pairs: list[lines.Pair] = []
        for at, wire in enumerate(self.wires):
            is_shipping = self._local_id(at) == lines.SHIPPING
            if not is_shipping:
                halves.append(line_snapshot(self.read[at]))
            local_id = lines.SHIPPING if is_shipping else self.read[at].id
            pairs.append({"local": local_id, "remote": self.canonical[at]["id"], "wire": wire})
        return halves, pairs

    def _merge(self) -> list[lines.Place] | None:
        now = of_local(Kind.INVOICE, self.local)["lines"]
        base = self.agreement.local.get("lines")
        if base is None:
            return None
        return lines.merge(lines.Edits(self.agreement.lines, base, now, self.canonical))

    def _read(self, at: int, context: MappingContext) -> LocalLine:
        index = self.found[at]
        then = self.agreement.lines[index]["wire"] if index is not None else None
        return read_line(self.wires[at], self.base.get(self._local_id(at)), then, context)

    def _local_id(self, at: int) -> str:
        index = self.found[at]
        return self.agreement.lines[index]["local"] if index is not None else ""

    def _at(self, place: lines.Place, ours: dict[str, LocalLine]) -> LocalLine:
        return ours[place.local_id] if place.remote is None else self.read[place.remote]
