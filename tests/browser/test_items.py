"""Items, by the pages: create and edit."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.visitor import a_name, expect_no_sideways_scrolling, fact


def test_an_item_is_created_and_edited(member: Page) -> None:
    name = a_name("Bluebonnet seed")
    member.goto("/items")
    member.get_by_role("button", name="Create", exact=True).click()
    form = member.get_by_role("dialog").get_by_role("form", name="Item")
    form.get_by_label("Name", exact=True).fill(name)
    form.get_by_label("Price").fill("12.345")
    form.get_by_label("Taxable").check()
    form.get_by_role("button", name="Create item").click()
    expect(member.get_by_role("heading", level=1, name=name)).to_be_visible()
    fact(member, "Price", "$12.345")
    fact(member, "Sales tax", "Taxable")

    member.get_by_role("button", name="Edit").click()
    member.get_by_label("Price").fill("13")
    member.get_by_role("button", name="Save").click()
    fact(member, "Price", "$13.00")


def test_amounts_that_are_none_are_refused_at_the_field(member: Page) -> None:
    member.goto("/items/new")
    form = member.get_by_role("dialog").get_by_role("form", name="Item")
    form.get_by_label("Name", exact=True).fill(a_name("Gravel"))
    for price in ("a lot", "-1", "9" * 30):
        form.get_by_label("Price").fill(price)
        form.get_by_role("button", name="Create item").click()
        expect(form.get_by_label("Price")).to_have_attribute("aria-invalid", "true")
        expect(form.get_by_label("Price")).to_have_value(price)


def test_the_list_fits_a_phone(member: Page) -> None:
    member.set_viewport_size({"width": 360, "height": 800})
    member.goto("/items")
    expect(member.get_by_role("table", name="Items").locator("tbody tr").first).to_be_visible()
    expect_no_sideways_scrolling(member)
