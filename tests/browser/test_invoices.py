"""The list of invoices and an invoice's page."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.visitor import expect_no_sideways_scrolling
from tests.screenshots import settled


def rows_of(page: Page) -> Locator:
    return page.get_by_role("table", name="Invoices").locator("tbody tr")


def test_tabs_and_pages_are_addresses_that_the_back_button_brings_back(member: Page) -> None:
    member.goto("/invoices")
    rows = rows_of(member)
    expect(rows).to_have_count(25)
    first = rows.first.inner_text()
    expect(member.get_by_text(re.compile(r"1–25 of \d+"))).to_be_visible()
    member.get_by_role("link", name="Next page").click()
    expect(member.get_by_text(re.compile(r"26–\d+ of \d+"))).to_be_visible()
    member.get_by_role("navigation", name="Status").get_by_role("link", name="Drafts").click()
    expect(rows.first).to_contain_text("Draft")
    expect(member).to_have_url(re.compile(r"/invoices\?tab=draft$"))
    member.go_back()
    expect(member.get_by_text(re.compile(r"26–\d+ of \d+"))).to_be_visible()
    member.go_back()
    expect(rows.first).to_have_text(first, use_inner_text=True)


def test_search_filters_and_order_survive_a_reload_and_the_way_back(member: Page) -> None:
    settled(member, "/invoices")
    member.get_by_role("main").get_by_role("searchbox").fill("priya")
    expect(member).to_have_url(re.compile("search=priya"))
    member.get_by_role("link", name="Amount").click()
    expect(member.get_by_role("columnheader", name="Amount")).to_have_attribute("aria-sort", "descending")
    rows = rows_of(member).all_inner_texts()
    member.reload()
    expect(rows_of(member)).to_have_text(rows, use_inner_text=True)
    rows_of(member).first.get_by_role("link").first.click()
    expect(member.get_by_role("article")).to_be_visible()
    member.go_back()
    expect(member.get_by_role("main").get_by_role("searchbox")).to_have_value("priya")
    expect(rows_of(member)).to_have_text(rows, use_inner_text=True)


def test_a_customer_is_filtered_by_and_taken_away(member: Page) -> None:
    settled(member, "/invoices")
    member.get_by_role("button", name="Customer", exact=True).click()
    member.get_by_role("dialog").get_by_role("searchbox").fill("blue")
    member.get_by_role("dialog").get_by_role("link", name="Blue Heron Cafe").click()
    expect(rows_of(member).locator(".c-name").first).to_have_text("Blue Heron Cafe")
    member.get_by_role("link", name="Remove the filter Customer").click()
    expect(member).to_have_url(re.compile("/invoices$"))


def test_several_go_to_the_trash_and_come_back_together(member: Page) -> None:
    settled(member, "/invoices?tab=paid&sort=amount")
    names = [rows_of(member).nth(place).locator(".c-sub .only-l").inner_text() for place in (0, 1)]
    for name in names:
        member.get_by_label(f"Select {name}").check()
    bar = member.get_by_role("toolbar", name="With the selected")
    expect(bar).to_contain_text("2 selected")
    bar.get_by_role("button", name="Move to trash").click()
    expect(member.get_by_text("2 invoices moved to trash.")).to_be_visible()
    expect(bar).to_have_count(0)
    member.get_by_role("button", name="Undo").click()
    expect(member.get_by_label(f"Select {names[0]}")).to_be_visible()
    expect(member.get_by_label(f"Select {names[1]}")).to_be_visible()


def test_what_is_refused_for_one_is_told_and_done_for_the_others(member: Page) -> None:
    settled(member, "/invoices?search=bouldin")
    member.get_by_label("Select all on this page").check()
    member.get_by_role("toolbar").get_by_role("button", name="Sync these").click()
    told = member.get_by_role("dialog")
    expect(told.get_by_role("listitem").first).to_contain_text("QuickBooks is not connected.")
    told.get_by_role("button", name="Close").click()
    expect(told).to_have_count(0)


NOTE_PROGRESS = """() => {
  window.told = [];
  new MutationObserver(() => window.told.push(document.querySelector(".bulk .n")?.textContent ?? ""))
    .observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def test_an_act_on_a_whole_page_says_how_far_it_is_and_what_became_of_each(member: Page) -> None:
    """Nothing is connected, so each of them is refused with its reason."""
    settled(member, "/invoices?tab=paid")
    many = rows_of(member).count()
    assert many >= 20
    member.get_by_label("Select all on this page").click()
    bar = member.get_by_role("toolbar", name="With the selected")
    expect(bar).to_contain_text(f"{many} selected")
    member.evaluate(NOTE_PROGRESS)
    bar.get_by_role("button", name="Sync these").click()
    results = member.get_by_role("dialog")
    expect(results.get_by_role("listitem")).to_have_count(many)
    told = member.evaluate("() => window.told")
    assert [f"{done} of {many} done" for done in (5, 10, 15)] == [
        words for words in dict.fromkeys(told) if words.startswith(("5 ", "10 ", "15 "))
    ]
    results.get_by_role("button", name="Close").click()
    expect(results).to_have_count(0)
    expect(rows_of(member)).to_have_count(many)


def test_the_file_holds_what_the_list_shows(member: Page) -> None:
    settled(member, "/invoices?tab=overdue")
    shown = rows_of(member).count()
    with member.expect_download() as download:
        member.get_by_role("link", name="Export CSV").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").strip().splitlines()
    assert lines[0].startswith("Number,Customer,Issued,Due,Status")
    assert len(lines) == shown + 1
    assert all(",Overdue," in line for line in lines[1:])


def test_words_of_any_kind_are_text_and_leave_the_layout_alone(member: Page) -> None:
    bad = "<b>x</b>\u202eltr\u200b\U0001f600" + "W" * 400
    settled(member, "/customers/new")
    member.get_by_label("Name", exact=True).fill(bad)
    member.get_by_role("dialog").get_by_role("button", name="Create customer").click()
    member.wait_for_url(re.compile(r"/customers/[0-9a-f-]{36}$"))
    for width in (1280, 1000, 360):
        member.set_viewport_size({"width": width, "height": 800})
        settled(member, "/customers?search=<b>x")
        expect(member.locator("main a.name").first).to_contain_text("<b>x</b>")
        expect_no_sideways_scrolling(member)
        settled(member, f"/invoices?search={'W' * 10_000}")
        expect(member.get_by_text("No invoice matches.")).to_be_visible()
        expect_no_sideways_scrolling(member)


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


def test_on_a_phone_the_tab_that_is_shown_is_in_view_and_says_that_there_is_nothing(member: Page) -> None:
    member.set_viewport_size({"width": 360, "height": 740})
    settled(member, "/invoices?tab=trash")
    tabs = member.get_by_role("navigation", name="Status")
    expect(tabs.get_by_role("link", name="Trash")).to_be_in_viewport(ratio=0.9)
    expect(tabs.get_by_role("link", name="All")).not_to_be_in_viewport()
    expect(member.get_by_text("The trash is empty.")).to_be_visible()
    expect(member.get_by_role("button", name="Next page")).to_have_count(0)
    member.get_by_role("link", name="Show all").click()
    expect(rows_of(member).first).to_be_visible()
    expect(tabs.get_by_role("link", name="All")).to_be_in_viewport(ratio=0.9)


def test_both_pages_fit_a_phone(member: Page) -> None:
    member.set_viewport_size({"width": 360, "height": 800})
    member.goto("/invoices")
    first = member.get_by_role("table", name="Invoices").locator("tbody tr a.name").first
    expect(first).to_be_visible()
    expect_no_sideways_scrolling(member)
    first.click()
    expect(member.get_by_role("article")).to_be_visible()
    expect_no_sideways_scrolling(member)
