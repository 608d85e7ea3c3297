"""One invoice on both sides with their agreement, and what may happen to it; everything that must hold is asserted."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bookipi_app.models.record import Kind, TaxMode
from bookipi_app.money import SCALE
from bookipi_app.sync import actions, mapping
from bookipi_app.sync import agreement as agreements
from bookipi_app.sync.carrying import CannotCarry, MappingContext
from bookipi_app.sync.forecast import Forecast, ForecastKind, Linked, MoneyCause, forecast, totals_compare
from bookipi_app.sync.plan import Presence, RecordState, plan
from bookipi_app.sync.records import LocalInvoice
from bookipi_app.sync.snapshot import Agreement, of_local, of_remote, sync_token
from tests.fidelity.place import Json, Place
from tests.sync.samples import NOW

MONEY = ("lines", "discount", "shipping", "tax")


@dataclass
class Journey:
    """One invoice on both sides, and their agreement."""

    local: LocalInvoice
    remote: Json
    agreement: Agreement
    place: Place
    context: MappingContext

    @classmethod
    def out(cls, invoice: LocalInvoice, place: Place, context: MappingContext) -> Journey:
        """Sent once; what QuickBooks answers is what it has."""
        rendered = mapping.render_create(Kind.INVOICE, invoice, context)
        before = place.writes
        remote = place.send(rendered.body)
        assert place.writes == before + 1
        assert place.read(remote["Id"]) == remote
        agreed = agreements.after_create(
            Kind.INVOICE, of_local(Kind.INVOICE, invoice), rendered.line_ids, remote
        )
        return cls(invoice, remote, agreed, place, context)

    @classmethod
    def arriving(cls, remote: Json, place: Place, context: MappingContext) -> Journey:
        """Read as new."""
        local = mapping.read(Kind.INVOICE, remote, context)
        assert isinstance(local, LocalInvoice)
        return cls(local, remote, agreements.after_read(Kind.INVOICE, local, remote), place, context)

    def state(self) -> RecordState:
        """What the planner would see."""
        return RecordState(
            kind=Kind.INVOICE,
            now=NOW,
            agreement=self.agreement,
            local=of_local(Kind.INVOICE, self.local),
            local_state=Presence.LIVE,
            local_version=1,
            expected=mapping.expected(Kind.INVOICE, self.local, self.context),
            remote=of_remote(Kind.INVOICE, self.remote),
            remote_state=Presence.LIVE,
            remote_token=sync_token(self.remote),
        )

    def is_quiet(self) -> None:
        """Nothing is left to do on either side."""
        found = plan(self.state())
        assert isinstance(found, actions.Quiet), found

    def edit_here(self, edited: LocalInvoice) -> None:
        """A person edits here: one update goes out, and then both sides are quiet, with the total as foreseen."""
        before, writes, self.local = self.local, self.place.writes, edited
        foreseen = forecast(edited, self.context, Linked(self.remote, self.agreement))
        lines_move = of_local(Kind.INVOICE, before)["lines"] != of_local(Kind.INVOICE, edited)["lines"]
        if self.settle():
            assert self.place.writes == writes + 1
            if lines_move:
                as_foreseen(foreseen, self)
        else:
            self.local = before

    def edit_there(self, remote: Json) -> None:
        """The bookkeeper edited: it arrives with its own total, and nothing goes back."""
        writes, before, self.remote = self.place.writes, self.remote, remote
        known = totals_compare(self.local, before, self.context, self.agreement)
        assert self.settle()
        assert self.place.writes == writes
        found = totals_compare(self.local, remote, self.context, self.agreement)
        if _money_of(before) == _money_of(remote):
            assert found == known
        else:
            assert found is None, found
            assert self.local.total_cents == cents_of(remote["TotalAmt"])

    def edit_both(self, edited: LocalInvoice, remote: Json) -> bool:
        """At once on both sides: both edits survive and the totals are explained; False if a person is asked."""
        self.local, self.remote = edited, remote
        if not self.settle():
            return False
        self.is_explained()
        return True

    def settle(self) -> bool:
        """Do what the planner says until it is quiet; False if a person is asked, or QuickBooks cannot hold it."""
        for _ in range(4):
            match plan(self.state()):
                case actions.Quiet():
                    return True
                case actions.UpdateRemote(fields=names):
                    try:
                        self._push(names)
                    except CannotCarry:
                        return False
                case actions.UpdateLocal(fields=names, over_ours=over_ours):
                    self._take(names, over_ours)
                case actions.AdvanceAgreement() as action:
                    mine = of_local(Kind.INVOICE, self.local)
                    self.agreement = agreements.after_advance(action, self.agreement, mine, self.remote)
                case actions.RaiseConflict():
                    return False
                case other:
                    raise AssertionError(other)
        raise AssertionError("four actions and still not quiet")

    def _push(self, names: tuple[str, ...]) -> None:
        rendered = mapping.render_update(
            Kind.INVOICE, names, self.local, self.remote, self.agreement, self.context
        )
        there = of_remote(Kind.INVOICE, self.remote)
        self.remote = self.place.send(rendered.body)
        mine = of_local(Kind.INVOICE, self.local)
        self.agreement = agreements.after_update(
            *(Kind.INVOICE, names, self.agreement, mine, there, rendered.body, rendered.line_ids, self.remote)
        )

    def _take(self, names: tuple[str, ...], over_ours: bool) -> None:
        taken = mapping.take(
            *(Kind.INVOICE, names, self.local, self.remote, self.agreement, self.context), over_ours=over_ours
        )
        assert isinstance(taken.local, LocalInvoice)
        self.local, self.agreement = taken.local, taken.agreement

    def is_explained(self) -> None:
        """Either the same to the cent, or different as foreseen."""
        found = totals_compare(self.local, self.remote, self.context, self.agreement)
        if found is not None:
            assert found.cause != MoneyCause.EDITED_THERE, (found, self.remote)
            assert found.cause, found


def as_foreseen(foreseen: Forecast, journey: Journey) -> tuple[str, str, int]:
    """Forecast and outcome are the same, part by part, with the same cause."""
    found = totals_compare(journey.local, journey.remote, journey.context, journey.agreement)
    there = of_remote(Kind.INVOICE, journey.remote)["totals"]
    if foreseen.kind is ForecastKind.DEPENDS:
        assert found is None or found.cause == MoneyCause.AUTOMATIC_TAX, found
        return foreseen.kind, foreseen.cause, found.difference_cents if found else 0
    assert {part.name: part.there for part in foreseen.parts} == there, (foreseen, there)
    if foreseen.kind is ForecastKind.SAME:
        assert found is None, found
        return foreseen.kind, "", 0
    assert found is not None, foreseen
    assert (found.cause, found.difference_cents) == (foreseen.cause, foreseen.difference_cents), (
        found,
        foreseen,
    )
    return foreseen.kind, found.cause, found.difference_cents


def line_for_line(journey: Journey) -> None:
    """Every line came to its own amount; one whose price contained the tax, to its amount without it."""
    local = journey.local
    rates = Fraction(local.tax_rate + local.tax2_rate, 100 * SCALE)
    inside = local.tax_mode is TaxMode.INCLUSIVE and journey.context.tax.using
    kept = 1 - Fraction(local.discount_cents, local.subtotal_cents) if local.subtotal_cents else 1
    rows = [row for row in journey.remote["Line"] if row.get("Id")]
    for line, row in zip(local.lines, rows, strict=False):
        tax = line.amount_cents * kept * rates / (1 + rates) if inside and line.taxable else 0
        assert abs(cents_of(row.get("Amount", 0)) - (line.amount_cents - tax)) <= bool(tax), (line, row)


def cents_of(amount: Any) -> int:
    """Whole cents of an amount of QuickBooks'."""
    return int(Decimal(amount) * 100)


def _money_of(remote: Json) -> dict[str, Any]:
    there = of_remote(Kind.INVOICE, remote)
    return {name: there[name] for name in MONEY}
