"""The form of an invoice as it stands, and what follows from it while it is typed: sums, due date, the preview.

The sums are `services.invoices.preview`'s; nothing here adds up.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import reflex as rx

from bookipi_app.services import invoices
from bookipi_app.services.invoices import InvoiceForm
from bookipi_app.services.paper import Paper, sums
from bookipi_app.services.terms import CUSTOM, due_date
from bookipi_app.services.words import long_day
from bookipi_app.state.app import put
from bookipi_app.state.editor_customer import EditorCustomer
from bookipi_app.state.editor_forecast import EditorForecast
from bookipi_app.state.editor_kept import EditorKept
from bookipi_app.state.editor_lines import EditorLine, brief, form_of_line, paper_lines, worked_out

FIELDS = (
    "number",
    "issue_date",
    "due_date",
    "terms_name",
    "po_number",
    "notes",
    "discount_value",
    "shipping",
    "tax_mode",
    "tax_name",
    "tax_rate",
    "tax2_name",
    "tax2_rate",
)
NO_SUM = "–"  # while a mistake leaves nothing to add up: an old sum would be believed


class EditorForm(EditorForecast, EditorCustomer, EditorKept, rx.State, mixin=True):
    """Mix into the editor's state: the texts in the fields, and what is worked out from them."""

    number: str = ""
    issue_date: str = ""
    due_date: str = ""
    due_words: str = ""
    terms_name: str = ""
    po_number: str = ""
    notes: str = ""
    lines: list[EditorLine] = []
    discount_kind: str = "percent"
    discount_value: str = ""
    shipping: str = ""
    subtotal: str = ""
    discount: str = ""
    shipping_amount: str = ""
    discount_label: str = "Discount"
    total: str = ""
    paper: Paper = Paper()
    problems: dict[str, str] = {}
    saved_words: str = ""
    _letterhead: Paper = Paper()
    _dirty: bool = False

    async def _edited(self) -> None:
        self._dirty = True
        put(self, saved_words="", took="")
        await self._work_out()
        await self._keep()

    def _form_now(self) -> InvoiceForm:
        """The form as it stands."""
        names = [name for name in FIELDS if not name.startswith("tax")]
        form = replace(
            self._form,
            **{name: getattr(self, name) for name in names},
            customer_id=self.buyer.id,
            lines=[form_of_line(line) for line in self.lines],
            discount_kind=self.discount_kind if self.discount_value.strip() else "none",
            **self._taxes_now(),
        )
        return self._while_it_stands(form)

    async def _work_out(self) -> None:
        form = self._form_now()
        reading = await self._look_ahead(form)
        found = invoices.preview(form, reading=reading)
        taken = {"number": words} if (words := self.problems.get("number")) else {}
        problems = {**found.errors, **taken}
        self.lines = worked_out(self.lines, found.lines, problems)
        put(
            self,
            problems=problems,
            subtotal=found.subtotal or NO_SUM,
            discount=found.discount or NO_SUM,
            shipping_amount=found.shipping or NO_SUM,
            total=found.total or NO_SUM,
            tax=found.tax or NO_SUM,
            tax2=found.tax2 or NO_SUM,
            tax_as_billed=found.tax_as_billed,
            due_words=self._due_words(),
        )
        put(self, paper=self._paper(found.tax_rows))

    def _due_words(self) -> str:
        try:
            issued, chosen = (
                date.fromisoformat(self.issue_date),
                date.fromisoformat(self.due_date or self.issue_date),
            )
        except ValueError:
            return ""
        due = due_date(self.terms_name, issued, chosen)
        put(self, due_date=due.isoformat())
        return f"Due {long_day(due)}"

    def _paper(self, taxes: tuple[tuple[str, str], ...]) -> Paper:
        percent = f" ({brief(self.discount_value)}%)" if self.discount_kind == "percent" else ""
        return replace(
            self._letterhead,
            number=self.number,
            customer_name=self.buyer.name,
            customer_address=self.buyer.address,
            issued=_day(self.issue_date),
            due_date=_day(self.due_date),
            terms="" if self.terms_name == CUSTOM else self.terms_name,
            po_number=self.po_number,
            lines=paper_lines(self.lines),
            sums=sums(
                ("Subtotal", self.subtotal),
                (f"{self.discount_label}{percent}", self._if(self.discount_value, self.discount)),
                ("Shipping", self._if(self.shipping, self.shipping_amount)),
                *taxes,
            ),
            due=self.total,
            note=self.notes,
        )

    def _if(self, typed: str, amount: str) -> str:
        return amount if typed.strip(" 0.") else ""


def _day(text: str) -> str:
    try:
        return long_day(date.fromisoformat(text))
    except ValueError:
        return ""
