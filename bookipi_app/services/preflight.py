"""What QuickBooks says of the company and its settings, which decide how an invoice is carried over, in words.

Read at connecting and again every day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlmodel import Session

from bookipi_app.models import ConnectionStatus, ShippingFallback
from bookipi_app.services import asked, marks
from bookipi_app.services.flags import newest_connection
from bookipi_app.services.records import company_of
from bookipi_app.services.words import long_day, moment_words

SHIPPING_AS_LINE = "It goes over as an ordinary line. Turn it on there under Sales to have its own box."
SHIPPING_WAITS = (
    "Invoices with shipping wait here. Turn it on there under Sales, or choose a line for it below."
)
UNITED_STATES = {"us", "usa", "united states", "united states of america"}


@dataclass(frozen=True)
class SettingFact:
    """One setting. `tone` is ok, warn or bad; `mark` the icon that goes with it."""

    tone: str
    mark: str
    title: str
    words: str


@dataclass(frozen=True)
class Preflight:
    """All that is known, and when it was read; no facts without a connection."""

    read: str = ""
    facts: tuple[SettingFact, ...] = ()


def preflight(session: Session, company_id: UUID) -> Preflight:
    """What QuickBooks' settings mean for this company's invoices, and when they were read."""
    connection = newest_connection(session, company_id)
    if connection is None or connection.status is ConnectionStatus.FROZEN or not connection.preferences:
        return Preflight()
    zone = company_of(session, company_id).time_zone
    read_at = connection.preflight_at or connection.connected_at
    waits = connection.shipping_fallback is ShippingFallback.REFUSE
    facts = facts_of(connection.preferences, connection.company_info or {}, shipping_waits=waits)
    return Preflight(moment_words(read_at, zone, read_at), facts)


def check_again(session: Session, company_id: UUID, *, now: datetime) -> None:
    """Read QuickBooks' settings at once, and not tomorrow: somebody has just changed them there.

    Raises:
        NotAllowed: not connected.
    """
    connection = asked.connection(session, company_id)
    connection.preflight_due_at = now
    session.add(connection)
    session.flush()
    marks.wake(session, connection.id)


def facts_of(
    preferences: Mapping[str, Any], company: Mapping[str, Any] | None = None, *, shipping_waits: bool = False
) -> tuple[SettingFact, ...]:
    """The facts in the order of their weight. A setting that was not read is left out, never guessed."""
    sales, tax = _part(preferences, "SalesFormsPrefs"), _part(preferences, "TaxPrefs")
    books = _part(preferences, "AccountingInfoPrefs")
    facts = [
        *_company(company or {}, _part(preferences, "CurrencyPrefs")),
        _sales_tax(tax),
        _switch(
            sales.get("AllowDiscount"),
            _ok(
                "Discounts are on",
                "A discount on the whole invoice carries over; one on a line becomes a lower price.",
            ),
            _warn(
                "Discounts are off",
                "A discount on the whole invoice cannot go over; one on a line becomes a lower price.",
            ),
        ),
        _switch(
            sales.get("AllowShipping"),
            _ok("Shipping is on", "Shipping has its own box in QuickBooks too."),
            _warn("Shipping is off", SHIPPING_WAITS if shipping_waits else SHIPPING_AS_LINE),
        ),
        _switch(
            sales.get("CustomTxnNumbers"),
            _ok("Custom numbers are on", "Your invoice numbers are kept."),
            _warn(
                "Custom numbers are off",
                "QuickBooks may give its own. They are taken here; once an invoice left the house, you are asked. "
                "Turn custom numbers on there under Sales.",
            ),
        ),
        _closing(books.get("BookCloseDate")),
    ]
    return tuple(fact for fact in facts if fact)


def _company(company: Mapping[str, Any], currency: Mapping[str, Any]) -> list[SettingFact | None]:
    """Country, home currency, subscription. Country and currency are one line as long as both are right."""
    country = str(company.get("Country") or "").strip()
    home = str(_part(currency, "HomeCurrency").get("value") or "").strip().upper()
    several = str(currency.get("MultiCurrencyEnabled")).lower() == "true"
    foreign = bool(country) and country.lower() not in UNITED_STATES
    fits = bool(country) and not foreign and home == "USD"
    return [
        _ok("A US company that keeps its books in US dollars", "Amounts carry over as they are.")
        if fits
        else None,
        _bad("Not a US company", "Only US companies can be shared. Its country was changed in QuickBooks.")
        if foreign
        else None,
        _bad(
            f"The home currency is {home}", "Only books in US dollars can be shared. Disconnect this company."
        )
        if home and home != "USD"
        else None,
        _warn(
            "Several currencies are on", "Invoices in another currency than US dollars stay where they are."
        )
        if several
        else None,
        _subscription(str(company.get("SubscriptionStatus") or "")),
    ]


def _subscription(status: str) -> SettingFact | None:
    match status.strip().upper():
        case "PAID":
            return _ok("The subscription is paid", "QuickBooks takes what is sent.")
        case "TRIAL":
            words = "When the trial ends, QuickBooks can only be read: changes then wait here."
            return _warn("QuickBooks is on trial", words)
        case "EXPIRED" | "SUSPENDED" | "CANCELLED" | "CANCELED":
            words = "QuickBooks can only be read: changes wait here. Renew the subscription there."
            return _bad("The subscription has ended", words)
        case _:
            return None


def _sales_tax(tax: Mapping[str, Any]) -> SettingFact | None:
    words = "Totals are compared to the cent; where they differ, the invoice says why."
    if tax.get("PartnerTaxEnabled"):
        return _ok("Sales tax is on", f"QuickBooks works it out by address. {words}")
    return _switch(
        tax.get("UsingSalesTax"),
        _ok("Sales tax is on", f"QuickBooks works it out by its own rates. {words}"),
        _warn(
            "Sales tax is off",
            "Invoices with sales tax would have another total there. Turn it on under Taxes.",
        ),
    )


def _closing(text: object) -> SettingFact | None:
    try:
        day = date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        day = None
    if day is None:
        return None
    words = "Invoices dated up to that day cannot be created or changed there."
    return _bad(f"Books are closed up to {long_day(day)}", words)


def _switch(value: object, on: SettingFact, off: SettingFact) -> SettingFact | None:
    """QuickBooks says true and false as booleans or as text; anything else says nothing."""
    said = str(value).strip().lower()
    return {"true": on, "false": off}.get(said)


def _ok(title: str, words: str) -> SettingFact:
    return SettingFact("ok", "synced", title, words)


def _warn(title: str, words: str) -> SettingFact:
    return SettingFact("warn", "differs", title, words)


def _bad(title: str, words: str) -> SettingFact:
    return SettingFact("bad", "attention", title, words)


def _part(preferences: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = preferences.get(name)
    return cast(Mapping[str, Any], part) if isinstance(part, Mapping) else {}
