"""One invoice as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app.clock import today_in
from bookipi_app.models import Customer, Invoice, InvoiceLine, Item, Kind, Payment, Stage, SyncRecord
from bookipi_app.money import cents_text, format_cents, format_scaled
from bookipi_app.services import records
from bookipi_app.services.countries import COUNTRIES
from bookipi_app.services.flags import FlagView, flag_of, newest_connection
from bookipi_app.services.invoice_form import InvoiceForm, form_of_invoice
from bookipi_app.services.invoice_lines import lines_of
from bookipi_app.services.invoice_status import WORDS, Status, status_of
from bookipi_app.services.items import price_words
from bookipi_app.services.tax_words import NAMES, OneTax, tax_rows
from bookipi_app.services.words import long_day
from bookipi_app.totals import Rate, TaxMode


@dataclass(frozen=True)
class LineView:
    """A line on paper."""

    item: str
    description: str
    quantity: str
    price: str
    discount: str
    amount: str
    taxable: bool


@dataclass(frozen=True)
class PaymentView:
    """A payment in the list under the paper."""

    id: str
    paid_on: str
    amount: str
    method: str
    day: str = ""  # as text for a field: YYYY-MM-DD
    number: str = ""  # the amount as text for a field


@dataclass(frozen=True)
class InvoiceDetail:
    """An invoice with everything its page needs: the rows themselves, and the words for them."""

    invoice: Invoice
    lines: tuple[InvoiceLine, ...]
    customer: Customer | None
    form: InvoiceForm
    status: Status
    status_word: str
    flag: FlagView
    line_views: tuple[LineView, ...]
    payments: tuple[PaymentView, ...]
    issued: str
    due: str
    bill_to: tuple[str, ...]
    subtotal: str
    discount: str
    discount_label: str
    shipping: str
    tax: str
    tax_label: str
    taxes: tuple[tuple[str, str], ...]
    total: str
    paid: str
    outstanding: str


def get(
    session: Session, company_id: UUID, invoice_id: object, *, now: datetime | None = None
) -> InvoiceDetail:
    """One invoice of this company.

    Raises:
        NotFound: unknown, or another company's.
    """
    now = now or datetime.now(UTC)
    invoice = records.find(session, Invoice, company_id, invoice_id)
    company = records.company_of(session, company_id)
    lines = lines_of(session, invoice.id)
    customer = session.get(Customer, invoice.customer_id) if invoice.customer_id else None
    status = status_of(invoice, today_in(company.time_zone, now))
    money = invoice.currency
    return InvoiceDetail(
        invoice=invoice,
        lines=tuple(lines),
        customer=customer,
        form=form_of_invoice(invoice, lines),
        status=status,
        status_word=WORDS[status],
        flag=_flag(session, invoice, company.time_zone, now),
        line_views=_line_views(session, lines, money),
        payments=_payments(session, invoice),
        issued=long_day(invoice.issue_date),
        due=long_day(invoice.due_date),
        bill_to=_bill_to(invoice, customer, company.country),
        subtotal=format_cents(invoice.subtotal_cents, money),
        discount=format_cents(-invoice.discount_cents, money) if invoice.discount_cents else "",
        discount_label=_with_percent(
            company.discount_label or "Discount",
            invoice.discount_kind is Rate.PERCENT,
            invoice.discount_value,
        ),
        shipping=format_cents(invoice.shipping_cents, money) if invoice.shipping_cents else "",
        tax=format_cents(invoice.tax_cents, money) if invoice.tax_mode is not TaxMode.NONE else "",
        tax_label=_tax_label(invoice),
        taxes=_taxes(invoice),
        total=format_cents(invoice.total_cents, money),
        paid=format_cents(invoice.paid_cents, money) if invoice.paid_cents else "",
        outstanding=format_cents(_owed(invoice), money),
    )


def _owed(invoice: Invoice) -> int:
    return 0 if invoice.stage is Stage.VOID else max(invoice.total_cents - invoice.paid_cents, 0)


def _flag(session: Session, invoice: Invoice, zone: str, now: datetime) -> FlagView:
    return flag_for(session, Kind.INVOICE, invoice, zone=zone, now=now)


def flag_for(
    session: Session, kind: Kind, record: Invoice | Customer | Item, *, zone: str, now: datetime
) -> FlagView:
    """The flag of one record, for its own page."""
    connection = newest_connection(session, record.company_id)
    if connection is None:
        return FlagView()
    state = session.exec(
        select(SyncRecord).where(
            col(SyncRecord.connection_id) == connection.id,
            col(SyncRecord.kind) == kind,
            col(SyncRecord.local_id) == record.id,
        )
    ).one_or_none()
    return flag_of(state, connection, record, zone=zone, now=now)


def _line_views(session: Session, lines: list[InvoiceLine], currency: str) -> tuple[LineView, ...]:
    ids = {line.item_id for line in lines if line.item_id}
    names = dict(session.exec(select(Item.id, Item.name).where(col(Item.id).in_(ids))).all()) if ids else {}
    return tuple(
        _line_view(line, names.get(line.item_id, "") if line.item_id else "", currency) for line in lines
    )


def _line_view(line: InvoiceLine, item: str, currency: str) -> LineView:
    discount = {
        Rate.NONE: "",
        Rate.PERCENT: f"{format_scaled(line.discount_value)}% off",
        Rate.FIXED: f"{price_words(line.discount_value, currency)} off",
    }[line.discount_kind]
    bare = not line.quantity and not line.price
    return LineView(
        item=item,
        description=line.description,
        quantity="" if bare else format_scaled(line.quantity),
        price="" if bare else price_words(line.price, currency),
        discount=discount,
        amount="" if bare and not line.amount_cents else format_cents(line.amount_cents, currency),
        taxable=line.taxable,
    )


def _payments(session: Session, invoice: Invoice) -> tuple[PaymentView, ...]:
    statement = select(Payment).where(col(Payment.invoice_id) == invoice.id)
    found = session.exec(statement.order_by(col(Payment.paid_on).desc(), col(Payment.id).desc()))
    money = invoice.currency
    return tuple(
        PaymentView(
            id=str(paid.id),
            paid_on=long_day(paid.paid_on),
            amount=format_cents(paid.amount_cents, money),
            method=paid.method,
            day=paid.paid_on.isoformat(),
            number=cents_text(paid.amount_cents),
        )
        for paid in found
    )


def _bill_to(invoice: Invoice, customer: Customer | None, home: str) -> tuple[str, ...]:
    """The address as a letter within the country has it: without the country."""
    region = " ".join(filter(None, [invoice.bill_region, invoice.bill_postal_code]))
    town = ", ".join(filter(None, [invoice.bill_city, region]))
    name = customer.name if customer else ""
    country = "" if invoice.bill_country in (home, COUNTRIES.get(home)) else invoice.bill_country
    return tuple(filter(None, [name, invoice.bill_line1, invoice.bill_line2, town, country]))


def _with_percent(label: str, percent: bool, value: int) -> str:
    return f"{label} ({format_scaled(value)}%)" if percent else label


def _tax_label(invoice: Invoice) -> str:
    """Of both taxes together, where there are two."""
    rows = _taxes(invoice)
    return " and ".join(label for label, _ in rows) if rows else NAMES[0]


def _taxes(invoice: Invoice) -> tuple[tuple[str, str], ...]:
    first = OneTax(invoice.tax_name, invoice.tax_rate, invoice.tax_cents - invoice.tax2_cents)
    second = OneTax(invoice.tax2_name, invoice.tax2_rate, invoice.tax2_cents)
    as_billed = invoice.tax_given_cents is not None
    return tax_rows(invoice.tax_mode, (first, second), as_billed=as_billed, currency=invoice.currency)
