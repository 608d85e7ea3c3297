"""A form that is being written as the sync would read it once it is saved, and back again after a way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bookipi_app.models import LineKind, TaxMode
from bookipi_app.money import cents_text, format_scaled
from bookipi_app.services.customer_form import ADDRESS
from bookipi_app.services.invoice_form import InvoiceForm, LineForm, rate_text
from bookipi_app.services.invoice_lines import MergedLine
from bookipi_app.services.invoice_preview import Reading
from bookipi_app.sync.records import Address, LocalInvoice, LocalLine

SAME = (
    "number", "issue_date", "due_date", "terms_name", "po_number", "discount_kind", "discount_value", "shipping_cents",
    "shipping_taxable", "tax_mode", "tax_rate", "tax2_rate", "bill_email", "notes", "memo",
)  # fmt: skip
LINE = (
    "kind", "description", "quantity", "price", "amount_given_cents", "taxable", "discount_kind", "discount_value",
)  # fmt: skip


def local_of(reading: Reading, currency: str) -> LocalInvoice:
    """The invoice that a save of this reading would make; it has totals."""
    totals = reading.totals
    assert totals is not None
    values: Mapping[str, Any] = reading.read.values
    return LocalInvoice(
        customer_id=str(values["customer_id"] or ""),
        currency=currency,
        bill_address=Address(**{part: values[f"bill_{part}"] for part in ADDRESS}),
        tax_given_cents=reading.tax_given_cents,
        lines=tuple(_line(line, cents) for line, cents in zip(reading.lines, totals.line_cents, strict=True)),
        subtotal_cents=totals.subtotal_cents,
        discount_cents=totals.discount_cents,
        tax_cents=totals.tax_cents,
        tax2_cents=totals.tax2_cents,
        total_cents=totals.total_cents,
        **{name: values[name] for name in SAME},
    )


def form_with(form: InvoiceForm, reading: Reading, after: LocalInvoice) -> InvoiceForm:
    """The form after a way out: what it says of money is as in `after`, all else as it was typed."""
    given = after.tax_given_cents
    places = places_of(reading, after)
    return replace(
        form,
        lines=[
            _form_line(form.lines[at] if at >= 0 else LineForm(), line)
            for at, line in zip(places, after.lines, strict=True)
        ],
        discount_kind=after.discount_kind.value,
        discount_value=rate_text(after.discount_kind, after.discount_value),
        shipping=cents_text(after.shipping_cents) if after.shipping_cents else "",
        shipping_taxable=after.shipping_taxable,
        tax_mode=after.tax_mode.value,
        tax_rate=format_scaled(after.tax_rate)
        if after.tax_mode is not TaxMode.NONE and after.tax_rate
        else "",
        tax2_rate=format_scaled(after.tax2_rate) if after.tax2_rate else "",
        tax_given="" if given is None else cents_text(given),
    )


def places_of(reading: Reading, after: LocalInvoice) -> tuple[int, ...]:
    """Where each line stood in the form that was read; -1 for one that a way out made."""
    places = {str(line.id): line.at for line in reading.lines}
    return tuple(places.get(line.id, -1) for line in after.lines)


def _line(line: MergedLine, cents: int) -> LocalLine:
    values = {name: getattr(line, name) for name in LINE}
    return LocalLine(id=str(line.id), item_id=str(line.item_id or ""), amount_cents=cents, **values)


def _form_line(typed: LineForm, line: LocalLine) -> LineForm:
    """The typed line with what became of its money; what was not touched stays as it was typed."""
    is_text = line.kind is LineKind.TEXT
    return replace(
        typed,
        quantity=typed.quantity if is_text else format_scaled(line.quantity),
        price=typed.price if is_text else format_scaled(line.price, least=2),
        taxable=line.taxable,
        description=line.description,
        discount_kind=line.discount_kind.value,
        discount_value=rate_text(line.discount_kind, line.discount_value),
    )
