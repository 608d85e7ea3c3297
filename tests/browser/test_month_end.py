"""The end of the month: an invoice of 40 lines with long names, from the editor to the public page and its PDF."""

from __future__ import annotations

import io
import re

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.visitor import a_name, expect_no_sideways_scrolling
from tests.screenshots import settled
from tests.stories.acts import write_customer

LINES = 40
LONG = "Weekly grounds maintenance of the northern courtyard, including hedges and gutters"


@pytest.mark.long
def test_an_invoice_of_forty_lines_and_long_names(member: Page) -> None:
    customer = a_name("The Owners' Association of the Upper Barton Springs Residential Towers, Phase Two")
    member.goto("/customers/new")
    write_customer(member, customer)
    member.goto("/invoices/new")
    member.get_by_role("combobox", name="Customer").fill(customer)
    offered = member.get_by_role("listbox", name="Customers").get_by_role("option")
    offered.filter(has_text=customer).first.click()
    expect(member.get_by_role("button", name=f"Customer {customer}. Change")).to_be_visible()
    member.get_by_label("Sales tax, percent").fill("0")
    member.get_by_label("Item, line 1").focus()
    for number in range(1, LINES + 1):
        expect(member.get_by_label(f"Item, line {number}", exact=True)).to_be_focused()
        member.keyboard.insert_text(f"{LONG}, part {number}")
        member.get_by_label(f"Price, line {number}", exact=True).fill(f"{number}.25")
        if number < LINES:
            member.keyboard.press("Enter")
    expect(member.get_by_test_id("total")).to_have_text("$830.00")
    fits(member)
    member.get_by_role("button", name="Continue").first.click()
    member.wait_for_url(re.compile(r"/invoices/[0-9a-f-]{36}$"))
    expect(member.get_by_role("article")).to_contain_text(f"part {LINES}")
    fits(member)
    link = member.get_by_role("button", name="Copy link").get_attribute("data-copy") or ""
    pages = PdfReader(io.BytesIO(member.request.get(f"{link}/invoice.pdf").body())).pages
    assert len(pages) >= 2
    assert "part 40" in " ".join(" ".join(page.extract_text() for page in pages).split())
    for address in (link, "/invoices", "/dashboard"):
        settled(member, address)
        fits(member)


def fits(page: Page) -> None:
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        expect_no_sideways_scrolling(page)
