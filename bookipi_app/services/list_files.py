"""The lists as files: every row of a filter in the list's order, with days and amounts that a spreadsheet can use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from bookipi_app.db import Database
from bookipi_app.models import Customer, Invoice, Item
from bookipi_app.money import cents_text, format_scaled
from bookipi_app.services import customers, invoices, items
from bookipi_app.services.list_address import CUSTOMERS, INVOICES, ITEMS, Asked, ListSpec, query_of
from bookipi_app.services.lists import MOST_ROWS, Page

Line = tuple[str, ...]


@dataclass(frozen=True)
class ListFile:
    """A list's file: its heads, how a page is read, and what a row says."""

    spec: ListSpec
    heads: Line
    pairs: Callable[..., Page[Any]]
    line: Callable[[Any, Any], Line]


def lines(
    database: Database, company_id: UUID, file: ListFile, asked: Asked, *, now: datetime
) -> Iterator[Line]:
    """The heads, and then the rows, read a hundred at a time in transactions of their own."""
    yield file.heads
    query = replace(query_of(file.spec, asked, MOST_ROWS), after=None, before=None)
    while True:
        with database.reading() as session:
            found = _page(session, company_id, file, query, now)
        yield from found.rows
        if found.next is None:
            return
        query = replace(query, after=found.next)


def _page(session: Session, company_id: UUID, file: ListFile, query: Any, now: datetime) -> Page[Line]:
    return file.pairs(session, company_id, query, now=now).of(lambda pair: file.line(*pair))


def _invoice(row: invoices.InvoiceRow, invoice: Invoice) -> Line:
    return (
        invoice.number,
        row.customer,
        invoice.issue_date.isoformat(),
        invoice.due_date.isoformat(),
        row.status_word,
        row.flag_words,
        cents_text(invoice.total_cents),
        cents_text(invoice.paid_cents),
        invoice.currency,
        invoice.po_number,
    )


def _customer(row: customers.CustomerRow, customer: Customer) -> Line:
    return (
        customer.name,
        customer.company_name,
        customer.email,
        customer.phone,
        row.invoices.replace(",", ""),
        cents_text(row.owed_cents),
        cents_text(row.overdue_cents),
        row.flag_words,
    )


def _item(row: items.ItemRow, item: Item) -> Line:
    taxable = "yes" if item.taxable else "no"
    return (
        item.name,
        item.sku,
        row.kind,
        item.description,
        format_scaled(item.price, least=2),
        taxable,
        row.flag_words,
    )


FILES = (
    ListFile(
        INVOICES,
        (
            "Number",
            "Customer",
            "Issued",
            "Due",
            "Status",
            "QuickBooks",
            "Amount",
            "Paid",
            "Currency",
            "PO number",
        ),
        invoices.pairs,
        _invoice,
    ),
    ListFile(
        CUSTOMERS,
        ("Name", "Company", "E-mail", "Phone", "Invoices", "Outstanding", "Overdue", "QuickBooks"),
        customers.pairs,
        _customer,
    ),
    ListFile(
        ITEMS, ("Name", "SKU", "Kind", "Description", "Price", "Taxable", "QuickBooks"), items.pairs, _item
    ),
)
