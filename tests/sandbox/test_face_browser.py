"""The web face in a real browser, over a real socket: from the log-in to a merge, and the live log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import new_context, pictured
from tests.sandbox.client import CLIENT_ID, Books, line
from tests.sandbox.wire_client import Wire

ASKED = {
    **{"client_id": CLIENT_ID, "response_type": "code", "state": "s1"},
    "scope": "com.intuit.quickbooks.accounting",
}


@pytest.fixture
def served(books: Books) -> Iterator[Wire]:
    with Wire() as wire:
        wire.books = books
        yield wire


@pytest.fixture
def page(served: Wire, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A stranger's page, whose every address is on this server."""
    context = new_context(browser, f"http://127.0.0.1:{served.port}")
    with pictured(context.new_page(), request) as page:
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Security" in said.text else None)
        yield page
        assert complaints == []
    context.close()


def sign_in(page: Page) -> None:
    page.get_by_role("button", name="Sign in").click()


def test_from_the_log_in_to_a_merge(page: Page, served: Wire, books: Books):
    callback = f"http://127.0.0.1:{served.port}/healthz"  # any page that answers stands for the app's
    books.control("POST", "apps", {"client_id": CLIENT_ID, "redirect_uris": [callback]})
    page.goto(f"/connect/oauth2?{urlencode({**ASKED, 'redirect_uri': callback})}")
    sign_in(page)
    page.get_by_label("Company").select_option(books.realm)
    page.get_by_role("button", name="Allow").click()
    page.wait_for_url(f"{callback}**")
    assert parse_qs(urlsplit(page.url).query)["realmId"] == [books.realm]

    made = books.invoice(line(50), CustomerRef={"value": "1"}, DocNumber="B1")
    page.goto(f"/c/{books.realm}/invoices?find=b1")
    page.get_by_role("link", name="Edit B1").click()
    page.get_by_label("Quantity, line 1").fill("3")
    page.get_by_label("Price, line 1").fill("19.99")
    page.get_by_label("E-mail").fill("nobody")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("E-mail")).to_have_accessible_description(re.compile("RFC 822"))
    page.get_by_label("E-mail").fill("amy@birds.example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Invoices")).to_be_visible()
    assert str(books.read("Invoice", made["Id"])["TotalAmt"]) == "59.97"

    page.keyboard.press("/")
    page.keyboard.type("B1")
    page.keyboard.press("Enter")
    page.get_by_label("More for B1").click()
    page.get_by_role("link", name="Record payment").last.click()
    page.get_by_label("Applied to invoice B1").fill("9.97")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Payments")).to_be_visible()
    assert books.read("Invoice", made["Id"])["Balance"] == 50

    page.goto(f"/c/{books.realm}/customers/1")
    page.get_by_label("Display name").fill("Blue Heron Cafe")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Merge the two…").click()
    page.get_by_role("button", name="Merge into Blue Heron Cafe").click()
    expect(page.get_by_role("heading", name="Blue Heron Cafe")).to_be_visible()
    assert books.refused("GET", "customer/1") == "610"
    assert books.read("Invoice", made["Id"])["CustomerRef"]["name"] == "Blue Heron Cafe"


def test_the_log_fills_by_itself_and_can_be_paused(page: Page, books: Books):
    page.goto(f"/c/{books.realm}/requests")
    sign_in(page)
    rows = page.locator("[data-rows=requests] tr[data-key]")
    expect(page.get_by_text("No request yet.")).to_be_visible()
    books.post("Customer", {"DisplayName": "Ada"})
    expect(rows).to_have_count(1)
    rows.first.locator("summary").click()
    books.ok("GET", "item/1")
    expect(rows).to_have_count(2)
    expect(rows.last.locator("pre")).to_be_visible()  # what was opened stays open
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Go on")).to_have_attribute("aria-pressed", "true")


def test_destructive_buttons_ask_first_and_take_the_keyboard(page: Page, books: Books):
    made = books.invoice(line(50))
    page.goto(f"/c/{books.realm}/invoices/{made['Id']}")
    sign_in(page)
    page.get_by_text("Delete…").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("It is gone for good")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("It is gone for good")).to_be_hidden()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Invoices")).to_be_visible()
    assert books.refused("GET", f"invoice/{made['Id']}") == "610"
