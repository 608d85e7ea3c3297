"""The sums of an invoice while it is written, and what is wrong with it, before anything is saved.

It reads and adds up exactly as a save does: an amount or a tax that was taken as QuickBooks billed it stands here too,
until something that it was billed on is edited.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from sqlmodel import Session

from bookipi_app.models import Invoice, InvoiceLine
from bookipi_app.money import format_cents
from bookipi_app.services import records
from bookipi_app.services.fields import Fields
from bookipi_app.services.invoice_form import InvoiceForm, ReadInvoice, read_invoice
from bookipi_app.services.invoice_lines import MergedLine, kept_there, lines_of, merge
from bookipi_app.services.invoice_save import form_field, tax_given
from bookipi_app.services.tax_words import OneTax, tax_rows
from bookipi_app.totals import CannotAddUp, TaxMode, Totals, work_out


@dataclass(frozen=True)
class Reading:
    """A form as a save would read it, with its sums: none where a mistake leaves nothing to add up."""

    read: ReadInvoice
    lines: tuple[MergedLine, ...]
    tax_given_cents: int | None
    totals: Totals | None
    errors: dict[str, str]


@dataclass(frozen=True)
class PreviewTotals:
    """The sums of a form being typed. Amounts are empty where a mistake leaves nothing to add up.

    `lines` has an amount for each line of the form, empty rows included. `tax` is the first and `tax2` the second, as
    they count for the total; `tax_rows` are as they are printed. `tax_as_billed` says that the tax is an
    amount that QuickBooks billed, and not worked out.
    """

    lines: tuple[str, ...] = ()
    subtotal: str = ""
    discount: str = ""
    shipping: str = ""
    tax: str = ""
    tax2: str = ""
    tax_rows: tuple[tuple[str, str], ...] = ()
    total: str = ""
    tax_as_billed: bool = False
    errors: dict[str, str] = field(default_factory=dict[str, str])
    totals: Totals | None = None


def read_as_saved(session: Session, company_id: UUID, invoice_id: object, form: InvoiceForm) -> Reading:
    """Read the form of a new invoice (`invoice_id` empty), or of a saved one.

    Raises:
        NotFound: no such invoice in this company.
    """
    if not invoice_id:
        return read_form(form)
    invoice = records.find(session, Invoice, company_id, invoice_id)
    lines = lines_of(session, invoice.id)
    return read_form(form, invoice, lines, kept_there(session, lines))


def read_form(
    form: InvoiceForm,
    invoice: Invoice | None = None,
    old_lines: Sequence[InvoiceLine] = (),
    kept: Collection[UUID] = (),
) -> Reading:
    """Read a form over the invoice that is stored, if there is one. Needs no database; `kept`: see `kept_there`."""
    fields = Fields()
    read = read_invoice(form, fields, today=datetime.now(UTC).date(), known_terms=form.terms_name)
    lines = merge(read.lines, old_lines, fields, kept)
    given = tax_given(invoice, list(old_lines), read, lines)["tax_given_cents"]
    try:
        totals = work_out(read.as_input(tuple(line.as_input() for line in lines), given))
    except CannotAddUp as error:
        totals = None
        if not fields.errors:  # else it may only follow from what is wrong already
            fields.errors[form_field(error.field, lines)] = error.words
    return Reading(read, lines, given, totals, dict(fields.errors))


def preview(form: InvoiceForm, *, currency: str = "USD", reading: Reading | None = None) -> PreviewTotals:
    """The sums of a form as it is, with a sentence for each field that is wrong."""
    reading = reading or read_form(form)
    totals = reading.totals
    if totals is None:
        return PreviewTotals(("",) * len(form.lines), errors=reading.errors)
    sign = -1 if reading.read.values["tax_mode"] is TaxMode.DEDUCTIBLE else 1
    amounts = {line.at: cents for line, cents in zip(reading.lines, totals.line_cents, strict=True)}
    return PreviewTotals(
        lines=tuple(
            format_cents(amounts[at], currency) if at in amounts else "" for at in range(len(form.lines))
        ),
        subtotal=format_cents(totals.subtotal_cents, currency),
        discount=format_cents(-totals.discount_cents, currency),
        shipping=format_cents(totals.shipping_cents, currency),
        tax=format_cents(sign * (totals.tax_cents - totals.tax2_cents), currency),
        tax2=format_cents(sign * totals.tax2_cents, currency),
        tax_rows=_tax_rows(reading, totals, currency),
        total=format_cents(totals.total_cents, currency),
        tax_as_billed=reading.tax_given_cents is not None,
        errors=reading.errors,
        totals=totals,
    )


def _tax_rows(reading: Reading, totals: Totals, currency: str) -> tuple[tuple[str, str], ...]:
    values = reading.read.values
    first = OneTax(values["tax_name"], values["tax_rate"], totals.tax_cents - totals.tax2_cents)
    second = OneTax(values["tax2_name"], values["tax2_rate"], totals.tax2_cents)
    as_billed = reading.tax_given_cents is not None
    return tax_rows(values["tax_mode"], (first, second), as_billed=as_billed, currency=currency)
