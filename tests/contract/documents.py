"""What the tests write, in the public client's own objects."""

# The public clients carry no types, and what pyright infers from their defaults is wrong.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportCallIssue=false

from collections.abc import Iterable
from uuid import uuid4

from quickbooks import QuickBooks
from quickbooks.objects.account import Account
from quickbooks.objects.base import Ref
from quickbooks.objects.customer import Customer
from quickbooks.objects.detailline import SalesItemLine, SalesItemLineDetail
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.item import Item
from quickbooks.objects.payment import Payment, PaymentLine


def new_name(what: str) -> str:
    """A name that no earlier run has used up."""
    return f"{what} {uuid4().hex[:12]}"


def customer(books: QuickBooks, name: str = "") -> Customer:
    """A saved customer."""
    made = Customer()
    made.DisplayName = name or new_name("Customer")
    return made.save(qb=books)


def income_account(books: QuickBooks) -> Ref:
    """The account that services are sold on."""
    return Account.filter(AccountType="Income", max_results=1, qb=books)[0].to_ref()


def service(books: QuickBooks, name: str = "") -> Item:
    """A saved item."""
    made = Item()
    made.Name, made.Type, made.UnitPrice = name or new_name("Service"), "Service", 40
    made.IncomeAccountRef = income_account(books)
    return made.save(qb=books)


def sale(item: Item, amount: float, quantity: float = 0, price: float = 0) -> SalesItemLine:
    """A sales line."""
    line = SalesItemLine()
    line.Amount = amount
    line.SalesItemLineDetail = SalesItemLineDetail()
    line.SalesItemLineDetail.ItemRef = item.to_ref()
    line.SalesItemLineDetail.Qty, line.SalesItemLineDetail.UnitPrice = quantity, price
    return line


def invoice_for(buyer: Customer, lines: Iterable[SalesItemLine]) -> Invoice:
    """An invoice that is not saved yet."""
    made = Invoice()
    made.CustomerRef = buyer.to_ref()
    made.Line = list(lines)
    return made


def saved_invoice(books: QuickBooks, amount: float = 100) -> Invoice:
    """An invoice of one line for a new customer."""
    return invoice_for(customer(books), [sale(first_item(books), amount)]).save(qb=books)


def first_item(books: QuickBooks) -> Item:
    """A service that every company has."""
    return Item.filter(Type="Service", max_results=1, qb=books)[0]


def payment_of(invoice: Invoice, amount: float) -> Payment:
    """A payment of an invoice that is not saved yet."""
    made, line = Payment(), PaymentLine()
    line.Amount, line.LinkedTxn = amount, [invoice.to_linked_txn()]
    made.CustomerRef, made.TotalAmt, made.Line = invoice.CustomerRef, amount, [line]
    return made
