"""The list of invoices and an invoice's page."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.visitor import come_in, expect_no_sideways_scrolling
from tests.launcher import StartedApp


def test_tabs_pages_and_search(page: Page, started_app: StartedApp) -> None:
    come_in(page, started_app, "/invoices")
    rows = page.get_by_role("table", name="Invoices").locator("tbody tr")
    expect(rows).to_have_count(25)
    expect(page.get_by_text(re.compile(r"1–25 of \d+"))).to_be_visible()
    page.get_by_role("button", name="Next page").click()
    expect(page.get_by_text(re.compile(r"26–\d+ of \d+"))).to_be_visible()
    page.get_by_role("navigation", name="Status").get_by_role("button", name="Drafts").click()
    expect(rows.first).to_contain_text("Draft")
    expect(page.get_by_text(re.compile(r"^1–\d+ of \d+$"))).to_be_visible()


def test_a_row_leads_to_its_invoice(page: Page, started_app: StartedApp) -> None:
    come_in(page, started_app, "/invoices")
    row = page.get_by_role("table", name="Invoices").locator("tbody tr").first
    number = row.locator(".c-sub .only-l").inner_text()
    row.click(position={"x": 300, "y": 20})
    expect(page).to_have_url(re.compile(r"/invoices/[0-9a-f-]{36}$"))
    expect(page.get_by_role("heading", level=1, name=number)).to_be_visible()
    expect(page.get_by_role("article", name=f"Invoice {number}")).to_be_visible()


def test_a_payment_here_says_that_it_is_not_shared(page: Page, started_app: StartedApp) -> None:
    come_in(page, started_app, "/invoices?tab=outstanding")
    page.get_by_role("table", name="Invoices").locator("tbody tr a.name").first.click()
    page.get_by_role("button", name="Mark paid").click()
    expect(
        page.get_by_role("status").filter(has_text="Payments are not shared with QuickBooks")
    ).to_be_visible()
    expect(page.locator(".title-row .pill")).to_have_text("Paid")


def test_both_pages_fit_a_phone(page: Page, started_app: StartedApp) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    come_in(page, started_app, "/invoices")
    first = page.get_by_role("table", name="Invoices").locator("tbody tr a.name").first
    expect(first).to_be_visible()
    expect_no_sideways_scrolling(page)
    first.click()
    expect(page.get_by_role("article")).to_be_visible()
    expect_no_sideways_scrolling(page)
