"""Saving an invoice: checked, added up, numbered, its lines matched with those it had, and its story told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app import live
from bookipi_app.clock import today_in
from bookipi_app.db import after_commit
from bookipi_app.errors import NotAllowed
from bookipi_app.ids import parse_id
from bookipi_app.models import Company, Customer, Invoice, InvoiceLine, Kind, Stage
from bookipi_app.numbering import LONGEST
from bookipi_app.services import history, marks, records
from bookipi_app.services.customer_form import ADDRESS
from bookipi_app.services.fields import Fields
from bookipi_app.services.invoice_form import NO_SUCH_CUSTOMER, InvoiceForm, ReadInvoice, read_invoice
from bookipi_app.services.invoice_lines import (
    MergedLine,
    check_items,
    kept_there,
    lines_of,
    merge,
    write_lines,
)
from bookipi_app.services.invoice_numbers import advance, next_number, taken_words
from bookipi_app.text import fold
from bookipi_app.totals import CannotAddUp, Totals, work_out

SUMS = (
    "discount_kind", "discount_value", "shipping_cents", "shipping_taxable", "tax_mode", "tax_rate", "tax2_rate",
)  # fmt: skip
BILL_TO = ("bill_email", *(f"bill_{part}" for part in ADDRESS))
LABELS = {
    "customer_id": "customer",
    "terms_name": "terms",
    "po_number": "PO number",
    "discount_kind": "discount",
    "discount_value": "discount",
    "shipping_cents": "shipping",
    "shipping_taxable": "shipping",
    "tax_mode": "tax",
    "tax_name": "tax",
    "tax_rate": "tax",
    "tax_given_cents": "tax",
    "tax2_name": "tax",
    "tax2_rate": "tax",
    "bill_email": "e-mail",
    "notes": "note to the customer",
    **{f"bill_{part}": "billing address" for part in ADDRESS},
}


@dataclass(frozen=True)
class _Draft:
    """Everything a save decided before it wrote."""

    values: dict[str, Any]
    lines: tuple[MergedLine, ...]
    totals: Totals


def save(
    session: Session,
    company_id: UUID,
    invoice_id: object,
    form: InvoiceForm,
    *,
    issue: bool,
    now: datetime,
    who: str,
) -> Invoice:
    """Create (`invoice_id` None) or update an invoice. `issue` makes it exist for QuickBooks, once and for good.

    Raises:
        InvalidInput: fields are wrong, the number is taken, or the invoice changed since the form was filled.
        NotFound: no such invoice in this company.
        NotAllowed: it is void or in the trash.
    """
    company = records.company_of(session, company_id, lock=True)
    invoice, record_id = records.find_or_new_id(session, Invoice, company_id, invoice_id, form.key)
    records.refuse_if_changed(invoice, form.version)
    refuse_if_closed(invoice)
    issued = issue or (invoice is not None and invoice.stage is Stage.ISSUED)
    old_lines = lines_of(session, invoice.id) if invoice else []
    draft = _decide(session, company, invoice, old_lines, form, issued=issued, now=now)
    if invoice is None:
        invoice = _create(session, company, record_id, draft, issued=issued, now=now, who=who)
    else:
        _update(session, invoice, old_lines, draft, issued=issued, now=now, who=who)
    advance(company, invoice.number)
    session.add(company)
    session.flush()
    return invoice


def refuse_if_closed(invoice: Invoice | None) -> None:
    """Void invoices and those in the trash are not edited.

    Raises:
        NotAllowed: with what to do instead.
    """
    if invoice is None:
        return
    if invoice.trashed_at:
        raise NotAllowed("This invoice is in the trash. Restore it first.")
    if invoice.stage is Stage.VOID:
        raise NotAllowed("This invoice is void. Duplicate it as a new one.")


def refuse_if_not_ready(fields: Fields, customer_id: object, lines: int, total_cents: int) -> None:
    """What an invoice needs before it may leave the drafts; sentences go to `fields`."""
    if customer_id is None and "customer_id" not in fields.errors:
        fields.errors["customer_id"] = "Choose a customer."
    if not lines:
        fields.errors.setdefault("lines", "Add at least one line.")
    if total_cents < 0:
        fields.errors.setdefault(
            "total", "The total is below zero, which QuickBooks does not take for an invoice."
        )


def issue_now(session: Session, invoice: Invoice, now: datetime) -> None:
    """Leave the drafts: from here on the invoice exists for QuickBooks."""
    invoice.stage = Stage.ISSUED
    invoice.issued_at = invoice.issued_at or records.moment_of_making(session, invoice.company_id, now)
    session.add(invoice)


def _decide(
    session: Session,
    company: Company,
    invoice: Invoice | None,
    old_lines: list[InvoiceLine],
    form: InvoiceForm,
    *,
    issued: bool,
    now: datetime,
) -> _Draft:
    fields = Fields()
    today = today_in(company.time_zone, now)
    read = read_invoice(form, fields, today=today, known_terms=invoice.terms_name if invoice else "")
    _check_customer(session, company.id, invoice, read, fields)
    check_items(session, company.id, read.lines, old_lines, fields)
    _check_number(session, company.id, invoice, read, fields, issued=issued)
    lines = merge(read.lines, old_lines, fields, kept_there(session, old_lines))
    fields.done()
    _bill_to_customer(session, invoice, read)
    totals = _add_up(invoice, old_lines, read, lines, fields)
    if issued:
        refuse_if_not_ready(
            fields, read.values["customer_id"], len(lines), totals.total_cents if totals else 0
        )
    fields.done()
    assert totals is not None
    return _Draft({**read.values, **tax_given(invoice, old_lines, read, lines)}, lines, totals)


def _add_up(
    invoice: Invoice | None,
    old_lines: list[InvoiceLine],
    read: ReadInvoice,
    lines: tuple[MergedLine, ...],
    fields: Fields,
) -> Totals | None:
    given = tax_given(invoice, old_lines, read, lines)["tax_given_cents"]
    try:
        return work_out(read.as_input(tuple(line.as_input() for line in lines), given))
    except CannotAddUp as error:
        fields.errors[form_field(error.field, lines)] = error.words
        return None


def form_field(field: str, lines: tuple[MergedLine, ...]) -> str:
    """The form's name of a field: empty rows of the form are no lines of the invoice."""
    head, _, rest = field.partition(".")
    if head != "lines":
        return field
    index, _, name = rest.partition(".")
    return f"lines.{lines[int(index)].at}.{name}"


