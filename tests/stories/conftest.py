"""A small business that is connected to books of its own, through the pages, as a person does it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.conftest import new_context
from tests.launcher import StartedApp
from tests.stories.acts import connect, sign_up
from tests.stories.books import Books, open_books


@dataclass
class Owner:
    """Somebody who is signed in and connected: the pages on one side, the books on the other."""

    app: StartedApp
    books: Books
    context: BrowserContext

    def page(self, address: str) -> Page:
        """A new page of the app, at an address; closed with the test."""
        page = self.context.new_page()
        page.goto(address)
        return page


@pytest.fixture(scope="session")
def connected(started_app: StartedApp, browser: Browser) -> Iterator[Owner]:
    """Signed up and connected by the pages; the fixture is itself the story of connecting."""
    books = open_books(started_app.sandbox_url)
    context = new_context(browser, started_app.url)
    page = context.new_page()
    sign_up(page, "rosa@story.example", "Lind Gardens")
    connect(page, books.realm)
    page.close()
    yield Owner(started_app, books, context)
    context.close()


@pytest.fixture
def owner(connected: Owner) -> Iterator[Owner]:
    """The connected business; no page of it stays open after the test."""
    yield connected
    for page in connected.context.pages:
        page.close()
