"""The QuickBooks page in a browser: books compared, a refused name mended in place, the log as a file."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.visitor import a_name
from tests.stories.acts import the_flag_says, there, write_customer
from tests.stories.conftest import Owner


def test_the_books_are_compared_on_demand(owner: Owner) -> None:
    name = a_name("Congress Avenue Bakery")
    page = owner.page("/customers/new")
    write_customer(page, name)
    the_flag_says(page, "Synced")
    page.goto("/quickbooks")
    page.get_by_role("button", name="Check that the books agree").click()
    answer = page.get_by_role("region", name="Do the books agree?")
    expect(answer).to_contain_text(re.compile(r"[1-9]\d* compared, \d+ differ"))  # others may have left some
    expect(answer).not_to_contain_text(name)


def test_a_taken_name_is_mended_where_it_is_seen(owner: Owner) -> None:
    name = a_name("South Lamar Vet Clinic")
    owner.books.make("Vendor", DisplayName=name)
    page = owner.page("/customers/new")
    write_customer(page, name)
    the_flag_says(page, "Needs attention")
    page.goto("/quickbooks")
    need = page.locator("#needs li").filter(has_text=name)
    need.get_by_role("button", name=f"Use {name} (customer)").click()
    expect(page.locator("#needs li").filter(has_text=name)).to_have_count(0)
    assert there(owner.books, "Customer", DisplayName=f"{name} (customer)")


def test_the_log_is_searched_and_leaves_as_a_file(owner: Owner) -> None:
    name = a_name("Mount Bonnell Weddings")
    page = owner.page("/customers/new")
    write_customer(page, name)
    the_flag_says(page, "Synced")
    page.goto("/quickbooks")
    page.get_by_placeholder("Record or reason").fill(name)
    rows = page.get_by_role("table", name="Log").locator("tbody tr")
    expect(rows.first).to_contain_text(name)
    expect(rows.filter(has_not_text=name)).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("link", name="Export CSV").click()
    text = download.value.path().read_text("utf-8-sig")
    lines = text.splitlines()
    assert lines[0].startswith("Time (UTC),Side,Who")
    assert len(lines) > 1
    assert all(name in line for line in lines[1:])
