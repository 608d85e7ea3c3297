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

from bookipi_app.models.record import Kind, LineKind, Rate, Stage, TaxMode
from bookipi_app.money import SCALE, rounded
from bookipi_app.sync import canon, fields, lines, remote_lines, sums
from bookipi_app.sync.carrying import CannotCarry, MappingContext, Taken
from bookipi_app.sync.line_in import local_line, read_line, without_tax
from bookipi_app.sync.records import Address, LocalInvoice, LocalLine
from bookipi_app.sync.remote_lines import Wire
from bookipi_app.sync.snapshot import Agreement, Snapshot, line_snapshot, of_local, of_remote

_SCALED_PER_CENT = SCALE // 100
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
    contains_tax = _contains_tax(local, agreement, over_ours) and bool(set(names) & set(MONEY))
    keeps_tax = contains_tax and not over_ours and "lines" in names and _only_items_changed(there, agreement)
    if keeps_tax:
        names = [name for name in names if name == "lines" or name not in MONEY]
    elif contains_tax:
        # Prices travel without the tax that they contain here: taking a part of theirs means taking all of it.
        names, over_ours = (*names, *(name for name in MONEY if name not in names)), True
        agreement = replace(agreement, local={**agreement.local, "lines": _without_tax(agreement)})
        local = replace(local, tax_mode=TaxMode.EXCLUSIVE)
    wakes = _wakes_tax(names, local, there)
    if wakes and "lines" not in names:
        names = (*names, *(name for name in _untouched_money(names, local, agreement) if name == "lines"))
    changed = replace(local, **_header(names, remote, there, context))
    base_lines, pairs = agreement.local.get("lines", []), agreement.lines
    if "lines" in names:
        taking = _Taking(changed, remote, agreement, context, over_ours, wakes)
        changed = taking.merged()
        base_lines, pairs = taking.agreed()
        if not keeps_tax and [line_snapshot(line) for line in changed.lines] == base_lines:
            # Nothing of ours is left to send: their lines are taken with their total, whatever form it has there.
            names = (*names, *_untouched_money(names, local, agreement))
    changed = _with_discount_and_shipping(changed, names, there, pairs)
    if "tax" in names:
        changed = _with_tax(changed, remote, there)
    elif wakes:
        changed = _with_tax(changed, remote, there)
        changed = replace(changed, tax_given_cents=None if changed.tax_rate else changed.tax_given_cents)
    elif "lines" in names:
        changed = _with_following_tax(changed, local)
    changed = sums.added_up(changed)
    if _is_everything(names):
        changed = replace(changed, stage=Stage.ISSUED)
    return Taken(
        changed,
        _agreed(names, changed, there, Agreement(agreement.local, agreement.remote, pairs), base_lines),
    )


def _contains_tax(local: LocalInvoice, agreement: Agreement, over_ours: bool) -> bool:
    """Over ours also what was agreed is what theirs is read over: its prices may contain a tax that ours do not."""
    agreed = agreement.local.get("tax", {}).get("mode") == TaxMode.INCLUSIVE.value
    return local.tax_mode is TaxMode.INCLUSIVE or (over_ours and agreed)


def _only_items_changed(there: Snapshot, agreement: Agreement) -> bool:
    """Of their money nothing moved but what its lines sell, as where two items were merged."""
    if any(agreement.remote.get(name) != there[name] for name in MONEY if name != "lines"):
        return False
    then, now = [remote_lines.canonical(pair["wire"]) for pair in agreement.lines], there["lines"]
    in_place = lines.match(agreement.lines, now) == list(range(len(then)))
    return in_place and all(
        _but_for_its_item(one) == _but_for_its_item(other) for one, other in zip(then, now, strict=True)
    )


def _but_for_its_item(line: lines.Line) -> lines.Line:
    return {**line, "id": "", "item": ""}


def _without_tax(agreement: Agreement) -> list[Any]:
    """Our lines of the agreement as if their prices had been those that travelled; what is no sale is read anew."""
    then = {pair["local"]: pair["wire"] for pair in agreement.lines}
    sales = [
        local_line(line)
        for line in agreement.local.get("lines", ())
        if line["kind"] == LineKind.ITEM.value
        and remote_lines.kind_of(then.get(line["id"], {})) is LineKind.ITEM
    ]
    return [line_snapshot(without_tax(ours, then[ours.id])) for ours in sales]


def _wakes_tax(names: Sequence[str], local: LocalInvoice, there: Snapshot) -> bool:
    """Our invoice had no tax and theirs has one now: which lines it is on, QuickBooks says, not our idle marks."""
    untaxed = local.tax_mode is TaxMode.NONE and local.tax_given_cents is None
    return untaxed and bool(there["tax"]["cents"]) and bool({"lines", "tax"} & set(names))


def _untouched_money(names: Sequence[str], local: LocalInvoice, agreement: Agreement) -> list[str]:
    mine = of_local(Kind.INVOICE, local)
    return [name for name in MONEY if name not in names and agreement.local.get(name) == mine[name]]


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
                values[name] = _day(there[name] or there["issue_date"])
            case "terms":
                values["terms_name"] = next(
                    (term.name for term in context.terms if term.id == there[name]), ""
                )
            case "bill_email" | "number" | "notes" | "memo":
                values[name] = there[name]
            case _:
                pass
    return values


def _day(written: str) -> date:
    """An invoice has a date in QuickBooks: one that is told without is not to be read."""
    if not written:
        raise canon.Unreadable("an invoice without a date")
    return date.fromisoformat(written)


