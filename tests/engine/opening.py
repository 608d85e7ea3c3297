"""How a world begins: a person, a company, and a connection to QuickBooks from a moment ago."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlmodel import Session

from bookipi_app.models import Company, Connection, ConnectionStatus, User
from bookipi_app.quickbooks import index
from bookipi_app.quickbooks.client import QuickBooks
from bookipi_app.quickbooks.oauth import TokenPair

if TYPE_CHECKING:
    from tests.engine.world import World

START = datetime(2026, 11, 22, 15, 0, 0, tzinfo=UTC)
ADDRESS = "http://books.test"
WHO = "Maria Delgado"
AGES = timedelta(days=3)


def people(world: World, session: Session) -> None:
    """A person and their company."""
    user = User(
        email="maria@example.com", email_key="maria@example.com", name=WHO, country="US", password_hash="-",
        created_at=START - timedelta(days=90),
    )  # fmt: skip
    session.add(user)
    session.flush()
    company = Company(user_id=user.id, name="Cedar & Stone", country="US", created_at=user.created_at)
    session.add(company)
    session.flush()
    user.default_company_id = company.id
    world.company_id = company.id


def stranger(session: Session) -> UUID:
    """Another account with a company of its own, which has nothing to do with the first."""
    user = User(
        email="noor@example.org", email_key="noor@example.org", name="Noor Haddad", country="US", password_hash="-",
        created_at=START - timedelta(days=60),
    )  # fmt: skip
    session.add(user)
    session.flush()
    company = Company(user_id=user.id, name="Noor's Kitchen", country="US", created_at=user.created_at)
    session.add(company)
    session.flush()
    user.default_company_id = company.id
    return company.id


def connect(world: World, session: Session) -> None:
    """The company is connected a moment ago, and its index read."""
    grant: Any = world.sandbox.grant(world.realm, world.now)
    pair = TokenPair(
        grant["access_token"],
        grant["refresh_token"],
        world.now + timedelta(hours=1),
        world.now + timedelta(days=100),
    )
    connection = Connection(
        company_id=world.company_id,
        realm_id=world.realm,
        status=ConnectionStatus.CONNECTED,
        first_connected_at=world.now,
        connected_at=world.now,
        tokens_sealed=world.vault.seal(pair, world.company_id, world.realm),
        access_expires_at=pair.access_expires_at,
        refresh_expires_at=pair.refresh_expires_at,
        cursor=world.now - timedelta(minutes=10),
        income_account_id=world.income_account(),
        default_item_id="1",
        preferences=world.there("GET", "/preferences")["Preferences"],
    )
    session.add(connection)
    session.flush()
    world.connection_id = connection.id
    books = QuickBooks(world.realm, Fixed(pair.access), world.clock, world.http, ADDRESS)
    for _entity, rows in index.pages(books):
        index.store(session, connection.id, rows)
    world.requests.clear()


@contextmanager
def before_connecting(world: World) -> Iterator[None]:
    """What is made within is three days older than the connection."""
    connected = world.connection().first_connected_at
    _say_connected(world, connected - AGES)
    world.pass_time(days=-AGES.days)
    yield
    world.pass_time(days=AGES.days)
    _say_connected(world, connected)


def _say_connected(world: World, moment: datetime) -> None:
    with world.database.transaction() as session:
        session.get_one(Connection, world.connection_id).first_connected_at = moment


@dataclass(frozen=True)
class Fixed:
    """A token that nobody renews."""

    token: str

    def access_token(self) -> str:
        return self.token

    def refresh(self, failed_token: str) -> str:
        raise AssertionError(f"the token {failed_token} was refused")

    def revoke(self) -> None:
        raise AssertionError("the grant is kept")
