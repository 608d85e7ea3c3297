"""The three-way merge of a living record, field by field.

What one side alone changed survives. What both changed to the same result is agreed. What both changed to different
values is a conflict, and coupled fields count as one: the dates of an invoice; whom it is billed to, where the customer
changed; its lines with discount, shipping and tax. Inside the last, lines merge line by line while nobody touched
discount or shipping and no price of ours contains the tax, and the tax follows the lines: an amount of tax that
QuickBooks worked out again is no edit of lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bookipi_app.models.record import Kind, Side, TaxMode
from bookipi_app.sync import fields, lines
from bookipi_app.sync.actions import FieldConflict
from bookipi_app.sync.fields import BILL_TO, COUPLED, DATES, MONEY
from bookipi_app.sync.snapshot import Agreement, Snapshot, changed, taxes_alike


@dataclass(frozen=True, slots=True)
class Sides:
    """What a merge looks at. `expected` is the local snapshot as QuickBooks would give it back, if it can be told."""

    kind: Kind
    agreement: Agreement
    local: Snapshot
    remote: Snapshot
    expected: Snapshot | None


@dataclass(frozen=True, slots=True)
class MergeResult:
    """Fields to agree on as they are, to take, to send; and what a person must choose."""

    same: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()
    conflicts: tuple[FieldConflict, ...] = ()

    @property
    def tax_alone(self) -> bool:
        """QuickBooks worked the tax out again: of the money nothing else moved there."""
        return "tax" in self.theirs and not set(self.theirs) & {"lines", "discount", "shipping"}


def merge(sides: Sides) -> MergeResult:
    """Merge a living record's two sides over their agreement."""
    here = set(changed(sides.kind, Side.HERE, sides.agreement.local, sides.local))
    there = set(changed(sides.kind, Side.QUICKBOOKS, sides.agreement.remote, sides.remote))
    merging = _Merging(sides, here, there)
    for unit, names in _units(sides.kind, here | there):
        merging.add(unit, names)
    return merging.result()


def _units(kind: Kind, moved: set[str]) -> Iterable[tuple[str, tuple[str, ...]]]:
    """The parts that merge by themselves: coupled groups and single fields, in the table's order."""
    seen: set[str] = set()
    for row in fields.TABLE[kind]:
        coupled = row.group in (DATES, MONEY) or (row.group == BILL_TO and "customer" in moved)
        unit = row.group if coupled else row.name
        if unit not in seen:
            seen.add(unit)
            yield unit, COUPLED[row.group] if coupled else (row.name,)


class _Merging:
    """Collects the verdicts of one merge."""

    def __init__(self, sides: Sides, here: set[str], there: set[str]) -> None:
        self.sides, self.here, self.there = sides, here, there
        self.same: set[str] = set()
        self.theirs: set[str] = set()
        self.ours: set[str] = set()
        self.conflicts: list[FieldConflict] = []

    def add(self, unit: str, names: tuple[str, ...]) -> None:
        here, there = self.here & set(names), self.there & set(names)
        if not there:
            self.ours |= self._to_send(names, here)
        elif not here:
            self.theirs |= self._with_tax(there)
        elif self._left_the_tax_behind(here, there):
            self.ours |= set(names)
        elif not (self._same_result(here, there) or self._merged_money(unit, here, there)):
            self._conflict(unit, names)

    def result(self) -> MergeResult:
        self._keep_edited_alive()
        return MergeResult(
            self._sorted(self.same), self._sorted(self.theirs), self._sorted(self.ours), tuple(self.conflicts)
        )

    def _to_send(self, names: tuple[str, ...], here: set[str]) -> set[str]:
        """A unit is sent as one; but for a tax that changes no line: what nobody changed is not sent with it."""
        then, now = self.sides.agreement.local.get("tax"), self.sides.local.get("tax")
        if here == {"tax"} and now is not None and taxes_alike(then, now):
            return here
        return set(names) if here else set()

    def _with_tax(self, there: set[str]) -> set[str]:
        """Lines, discount and shipping changed there are taken with their total, so with their tax."""
        return there | {"tax"} if there & {"lines", "discount", "shipping"} else there

    def _same_result(self, here: set[str], there: set[str]) -> bool:
        """One side's edits are the other's too: those are agreed, what the other did beyond them goes its way."""
        expected = self.sides.expected
        if expected is None:
            return False
        alike = {name for name in here | there if self._equal(name, expected[name])}
        if not (there <= alike or here <= alike):
            return False
        if there <= alike:
            self.same |= there
            self.ours |= here - there
        else:
            self.same |= here
            self.theirs |= there - here
        return True

    def _left_the_tax_behind(self, here: set[str], there: set[str]) -> bool:
        """The same lines on both sides, but theirs kept the tax of the lines that are gone: ours follows them."""
        expected = self.sides.expected
        if (
            expected is None
            or "lines" not in here & there
            or "tax" in there
            or self._equal("tax", expected["tax"])
        ):
            return False
        return all(self._equal(name, expected[name]) for name in here | there)

    def _equal(self, name: str, expected: Any) -> bool:
        return fields.same(self.sides.kind, name, expected, self.sides.remote[name])

    def _merged_money(self, unit: str, here: set[str], there: set[str]) -> bool:
        if unit != MONEY:
            return False
        if there == {"tax"} and here & {"lines", "discount", "shipping"}:
            self.ours |= set(
                COUPLED[MONEY]
            )  # our sums replace a tax that was worked out on lines that are gone
            return True
        if (here | there) & {"discount", "shipping"} or "lines" not in there or self._contains_tax():
            return False
        if "lines" in here:
            return self._merged_lines()
        if "tax" in there:
            return False  # a tax set by hand on both sides
        self.theirs |= {"lines"}
        self.ours |= set(COUPLED[MONEY])
        return True

    def _contains_tax(self) -> bool:
        """Prices of ours contain the tax, or did, and theirs do not: one invoice cannot hold lines of both."""
        modes = [side.get("tax", {}).get("mode") for side in (self.sides.local, self.sides.agreement.local)]
        return TaxMode.INCLUSIVE.value in modes

    def _merged_lines(self) -> bool:
        sides = self.sides
        if "lines" not in sides.agreement.local or "lines" not in sides.agreement.remote:
            return False
        edits = lines.Edits(
            agreed=sides.agreement.lines,
            base=sides.agreement.local["lines"],
            local=sides.local["lines"],
            remote=sides.remote["lines"],
            expected=sides.expected["lines"] if sides.expected else None,
        )
        if lines.merge(edits) is None:
            return False
        self.theirs |= {"lines"}
        self.ours |= set(COUPLED[MONEY])
        return True

    def _conflict(self, unit: str, names: tuple[str, ...]) -> None:
        agreement, local, remote = self.sides.agreement, self.sides.local, self.sides.remote
        self.conflicts.append(
            FieldConflict(
                unit=unit,
                fields=names,
                base={name: agreement.local.get(name) for name in names},
                local={name: local[name] for name in names},
                remote={name: remote[name] for name in names},
            )
        )

    def _keep_edited_alive(self) -> None:
        """Edited on one side, made inactive on the other: the edit is taken and the record becomes active again."""
        if "active" in self.theirs and not self.sides.remote["active"] and self.ours:
            self.theirs.discard("active")
            self.ours.add("active")
        elif "active" in self.ours and not self.sides.local["active"] and self.theirs:
            self.ours.discard("active")
            self.theirs.add("active")

    def _sorted(self, names: set[str]) -> tuple[str, ...]:
        return tuple(name for name in fields.names(self.sides.kind) if name in names)
