"""Every flow with the keyboard alone: the focus is never lost, and what became of an act is announced."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.keyboard import announced, press, somewhere, tab_to
from tests.browser.visitor import a_name, fact
from tests.screenshots import settled
from tests.stories.acts import write_customer, write_invoice

pytestmark = pytest.mark.long


def typed(page: Page, label: str, text: str) -> None:
    tab_to(page.get_by_label(label, exact=True))
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def an_invoice(page: Page) -> str:
    """Written by whatever means; its page is open."""
    customer = a_name("East Side Bakery")
    page.goto("/customers/new")
    write_customer(page, customer)
    page.goto("/invoices/new")
    return write_invoice(page, customer, "Window cleaning", "2", "45")


def from_menu(page: Page, opener: str | re.Pattern[str], entry: str) -> None:
    """Open a menu and go down to an entry. The focus follows an arrow a moment later, and a person waits for it."""
    press(page.get_by_role("button", name=opener))
    entries = page.get_by_role("menu").get_by_role("menuitem")
    expect(entries.first).to_be_focused()
    for index in range(entries.count()):
        expect(entries.nth(index)).to_be_focused()
        if entry in entries.nth(index).inner_text():
            page.keyboard.press("Enter")
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"The menu {opener} has no entry {entry}")


def test_an_invoice_from_nothing_to_sent(member: Page) -> None:
    settled(member, "/dashboard")
    member.keyboard.press("c")
    member.wait_for_url("**/invoices/new")
    somewhere(member)
    tab_to(member.get_by_role("combobox", name="Customer"))
    name = a_name("Holly Street Studio")
    member.keyboard.type(name)
    create = member.get_by_role("option", name=f"Create “{name}”")
    expect(create).to_be_visible()
    member.keyboard.press("ArrowDown")
    member.keyboard.press("Enter")
    form = member.get_by_role("dialog").get_by_role("form", name="Customer")
    expect(form).to_be_visible()
    tab_to(form.get_by_label("E-mail"))
    member.keyboard.type("hello@holly.example")
    member.keyboard.press("Enter")
    expect(member.get_by_role("button", name=f"Customer {name}. Change")).to_be_visible()
    somewhere(member)
    typed(member, "Item, line 1", "Garden plan")
    typed(member, "Quantity, line 1", "2")
    typed(member, "Price, line 1", "250")
    member.keyboard.press("Enter")
    expect(member.get_by_label("Item, line 2")).to_be_focused()
    member.keyboard.type("Survey")
    typed(member, "Price, line 2", "80")
    expect(member.get_by_test_id("line-2")).to_contain_text("$80.00")
    press(member.get_by_role("button", name="Remove line 2"))
    expect(member.get_by_label("Item, line 2")).to_have_count(0)
    somewhere(member)
    member.keyboard.press("Control+s")
    announced(member, "Draft saved")
    tab_to(member.get_by_role("button", name="Send", exact=True))
    member.keyboard.press("Enter")
    dialog = member.get_by_role("dialog")
    expect(dialog.get_by_label("To", exact=True)).to_be_focused()
    press(dialog.get_by_role("button", name="Send"))
    expect(dialog).to_have_count(0)
    announced(member, "The invoice is on its way.")
    somewhere(member)
    expect(member.locator(".title-row .pill")).to_have_text("Sent")


def test_a_payment_is_added_corrected_and_removed(member: Page) -> None:
    an_invoice(member)
    press(member.get_by_role("button", name="Add payment"))
    dialog = member.get_by_role("dialog")
    expect(dialog.get_by_label("Amount")).to_be_focused()
    member.keyboard.press("Control+a")
    member.keyboard.type("40")
    member.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    announced(member, "Payments are not shared with QuickBooks")
    somewhere(member)
    expect(member.locator(".title-row .pill")).to_have_text("Partly paid")
    from_menu(member, re.compile("^Change the payment"), "Remove…")
    press(dialog.get_by_role("button", name="Remove payment"))
    expect(dialog).to_have_count(0)
    expect(member.locator(".title-row .pill")).not_to_have_text("Partly paid")
    somewhere(member)


def test_trash_undo_restore_and_void(member: Page) -> None:
    an_invoice(member)
    from_menu(member, "More actions", "Move to trash")
    announced(member, "Moved to trash.")
    somewhere(member)
    press(member.get_by_role("button", name="Undo"))
    expect(member.get_by_role("button", name="Mark paid")).to_be_visible()
    somewhere(member)
    from_menu(member, "More actions", "Move to trash")
    press(member.get_by_role("main").get_by_role("button", name="Restore"))
    expect(member.get_by_role("button", name="Mark paid")).to_be_visible()
    somewhere(member)
    from_menu(member, "More actions", "Void…")
    press(member.get_by_role("dialog").get_by_role("button", name="Void invoice"))
    expect(member.locator(".title-row .pill")).to_have_text("Void")
    announced(member, re.compile("void", re.IGNORECASE))
    somewhere(member)


@pytest.mark.parametrize("kind", ["Customer", "Item"])
def test_a_record_is_created_edited_archived_and_restored(member: Page, kind: str) -> None:
    settled(member, f"/{kind.lower()}s")
    name = a_name("Shoal Creek")
    press(member.get_by_role("main").get_by_role("button", name="Create", exact=True))
    form = member.get_by_role("form", name=kind)
    expect(form.get_by_label("Name", exact=True)).to_be_focused()
    member.keyboard.type(name)
    member.keyboard.press("Enter")
    expect(member.get_by_role("heading", level=1, name=name)).to_be_visible()
    somewhere(member)
    press(member.get_by_role("button", name="Edit"))
    expect(form.get_by_label("Name", exact=True)).to_be_focused()
    typed(member, "Phone" if kind == "Customer" else "SKU", "512")
    member.keyboard.press("Enter")
    fact(member, "Phone" if kind == "Customer" else "SKU", "512")
    announced(member, "Saved.")
    expect(member.get_by_role("button", name="Edit")).to_be_focused()
    press(member.get_by_role("button", name="Archive"))
    announced(member, "Archived")
    somewhere(member)
    press(member.get_by_role("main").get_by_role("button", name="Restore"))
    expect(member.get_by_role("button", name="Archive")).to_be_visible()
    somewhere(member)


def test_filters_and_pages(member: Page) -> None:
    settled(member, "/invoices")
    rows = member.get_by_role("table", name="Invoices").locator("tbody tr")
    member.keyboard.press("/")
    expect(member.get_by_role("main").get_by_role("searchbox")).to_be_focused()
    member.keyboard.type("priya")
    expect(member).to_have_url(re.compile("search=priya"))
    expect(rows.first).to_contain_text("Priya")
    announced(member, re.compile(r"1–\d+ of \d+"))
    member.keyboard.press("Control+a")
    member.keyboard.press("Delete")
    expect(member).to_have_url(re.compile(r"/invoices$"))
    press(member.get_by_role("navigation", name="Status").get_by_role("link", name="Paid"))
    expect(member).to_have_url(re.compile("tab=paid"))
    somewhere(member)
    press(member.get_by_role("navigation", name="Status").get_by_role("link", name="All"))
    press(member.get_by_role("link", name="Amount"))
    expect(member.get_by_role("columnheader", name="Amount")).to_have_attribute("aria-sort", "descending")
    press(member.get_by_role("button", name="Customer", exact=True))
    panel = member.get_by_role("dialog")
    expect(panel).to_be_visible()
    member.keyboard.type("blue")
    # A person tabs on once the list has followed what was typed.
    expect(panel.get_by_role("link").first).to_have_text("Blue Heron Cafe")
    press(panel.get_by_role("link", name="Blue Heron Cafe"))
    expect(rows.locator(".c-name").first).to_have_text("Blue Heron Cafe")
    press(member.get_by_role("link", name="Remove the filter Customer"))
    expect(member.get_by_text(re.compile(r"1–25 of \d+"))).to_be_visible()
    somewhere(member)
    press(member.get_by_role("link", name="Next page"))
    announced(member, re.compile(r"26–\d+ of \d+"))
    somewhere(member)


def test_an_act_on_several(member: Page) -> None:
    settled(member, "/invoices?tab=paid&sort=amount")
    boxes = member.get_by_label(re.compile("^Select INV"))
    for place in (0, 1):
        tab_to(boxes.nth(place))
        member.keyboard.press("Space")
    announced(member, "2 selected")
    press(member.get_by_role("toolbar").get_by_role("button", name="Move to trash"))
    announced(member, "2 invoices moved to trash.")
    somewhere(member)
    press(member.get_by_role("button", name="Undo"))
    expect(member.get_by_text("2 invoices moved to trash.")).to_have_count(0)
    somewhere(member)
    tab_to(boxes.first)
    member.keyboard.press("Space")
    press(member.get_by_role("toolbar").get_by_role("button", name="Mark paid"))
    press(member.get_by_role("alertdialog").get_by_role("button", name="Cancel"))
    expect(member.get_by_role("toolbar").get_by_role("button", name="Mark paid")).to_be_focused()


def test_settings_are_saved_and_a_mistake_is_announced(member: Page) -> None:
    settled(member, "/settings/invoicing")
    typed(member, "Next number", "none")
    member.keyboard.press("Enter")
    expect(member.get_by_label("Next number")).to_have_attribute("aria-invalid", "true")
    expect(member.get_by_label("Next number")).to_be_focused()
    typed(member, "Next number", "5200")
    press(member.get_by_role("button", name="Save"))
    announced(member, "Saved.")
    for part in ("Company", "Profile"):
        press(member.get_by_role("navigation", name="Settings").get_by_role("link", name=part))
        expect(member.get_by_role("button", name="Save")).to_be_visible()
        somewhere(member)
    typed(member, "Your name", "Maria Delgado")
    member.keyboard.press("Enter")
    announced(member, "Saved.")
    somewhere(member)


def test_the_menu_of_a_phone_and_the_account(member: Page) -> None:
    member.set_viewport_size({"width": 360, "height": 740})
    settled(member, "/customers")
    press(member.get_by_role("button", name="Open menu"))
    press(member.get_by_role("navigation", name="Menu").get_by_role("link", name="Items"))
    member.wait_for_url("**/items")
    somewhere(member)
    press(member.get_by_role("button", name="Your account"))
    member.keyboard.press("Escape")
    expect(member.get_by_role("button", name="Your account").filter(visible=True)).to_be_focused()
