"""A signed-in page without a browser: the states' own handlers on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest
import reflex as rx

from bookipi_app import db, live
from bookipi_app.services import companies
from bookipi_app.services.auth import Who
from bookipi_app.state import app as app_state
from tests.services.conftest import Books, books, store

__all__ = ["Room", "books", "room", "store"]
Answer = TypeVar("Answer")


@dataclass
class Room:
    """One browser tab of the company's owner."""

    books: Books
    root: Any

    def open(self, page: type[Any], address: str = "") -> Any:
        """The state of a page, as if its address ended with this id."""
        state = self.run(self.root.get_state(page))
        page._address = lambda _self: address  # the route's variable exists only in an app with routes
        return state

    def run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run(work)

    def do(self, state: Any, handler: str, *args: Any) -> Any:
        """Call a handler as a browser would: with whatever arguments."""
        return self.run(getattr(type(state), handler).fn(state, *args))

    def load(self, state: Any) -> None:
        self.run(state._reload(self.run(state._me())))


@pytest.fixture
def room(books: Books, monkeypatch: pytest.MonkeyPatch) -> Room:
    """The tab, with a cookie that is the owner's."""
    with books.store.reading() as session:
        company = companies.get(session, books.company_id)
    who = Who(
        user_id=company.user_id,
        company_id=company.id,
        session_id="a session",
        user_name="Maria Delgado",
        email="maria@example.com",
        country="US",
        company_name=company.name,
        is_default_company=True,
    )
    monkeypatch.setattr(db, "database", lambda: books.store)
    monkeypatch.setattr(app_state, "who_asks", lambda _header: who)
    monkeypatch.setattr(live, "publish", lambda *_args: None)
    return Room(books, rx.State())
