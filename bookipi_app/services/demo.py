"""The demo account: a landscaping firm in Austin with a year of invoices, made through the services themselves.

Everything follows from a fixed seed and the day it is made, so that two starts on one day show the same.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlmodel import Session, select

from bookipi_app.clock import today_in
from bookipi_app.db import transaction
from bookipi_app.models import Company, Invoice, User
from bookipi_app.services import auth, companies, customers, invoices, items, logos, mailer
from bookipi_app.services.customers import CustomerForm
from bookipi_app.services.demo_records import CUSTOMERS, ITEMS, JOBS, NOTES
from bookipi_app.services.invoices import InvoiceForm, LineForm
from bookipi_app.services.items import ItemForm

__all__ = ["DEMO_EMAIL", "DEMO_PASSWORD", "seed_demo"]
DEMO_EMAIL = "demo@bookipi.test"
DEMO_PASSWORD = "cedar-and-stone"
WHO = "Maria Delgado"
LOGO = Path(__file__).with_name("demo_logo.png")
INVOICES = 40
DRAFTS = {0, 3, 7, 10}  # counted back from the newest, as below
OVERDUE = {12, 15, 19}  # unpaid beyond their due date
YEAR = timedelta(days=352)
BUSIER = 1.5  # business grew: above 1, invoices stand closer together towards the end of the year
SEED = 512


@dataclass(frozen=True)
class _Firm:
    """What the invoices are made of."""

    company_id: UUID
    customers: tuple[UUID, ...]
    items: tuple[UUID, ...]


def seed_demo(session: Session | None = None, now: datetime | None = None) -> bool:
    """Make the demo account unless it exists; True if it was made. Without a session it commits by itself."""
    if session is None:
        with transaction() as own:
            return seed_demo(own, now)
    now = now or datetime.now(UTC)
    if session.exec(select(User.id).where(User.email_key == auth.email_key(DEMO_EMAIL))).first():
        return False
    firm = _firm(session, now)
    chance = random.Random(SEED)  # noqa: S311 — invented business, and the same one each time
    for place in range(INVOICES):
        _invoice(session, firm, place, chance, now)
    return True


def _firm(session: Session, now: datetime) -> _Firm:
    begun = now - YEAR - timedelta(days=5)
    user = auth.sign_up(
        session,
        email=DEMO_EMAIL,
        password=DEMO_PASSWORD,
        name=WHO,
        country="US",
        company_name="Cedar & Stone Landscaping",
        now=begun,
    )
    assert user.default_company_id is not None
    company_id = user.default_company_id
    form = companies.form_of_company(companies.get(session, company_id))
    companies.update_company(
        session,
        company_id,
        replace(
            form,
            phone="(512) 555-0148",
            line1="2108 E Cesar Chavez St",
            city="Austin",
            region="TX",
            postal_code="78702",
            time_zone="America/Chicago",
            tax_rate="8.25",
            notes=NOTES,
        ),
    )
    logos.set_logo(session, company_id, LOGO.read_bytes(), begun)
    return _Firm(company_id, _customers(session, company_id, begun), _items(session, company_id, begun))


def _customers(session: Session, company_id: UUID, begun: datetime) -> tuple[UUID, ...]:
    ids: list[UUID] = []
    for known in CUSTOMERS:
        form = CustomerForm(
            name=known.name,
            email=known.email,
            phone=known.phone,
            bill_line1=known.line1,
            bill_city=known.city,
            bill_region="TX",
            bill_postal_code=known.postal_code,
            bill_country="US",
        )
        ids.append(customers.save(session, company_id, None, form, now=begun, who=WHO).id)
    return tuple(ids)


def _items(session: Session, company_id: UUID, begun: datetime) -> tuple[UUID, ...]:
    forms = [ItemForm(one.name, one.sku, one.description, one.price, one.taxable) for one in ITEMS]
    return tuple(items.save(session, company_id, None, form, now=begun, who=WHO).id for form in forms)


def _invoice(session: Session, firm: _Firm, place: int, chance: random.Random, now: datetime) -> None:
    """One invoice of the year; some of the last are drafts, most older ones are paid."""
    back = INVOICES - 1 - place
    made = now - YEAR * (back / INVOICES) ** BUSIER - timedelta(minutes=40 + 7 * back)
    customer = chance.randrange(len(CUSTOMERS))
    form = _form(session, firm, place, customer, chance, made)
    draft = back in DRAFTS
    saved = invoices.save(session, firm.company_id, None, form, issue=not draft, now=made, who=WHO)
    if draft:
        return
    _send(session, firm, saved, CUSTOMERS[customer].email, made + timedelta(minutes=12))
    _pay(session, firm, saved, back, chance, now)


def _form(
    session: Session, firm: _Firm, place: int, customer: int, chance: random.Random, made: datetime
) -> InvoiceForm:
    company = session.get_one(Company, firm.company_id)
    job = [line for recipe in chance.sample(JOBS, k=1 + place % 3) for line in recipe]
    lines = [
        LineForm(
            item_id=str(firm.items[at]),
            description=ITEMS[at].description,
            quantity=quantity,
            price=ITEMS[at].price,
            taxable=ITEMS[at].taxable,
        )
        for at, quantity in job
    ]
    if place % 9 == 4:
        lines[0] = replace(lines[0], discount_kind="percent", discount_value="10")
    return InvoiceForm(
        customer_id=str(firm.customers[customer]),
        issue_date=today_in(company.time_zone, made).isoformat(),
        terms_name=CUSTOMERS[customer].terms,
        po_number=f"PO-{400 + place}" if place % 5 == 1 else "",
        lines=lines,
        discount_kind="percent" if place % 7 == 2 else "fixed" if place % 11 == 3 else "none",
        discount_value="5" if place % 7 == 2 else "25.00" if place % 11 == 3 else "",
        shipping="45.00" if place % 6 == 0 else "",
        tax_mode="exclusive",
        tax_rate="8.25",
        notes=NOTES,
    )


def _send(session: Session, firm: _Firm, saved: Invoice, to: str, moment: datetime) -> None:
    """Sent long ago: the demo's letters are kept out of the post."""
    invoices.send(session, firm.company_id, saved.id, to=to, message="", now=moment, who=WHO)
    mailer.mark_as_sent(session, saved.id, moment)


def _pay(
    session: Session, firm: _Firm, saved: Invoice, back: int, chance: random.Random, now: datetime
) -> None:
    zone = session.get_one(Company, firm.company_id).time_zone
    today = today_in(zone, now)
    late = saved.due_date < today
    days = chance.randrange(2, 20)
    if saved.total_cents == 0 or (late and back in OVERDUE) or (not late and back % 3 != 1):
        return
    moment = min(saved.created_at + timedelta(days=days), now)
    share = saved.total_cents // 2 if not late and back % 2 else saved.total_cents
    invoices.add_payment(
        session,
        firm.company_id,
        saved.id,
        amount=f"{share // 100}.{share % 100:02d}",
        paid_on=today_in(zone, moment).isoformat(),
        method=chance.choice(("Check", "Bank transfer", "Card")),
        now=moment,
        who=WHO,
    )
