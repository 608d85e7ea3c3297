"""Vendors and employees: what is checked and filled in beside the name that they share with customers."""

from bookipi_app.sandbox.accounts import check_account
from bookipi_app.sandbox.company import Record
from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.work import Work, check_currency, check_reference

_SHOWN_DIGITS = 4


def complete_vendor(work: Work, body: JsonObject, old: Record | None) -> None:
    """The rules of a vendor."""
    check_reference(work, body, "TermRef", "Term")
    check_account(work, body, "APAccountRef", ("Accounts Payable",))
    check_currency(work, body, old)
    if "TaxIdentifier" in body:
        body["TaxIdentifier"] = _masked(str(body["TaxIdentifier"]))
    body.setdefault("Vendor1099", False)
    body["Balance"] = old.body.get("Balance", 0) if old else 0


def complete_employee(body: JsonObject) -> None:
    """The rules of an employee; a social security number is never read back."""
    if "SSN" in body:
        body["SSN"] = "XXX-XX-XXXX"
    body.setdefault("BillableTime", False)


def _masked(number: str) -> str:
    """Only the last digits of a tax number are read back."""
    hidden, shown = number[:-_SHOWN_DIGITS], number[-_SHOWN_DIGITS:]
    return "X" * len(hidden) + shown
