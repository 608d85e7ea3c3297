"""A normal day: the demo account, connected through its pages to books of its own, and what needs a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from playwright.sync_api import BrowserContext
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from bookipi_app.db import Database
from bookipi_app.models import Connection, Flag, Kind, SyncRecord, TaxSending
from bookipi_app.services import asked, customers, decisions, invoices, older
from bookipi_app.services.customer_form import CustomerForm, form_of_customer
from bookipi_app.services.invoices import InvoiceForm, LineForm
from tests.launcher import wait_for
from tests.screenshots.accounts import OWNER, demo, is_connected
from tests.stories.acts import SECONDS, connect
from tests.stories.books import Books, open_books

WORK = (
    ("Courtyard beds\nCleared, edged and planted", "1", "640"),
    ("Hardwood mulch\nCubic yard, installed", "8", "47.50"),
    ("Texas sage, 1 gal\nPlanted along the drive", "14", "16.45"),
    ("Irrigation check\nPer zone", "6", "43"),
)
TAKEN, CLASHING = "Zilker Park Conservancy", "Rosewood Estates"


def connected_demo(context: BrowserContext, database: Database, sandbox_url: str) -> None:
    """Connect the demo account, bring its year over, and let three things go otherwise than wished. Done once."""
    company_id = demo(database).company_id
    with database.reading() as session:
        if is_connected(session, company_id):
            return
    books = open_books(sandbox_url)
    page = context.new_page()
    page.goto("/dashboard")
    connect(page, books.realm)
    page.close()
    _bring_over(database, company_id)
    _other_total(database, company_id)
    _taken_name(database, company_id, books)
    _clash(database, company_id, books)


def _bring_over(database: Database, company_id: UUID) -> None:
    with database.transaction() as session:
        for kind in Kind:
            older.bring_over(session, company_id, kind, now=datetime.now(UTC))
    _at_rest(database)
    for _ in range(2):  # what is linked may be found to differ
        _settle(database, company_id)
        _at_rest(database)


def _settle(database: Database, company_id: UUID) -> None:
    """The books know some of it already: each is the same as there, and says what it says here."""
    now = datetime.now(UTC)
    with database.transaction() as session:
        own = SyncRecord.connection_id == _connection(session, company_id).id
        for record in session.exec(select(SyncRecord).where(own)).all():
            pair = asked.pair_of(record)
            if record.flag is Flag.CONFLICT:
                decisions.choose_all(session, company_id, record.id, "ours", pair, now=now, who=OWNER)
            if record.flag is Flag.ATTENTION and record.cause == "match":
                candidate = (record.detail or {})["candidates"][0]["id"]
                decisions.link_to(session, company_id, record.id, candidate, pair, now=now, who=OWNER)


def _other_total(database: Database, company_id: UUID) -> None:
    """QuickBooks works out the tax of one invoice, by another rate than ours."""
    with database.transaction() as session:
        connection = _connection(session, company_id)
        connection.tax_sending = TaxSending.AS_COMPUTED
        buyer = customers.pick(session, company_id, "Daniel")[0]
        form = InvoiceForm(
            customer_id=buyer.id, terms_name="Net 30", tax_mode="exclusive", tax_rate="8.5", notes="",
            issue_date=datetime.now(UTC).date().isoformat(),
            lines=[LineForm(description=what, quantity=count, price=each, taxable=True) for what, count, each in WORK],
        )  # fmt: skip
        saved = invoices.save(session, company_id, None, form, issue=True, now=datetime.now(UTC), who=OWNER)
    _at_rest(database)
    with database.transaction() as session:
        words = "Thank you for having us. The beds are watered until April."
        invoices.send(
            session, company_id, saved.id, to=buyer.email, message=words, now=datetime.now(UTC), who=OWNER
        )
        _connection(session, company_id).tax_sending = TaxSending.AS_BILLED


def _taken_name(database: Database, company_id: UUID, books: Books) -> None:
    books.make("Vendor", DisplayName=TAKEN)
    with database.transaction() as session:
        form = CustomerForm(name=TAKEN, email="office@zilker.example")
        customers.save(session, company_id, None, form, now=datetime.now(UTC), who=OWNER)
    _at_rest(database)


def _clash(database: Database, company_id: UUID, books: Books) -> None:
    """A phone and a company's name, edited on both sides while nothing travels."""
    with database.transaction() as session:
        _connection(session, company_id).paused_until = datetime.now(UTC) + timedelta(hours=1)
    [there] = books.find("Customer", DisplayName=CLASHING)
    books.change(
        "Customer",
        there["Id"],
        PrimaryPhone={"FreeFormNumber": "(512) 555-0199"},
        CompanyName="Rosewood Inc.",
    )
    with database.transaction() as session:
        customer = customers.get(session, company_id, customers.pick(session, company_id, CLASHING)[0].id)
        form = replace(
            form_of_customer(customer), phone="(512) 555-0101", company_name="Rosewood Estates LLC"
        )
        customers.save(session, company_id, customer.id, form, now=datetime.now(UTC), who=OWNER)
        connection = _connection(session, company_id)
        connection.paused_until, connection.feed_due_at = None, datetime.now(UTC)
    wait_for(lambda: _count(database, _clashes(company_id)), SECONDS, "the conflict")


def _connection(session: Session, company_id: UUID) -> Connection:
    return session.exec(select(Connection).where(Connection.company_id == company_id)).one()


def _clashes(company_id: UUID) -> ColumnElement[bool]:
    own = select(Connection.id).where(Connection.company_id == company_id)
    return (col(SyncRecord.flag) == Flag.CONFLICT) & col(SyncRecord.connection_id).in_(own)


def _at_rest(database: Database) -> None:
    """Nothing is on its way; what waits for an answer first is looked at again much later."""

    def due_soon() -> int:
        return _count(database, col(SyncRecord.due_at) <= datetime.now(UTC) + timedelta(seconds=5))

    wait_for(lambda: not due_soon(), SECONDS, "everything to be carried over")


def _count(database: Database, wanted: ColumnElement[bool]) -> int:
    with database.reading() as session:
        return session.exec(select(func.count()).select_from(SyncRecord).where(wanted)).one()
