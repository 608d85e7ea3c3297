"""What companies do in a rehearsal: believable, stated in the output, and drawn from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

HOUR = 3600.0
TOKEN_MINUTES = 60.0  # Intuit's, and the sandbox' too
# The share of a working day's saves and edits that falls into each hour, from the busiest on; the night is last.
SHARES = (0.15, 0.13, 0.11, 0.10, 0.10, 0.08, 0.06, 0.05, 0.04, 0.04, 0.03, 0.02) + (0.0,) * 4 + (
    0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.02)  # fmt: skip
EVEN = 0.6180339887498949  # multiples of it, without their whole part, spread evenly however many are taken


class What(Enum):
    """What a company does."""

    NEW_INVOICE = "new invoice"
    EDIT_HERE = "edit here"
    EDIT_THERE = "edit in QuickBooks"


@dataclass(frozen=True)
class Load:
    """The averages of one company on a working day, and what time does whatever they do."""

    saves_a_day: float = 8.0
    new_share: float = 0.6  # of the saves: invoices made; the rest changes a customer
    edits_a_day: float = 4.0  # in QuickBooks, one by one
    bursts_a_day: float = 0.1  # in QuickBooks, many at once: an import, a bulk change
    burst_size: int = 20
    working_days: float = 22.0  # of a month of 30
    feed_seconds: int = 900

    def told(self) -> list[str]:
        """The model in sentences."""
        return [
            (
                f"A working day of a company: {self.saves_a_day:g} saves here ({self.new_share:.0%} new invoices, else "
                f"customers), {self.edits_a_day:g} edits in QuickBooks, {self.bursts_a_day:g} bursts of "
                f"{self.burst_size} there; {SHARES[0]:.0%} of it in the busiest hour, with which this begins."
            ),
            (
                f"Every company: change feed every {self.feed_seconds / 60:g} min day and night, token life "
                f"{TOKEN_MINUTES:g} min, settings and comparison of the books once a day, "
                f"{self.working_days:g} working days in a month of 30."
            ),
        ]

    def share(self, hours: float) -> float:
        """Which share of a working day's doings falls into the first hours."""
        whole, part = divmod(hours, 1)
        days, left = divmod(int(whole), len(SHARES))
        return days + sum(SHARES[:left]) + part * SHARES[left]


@dataclass(frozen=True)
class Doing:
    """One thing that one company does, so many seconds after the beginning; `much` records at once."""

    at: float
    company: int
    what: What
    much: int = 1


def doings(load: Load, companies: int, hours: float, chance: random.Random) -> list[Doing]:
    """Everything that the companies do. How much is exact (rounded once an hour); who and when is drawn."""
    return sorted(_drawn(load, companies, hours, chance), key=lambda one: (one.at, one.company))


def _drawn(load: Load, companies: int, hours: float, chance: random.Random) -> Iterator[Doing]:
    hour = 0.0
    while hour < hours:
        length = min(1.0, hours - hour)
        part = SHARES[int(hour) % len(SHARES)] * length * companies
        saves, new = round(load.saves_a_day * part), round(load.saves_a_day * load.new_share * part)
        kinds = [(What.NEW_INVOICE, new, 1), (What.EDIT_HERE, saves - new, 1)]
        kinds.append((What.EDIT_THERE, round(load.edits_a_day * part), 1))
        kinds.append((What.EDIT_THERE, round(load.bursts_a_day * part), load.burst_size))
        for what, times, much in kinds:
            for _ in range(times):
                at = (hour + chance.random() * length) * HOUR
                yield Doing(at, chance.randrange(companies), what, much)
        hour += length


def phase(number: int, companies: int, turn: int = 0) -> float:
    """Where in a period a company stands, 0 to 1: evenly spread, so that a sample has its exact share in every hour.

    `turn` 0 spreads in the order of the companies; another one in an order that has nothing to do with that.
    """
    return (number + 0.5) / companies if not turn else (0.5 + number * EVEN * turn) % 1.0
