"""What QuickBooks will show is said while an invoice is typed, with ways out; a difference shows both columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.test_invoice_editor import write_line
from tests.browser.visitor import a_name, expect_no_sideways_scrolling
from tests.conftest import new_context
from tests.launcher import StartedApp
from tests.stories.acts import connect, sign_up, the_flag_says, there, write_customer
from tests.stories.books import Books, open_books

CUSTOMER = "Windsor Court Office Park"


@dataclass
class Shop:
    """A business whose QuickBooks company has discounts and shipping switched off."""

    books: Books
    context: BrowserContext

    def switch(self, **sales: bool) -> None:
        """What the bookkeeper switches on or off in QuickBooks, under Sales."""
        body = {"preferences": {"SalesFormsPrefs": sales}}
        self.books.control("POST", f"companies/{self.books.realm}", body)

    def page(self, address: str) -> Page:
        page = self.context.new_page()
        page.goto(address)
        return page

    def invoice(self) -> Page:
        """A new invoice of $100.00, taxed at 8.25 %."""
        page = self.page("/invoices/new")
        page.get_by_role("combobox", name="Customer").fill(CUSTOMER)
        offered = page.get_by_role("listbox", name="Customers").get_by_role("option")
        offered.filter(has_text=CUSTOMER).first.click()
        write_line(page, 1, a_name("Grounds maintenance"), "4", "25")
        page.get_by_label("Taxable, line 1").click()
        page.get_by_label("Sales tax, percent").fill("8.25")
        expect(page.get_by_test_id("total")).to_have_text("$108.25")
        return page


@pytest.fixture(scope="module")
def open_shop(started_app: StartedApp, browser: Browser) -> Iterator[Shop]:
    books = open_books(started_app.sandbox_url)
    context = new_context(browser, started_app.url)
    shop = Shop(books, context)
    shop.switch(AllowDiscount=False, AllowShipping=False)
    page = context.new_page()
    sign_up(page, "ida@forecast.example", "Cedar & Stone")
    connect(page, books.realm)
    page.goto("/customers/new")
    write_customer(page, CUSTOMER)
    page.close()
    yield shop
    context.close()


@pytest.fixture
def shop(open_shop: Shop) -> Iterator[Shop]:
    yield open_shop
    for page in open_shop.context.pages:
        page.close()


def forecast(page: Page) -> Locator:
    return page.get_by_test_id("forecast").first


def click(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def test_it_changes_as_the_invoice_is_typed(shop: Shop) -> None:
    page = shop.invoice()
    expect(forecast(page)).to_have_text("Same total in QuickBooks: $108.25.")
    page.get_by_label("Discount", exact=True).fill("5")
    expect(forecast(page)).to_contain_text("Will not sync: Discounts are switched off in QuickBooks.")
    page.get_by_label("Discount", exact=True).fill("101")
    expect(forecast(page)).to_contain_text("Not clear yet.")
    page.get_by_label("Discount", exact=True).fill("")
    expect(forecast(page)).to_have_text("Same total in QuickBooks: $108.25.")
    page.get_by_label("Price, line 1").fill("26")
    expect(forecast(page)).to_have_text("Same total in QuickBooks: $112.58.")


def test_a_refusal_has_a_way_out_that_keeps_the_total_and_can_be_undone(shop: Shop) -> None:
    page = shop.invoice()
    page.get_by_label("Discount", exact=True).fill("5")
    expect(page.get_by_test_id("total")).to_have_text("$102.84")
    click(page, "Put it on the lines")
    expect(forecast(page)).to_have_text("Same total in QuickBooks: $102.84.")
    expect(page.get_by_label("Discount, line 1")).to_have_value("5.00")
    expect(page.get_by_label("Discount", exact=True)).to_have_value("")
    expect(page.get_by_text("The discount is on the lines now; the total stays.")).to_be_visible()

    click(page, "Undo")
    expect(forecast(page)).to_contain_text("Will not sync")
    expect(page.get_by_label("Discount", exact=True)).to_have_value("5")
    click(page, "Put it on the lines")
    expect(forecast(page)).to_contain_text("Same total")
    number = page.get_by_label("Number", exact=True).input_value()
    click(page, "Continue")
    the_flag_says(page, "Synced")
    assert f"{there(shop.books, 'Invoice', DocNumber=number)['TotalAmt']:.2f}" == "102.84"
    page.get_by_role("link", name="Edit").click()
    expect(forecast(page)).to_have_text("Same total in QuickBooks: $102.84.")


def test_an_invoice_that_cannot_travel_leads_to_its_way_out(shop: Shop) -> None:
    page = shop.invoice()
    page.get_by_label("Discount", exact=True).fill("5")
    expect(forecast(page)).to_contain_text("Will not sync")
    number = page.get_by_label("Number", exact=True).input_value()
    click(page, "Continue")
    the_flag_says(page, "Not synced · discount")
    assert shop.books.find("Invoice", DocNumber=number) == []
    page.get_by_role("link", name="Change the invoice").click()
    click(page, "Put it on the lines")
    expect(forecast(page)).to_contain_text("Same total")
    click(page, "Update")
    the_flag_says(page, "Synced")
    assert f"{there(shop.books, 'Invoice', DocNumber=number)['TotalAmt']:.2f}" == "102.84"


def test_a_switch_in_quickbooks_is_a_way_out_too(shop: Shop) -> None:
    page = shop.invoice()
    page.get_by_label("Discount", exact=True).fill("5")
    expect(page.get_by_role("link", name="Switch them on")).to_be_visible()
    shop.switch(AllowDiscount=True)
    click(page, "Check again")
    expect(forecast(page)).to_have_text("Same total in QuickBooks: $102.84.")
    settings = shop.page("/settings/integration")
    expect(settings.get_by_text("Discounts are on")).to_be_visible()
    shop.switch(AllowDiscount=False)
    click(settings, "Check again")
    expect(settings.get_by_text("Discounts are off")).to_be_visible()
    expect(forecast(page)).to_contain_text("Will not sync")


def test_a_deductible_tax_and_a_second_one_have_their_ways_out(shop: Shop) -> None:
    page = shop.invoice()
    click(page, "Add a second tax")
    page.get_by_label("Second tax, percent").fill("1.5")
    expect(page.get_by_test_id("total")).to_have_text("$109.75")
    expect(forecast(page)).to_contain_text("Same total")
    page.get_by_label("Tax is").select_option("deductible")
    expect(page.get_by_test_id("total")).to_have_text("$90.25")
    expect(forecast(page)).to_contain_text("Will not sync: A deductible tax")
    expect(page.get_by_role("article")).to_contain_text("Second tax deducted (1.5%)")
    click(page, "Add the tax instead")
    expect(forecast(page)).to_have_text("Same total in QuickBooks: $109.75.")
    expect(page.get_by_text("the total was $90.25")).to_be_visible()


def test_the_settings_change_the_forecast_of_an_open_invoice(shop: Shop) -> None:
    page, settings = shop.invoice(), shop.page("/settings/integration")
    page.get_by_label("Shipping", exact=True).fill("45")
    expect(forecast(page)).to_have_text("Same total in QuickBooks: $153.25.")
    goes_to = settings.get_by_label("Shipping, while QuickBooks has no box for it")
    goes_to.select_option("refuse")
    expect(settings.get_by_text("Saved. It counts for what travels from now on.")).to_be_visible()
    expect(forecast(page)).to_contain_text("Will not sync")
    click(page, "Make shipping a line")
    expect(forecast(page)).to_have_text("Same total in QuickBooks: $153.25.")
    expect(page.get_by_label("Item, line 2")).to_have_value("Shipping")
    goes_to.select_option("item")

    page.get_by_label("Sales tax, percent").fill(
        "7"
    )  # no rate of QuickBooks, whatever it knows of this address
    expect(page.get_by_test_id("total")).to_have_text("$152.00")
    as_billed = settings.get_by_label("Sales tax as billed here")
    as_billed.focus()
    settings.keyboard.press("Space")
    expect(as_billed).not_to_be_checked()
    expect(forecast(page)).to_contain_text(re.compile("May differ|Will differ"))
    click(page, "Always send tax as billed")
    expect(forecast(page)).to_contain_text("Same total")
    expect(as_billed).to_be_checked()


def test_a_renamed_discount_is_asked_about_once(shop: Shop) -> None:
    settings = shop.page("/settings/integration")
    expect(settings.get_by_label("Sales tax as billed here")).to_be_visible()
    expect(settings.get_by_label("What it means")).to_have_count(0)
    name_the_discount(shop, "Deposit")
    settings.reload()
    choice = settings.get_by_label("What it means")
    expect(choice).to_have_value("unasked")
    choice.focus()
    settings.keyboard.press("ArrowDown")
    expect(settings.get_by_text("Saved. It counts for what travels from now on.")).to_be_visible()
    expect(settings.get_by_text("It goes over as QuickBooks’ discount")).to_be_visible()
    page = shop.invoice()
    page.get_by_label("Deposit", exact=True).fill("5")
    expect(page.get_by_role("article")).to_contain_text("Deposit (5%)")
    name_the_discount(shop, "")


def name_the_discount(shop: Shop, name: str) -> None:
    page = shop.page("/settings/invoicing")
    page.get_by_label("Name of the discount").fill(name)
    click(page, "Save")
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.close()


def test_a_difference_shows_both_columns_and_theirs_can_be_taken(shop: Shop) -> None:
    page = shop.invoice()
    number = page.get_by_label("Number", exact=True).input_value()
    click(page, "Continue")
    the_flag_says(page, "Synced")
    click(page, "More actions")
    page.get_by_role("menuitem", name="Mark paid").click()
    expect(page.get_by_text("Marked paid here.")).to_be_visible()
    found = there(shop.books, "Invoice", DocNumber=number)
    detail = {**found["TxnTaxDetail"], "TotalTax": 9}
    detail.pop("TaxLine", None)
    shop.books.change("Invoice", found["Id"], CustomerRef=found["CustomerRef"], TxnTaxDetail=detail)

    the_flag_says(page, re.compile("Totals differ"))
    table = page.get_by_role("table", name="Totals here and in QuickBooks")
    expect(table.locator("tr", has_text="Subtotal")).to_have_text("Subtotal$100.00$100.000")
    expect(table.locator("tr", has_text="Sales tax")).to_have_text("Sales tax$8.25$9.00+$0.75")
    expect(table.locator("tr", has_text="Total").last).to_have_text("Total$108.25$109.00+$0.75")
    for words in ("Send ours", "Leave it as it is"):
        expect(page.get_by_role("button", name=words)).to_be_visible()
    click(page, "Take QuickBooks’ tax")
    the_flag_says(page, "Synced")
    expect(page.get_by_role("article")).to_contain_text("$9.00")


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(shop: Shop) -> None:
    page = shop.invoice()
    wrong = {
        "Quantity, line 1": "1.0000000001",
        "Discount": "100.1",
        "Shipping": "-3",
        "Sales tax, percent": "1000",
    }
    for label, text in wrong.items():
        page.get_by_label(label, exact=True).fill(text)
        expect(page.get_by_label(label, exact=True)).to_have_attribute("aria-invalid", "true")
    click(page, "Continue")
    expect(page.get_by_role("alert")).to_contain_text("Not saved.")
    for label, text in wrong.items():
        expect(page.get_by_label(label, exact=True)).to_have_value(text)
    expect(forecast(page)).to_contain_text("Not clear yet.")


def test_it_fits_a_phone_above_continue(shop: Shop) -> None:
    page = shop.invoice()
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_label("Discount", exact=True).fill("5")
    expect(forecast(page)).to_contain_text("Will not sync")
    expect_no_sideways_scrolling(page)
    box, below = (
        forecast(page).bounding_box(),
        page.get_by_role("button", name="Continue").last.bounding_box(),
    )
    assert box
    assert below
    assert box["y"] + box["height"] <= below["y"]
