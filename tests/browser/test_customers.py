"""Customers, by the pages: create, edit, find, mistakes at their fields."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.visitor import a_name, expect_no_sideways_scrolling, fact


def test_a_customer_is_created_edited_and_found(member: Page) -> None:
    name = a_name("Barton Springs Florist")
    member.goto("/customers")
    member.get_by_role("button", name="Create", exact=True).click()
    form = member.get_by_role("dialog").get_by_role("form", name="Customer")
    form.get_by_label("Name", exact=True).fill(name)
    form.get_by_label("E-mail").fill("flora@example.com")
    form.get_by_label("City").fill("Austin")
    form.get_by_role("button", name="Create customer").click()
    expect(member.get_by_role("heading", level=1, name=name)).to_be_visible()
    fact(member, "E-mail", "flora@example.com")

    member.get_by_role("button", name="Edit").click()
    member.get_by_label("Phone").fill("(512) 555-0101")
    member.get_by_role("button", name="Save").click()
    fact(member, "Phone", "(512) 555-0101")
    expect(member.get_by_role("list", name="History")).to_contain_text("Phone changed")

    member.goto("/customers")
    member.get_by_role("searchbox", name="Name, e-mail or phone").fill(name)
    rows = member.get_by_role("table", name="Customers").locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("flora@example.com")


def test_mistakes_stand_at_their_fields_and_the_text_stays(member: Page) -> None:
    member.goto("/customers/new")
    form = member.get_by_role("dialog").get_by_role("form", name="Customer")
    form.get_by_label("E-mail").fill("not an address")
    form.get_by_role("button", name="Create customer").click()
    expect(form.get_by_label("Name", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_label("Name", exact=True)).to_be_focused()  # however far the form was rolled
    expect(form.get_by_text("Enter an e-mail address, such as name@example.com.")).to_be_visible()
    expect(form.get_by_label("E-mail")).to_have_value("not an address")


def test_heads_sort_and_say_so(member: Page) -> None:
    member.goto("/customers")
    name = member.get_by_role("columnheader", name="Name")
    expect(name).to_have_attribute("aria-sort", "ascending")
    name.get_by_role("link").click()
    expect(name).to_have_attribute("aria-sort", "descending")


def test_a_filter_without_a_match_is_cleared(member: Page) -> None:
    member.goto("/customers")
    member.get_by_role("searchbox", name="Name, e-mail or phone").fill("nobody has this name")
    expect(member.get_by_text("No customer matches.")).to_be_visible()
    member.get_by_role("link", name="Clear filters").click()
    expect(member.get_by_text("No customer matches.")).to_be_hidden()


def test_the_list_fits_a_phone(member: Page) -> None:
    member.set_viewport_size({"width": 360, "height": 800})
    member.goto("/customers")
    expect(member.get_by_role("table", name="Customers").locator("tbody tr").first).to_be_visible()
    expect_no_sideways_scrolling(member)


def test_an_unknown_customer_is_not_found(member: Page) -> None:
    member.goto("/customers/00000000000000000000000000000000")
    expect(member.get_by_role("heading", name="No such customer")).to_be_visible()
