"""A running app with two people in it who know nothing of each other."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bookipi_app.db import Database
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


@pytest.fixture(scope="module")
def house(started_app: StartedApp) -> Iterator[House]:
    store = Database(started_app.database_url)
    owner, stranger = (person(store, f"{word}{uuid.uuid4().hex[:10]}") for word in ("zz", "qq"))
    yield House(started_app, store, owner, stranger)
    store.engine.dispose()
