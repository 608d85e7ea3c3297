"""What a person reads of two values: what is the same reads the same, and what differs can be seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bookipi_app.models.record import Kind, LineKind, Rate, Side, TaxMode
from bookipi_app.sync import fields
from bookipi_app.sync.records import LocalInvoice
from bookipi_app.sync.snapshot import of_local, of_remote
from bookipi_app.sync.value_words import unit_words
from tests.sync.samples import ONE, RICH, Pair, changed, invoice, line

MONEY = fields.COUPLED[fields.MONEY]


def nobody(_what: str, _id: str) -> str:
    return ""


def said(one: Pair) -> tuple[str, str]:
    here, there = of_local(one.kind, one.local), of_remote(one.kind, one.remote)
    return (
        unit_words(one.kind, Side.HERE, here, MONEY, nobody),
        unit_words(one.kind, Side.QUICKBOOKS, there, MONEY, nobody),
    )


PLAIN: dict[str, Any] = {"lines": (line(1, taxable=True), line(2, quantity=ONE // 3), line(3))}


@pytest.mark.parametrize(
    "values",
    [PLAIN, {**PLAIN, "tax_mode": TaxMode.EXCLUSIVE, "tax_given_cents": 165}, {"shipping_cents": 1250}],
    ids=["untaxed", "taxed by an amount", "shipped"],
)
def test_an_invoice_that_is_the_same_on_both_sides_reads_the_same(values: dict[str, Any]) -> None:
    ours, theirs = said(Pair(Kind.INVOICE, invoice(**values)))
    assert ours == theirs


def test_our_tax_is_said_as_what_it_comes_to_and_by_which_rate() -> None:
    ours, theirs = said(Pair(Kind.INVOICE, invoice(**PLAIN, tax_mode=TaxMode.EXCLUSIVE, tax_rate=82_500_000)))
    assert ours.endswith("Tax: $1.65 (8.25%)")
    assert theirs.endswith("Tax: $1.65")


def test_every_line_says_what_it_comes_to() -> None:
    ours, _ = said(Pair(Kind.INVOICE, invoice(**RICH)))
    assert ours.splitlines()[:4] == [
        "Work 1: 2 × $10.00, 10% off = $18.00, taxable",
        "Work 2: 3 × $3.3333333 = $10.00, taxable",
        "Thank you",
        "Work 4: 2 × $40.00, $5.00 off = $75.00",
    ]


def test_a_line_taxed_on_one_side_only_can_be_seen() -> None:
    one = Pair(Kind.INVOICE, invoice(**PLAIN, tax_mode=TaxMode.EXCLUSIVE, tax_rate=82_500_000))
    wire = [dict(entry) for entry in one.remote["Line"]]
    wire[0]["SalesItemLineDetail"] = {**wire[0]["SalesItemLineDetail"], "TaxCodeRef": {"value": "NON"}}
    one.quickbooks.edit(one.id, Line=wire)
    ours, theirs = (words.splitlines()[0] for words in said(one))
    assert (ours, theirs) == ("Work 1: 2 × $10.00 = $20.00, taxable", "Work 1: 2 × $10.00 = $20.00")


def test_a_line_that_only_quickbooks_can_make_has_no_price_here_either() -> None:
    one = Pair(Kind.INVOICE, invoice())
    assert isinstance(one.local, LocalInvoice)
    own = replace(
        line(9), kind=LineKind.FOREIGN, description="Kit", amount_given_cents=22265, quantity=ONE, price=0
    )
    words = unit_words(
        one.kind, Side.HERE, of_local(one.kind, changed(one.local, lines=(own,))), MONEY, nobody
    )
    assert words.splitlines()[0] == "Kit = $222.65"


def test_a_line_that_cannot_be_added_up_is_said_without_a_sum() -> None:
    most = replace(line(1), price=9 * 10**17, quantity=9 * 10**17, discount_kind=Rate.NONE)
    values = {
        **of_local(Kind.INVOICE, invoice()),
        "lines": of_local(Kind.INVOICE, replace(invoice(), lines=(most,)))["lines"],
    }
    words = unit_words(Kind.INVOICE, Side.HERE, values, MONEY, nobody)
    assert words.splitlines()[0] == "Work 1: 90000000000 × $90,000,000,000.00"
