"""An invoice that changed while it was being typed: what differs, and how what is typed goes on from there."""

# What the editor's state brings along (`_me`, `_read`, `_form_now` …) is unknown to a mixin.
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import reflex as rx

from bookipi_app.services import unsaved
from bookipi_app.services.invoices import InvoiceForm, LineForm
from bookipi_app.state.answers import answers
from bookipi_app.state.editor_opening import Opened, open_invoice

LABELS = {
    "number": "Number",
    "issue_date": "Issued",
    "due_date": "Due",
    "terms_name": "Terms",
    "po_number": "PO number",
    "discount_value": "Discount",
    "discount_kind": "Discount kind",
    "shipping": "Shipping",
    "tax_mode": "Tax is",
    "tax_rate": "Sales tax",
    "tax2_rate": "Second tax",
    "notes": "Note to the customer",
}


@dataclass(frozen=True)
class Difference:
    """One field that differs: as it stands in the form, and as it is saved now."""

    label: str
    mine: str
    now: str


CHANGED_THERE = "Changed in QuickBooks while you were typing. Your text is kept. Review the change."
CHANGED_HERE = "Changed on another page while you were typing. Your text is kept. Review the change."


class EditorReview(rx.State, mixin=True):
    """Mix into the editor's state: a change that arrived while somebody types."""

    changed: str = ""  # the sentence of a change that arrived while this was typed
    reviewing: bool = False
    review: list[Difference] = []

    def _announce(self, opened: Opened) -> None:
        self.changed = CHANGED_THERE if opened.changed_there else CHANGED_HERE
        if self.reviewing:
            self._list_differences(opened)

    def _list_differences(self, opened: Opened) -> None:
        self.review = differences(self._form_now(), opened.form, (self.buyer.name, opened.buyer.name))

    @rx.event
    @answers
    async def review_change(self):
        """Show what differs between what is typed and what is saved now."""
        who = await self._me()
        self._list_differences(await self._read(open_invoice, who.company_id, self.record))
        self.reviewing = True

    @rx.event
    @answers
    async def keep_mine(self):
        """Go on with my edits, on top of what is saved now."""
        who = await self._me()
        opened = await self._read(open_invoice, who.company_id, self.record)
        mine = rebase(self._loaded_form, self._form_now(), opened.form)
        typed, buyer = self.lines, self.buyer
        kept_lines = mine.lines != opened.form.lines
        self._take(replace(opened, form=mine))
        known = {line.id for line in opened.lines}
        if kept_lines:
            self.lines = [line if line.id in known else replace(line, stored=False) for line in typed]
        if mine.customer_id == buyer.id:
            self.buyer, self.picking = buyer, not buyer.id
        self._loaded_form = opened.form
        await self._work_out()

    @rx.event
    @answers
    async def take_theirs(self):
        """Forget what is typed, and go on from what is saved now."""
        who = await self._me()
        await self._write(unsaved.forget, who.company_id, self._key)
        await self._open(who, self.record)


def differences(mine: InvoiceForm, now: InvoiceForm, customers: tuple[str, str]) -> list[Difference]:
    """What differs; `customers` are the names of the two forms' customers."""
    found = [
        Difference(label, str(getattr(mine, name)) or "nothing", str(getattr(now, name)) or "nothing")
        for name, label in LABELS.items()
        if getattr(mine, name) != getattr(now, name)
    ]
    if mine.customer_id != now.customer_id:
        found.insert(0, Difference("Customer", customers[0] or "nobody", customers[1] or "nobody"))
    if _contents(mine.lines) != _contents(now.lines):
        found.append(Difference("Lines", _lines_words(mine.lines), _lines_words(now.lines)))
    return found


def rebase(loaded: InvoiceForm, mine: InvoiceForm, now: InvoiceForm) -> InvoiceForm:
    """My edits on top of what is saved now: fields that I did not touch are as they are now."""
    values: dict[str, Any] = {
        name: getattr(now if getattr(mine, name) == getattr(loaded, name) else mine, name)
        for name in asdict(mine)
        if name not in ("lines", "key", "version")
    }
    lines = (
        now.lines if _contents(mine.lines) == _contents(loaded.lines) else _still_there(mine.lines, now.lines)
    )
    return replace(mine, **values, lines=lines, version=now.version)


def _still_there(mine: Sequence[LineForm], now: Sequence[LineForm]) -> list[LineForm]:
    """My lines; one that is gone meanwhile becomes a new one."""
    known = {line.id for line in now}
    return [line if line.id in known else replace(line, id="") for line in mine]


def _contents(lines: Sequence[LineForm]) -> list[LineForm]:
    return [
        replace(line, id="") for line in lines if line.id or line.description or line.price or line.item_id
    ]


def _lines_words(lines: Sequence[LineForm]) -> str:
    return "\n".join(_line_words(line) for line in lines)


def _line_words(line: LineForm) -> str:
    name = line.description.partition("\n")[0] or "Item"
    return f"{name}: {line.quantity or 1} × {line.price or 0}"
