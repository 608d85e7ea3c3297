"""An invoice's form: texts in, checked values out. Knows no database and works out no sum itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from bookipi_app.models import Invoice, InvoiceLine, LineKind
from bookipi_app.money import SCALE, cents_text, format_scaled
from bookipi_app.services.customer_form import ADDRESS
from bookipi_app.services.fields import Fields, form_from
from bookipi_app.services.terms import CUSTOM, TERMS, due_date
from bookipi_app.text import fold
from bookipi_app.totals import InvoiceInput, LineInput, Rate, TaxMode

MOST_LINES = 750  # QuickBooks' limit for a taxable invoice
SCALED_PER_CENT = SCALE // 100
NO_SUCH_CUSTOMER, NO_SUCH_ITEM = "Choose a customer from the list.", "Choose an item from the list."


@dataclass(frozen=True)
class LineForm:
    """One line as the page sends it. `id` is the existing line's, or empty for a new one."""

    id: str = ""
    item_id: str = ""
    description: str = ""
    quantity: str = ""
    price: str = ""
    taxable: bool = False
    discount_kind: str = "none"
    discount_value: str = ""


@dataclass(frozen=True)
class InvoiceForm:
    """What the page sends. Dates are YYYY-MM-DD, kinds the values of `Rate` and `TaxMode`, rates percentages.

    `tax_given` is a tax taken as QuickBooks would bill it, as an amount; empty: worked out by the rates, or as stored.

    `key` is a uuid made by the page for a new invoice, so that sending it twice makes one; `version` is the version
    the form was filled from (0: not checked). An empty number takes the next free one.
    """

    customer_id: str = ""
    number: str = ""
    issue_date: str = ""
    due_date: str = ""
    terms_name: str = ""
    po_number: str = ""
    lines: list[LineForm] = field(default_factory=list[LineForm])
    discount_kind: str = "none"
    discount_value: str = ""
    shipping: str = ""
    shipping_taxable: bool = False
    tax_mode: str = "none"
    tax_name: str = ""
    tax_rate: str = ""
    tax2_name: str = ""
    tax2_rate: str = ""
    tax_given: str = ""
    bill_email: str = ""
    bill_line1: str = ""
    bill_line2: str = ""
    bill_city: str = ""
    bill_region: str = ""
    bill_postal_code: str = ""
    bill_country: str = ""
    notes: str = ""
    memo: str = ""
    key: str = ""
    version: int = 0


@dataclass(frozen=True)
class ReadLine:
    """A checked line; `at` is its place in the form, which errors name."""

    at: int
    id: UUID | None
    kind: LineKind
    item_id: UUID | None
    description: str
    quantity: int
    price: int
    taxable: bool
    discount_kind: Rate
    discount_value: int

    def as_input(self, amount_given_cents: int | None = None) -> LineInput:
        """What the sums need of it."""
        return LineInput(
            quantity=self.quantity,
            price=self.price,
            taxable=self.taxable,
            discount_kind=self.discount_kind,
            discount_value=self.discount_value,
            amount_given_cents=amount_given_cents,
        )


@dataclass(frozen=True)
class ReadInvoice:
    """A checked form: the invoice's columns by name, and its lines."""

    values: dict[str, Any]
    lines: tuple[ReadLine, ...]
    tax_given_cents: int | None = None

    def as_input(self, lines: tuple[LineInput, ...], tax_given_cents: int | None = None) -> InvoiceInput:
        """What the sums need of it."""
        values = self.values
        return InvoiceInput(
            lines=lines,
            discount_kind=values["discount_kind"],
            discount_value=values["discount_value"],
            shipping_cents=values["shipping_cents"],
            shipping_taxable=values["shipping_taxable"],
            tax_mode=values["tax_mode"],
            tax_rate=values["tax_rate"],
            tax2_rate=values["tax2_rate"],
            tax_given_cents=tax_given_cents,
        )


