"""What people did is still there, or somebody knows why not; and nothing has ended that nobody ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from bookipi_app.models import Flag, Kind, RemoteState, Side
from tests.engine.simulation.journal import Edit, Journal
from tests.engine.simulation.owner import TAX_RATE
from tests.engine.simulation.pairs import Mistaken, Pair, remote_id, value_of, waits_for_somebody

CENT, WITH_TAX = Decimal("0.01"), 1 + Decimal(TAX_RATE) / 100
TOGETHER = {  # units that are merged, and asked about, as one
    "dates": ("dates",),
    "bill_to": ("customer", "bill_email", "bill_address"),
    "money": ("lines", "shipping", "percent"),
}


@dataclass
class History:
    """The journal beside what became of it."""

    pairs: list[Pair]
    journal: Journal
    mistaken: Collection[Mistaken] = ()
    wrong: list[str] = field(default_factory=list[str])

    def violations(self) -> list[str]:
        """What is lost, and what nobody did."""
        self._no_edit_lost()
        self._no_end_invented()
        return self.wrong

    def _no_edit_lost(self) -> None:
        ids = {(one.record.kind, str(one.record.local_id)): one for one in self.pairs if one.record.local_id}
        ids |= {
            (one.record.kind, str(one.record.remote_id)): one for one in self.pairs if one.record.remote_id
        }
        last: dict[tuple[UUID, str], Edit] = {}
        for edit in self.journal.edits:
            pair = ids.get((edit.kind, edit.key))
            if pair is not None:
                last[pair.record.id, edit.unit] = edit
        for (_, unit), edit in last.items():
            pair = ids[edit.kind, edit.key]
            if self._is_excused(pair, edit):
                continue
            final = value_of(pair.here, unit)
            if not self._is_value(edit, final) and not self._came_from_a_former_id(ids, pair, edit, final):
                self.wrong.append(
                    f"lost: {unit} = {edit.value!r} ({edit.side.value}, {edit.at}), is {final!r}: {pair.name}",
                )

    def _came_from_a_former_id(
        self, known: dict[tuple[Kind, str], Pair], pair: Pair, edit: Edit, final: Any
    ) -> bool:
        """What was deleted in QuickBooks and made anew has another id there: what was edited under the first counts.

        So has what a backup knew nothing of, here.
        """
        return bool(pair.record.generation or self.journal.restored) and any(
            one.kind is edit.kind
            and one.at > edit.at
            and (one.kind, one.key) not in known
            and (
                self._is_value(one, final)
                if one.unit == edit.unit
                else one.value is None and edit.unit.startswith(f"{one.unit} ")
            )
            for one in self.journal.edits
        )

    def _is_excused(self, pair: Pair, edit: Edit) -> bool:
        """Somebody knows: an open question, an answer given since, an end, a merge, or a wait for one of these."""
        record = pair.record
        stays = pair.is_asked or record.flag is Flag.NOT_SYNCED
        if stays or record.alias_of or record.ended or pair.here is None:
            return True
        if pair.trashed or pair.here.get("void") or self.journal.is_taken_back(edit):
            return True
        named = edit.side is Side.QUICKBOOKS and edit.unit == "name"
        if named and any((one.taken_for_it, one.name) == (pair.key, edit.value) for one in self.mistaken):
            return True
        keys = {str(record.local_id), str(record.remote_id)}
        answered = [one for one in self.journal.chosen if one.kind is record.kind and one.key in keys]
        if any(_covers(one.unit, edit.unit) for one in answered):
            return True
        merged = any(
            one.what in ("merge", "survive") for one in self.journal.ends if one.kind is Kind.CUSTOMER
        )
        if edit.unit == "customer" and merged:
            return True
        if edit.unit.startswith("line ") and edit.value is not None and edit.value is not True:
            token = edit.unit.split(" ")[1]
            removed = [one for one in self.journal.edits if one.unit == f"line {token}" and one.value is None]
            if any(one.key in keys for one in removed):
                return True
        return bool(record.flag is Flag.SYNCING and waits_for_somebody(pair, self.pairs))

    def _is_value(self, edit: Edit, final: Any) -> bool:
        if edit.unit == "customer":
            side, key = str(edit.value).split(" ")
            return key == final if side == "here" else key == remote_id(self.pairs, Kind.CUSTOMER, final)
        if edit.unit.endswith(" price") and final is not None:
            return edit.value == final or self._is_same_money(edit, final)
        if edit.unit == "dates" and edit.value != final and final is not None:
            return self._is_the_other_ones_day(edit, final)
        return bool(edit.value == final)

    def _is_the_other_ones_day(self, edit: Edit, final: list[str]) -> bool:
        """Whoever gives an invoice the very day that the other side gives it leaves the other day to that side."""
        days = zip(edit.before, edit.value, final, strict=True)
        return all(given == now for was, given, now in days if was != given) and any(
            one.unit == edit.unit and one.side is not edit.side and one.value == final
            for one in self.journal.edits
        )

    def _is_same_money(self, edit: Edit, price: Decimal) -> bool:
        """A tax that prices contain leaves them where one of QuickBooks' own is taken, to the same total.

        So it is where an invoice moved there to another customer. A discount of a line stays beside its price.
        """
        return edit.key in self.journal.inclusive and abs(edit.value / WITH_TAX - price) <= CENT

    def _no_end_invented(self) -> None:
        """Whatever is deleted, void or archived was so by somebody."""
        ended: Counter[tuple[Kind, str]] = Counter((one.kind, one.key) for one in self.journal.ends)
        for pair in self.pairs:
            record, here = pair.record, pair.here
            gone = record.remote_state is RemoteState.GONE or pair.trashed
            away = here is not None and (here.get("void") or not here.get("active", True))
            if not gone and not away:
                continue
            keys = [(record.kind, str(record.local_id)), (record.kind, str(record.remote_id))]
            if not any(ended[key] for key in keys) and not record.generation:
                self.wrong.append(f"ended by nobody: {pair.name}")


def _covers(answered: str, unit: str) -> bool:
    unit = "lines" if unit.startswith("line ") else unit
    group = TOGETHER.get(answered, (answered,))
    return answered in ("record", unit) or unit in group or answered == "name_taken"
