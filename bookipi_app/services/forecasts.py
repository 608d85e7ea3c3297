"""What QuickBooks will show of an invoice while it is written, and the ways out of a difference.

Worked out here from what is known of the connection: no call. A way out changes the form as a person could, so that the
form itself is what undoes it; nothing is saved by it but a setting, where the way out is one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from bookipi_app.models import DiscountMeaning, ShippingFallback, TaxSending
from bookipi_app.money import format_cents, format_scaled
from bookipi_app.services import money_choices, preflight
from bookipi_app.services.forecast_context import connection_of, forecast_context, linked_of
from bookipi_app.services.invoice_form import InvoiceForm
from bookipi_app.services.invoice_local import form_with, local_of, places_of
from bookipi_app.services.invoice_preview import Reading, read_as_saved
from bookipi_app.services.records import company_of
from bookipi_app.settings import settings
from bookipi_app.sync.forecast import Forecast, ForecastKind, WayOut, apply_way_out, forecast
from bookipi_app.sync.mapping import CannotCarry
from bookipi_app.sync.records import LocalInvoice

NOTHING_YET = ("no_lines",)  # causes that only say that nobody has typed enough
SETTINGS, SWITCHES = "/settings/integration", "/app/settings?p=Sales"
CHECK_AGAIN = "check_again"
ITS_DISCOUNT, NO_DISCOUNT = "it_is_a_discount", "it_is_something_else"


@dataclass(frozen=True)
class WayView:
    """One way out. Without `href` it is a button whose `code` goes to `take`; `outside` leads to QuickBooks."""

    code: str
    label: str
    href: str = ""
    outside: bool = False


@dataclass(frozen=True)
class ForecastView:
    """The line under the card. `kind` is empty while there is nothing to say; `mark` and `tone` are its looks."""

    kind: str = ""
    mark: str = ""
    strong: str = ""
    words: str = ""
    ways: tuple[WayView, ...] = ()


@dataclass(frozen=True)
class Changed:
    """What a way out made of the form, and one sentence that says so; no sentence if it changed nothing.

    `places` says for each line of the form where it stood in the form before, or -1 for a new one.
    """

    form: InvoiceForm
    words: str
    places: tuple[int, ...] = ()


MARKS = {
    ForecastKind.SAME: "synced",
    ForecastKind.DIFFERS: "differs",
    ForecastKind.DEPENDS: "differs",
    ForecastKind.WILL_NOT_SYNC: "attention",
}
UNCLEAR = ForecastView(
    "unclear",
    "not_synced",
    "Not clear yet.",
    "What QuickBooks will show is said when nothing is marked wrong.",
)


def forecast_of(session: Session, company_id: UUID, invoice_id: object, reading: Reading) -> ForecastView:
    """The forecast of a form as it was read; nothing to say without a connection, or while nothing is typed."""
    connection = connection_of(session, company_id)
    if connection is None or not reading.lines:
        return ForecastView()
    if reading.totals is None or reading.errors:
        return UNCLEAR
    local = local_of(reading, company_of(session, company_id).currency)
    context = forecast_context(session, connection, local.customer_id)
    found = forecast(local, context, linked_of(session, connection, invoice_id))
    if found.cause in NOTHING_YET:
        return ForecastView()
    return _view(found, local, money_choices.renamed_discount(session, company_id))


def look(
    session: Session, company_id: UUID, invoice_id: object, form: InvoiceForm
) -> tuple[Reading, ForecastView]:
    """A form as it was read, and its forecast.

    Raises:
        NotFound: no such invoice in this company.
    """
    reading = read_as_saved(session, company_id, invoice_id, form)
    return reading, forecast_of(session, company_id, invoice_id, reading)


def take(
    session: Session, company_id: UUID, invoice_id: object, form: InvoiceForm, way: str, *, now: datetime
) -> Changed:
    """Go a way out: the form as it then is. A way that is a setting saves the setting and leaves the form.

    Raises:
        NotFound: no such invoice in this company.
        NotAllowed: not connected.
    """
    if way in _SETTINGS:
        choose, value, words = _SETTINGS[way]
        choose(session, company_id, value, now=now)
        return Changed(form, words)
    reading, connection = (
        read_as_saved(session, company_id, invoice_id, form),
        connection_of(session, company_id),
    )
    if connection is None or reading.totals is None:
        return Changed(form, "")
    local = local_of(reading, company_of(session, company_id).currency)
    context = forecast_context(session, connection, local.customer_id)
    found = forecast(local, context, linked_of(session, connection, invoice_id))
    offered = next((one for one in found.ways_out if one == way), None)
    after = _applied(offered, local, found) if offered else None
    if offered is None or after is None:
        return Changed(form, "")
    return Changed(form_with(form, reading, after), _said(offered, local, after), places_of(reading, after))


def _applied(way: WayOut, local: LocalInvoice, found: Forecast) -> LocalInvoice | None:
    try:
        return apply_way_out(way, local, found.tax_cents)
    except CannotCarry:  # it does not add up any more
        return None


def _view(found: Forecast, local: LocalInvoice, discount_name: str) -> ForecastView:
    head, _, rest = found.words.partition(": ")
    total = format_cents(local.total_cents, local.currency)
    ways = tuple(way for code in found.ways_out for way in _ways(code, found, local, discount_name))
    if found.kind is ForecastKind.SAME:
        return ForecastView(found.kind, MARKS[found.kind], "Same total in QuickBooks:", f"{total}.")
    strong, words = f"{head}{':' if rest else ''}", rest
    if found.kind is ForecastKind.DIFFERS and found.difference_cents:
        there = format_cents(local.total_cents + found.difference_cents, local.currency)
        words = f"{rest.removesuffix('.')} ({there} there, {total} here)."
    return ForecastView(found.kind, MARKS[found.kind], strong, words, ways)


def _ways(code: WayOut, found: Forecast, local: LocalInvoice, discount_name: str) -> tuple[WayView, ...]:
    """The buttons of one way out."""
    name = discount_name or money_choices.DISCOUNT
    match code:
        case WayOut.SAY_WHAT_DISCOUNT_MEANS:
            return (
                WayView(ITS_DISCOUNT, f"{name} is a discount"),
                *(() if found.cause == "not_a_discount" else (WayView(NO_DISCOUNT, "It is something else"),)),
            )
        case WayOut.CHOOSE_ITEM:
            return (WayView(code, "Choose the item", SETTINGS),)
        case WayOut.USE_QUICKBOOKS_TAX if found.tax_cents is not None:
            tax = format_cents(found.tax_cents, local.currency)
            return (WayView(code, f"Use QuickBooks’ tax, {tax}"),)
        case WayOut.DROP_SECOND_TAX:
            return (WayView(code, f"Use {format_scaled(local.tax_rate)}% alone"),)
        case WayOut.REMOVE_DISCOUNT:
            return (
                WayView(code, f"Take off the {name.lower()}" if not discount_name else f"Take off {name}"),
            )
        case WayOut.SWITCH_ON_DISCOUNTS | WayOut.SWITCH_ON_SHIPPING | WayOut.SWITCH_ON_SALES_TAX:
            address = f"{settings().quickbooks_web_url}{SWITCHES}"
            return WayView(code, _LABELS[code], address, outside=True), WayView(CHECK_AGAIN, "Check again")
        case _ if code in _LABELS:
            return (WayView(code, _LABELS[code]),)
        case _:
            return ()


_LABELS = {
    WayOut.TURN_DISCOUNT_INTO_LINE_DISCOUNTS: "Put it on the lines",
    WayOut.TURN_LINE_DISCOUNTS_INTO_PRICES: "Turn it into lower prices",
    WayOut.MAKE_SHIPPING_A_LINE: "Make shipping a line",
    WayOut.SWITCH_TO_EXCLUSIVE: "Add the tax instead",
    WayOut.REMOVE_TAX: "Take the tax off",
    WayOut.REMOVE_FOREIGN_LINES: "Remove that line",
    WayOut.SEND_TAX_AS_BILLED: "Always send tax as billed",
    WayOut.SEND_SHIPPING_AS_ITEM: "Always send it as a line",
    WayOut.SWITCH_ON_DISCOUNTS: "Switch them on",
    WayOut.SWITCH_ON_SHIPPING: "Switch it on",
    WayOut.SWITCH_ON_SALES_TAX: "Switch it on",
}
_SAID = {
    WayOut.TURN_DISCOUNT_INTO_LINE_DISCOUNTS: "The discount is on the lines now",
    WayOut.TURN_LINE_DISCOUNTS_INTO_PRICES: "The lines’ discounts are lower prices now",
    WayOut.MAKE_SHIPPING_A_LINE: "Shipping is a line now",
    WayOut.SWITCH_TO_EXCLUSIVE: "The tax is added to the prices now",
    WayOut.DROP_SECOND_TAX: "The second tax is taken off",
    WayOut.REMOVE_TAX: "The tax is taken off",
    WayOut.REMOVE_DISCOUNT: "The discount is taken off",
    WayOut.REMOVE_FOREIGN_LINES: "The line that only QuickBooks can make is gone",
    WayOut.USE_QUICKBOOKS_TAX: "QuickBooks’ tax is on the invoice now",
}


def _check_again(session: Session, company_id: UUID, _value: str, *, now: datetime) -> None:
    preflight.check_again(session, company_id, now=now)


_SETTINGS: dict[str, tuple[Callable[..., None], str, str]] = {
    CHECK_AGAIN: (_check_again, "", "Asking QuickBooks for its settings. This line follows by itself."),
    WayOut.SEND_TAX_AS_BILLED.value: (
        money_choices.choose_tax,
        TaxSending.AS_BILLED.value,
        "Saved for all invoices: your tax counts in QuickBooks too.",
    ),
    WayOut.SEND_SHIPPING_AS_ITEM.value: (
        money_choices.choose_shipping,
        ShippingFallback.ITEM.value,
        "Saved for all invoices: shipping goes over as an ordinary line.",
    ),
    ITS_DISCOUNT: (
        money_choices.choose_discount,
        DiscountMeaning.DISCOUNT.value,
        "Saved for all invoices: it is a discount.",
    ),
    NO_DISCOUNT: (
        money_choices.choose_discount,
        DiscountMeaning.SOMETHING_ELSE.value,
        "Saved for all invoices: it is not a discount.",
    ),
}


def _said(way: WayOut, before: LocalInvoice, after: LocalInvoice) -> str:
    """What changed, and whether the customer's total moved."""
    was, now = (format_cents(one.total_cents, one.currency) for one in (before, after))
    moved = "the total stays" if was == now else f"the total was {was}"
    return f"{_SAID[way]}; {moved}."
