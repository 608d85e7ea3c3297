"""Two tabs on the same record agree: what is done in one shows in the other, and nothing is replaced unseen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.visitor import a_name, fact
from tests.stories.acts import write_customer, write_invoice, write_item

pytestmark = pytest.mark.long


@pytest.fixture
def other(member: Page) -> Iterator[Page]:
    """The second tab, of the same browser."""
    page = member.context.new_page()
    yield page
    page.close()


def outstanding(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("link", name=re.compile("^Outstanding")).first


def test_an_invoice_paid_in_one_tab_is_paid_in_its_other_tab_in_the_list_and_in_the_figures(
    member: Page, other: Page
) -> None:
    customer = a_name("Rainey Street Bungalow")
    member.goto("/customers/new")
    write_customer(member, customer)
    member.goto("/invoices/new")
    number = write_invoice(member, customer, "Deck oiling", "1", "90")
    other.goto(member.url)
    listed, figures = member.context.new_page(), member.context.new_page()
    listed.goto(f"/invoices?search={number}")
    row = listed.get_by_role("table", name="Invoices").locator("tbody tr")
    expect(row).to_contain_text("Unsent")
    figures.goto("/dashboard")
    expect(outstanding(figures)).to_contain_text(re.compile(r"\$\d"))
    before = outstanding(figures).inner_text()

    member.get_by_role("button", name="Mark paid").click()
    expect(other.locator(".title-row .pill")).to_have_text("Paid")
    expect(row).to_contain_text("Paid")
    expect(outstanding(figures)).not_to_have_text(before, use_inner_text=True)


def test_a_list_follows_a_record_that_leaves_it_and_comes_back(member: Page, other: Page) -> None:
    name = a_name("Zilker Kiosk")
    other.goto("/customers/new")
    write_customer(other, name)
    member.goto(f"/customers?search={name.replace(' ', '+')}")
    row = member.get_by_role("row").filter(has_text=name)
    expect(row).to_be_visible()
    other.get_by_role("button", name="Archive").click()
    expect(row).to_have_count(0)
    other.get_by_role("button", name="Restore").click()
    expect(row).to_be_visible()


def test_a_customer_typed_in_one_tab_hears_of_the_other_and_asks_before_it_replaces(
    member: Page, other: Page
) -> None:
    name = a_name("Bouldin Bikes")
    member.goto("/customers/new")
    write_customer(member, name)
    other.goto(member.url)
    for page, phone in ((member, "512 555 0101"), (other, "512 555 0199")):
        page.get_by_role("button", name="Edit").click()
        page.get_by_label("Phone").fill(phone)
    other.get_by_role("button", name="Save").click()
    fact(other, "Phone", "512 555 0199")
    fact(member, "Phone", "512 555 0199")
    told = member.get_by_role("alert")
    expect(told).to_contain_text("Changed while you were typing")
    expect(member.get_by_label("Phone")).to_have_value("512 555 0101")
    member.get_by_role("button", name="Save").click()
    expect(told).to_be_visible()
    told.get_by_role("button", name="Keep mine").click()
    member.get_by_role("button", name="Save").click()
    fact(other, "Phone", "512 555 0101")


def test_an_item_typed_in_one_tab_hears_of_the_other(member: Page, other: Page) -> None:
    name = a_name("Drip line")
    member.goto("/items/new")
    write_item(member, name, "12")
    other.goto(member.url)
    member.get_by_role("button", name="Edit").click()
    member.get_by_label("SKU").fill("DL-1")
    other.get_by_role("button", name="Edit").click()
    other.get_by_label("Price").fill("13")
    other.get_by_role("button", name="Save").click()
    expect(member.get_by_role("alert")).to_contain_text("Changed while you were typing")
    expect(member.get_by_label("SKU")).to_have_value("DL-1")
    fact(member, "Price", "$13.00")


def test_settings_in_two_tabs_follow_and_ask(member: Page, other: Page) -> None:
    member.goto("/settings/company")
    other.goto("/settings/company")
    for page in (member, other):
        expect(page.get_by_label("Phone")).to_be_visible()
    mine, theirs, phone = a_name("Suite"), a_name("Suite"), a_name("512")
    member.get_by_label("Second line").fill(mine)
    other.get_by_label("Phone").fill(phone)
    other.get_by_label("Second line").fill(theirs)
    other.get_by_role("button", name="Save").click()
    expect(member.get_by_label("Phone")).to_have_value(phone)
    expect(member.get_by_label("Second line")).to_have_value(mine)
    member.get_by_role("button", name="Save").click()
    expect(member.get_by_text(f"Changed on another page to “{theirs}”.")).to_be_visible()
    member.get_by_role("button", name="Save").click()
    expect(member.get_by_text("Saved.")).to_be_visible()
    expect(other.get_by_label("Second line")).to_have_value(mine)
