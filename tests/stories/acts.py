"""What a person does in the stories, by the pages: sign up, connect, write records; and what they then look for."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.launcher import wait_for
from tests.stories.books import Books

PASSWORD = "a long enough secret"
SECONDS = 120.0  # a starved machine loads a restarted worker slowly


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


def connect(page: Page, realm: str) -> None:
    """From the dashboard to the page that says what was connected."""
    leave_for_quickbooks(page, realm)
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_role("heading", name="Connected to")).to_be_visible()


def the_flag_says(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("complementary", name="QuickBooks").locator(".flag")).to_have_text(words)


def there(books: Books, kind: str, **wanted: str) -> dict[str, Any]:
    """The one record of the books with these values, as soon as it is there."""
    wait_for(lambda: books.find(kind, **wanted), SECONDS, f"{kind} {wanted} in the books")
    [found] = books.find(kind, **wanted)
    return found


def write_customer(page: Page, name: str) -> None:
    form = page.get_by_role("dialog").get_by_role("form", name="Customer")
    form.get_by_label("Name", exact=True).fill(name)
    form.get_by_label("E-mail").fill("board@example.com")
    form.get_by_role("button", name="Create customer").click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def write_item(page: Page, name: str, price: str) -> None:
    form = page.get_by_role("dialog").get_by_role("form", name="Item")
    form.get_by_label("Name", exact=True).fill(name)
    form.get_by_label("Price").fill(price)
    form.get_by_role("button", name="Create item").click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def write_invoice(page: Page, customer: str, item: str, quantity: str, price: str) -> str:
    """An invoice of one line, saved; its number."""
    picker = page.get_by_role("combobox", name="Customer")
    picker.fill(customer)
    page.get_by_role("listbox", name="Customers").get_by_role("option").filter(
        has_text=customer
    ).first.click()
    page.get_by_label("Item, line 1").fill(item)
    page.get_by_label("Quantity, line 1").fill(quantity)
    page.get_by_label("Price, line 1").fill(price)
    page.get_by_label("Price, line 1").blur()
    expect(page.get_by_test_id("total")).not_to_have_text("$0.00")
    number = page.get_by_label("Number", exact=True).input_value()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1, name=number, exact=True)).to_be_visible()
    return number
