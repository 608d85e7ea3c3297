"""One invoice, one company: forecast, sent by the real mapping, read back, compared; then edited on either side.

Everything that must hold is asserted here. What is counted is the outcome and its cause.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

import pytest

from bookipi_app.models import DiscountMeaning, ShippingFallback, TaxSending
from bookipi_app.models.record import Kind, LineKind
from bookipi_app.sync import actions, mapping, sums
from bookipi_app.sync import agreement as agreements
from bookipi_app.sync.carrying import CannotCarry, MappingContext
from bookipi_app.sync.forecast import Forecast, ForecastKind, MoneyCause, forecast, totals_compare
from bookipi_app.sync.plan import Presence, RecordState, plan
from bookipi_app.sync.records import LocalInvoice
from bookipi_app.sync.snapshot import Agreement, of_local, of_remote, sync_token
from tests.fidelity import believable, theirs
from tests.fidelity.place import PRESETS, Json, Place, Setting
from tests.sync.samples import NOW

NO_TAX_THERE = (MoneyCause.SALES_TAX_OFF, MoneyCause.EXEMPT_CUSTOMER)  # nothing in QuickBooks would hold it
MONEY = ("lines", "discount", "shipping", "tax")


@dataclass(frozen=True)
class Outcome:
    """What became of one invoice."""

    side: str
    preset: str
    kind: str
    cause: str = ""
    cents: int = 0
    forms: tuple[str, ...] = ()

    @property
    def holdable(self) -> bool:
        """Whether QuickBooks, as this company has set it up, can hold it."""
        return self.kind != ForecastKind.WILL_NOT_SYNC and self.cause not in NO_TAX_THERE


@dataclass
class Tally:
    """All outcomes."""

    outcomes: list[Outcome] = field(default_factory=list[Outcome])

    def counts(self) -> Counter[tuple[str, str]]:
        """By outcome and cause."""
        return Counter((one.kind, one.cause) for one in self.outcomes)

    def share_same(self, preset: str) -> float:
        """Of ours that this kind of company can hold, how many have the same total there."""
        able = [one for one in self.outcomes if one.side == "ours" and one.preset == preset and one.holdable]
        return sum(one.kind == ForecastKind.SAME for one in able) / len(able) if able else 1.0


def prove(count: int) -> Tally:
    """As many invoices, three of four ours; raises at the first that does not hold."""
    tally = Tally()
    for number in range(count):
        setting = setting_of(number)
        try:
            if number % 4 == 3:
                tally.outcomes.append(arrive(number, _place(setting)))
            else:
                tally.outcomes.append(travel(number, _place(setting)))
        except AssertionError as wrong:
            raise AssertionError(f"invoice {number}, {setting}: {wrong}") from wrong
    return tally


@cache
def _place(setting: Setting) -> Place:
    return Place(setting)


def setting_of(number: int) -> Setting:
    """The fixed mix of companies and settings: mostly as they come, each switch off now and then."""
    chance = Random(f"setting {number}")
    label, meaning = chance.choices(
        (
            ("", DiscountMeaning.UNASKED),
            ("Loyalty", DiscountMeaning.UNASKED),
            ("Loyalty", DiscountMeaning.DISCOUNT),
            ("Deposit", DiscountMeaning.SOMETHING_ELSE),
        ),
        (85, 5, 5, 5),
    )[0]
    return Setting(
        preset=PRESETS[number // 4 % len(PRESETS)],
        discounts_on=chance.random() < 0.85,
        shipping_on=chance.random() < 0.7,
        needs_code=chance.random() < 0.5,
        sending=TaxSending.AS_BILLED if chance.random() < 0.9 else TaxSending.AS_COMPUTED,
        fallback=ShippingFallback.ITEM if chance.random() < 0.7 else ShippingFallback.REFUSE,
        label=label,
        meaning=meaning,
    )


def travel(number: int, place: Place) -> Outcome:
    """An invoice of ours: there, and back."""
    written = believable.write(number, place.local_rate())
    invoice, context = written.invoice, place.context(written.invoice.customer_id)
    foreseen = forecast(invoice, context)
    if foreseen.kind is ForecastKind.WILL_NOT_SYNC:
        with pytest.raises(CannotCarry) as refusal:
            mapping.render_create(Kind.INVOICE, invoice, context)
        assert refusal.value.cause == foreseen.cause
        return Outcome("ours", place.setting.preset, foreseen.kind, foreseen.cause, 0, written.forms)
    journey = Journey.out(invoice, place, context)
    kind, cause, cents = _as_foreseen(foreseen, journey)
    journey.is_quiet()
    for edited in _edits_here(number, journey):
        journey.edit_here(edited)
    journey.edit_there(number)
    return Outcome("ours", place.setting.preset, kind, cause, cents, written.forms)


def arrive(number: int, place: Place) -> Outcome:
    """An invoice of theirs: here, with its own total, and nothing goes back."""
    journey = Journey.arriving(theirs.write(number, place), place, place.context())
    assert journey.local.total_cents == _cents(journey.remote["TotalAmt"])
    assert totals_compare(journey.local, journey.remote, journey.context) is None
    journey.is_quiet()
    for edited in _edits_here(number, journey):
        journey.edit_here(edited)
    return Outcome("theirs", place.setting.preset, ForecastKind.SAME)


def _as_foreseen(foreseen: Forecast, journey: Journey) -> tuple[str, str, int]:
    """Forecast and outcome are the same, part by part, with the same cause."""
    found = totals_compare(journey.local, journey.remote, journey.context)
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


def _edits_here(number: int, journey: Journey) -> Iterator[LocalInvoice]:
    """Two edits by a person here: another text in the first line that is ours, then another price."""
    if number % 3:
        return
    for change in ({"description": "Said better"}, {"price": 123_4500000}):
        lines = list(journey.local.lines)
        at = next((at for at, line in enumerate(lines) if line.kind is LineKind.ITEM), None)
        if at is None:
            return
        more = {"amount_given_cents": None} if "price" in change else {}
        lines[at] = replace(lines[at], **change, **more)
        edited = sums.added_up(replace(journey.local, lines=tuple(lines)))
        if edited.total_cents >= 0:
            yield edited


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
        before, self.local = self.local, edited
        wanted = plan(self.state())
        assert isinstance(wanted, actions.UpdateRemote), wanted
        try:
            rendered = mapping.render_update(
                Kind.INVOICE, wanted.fields, edited, self.remote, self.agreement, self.context
            )
        except CannotCarry:
            self.local = before
            return
        there = of_remote(Kind.INVOICE, self.remote)
        self.remote = self.place.send(rendered.body)
        mine = of_local(Kind.INVOICE, edited)
        self.agreement = agreements.after_update(
            *(Kind.INVOICE, wanted.fields, self.agreement, mine, there, rendered.line_ids, self.remote)
        )
        self.is_quiet()
        self.is_explained()

    def edit_there(self, number: int) -> None:
        """The bookkeeper adds a line and moves a price: it arrives with its own total, and nothing goes back."""
        if number % 3 != 1:
            return
        lines = [dict(line) for line in self.remote["Line"] if line["DetailType"] != "SubTotalLineDetail"]
        lines.insert(0, theirs.extra_line(self.place))
        body = {
            "Id": self.remote["Id"], "SyncToken": self.remote["SyncToken"], "sparse": True, "Line": lines,
        }  # fmt: skip
        edited = self.place.person_writes(body)
        assert edited is not None
        self.remote = edited
        wanted = plan(self.state())
        assert isinstance(wanted, actions.UpdateLocal), wanted
        taken = mapping.take(
            Kind.INVOICE, wanted.fields, self.local, self.remote, self.agreement, self.context,
            over_ours=wanted.over_ours,
        )  # fmt: skip
        assert isinstance(taken.local, LocalInvoice)
        self.local, self.agreement = taken.local, taken.agreement
        assert self.local.total_cents == _cents(self.remote["TotalAmt"])
        self.is_quiet()

    def is_explained(self) -> None:
        """Either the same to the cent, or different as foreseen."""
        found = totals_compare(self.local, self.remote, self.context)
        if found is not None:
            assert found.cause != MoneyCause.EDITED_THERE, (found, self.remote)
            assert found.cause, found


def _cents(amount: Any) -> int:
    return int(Decimal(amount) * 100)
