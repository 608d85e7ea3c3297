"""The lines of an invoice being typed: texts as they stand in the cells, and the form that they make."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bookipi_app.ids import new_id
from bookipi_app.models import LineKind
from bookipi_app.money import NotAnAmount, parse_scaled
from bookipi_app.services.invoices import InvoiceDetail, LineForm
from bookipi_app.services.items import ItemChoice, price_words
from bookipi_app.services.paper import PaperLine, head_and_rest

_NUMBER = re.compile(r"[-−$%.,\d\s]{0,24}")
CELLS = ("item_text", "description", "quantity", "price", "discount_value")  # what a browser may set


@dataclass(frozen=True)
class EditorLine:
    """One row. `stored` says that the invoice has this line already, under the same id."""

    id: str
    stored: bool = False
    item_id: str = ""
    item_text: str = ""
    description: str = ""
    quantity: str = "1"
    price: str = ""
    taxable: bool = False
    discount_kind: str = "percent"
    discount_value: str = ""
    discounting: bool = False  # the field of its discount is open
    foreign: bool = False  # a line that only QuickBooks can make: shown, not edited
    fresh: bool = False  # just added: its first cell takes the focus
    each: str = ""  # the price as it is printed
    amount: str = ""
    item_problem: str = ""
    quantity_problem: str = ""
    price_problem: str = ""
    discount_problem: str = ""


def new_line(taxable: bool, fresh: bool = False) -> EditorLine:
    """An empty row."""
    return EditorLine(id=str(new_id()), taxable=taxable, fresh=fresh)


def lines_of_detail(detail: InvoiceDetail) -> list[EditorLine]:
    """The rows of a saved invoice."""
    rows: list[EditorLine] = []
    for stored, form, view in zip(detail.lines, detail.form.lines, detail.line_views, strict=True):
        text, description = head_and_rest(view.item, form.description)
        rows.append(
            EditorLine(
                id=form.id,
                stored=True,
                item_id=form.item_id,
                item_text=text,
                description=description,
                quantity=form.quantity,
                price=form.price,
                taxable=form.taxable,
                discount_kind=_discount_kind(form),
                discount_value=form.discount_value,
                discounting=bool(form.discount_value),
                foreign=stored.kind is LineKind.FOREIGN,
                amount=view.amount,
            )
        )
    return rows


def form_of_line(line: EditorLine) -> LineForm:
    """What is sent of a row. Without an item its text is the description's first line."""
    texts = [line.description] if line.item_id else [line.item_text, line.description]
    return LineForm(
        id=line.id if line.stored else "",
        item_id=line.item_id,
        description="\n".join(text for text in texts if text),
        quantity=line.quantity,
        price=line.price,
        taxable=line.taxable,
        discount_kind=line.discount_kind if line.discount_value.strip() else "none",
        discount_value=line.discount_value,
    )


def line_after(line: EditorLine | None, form: LineForm) -> EditorLine:
    """The row after a way out: its money as in the form, its words as they were typed; `None`: a row that is new."""
    if line is None:
        line = new_line(form.taxable)
    text, description = (
        (line.item_text, form.description) if line.item_id else head_and_rest("", form.description)
    )
    return replace(
        line,
        item_text=text,
        description=description,
        quantity=form.quantity,
        price=form.price,
        taxable=form.taxable,
        discount_kind=_discount_kind(form),
        discount_value=form.discount_value,
        discounting=bool(form.discount_value),
    )


def with_discount(line: EditorLine, is_open: bool) -> EditorLine:
    """The row with the field of its discount open, or without a discount."""
    return replace(line, discounting=is_open, discount_value=line.discount_value if is_open else "")


def _discount_kind(form: LineForm) -> str:
    return form.discount_kind if form.discount_kind != "none" else "percent"


def with_item(line: EditorLine, item: ItemChoice) -> EditorLine:
    """The row after an item was chosen for it."""
    return replace(
        line,
        item_id=item.id,
        item_text=item.name,
        description=item.description,
        price=item.price,
        taxable=item.taxable,
        quantity=line.quantity or "1",
    )


def with_cell(line: EditorLine, cell: str, text: str) -> EditorLine:
    """The row after one of its cells was typed in. Other words than the item's name are no longer that item."""
    if cell == "item_text" and text != line.item_text:
        return replace(line, item_text=text, item_id="")
    return replace(line, **{cell: text})


def worked_out(
    lines: Sequence[EditorLine], amounts: Sequence[str], problems: Mapping[str, str]
) -> list[EditorLine]:
    """The rows with their amounts, and with a sentence in each cell that is wrong."""
    return [
        replace(
            line,
            each=_printed(line.price),
            amount=amounts[at] if at < len(amounts) else "",
            item_problem=_first(problems, at, "item_id", "description", "id"),
            quantity_problem=_first(problems, at, "quantity"),
            price_problem=_first(problems, at, "price"),
            discount_problem=_first(problems, at, "discount_value", "discount_kind"),
        )
        for at, line in enumerate(lines)
    ]


def paper_lines(lines: Sequence[EditorLine]) -> tuple[PaperLine, ...]:
    """The rows as they will be printed; those with nothing in them are left out."""
    return tuple(
        PaperLine(line.id, line.item_text, _small(line), brief(line.quantity), line.each, line.amount)
        for line in lines
        if line.item_text or line.description or line.price
    )


def _printed(price: str) -> str:
    """A price in words; what only looks like a number stays as it was typed."""
    typed = brief(price)
    try:
        return price_words(parse_scaled(typed)) if typed else ""
    except NotAnAmount:
        return typed


def brief(number: str) -> str:
    """What was typed for a number, if it looks like one: anything else is refused at its field, and never printed."""
    return number if _NUMBER.fullmatch(number) else "–"


def _small(line: EditorLine) -> str:
    """What stands small under a row: its description, and what is taken off."""
    value = brief(line.discount_value.strip())
    off = (
        f"{value.removesuffix('%')}% off"
        if line.discount_kind == "percent"
        else f"${value.removeprefix('$')} off"
    )
    return "\n".join(filter(None, [line.description, off if value else ""]))


def _first(problems: Mapping[str, str], at: int, *names: str) -> str:
    return next((problems[key] for key in (f"lines.{at}.{name}" for name in names) if key in problems), "")
