"""The server dies while forms are open: every page says so, goes on by itself, and nothing that was typed is lost."""

from __future__ import annotations

import os
import signal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import a_name
from tests.stories.acts import write_customer, write_invoice
from tests.stories.conftest import Owner

pytestmark = pytest.mark.long

LOST = "The connection is lost."


def dead_server(owner: Owner, *pages: Page) -> None:
    """The web process is gone at once; it is started again, and until then every page says so."""
    os.kill(owner.app.pid("web"), signal.SIGKILL)
    for page in pages:
        expect(page.get_by_text(LOST).filter(visible=True)).to_be_visible()


def is_back(*pages: Page) -> None:
    for page in pages:
        expect(page.get_by_text(LOST).filter(visible=True)).to_have_count(0)


def begun_invoice(owner: Owner, customer: str) -> Page:
    """An invoice with a customer and a line, typed and not saved."""
    page = owner.page("/invoices/new")
    page.get_by_role("combobox", name="Customer").fill(customer)
    page.get_by_role("listbox", name="Customers").get_by_role("option").filter(
        has_text=customer
    ).first.click()
    page.get_by_label("Item, line 1").fill("Pond cleaning")
    page.get_by_label("Price, line 1").fill("120.50")
    expect(page.get_by_test_id("total")).to_have_text("$120.50")
    return page


def test_a_server_that_dies_costs_no_text_in_any_form(owner: Owner) -> None:
    name = a_name("Tarrytown Dental")
    edited = owner.page("/customers/new")
    write_customer(edited, name)
    edited.get_by_role("button", name="Edit").click()
    edited.get_by_label("Phone").fill("512 555 0101")
    invoice = begun_invoice(owner, name)
    created, settings = owner.page("/customers/new"), owner.page("/settings/invoicing")
    other = a_name("Mueller Market")
    created.get_by_label("Name", exact=True).fill(other)
    settings.get_by_label("Note to the customer").fill("Gate code 4417")

    dead_server(owner, edited, invoice, created, settings)
    invoice.get_by_label("Quantity, line 1").fill("3")
    invoice.get_by_label("PO number").fill("PO-77")
    created.get_by_role("textbox", name="E-mail").fill("ap@mueller.example")
    edited.get_by_label("Company", exact=True).fill("Tarrytown LLC")
    settings.get_by_label("Name of the discount").fill("Neighbours")
    is_back(edited, invoice, created, settings)

    expect(invoice.get_by_test_id("total")).to_have_text("$361.50")
    expect(invoice.get_by_label("PO number")).to_have_value("PO-77")
    invoice.get_by_role("button", name="Continue").click()
    expect(invoice.get_by_role("article")).to_contain_text("$361.50")

    expect(created.get_by_label("Name", exact=True)).to_have_value(other)
    expect(created.get_by_role("textbox", name="E-mail")).to_have_value("ap@mueller.example")
    created.get_by_role("button", name="Create customer").click()
    expect(created.get_by_role("heading", level=1, name=other)).to_be_visible()

    expect(edited.get_by_label("Phone")).to_have_value("512 555 0101")
    edited.get_by_role("button", name="Save").click()
    expect(edited.get_by_role("main")).to_contain_text("Tarrytown LLC")
    expect(edited.get_by_role("main")).to_contain_text("512 555 0101")
    expect(edited.get_by_role("form", name="Customer")).to_have_count(0)

    settings.get_by_role("button", name="Save").click()
    expect(settings.get_by_text("Saved.")).to_be_visible()
    settings.reload()
    expect(settings.get_by_label("Note to the customer")).to_have_value("Gate code 4417")
    expect(settings.get_by_label("Name of the discount")).to_have_value("Neighbours")


def test_a_server_that_dies_costs_no_text_in_any_dialog(owner: Owner) -> None:
    name = a_name("Hyde Park Florist")
    write_customer(owner.page("/customers/new"), name)
    letter = owner.page("/invoices/new")
    write_invoice(letter, name, "Roses", "1", "80.00")
    letter.get_by_role("button", name="Send", exact=True).click()
    letter.get_by_label("Subject").fill("Roses, at last")
    payment, correction = owner.page(letter.url), owner.page(letter.url)
    pay(correction, "30.00", "Check 1")
    pay(correction, "20.00", "Check 2")
    expect(payment.get_by_role("table", name="Payments").get_by_role("row")).to_have_count(2)
    buyer = owner.page("/invoices/new")

    payment.get_by_role("button", name="Add payment").click()
    payment.get_by_label("Amount").fill("12.50")
    change = correction.get_by_role("row").filter(has_text="Check 1").get_by_role("button")
    change.filter(has=correction.locator("svg")).click()
    correction.get_by_role("menuitem", name="Correct…").click()
    correction.get_by_label("Method").fill("Check 11")
    buyer.get_by_role("combobox", name="Customer").fill(a_name("Rosedale"))
    buyer.get_by_role("option", name="Create “").click()
    new_customer = buyer.get_by_role("dialog").get_by_role("form", name="Customer")
    new_customer.get_by_label("Phone").fill("512 555 0199")

    dead_server(owner, letter, payment, correction, buyer)
    letter.get_by_label("Message").fill("Thank you for waiting.")
    is_back(letter, payment, correction, buyer)

    expect(letter.get_by_label("Subject")).to_have_value("Roses, at last")
    expect(letter.get_by_label("Message")).to_have_value("Thank you for waiting.")
    expect(payment.get_by_label("Amount")).to_have_value("12.50")
    expect(new_customer.get_by_label("Phone")).to_have_value("512 555 0199")
    expect(correction.get_by_role("heading", name="Correct the payment")).to_be_visible()
    expect(correction.get_by_label("Method")).to_have_value("Check 11")
    correction.get_by_role("button", name="Update").click()
    corrected = correction.get_by_role("row").filter(has_text="Check 11")
    expect(corrected).to_contain_text("$30.00")
    expect(correction.get_by_role("dialog")).to_have_count(0)


def pay(page: Page, amount: str, method: str) -> None:
    page.get_by_role("button", name="Add payment").click()
    page.get_by_label("Amount").fill(amount)
    page.get_by_label("Method").fill(method)
    page.get_by_role("dialog").get_by_role("button", name="Add payment").click()
    expect(page.get_by_role("row").filter(has_text=method)).to_contain_text(f"${amount}")


def test_a_closed_tab_costs_no_invoice(owner: Owner) -> None:
    name = a_name("Cherrywood Coffee")
    write_customer(owner.page("/customers/new"), name)
    begun_invoice(owner, name).close()
    page = owner.page("/invoices/new")
    offer = page.get_by_role("status").filter(has_text=f"An invoice for {name}")
    offer.get_by_role("button", name="Go on with it").click()
    expect(page.get_by_test_id("total")).to_have_text("$120.50")
    expect(offer).to_have_count(0)
    page.reload()
    expect(page.get_by_text("is here again as it was")).to_be_visible()
    expect(page.get_by_label("Item, line 1")).to_have_value("Pond cleaning")
    page.get_by_role("button", name="Start afresh").click()
    expect(page.get_by_label("Item, line 1")).to_have_value("")
