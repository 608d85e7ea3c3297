"""One invoice, one company: forecast, sent by the real mapping, read back, compared; then edited on either side.

Everything that must hold is asserted here. What is counted is the outcome and its cause.
"""

from __future__ import annotations

from collections import Counter
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
from bookipi_app.sync.forecast import Forecast, ForecastKind, Linked, MoneyCause, forecast, totals_compare
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
    life: tuple[str, ...] = ()  # what happened to it afterwards

    @property
    def holdable(self) -> bool:
        """Whether QuickBooks, as this company has set it up, can hold it."""
        return self.kind != ForecastKind.WILL_NOT_SYNC and self.cause not in NO_TAX_THERE


@dataclass
class Tally:
    """All outcomes."""

    outcomes: list[Outcome] = field(default_factory=list[Outcome])

    def counts(self) -> Counter[tuple[str, str, str]]:
        """By side, outcome and cause."""
        return Counter((one.side, one.kind, one.cause) for one in self.outcomes)


def prove(count: int) -> Tally:
    """As many invoices, three of four ours; raises at the first that does not hold."""
    tally = Tally()
    for number in range(count):
        try:
            tally.outcomes.append(one(number))
        except AssertionError as wrong:
            again = f"again: python -m tests.fidelity --invoice {number}"
            raise AssertionError(f"invoice {number}, {setting_of(number)}: {wrong}\n{again}") from wrong
    return tally


def one(number: int) -> Outcome:
    """The invoice of this number in its company."""
    setting = setting_of(number)
    place = place_of(setting)
    outcome = arrive(number, place) if number % 4 == 3 else travel(number, place)
    return replace(outcome, forms=(*setting.words(), *outcome.forms))


@cache
def place_of(setting: Setting) -> Place:
    """The company of a setting, opened once."""
    return Place(setting, recent=_told(setting.preset))


@cache
def _told(preset: str) -> list[Json]:
    """What the company told us of its invoices, whatever is switched on and off in it meanwhile."""
    del preset
    return []


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
    life = _live_on(number, journey)
    return Outcome("ours", place.setting.preset, kind, cause, cents, written.forms, life)


def arrive(number: int, place: Place) -> Outcome:
    """An invoice of theirs: here, with its own total, and nothing goes back."""
    journey = Journey.arriving(theirs.write(number, place), place, place.context())
    assert journey.local.total_cents == _cents(journey.remote["TotalAmt"])
    assert totals_compare(journey.local, journey.remote, journey.context, journey.agreement) is None
    journey.is_quiet()
    life = _live_on(number, journey)
    return Outcome("theirs", place.setting.preset, ForecastKind.SAME, life=life)


def _as_foreseen(foreseen: Forecast, journey: Journey) -> tuple[str, str, int]:
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


def _live_on(number: int, journey: Journey) -> tuple[str, ...]:
    """What happens to an invoice afterwards: edits here, edits there, and both at once."""
    chance = Random(f"life {number}")
    life: list[str] = []
    for _ in range(2):
        step = chance.choice(("here", "there", "both"))
        life.append(f"then edited {'on ' if step == 'both' else ''}{step}")
        match step:
            case "here":
                journey.edit_here(_edited_here(chance, journey.local))
            case "there":
                journey.edit_there(_edited_there(chance, journey))
            case _:
                ours = _edited_here(chance, journey.local)
                if not journey.edit_both(ours, _edited_there(chance, journey)):
                    return (*life, "a person was asked")
    return tuple(life)


def _edited_here(chance: Random, local: LocalInvoice) -> LocalInvoice:
    """Another text or another price in one of the lines that are ours to edit, or a note."""
    lines = list(local.lines)
    able = [at for at, line in enumerate(lines) if line.kind is LineKind.ITEM]
    if not able:
        return replace(local, notes=f"{local.notes} Again.")
    at = chance.choice(able)
    if chance.random() < 0.4:
        lines[at] = replace(lines[at], description=f"{lines[at].description} again")
    else:
        price = lines[at].price + chance.randint(1, 90_000) * 10_000
        lines[at] = replace(lines[at], price=price, amount_given_cents=None)
    edited = sums.added_up(replace(local, lines=tuple(lines)))
    return edited if edited.total_cents >= 0 else replace(local, notes=f"{local.notes} Again.")


def _edited_there(chance: Random, journey: Journey) -> Json:
    for _ in range(20):
        made = theirs.edit(chance, journey.remote, journey.place)
        if made is not None:
            return made
    raise AssertionError("twenty edits in a row with a total below zero")


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
                _as_foreseen(foreseen, self)
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
            assert self.local.total_cents == _cents(remote["TotalAmt"])

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
            *(Kind.INVOICE, names, self.agreement, mine, there, rendered.line_ids, self.remote)
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


def _cents(amount: Any) -> int:
    return int(Decimal(amount) * 100)


def _money_of(remote: Json) -> dict[str, Any]:
    there = of_remote(Kind.INVOICE, remote)
    return {name: there[name] for name in MONEY}
