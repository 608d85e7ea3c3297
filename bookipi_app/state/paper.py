"""An invoice as it is printed, in strings: from a saved one, or from one that is being typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bookipi_app.models import Company
from bookipi_app.services.invoices import InvoiceDetail, LineView


@dataclass(frozen=True)
class PaperLine:
    """A line: its name, and what stands small under it."""

    id: str
    name: str
    description: str
    quantity: str
    price: str
    amount: str


@dataclass(frozen=True)
class PaperSum:
    """A row above the total."""

    label: str
    amount: str


@dataclass(frozen=True)
class Paper:
    """A sheet, ready to be shown."""

    company_name: str = ""
    company_address: str = ""
    number: str = ""
    customer_name: str = ""
    customer_address: str = ""
    issued: str = ""
    due_date: str = ""
    terms: str = ""
    po_number: str = ""
    lines: tuple[PaperLine, ...] = ()
    sums: tuple[PaperSum, ...] = ()
    due_label: str = "Amount due"
    due: str = ""
    note: str = ""


def paper_of(company: Company, detail: InvoiceDetail) -> Paper:
    """The sheet of a saved invoice."""
    invoice = detail.invoice
    name, *address = detail.bill_to if detail.customer else ("", *detail.bill_to)
    return Paper(
        company_name=company.name,
        company_address=letterhead(company),
        number=invoice.number,
        customer_name=name,
        customer_address="\n".join(address),
        issued=detail.issued,
        due_date=detail.due,
        terms=invoice.terms_name,
        po_number=invoice.po_number,
        lines=tuple(_line(str(at), line) for at, line in enumerate(detail.line_views)),
        sums=sums(
            ("Subtotal", detail.subtotal),
            (detail.discount_label, detail.discount),
            ("Shipping", detail.shipping),
            *detail.taxes,
            ("Total", detail.total if detail.paid else ""),
            ("Paid", f"−{detail.paid}" if detail.paid else ""),
        ),
        due=detail.outstanding,
        note=invoice.notes,
    )


def sums(*rows: tuple[str, str]) -> tuple[PaperSum, ...]:
    """The rows that have an amount."""
    return tuple(PaperSum(label, amount) for label, amount in rows if amount)


def letterhead(company: Company) -> str:
    """The company's address block."""
    town = ", ".join(
        filter(None, [company.city, " ".join(filter(None, [company.region, company.postal_code]))])
    )
    return "\n".join(filter(None, [company.line1, company.line2, town]))


def head_and_rest(item: str, description: str) -> tuple[str, str]:
    """What is printed large and what small: the item over its description, or the description's first line."""
    if item:
        return item, description
    first, _, rest = description.partition("\n")
    return first, rest


def _line(line_id: str, line: LineView) -> PaperLine:
    name, description = head_and_rest(line.item, line.description)
    small: Sequence[str] = [part for part in (description, line.discount) if part]
    return PaperLine(line_id, name, "\n".join(small), line.quantity, line.price, line.amount)
