"""A running app with two people in it who know nothing of each other."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest

from bookipi_app.db import Database
from bookipi_app.models import User
from bookipi_app.services import auth
from tests.launcher import StartedApp
from tests.security.people import Person, Rows, person, rows_of


@dataclass
class House:
    """The app, the database under it, an owner and a stranger."""

    app: StartedApp
    store: Database
    owner: Person
    stranger: Person

    def everything(self) -> Rows:
        """What must not change through anybody who is not signed in."""
        return rows_of(self.store, *self.owner.known, *self.stranger.known)

    def of_owner(self) -> Rows:
        """What must not change through anybody but the owner."""
        return rows_of(self.store, *self.owner.known)

    def logs(self) -> str:
        """What all of its processes have printed."""
        return "\n".join(file.read_text() for file in (self.app.var / "log").glob("*.log"))


def new_person(house: House, letters: str) -> Person:
    """Somebody else again, for a test that spends them."""
    return person(house.store, f"{letters}{uuid.uuid4().hex[:10]}")


def fresh_cookie(house: House, one: Person, company_id: UUID | None = None) -> str:
    """Another signed-in browser: what a handler does may end one."""
    with house.store.transaction() as session:
        user = session.get_one(User, one.user_id)
        return auth.start_session(
            session, user, user_agent="", now=datetime.now(UTC), company_id=company_id or one.company_id
        )


@pytest.fixture(scope="module")
def house(started_app: StartedApp) -> Iterator[House]:
    store = Database(started_app.database_url)
    owner, stranger = (person(store, f"{word}{uuid.uuid4().hex[:10]}") for word in ("zz", "qq"))
    yield House(started_app, store, owner, stranger)
    store.engine.dispose()
