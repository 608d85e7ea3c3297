"""First use with nothing: every empty page says what to do next, and does it; then the minutes after connecting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.visitor import a_name
from tests.conftest import new_context
from tests.launcher import StartedApp
from tests.stories.acts import connect, sign_up, the_flag_says, write_customer
from tests.stories.books import Books, open_books

pytestmark = pytest.mark.long


@dataclass
class Newcomer:
    """Somebody who signed up a moment ago."""

    books: Books
    context: BrowserContext

    def page(self, address: str) -> Page:
        page = self.context.new_page()
        page.goto(address)
        return page


@pytest.fixture(scope="module")
def signed_up(started_app: StartedApp, browser: Browser) -> Iterator[Newcomer]:
    context = new_context(browser, started_app.url)
    page = context.new_page()
    sign_up(page, "nina@first.example", "Nina's Nursery")
    page.close()
    yield Newcomer(open_books(started_app.sandbox_url), context)
    context.close()


@pytest.fixture
def newcomer(signed_up: Newcomer) -> Iterator[Newcomer]:
    yield signed_up
    for page in signed_up.context.pages:
        page.close()


LEADS_ON = [
    ("/dashboard", "Your first invoice", "link", "Create an invoice", "New invoice"),
    ("/dashboard", "Your first invoice", "link", "Add a customer", "New customer"),
    ("/invoices", "No invoices yet", "link", "Create an invoice", "New invoice"),
    ("/invoices", "No invoices yet", "link", "Add a customer", "New customer"),
    ("/customers", "No customers yet", "button", "Create customer", "New customer"),
    ("/items", "No items yet", "button", "Create item", "New item"),
    ("/items", "No items yet", "link", "Start an invoice", "New invoice"),
    ("/quickbooks", "Nothing happened yet.", "link", "Create an invoice", "New invoice"),
    ("/mail", "No letters yet", "link", "See all invoices", "Invoices"),
]


def test_every_empty_page_says_what_to_do_next_and_does_it(newcomer: Newcomer) -> None:
    page = newcomer.page("/dashboard")
    for address, words, role, act, leads_to in LEADS_ON:
        page.goto(address)
        main = page.get_by_role("main")
        expect(main.get_by_text(words)).to_be_visible()
        way = main.get_by_role("link" if role == "link" else "button", name=act, exact=True)
        way.first.click()
        expect(page.get_by_role("heading", name=leads_to, exact=True).first).to_be_visible()
        page.keyboard.press("Escape")  # a form would be open again after a full load


def test_the_first_invoice_needs_nothing_that_was_made_before(newcomer: Newcomer) -> None:
    page = newcomer.page("/invoices/new")
    name = a_name("Blackland Prairie School")
    page.get_by_role("combobox", name="Customer").fill(name)
    page.get_by_role("option", name=f"Create “{name}”").click()
    page.get_by_role("dialog").get_by_role("button", name="Create customer").click()
    expect(page.get_by_role("button", name=f"Customer {name}. Change")).to_be_visible()
    page.get_by_label("Item, line 1").fill("Seedlings")
    page.get_by_label("Price, line 1").fill("35")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("article")).to_contain_text("$35.00")


def card(page: Page) -> Locator:
    return page.get_by_role("region", name="QuickBooks", exact=True)


def test_the_minutes_after_connecting_explain_themselves(newcomer: Newcomer) -> None:
    page = newcomer.page("/dashboard")
    expect(card(page)).to_contain_text("Payment status is never shared")
    connect(page, newcomer.books.realm)
    told = page.get_by_role("status").filter(has_text="Connected to")
    expect(told).to_contain_text("sync from now, both ways. Payment status is never shared.")
    page.get_by_role("link", name="Go to the dashboard").click()
    expect(card(page)).to_contain_text("Connected ·")
    expect(card(page)).to_contain_text("Nothing is shared yet.")

    delay = {"kind": "delay", "when": "before", "seconds": 3, "count": 1, "method": "POST"}
    newcomer.books.control(
        "POST", "faults", {**delay, "route": rf"^/v3/company/{newcomer.books.realm}/customer\b"}
    )
    other = newcomer.page("/customers/new")
    write_customer(other, a_name("Govalle Garage"))
    expect(card(page)).to_contain_text(re.compile("Syncing 1 of 1"))
    expect(card(page)).to_contain_text("You can go on working.")
    the_flag_says(other, "Synced")
    expect(card(page)).to_contain_text("1 of 1 record")
    expect(card(page)).not_to_contain_text("Nothing is shared yet.")