def tax_given(
    invoice: Invoice | None, old_lines: list[InvoiceLine], read: ReadInvoice, lines: tuple[MergedLine, ...]
) -> dict[str, int | None]:
    """A tax taken as billed stands until something that it was billed on is edited, or another one is taken."""
    if read.tax_given_cents is not None:
        return {"tax_given_cents": read.tax_given_cents}
    same = (
        invoice is not None
        and [line.content for line in lines] == [MergedLine.of(line).content for line in old_lines]
        and all(getattr(invoice, field) == read.values[field] for field in SUMS)
    )
    return {"tax_given_cents": invoice.tax_given_cents if same and invoice else None}


def _check_customer(
    session: Session, company_id: UUID, invoice: Invoice | None, read: ReadInvoice, fields: Fields
) -> None:
    customer_id = read.values["customer_id"]
    if customer_id is None or (invoice and invoice.customer_id == customer_id):
        return
    customer = session.exec(
        select(Customer).where(col(Customer.id) == customer_id, col(Customer.company_id) == company_id)
    ).one_or_none()
    if customer is None:
        fields.errors["customer_id"] = NO_SUCH_CUSTOMER
    elif not customer.active:
        fields.errors["customer_id"] = "This customer is archived. Restore it, or choose another."


def _check_number(
    session: Session,
    company_id: UUID,
    invoice: Invoice | None,
    read: ReadInvoice,
    fields: Fields,
    *,
    issued: bool,
) -> None:
    values = read.values
    if "number" in fields.errors:
        return
    if not values["number"]:
        values["number"] = invoice.number if invoice else next_number(session, company_id)
        values["number_key"] = invoice.number_key if invoice else fold(values["number"], LONGEST)
    # What arrives from QuickBooks is never refused, so a draft's number may be another invoice's by now.
    leaves_drafts = issued and invoice is not None and invoice.stage is Stage.DRAFT
    if leaves_drafts or invoice is None or invoice.number_key != values["number_key"]:
        words = taken_words(session, company_id, values["number"], invoice.id if invoice else None)
        if words:
            fields.errors["number"] = words


