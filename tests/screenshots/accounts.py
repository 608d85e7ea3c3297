"""The accounts that pictures are taken of, written into the running app's database through its own services.

Their connections are rows that nothing is due for, so that the engine leaves them as they are: a state of the card can
be looked at for as long as it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from bookipi_app.db import Database
from bookipi_app.models import Company, Connection, ConnectionStatus, Flag, Kind, SyncRecord, User
from bookipi_app.services import auth, companies, customers
from bookipi_app.services.connections import CONNECTED_AGAIN, REVIEW
from bookipi_app.services.customers import CustomerForm
from bookipi_app.services.demo import DEMO_EMAIL

PASSWORD = "a long enough secret"
OWNER = "Maria Delgado"
THERE = "Cedar & Stone Landscaping LLC"
QUIETLY = timedelta(days=30)  # until then nothing is due


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in, and the company that is looked at."""

    email: str
    company_id: UUID


def account(database: Database, name: str, company: str, *, country: str = "US") -> Account:
    """An account by a short name, made if need be."""
    email, now = f"{name}@pictures.example", datetime.now(UTC)
    with database.transaction() as session:
        user = session.exec(select(User).where(User.email_key == auth.email_key(email))).first()
        user = user or auth.sign_up(
            session,
            email=email,
            password=PASSWORD,
            name=OWNER,
            country=country,
            company_name=company,
            now=now,
        )
        assert user.default_company_id is not None
        return Account(email, user.default_company_id)


def is_connected(session: Session, company_id: UUID) -> bool:
    """Whether the account was filled already: its connection comes last."""
    return session.exec(select(Connection).where(Connection.company_id == company_id)).first() is not None


def connect_quietly(session: Session, company_id: UUID, **different: Any) -> Connection:
    """A connection that does nothing by itself. `different` are columns."""
    now = datetime.now(UTC)
    plain: Mapping[str, Any] = {
        "realm_id": f"9{company_id.int % 10**15}",
        "status": ConnectionStatus.CONNECTED,
        "quickbooks_name": THERE,
        "first_connected_at": now - timedelta(days=24),
        "connected_at": now - timedelta(days=24),
        "income_account_name": "Sales of Product Income",
        "default_item_name": "Services",
        "feed_due_at": now + QUIETLY,
        "preflight_due_at": now + QUIETLY,
        "compare_due_at": now + QUIETLY,
        "refresh_expires_at": now + 3 * QUIETLY,
        "grant_expires_at": now + 12 * QUIETLY,
        "heard_at": now,
        "cursor": now,
        "lag_in_ms": 1400,
        "lag_out_ms": 2100,
        "told_lost_at": now,
        "told_expiry_at": now,
    }
    connection = Connection(company_id=company_id, **{**plain, **different})
    session.add(connection)
    session.flush()
    return connection


def link(
    session: Session, connection: Connection, kind: Kind, local_id: UUID, flag: Flag, **more: Any
) -> SyncRecord:
    """What is known of a record's other half. Nothing is due."""
    now = datetime.now(UTC)
    record = SyncRecord(
        connection_id=connection.id,
        kind=kind,
        local_id=local_id,
        remote_id=str(local_id.int % 10**12),
        remote_time=now - timedelta(hours=2),
        compared_at=now - timedelta(hours=1),
        flag=flag,
        flag_since=now - timedelta(hours=2),
        **more,
    )
    session.add(record)
    session.flush()
    return record


NAMES = ("Barton Creek Dental", "Blue Heron Cafe", "Priya Raman", "Rosewood Estates")


def _customers(session: Session, company_id: UUID) -> list[UUID]:
    """A few, made before anything is connected, so that none is marked as due."""
    forms = [CustomerForm(name=name, email="office@customer.example") for name in NAMES]
    now = datetime.now(UTC)
    return [customers.save(session, company_id, None, form, now=now, who=OWNER).id for form in forms]


NAME_TAKEN = "A vendor in QuickBooks has this name, and names must be unique there."
EQUAL = (Flag.SYNCED,) * 4
WAITING = (Flag.SYNCED, Flag.SYNCED, Flag.SYNCING, Flag.SYNCING)