def _with_discount_and_shipping(
    invoice: LocalInvoice, names: Sequence[str], there: Snapshot, pairs: Sequence[lines.Pair] = ()
) -> LocalInvoice:
    """QuickBooks' discount and shipping; a shipping that travels as a line came with the lines."""
    if "discount" in names:
        invoice = _with_discount(invoice, there)
    if "shipping" in names and there["shipping"]["cents"]:
        shipping = there["shipping"]
        return replace(invoice, shipping_cents=shipping["cents"], shipping_taxable=shipping["taxable"])
    as_line = "lines" in names and any(pair["local"] == lines.SHIPPING for pair in pairs)
    if "shipping" in names and not as_line:
        return replace(invoice, shipping_cents=0, shipping_taxable=False)
    return invoice


def _with_discount(invoice: LocalInvoice, there: Snapshot) -> LocalInvoice:
    """A percentage, ours or theirs, where it comes to their amount to the cent, else the amount."""
    cents, theirs = there["totals"]["discount"], there["discount"]
    as_amount = (Rate.FIXED, cents * _SCALED_PER_CENT) if cents else (Rate.NONE, 0)
    kinds = [(Rate.PERCENT, canon.scaled(theirs["value"]))] if theirs["kind"] == Rate.PERCENT.value else []
    if invoice.discount_kind is Rate.PERCENT:
        kinds.append((Rate.PERCENT, invoice.discount_value))
    for kind, value in kinds if cents else ():
        changed = replace(invoice, discount_kind=kind, discount_value=value)
        if sums.of(changed).discount_cents == cents:
            return changed
    return replace(invoice, discount_kind=as_amount[0], discount_value=as_amount[1])


def _with_tax(invoice: LocalInvoice, remote: Wire, there: Snapshot) -> LocalInvoice:
    """QuickBooks' tax: by our rates or by its own where they come to the same cent, else as the amount that it is."""
    cents = there["tax"]["cents"]
    untaxed = invoice.tax_mode is TaxMode.NONE
    if not cents and untaxed:
        return sums.added_up(replace(invoice, tax_given_cents=None))
    applied = canon.scaled(remote_lines.tax_percent(remote)) or invoice.tax_rate + invoice.tax2_rate
    theirs = {"tax_mode": TaxMode.EXCLUSIVE, "tax_rate": applied, "tax2_rate": 0}
    ours = {} if untaxed or invoice.tax_mode is TaxMode.DEDUCTIBLE else {"tax_mode": TaxMode.EXCLUSIVE}
    for rates in (ours, theirs):
        by_rate = sums.added_up(replace(invoice, tax_given_cents=None, **(rates or theirs)))
        if by_rate.tax_cents == cents:
            return by_rate
    if applied == invoice.tax_rate + invoice.tax2_rate:
        theirs = {"tax_mode": TaxMode.EXCLUSIVE}
    return sums.added_up(replace(invoice, tax_given_cents=cents, **theirs))


def _with_following_tax(changed: LocalInvoice, before: LocalInvoice) -> LocalInvoice:
    """Lines of both sides came together: the tax follows them, by its rate, or in proportion to what is taxed."""
    given = changed.tax_given_cents
    if given is None:
        return changed
    if changed.tax_rate:
        return replace(changed, tax_given_cents=None)
    then, now = sums.of(before).taxable_cents, sums.of(changed).taxable_cents
    return replace(changed, tax_given_cents=rounded(given * now, then) if then > 0 else given)


class _Taking:
    """Takes QuickBooks' lines over ours: each of them is read once, over the line of ours that it was."""

    def __init__(
        self,
        local: LocalInvoice,
        remote: Wire,
        agreement: Agreement,
        context: MappingContext,
        over_ours: bool,
        wakes_tax: bool,
    ) -> None:
        self.local, self.agreement, self.wakes_tax = local, agreement, wakes_tax
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
        if not self._keeps_tax() and any(pair["local"] == lines.SHIPPING for pair in self.agreement.lines):
            shipping = self.canonical[carrier] if carrier is not None else {"amount": 0, "taxable": False}
            invoice = replace(
                invoice, shipping_cents=shipping["amount"], shipping_taxable=shipping["taxable"]
            )
        if self.places is None:
            return replace(invoice, lines=tuple(line for at, line in enumerate(self.read) if at != carrier))
        ours = {line.id: line for line in self.local.lines}
        return replace(invoice, lines=tuple(self._at(place, ours) for place in self.places))

    def _keeps_tax(self) -> bool:
        """Prices that contain the tax here stay as they are: theirs, and the shipping there, are without it."""
        return self.local.tax_mode is TaxMode.INCLUSIVE

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
        # Only what the planner found to merge is taken beside edits of ours.
        return lines.merge(lines.Edits(self.agreement.lines, base, now, self.canonical, judged=True))

    def _read(self, at: int, context: MappingContext) -> LocalLine:
        index = self.found[at]
        then = self.agreement.lines[index]["wire"] if index is not None else None
        line = read_line(self.wires[at], self.base.get(self._local_id(at)), then, context)
        return self._marked(line, at)

    def _marked(self, line: LocalLine, at: int | None) -> LocalLine:
        """A line taxed as it is there; one of ours that never travelled was made without tax."""
        if not self.wakes_tax or line.kind is LineKind.FOREIGN:
            return line
        return replace(line, taxable=at is not None and self.canonical[at].get("taxable", False))

    def _local_id(self, at: int) -> str:
        index = self.found[at]
        return self.agreement.lines[index]["local"] if index is not None else ""

    def _at(self, place: lines.Place, ours: dict[str, LocalLine]) -> LocalLine:
        if place.remote is not None:
            return self.read[place.remote]
        there = (at for at in range(len(self.wires)) if self._local_id(at) == place.local_id)
        return self._marked(ours[place.local_id], next(there, None))
