"""The frame in a real browser: signing in and out, the menu, the keyboard, narrow screens, dark colours."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from bookipi_app.services.demo import DEMO_EMAIL, DEMO_PASSWORD
from tests.launcher import StartedApp
from tests.screenshots import TOO_WIDE, settled, sign_in

ENTRIES = ("Dashboard", "Invoices", "Customers", "Items", "QuickBooks", "Settings")
PARTS = ("Profile", "Company", "Invoicing", "Integration")


@pytest.fixture
def leaver(started_app: StartedApp, page: Page) -> Page:
    """Somebody who signed in by the form, in a browser of their own."""
    sign_in(page)
    return page


def test_a_stranger_is_led_to_the_log_in_and_back(started_app: StartedApp, page: Page) -> None:
    page.goto("/customers")
    page.wait_for_url("**/sign-in?next=%2Fcustomers")
    page.get_by_label("E-mail").fill(DEMO_EMAIL)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/customers")


def test_a_link_to_a_narrowed_list_outlives_the_log_in(started_app: StartedApp, page: Page) -> None:
    page.goto("/invoices?status=overdue")
    page.wait_for_url("**/sign-in?next=**")
    page.get_by_label("E-mail").fill(DEMO_EMAIL)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/invoices?status=overdue")


def test_a_wrong_password_says_so_and_keeps_what_was_typed(started_app: StartedApp, page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill("nobody@example.com")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("E-mail or password is wrong.")
    expect(page.get_by_label("E-mail")).to_have_value("nobody@example.com")
    expect(page.get_by_label("Password")).to_have_value("")


def test_a_new_account_begins_empty_and_may_connect(started_app: StartedApp, page: Page) -> None:
    page.goto("/sign-up")
    page.get_by_label("Your name").fill("Ada Young")
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Company name").fill("Young & Co")
    page.get_by_label("Password").fill("a long enough secret")
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/dashboard")
    expect(page.get_by_role("heading", name="Your first invoice")).to_be_visible()
    connect = page.get_by_role("region", name="QuickBooks", exact=True).get_by_role("link", name="Connect")
    expect(connect).to_have_attribute("href", "/oauth/quickbooks/start")


def test_an_account_outside_the_us_reads_why_and_what_would_change_it(
    started_app: StartedApp, page: Page
) -> None:
    page.goto("/sign-up")
    page.get_by_label("Your name").fill("Marc Roy")
    page.get_by_label("E-mail").fill("marc@example.com")
    page.get_by_label("Company name").fill("Maple Yard")
    page.get_by_label("Country").select_option("CA")
    page.get_by_label("Password").fill("a long enough secret")
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/dashboard")
    card = page.get_by_role("region", name="QuickBooks", exact=True)
    expect(card).to_contain_text("Not available for your country")
    expect(card.get_by_role("link", name="Connect")).to_have_count(0)
    card.get_by_role("link", name="Open profile").click()
    page.wait_for_url("**/settings/profile")


def test_every_entry_of_the_menu_opens_its_page(member: Page) -> None:
    member.goto("/dashboard")
    for entry in ENTRIES:
        member.get_by_role("navigation", name="Main").get_by_role("link", name=entry).click()
        current = member.locator("nav[aria-label=Main] a[aria-current=page]")
        expect(current).to_have_attribute("title", entry)
        expect(member.get_by_role("heading", level=1)).to_have_text(entry)


def test_signing_out_ends_the_session(leaver: Page) -> None:
    leaver.get_by_role("button", name="Your account").first.click()
    leaver.get_by_role("menuitem", name="Sign out").click()
    leaver.wait_for_url("**/sign-in")
    leaver.goto("/dashboard")
    leaver.wait_for_url("**/sign-in")


def test_the_menu_works_with_the_keyboard(member: Page) -> None:
    settled(member, "/dashboard")
    member.get_by_role("button", name="Your account").first.focus()
    member.keyboard.press("Enter")
    expect(member.get_by_role("menuitem", name="Profile")).to_be_focused()
    member.keyboard.press("Escape")
    expect(member.get_by_role("button", name="Your account").first).to_be_focused()


def test_the_skip_link_is_first_and_slash_searches(member: Page) -> None:
    settled(member, "/dashboard")
    member.keyboard.press("Tab")
    expect(member.get_by_role("link", name="Skip to the page")).to_be_focused()
    member.keyboard.press("/")
    expect(member.get_by_role("searchbox", name="Search invoices").first).to_be_focused()
    member.keyboard.type("INV")
    member.keyboard.press("Enter")
    member.wait_for_url("**/invoices?search=INV")


def test_dark_colours_are_kept_over_a_reload(leaver: Page) -> None:
    leaver.get_by_role("button", name="Your account").first.click()
    leaver.get_by_role("menuitem", name="Dark colours").click()
    expect(leaver.locator("html")).to_have_class("dark")
    leaver.reload()
    expect(leaver.locator("html")).to_have_class("dark")


def test_the_menu_of_small_screens_opens_and_goes_where_one_taps(member: Page) -> None:
    member.set_viewport_size({"width": 360, "height": 740})
    settled(member, "/dashboard")
    member.get_by_role("button", name="Open menu").click()
    member.get_by_role("navigation", name="Menu").get_by_role("link", name="Customers").click()
    member.wait_for_url("**/customers")
    expect(member.locator("#menu-sheet")).to_be_hidden()


@pytest.mark.parametrize("path", ["/dashboard", "/quickbooks", "/settings/company", "/settings/integration"])
def test_nothing_scrolls_sideways_at_360_and_everything_can_be_touched(member: Page, path: str) -> None:
    member.set_viewport_size({"width": 360, "height": 740})
    settled(member, path)
    assert not member.evaluate(TOO_WIDE)
    heights = member.locator("main .btn:visible, main .inp:visible, .topbar .btn:visible").evaluate_all(
        "elements => elements.map((one) => [one.textContent, one.getBoundingClientRect().height])"
    )
    assert [one for one in heights if one[1] < 44] == []


def test_an_unknown_page_is_plain_and_says_404(started_app: StartedApp, page: Page) -> None:
    answer = page.goto("/nowhere/at/all")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_contain_text("does not exist")


def test_a_page_asks_nobody_else_and_reports_no_error(started_app: StartedApp, page: Page) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    sign_in(page)
    for path in ("/dashboard", "/quickbooks", "/settings/integration"):
        settled(page, path)
    assert {url for url in asked if not url.startswith((started_app.url, "data:", "blob:"))} == set()
    assert said == []


@pytest.mark.parametrize("part", PARTS)
def test_the_parts_of_settings(member: Page, part: str) -> None:
    settled(member, "/settings/profile")
    member.get_by_role("navigation", name="Settings").get_by_role("link", name=part).click()
    member.wait_for_url(f"**/settings/{part.lower()}")


def test_settings_are_saved_and_refused_with_words(member: Page) -> None:
    settled(member, "/settings/invoicing")
    member.get_by_label("Next number").fill("none")
    member.get_by_role("button", name="Save").click()
    expect(member.get_by_text("Enter a whole number")).to_be_visible()
    member.get_by_label("Next number").fill("4711")
    member.get_by_role("button", name="Save").click()
    expect(member.get_by_text("Saved.")).to_be_visible()
    settled(member, "/settings/invoicing")
    expect(member.get_by_label("Next number")).to_have_value("4711")


def test_a_refusal_at_connecting_is_told_and_a_made_up_one_is_not(member: Page) -> None:
    settled(member, "/settings/integration?problem=taken")
    expect(member.locator(".notice")).to_contain_text("already connected to another Bookipi account")
    settled(member, "/settings/integration?problem=<b>made-up</b>")
    expect(member.locator(".notice")).to_have_count(0)


def test_a_lost_connection_says_so_and_comes_back_with_what_was_typed(member: Page) -> None:
    settled(member, "/customers/new")
    member.get_by_label("Name", exact=True).fill("Typed before")
    member.context.set_offline(True)
    bar = member.get_by_text("The connection is lost.").filter(visible=True)
    expect(bar).to_be_visible()
    below = member.locator(".side .switch").first.bounding_box()
    covers = bar.bounding_box()
    assert covers and below and below["y"] >= covers["y"] + covers["height"], (
        "the bar covers what stands under it"
    )
    member.get_by_label("Name", exact=True).fill("Typed meanwhile")
    member.context.set_offline(False)
    expect(member.get_by_text("The connection is lost.").filter(visible=True)).to_have_count(0)
    expect(member.get_by_label("Name", exact=True)).to_have_value("Typed meanwhile")


def test_a_message_is_not_said_again_after_a_full_load(member: Page) -> None:
    settled(member, "/settings/invoicing")
    member.get_by_role("button", name="Save").click()
    expect(member.get_by_text("Saved.")).to_be_visible()
    settled(member, "/settings/invoicing")
    expect(member.get_by_text("Saved.")).to_have_count(0)


def test_no_page_asks_another_site_for_anything(member: Page) -> None:
    asked: list[str] = []
    member.on("request", lambda request: asked.append(request.url))
    for path in ("/dashboard", "/invoices", "/customers"):
        settled(member, path)
    origin = member.url.removesuffix("/customers")
    assert [url for url in asked if not url.startswith((origin, "data:", "blob:"))] == []