@dataclass(frozen=True)
class Face:
    """A state of the card: the connection's columns, worked out at the moment, and the flags of its records."""

    columns: Callable[[datetime], Mapping[str, Any]]
    flags: tuple[Flag, ...] = EQUAL
    waiting: Mapping[str, Any] = field(default_factory=lambda: {"reason": "It waits for its customer."})


FACES: Mapping[str, Face] = {
    "connected": Face(lambda now: {}),
    "syncing": Face(lambda now: {}, WAITING),
    "needs-you": Face(lambda now: {}, (Flag.SYNCED, Flag.SYNCED, Flag.ATTENTION, Flag.SYNCED)),
    "paused": Face(
        lambda now: {
            "paused_until": now + timedelta(hours=3),
            "problem": "QuickBooks has not answered since 9:32 AM.",
            "failures": 4,
        },
        WAITING,
    ),
    "silent": Face(lambda now: {"heard_at": now - timedelta(hours=5)}, WAITING),
    "ending": Face(lambda now: {"grant_expires_at": now + timedelta(days=9)}),
    "reconnect": Face(
        lambda now: {
            "status": ConnectionStatus.RECONNECT,
            "problem": "Access ended at 8:05 AM: it was withdrawn in QuickBooks.",
        },
        WAITING,
    ),
    "vanished": Face(
        lambda now: {
            "status": ConnectionStatus.REVIEW,
            "problem": "38 of 124 customers vanished in QuickBooks at once.",
            "vanished": [{"kind": "customer", "side": "quickbooks", "count": 38, "of": 124, "ids": []}],
        }
    ),
    "review": Face(
        lambda now: {"status": ConnectionStatus.REVIEW, "problem": CONNECTED_AGAIN},
        WAITING,
        {"cause": REVIEW, "reason": "Changed on both sides: phone. You choose afterwards."},
    ),
    "disconnecting": Face(
        lambda now: {"status": ConnectionStatus.DISCONNECTING, "paused_until": now + QUIETLY}
    ),
    "frozen": Face(
        lambda now: {"status": ConnectionStatus.FROZEN, "frozen_at": now - timedelta(days=4)},
        (Flag.FROZEN,) * 4,
    ),
}


def face(database: Database, name: str) -> Account:
    """An account whose card shows one of `FACES`."""
    made = account(database, f"card-{name}", "Cedar & Stone Landscaping")
    told = {Flag.SYNCING: FACES[name].waiting, Flag.ATTENTION: {"reason": NAME_TAKEN}}
    with database.transaction() as session:
        if is_connected(session, made.company_id):
            return made
        ids = _customers(session, made.company_id)
        connection = connect_quietly(session, made.company_id, **FACES[name].columns(datetime.now(UTC)))
        linked = [
            link(session, connection, Kind.CUSTOMER, one, flag, **told.get(flag, {}))
            for one, flag in zip(ids, FACES[name].flags, strict=True)
        ]
        if connection.vanished:
            connection.vanished = [{**connection.vanished[0], "ids": [str(one.id) for one in linked]}]
    return made


def demo(database: Database) -> Account:
    """The demo account and its company."""
    with database.reading() as session:
        user = _user(session, DEMO_EMAIL)
        assert user.default_company_id is not None
        return Account(user.email, user.default_company_id)


def _user(session: Session, email: str) -> User:
    return session.exec(select(User).where(User.email_key == auth.email_key(email))).one()


def abroad(database: Database) -> Account:
    """An account outside of the US."""
    return account(database, "abroad", "Maple Yard", country="CA")


def newcomer(database: Database) -> Account:
    """An account with nothing in it."""
    return account(database, "newcomer", "Delgado Rentals")


def second_company(database: Database) -> Account:
    """An account that opens with a company that is not its default one."""
    made = account(database, "second", "Delgado Rentals")
    with database.transaction() as session:
        user = _user(session, made.email)
        own = session.exec(
            select(Company.id).where(Company.user_id == user.id, Company.name == "Delgado Rentals")
        )
        made = replace(made, company_id=own.one())
        if user.default_company_id and not is_connected(session, user.default_company_id):
            other = companies.add_company(session, user.id, name="Cedar & Stone", now=datetime.now(UTC))
            user.default_company_id = other.id
            session.add(user)
            connect_quietly(session, other.id)
    return made
