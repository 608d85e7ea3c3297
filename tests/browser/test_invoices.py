"""The list of invoices and an invoice's page."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.visitor import expect_no_sideways_scrolling


def test_tabs_pages_and_search(member: Page) -> None:
    member.goto("/invoices")
    rows = member.get_by_role("table", name="Invoices").locator("tbody tr")
    expect(rows).to_have_count(25)
    expect(member.get_by_text(re.compile(r"1–25 of \d+"))).to_be_visible()
    member.get_by_role("button", name="Next page").click()
    expect(member.get_by_text(re.compile(r"26–\d+ of \d+"))).to_be_visible()
    member.get_by_role("navigation", name="Status").get_by_role("button", name="Drafts").click()
    expect(rows.first).to_contain_text("Draft")
    expect(member.get_by_text(re.compile(r"^1–\d+ of \d+$"))).to_be_visible()


def test_a_row_leads_to_its_invoice(member: Page) -> None:
    member.goto("/invoices")
    row = member.get_by_role("table", name="Invoices").locator("tbody tr").first
    number = row.locator(".c-sub .only-l").inner_text()
    row.click(position={"x": 300, "y": 20})
    expect(member).to_have_url(re.compile(r"/invoices/[0-9a-f-]{36}$"))
    expect(member.get_by_role("heading", level=1, name=number)).to_be_visible()
    expect(member.get_by_role("article", name=f"Invoice {number}")).to_be_visible()


def test_a_payment_here_says_that_it_is_not_shared(member: Page) -> None:
    member.goto("/invoices?tab=outstanding")
    member.get_by_role("table", name="Invoices").locator("tbody tr a.name").first.click()
    member.get_by_role("button", name="Mark paid").click()
    expect(
        member.get_by_role("status").filter(has_text="Payments are not shared with QuickBooks")
    ).to_be_visible()
    expect(member.locator(".title-row .pill")).to_have_text("Paid")


def test_both_pages_fit_a_phone(member: Page) -> None:
    member.set_viewport_size({"width": 360, "height": 800})
    member.goto("/invoices")
    first = member.get_by_role("table", name="Invoices").locator("tbody tr a.name").first
    expect(first).to_be_visible()
    expect_no_sideways_scrolling(member)
    first.click()
    expect(member.get_by_role("article")).to_be_visible()
    expect_no_sideways_scrolling(member)
