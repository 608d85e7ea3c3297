"""The tax of an invoice that is being written: how it is meant, one or two, or an amount as QuickBooks bills it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import reflex as rx

from bookipi_app.services.invoices import InvoiceForm
from bookipi_app.services.tax_words import NAMES
from bookipi_app.state.answers import answers

BILLED_ON = (
    "lines", "discount_kind", "discount_value", "shipping", "shipping_taxable", "tax_mode", "tax_rate", "tax2_rate",
)  # fmt: skip


class EditorTax(rx.State, mixin=True):
    """Mix into the editor's state, which has `_form` and says in `_edited` what follows an edit."""

    shipping_taxable: bool = False
    tax_mode: str = "exclusive"
    tax_name: str = ""
    tax_rate: str = ""
    tax2_name: str = ""
    tax2_rate: str = ""
    has_second_tax: bool = False
    tax: str = ""
    tax2: str = ""
    tax_as_billed: bool = False  # an amount of QuickBooks, which stands until what it was billed on is edited
    _given_on: tuple[Any, ...] = ()

    @rx.event
    @answers
    async def tax_shipping(self, taxable: bool):
        """The tax box of shipping was ticked or cleared."""
        self.shipping_taxable = taxable is True
        await self._edited()  # pyright: ignore[reportAttributeAccessIssue]

    @rx.event
    @answers
    async def add_second_tax(self):
        """One more tax on the same amounts; from now on both have names."""
        self.has_second_tax = True
        self.tax_name, self.tax2_name = self.tax_name or NAMES[0], self.tax2_name or NAMES[1]
        await self._edited()  # pyright: ignore[reportAttributeAccessIssue]

    @rx.event
    @answers
    async def remove_second_tax(self):
        """Back to one tax."""
        self.has_second_tax, self.tax2_name, self.tax2_rate = False, "", ""
        await self._edited()  # pyright: ignore[reportAttributeAccessIssue]

    def _take_taxes(self, form: InvoiceForm) -> None:
        """Show the taxes of a form."""
        self.shipping_taxable = form.shipping_taxable
        self.tax_mode = form.tax_mode if form.tax_mode != "none" else "exclusive"
        self.tax_name, self.tax_rate = form.tax_name, form.tax_rate
        self.tax2_name, self.tax2_rate = form.tax2_name, form.tax2_rate
        self.has_second_tax = bool(form.tax2_rate)
        self._given_on = billed_on(form)

    def _taxes_now(self) -> dict[str, Any]:
        """What the form says of taxes. Without a rate there is no tax, but for one that came without a rate."""
        came: InvoiceForm = self._form  # pyright: ignore[reportAttributeAccessIssue]
        came_so = came.tax_mode != "none" and self.tax_rate == came.tax_rate
        typed = any(rate.strip(" 0.%") for rate in (self.tax_rate, self.tax2_rate))
        return {
            "shipping_taxable": self.shipping_taxable,
            "tax_mode": self.tax_mode if came_so or typed else "none",
            "tax_name": self.tax_name,
            "tax_rate": self.tax_rate,
            "tax2_name": self.tax2_name,
            "tax2_rate": self.tax2_rate,
        }

    def _while_it_stands(self, form: InvoiceForm) -> InvoiceForm:
        """A tax taken as QuickBooks bills it falls with the first edit of what it was billed on."""
        if not form.tax_given or billed_on(form) == self._given_on:
            return form
        return replace(form, tax_given="")


def billed_on(form: InvoiceForm) -> tuple[Any, ...]:
    """What a tax hangs on."""
    return tuple(getattr(form, name) for name in BILLED_ON)
