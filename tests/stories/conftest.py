"""A small business that is connected to books of its own, through the pages, as a person does it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.conftest import new_context
from tests.launcher import StartedApp
from tests.stories.books import Books, open_books

PASSWORD = "a long enough secret"


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


def sign_up(page: Page, email: str, company: str) -> None:
    """A new account, which ends on its dashboard."""
    page.goto("/sign-up")
    page.get_by_label("Your name").fill("Rosa Lind")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Company name").fill(company)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/dashboard")


def leave_for_quickbooks(page: Page, realm: str) -> None:
    """From the dashboard's card to the consent of a company."""
    page.get_by_role("region", name="QuickBooks", exact=True).get_by_role("link", name="Connect").click()
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Company").select_option(realm)


@pytest.fixture(scope="session")
def connected(started_app: StartedApp, browser: Browser) -> Iterator[Owner]:
    """Signed up and connected by the pages; the fixture is itself the story of connecting."""
    books = open_books(started_app.sandbox_url)
    context = new_context(browser, started_app.url)
    page = context.new_page()
    sign_up(page, "rosa@story.example", "Lind Gardens")
    leave_for_quickbooks(page, books.realm)
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_role("heading", name="Connected to")).to_be_visible()
    page.close()
    yield Owner(started_app, books, context)
    context.close()


@pytest.fixture
def owner(connected: Owner) -> Iterator[Owner]:
    """The connected business; no page of it stays open after the test."""
    yield connected
    for page in connected.context.pages:
        page.close()
