"""What QuickBooks will show of the invoice that is being written, and its ways out: the services' rules, in a form."""

# What the editor's state brings along (`_me`, `_read`, `_form` …) is unknown to a mixin.
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

from dataclasses import replace

import reflex as rx

from bookipi_app.services import forecasts
from bookipi_app.services.forecasts import Changed, ForecastView
from bookipi_app.services.invoice_preview import Reading
from bookipi_app.services.invoices import InvoiceForm
from bookipi_app.state.answers import answers, as_text
from bookipi_app.state.app import put, system_clock
from bookipi_app.state.editor_lines import EditorLine, line_after
from bookipi_app.state.editor_tax import EditorTax, billed_on

NOT_POSSIBLE = "That is not possible with this invoice."


class EditorForecast(EditorTax, rx.State, mixin=True):
    """Mix into the editor's state. `took` says what a way out changed, until the next edit."""

    forecast: ForecastView = ForecastView()
    took: str = ""
    may_undo: bool = False
    _before: tuple[InvoiceForm, list[EditorLine]] = (InvoiceForm(), [])

    @rx.event
    @answers
    async def take_way(self, way: str):
        """One of the ways out of a difference: it changes the form, or a setting."""
        who, form = await self._me(), self._form_now()
        changed: Changed = await self._write(
            forecasts.take, who.company_id, self.record, form, as_text(way), now=system_clock()
        )
        if not changed.words:
            self._say("bad", NOT_POSSIBLE)
            return
        before = (form, self.lines)
        if changed.places:
            self._put(changed)
        await self._edited()
        self.took, self.may_undo = changed.words, bool(changed.places)
        self._before = before

    @rx.event
    @answers
    async def undo_way(self):
        """Back to what the form said before the way out."""
        await self._me()
        if not self.took or not self.may_undo:
            return
        form, lines = self._before
        self._put_money(form)
        self.lines = lines
        await self._edited()

    def _put(self, changed: Changed) -> None:
        lines: list[EditorLine] = self.lines
        self.lines = [
            line_after(lines[at] if at >= 0 else None, form)
            for at, form in zip(changed.places, changed.form.lines, strict=True)
        ]
        self._put_money(changed.form)

    def _put_money(self, form: InvoiceForm) -> None:
        """The form's money into the fields; the lines are there already."""
        taxes = {"tax_given": form.tax_given, "tax_mode": form.tax_mode, "tax_rate": form.tax_rate}
        self._form = replace(self._form, **taxes)
        self.discount_value, self.shipping = form.discount_value, form.shipping
        if form.discount_kind != "none":
            self.discount_kind = form.discount_kind
        self._take_taxes(form)
        self._given_on = billed_on(self._form_now())

    async def _look_ahead(self, form: InvoiceForm) -> Reading:
        """Read the form as a save would, and keep what QuickBooks will show of it."""
        who = await self._me()
        reading, forecast = await self._read(forecasts.look, who.company_id, self.record, form)
        put(self, forecast=forecast)
        return reading
