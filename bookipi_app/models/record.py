"""The three kinds of record that travel: customers, items, invoices; and what belongs to an invoice.

Amounts are whole cents; prices, quantities and percentages are whole numbers × 10⁻⁷ (`bookipi_app.money`). `version`
counts every change of what a person may edit: the engine remembers the version that it rendered, so that an edit made
during a push is a higher number and not a lost flag.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Column, Computed, Index, Integer, String, text
from sqlmodel import Field

from bookipi_app.ids import new_id
from bookipi_app.models.base import Integer64, Row, enum_type
from bookipi_app.totals import Rate, TaxMode  # how discounts and tax are meant: the sums' own words


class Kind(StrEnum):
    """The kinds of record that travel."""

    CUSTOMER = "customer"
    ITEM = "item"
    INVOICE = "invoice"


class Side(StrEnum):
    """Where something was made or changed."""

    HERE = "here"
    QUICKBOOKS = "quickbooks"


class Stage(StrEnum):
    """How far an invoice is. Paid, overdue and the like are derived, never stored."""

    DRAFT = "draft"
    ISSUED = "issued"  # from its first Continue or Send: it exists for QuickBooks
    VOID = "void"


class LineKind(StrEnum):
    """What a line is. A foreign line is one of QuickBooks' kinds that is shown here and kept as it is."""

    ITEM = "item"
    TEXT = "text"
    FOREIGN = "foreign"


class ItemKind(StrEnum):
    """QuickBooks' types of item; new ones here are services."""

    SERVICE = "service"
    NON_INVENTORY = "non_inventory"
    INVENTORY = "inventory"
    BUNDLE = "bundle"


# A list is read cell by cell: a cell holds the records of a company that stand on one shelf under one flag, so that
# each order has an index in which a filter by status or flag is a few whole stretches. The database works the cell out.
# `flagged` is what the newest connection says of the record; triggers keep it, whoever writes (migration 0008).
ACTIVE_CELL = "CASE WHEN active THEN 'active' ELSE 'archived' END || '/' || flagged"
INVOICE_CELL = (
    "CASE WHEN trashed_at IS NOT NULL THEN 'trash ' ELSE '' END || CASE WHEN stage = 'draft' THEN 'draft' "
    "WHEN stage = 'void' THEN 'void' WHEN paid_cents >= total_cents THEN 'paid' "
    "WHEN paid_cents > 0 THEN 'partly_paid' "
    "WHEN viewed_at IS NOT NULL AND (sent_at IS NULL OR viewed_at >= sent_at) THEN 'viewed' "
    "WHEN sent_at IS NOT NULL THEN 'sent' ELSE 'unsent' END || '/' || flagged"
)
ISSUE_MONTH = "CAST(substr(issue_date, 1, 4) || substr(issue_date, 6, 2) AS INTEGER)"  # 202611


def _cell(rule: str) -> Column[str]:
    return Column("cell", String(40), Computed(rule, persisted=True))


