"""An invoice's lines: which of the form's lines is which of the stored ones.

A line keeps its id while it is edited, because the sync knows lines by it. A line that comes without an id and reads
like a stored one that nobody claims is that one: so a form sent twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app.ids import new_id
from bookipi_app.models import InvoiceLine, Item, Kind, LineKind, RemoteState, SyncRecord
from bookipi_app.money import format_scaled
from bookipi_app.services import history_words
from bookipi_app.services.fields import Fields
from bookipi_app.services.invoice_form import NO_SUCH_ITEM, ReadLine
from bookipi_app.services.lists import judged
from bookipi_app.totals import LineInput, Rate, Totals

Content = tuple[UUID | None, str, int, int, bool, Rate, int]


@dataclass(frozen=True)
class MergedLine:
    """A line as it will be stored; `at` is its place in the form."""

    at: int
    id: UUID
    kind: LineKind
    item_id: UUID | None
    description: str
    quantity: int
    price: int
    taxable: bool
    discount_kind: Rate
    discount_value: int
    amount_given_cents: int | None

    @classmethod
    def of(cls, line: InvoiceLine, at: int = 0) -> MergedLine:
        """A stored line, as it is."""
        return cls(
            at=at,
            id=line.id,
            kind=line.kind,
            item_id=line.item_id,
            description=line.description,
            quantity=line.quantity,
            price=line.price,
            taxable=line.taxable,
            discount_kind=line.discount_kind,
            discount_value=line.discount_value,
            amount_given_cents=line.amount_given_cents,
        )

    @property
    def content(self) -> Content:
        """What a person may edit of it."""
        return (
            self.item_id,
            self.description,
            self.quantity,
            self.price,
            self.taxable,
            self.discount_kind,
            self.discount_value,
        )

    @property
    def whole(self) -> tuple[UUID, Content]:
        """Its identity and content: what makes an edit of the lines."""
        return self.id, self.content

    @property
    def words(self) -> str:
        """The line in one row of a history."""
        name = self.description.partition("\n")[0] or "Item"
        return f"{name}: {format_scaled(self.quantity)} × {history_words.price(self.price)}"

    def as_input(self) -> LineInput:
        """What the sums need of it."""
        return LineInput(
            quantity=self.quantity,
            price=self.price,
            taxable=self.taxable,
            discount_kind=self.discount_kind,
            discount_value=self.discount_value,
            amount_given_cents=self.amount_given_cents,
        )


def lines_of(session: Session, invoice_id: UUID) -> list[InvoiceLine]:
    """The lines of an invoice, in order."""
    order = (col(InvoiceLine.position), col(InvoiceLine.id))
    statement = select(InvoiceLine).where(col(InvoiceLine.invoice_id) == invoice_id)
    return list(session.exec(statement.order_by(*order)))


def kept_there(session: Session, lines: Sequence[InvoiceLine]) -> frozenset[UUID]:
    """Those of an invoice's lines that only QuickBooks can make, and has: where they are removed, if they are.

    What was deleted there, or goes out as another invoice, QuickBooks has not, and it would not take it with them.
    """
    own = [line for line in lines if line.kind is LineKind.FOREIGN]
    if not own:
        return frozenset()
    records = session.exec(
        select(SyncRecord).where(
            SyncRecord.kind == Kind.INVOICE,
            SyncRecord.local_id == own[0].invoice_id,
            SyncRecord.remote_state == RemoteState.LIVE,
        )
    )
    there = {pair["local"] for record in records for pair in record.base_lines or () if pair["remote"]}
    return frozenset(line.id for line in own if str(line.id) in there)


def merge(
    read: Sequence[ReadLine], old: Sequence[InvoiceLine], fields: Fields, kept: Collection[UUID] = ()
) -> tuple[MergedLine, ...]:
    """The form's lines with their ids. QuickBooks' own kinds of line stay as they are, and `kept` cannot be removed."""
    stored = {line.id: line for line in old}
    unclaimed = {line.id: line for line in old if line.id not in {form_line.id for form_line in read}}
    merged: list[MergedLine] = []
    seen: set[UUID] = set()
    for form_line in read:
        match = stored.get(form_line.id) if form_line.id else _same_content(form_line, unclaimed)
        if form_line.id and (match is None or match.id in seen):
            fields.errors[f"lines.{form_line.at}.id"] = "This line is gone. Add it again."
            continue
        if match:
            unclaimed.pop(match.id, None)
            seen.add(match.id)
        merged.append(_merged(form_line, match))
    if any(line_id in kept for line_id in unclaimed):
        fields.errors["lines"] = (
            "A line that only QuickBooks can make cannot be removed here. Remove it there."
        )
    return tuple(merged)


def check_items(
    session: Session, company_id: UUID, read: Sequence[ReadLine], old: Sequence[InvoiceLine], fields: Fields
) -> None:
    """Every item that a line names is this company's; asked in one query."""
    wanted = {line.item_id for line in read if line.item_id} - {line.item_id for line in old}
    if not wanted:
        return
    known = session.exec(
        select(Item.id).where(judged(col(Item.company_id) == company_id), col(Item.id).in_(wanted))
    )
    missing = wanted - set(known)
    for line in read:
        if line.item_id in missing:
            fields.errors[f"lines.{line.at}.item_id"] = NO_SUCH_ITEM


def write_lines(
    session: Session,
    invoice_id: UUID,
    old: Sequence[InvoiceLine],
    lines: Sequence[MergedLine],
    totals: Totals,
) -> None:
    """Store the lines in their order, each with its amount; those that are gone are deleted."""
    stored = {line.id: line for line in old}
    for line_id in stored.keys() - {line.id for line in lines}:
        session.delete(stored[line_id])
    for position, (line, amount) in enumerate(zip(lines, totals.line_cents, strict=True)):
        row = stored.get(line.id) or InvoiceLine(id=line.id, invoice_id=invoice_id, position=position)
        row.position, row.kind = position, line.kind
        row.item_id, row.description = line.item_id, line.description
        row.quantity, row.price, row.taxable = line.quantity, line.price, line.taxable
        row.discount_kind, row.discount_value = line.discount_kind, line.discount_value
        row.amount_given_cents, row.amount_cents = line.amount_given_cents, amount
        session.add(row)


def _same_content(form_line: ReadLine, unclaimed: dict[UUID, InvoiceLine]) -> InvoiceLine | None:
    content = _merged(form_line, None).content
    return next((line for line in unclaimed.values() if MergedLine.of(line).content == content), None)


def _merged(form_line: ReadLine, stored: InvoiceLine | None) -> MergedLine:
    if stored and stored.kind is LineKind.FOREIGN:
        return MergedLine.of(stored, form_line.at)
    same_amount = (
        stored is not None
        and (stored.quantity, stored.price) == (form_line.quantity, form_line.price)
        and stored.item_id == form_line.item_id
    )
    keeps_text = (
        stored is not None and stored.kind is LineKind.TEXT and not form_line.item_id and not form_line.price
    )
    return MergedLine(
        at=form_line.at,
        id=stored.id if stored else new_id(),
        kind=LineKind.TEXT if keeps_text else form_line.kind,
        item_id=form_line.item_id,
        description=form_line.description,
        quantity=stored.quantity if stored and keeps_text else form_line.quantity,
        price=form_line.price,
        taxable=form_line.taxable,
        discount_kind=form_line.discount_kind,
        discount_value=form_line.discount_value,
        amount_given_cents=stored.amount_given_cents if stored and same_amount else None,
    )
