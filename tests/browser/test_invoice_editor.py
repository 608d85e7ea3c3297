"""Writing an invoice: by mouse, by keyboard alone, on a phone; sums while typing; nothing typed is lost."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.visitor import a_name, come_in, expect_no_sideways_scrolling
from tests.launcher import StartedApp


def choose_a_customer(page: Page) -> str:
    """The first one offered."""
    page.get_by_role("combobox", name="Customer").click()
    option = page.get_by_role("listbox", name="Customers").get_by_role("option").first
    name = option.locator(".med").inner_text()
    option.click()
    expect(page.get_by_role("button", name=f"Customer {name}. Change")).to_be_visible()
    return name


def write_line(page: Page, number: int, item: str, quantity: str, price: str) -> None:
    page.get_by_label(f"Item, line {number}").fill(item)
    page.get_by_label(f"Quantity, line {number}").fill(quantity)
    page.get_by_label(f"Price, line {number}").fill(price)


def test_an_invoice_is_written_and_edited(page: Page, started_app: StartedApp) -> None:
    come_in(page, started_app, "/invoices/new")
    customer = choose_a_customer(page)
    write_line(page, 1, "Pond cleaning", "2", "120.50")
    page.get_by_role("button", name="Add line").click()
    write_line(page, 2, "Lily bulbs", "10", "3.25")
    page.get_by_label("Shipping").fill("15")
    page.get_by_label("Sales tax, percent").fill("0")
    expect(page.get_by_test_id("total")).to_have_text("$288.50")
    number = page.get_by_label("Number", exact=True).input_value()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1, name=number)).to_be_visible()
    paper = page.get_by_role("article", name=f"Invoice {number}")
    expect(paper).to_contain_text(customer)
    expect(paper).to_contain_text("Lily bulbs")
    expect(paper).to_contain_text("$288.50")

    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Price, line 1").fill("130")
    expect(page.get_by_test_id("total")).to_have_text("$307.50")
    page.get_by_role("button", name="Update").click()
    expect(page).to_have_url(re.compile(r"/invoices/[0-9a-f-]{36}$"))
    expect(page.get_by_role("article", name=f"Invoice {number}")).to_contain_text("$307.50")


def test_two_clicks_make_one_invoice(page: Page, started_app: StartedApp) -> None:
    come_in(page, started_app, "/invoices/new")
    choose_a_customer(page)
    item = a_name("Twice clicked")
    write_line(page, 1, item, "1", "10")
    number = page.get_by_label("Number", exact=True).input_value()
    page.get_by_role("button", name="Continue").dblclick()
    expect(page.get_by_role("heading", level=1, name=number)).to_be_visible()
    page.goto(f"/invoices?search={number}")
    expect(page.get_by_role("table", name="Invoices").locator("tbody tr")).to_have_count(1)


def test_a_refused_save_keeps_what_was_typed(page: Page, started_app: StartedApp) -> None:
    come_in(page, started_app, "/invoices/new")
    write_line(page, 1, "Pond cleaning", "minus two", "120.50")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Not saved.")
    quantity = page.get_by_label("Quantity, line 1")
    expect(quantity).to_have_attribute("aria-invalid", "true")
    expect(quantity).to_have_value("minus two")
    expect(page.get_by_label("Item, line 1")).to_have_value("Pond cleaning")


def test_a_customer_is_made_on_the_way(page: Page, started_app: StartedApp) -> None:
    name = a_name("Hyde Park Bakery")
    come_in(page, started_app, "/invoices/new")
    write_line(page, 1, "Pond cleaning", "2", "120.50")
    page.get_by_role("combobox", name="Customer").fill(name)
    page.get_by_role("option", name=f"Create “{name}”").click()
    form = page.get_by_role("dialog").get_by_role("form", name="Customer")
    expect(form.get_by_label("Name", exact=True)).to_have_value(name)
    form.get_by_role("button", name="Create customer").click()
    expect(page.get_by_role("button", name=f"Customer {name}. Change")).to_be_visible()
    expect(page.get_by_label("Item, line 1")).to_have_value("Pond cleaning")
    expect(page.get_by_test_id("total")).to_contain_text("$2")


def test_the_keyboard_is_enough(page: Page, started_app: StartedApp) -> None:
    come_in(page, started_app, "/invoices/new")
    page.get_by_role("combobox", name="Customer").focus()
    expect(page.get_by_role("listbox", name="Customers").get_by_role("option").nth(1)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile(r"^Customer .+\. Change$"))).to_be_visible()
    page.get_by_label("Item, line 1").focus()
    expect(page.get_by_role("listbox", name="Items").get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Quantity, line 1")).to_be_focused()
    expect(page.get_by_label("Price, line 1")).not_to_have_value("")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Item, line 2")).to_be_focused()
    page.keyboard.type("Free text")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("status").filter(has_text="Draft saved")).to_be_visible()
    expect(page.get_by_label("Item, line 2")).to_have_value("Free text")


def test_a_change_from_elsewhere_is_announced_and_overwrites_nothing(
    page: Page, started_app: StartedApp
) -> None:
    come_in(page, started_app, "/invoices/new")
    choose_a_customer(page)
    write_line(page, 1, "Pond cleaning", "2", "120.50")
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(re.compile(r"/invoices/[0-9a-f-]{36}$"))
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("PO number").fill("PO-77")
    page.get_by_label("PO number").blur()

    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("Note to the customer").fill("Gate code 4417")
    other.get_by_role("button", name="Update").click()
    expect(other.get_by_role("article")).to_contain_text("Gate code 4417")

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("while you were typing. Your text is kept.")
    expect(page.get_by_label("PO number")).to_have_value("PO-77")
    alert.get_by_role("button", name="Review").click()
    expect(page.get_by_role("table", name="What changed")).to_contain_text("Gate code 4417")
    alert.get_by_role("button", name="Keep mine").click()
    expect(page.get_by_label("Note to the customer")).to_have_value("Gate code 4417")
    page.get_by_role("button", name="Update").click()
    expect(page.get_by_role("article")).to_contain_text("PO-77")


def test_the_editor_fits_a_phone_and_lines_open_in_place(page: Page, started_app: StartedApp) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    come_in(page, started_app, "/invoices/new")
    write_line(page, 1, "Pond cleaning", "2", "120.50")
    expect(page.get_by_test_id("total")).to_contain_text("$2")
    expect_no_sideways_scrolling(page)
    page.get_by_role("button", name=re.compile("Pond cleaning")).click()
    expect(page.get_by_label("Price, line 1")).to_be_hidden()
    expect_no_sideways_scrolling(page)
