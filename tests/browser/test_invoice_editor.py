"""Writing an invoice: by mouse, by keyboard alone, on a phone; sums while typing; nothing typed is lost."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.visitor import a_name, expect_no_sideways_scrolling


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


def test_an_invoice_is_written_and_edited(member: Page) -> None:
    member.goto("/invoices/new")
    customer = choose_a_customer(member)
    write_line(member, 1, "Pond cleaning", "2", "120.50")
    member.get_by_role("button", name="Add line").click()
    write_line(member, 2, "Lily bulbs", "10", "3.25")
    member.get_by_label("Shipping", exact=True).fill("15")
    member.get_by_label("Sales tax, percent").fill("0")
    expect(member.get_by_test_id("total")).to_have_text("$288.50")
    number = member.get_by_label("Number", exact=True).input_value()
    member.get_by_role("button", name="Continue").click()
    expect(member.get_by_role("heading", level=1, name=number)).to_be_visible()
    paper = member.get_by_role("article", name=f"Invoice {number}")
    expect(paper).to_contain_text(customer)
    expect(paper).to_contain_text("Lily bulbs")
    expect(paper).to_contain_text("$288.50")

    member.get_by_role("link", name="Edit").click()
    member.get_by_label("Price, line 1").fill("130")
    expect(member.get_by_test_id("total")).to_have_text("$307.50")
    member.get_by_role("button", name="Update").click()
    expect(member).to_have_url(re.compile(r"/invoices/[0-9a-f-]{36}$"))
    expect(member.get_by_role("article", name=f"Invoice {number}")).to_contain_text("$307.50")


def test_two_clicks_make_one_invoice(member: Page) -> None:
    member.goto("/invoices/new")
    choose_a_customer(member)
    item = a_name("Twice clicked")
    write_line(member, 1, item, "1", "10")
    number = member.get_by_label("Number", exact=True).input_value()
    member.get_by_role("button", name="Continue").dblclick()
    expect(member.get_by_role("heading", level=1, name=number)).to_be_visible()
    member.goto(f"/invoices?search={number}")
    expect(member.get_by_role("table", name="Invoices").locator("tbody tr")).to_have_count(1)


def test_a_refused_save_keeps_what_was_typed(member: Page) -> None:
    member.goto("/invoices/new")
    write_line(member, 1, "Pond cleaning", "minus two", "120.50")
    member.get_by_role("button", name="Continue").click()
    expect(member.get_by_role("alert")).to_contain_text("Not saved.")
    quantity = member.get_by_label("Quantity, line 1")
    expect(quantity).to_have_attribute("aria-invalid", "true")
    expect(quantity).to_have_value("minus two")
    expect(member.get_by_label("Item, line 1")).to_have_value("Pond cleaning")


def test_a_choice_that_moves_under_the_pressed_mouse_is_still_chosen(member: Page) -> None:
    """The answer to what was typed may arrive between the press and the release."""
    member.goto("/invoices/new")
    search = member.get_by_role("combobox", name="Customer")
    search.click()
    options = member.get_by_role("listbox", name="Customers").get_by_role("option")
    expect(options.nth(2)).to_be_visible()
    name = options.nth(1).locator(".med").inner_text()
    options.nth(1).hover()
    search.press_sequentially(name)
    member.mouse.down()
    member.wait_for_function("() => document.querySelectorAll('#customer-choices li').length !== 9")
    member.mouse.up()
    expect(member.get_by_role("button", name=f"Customer {name}. Change")).to_be_visible()


def test_a_customer_is_made_on_the_way(member: Page) -> None:
    name = a_name("Hyde Park Bakery")
    member.goto("/invoices/new")
    write_line(member, 1, "Pond cleaning", "2", "120.50")
    member.get_by_role("combobox", name="Customer").fill(name)
    member.get_by_role("option", name=f"Create “{name}”").click()
    form = member.get_by_role("dialog").get_by_role("form", name="Customer")
    expect(form.get_by_label("Name", exact=True)).to_have_value(name)
    form.get_by_role("button", name="Create customer").click()
    expect(member.get_by_role("button", name=f"Customer {name}. Change")).to_be_visible()
    expect(member.get_by_label("Item, line 1")).to_have_value("Pond cleaning")
    expect(member.get_by_test_id("total")).to_contain_text("$2")


def test_the_keyboard_is_enough(member: Page) -> None:
    member.goto("/invoices/new")
    member.get_by_role("combobox", name="Customer").focus()
    expect(member.get_by_role("listbox", name="Customers").get_by_role("option").nth(1)).to_be_visible()
    member.keyboard.press("ArrowDown")
    member.keyboard.press("Enter")
    expect(member.get_by_role("button", name=re.compile(r"^Customer .+\. Change$"))).to_be_visible()
    member.get_by_label("Item, line 1").focus()
    expect(member.get_by_role("listbox", name="Items").get_by_role("option").first).to_be_visible()
    member.keyboard.press("ArrowDown")
    member.keyboard.press("Enter")
    expect(member.get_by_label("Quantity, line 1")).to_be_focused()
    expect(member.get_by_label("Price, line 1")).not_to_have_value("")
    member.keyboard.type("3")
    member.keyboard.press("Enter")
    expect(member.get_by_label("Item, line 2")).to_be_focused()
    member.keyboard.type("Free text")
    member.keyboard.press("Control+s")
    expect(member.get_by_role("status").filter(has_text="Draft saved")).to_be_visible()
    expect(member.get_by_label("Item, line 2")).to_have_value("Free text")


def test_a_change_from_elsewhere_is_announced_and_overwrites_nothing(member: Page) -> None:
    member.goto("/invoices/new")
    choose_a_customer(member)
    write_line(member, 1, "Pond cleaning", "2", "120.50")
    member.get_by_role("button", name="Continue").click()
    expect(member).to_have_url(re.compile(r"/invoices/[0-9a-f-]{36}$"))
    member.get_by_role("link", name="Edit").click()
    member.get_by_label("PO number").fill("PO-77")
    member.get_by_label("PO number").blur()

    other = member.context.new_page()
    other.goto(member.url)
    other.get_by_label("Note to the customer").fill("Gate code 4417")
    other.get_by_role("button", name="Update").click()
    expect(other.get_by_role("article")).to_contain_text("Gate code 4417")

    alert = member.get_by_role("alert")
    expect(alert).to_contain_text("while you were typing. Your text is kept.")
    expect(member.get_by_label("PO number")).to_have_value("PO-77")
    alert.get_by_role("button", name="Review").click()
    expect(member.get_by_role("table", name="What changed")).to_contain_text("Gate code 4417")
    alert.get_by_role("button", name="Keep mine").click()
    expect(member.get_by_label("Note to the customer")).to_have_value("Gate code 4417")
    member.get_by_role("button", name="Update").click()
    expect(member.get_by_role("article")).to_contain_text("PO-77")


def test_the_editor_fits_a_phone_and_lines_open_in_place(member: Page) -> None:
    member.set_viewport_size({"width": 360, "height": 800})
    member.goto("/invoices/new")
    write_line(member, 1, "Pond cleaning", "2", "120.50")
    expect(member.get_by_test_id("total")).to_contain_text("$2")
    expect_no_sideways_scrolling(member)
    member.get_by_role("button", name=re.compile("Pond cleaning")).click()
    expect(member.get_by_label("Price, line 1")).to_be_hidden()
    expect_no_sideways_scrolling(member)
