"""A conflict in a real browser: the flag leads to it, the keyboard settles it, both sides say the same afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import expect

from tests.browser.keyboard import announced, press, somewhere
from tests.browser.visitor import a_name, expect_no_sideways_scrolling
from tests.launcher import wait_for
from tests.stories.acts import SECONDS, the_flag_says, there, write_customer
from tests.stories.books import Books
from tests.stories.conftest import Owner


@contextmanager
def quickbooks_is_down(books: Books) -> Iterator[None]:
    """For the app, and not for the bookkeeper: what both do meanwhile meets afterwards."""
    fault = {"kind": "status", "status": 503, "count": 1000, "route": rf"^/v3/company/{books.realm}/"}
    ordered = books.control("POST", "faults", fault)["id"]
    try:
        yield
    finally:
        books.control("DELETE", f"faults/{ordered}", {})


def clash(owner: Owner) -> tuple[str, str, str]:
    """A customer whose phone and company were edited on both sides: its name, its page, its id in QuickBooks."""
    name = a_name("Westlake Montessori")
    page = owner.page("/customers/new")
    write_customer(page, name)
    the_flag_says(page, "Synced")
    made = there(owner.books, "Customer", DisplayName=name)
    with quickbooks_is_down(owner.books):
        owner.books.change(
            "Customer",
            made["Id"],
            PrimaryPhone={"FreeFormNumber": "512 555 0199"},
            CompanyName="Westlake Inc.",
        )
        page.get_by_role("button", name="Edit").click()
        page.get_by_label("Phone").fill("512 555 0101")
        page.get_by_label("Company", exact=True).fill("Westlake LLC")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("main")).to_contain_text("512 555 0101")
    the_flag_says(page, "Conflict")
    address = page.url
    page.close()
    return name, address, made["Id"]


def test_a_conflict_is_settled_with_the_keyboard(owner: Owner) -> None:
    name, address, remote_id = clash(owner)
    page = owner.page("/customers")
    page.get_by_role("row").filter(has_text=name).get_by_role("link", name="Conflict").click()
    expect(page.get_by_role("heading", level=1, name=f"Choose what {name} says")).to_be_visible()
    update = page.get_by_role("button", name="Update both sides")
    expect(update).to_be_disabled()
    company = page.get_by_role("radiogroup", name="Company")
    phone = page.get_by_role("radiogroup", name="Phone")
    expect(phone.get_by_role("radio")).to_have_count(2)

    expect(page.get_by_role("main")).to_contain_text("Company and phone changed on both sides.")

    press(company.get_by_role("radio", name="Westlake LLC"), "Space")
    expect(company.get_by_role("radio", name="Westlake LLC")).to_be_checked()
    page.keyboard.press("Tab")
    expect(phone.locator("input:focus")).to_have_count(1)
    page.keyboard.press("Space")
    expect(phone.get_by_role("radio", name="512 555 0101")).to_be_checked()
    page.keyboard.press("ArrowDown")
    expect(phone.get_by_role("radio", name="512 555 0199")).to_be_checked()
    expect(update).to_be_enabled()
    assert owner.books.get("Customer", remote_id)["CompanyName"] == "Westlake Inc."
    press(update)

    page.wait_for_url(address)
    announced(page, "Both sides are being brought to what you chose.")
    somewhere(page)
    the_flag_says(page, "Synced")
    expect(page.get_by_role("main")).to_contain_text("512 555 0199")
    there_now = owner.books.get("Customer", remote_id)
    assert (there_now["CompanyName"], there_now["PrimaryPhone"]["FreeFormNumber"]) == (
        "Westlake LLC",
        "512 555 0199",
    )
    expect(page.get_by_role("list", name="History")).to_contain_text("Westlake Inc.")


def test_all_from_one_side_at_360(owner: Owner) -> None:
    _, address, remote_id = clash(owner)
    page = owner.page(address)
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("link", name="Choose", exact=True).click()
    expect(page.get_by_role("radio")).to_have_count(4)
    expect_no_sideways_scrolling(page)
    page.get_by_role("button", name="All from QuickBooks").click()
    page.get_by_role("button", name="Update both sides").click()
    page.wait_for_url(address)
    the_flag_says(page, "Synced")
    expect(page.get_by_role("main")).to_contain_text("Westlake Inc.")
    assert owner.books.get("Customer", remote_id)["CompanyName"] == "Westlake Inc."


def test_a_conflict_that_moves_under_ones_hands_is_asked_anew(owner: Owner) -> None:
    _, address, remote_id = clash(owner)
    page = owner.page(address)
    page.get_by_role("link", name="Choose", exact=True).click()
    page.get_by_role("button", name="All from here").click()
    expect(page.get_by_role("button", name="Update both sides")).to_be_enabled()
    owner.books.change("Customer", remote_id, CompanyName="Westlake Group")
    expect(page.get_by_role("main")).to_contain_text("Westlake Group")
    expect(page.get_by_role("button", name="Update both sides")).to_be_disabled()
    wait_for(lambda: page.get_by_role("radio", checked=True).count() == 0, SECONDS, "open choices")
