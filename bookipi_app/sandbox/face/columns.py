"""What the lists of customers, items, invoices and payments show of a record, column by column."""

from collections.abc import Callable
from dataclasses import dataclass

from bookipi_app.sandbox.company import Record, linked_invoices, reference_id
from bookipi_app.sandbox.face.books import Desk, record_title
from bookipi_app.sandbox.face.html import Markup, day, html, money
from bookipi_app.sandbox.jsontext import as_object, to_decimal


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title, the classes of its cells, and what stands in them."""

    title: str
    css: str
    cell: Callable[[Desk, Record], object]


@dataclass(frozen=True, slots=True)
class ListOf:
    """What the list of one section looks like."""

    kind: str
    singular: str
    search: str
    statuses: tuple[str, ...]
    columns: tuple[Column, ...]
    dated: bool


def status_of(at: Desk, record: Record) -> str:
    """One word for how a record stands."""
    body = record.body
    if record.kind not in ("Invoice", "Payment"):
        return "Active" if record.active else "Inactive"
    if to_decimal(body.get("TotalAmt")) == 0 and str(body.get("PrivateNote", "")).startswith("Voided"):
        return "Voided"
    if record.kind == "Payment":
        return "Applied" if to_decimal(body.get("UnappliedAmt")) <= 0 else "Unapplied"
    if to_decimal(body.get("Balance")) <= 0:
        return "Paid"
    return "Overdue" if str(body.get("DueDate", "")) < at.today else "Open"


def _link(at: Desk, record: Record, text: str) -> Markup:
    path = at.path(f"{_SECTION_OF[record.kind]}/{record.id}")
    return html('<a class="link" href="{path}">{text}</a>', path=path, text=text)


def _titled(at: Desk, record: Record) -> Markup:
    return _link(at, record, record_title(record))


def _dated(at: Desk, record: Record) -> Markup:
    return _link(at, record, day(record.body.get("TxnDate")))


def _member(name: str) -> Callable[[Desk, Record], object]:
    return lambda _, record: record.body.get(name, "")


def _date(name: str) -> Callable[[Desk, Record], object]:
    return lambda _, record: day(record.body.get(name))


def _money(name: str) -> Callable[[Desk, Record], object]:
    return lambda _, record: money(record.body.get(name))


def _customer(at: Desk, record: Record) -> str:
    return str(as_object(record.body.get("CustomerRef")).get("name", ""))


def _email(at: Desk, record: Record) -> object:
    return as_object(record.body.get("PrimaryEmailAddr")).get("Address", "")


def _owes(at: Desk, record: Record) -> str:
    return money(at.company.balances.get(record.id))


def _taxed(at: Desk, record: Record) -> str:
    return "Taxable" if record.body.get("Taxable") is True else ""


def _method(at: Desk, record: Record) -> str:
    return at.name_of("PaymentMethod", reference_id(record.body, "PaymentMethodRef"))


def _pays(at: Desk, record: Record) -> str:
    invoices = (at.company.find("Invoice", invoice) for invoice in linked_invoices(record.body))
    return ", ".join(record_title(invoice) for invoice in invoices if invoice)


_STATUS = Column("Status", "mut nw c-status", status_of)
LISTS = {
    "customers": ListOf(
        *("Customer", "customer", "Name or company", ("Active", "Inactive", "All")),
        columns=(
            Column("Name", "c-name", _titled),
            Column("Company", "mut c-sub cut-l", _member("CompanyName")),
            Column("E-mail", "mut hide-s cut-l", _email),
            _STATUS,
            Column("Balance", "num c-amt", _owes),
        ),
        dated=False,
    ),
    "items": ListOf(
        *("Item", "item", "Name or SKU", ("Active", "Inactive", "All")),
        columns=(
            Column("Name", "c-name", _titled),
            Column("Type", "mut c-sub", _member("Type")),
            Column("SKU", "mut hide-s cut-l", _member("Sku")),
            Column("Tax", "mut hide-s", _taxed),
            _STATUS,
            Column("Price", "num c-amt", _money("UnitPrice")),
        ),
        dated=False,
    ),
    "invoices": ListOf(
        *("Invoice", "invoice", "Number or customer", ("All", "Open", "Overdue", "Paid", "Voided")),
        columns=(
            Column("No.", "tn nw c-sub", _titled),
            Column("Customer", "c-name", _customer),
            Column("Date", "mut tn nw hide-s", _date("TxnDate")),
            Column("Due date", "mut tn nw hide-s", _date("DueDate")),
            _STATUS,
            Column("Total", "num c-amt", _money("TotalAmt")),
            Column("Balance", "num hide-s", _money("Balance")),
        ),
        dated=True,
    ),
    "payments": ListOf(
        *("Payment", "payment", "Reference no. or customer", ("All", "Applied", "Unapplied", "Voided")),
        columns=(
            Column("Date", "tn nw c-sub", _dated),
            Column("Customer", "c-name", _customer),
            Column("Method", "mut hide-s", _method),
            Column("Reference no.", "mut hide-s cut-l", _member("PaymentRefNum")),
            Column("Invoices", "mut hide-s cut-l", _pays),
            _STATUS,
            Column("Amount", "num c-amt", _money("TotalAmt")),
            Column("Unapplied", "num hide-s", _money("UnappliedAmt")),
        ),
        dated=True,
    ),
}
_SECTION_OF = {listed.kind: section for section, listed in LISTS.items()}
