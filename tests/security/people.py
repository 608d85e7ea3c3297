"""Two people who know nothing of each other in the database of a running app, and everything of one of them in words
that occur nowhere else, so that a leak is seen wherever it goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import MetaData, text
from sqlmodel import Session, select

from bookipi_app.db import AFTER_COMMIT, Database
from bookipi_app.models import (
    Connection,
    ConnectionStatus,
    Customer,
    Flag,
    Invoice,
    InvoiceLine,
    Kind,
    Mail,
    MailStatus,
    Payment,
    SyncRecord,
)
from bookipi_app.services import auth, companies, customers, invoices, items, payments
from bookipi_app.services.customers import CustomerForm
from bookipi_app.services.invoices import InvoiceForm, LineForm
from bookipi_app.services.items import ItemForm

PASSWORD = "a plain long password"
Rows = dict[str, set[tuple[str, ...]]]


@dataclass
class Person:
    """Somebody with a company, their records' ids, and a signed-in browser."""

    word: str  # part of every name of theirs
    user_id: UUID
    company_id: UUID
    second_id: UUID  # another company of the same person
    cookie: str
    second_cookie: str  # a browser that looks at that one
    ids: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def known(self) -> tuple[str, ...]:
        """Every id by which a row would be this person's."""
        return (str(self.user_id), str(self.company_id), *self.ids.values())


def person(store: Database, word: str, *, records: bool = True) -> Person:
    """A new account; with `records` one of each kind, joined to a QuickBooks company that is never asked."""
    now = datetime.now(UTC)
    with store.transaction() as session:
        user = auth.sign_up(
            session,
            email=f"{word}@example.com",
            password=PASSWORD,
            name=f"{word} Owner",
            country="US",
            company_name=f"{word} Works",
            now=now,
        )
        assert user.default_company_id
        second = companies.add_company(session, user.id, name=f"Second {word}", now=now)
        one = Person(
            word,
            user.id,
            user.default_company_id,
            second.id,
            auth.start_session(session, user, user_agent="", now=now),
            auth.start_session(session, user, user_agent="", now=now, company_id=second.id),
        )
        if records:
            _fill(session, one, now)
        session.info.pop(AFTER_COMMIT, None)  # nobody is told: a new account, seen by no page yet
    return one


def rows_of(store: Database, *known: str) -> Rows:
    """The rows of all tables that hold one of these ids, or every row without any; as texts."""
    tables = MetaData()
    tables.reflect(store.engine)
    found: Rows = {}
    with store.engine.connect() as connection:
        for table in tables.sorted_tables:
            rows = {
                tuple(map(_text, row)) for row in connection.execute(text(f'SELECT * FROM "{table.name}"'))
            }
            bare = [one.replace("-", "") for one in known]
            found[table.name] = {
                row for row in rows if not known or any(one in "".join(row).replace("-", "") for one in bare)
            }
    return found


def changes(before: Rows, after: Rows) -> dict[str, set[tuple[str, ...]]]:
    """The rows that came, went or changed, by table."""
    return {name: rows ^ before[name] for name, rows in after.items() if rows != before[name]}


def _fill(session: Session, one: Person, now: datetime) -> None:
    told: dict[str, Any] = {"now": now, "who": one.word}
    customer = customers.save(
        session, one.company_id, None, CustomerForm(name=f"{one.word} Customer", phone="1"), **told
    )
    item = items.save(session, one.company_id, None, ItemForm(name=f"{one.word} Item", price="10"), **told)
    line = LineForm(item_id=str(item.id), description=f"{one.word} Line", quantity="2", price="10")
    form = InvoiceForm(customer_id=str(customer.id), lines=[line], notes=f"{one.word} Notes")
    invoice = invoices.save(session, one.company_id, None, form, issue=True, **told)
    draft = invoices.save(session, one.company_id, None, form, issue=False, **told)
    payments.add_payment(
        session, one.company_id, invoice.id, amount="1.00", paid_on="", method=f"{one.word} Cash", **told
    )
    one.ids |= {
        "customer": str(customer.id),
        "item": str(item.id),
        "invoice": str(invoice.id),
        "draft": str(draft.id),
        "payment": str(_id_of(session, Payment, invoice)),
        "line": str(_id_of(session, InvoiceLine, invoice)),
        "letter": str(_letter(session, one, invoice)),
        "record": str(_joined(session, one, customer, now)),
        "session": auth._digest(one.cookie)[:16],
    }


def _id_of(session: Session, part: Any, invoice: Invoice) -> UUID:
    return session.exec(select(part.id).where(part.invoice_id == invoice.id)).one()


def _letter(session: Session, one: Person, invoice: Invoice) -> UUID:
    letter = Mail(
        company_id=one.company_id,
        invoice_id=invoice.id,
        recipient="somebody@example.com",
        subject=f"{one.word} Subject",
        body=f"{one.word} Body",
        status=MailStatus.FAILED,
        created_at=datetime.now(UTC),
    )
    session.add(letter)
    session.flush()
    return letter.id


def _joined(session: Session, one: Person, customer: Customer, now: datetime) -> UUID:
    """A conflict over a customer, in a connection that lies still."""
    connection = Connection(
        company_id=one.company_id,
        realm_id=str(one.company_id.int)[:15],
        quickbooks_name=f"{one.word} Books",
        status=ConnectionStatus.RECONNECT,
        told_lost_at=now,
        first_connected_at=now - timedelta(days=1),
        connected_at=now - timedelta(days=1),
    )
    session.add(connection)
    session.flush()
    record = SyncRecord(
        connection_id=connection.id,
        kind=Kind.CUSTOMER,
        local_id=customer.id,
        remote_id="7",
        remote_token=3,
        flag=Flag.CONFLICT,
        flag_since=now,
        detail={"local_version": customer.version, "remote_token": 3, "units": _units(one.word)},
    )
    session.add(record)
    session.flush()
    return record.id


def _units(word: str) -> list[dict[str, Any]]:
    words = {side: f"{word} {side}" for side in ("base", "ours", "theirs")}
    return [{"unit": "phone", "label": "Phone", "words": words}]


def _text(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
