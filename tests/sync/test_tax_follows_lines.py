"""The amount of tax follows the lines that came together, whichever side they came from."""

from __future__ import annotations

import pytest

from bookipi_app.models.record import Kind, TaxMode
from bookipi_app.sync import actions as act
from bookipi_app.sync import mapping
from bookipi_app.sync.plan import plan
from bookipi_app.sync.records import LocalInvoice
from tests.sync.samples import ONE, Pair, changed, invoice, line

TAXED = tuple(line(at, taxable=True) for at in (1, 2, 3))


@pytest.fixture
def one() -> Pair:
    return Pair(
        Kind.INVOICE,
        invoice(lines=TAXED, tax_mode=TaxMode.EXCLUSIVE, tax_rate=10 * ONE),
    )


def removed_there(one: Pair, at: int) -> None:
    kept = [dict(entry) for entry in one.remote["Line"] if entry["DetailType"] == "SalesItemLineDetail"]
    del kept[at]
    one.quickbooks.edit(one.id, Line=kept)


def ours(one: Pair) -> LocalInvoice:
    assert isinstance(one.local, LocalInvoice)
    return one.local


def test_where_nothing_of_our_lines_is_left_their_tax_comes_with_theirs(one: Pair) -> None:
    """We moved the very line that they removed, and QuickBooks kept its amount of tax."""
    one.local = changed(ours(one), lines=(TAXED[2], TAXED[0], TAXED[1]))
    removed_there(one, 2)
    action = plan(one.state())
    assert isinstance(action, act.UpdateLocal)
    taken = mapping.take(one.kind, action.fields, one.local, one.remote, one.agreement, one.context)
    one.local, one.agreement = taken.local, taken.agreement
    assert (ours(one).tax_cents, ours(one).total_cents) == (1200, one.remote["TotalAmt"] * 100)
    assert isinstance(plan(one.state()), act.Quiet)


def test_a_rate_changed_here_survives_all_the_same(one: Pair) -> None:
    one.local = changed(ours(one), lines=(TAXED[2], TAXED[0], TAXED[1]), tax_rate=5 * ONE)
    removed_there(one, 2)
    action = plan(one.state())
    assert isinstance(action, act.UpdateLocal)
    taken = mapping.take(one.kind, action.fields, one.local, one.remote, one.agreement, one.context)
    one.local, one.agreement = taken.local, taken.agreement
    assert ours(one).tax_cents == 300
    assert isinstance(plan(one.state()), act.UpdateRemote)


def test_the_same_lines_on_both_sides_with_a_tax_left_behind_there_send_ours(one: Pair) -> None:
    one.local = changed(ours(one), lines=TAXED[:2])
    removed_there(one, 2)
    assert plan(one.state()) == act.UpdateRemote(("lines", "discount", "shipping", "tax"))
