"""Objects that QuickBooks knows and this sandbox holds none of: asked for, they are simply not there."""

from typing import Final

_NAMES: Final = (
    *("Bill", "BillPayment", "Budget", "CompanyCurrency", "CreditCardPayment", "CreditMemo", "CustomerType"),
    *("Deposit", "Estimate", "ExchangeRate", "JournalCode", "JournalEntry", "Purchase", "PurchaseOrder"),
    *("RecurringTransaction", "RefundReceipt", "ReimburseCharge", "SalesReceipt", "TimeActivity", "Transfer"),
    "VendorCredit",
)
_KNOWN: Final = frozenset(name.lower() for name in _NAMES)
_NOT_IN_CDC: Final = frozenset(("journalcode", "timeactivity"))


def is_elsewhere(name: str) -> bool:
    """Whether this is such an object, in any casing."""
    return name.lower() in _KNOWN


def is_elsewhere_in_cdc(name: str) -> bool:
    """Whether this is such an object, and one that the change feed serves."""
    return is_elsewhere(name) and name.lower() not in _NOT_IN_CDC