class Customer(Row, table=True):
    """Somebody who is invoiced. Two address blocks, billing and shipping."""

    __table_args__ = (
        _cell(ACTIVE_CELL),
        Index("ix_customer_company_id_name_key_id", "company_id", "name_key", "id"),
        Index("ix_customer_by_name", "company_id", "cell", "name_key", "id"),
        Index("ix_customer_by_email", "company_id", "cell", "email", "id"),
        Index("ix_customer_by_creation", "company_id", "cell", "created_at", "id"),
        Index("ix_customer_company_id_id", "company_id", "id"),
        Index("ix_customer_email_key", "company_id", text("lower(email)")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    company_id: UUID = Field(foreign_key="company.id")
    origin: Side = Field(default=Side.HERE, sa_type=enum_type(Side))
    version: int = Field(default=1, sa_type=Integer64)
    active: bool = Field(default=True)
    name: str = Field(max_length=500)  # QuickBooks' DisplayName
    name_key: str = Field(max_length=500)  # folded for search, sort and matching
    company_name: str = Field(default="", max_length=100)
    given_name: str = Field(default="", max_length=100)
    family_name: str = Field(default="", max_length=100)
    email: str = Field(default="", max_length=100)
    phone: str = Field(default="", max_length=30)
    bill_line1: str = Field(default="", max_length=500)
    bill_line2: str = Field(default="", max_length=500)
    bill_city: str = Field(default="", max_length=255)
    bill_region: str = Field(default="", max_length=255)
    bill_postal_code: str = Field(default="", max_length=30)
    bill_country: str = Field(default="", max_length=255)
    ship_line1: str = Field(default="", max_length=500)
    ship_line2: str = Field(default="", max_length=500)
    ship_city: str = Field(default="", max_length=255)
    ship_region: str = Field(default="", max_length=255)
    ship_postal_code: str = Field(default="", max_length=30)
    ship_country: str = Field(default="", max_length=255)
    notes: str = Field(default="", max_length=2000)
    flagged: str = Field(default="", max_length=24)  # kept by the database
    created_at: datetime
    updated_at: datetime


class Item(Row, table=True):
    """Something that is sold."""

    __table_args__ = (
        _cell(ACTIVE_CELL),
        Index("ix_item_company_id_name_key_id", "company_id", "name_key", "id"),
        Index("ix_item_by_name", "company_id", "cell", "name_key", "id"),
        Index("ix_item_by_price", "company_id", "cell", "price", "id"),
        Index("ix_item_by_creation", "company_id", "cell", "created_at", "id"),
        Index("ix_item_company_id_id", "company_id", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    company_id: UUID = Field(foreign_key="company.id")
    origin: Side = Field(default=Side.HERE, sa_type=enum_type(Side))
    version: int = Field(default=1, sa_type=Integer64)
    active: bool = Field(default=True)
    kind: ItemKind = Field(default=ItemKind.SERVICE, sa_type=enum_type(ItemKind))
    name: str = Field(max_length=100)
    name_key: str = Field(max_length=100)
    sku: str = Field(default="", max_length=100)
    description: str = Field(default="", max_length=4000)
    price: int = Field(default=0, sa_type=Integer64)  # × 10⁻⁷ of the currency
    taxable: bool = Field(default=False)
    flagged: str = Field(default="", max_length=24)  # kept by the database
    created_at: datetime
    updated_at: datetime


BEFORE_THE_DIGITS = "'abcdefghijklmnopqrstuvwxyz-_#/. '"
"""SQL for what stands before the digits of a number: `1042` finds `INV-1042` by the index of what is left."""
NOBODY = text("customer_id IS NULL")
CHARGED_SHIPPING = "shipping_cents <> 0"


class Invoice(Row, table=True):
    """An invoice and its sums, which `bookipi_app.totals` alone works out.

    Behind the cell each order of the list has an index, and one more by months for a filter by date under another
    order; what may be asked of a row beside it stands in the index too, so that the row itself is not read.
    """

    __table_args__ = (
        _cell(INVOICE_CELL),
        Column("issue_month", Integer, Computed(ISSUE_MONTH, persisted=True)),
        Index("ix_invoice_by_issue", "company_id", "cell", "issue_date", "id", "due_date"),
        Index("ix_invoice_by_due", "company_id", "cell", "due_date", "id", "total_cents", "paid_cents"),
        Index("ix_invoice_by_number", "company_id", "cell", "number_key", "id", "due_date"),
        Index("ix_invoice_by_amount", "company_id", "cell", "total_cents", "id", "due_date", "issue_date"),
        Index("ix_invoice_month_by_due", "company_id", "issue_month", "cell", "due_date", "id", "issue_date",
              "total_cents", "paid_cents"),
        Index("ix_invoice_month_by_number", "company_id", "issue_month", "cell", "number_key", "id", "issue_date"),
        Index("ix_invoice_month_by_amount", "company_id", "issue_month", "cell", "total_cents", "id", "issue_date",
              "due_date"),
        Index("ix_invoice_of_customer", "customer_id", "issue_date", "id", "cell", "due_date", "number_key",
              "total_cents", "paid_cents"),
        Index("ix_invoice_of_nobody", "company_id", "issue_date", "id",
              sqlite_where=NOBODY, postgresql_where=NOBODY),
        Index("ix_invoice_digits", "company_id", text(f"ltrim(number_key, {BEFORE_THE_DIGITS})")),
        Index("ix_invoice_company_id_number_key", "company_id", "number_key"),
        Index("ix_invoice_charged_shipping", "company_id",
              sqlite_where=text(CHARGED_SHIPPING), postgresql_where=text(CHARGED_SHIPPING)),
    )  # fmt: skip

    id: UUID = Field(default_factory=new_id, primary_key=True)
    company_id: UUID = Field(foreign_key="company.id")
    customer_id: UUID | None = Field(default=None, foreign_key="customer.id")  # a draft may have none yet
    origin: Side = Field(default=Side.HERE, sa_type=enum_type(Side))
    version: int = Field(default=1, sa_type=Integer64)
    stage: Stage = Field(default=Stage.DRAFT, sa_type=enum_type(Stage))
    number: str = Field(max_length=21)
    number_key: str = Field(max_length=21)
    issue_date: date
    due_date: date
    terms_name: str = Field(default="", max_length=31)
    po_number: str = Field(default="", max_length=30)
    currency: str = Field(default="USD", max_length=3)
    discount_kind: Rate = Field(default=Rate.NONE, sa_type=enum_type(Rate))
    discount_value: int = Field(default=0, sa_type=Integer64)  # percent × 10⁷, or currency × 10⁷
    shipping_cents: int = Field(default=0, sa_type=Integer64)
    shipping_taxable: bool = Field(default=False)
    tax_mode: TaxMode = Field(default=TaxMode.NONE, sa_type=enum_type(TaxMode))
    tax_name: str = Field(default="", max_length=40)  # empty: Sales tax
    tax_rate: int = Field(default=0, sa_type=Integer64)  # percent × 10⁷
    tax2_name: str = Field(default="", max_length=40)
    tax2_rate: int = Field(
        default=0, sa_type=Integer64
    )  # a second tax on the same amounts, in the same mode; 0: none
    tax_given_cents: int | None = Field(
        default=None, sa_type=Integer64
    )  # a tax taken as billed, not worked out
    bill_email: str = Field(default="", max_length=100)
    bill_line1: str = Field(default="", max_length=500)
    bill_line2: str = Field(default="", max_length=500)
    bill_city: str = Field(default="", max_length=255)
    bill_region: str = Field(default="", max_length=255)
    bill_postal_code: str = Field(default="", max_length=30)
    bill_country: str = Field(default="", max_length=255)
    notes: str = Field(default="", max_length=1000)  # printed for the customer: QuickBooks' CustomerMemo
    memo: str = Field(default="", max_length=4000)  # never printed: QuickBooks' PrivateNote
    subtotal_cents: int = Field(default=0, sa_type=Integer64)
    discount_cents: int = Field(default=0, sa_type=Integer64)
    tax_cents: int = Field(default=0, sa_type=Integer64)  # both taxes together
    tax2_cents: int = Field(default=0, sa_type=Integer64)  # of it, the second
    total_cents: int = Field(default=0, sa_type=Integer64)
    paid_cents: int = Field(default=0, sa_type=Integer64)
    issued_at: datetime | None = Field(default=None)  # the first Continue or Send
    sent_at: datetime | None = Field(default=None)
    viewed_at: datetime | None = Field(default=None)  # opened by its public link, since it was last sent
    shared_at: datetime | None = Field(
        default=None
    )  # its PDF or its link was taken: its number is known outside
    link_number: int = Field(default=1, sa_type=Integer64)  # a renewed public link has the next one
    link_withdrawn_at: datetime | None = Field(default=None)
    trashed_at: datetime | None = Field(default=None)
    flagged: str = Field(default="", max_length=24)  # kept by the database
    created_at: datetime
    updated_at: datetime


class InvoiceLine(Row, table=True):
    """A line of an invoice, in the order of `position`."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    invoice_id: UUID = Field(foreign_key="invoice.id", index=True)
    position: int = Field(sa_type=Integer64)
    kind: LineKind = Field(default=LineKind.ITEM, sa_type=enum_type(LineKind))
    item_id: UUID | None = Field(default=None, foreign_key="item.id")
    description: str = Field(default="", max_length=4000)
    quantity: int = Field(default=10_000_000, sa_type=Integer64)  # × 10⁻⁷
    price: int = Field(default=0, sa_type=Integer64)  # × 10⁻⁷ of the currency
    amount_given_cents: int | None = Field(
        default=None, sa_type=Integer64
    )  # stands alone, whatever quantity × price
    taxable: bool = Field(default=False)
    discount_kind: Rate = Field(default=Rate.NONE, sa_type=enum_type(Rate))
    discount_value: int = Field(default=0, sa_type=Integer64)
    amount_cents: int = Field(default=0, sa_type=Integer64)  # after the line's discount


class Payment(Row, table=True):
    """Money received, on this side alone: payments never travel. Its company is its invoice's."""

    __table_args__ = (Index("ix_payment_received", "company_id", "paid_on", "invoice_id", "amount_cents"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    company_id: UUID = Field(foreign_key="company.id")
    invoice_id: UUID = Field(foreign_key="invoice.id", index=True)
    amount_cents: int = Field(sa_type=Integer64)
    paid_on: date
    method: str = Field(default="", max_length=40)
    created_at: datetime


class SearchText(Row, table=True):
    """What a record is found by, a part of it as a line, folded: the text that the search index is of.

    Triggers keep it with the records (migration 0008); nothing else writes it.
    """

    __tablename__ = "search_text"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(
        default=None, sa_column=Column(Integer, primary_key=True)
    )  # the index's own row number
    kind: str = Field(max_length=24)  # of each kind there is an index
    record_id: UUID = Field(unique=True)
    words: str = Field(max_length=700)
