"""Amounts of a transaction in the company's own currency."""

from decimal import Decimal

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.company import Record, reference_id
from bookipi_app.sandbox.exact import product
from bookipi_app.sandbox.jsontext import JsonObject, to_decimal
from bookipi_app.sandbox.work import Work, uses_currencies

_USUAL_RATES = {"EUR": Decimal("1.085"), "GBP": Decimal("1.27"), "CAD": Decimal("0.735")}
_ONE = Decimal(1)


def settle_exchange(work: Work, body: JsonObject, old: Record | None) -> None:
    """Sets the exchange rate where several currencies are in use; elsewhere there is none."""
    if not uses_currencies(work):
        body.pop("ExchangeRate", None)
        return
    currency = reference_id(body, "CurrencyRef")
    if currency == work.company.currency:
        body["ExchangeRate"] = _ONE
        return
    held = old.body.get("ExchangeRate") if old else None
    rate = to_decimal(body.setdefault("ExchangeRate", held or _USUAL_RATES.get(currency, _ONE)))
    if rate <= 0:
        raise faults.invalid_number("ExchangeRate", str(rate))


def home_amounts(body: JsonObject) -> JsonObject:
    """The home amounts that belong to a body's total and balance; nothing without an exchange rate."""
    if "ExchangeRate" not in body:
        return {}
    rate = to_decimal(body["ExchangeRate"])
    return {
        home: product(to_decimal(body[name]), rate)
        for name, home in (("TotalAmt", "HomeTotalAmt"), ("Balance", "HomeBalance"))
        if name in body
    }
