"""The twelve cells in a real browser: create and update, three kinds, both directions. No page is loaded anew."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.visitor import a_name
from tests.launcher import wait_for
from tests.stories.acts import SECONDS, the_flag_says, there, write_customer, write_invoice, write_item
from tests.stories.conftest import Owner


def test_a_customer_made_here_is_in_quickbooks_and_so_is_its_edit(owner: Owner) -> None:
    name = a_name("Lakeline Homeowners")
    page = owner.page("/customers/new")
    write_customer(page, name)
    the_flag_says(page, "Synced")
    made = there(owner.books, "Customer", DisplayName=name)
    assert made["PrimaryEmailAddr"]["Address"] == "board@example.com"

    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Phone").fill("(512) 555-0101")
    page.get_by_role("button", name="Save").click()
    wait_for(lambda: "PrimaryPhone" in owner.books.get("Customer", made["Id"]), SECONDS, "the phone")
    assert owner.books.get("Customer", made["Id"])["PrimaryPhone"]["FreeFormNumber"] == "(512) 555-0101"
    the_flag_says(page, "Synced")


def test_a_customer_made_in_quickbooks_appears_on_the_open_list_and_its_edit_on_its_open_page(
    owner: Owner,
) -> None:
    name = a_name("Hill Country Brewing")
    page = owner.page("/customers")
    expect(page.get_by_role("heading", level=1, name="Customers")).to_be_visible()
    made = owner.books.make("Customer", DisplayName=name, PrimaryEmailAddr={"Address": "ap@hill.example"})
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("ap@hill.example")
    row.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()

    owner.books.change("Customer", made["Id"], PrimaryPhone={"FreeFormNumber": "512 555 0199"})
    expect(page.get_by_role("main")).to_contain_text("512 555 0199")
    the_flag_says(page, "Synced")


def test_an_item_made_here_is_in_quickbooks_and_so_is_its_edit(owner: Owner) -> None:
    name = a_name("Leaf removal")
    page = owner.page("/items/new")
    write_item(page, name, "212.25")
    the_flag_says(page, "Synced")
    made = there(owner.books, "Item", Name=name)
    assert made["UnitPrice"] == 212.25

    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Price").fill("199.5")
    page.get_by_role("button", name="Save").click()
    wait_for(lambda: owner.books.get("Item", made["Id"])["UnitPrice"] == 199.5, SECONDS, "the new price")
    the_flag_says(page, "Synced")


def test_an_item_made_in_quickbooks_appears_on_the_open_list_and_its_edit_on_its_open_page(
    owner: Owner,
) -> None:
    name = a_name("Hardwood mulch")
    account = owner.books.find("Account", AccountType="Income")[0]
    page = owner.page("/items")
    expect(page.get_by_role("heading", level=1, name="Items")).to_be_visible()
    made = owner.books.make(
        "Item", Name=name, Type="Service", UnitPrice=50.5, IncomeAccountRef={"value": account["Id"]}
    )
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("$50.50")
    row.get_by_role("link", name=name).click()

    owner.books.change("Item", made["Id"], UnitPrice=61.75)
    expect(page.get_by_role("main")).to_contain_text("$61.75")
    the_flag_says(page, "Synced")


def test_an_invoice_made_here_is_in_quickbooks_with_its_customer_and_so_is_its_edit(owner: Owner) -> None:
    customer = a_name("Barton Springs Florist")
    write_customer(owner.page("/customers/new"), customer)
    page = owner.page("/invoices/new")
    created = owner.books.writes_of_the_app("Invoice")["Invoice Create"]  # by other stories of this business
    number = write_invoice(page, customer, "Pond cleaning", "2", "120.50")
    the_flag_says(page, "Synced")
    made = there(owner.books, "Invoice", DocNumber=number)
    assert (made["TotalAmt"], made["CustomerRef"]["name"]) == (241, customer)

    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Price, line 1").fill("130")
    page.get_by_label("Price, line 1").blur()
    expect(page.get_by_test_id("total")).to_have_text("$260.00")
    page.get_by_role("button", name="Update").click()
    expect(page).to_have_url(re.compile(r"/invoices/[0-9a-f-]{36}$"))
    wait_for(lambda: owner.books.get("Invoice", made["Id"])["TotalAmt"] == 260, SECONDS, "the new total")
    the_flag_says(page, "Synced")
    assert owner.books.writes_of_the_app("Invoice")["Invoice Create"] == created + 1


def test_an_invoice_made_in_quickbooks_appears_on_the_open_list_and_its_edit_on_its_open_page(
    owner: Owner,
) -> None:
    older = owner.books.find("Customer", Active="true")[0]
    page = owner.page("/invoices")
    expect(page.get_by_role("heading", level=1, name="Invoices")).to_be_visible()
    made = owner.books.make(
        "Invoice",
        DocNumber=a_name("QB"),
        CustomerRef={"value": older["Id"]},
        Line=[owner.books.line(120, "Stone wall")],
    )
    row = page.get_by_role("row").filter(has_text=made["DocNumber"])
    expect(row).to_contain_text(f"${made['TotalAmt']:.2f}")
    row.locator("a.name").click()
    expect(page.get_by_role("article")).to_contain_text("Stone wall")

    owner.books.change(
        "Invoice",
        made["Id"],
        CustomerRef=made["CustomerRef"],
        Line=[owner.books.line(135, "Stone wall, two rows")],
    )
    expect(page.get_by_role("article")).to_contain_text("Stone wall, two rows")
    expect(page.get_by_role("article")).to_contain_text("$135.00")
    the_flag_says(page, "Synced")


def test_payments_stay_where_they_are_made(owner: Owner) -> None:
    customer = a_name("Pecan Grove")
    write_customer(owner.page("/customers/new"), customer)
    page = owner.page("/invoices/new")
    number = write_invoice(page, customer, "Mulch", "1", "80")
    the_flag_says(page, "Synced")
    made = there(owner.books, "Invoice", DocNumber=number)
    before = owner.books.writes_of_the_app()

    owner.books.make(
        "Payment",
        CustomerRef=made["CustomerRef"],
        TotalAmt=80,
        Line=[{"Amount": 80, "LinkedTxn": [{"TxnId": made["Id"], "TxnType": "Invoice"}]}],
    )
    assert owner.books.get("Invoice", made["Id"])["Balance"] == 0
    marker = owner.books.make("Customer", DisplayName=a_name("After the payment"))
    other = owner.page("/customers")
    expect(other.get_by_role("row").filter(has_text=marker["DisplayName"])).to_be_visible()
    expect(page.locator(".title-row .pill")).not_to_have_text("Paid")

    page.get_by_role("button", name="Mark paid").click()
    expect(page.locator(".title-row .pill")).to_have_text("Paid")
    the_flag_says(page, "Synced")
    assert owner.books.writes_of_the_app() == before
