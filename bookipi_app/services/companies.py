"""Companies: the business a user invoices for, and how it does so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from sqlmodel import Session, col, select

from bookipi_app import live
from bookipi_app.clock import today_in
from bookipi_app.db import after_commit
from bookipi_app.errors import NotAllowed, NotFound
from bookipi_app.ids import parse_id
from bookipi_app.models import Company, Connection, ConnectionStatus, LoginSession, User
from bookipi_app.money import format_scaled
from bookipi_app.services.countries import CURRENCIES
from bookipi_app.services.fields import Fields
from bookipi_app.services.records import company_of
from bookipi_app.services.terms import TERMS
from bookipi_app.text import fold

__all__ = [
    "CompanyChoice",
    "CompanyForm",
    "add_company",
    "companies_of",
    "form_of_company",
    "get",
    "make_default",
    "switch",
    "today",
    "update_company",
]
MOST_NUMBER = 999_999_999
MOST_COMPANIES = 20
CONNECTED = "QuickBooks is connected to {name}, your default company. Disconnect it first."


@dataclass(frozen=True)
class CompanyForm:
    """What the settings pages send."""

    name: str = ""
    email: str = ""
    phone: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    time_zone: str = "America/New_York"
    number_prefix: str = "INV-"
    next_number: str = "1001"
    terms_name: str = "Net 30"
    tax_rate: str = ""
    discount_label: str = ""
    notes: str = ""


@dataclass(frozen=True)
class CompanyChoice:
    """A company in the switcher."""

    id: str
    name: str
    is_default: bool


def get(session: Session, company_id: UUID) -> Company:
    """The company.

    Raises:
        NotFound: there is none.
    """
    return company_of(session, company_id)


def today(session: Session, company_id: UUID, now: datetime) -> date:
    """The calendar day where the company is."""
    return today_in(company_of(session, company_id).time_zone, now)


def companies_of(session: Session, user_id: UUID) -> list[CompanyChoice]:
    """A user's companies by name, with the default one marked."""
    user = session.get_one(User, user_id)
    found = session.exec(select(Company).where(col(Company.user_id) == user_id).order_by(col(Company.name)))
    return [CompanyChoice(str(one.id), one.name, one.id == user.default_company_id) for one in found]


def add_company(session: Session, user_id: UUID, *, name: object, now: datetime) -> Company:
    """Another company of this user, in the user's own country; the default one stays.

    Raises:
        InvalidInput: field `company_name`.
    """
    user = session.get_one(User, user_id, with_for_update=True)
    fields = Fields()
    business = fields.text("company_name", name, 100, label="the company's name")
    known = companies_of(session, user_id)
    if len(known) >= MOST_COMPANIES:
        fields.errors["company_name"] = f"One account has at most {MOST_COMPANIES} companies."
    elif fold(business, 100) in {fold(one.name, 100) for one in known}:
        fields.errors["company_name"] = "You have a company of this name."
    fields.done()
    company = Company(
        user_id=user_id,
        name=business,
        country=user.country,
        currency=CURRENCIES.get(user.country, "USD"),
        email=user.email,
        created_at=now,
    )
    session.add(company)
    session.flush()
    return company


def switch(session: Session, user_id: UUID, session_id: str, company_id: object) -> Company:
    """Let a browser look at another of the user's companies.

    Raises:
        NotFound: no such company of this user.
    """
    company = _own(session, user_id, company_id)
    row = session.get(LoginSession, session_id, with_for_update=True)
    if row is None or row.user_id != user_id:
        raise NotFound
    row.company_id = company.id
    session.add(row)
    return company


def make_default(session: Session, user_id: UUID, company_id: object) -> Company:
    """The company that QuickBooks is connected to, and that a new browser opens with.

    Raises:
        NotFound: no such company of this user.
        NotAllowed: QuickBooks is connected: records of another company would go where they do not belong.
    """
    company = _own(session, user_id, company_id)
    user = session.get_one(User, user_id, with_for_update=True)
    if user.default_company_id == company.id:
        return company
    if (connected := _connected(session, user_id)) is not None:
        raise NotAllowed(CONNECTED.format(name=connected.name))
    user.default_company_id = company.id
    session.add(user)
    return company


def _own(session: Session, user_id: UUID, company_id: object) -> Company:
    company = session.get(Company, parse_id(company_id))
    if company is None or company.user_id != user_id:
        raise NotFound
    return company


def _connected(session: Session, user_id: UUID) -> Company | None:
    """The user's company with a living connection: not one that ended and is only remembered."""
    living = (
        select(Company)
        .join(Connection, col(Connection.company_id) == col(Company.id))
        .where(col(Company.user_id) == user_id, col(Connection.status) != ConnectionStatus.FROZEN)
    )
    return session.exec(living.limit(1)).first()


def update_company(session: Session, company_id: UUID, form: CompanyForm) -> Company:
    """Save the settings of a company. Its country and currency are not edited here.

    Raises:
        InvalidInput: a sentence for each field that is wrong.
    """
    company = company_of(session, company_id, lock=True)
    for name, value in _read(form).items():
        setattr(company, name, value)
    session.add(company)
    session.flush()
    after_commit(session, partial(live.publish, company_id, "settings"))
    return company


def form_of_company(company: Company) -> CompanyForm:
    """The form filled with a company."""
    same = (
        "name",
        "email",
        "phone",
        "line1",
        "line2",
        "city",
        "region",
        "postal_code",
        "time_zone",
        "number_prefix",
    )
    texts = {name: getattr(company, name) for name in (*same, "terms_name", "discount_label", "notes")}
    rate = format_scaled(company.tax_rate) if company.tax_rate else ""
    return CompanyForm(next_number=str(company.next_number), tax_rate=rate, **texts)


def _read(form: CompanyForm) -> dict[str, Any]:
    fields = Fields()
    values: dict[str, Any] = {
        "name": fields.text("name", form.name, 100, label="a name"),
        "email": fields.email("email", form.email),
        "phone": fields.text("phone", form.phone, 30),
        "line1": fields.text("line1", form.line1, 500),
        "line2": fields.text("line2", form.line2, 500),
        "city": fields.text("city", form.city, 255),
        "region": fields.text("region", form.region, 255),
        "postal_code": fields.text("postal_code", form.postal_code, 30),
        "time_zone": _zone(fields, form.time_zone),
        "number_prefix": fields.text("number_prefix", form.number_prefix, 12),
        "next_number": _next_number(fields, form.next_number),
        "terms_name": fields.text("terms_name", form.terms_name, 31),
        "tax_rate": fields.percent("tax_rate", form.tax_rate),
        "discount_label": fields.text("discount_label", form.discount_label, 40),
        "notes": fields.text("notes", form.notes, 1000, lines=True),
    }
    if values["terms_name"] not in TERMS:
        fields.errors["terms_name"] = "Choose terms from the list."
    fields.done()
    return values


def _zone(fields: Fields, value: object) -> str:
    if not isinstance(value, str) or value not in available_timezones():
        fields.errors["time_zone"] = "Choose a time zone from the list."
        return "UTC"
    return ZoneInfo(value).key


def _next_number(fields: Fields, value: object) -> int:
    text = value.strip() if isinstance(value, str) else ""
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:12]) <= MOST_NUMBER:
        fields.errors["next_number"] = f"Enter a whole number from 1 to {MOST_NUMBER:,}."
        return 1
    return int(text[:12])