def _bill_to_customer(session: Session, invoice: Invoice | None, read: ReadInvoice) -> None:
    """A customer just chosen, with nothing typed for where to bill: the customer's own e-mail and address."""
    values = read.values
    chosen = (
        values["customer_id"] if invoice is None or invoice.customer_id != values["customer_id"] else None
    )
    customer = session.get(Customer, chosen) if chosen else None
    if customer and not any(values[field] for field in BILL_TO):
        values["bill_email"] = customer.email
        for part in ADDRESS:
            values[f"bill_{part}"] = getattr(customer, f"bill_{part}")


def _create(
    session: Session,
    company: Company,
    record_id: UUID,
    draft: _Draft,
    *,
    issued: bool,
    now: datetime,
    who: str,
) -> Invoice:
    invoice = Invoice(
        id=record_id,
        company_id=company.id,
        currency=company.currency,
        created_at=now,
        updated_at=now,
        **draft.values,
    )
    _set_sums(invoice, draft.totals)
    if issued:
        issue_now(session, invoice, now)
    words = f"Invoice {invoice.number} created" if issued else "Draft created"
    records.note(session, Kind.INVOICE, invoice, now=now, who=who, words=words)
    write_lines(session, invoice.id, [], draft.lines, draft.totals)
    _tell(session, invoice, now)
    return invoice


def _update(
    session: Session,
    invoice: Invoice,
    old_lines: list[InvoiceLine],
    draft: _Draft,
    *,
    issued: bool,
    now: datetime,
    who: str,
) -> None:
    issuing = issued and invoice.stage is Stage.DRAFT
    before = [MergedLine.of(line) for line in old_lines]
    changed = records.apply(invoice, draft.values)
    changed.pop("number_key", None)
    if invoice.tax_given_cents is None:  # it fell with what it was billed on, which is told of
        changed.pop("tax_given_cents", None)
    if [line.whole for line in before] != [line.whole for line in draft.lines]:
        changed["lines"] = ["\n".join(line.words for line in side) for side in (before, draft.lines)]
    if "customer_id" in changed:
        changed["customer_id"] = [_name_of(session, one) for one in changed["customer_id"]]
    if not changed and not issuing:
        return
    write_lines(session, invoice.id, old_lines, draft.lines, draft.totals)
    _set_sums(invoice, draft.totals)
    invoice.version += 1
    invoice.updated_at = now
    if issuing:
        issue_now(session, invoice, now)
        records.note(
            session, Kind.INVOICE, invoice, now=now, who=who, words=f"Invoice {invoice.number} issued"
        )
    elif issued:
        words = history.change_words(changed, LABELS)
        records.note(session, Kind.INVOICE, invoice, now=now, who=who, words=words, fields=changed)
    _tell(session, invoice, now)


def _name_of(session: Session, customer_id: str) -> str:
    customer = session.get(Customer, parse_id(customer_id)) if customer_id else None
    return customer.name if customer else ""


def _set_sums(invoice: Invoice, totals: Totals) -> None:
    invoice.subtotal_cents = totals.subtotal_cents
    invoice.discount_cents = totals.discount_cents
    invoice.tax_cents = totals.tax_cents
    invoice.tax2_cents = totals.tax2_cents
    invoice.total_cents = totals.total_cents


def _tell(session: Session, invoice: Invoice, now: datetime) -> None:
    """Issued invoices are marked for QuickBooks; of a draft only the open pages hear."""
    session.add(invoice)
    if invoice.stage is Stage.DRAFT:
        after_commit(session, partial(live.publish, invoice.company_id, Kind.INVOICE.value, invoice.id))
    else:
        marks.mark(session, invoice.company_id, Kind.INVOICE, invoice.id, now)
