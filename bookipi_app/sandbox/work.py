"""What every write needs beside its own fields: the books, the switches, the moment and the author."""

from dataclasses import dataclass
from datetime import date, datetime

from bookipi_app.sandbox import faults, gateway, sales_faults
from bookipi_app.sandbox.company import Company, Record, reference_id, shown_name
from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.switches import Switches
from bookipi_app.sandbox.times import pacific_day, parse_day

BOOKKEEPER = "bookkeeper"
_CURRENCY_NAMES = {
    "USD": "United States Dollar",
    "CAD": "Canadian Dollar",
    "EUR": "Euro",
    "GBP": "British Pound Sterling",
}


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work in one company's books."""

    company: Company
    switches: Switches
    now: datetime
    actor: str = BOOKKEEPER
    include: frozenset[str] = frozenset()

    @property
    def today(self) -> date:
        """The company's calendar day."""
        return pacific_day(self.now)

    @property
    def by_person(self) -> bool:
        """Whether a person at the web face does this, rather than an app over the API."""
        return self.actor == BOOKKEEPER


def check_permitted(work: Work, kind: str) -> None:
    """Refuses an app whose person's role, or whose company's subscription, leaves this kind out."""
    switches = work.switches
    if work.by_person:
        return
    if kind in _listed(switches.not_permitted):
        raise gateway.not_permitted(switches.not_permitted_status)
    if kind in _listed(switches.not_in_subscription):
        raise gateway.not_in_subscription(switches.not_in_subscription_status)


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",")] if names else []


def existing(work: Work, kind: str, record_id: str, element: str) -> Record:
    """The active record a reference points to; an unknown or inactive one is refused."""
    record = work.company.find(kind, record_id)
    if record is None:
        raise faults.bad_reference(element)
    if not record.active:
        as_gone = work.switches.inactive_reference_code == "610"
        raise faults.not_found() if as_gone else faults.inactive_reference(element)
    return record


def check_reference(work: Work, body: JsonObject, name: str, kind: str, element: str = "") -> Record | None:
    """Checks a reference of the body if it is given, and fills in the name it shows. Terms show none."""
    target = reference_id(body, name)
    if not target:
        return None
    record = existing(work, kind, target, element or name)
    body[name] = {"value": target} if kind == "Term" else {"value": target, "name": shown_name(record)}
    return record


def check_books_open(work: Work, *days: object) -> None:
    """Refuses to touch a transaction dated in a closed period."""
    closed = parse_day(str(work.company.preference("AccountingInfoPrefs", "BookCloseDate") or ""))
    if closed is None:
        return
    for text in days:
        dated = parse_day(str(text or ""))
        if dated is not None and dated <= closed:
            has_password = work.switches.books_close_password
            raise faults.closed_books() if has_password else sales_faults.closed_books_without_password()


def check_currency(work: Work, body: JsonObject, old: Record | None, customer: Record | None = None) -> None:
    """Sets the currency: fixed once chosen, the customer's own, and the home currency unless there are several."""
    home = work.company.currency
    given = reference_id(body, "CurrencyRef")
    customers = reference_id(customer.body, "CurrencyRef") if customer else ""
    held = reference_id(old.body, "CurrencyRef") if old else ""
    wanted = given or held or (customers if work.by_person else "") or home
    if customers and wanted != customers and not given:
        raise faults.missing("CurrencyRef")
    foreign = wanted != home and not uses_currencies(work)
    if foreign or wanted != (held or wanted) or wanted != (customers or wanted):
        text = "The currency is not the customer's, cannot be changed, or is not in use in this company."
        raise faults.business(text, "CurrencyRef")
    body["CurrencyRef"] = {"value": wanted, "name": _CURRENCY_NAMES.get(wanted, wanted)}


def uses_currencies(work: Work) -> bool:
    """Whether the company keeps books in several currencies."""
    return work.company.preference("CurrencyPrefs", "MultiCurrencyEnabled") is True
