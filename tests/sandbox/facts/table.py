"""The table of facts, and how a fact enters it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.sandbox.client import Books

Check = Callable[[Books], None]
FACTS: list["Fact"] = []


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement about QuickBooks, with the section of `QUICKBOOKS.md` that it comes from, and its proof."""

    section: str
    words: str
    check: Check
    preset: str = "us-automated-tax"
    switches: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def name(self) -> str:
        """How a test run calls it."""
        positions = ",".join(f"{name}={value}" for name, value in self.switches.items())
        return f"{self.section} {self.words}" + (f" [{positions}]" if positions else "")


def fact(
    section: str, words: str, preset: str = "us-automated-tax", **switches: Any
) -> Callable[[Check], Check]:
    """Enters a check as a fact. An uncertain fact is entered once for each position of its switch."""

    def enter(check: Check) -> Check:
        FACTS.append(Fact(section, words, check, preset, switches))
        return check

    return enter
