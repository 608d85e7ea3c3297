"""The chart *Invoiced by month* as shapes: plain geometry from cents, drawn by `components.chart`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bookipi_app.money import format_cents
from bookipi_app.services.invoices import AgeBar, MonthBar
from bookipi_app.services.words import counted

LEFT, TOP, CORNER, BAR, GAP = 44.0, 12.0, 3.0, 26.0, 1.0
STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10)  # of a power of ten: what an axis may count in
RULES = 3


@dataclass(frozen=True)
class Rule:
    """A horizontal line with its amount. `y` is in the drawing's units, as text."""

    path: str
    y: str
    words: str
    look: str


@dataclass(frozen=True)
class Bar:
    """A month: the paid part below, the open part above it. A path may be empty."""

    paid: str
    open: str
    middle: str
    month: str
    look: str
    tip: str


@dataclass(frozen=True)
class Chart:
    """A drawing of a given size; `words` tell the same to those who do not see it."""

    rules: tuple[Rule, ...] = ()
    bars: tuple[Bar, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class Age:
    """A line of *Outstanding by age*: its width is in percent of the longest; `look` is `late` from red on."""

    label: str
    amount: str
    note: str
    width: str
    look: str
    href: str


def draw_ages(ages: Sequence[AgeBar]) -> list[Age]:
    """What is owed by age, as lines that lead to their invoices."""
    most = max((age.cents for age in ages), default=0)
    return [
        Age(
            label=age.label,
            amount=age.amount,
            note=counted(age.count, "invoice"),
            width=f"{100 * age.cents / most:.1f}%" if most else "0%",
            look="" if age.age == "not-due" else "late",
            href=f"/invoices?age={age.age}&sort=due",
        )
        for age in ages
    ]


def draw(months: Sequence[MonthBar], width: float, height: float, currency: str = "USD") -> Chart:
    """The chart of some months, newest last, in a box of `width` × `height` units."""
    if not months:
        return Chart()
    base = height - 34
    step = _step(max(month.invoiced_cents for month in months))
    scale = (base - TOP) / (RULES * step)
    band = (width - LEFT) / len(months)
    bars = [
        _bar(month, LEFT + band * place + (band - BAR) / 2, base, scale, place == len(months) - 1, currency)
        for place, month in enumerate(months)
    ]
    rules = [
        _rule(number * step, base - number * step * scale, width, currency) for number in range(RULES + 1)
    ]
    return Chart(tuple(rules), tuple(bars), _told(months, currency))


def _step(most_cents: int) -> int:
    """The cents between two lines, so that three of them hold the highest month."""
    least = max(most_cents, 300_00) / RULES
    power = 10 ** (len(str(int(least))) - 1)
    return next(int(step * power) for step in STEPS if step * power >= least)


def _rule(cents: int, y: float, width: float, currency: str) -> Rule:
    look = "rule" if cents else "axis"
    return Rule(f"M{LEFT:g} {y:.1f}H{width:g}", f"{y + 4:.1f}", short_money(cents, currency), look)


def _bar(month: MonthBar, x: float, base: float, scale: float, newest: bool, currency: str) -> Bar:
    paid_height = min(month.paid_cents, month.invoiced_cents) * scale
    open_height = (month.invoiced_cents - month.paid_cents) * scale
    both = paid_height > GAP and open_height > CORNER
    if both:
        paid = f"M{x:.1f} {base:.1f}v-{paid_height:.1f}h{BAR:g}v{paid_height:.1f}z"
        open_part = _rounded(x, base - paid_height - GAP, open_height - GAP)
    else:
        paid = _rounded(x, base, paid_height + (open_height if paid_height > GAP else 0))
        open_part = "" if paid_height > GAP else _rounded(x, base, open_height)
    owed = format_cents(month.open_cents, currency)
    tip = f"{month.label}: {month.invoiced}" + (f", {owed} open" if month.open_cents else "")
    return Bar(paid, open_part, f"{x + BAR / 2:.1f}", month.label, "mid now" if newest else "mid", tip)


def _rounded(x: float, base: float, height: float) -> str:
    """A bar with two round corners; nothing where there is nothing."""
    if height <= 0:
        return ""
    corner = min(CORNER, height)
    side = height - corner
    top = f"q0-{corner:.1f} {CORNER:g}-{corner:.1f}h{BAR - 2 * CORNER:g}q{CORNER:g} 0 {CORNER:g} {corner:.1f}"
    return f"M{x:.1f} {base:.1f}v-{side:.1f}{top}v{side:.1f}z"


def short_money(cents: int, currency: str = "USD") -> str:
    """`$15k`, `$1.5m`, `0`: for an axis, where the words around it say the rest."""
    if not cents:
        return "0"
    sign = format_cents(0, currency).rstrip("0.").strip()
    sign = "$" if sign.endswith("$") else sign  # whose dollars they are is said elsewhere
    whole = cents / 100
    for size, letter in ((1_000_000, "m"), (1_000, "k")):
        if whole >= size:
            return f"{sign}{whole / size:g}{letter}"
    return f"{sign}{whole:g}"


def _told(months: Sequence[MonthBar], currency: str) -> str:
    first, last = months[0], months[-1]
    paid = format_cents(last.paid_cents, currency)
    return (
        f"Invoiced by month, {first.label} {first.month[:4]} to {last.label} {last.month[:4]}. "
        f"{last.label} so far: {last.invoiced}, of which {paid} is paid."
    )