def read_invoice(form: InvoiceForm, fields: Fields, *, today: date, known_terms: str = "") -> ReadInvoice:
    """The columns and lines of a form; mistakes are collected in `fields`.

    `known_terms` is a name outside our list that the invoice already has (QuickBooks may bring any).
    """
    values = {**_texts(form, fields), **_dates(form, fields, today, known_terms), **_amounts(form, fields)}
    values["customer_id"] = fields.reference("customer_id", form.customer_id, NO_SUCH_CUSTOMER)
    given = fields.cents("tax_given", form.tax_given) if form.tax_given else None
    return ReadInvoice(values, _lines(form, fields), given)


def form_of_invoice(invoice: Invoice, lines: list[InvoiceLine]) -> InvoiceForm:
    """The form filled with an invoice, for editing. Reading it back gives the same invoice."""
    same = (
        "number", "po_number", "tax_name", "tax2_name", "bill_email", "notes", "memo",
        *(f"bill_{part}" for part in ADDRESS),
    )  # fmt: skip
    texts: dict[str, Any] = {name: getattr(invoice, name) for name in same}
    return InvoiceForm(
        customer_id=str(invoice.customer_id or ""),
        issue_date=invoice.issue_date.isoformat(),
        due_date=invoice.due_date.isoformat(),
        terms_name=invoice.terms_name or CUSTOM,
        lines=[_form_of_line(line) for line in lines],
        discount_kind=invoice.discount_kind.value,
        discount_value=rate_text(invoice.discount_kind, invoice.discount_value),
        shipping=cents_text(invoice.shipping_cents) if invoice.shipping_cents else "",
        shipping_taxable=invoice.shipping_taxable,
        tax_mode=invoice.tax_mode.value,
        tax_rate=format_scaled(invoice.tax_rate) if invoice.tax_rate else "",
        tax2_rate=format_scaled(invoice.tax2_rate) if invoice.tax2_rate else "",
        version=invoice.version,
        **texts,
    )


def invoice_form_from(values: dict[str, Any]) -> InvoiceForm:
    """A form from a browser's mapping, whatever is in it; unknown names are ignored."""
    lines = values.get("lines")
    given = cast(list[object], lines) if isinstance(lines, list) else []
    read = [form_from(LineForm, cast(dict[str, Any], line)) for line in given if isinstance(line, dict)]
    return replace(form_from(InvoiceForm, values), lines=read)


def _texts(form: InvoiceForm, fields: Fields) -> dict[str, Any]:
    number = fields.text("number", form.number, 21)
    values: dict[str, Any] = {
        "number": number,
        "number_key": fold(number, 21),
        "po_number": fields.text("po_number", form.po_number, 30),
        "bill_email": fields.email("bill_email", form.bill_email, several=True),
        "notes": fields.text("notes", form.notes, 1000, lines=True),
        "memo": fields.text("memo", form.memo, 4000, lines=True),
    }
    for name in ("tax_name", "tax2_name"):
        values[name] = fields.text(name, getattr(form, name), 40)
    for part, most in ADDRESS.items():
        values[f"bill_{part}"] = fields.text(f"bill_{part}", getattr(form, f"bill_{part}"), most)
    return values


def _dates(form: InvoiceForm, fields: Fields, today: date, known_terms: str) -> dict[str, Any]:
    name = fields.text("terms_name", form.terms_name, 31)
    if name and name not in TERMS and name not in (CUSTOM, known_terms):
        fields.errors["terms_name"] = "Choose terms from the list."
    issued = fields.day("issue_date", form.issue_date, empty=today)
    if name in TERMS:
        due = due_date(name, issued, issued)
    else:
        due = fields.day("due_date", form.due_date, empty=issued + timedelta(days=30))
    if due < issued and not {"issue_date", "due_date"} & fields.errors.keys():
        fields.errors["due_date"] = "The due date is before the issue date."
    return {"terms_name": "" if name == CUSTOM else name, "issue_date": issued, "due_date": due}


