"""The command palette and the list of keys: by the keyboard alone, with the focus given back."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.screenshots import settled


def test_the_palette_finds_pages_and_records_by_the_keyboard_alone(member: Page) -> None:
    settled(member, "/dashboard")
    member.keyboard.press("Control+k")
    field = member.get_by_role("combobox", name="Search and commands")
    expect(field).to_be_focused()
    member.keyboard.type("priya")
    options = member.get_by_role("listbox", name="Found").get_by_role("option")
    expect(options.first).to_contain_text("Priya Raman")
    expect(options.first).to_have_attribute("aria-selected", "true")
    member.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", options.nth(1).get_attribute("id") or "-")
    member.keyboard.press("ArrowUp")
    member.keyboard.press("Enter")
    expect(member).to_have_url(re.compile("/customers/"))
    expect(field).to_have_count(0)


def test_the_palette_leads_to_places_and_says_when_there_is_nothing(member: Page) -> None:
    settled(member, "/items")
    member.keyboard.press("Control+k")
    member.keyboard.type("over inv")
    member.get_by_role("option", name="Overdue invoices").click()
    expect(member).to_have_url(re.compile(r"/invoices\?tab=overdue"))
    expect(member.get_by_role("dialog")).to_have_count(0)
    expect(member.get_by_role("heading", level=1, name="Invoices")).to_be_visible()
    member.keyboard.press("Control+k")
    expect(member.get_by_role("combobox", name="Search and commands")).to_be_focused()
    member.keyboard.type("zzzz")
    expect(member.get_by_text("Nothing is called that.")).to_be_visible()


def test_a_line_of_the_palette_is_chosen_by_the_press(member: Page) -> None:
    """What was typed may be answered between press and release, with another line in that place."""
    settled(member, "/items")
    member.keyboard.press("Control+k")
    member.get_by_role("option", name="Overdue invoices").hover()
    member.mouse.down()
    expect(member).to_have_url(re.compile(r"/invoices\?tab=overdue"))
    member.mouse.up()
    expect(member.get_by_role("dialog")).to_have_count(0)


def test_esc_gives_the_focus_back_and_a_reload_does_not_open_again(member: Page) -> None:
    settled(member, "/invoices")
    create = member.get_by_role("main").get_by_role("link", name="Create").first
    create.focus()
    member.keyboard.press("?")
    expect(member.get_by_role("dialog", name="Keys")).to_be_visible()
    member.keyboard.press("Escape")
    expect(create).to_be_focused()
    member.keyboard.press("Control+k")
    expect(member.get_by_role("dialog")).to_be_visible()
    settled(member, "/invoices")
    expect(member.get_by_role("dialog")).to_have_count(0)


def test_keys_stay_out_of_what_is_typed(member: Page) -> None:
    settled(member, "/invoices")
    member.get_by_role("main").get_by_role("searchbox").focus()
    member.keyboard.type("c?/")
    expect(member.get_by_role("main").get_by_role("searchbox")).to_have_value("c?/")
    expect(member.get_by_role("dialog")).to_have_count(0)
