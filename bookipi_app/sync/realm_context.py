"""The mapping's context, out of a connection's settings and what is kept of QuickBooks' own. No call, no query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Protocol

from bookipi_app.models import Connection
from bookipi_app.quickbooks.wire import without_suffix
from bookipi_app.sync import canon
from bookipi_app.sync.carrying import MappingContext, References, TaxCode, TaxRate, TaxSetup, Term
from bookipi_app.sync.remote_lines import as_list, as_object, ref
from bookipi_app.text import fold

NEEDED = ("term", "taxcode", "taxrate")  # what a context takes from the realm's index, all of it
SHIPPING_NAME = "Shipping"
_SOLD = ("Service", "NonInventory")


class Indexed(Protocol):
    """What a context reads of a row of the realm's index."""

    @property
    def entity(self) -> str:
        """Of which kind it is."""
        ...

    @property
    def remote_id(self) -> str:
        """QuickBooks' id."""
        ...

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def name_key(self) -> str:
        """Its name as names are compared."""
        ...

    @property
    def active(self) -> bool:
        """Whether it was not put away."""
        ...

    @property
    def fields(self) -> dict[str, Any] | None:
        """What else is kept of it."""
        ...


def context_of(
    connection: Connection,
    references: References,
    index: Iterable[Indexed],
    *,
    discount_label: str = "",
    customer: Mapping[str, Any] | None = None,
    recent: Sequence[Mapping[str, Any]] = (),
    keeps_amounts: bool = True,
) -> MappingContext:
    """What the mapping has to know about this realm.

    `index` holds the active rows of the entities `NEEDED`, of terms those that were put away too, and the items
    called `SHIPPING_NAME`. `customer` is QuickBooks' object of the invoice's customer, or as much of it as is known,
    and `recent` are invoices that QuickBooks told us of, newest first: they say by which rates it is taxed.
    `keeps_amounts`: see `TaxSetup`.
    """
    preferences = connection.preferences or {}
    rows = list(index)
    tax = _tax(connection, rows, customer or {}, recent)
    sales = as_object(preferences.get("SalesFormsPrefs"))
    return MappingContext(
        references=references,
        default_item_id=connection.default_item_id,
        income_account_id=connection.income_account_id,
        terms=tuple(_term(row) for row in rows if row.entity == "term"),
        tax=replace(tax, keeps_amounts=keeps_amounts),
        allow_discount=_is_on(sales.get("AllowDiscount")),
        allow_shipping=_is_on(sales.get("AllowShipping")),
        shipping_item_id=connection.shipping_item_id or _shipping_item(rows),
        shipping_fallback=connection.shipping_fallback,
        discount_label=discount_label,
        discount_meaning=connection.discount_meaning,
        customer_currency=ref(dict(customer or {}), "CurrencyRef"),
        home_currency=ref(as_object(preferences.get("CurrencyPrefs")), "HomeCurrency") or "USD",
    )


def _tax(
    connection: Connection,
    rows: Sequence[Indexed],
    customer: Mapping[str, Any],
    recent: Sequence[Mapping[str, Any]],
) -> TaxSetup:
    preferences = as_object((connection.preferences or {}).get("TaxPrefs"))
    return TaxSetup(
        using=_is_on(preferences.get("UsingSalesTax")),
        automated=_is_on(preferences.get("PartnerTaxEnabled")),
        default_code=ref(preferences, "TaxGroupCodeRef"),
        codes=_codes(rows),
        sending=connection.tax_sending,
        customer_rates=_rates_seen(customer, recent),
        customer_exempt=bool(customer.get("TaxExemptionReasonId")),
    )


def _codes(rows: Sequence[Indexed]) -> tuple[TaxCode, ...]:
    """Codes all of whose rates are known, QuickBooks' pseudo codes left out."""
    percents = {
        row.remote_id: canon.number((row.fields or {}).get("percent"))
        for row in rows
        if row.entity == "taxrate"
    }
    codes: list[TaxCode] = []
    for row in rows:
        listed = as_list((row.fields or {}).get("rates")) if row.entity == "taxcode" else []
        found = [(str(rate_id), percents.get(str(rate_id))) for rate_id in listed]
        rates = tuple(TaxRate(rate_id, percent) for rate_id, percent in found if percent is not None)
        if found and len(rates) == len(found):
            codes.append(TaxCode(row.remote_id, row.name, rates))
    return tuple(sorted(codes, key=lambda code: (len(code.id), code.id)))


def _rates_seen(
    customer: Mapping[str, Any], recent: Sequence[Mapping[str, Any]]
) -> tuple[Decimal, ...] | None:
    """The rates of this customer's last taxed invoice, else of the last one to the same ZIP code."""
    taxed = [(invoice, rates) for invoice in recent if (rates := _rates_applied(invoice))]
    own = (rates for invoice, rates in taxed if _is_of(customer, invoice))
    near = (rates for invoice, rates in taxed if _zip_code(invoice) == _zip_code(customer))
    return next(own, None) or next(near, None)


def _is_of(customer: Mapping[str, Any], invoice: Mapping[str, Any]) -> bool:
    return bool(customer.get("Id")) and ref(dict(invoice), "CustomerRef") == customer.get("Id")


def _zip_code(obj: Mapping[str, Any]) -> str:
    """Where it is delivered; empty stands for the company's own address."""
    return canon.text(as_object(obj.get("ShipAddr")).get("PostalCode"))[:5]


def _rates_applied(invoice: Mapping[str, Any]) -> tuple[Decimal, ...]:
    lines = as_list(as_object(invoice.get("TxnTaxDetail")).get("TaxLine"))
    rates = [
        canon.number(as_object(as_object(line).get("TaxLineDetail")).get("TaxPercent")) for line in lines
    ]
    return tuple(rate for rate in rates if rate is not None)


def _shipping_item(rows: Sequence[Indexed]) -> str:
    named = [row for row in rows if row.entity == "item" and row.name_key == fold(SHIPPING_NAME, 600)]
    sold = [row.remote_id for row in named if (row.fields or {}).get("type") in _SOLD]
    return min(sold, key=lambda remote_id: (len(remote_id), remote_id), default="")


def _term(row: Indexed) -> Term:
    name = row.name if row.active else without_suffix(row.name)
    return Term(row.remote_id, name, _days(row), row.active)


def _days(row: Indexed) -> int | None:
    fields = row.fields or {}
    days = str(fields.get("days", ""))
    return int(days) if days.isdecimal() and fields.get("type") == "STANDARD" else None


def _is_on(value: object) -> bool:
    """QuickBooks says true and false as booleans or as text."""
    return str(value).strip().lower() == "true"
