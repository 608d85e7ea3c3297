"""A normal day of a connected business, by its pages: new customer, invoice, letter, deposit, a change of each side."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import a_name
from tests.launcher import wait_for
from tests.stories.acts import SECONDS, the_flag_says, there
from tests.stories.conftest import Owner

pytestmark = pytest.mark.long


def test_a_normal_day(owner: Owner) -> None:
    customer = a_name("Clarksville Bakery")
    page = owner.page("/dashboard")
    page.get_by_role("main").get_by_role("link", name="Create").first.click()
    number = invoice_for_a_new_customer(page, customer)
    the_flag_says(page, "Synced")
    made = there(owner.books, "Invoice", DocNumber=number)
    assert (made["TotalAmt"], made["CustomerRef"]["name"]) == (420, customer)

    send(page)
    deposit(page, "100.00")
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Price, line 1").fill("230")
    page.get_by_label("Price, line 1").blur()
    expect(page.get_by_test_id("total")).to_have_text("$460.00")
    page.get_by_role("button", name="Update").click()
    expect(page.get_by_role("article")).to_contain_text("$360.00")  # what is owed after the deposit
    wait_for(lambda: owner.books.get("Invoice", made["Id"])["TotalAmt"] == 460, SECONDS, "the new total")
    assert owner.books.get("Invoice", made["Id"])["Balance"] == 460  # payments are not shared

    the_flag_says(page, "Synced")
    owner.books.change("Invoice", made["Id"], CustomerMemo={"value": "Ring at the back door"})
    expect(page.get_by_role("article")).to_contain_text("Ring at the back door")
    expect(page.get_by_role("article")).to_contain_text("$360.00")

    page.get_by_role("link", name="Dashboard").first.click()
    page.get_by_role("main").get_by_role("link", name=re.compile("^Outstanding")).first.click()
    row = page.get_by_role("table", name="Invoices").get_by_role("row").filter(has_text=number)
    expect(row).to_contain_text("Partly paid")
    row.locator("a.name").click()
    expect(page.get_by_role("heading", level=1, name=number)).to_be_visible()


def invoice_for_a_new_customer(page: Page, customer: str) -> str:
    """A line is typed, then the customer is made on the way: nothing of the line is lost."""
    page.get_by_label("Item, line 1").fill("Spring cleaning")
    page.get_by_label("Quantity, line 1").fill("2")
    page.get_by_label("Price, line 1").fill("210")
    page.get_by_role("combobox", name="Customer").fill(customer)
    page.get_by_role("option", name=f"Create “{customer}”").click()
    form = page.get_by_role("dialog").get_by_role("form", name="Customer")
    expect(form.get_by_label("Name", exact=True)).to_have_value(customer)
    form.get_by_label("E-mail").fill("ap@bakery.example")
    form.get_by_role("button", name="Create customer").click()
    expect(page.get_by_role("button", name=f"Customer {customer}. Change")).to_be_visible()
    expect(page.get_by_test_id("total")).to_have_text("$420.00")
    number = page.get_by_label("Number", exact=True).input_value()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1, name=number, exact=True)).to_be_visible()
    return number


def send(page: Page) -> None:
    page.get_by_role("button", name="Send", exact=True).click()
    letter = page.get_by_role("dialog")
    expect(letter.get_by_role("textbox", name="To")).to_have_value("ap@bakery.example")
    letter.get_by_role("button", name="Send").click()
    expect(page.locator(".title-row .pill")).to_have_text("Sent")
    expect(page.get_by_role("region", name="E-mail")).to_contain_text("ap@bakery.example")


def deposit(page: Page, amount: str) -> None:
    page.get_by_role("button", name="Add payment").click()
    page.get_by_label("Amount").fill(amount)
    page.get_by_role("dialog").get_by_role("button", name="Add payment").click()
    expect(page.locator(".title-row .pill")).to_have_text("Partly paid")