def _amounts(form: InvoiceForm, fields: Fields) -> dict[str, Any]:
    kind, value = _rate("", form.discount_kind, form.discount_value, fields)
    mode = fields.choice("tax_mode", form.tax_mode, TaxMode, TaxMode.NONE)
    return {
        "discount_kind": kind,
        "discount_value": value,
        "shipping_cents": fields.cents("shipping", form.shipping),
        "shipping_taxable": form.shipping_taxable is True,
        "tax_mode": mode,
        "tax_rate": fields.percent("tax_rate", form.tax_rate) if mode is not TaxMode.NONE else 0,
        "tax2_rate": fields.percent("tax2_rate", form.tax2_rate) if mode is not TaxMode.NONE else 0,
    }


def _rate(prefix: str, kind_text: object, value_text: object, fields: Fields) -> tuple[Rate, int]:
    """A discount: percentages × 10⁷, or an amount in whole cents kept × 10⁷. Nothing typed is no discount."""
    kind = fields.choice(f"{prefix}discount_kind", kind_text, Rate, Rate.NONE)
    field_name = f"{prefix}discount_value"
    match kind:
        case Rate.NONE:
            return Rate.NONE, 0
        case Rate.PERCENT:
            value = fields.percent(field_name, value_text)
        case Rate.FIXED:
            value = fields.cents(field_name, value_text) * SCALED_PER_CENT
    return (kind, value) if value else (Rate.NONE, 0)


def _lines(form: InvoiceForm, fields: Fields) -> tuple[ReadLine, ...]:
    if len(form.lines) > MOST_LINES:
        fields.errors["lines"] = f"An invoice holds at most {MOST_LINES} lines in QuickBooks."
        return ()
    return tuple(_line(at, line, fields) for at, line in enumerate(form.lines) if not _is_empty(line))


def _is_empty(line: LineForm) -> bool:
    """Nothing typed: the row at the end of the table that waits for the next line."""
    typed = (line.id, line.item_id, line.description, line.price)
    return not any(typed) and line.quantity in ("", "1") and not line.discount_value


def _line(at: int, line: LineForm, fields: Fields) -> ReadLine:
    prefix = f"lines.{at}."
    item_id = fields.reference(f"{prefix}item_id", line.item_id, NO_SUCH_ITEM)
    description = fields.text(f"{prefix}description", line.description, 4000, lines=True)
    is_text = not item_id and bool(description) and not line.price and line.quantity in ("", "0")
    kind, value = _rate(prefix, line.discount_kind, line.discount_value, fields)
    return ReadLine(
        at=at,
        id=fields.reference(f"{prefix}id", line.id, "This line is gone. Add it again."),
        kind=LineKind.TEXT if is_text else LineKind.ITEM,
        item_id=item_id,
        description=description,
        quantity=fields.scaled(f"{prefix}quantity", line.quantity, empty=0 if is_text else SCALE),
        price=fields.scaled(f"{prefix}price", line.price, negative=True),
        taxable=line.taxable is True,
        discount_kind=kind,
        discount_value=value,
    )


def _form_of_line(line: InvoiceLine) -> LineForm:
    is_text = line.kind is LineKind.TEXT
    return LineForm(
        id=str(line.id),
        item_id=str(line.item_id or ""),
        description=line.description,
        quantity="" if is_text else format_scaled(line.quantity),
        price="" if is_text else format_scaled(line.price, least=2),
        taxable=line.taxable,
        discount_kind=line.discount_kind.value,
        discount_value=rate_text(line.discount_kind, line.discount_value),
    )


def rate_text(kind: Rate, value: int) -> str:
    """A discount as its field shows it; empty for none."""
    if kind is Rate.NONE:
        return ""
    return format_scaled(value, least=2 if kind is Rate.FIXED else 0)
