"""A double click on whatever creates makes one; the others: `test_invoice_editor`, `tests/state`."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import a_name

pytestmark = pytest.mark.long


@pytest.mark.parametrize("kind", ["Customer", "Item"])
def test_one_record(member: Page, kind: str) -> None:
    name = a_name("Twice clicked")
    member.goto(f"/{kind.lower()}s/new")
    form = member.get_by_role("dialog").get_by_role("form", name=kind)
    form.get_by_label("Name", exact=True).fill(name)
    form.get_by_role("button", name=f"Create {kind.lower()}").dblclick()
    expect(member.get_by_role("heading", level=1, name=name)).to_be_visible()
    member.goto(f"/{kind.lower()}s?search={name.replace(' ', '+')}")
    expect(member.get_by_role("table", name=f"{kind}s").locator("tbody tr")).to_have_count(1)
    expect(member.get_by_role("table", name=f"{kind}s")).to_contain_text(name)


def test_one_company(member: Page) -> None:
    name = a_name("Second company")
    member.goto("/settings/company")
    member.get_by_role("button", name="Add a company").click()
    add = member.get_by_role("button", name="Add company", exact=True)
    expect(add).to_be_visible()  # until then the only name to be filled in is that of the company there is
    member.get_by_label("Company name").last.fill(name)
    add.dblclick()
    listed = member.get_by_role("main").get_by_text(name, exact=True)
    expect(listed.first).to_be_visible()
    expect(listed).to_have_count(1)


def test_one_duplicate(member: Page) -> None:
    member.goto("/invoices?tab=paid")
    member.get_by_role("table", name="Invoices").locator("tbody tr a.name").first.click()
    member.get_by_role("button", name="More actions").click()
    count = (
        member.get_by_role("navigation", name="Main").get_by_role("link", name="Invoices").locator(".count")
    )
    before = int(count.inner_text().replace(",", ""))
    member.get_by_role("menuitem", name="Duplicate").dblclick()
    member.wait_for_url("**/edit")
    expect(count).to_have_text(f"{before + 1:,}")
