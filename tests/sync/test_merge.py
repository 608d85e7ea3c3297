"""The three-way merge: fields, coupled groups, money."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bookipi_app.models.record import Kind, TaxMode
from bookipi_app.sync.merge import MergeResult, Sides, merge
from tests.sync.samples import ONE, RICH, Pair, changed, invoice, line

MONEY = ("lines", "discount", "shipping", "tax")


def result(one: Pair) -> MergeResult:
    state = one.state()
    assert state.local
    assert state.remote
    assert state.agreement
    return merge(Sides(one.kind, state.agreement, state.local, state.remote, state.expected))


def described(one: Pair, at: int, words: str) -> None:
    lines = [dict(entry) for entry in one.remote["Line"]]
    lines[at]["Description"] = words
    one.quickbooks.edit(one.id, Line=lines)


def units(found: MergeResult) -> list[str]:
    return [conflict.unit for conflict in found.conflicts]


def test_each_field_goes_its_own_way() -> None:
    one = Pair(Kind.INVOICE, changed(invoice(), memo="A"))
    one.local = changed(one.local, memo="Ours", number="INV-2")  # type: ignore[arg-type]
    one.quickbooks.edit(one.id, CustomerMemo={"value": "Theirs"}, DocNumber="INV-2")
    assert result(one) == MergeResult(same=("number",), theirs=("notes",), ours=("memo",))


def test_dates_travel_together() -> None:
    one = Pair(Kind.INVOICE, invoice())
    one.local = changed(one.local, due_date=date(2027, 1, 1))  # type: ignore[arg-type]
    assert result(one).ours == ("issue_date", "terms", "due_date")


def test_address_and_email_are_their_own_fields_while_the_customer_stays() -> None:
    one = Pair(Kind.INVOICE, invoice())
    one.local = changed(one.local, bill_email="new@lane.test")  # type: ignore[arg-type]
    one.quickbooks.edit(one.id, BillAddr={"Line1": "9 Elm"})
    assert (result(one).ours, result(one).theirs) == (("bill_email",), ("bill_address",))


def test_address_and_email_go_with_a_changed_customer() -> None:
    one = Pair(Kind.INVOICE, invoice())
    one.local = changed(one.local, customer_id="cus2")  # type: ignore[arg-type]
    one.quickbooks.edit(one.id, BillAddr={"Line1": "9 Elm"})
    assert units(result(one)) == ["bill_to"]


def test_lines_changed_there_are_taken_with_their_tax() -> None:
    one = Pair(Kind.INVOICE, invoice())
    described(one, 0, "Theirs")
    assert result(one).theirs == ("lines", "tax")


def test_lines_of_both_merge_and_ours_go_back_with_all_the_money() -> None:
    one = Pair(Kind.INVOICE, invoice())
    one.local = changed(one.local, lines=(line(1), line(2), line(3, price=ONE)))  # type: ignore[arg-type]
    described(one, 0, "Theirs")
    assert result(one) == MergeResult(theirs=("lines",), ours=MONEY)


def test_lines_of_both_with_prices_that_contain_the_tax_are_a_conflict() -> None:
    one = Pair(Kind.INVOICE, invoice(**{**RICH, "tax_mode": TaxMode.INCLUSIVE}))
    one.local = changed(one.local, lines=one.local.lines[:3])  # type: ignore[arg-type, union-attr]
    described(one, 0, "Theirs")
    assert units(result(one)) == ["money"]


def test_a_tax_that_is_contained_and_was_changed_here_is_a_conflict_with_lines_changed_there() -> None:
    for change in ({"tax_rate": 9 * ONE}, {"tax_mode": TaxMode.EXCLUSIVE}):
        one = Pair(Kind.INVOICE, invoice(**{**RICH, "tax_mode": TaxMode.INCLUSIVE}))
        one.local = changed(one.local, **change)  # type: ignore[arg-type]
        described(one, 0, "Theirs")
        assert units(result(one)) == ["money"]


def test_a_tax_rate_changed_here_follows_lines_changed_there() -> None:
    taxed = tuple(line(at, taxable=True) for at in (1, 2, 3))
    one = Pair(Kind.INVOICE, invoice(lines=taxed, tax_mode=TaxMode.EXCLUSIVE))
    one.local = changed(one.local, tax_rate=5 * ONE)  # type: ignore[arg-type]
    described(one, 0, "Theirs")
    assert result(one) == MergeResult(theirs=("lines",), ours=MONEY)


@pytest.mark.parametrize(
    ("before", "after", "alone"),
    [
        ({"tax_mode": TaxMode.EXCLUSIVE, "tax_rate": 70_000_000}, {"tax_rate": 82_500_000}, True),
        ({"tax_mode": TaxMode.EXCLUSIVE, "tax_rate": 70_000_000}, {"tax_given_cents": 500}, True),
        ({}, {"tax_mode": TaxMode.EXCLUSIVE, "tax_rate": 82_500_000}, False),
        ({"tax_mode": TaxMode.EXCLUSIVE, "tax_rate": 70_000_000}, {"tax_mode": TaxMode.NONE}, False),
        ({"tax_mode": TaxMode.EXCLUSIVE, "tax_rate": 70_000_000}, {"tax_mode": TaxMode.INCLUSIVE}, False),
    ],
)
def test_a_tax_changed_here_is_sent_with_the_lines_only_where_it_changes_them(
    before: dict[str, Any], after: dict[str, Any], alone: bool
) -> None:
    lines = (line(1, taxable=True), line(2))
    one = Pair(Kind.INVOICE, invoice(lines=lines, **before))
    one.local = changed(one.local, **after)  # type: ignore[arg-type]
    assert result(one).ours == (("tax",) if alone else MONEY)


def test_a_tax_changed_by_hand_on_both_sides_is_a_conflict() -> None:
    one = Pair(Kind.INVOICE, invoice(**{**RICH, "tax_rate": 0}))
    one.local = changed(one.local, tax_rate=5 * ONE)  # type: ignore[arg-type]
    one.quickbooks.edit(one.id, TxnTaxDetail={"TotalTax": Decimal(99)})
    assert units(result(one)) == ["money"]


def test_a_tax_changed_here_and_lines_with_their_tax_there_are_a_conflict() -> None:
    one = Pair(Kind.INVOICE, invoice(**{**RICH, "tax_rate": 0}))
    one.local = changed(one.local, tax_rate=5 * ONE)  # type: ignore[arg-type]
    described(one, 0, "Theirs")
    one.quickbooks.edit(one.id, TxnTaxDetail={"TotalTax": Decimal(99)})
    assert units(result(one)) == ["money"]


def test_an_agreement_without_lines_does_not_merge_them() -> None:
    one = Pair(Kind.INVOICE, invoice())
    one.agreement = replace(
        one.agreement, local={k: v for k, v in one.agreement.local.items() if k != "lines"}
    )
    described(one, 0, "Theirs")
    assert units(result(one)) == ["money"]


def test_a_conflict_shows_all_three_values() -> None:
    one = Pair(Kind.INVOICE, invoice(memo="Then"))
    one.local = changed(one.local, memo="Ours")  # type: ignore[arg-type]
    one.quickbooks.edit(one.id, PrivateNote="Theirs")
    (conflict,) = result(one).conflicts
    shown: tuple[Any, ...] = (conflict.base, conflict.local, conflict.remote)
    assert shown == ({"memo": "Then"}, {"memo": "Ours"}, {"memo": "Theirs"})
