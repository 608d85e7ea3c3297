"""One invoice, one company: forecast, sent by the real mapping, read back, compared; then edited on either side.

Everything that must hold is asserted here. What is counted is the outcome and its cause.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random

import pytest

from bookipi_app.models import DiscountMeaning, ShippingFallback, TaxSending
from bookipi_app.models.record import Kind, LineKind
from bookipi_app.sync import mapping, sums
from bookipi_app.sync.carrying import CannotCarry
from bookipi_app.sync.forecast import ForecastKind, MoneyCause, forecast, totals_compare
from bookipi_app.sync.records import LocalInvoice
from tests.fidelity import believable, theirs
from tests.fidelity.journey import Journey, as_foreseen, cents_of, line_for_line
from tests.fidelity.place import PRESETS, Json, Place, Setting

NO_TAX_THERE = (MoneyCause.SALES_TAX_OFF, MoneyCause.EXEMPT_CUSTOMER)  # nothing in QuickBooks would hold it


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
    open_anew()
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


def open_anew() -> None:
    """Close all companies: what happened in them before must not matter."""
    place_of.cache_clear()
    _told.cache_clear()


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
    kind, cause, cents = as_foreseen(foreseen, journey)
    line_for_line(journey)
    journey.is_quiet()
    life = _live_on(number, journey)
    return Outcome("ours", place.setting.preset, kind, cause, cents, written.forms, life)


def arrive(number: int, place: Place) -> Outcome:
    """An invoice of theirs: here, with its own total, and nothing goes back."""
    journey = Journey.arriving(theirs.write(number, place), place, place.context())
    assert journey.local.total_cents == cents_of(journey.remote["TotalAmt"])
    assert totals_compare(journey.local, journey.remote, journey.context, journey.agreement) is None
    journey.is_quiet()
    life = _live_on(number, journey)
    return Outcome("theirs", place.setting.preset, ForecastKind.SAME, life=life)


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
