"""The one sum: against an independent reference, and by its properties."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import floor

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bookipi_app.money import MOST_CENTS, SCALE
from bookipi_app.totals import (
    HUNDRED_PERCENT,
    CannotAddUp,
    InvoiceInput,
    LineInput,
    Rate,
    TaxMode,
    Totals,
    computed_tax,
    spread_discount,
    work_out,
)

STEADY = settings(deadline=None, derandomize=True)  # the same cases each time, however slow the machine
PERCENT = st.integers(0, HUNDRED_PERCENT)
PRICE = st.one_of(
    st.integers(0, 5_000 * SCALE), st.integers(0, 500_000).map(lambda cents: cents * SCALE // 100)
)
QUANTITY = st.one_of(st.integers(0, 40).map(lambda n: n * SCALE), st.integers(0, 100 * SCALE))


def dollars(cents: int) -> int:
    return cents * SCALE // 100


@st.composite
def lines(draw: st.DrawFn) -> LineInput:
    kind = draw(st.sampled_from(list(Rate)))
    value = {Rate.NONE: st.just(0), Rate.PERCENT: PERCENT, Rate.FIXED: st.integers(0, 300).map(dollars)}
    return LineInput(
        quantity=draw(QUANTITY),
        price=draw(PRICE),
        taxable=draw(st.booleans()),
        discount_kind=kind,
        discount_value=draw(value[kind]),
    )


@st.composite
def invoices(draw: st.DrawFn) -> InvoiceInput:
    kind = draw(st.sampled_from(list(Rate)))
    value = {
        Rate.NONE: st.just(0),
        Rate.PERCENT: PERCENT,
        Rate.FIXED: st.integers(0, 50).map(lambda n: n * SCALE),
    }
    mode = draw(st.sampled_from(list(TaxMode)))
    rate = st.just(0) if mode is TaxMode.NONE else st.integers(0, 30 * SCALE)
    return InvoiceInput(
        lines=tuple(draw(st.lists(lines(), max_size=8))),
        discount_kind=kind,
        discount_value=draw(value[kind]),
        shipping_cents=draw(st.integers(0, 100_00)),
        shipping_taxable=draw(st.booleans()),
        tax_mode=mode,
        tax_rate=draw(rate),
        tax2_rate=draw(st.one_of(st.just(0), rate)),
    )


def add_up(invoice: InvoiceInput) -> Totals:
    """The sums, for invoices that have any."""
    try:
        return work_out(invoice)
    except CannotAddUp:
        assume(False)
        raise


def half_away(value: Fraction) -> int:
    return floor(value + Fraction(1, 2)) if value >= 0 else -floor(-value + Fraction(1, 2))


def reference(invoice: InvoiceInput) -> tuple[int, int, int, int]:
    """Subtotal, discount, tax, total by fractions, in a few lines of its own."""
    nets: list[int] = []
    for line in invoice.lines:
        gross = half_away(Fraction(line.quantity, SCALE) * Fraction(line.price, SCALE) * 100)
        of_gross = {"none": Fraction(0), "percent": gross * Fraction(line.discount_value, HUNDRED_PERCENT)}
        off = of_gross.get(line.discount_kind, Fraction(line.discount_value, SCALE) * 100)
        nets.append(gross - half_away(off))
    subtotal = sum(nets)
    share = {"none": Fraction(0), "percent": subtotal * Fraction(invoice.discount_value, HUNDRED_PERCENT)}
    discount = half_away(share.get(invoice.discount_kind, Fraction(invoice.discount_value, SCALE) * 100))
    exact = [Fraction(discount * net, subtotal) if subtotal else Fraction(0) for net in nets]
    parts = [floor(part) for part in exact]
    ranks = sorted(
        range(len(nets)), key=lambda i: (parts[i] - exact[i], not invoice.lines[i].taxable, -nets[i])
    )
    for i in ranks[: discount - sum(parts) if subtotal else 0]:
        parts[i] += 1
    taxable = sum(n - p for line, n, p in zip(invoice.lines, nets, parts, strict=True) if line.taxable)
    taxable += invoice.shipping_cents if invoice.shipping_taxable else 0
    rates = [Fraction(rate, HUNDRED_PERCENT) for rate in (invoice.tax_rate, invoice.tax2_rate)]
    base = 1 + sum(rates) if invoice.tax_mode == "inclusive" else Fraction(1)
    tax = sum(half_away(taxable * rate / base) for rate in rates)
    on_top = {"none": 0, "exclusive": tax, "inclusive": 0, "deductible": -tax}[invoice.tax_mode]
    return subtotal, discount, tax, subtotal - discount + invoice.shipping_cents + on_top


@STEADY
@given(invoices())
def test_it_agrees_with_the_reference(invoice: InvoiceInput) -> None:
    totals = add_up(invoice)
    sums = (totals.subtotal_cents, totals.discount_cents, totals.tax_cents, totals.total_cents)
    assert sums == reference(invoice)


@STEADY
@given(invoices())
def test_the_parts_add_up_again(invoice: InvoiceInput) -> None:
    totals = add_up(invoice)
    assert sum(totals.line_cents) == totals.subtotal_cents
    assert sum(totals.discount_by_line) == (totals.discount_cents if totals.subtotal_cents else 0)
    pairs = zip(totals.line_gross_cents, totals.line_discount_cents, strict=True)
    assert tuple(gross - off for gross, off in pairs) == totals.line_cents
    assert all(0 <= part <= net for part, net in zip(totals.discount_by_line, totals.line_cents, strict=True))
    contained = totals.tax_cents if invoice.tax_mode is TaxMode.INCLUSIVE else 0
    assert sum(totals.tax_in_line) + totals.tax_in_shipping == contained
    assert 0 <= totals.tax2_cents <= totals.tax_cents


@STEADY
@given(invoices())
def test_prices_without_their_tax_add_up_to_the_same_total(invoice: InvoiceInput) -> None:
    """What travels of prices that contain the tax: lines and shipping without it, the discount, the tax on top."""
    totals = add_up(replace(invoice, tax_mode=TaxMode.INCLUSIVE))
    nets = sum(totals.line_cents) - sum(totals.tax_in_line)
    shipping = totals.shipping_cents - totals.tax_in_shipping
    assert nets - totals.discount_cents + shipping + totals.tax_cents == totals.total_cents


@STEADY
@given(invoices(), st.integers(0, 100_000))
def test_a_tax_as_billed_is_shared_by_both_rates(invoice: InvoiceInput, cents: int) -> None:
    totals = add_up(replace(invoice, tax_mode=TaxMode.EXCLUSIVE, tax_given_cents=cents))
    rates = invoice.tax_rate + invoice.tax2_rate
    second = Fraction(cents * invoice.tax2_rate, rates) if rates else Fraction(0)
    assert totals.tax_cents == cents
    assert abs(totals.tax2_cents - second) < 1


@STEADY
@given(st.lists(st.integers(-50_000, 50_000), min_size=1, max_size=8), st.integers(0, 40), st.integers(0, 60))
def test_quickbooks_own_tax_is_rounded_for_each_line_and_rate(
    amounts: list[int], percent: int, off: int
) -> None:
    """Against the exact tax: never further away than half a cent for each line and rate, and exact for whole cents."""
    rates = (percent * SCALE, 31_250_000)
    subtotal = sum(amounts)
    assume(subtotal)
    found = computed_tax(amounts, rates, discount=off, subtotal=subtotal)
    kept = Fraction(subtotal - off, subtotal)
    exact = [amount * kept * Fraction(rate, HUNDRED_PERCENT) for amount in amounts for rate in rates]
    assert found == sum(half_away(one) for one in exact)
    assert abs(found - sum(exact)) <= Fraction(len(exact), 2)


def test_an_example_of_rounding_per_line() -> None:
    """Lines of 7.96 and 2.65 less 20 % at 13 %: .83 + .28, where 13 % of 8.49 would be 1.10 (seen in QuickBooks)."""
    assert computed_tax([796, 265], [13 * SCALE], discount=212, subtotal=1061) == 111


@STEADY
@given(invoices(), st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(invoice: InvoiceInput, chance: object) -> None:
    shuffled = list(invoice.lines)
    chance.shuffle(shuffled)  # pyright: ignore[reportAttributeAccessIssue]
    one, two = add_up(invoice), add_up(replace(invoice, lines=tuple(shuffled)))
    assert (one.subtotal_cents, one.discount_cents, one.taxable_cents, one.tax_cents, one.total_cents) == (
        two.subtotal_cents, two.discount_cents, two.taxable_cents, two.tax_cents, two.total_cents,
    )  # fmt: skip


@STEADY
@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=6), st.integers(1, 50), st.integers(0, 20))
def test_whole_cents_scale(prices: list[int], factor: int, percent: int) -> None:
    """What has nothing to round grows in proportion: a hundred times the quantity is a hundred times everything."""
    invoice = InvoiceInput(
        lines=tuple(LineInput(100 * SCALE, cents * SCALE // 100, taxable=True) for cents in prices),
        discount_kind=Rate.PERCENT,
        discount_value=percent * SCALE,
        tax_mode=TaxMode.NONE,
    )
    larger = replace(
        invoice, lines=tuple(replace(line, quantity=line.quantity * factor) for line in invoice.lines)
    )
    assert work_out(larger).total_cents == factor * work_out(invoice).total_cents


@STEADY
@given(invoices())
def test_zeros_change_nothing(invoice: InvoiceInput) -> None:
    with_nothing = replace(invoice, lines=(*invoice.lines, LineInput(0, 5 * SCALE, taxable=True)))
    assert add_up(with_nothing).total_cents == add_up(invoice).total_cents


@STEADY
@given(
    st.integers(-10_000, 10_000),
    st.lists(st.tuples(st.integers(-5_000, 5_000), st.booleans()), min_size=1, max_size=8),
)
def test_a_spread_adds_up_with_negative_lines_too(cents: int, weighted: list[tuple[int, bool]]) -> None:
    weights, taxable = [w for w, _ in weighted], [t for _, t in weighted]
    assume(sum(weights) != 0)
    parts = spread_discount(cents, weights, taxable)
    assert sum(parts) == cents
    assert all(
        abs(part - Fraction(cents * w, sum(weights))) < 1 for part, w in zip(parts, weights, strict=True)
    )


def test_nothing_comes_to_nothing() -> None:
    totals = work_out(InvoiceInput(lines=()))
    assert (totals.subtotal_cents, totals.tax_cents, totals.total_cents) == (0, 0, 0)


def test_quickbooks_own_example_of_rounding() -> None:
    """128.350 × 14.50 = 1861.075 has to be 1861.08 (error 6070 otherwise)."""
    line = LineInput(quantity=1_283_500_000, price=145_000_000)
    assert work_out(InvoiceInput(lines=(line,))).total_cents == 186_108
    assert work_out(InvoiceInput(lines=(replace(line, price=-145_000_000),))).total_cents == -186_108


def test_the_page_of_the_design_adds_up() -> None:
    """The invoice drawn for the product: 5 % off, shipping untaxed, 8.25 % on everything else."""
    rows = [("4", 38410), ("3", 21225), ("12", 5050), ("26", 1685), ("9", 4325), ("2", 16450)]
    invoice = InvoiceInput(
        lines=tuple(LineInput(int(q) * SCALE, cents * SCALE // 100, taxable=True) for q, cents in rows),
        discount_kind=Rate.PERCENT,
        discount_value=5 * SCALE,
        shipping_cents=4500,
        tax_mode=TaxMode.EXCLUSIVE,
        tax_rate=82_500_000,
    )
    totals = work_out(invoice)
    assert (totals.subtotal_cents, totals.discount_cents, totals.tax_cents) == (393_550, 19_678, 30_844)
    assert totals.total_cents == 409_216


def test_a_tax_taken_as_billed_replaces_the_one_worked_out() -> None:
    invoice = InvoiceInput(
        lines=(LineInput(SCALE, 100 * SCALE, taxable=True),), tax_mode=TaxMode.EXCLUSIVE, tax_rate=8 * SCALE
    )
    assert work_out(replace(invoice, tax_given_cents=803)).total_cents == 10_803
    assert work_out(replace(invoice, tax_given_cents=803, tax_mode=TaxMode.NONE)).total_cents == 10_803
    assert work_out(replace(invoice, tax_given_cents=803, tax_mode=TaxMode.INCLUSIVE)).total_cents == 10_000
    assert work_out(replace(invoice, tax_given_cents=803, tax_mode=TaxMode.DEDUCTIBLE)).total_cents == 9_197


def test_an_amount_given_stands_for_the_product() -> None:
    line = LineInput(quantity=3 * SCALE, price=SCALE, amount_given_cents=1234)
    assert work_out(InvoiceInput(lines=(line,))).line_cents == (1234,)


@pytest.mark.parametrize(
    ("invoice", "field"),
    [
        (InvoiceInput((LineInput(SCALE, SCALE, discount_kind=Rate.FIXED, discount_value=2 * SCALE),)),
         "lines.0.discount_value"),
        (InvoiceInput((LineInput(SCALE, SCALE),), Rate.PERCENT, 101 * SCALE), "discount_value"),
        (InvoiceInput((LineInput(SCALE, SCALE),), Rate.FIXED, SCALE + 100_000), "discount_value"),
        (InvoiceInput((LineInput(SCALE, SCALE),), Rate.FIXED, -1), "discount_value"),
        (InvoiceInput((LineInput(SCALE, SCALE, False, Rate.PERCENT, 101 * SCALE),)), "lines.0.discount_value"),
        (InvoiceInput((LineInput(SCALE, SCALE),), shipping_cents=-1), "shipping"),
        (InvoiceInput((), tax_mode=TaxMode.EXCLUSIVE, tax_rate=1_000 * SCALE), "tax_rate"),
        (InvoiceInput((), tax_mode=TaxMode.EXCLUSIVE, tax2_rate=-1), "tax2_rate"),
        (InvoiceInput((LineInput(2 * SCALE, 99_999_999_999 * SCALE),)), "lines.0.price"),
        (InvoiceInput((LineInput(SCALE, 99_999_999_999 * SCALE),) * 2), "total"),
    ],
)  # fmt: skip
def test_what_cannot_add_up_says_where_and_why(invoice: InvoiceInput, field: str) -> None:
    with pytest.raises(CannotAddUp) as refusal:
        work_out(invoice)
    assert refusal.value.field == field
    assert refusal.value.words.endswith(".")


def test_everything_off_is_no_debt() -> None:
    totals = work_out(InvoiceInput((LineInput(SCALE, SCALE, True),), Rate.PERCENT, HUNDRED_PERCENT))
    assert (totals.discount_cents, totals.total_cents) == (100, 0)
    assert MOST_CENTS == 9_999_999_999_999


def test_what_was_made_in_quickbooks_is_added_up_as_it_is() -> None:
    """There a discount may exceed the lines, and shipping be a credit, as long as the total is not below zero."""
    found = work_out(
        InvoiceInput(
            (LineInput(SCALE, 50 * SCALE),),
            Rate.FIXED,
            60 * SCALE,
            shipping_cents=2_000,
            as_found=True,
        )
    )
    assert (found.discount_cents, found.total_cents) == (6_000, 1_000)
    assert work_out(InvoiceInput((), shipping_cents=-500, as_found=True)).total_cents == -500


def test_two_taxes_on_the_same_amounts() -> None:
    """100 at 8.25 % and 1.5 %; contained in 115 at 10 % and 5 %: 10 and 5."""
    line = LineInput(SCALE, 100 * SCALE, taxable=True)
    on_top = InvoiceInput((line,), tax_mode=TaxMode.EXCLUSIVE, tax_rate=82_500_000, tax2_rate=15_000_000)
    sums = work_out(on_top)
    assert (sums.tax_cents, sums.tax2_cents, sums.total_cents) == (975, 150, 10_975)
    line = LineInput(SCALE, 115 * SCALE, taxable=True)
    inside = InvoiceInput((line,), tax_mode=TaxMode.INCLUSIVE, tax_rate=10 * SCALE, tax2_rate=5 * SCALE)
    sums = work_out(inside)
    assert (sums.tax_cents, sums.tax2_cents, sums.total_cents) == (1_500, 500, 11_500)
    taken_off = replace(on_top, tax_mode=TaxMode.DEDUCTIBLE)
    assert work_out(taken_off).total_cents == 9_025
