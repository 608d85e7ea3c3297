"""What a grant opens: which company it is, whether it can be connected, and what is chosen in it at connecting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bookipi_app.clock import Clock
from bookipi_app.quickbooks.client import QuickBooks
from bookipi_app.quickbooks.faults import GrantLost
from bookipi_app.quickbooks.index import OVERLAP, Row, pages, plain
from bookipi_app.quickbooks.oauth import OAuth, TokenPair
from bookipi_app.quickbooks.pace import this_pace
from bookipi_app.quickbooks.transport import Http
from bookipi_app.quickbooks.wire import Json, Purpose, as_list, as_object, as_text, ref
from bookipi_app.quickbooks.words import words_for

UNITED_STATES = {"us", "usa", "united states", "united states of america"}
KEPT_PREFERENCES = ("SalesFormsPrefs", "TaxPrefs", "CurrencyPrefs", "AccountingInfoPrefs")
_INCOME = "Income"
_ACCOUNT_TYPES = ("SalesOfProductIncome", "ServiceFeeIncome")
_ACCOUNT_NAMES = ("sales of product income", "services", "sales")
_ITEM_NAMES = ("services", "sales")


@dataclass(frozen=True)
class Chosen:
    """An object of QuickBooks that new records will use; both empty if there is none."""

    id: str = ""
    name: str = ""


@dataclass(frozen=True)
class Realm:
    """A QuickBooks company as it was at connecting."""

    id: str
    name: str
    country: str
    home_currency: str
    preferences: dict[str, Any]
    income_account: Chosen
    default_item: Chosen
    company_info: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def american(self) -> bool:
        """A US company that keeps its books in US dollars: the only kind that can be connected."""
        return self.country.strip().lower() in UNITED_STATES and self.home_currency.strip().upper() == "USD"


class Consent:
    """A grant that somebody just gave, before anything about it is stored: look, then keep it or give it back."""

    def __init__(
        self, pair: TokenPair, realm_id: str, oauth: OAuth, clock: Clock, http: Http | None = None
    ) -> None:
        self.realm_id = realm_id
        self.asked_at: datetime | None = None  # when its names were asked for, by QuickBooks' clock
        self._clock = clock
        books = QuickBooks(realm_id, _FreshPair(pair, oauth), clock, http, pace=this_pace())
        self._books = books.meant_for(Purpose.START)

    def look(self) -> Realm:
        """What company it is; see `look`."""
        return look(self._books)

    def names(self, lasts: timedelta) -> tuple[list[Row], datetime | None]:
        """The reference index with its cursor; neither if reading it takes longer than a browser can wait."""
        begun, self.asked_at = self._clock(), self._books.now()
        cursor = self.asked_at - OVERLAP
        rows: list[Row] = []
        for _, page in pages(self._books):
            rows += page
            if self._clock() - begun > lasts:
                return [], None
        return rows, cursor

    def give_back(self) -> None:
        """End the grant at Intuit."""
        self._books.tokens.revoke()


def look(books: QuickBooks) -> Realm:
    """Read the company and what is chosen in it. Four reads, whatever the size of the books.

    Raises:
        Forbidden: the realm id is not the one that the grant is for.
    """
    company, preferences = books.company_info(), books.preferences()
    accounts = books.query("SELECT * FROM Account WHERE AccountType = 'Income' MAXRESULTS 1000")
    items = books.query("SELECT * FROM Item WHERE Type = 'Service' MAXRESULTS 1000")
    return Realm(
        id=books.realm_id,
        name=as_text(company.get("CompanyName"))[:255],
        country=as_text(company.get("Country")),
        home_currency=ref(as_object(preferences.get("CurrencyPrefs")), "HomeCurrency"),
        preferences=kept(preferences),
        company_info=about(company),
        income_account=choose_income_account(accounts),
        default_item=choose_item(items),
    )


def kept(preferences: Json) -> dict[str, Any]:
    """What is kept of QuickBooks' settings."""
    return {name: plain(as_object(preferences.get(name))) for name in KEPT_PREFERENCES}


def about(company: Json) -> dict[str, Any]:
    """What is kept of what QuickBooks says about the company itself."""
    said = {
        as_text(one.get("Name")): as_text(one.get("Value"))
        for one in map(as_object, as_list(company.get("NameValue")))
    }
    return {
        "CompanyName": as_text(company.get("CompanyName"))[:255],
        "Country": as_text(company.get("Country"))[:60],
        **{name: said.get(name, "")[:60] for name in ("SubscriptionStatus", "OfferingSku")},
    }


def choose_income_account(accounts: Sequence[Json]) -> Chosen:
    """Sales of Product Income, else Services, else the first income account: QuickBooks wants one on every new item."""
    able = _in_order(
        [one for one in accounts if one.get("AccountType") == _INCOME and one.get("Active") is not False]
    )
    product, services = _ACCOUNT_TYPES
    first = _chosen(able[0]) if able else Chosen()
    return _of_type(able, product) or _named(able, _ACCOUNT_NAMES) or _of_type(able, services) or first


def choose_item(items: Sequence[Json]) -> Chosen:
    """The item for lines without one: Services, else Sales, else the first service item."""
    able = _in_order(
        [one for one in items if one.get("Type") == "Service" and one.get("Active") is not False]
    )
    return _named(able, _ITEM_NAMES) or (_chosen(able[0]) if able else Chosen())


class _FreshPair:
    """The tokens of a grant that is not stored yet. They are minutes old: nothing is renewed."""

    def __init__(self, pair: TokenPair, oauth: OAuth) -> None:
        self._pair = pair
        self._oauth = oauth

    def access_token(self) -> str:
        return self._pair.access

    def refresh(self, failed_token: str) -> str:
        raise GrantLost(words_for("3200"))

    def revoke(self) -> None:
        self._oauth.revoke(self._pair.refresh)


def _in_order(objects: list[Json]) -> list[Json]:
    def by_id(obj: Json) -> tuple[int, str]:
        remote_id = as_text(obj.get("Id"))
        return len(remote_id), remote_id

    return sorted(objects, key=by_id)


def _named(objects: Sequence[Json], names: Sequence[str]) -> Chosen | None:
    by_name = {as_text(obj.get("Name")).strip().lower(): obj for obj in reversed(objects)}
    return next((_chosen(by_name[name]) for name in names if name in by_name), None)


def _of_type(accounts: Sequence[Json], subtype: str) -> Chosen | None:
    return next((_chosen(one) for one in accounts if one.get("AccountSubType") == subtype), None)


def _chosen(obj: Json) -> Chosen:
    return Chosen(as_text(obj.get("Id"))[:32], as_text(obj.get("Name"))[:255])
