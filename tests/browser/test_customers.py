"""Customers, by the pages: create, edit, find, mistakes at their fields."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.visitor import a_name, come_in, expect_no_sideways_scrolling, fact
from tests.launcher import StartedApp


def test_a_customer_is_created_edited_and_found(page: Page, started_app: StartedApp) -> None:
    name = a_name("Barton Springs Florist")
    come_in(page, started_app, "/customers")
    page.get_by_role("button", name="Create", exact=True).click()
    form = page.get_by_role("dialog").get_by_role("form", name="Customer")
    form.get_by_label("Name", exact=True).fill(name)
    form.get_by_label("E-mail").fill("flora@example.com")
    form.get_by_label("City").fill("Austin")
    form.get_by_role("button", name="Create customer").click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    fact(page, "E-mail", "flora@example.com")

    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Phone").fill("(512) 555-0101")
    page.get_by_role("button", name="Save").click()
    fact(page, "Phone", "(512) 555-0101")
    expect(page.get_by_role("list", name="History")).to_contain_text("Phone changed")

    page.goto("/customers")
    page.get_by_role("searchbox", name="Name, e-mail or phone").fill(name)
    rows = page.get_by_role("table", name="Customers").locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("flora@example.com")


def test_mistakes_stand_at_their_fields_and_the_text_stays(page: Page, started_app: StartedApp) -> None:
    come_in(page, started_app, "/customers/new")
    form = page.get_by_role("dialog").get_by_role("form", name="Customer")
    form.get_by_label("E-mail").fill("not an address")
    form.get_by_role("button", name="Create customer").click()
    expect(form.get_by_label("Name", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_text("Enter an e-mail address, such as name@example.com.")).to_be_visible()
    expect(form.get_by_label("E-mail")).to_have_value("not an address")


def test_heads_sort_and_say_so(page: Page, started_app: StartedApp) -> None:
    come_in(page, started_app, "/customers")
    name = page.get_by_role("columnheader", name="Name")
    expect(name).to_have_attribute("aria-sort", "ascending")
    name.get_by_role("button").click()
    expect(name).to_have_attribute("aria-sort", "descending")


def test_a_filter_without_a_match_is_cleared(page: Page, started_app: StartedApp) -> None:
    come_in(page, started_app, "/customers")
    page.get_by_role("searchbox", name="Name, e-mail or phone").fill("nobody has this name")
    expect(page.get_by_text("No customer matches.")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect(page.get_by_text("No customer matches.")).to_be_hidden()


def test_the_list_fits_a_phone(page: Page, started_app: StartedApp) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    come_in(page, started_app, "/customers")
    expect(page.get_by_role("table", name="Customers").locator("tbody tr").first).to_be_visible()
    expect_no_sideways_scrolling(page)


def test_an_unknown_customer_is_not_found(page: Page, started_app: StartedApp) -> None:
    come_in(page, started_app, "/customers/00000000000000000000000000000000")
    expect(page.get_by_role("heading", name="No such customer")).to_be_visible()
