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
from bookipi_app.state.editor_customer import EditorCustomer
from bookipi_app.state.editor_lines import EditorLine, form_of_line, paper_lines, worked_out

FIELDS = (
    "number",
    "issue_date",
    "due_date",
    "terms_name",
    "po_number",
    "notes",
    "discount_value",
    "shipping",
    "tax_rate",
)


class EditorForm(EditorCustomer, rx.State, mixin=True):
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
    tax_rate: str = ""
    subtotal: str = ""
    discount: str = ""
    shipping_amount: str = ""
    tax: str = ""
    total: str = ""
    paper: Paper = Paper()
    problems: dict[str, str] = {}
    saved_words: str = ""
    _letterhead: Paper = Paper()
    _dirty: bool = False

    async def _edited(self) -> None:
        self._dirty, self.saved_words = True, ""
        self._work_out()

    def _form_now(self) -> InvoiceForm:
        """The form as it stands. Without a rate there is no tax; the mode of an invoice with one is kept."""
        mode = self._form.tax_mode if self._form.tax_mode != "none" else "exclusive"
        return replace(
            self._form,
            **{name: getattr(self, name) for name in FIELDS},
            customer_id=self.buyer.id,
            lines=[form_of_line(line) for line in self.lines],
            discount_kind=self.discount_kind if self.discount_value.strip() else "none",
            tax_mode=mode if self.tax_rate.strip(" 0.%") else "none",
        )

    def _work_out(self) -> None:
        sums_now = invoices.preview(self._form_now())
        taken = {"number": words} if (words := self.problems.get("number")) else {}
        problems = {**sums_now.errors, **taken}
        self.problems = problems
        self.lines = worked_out(self.lines, sums_now.lines, problems)
        if sums_now.total:
            self.subtotal, self.discount = sums_now.subtotal, sums_now.discount
            self.shipping_amount, self.tax, self.total = sums_now.shipping, sums_now.tax, sums_now.total
        self.due_words = self._due_words()
        self.paper = self._paper()

    def _due_words(self) -> str:
        try:
            issued, chosen = (
                date.fromisoformat(self.issue_date),
                date.fromisoformat(self.due_date or self.issue_date),
            )
        except ValueError:
            return ""
        due = due_date(self.terms_name, issued, chosen)
        self.due_date = due.isoformat()
        return f"Due {long_day(due)}"

    def _paper(self) -> Paper:
        percent = f" ({self.discount_value}%)" if self.discount_kind == "percent" else ""
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
                (f"Discount{percent}", self._if(self.discount_value, self.discount)),
                ("Shipping", self._if(self.shipping, self.shipping_amount)),
                (f"Sales tax ({self.tax_rate}%)", self._if(self.tax_rate, self.tax)),
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
