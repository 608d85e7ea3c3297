"""What leaves the app, in a real browser: letters, the public link, the PDF, another password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.visitor import a_name, expect_no_sideways_scrolling
from tests.conftest import new_context
from tests.launcher import StartedApp, wait_for

HOSTILE = "<b>Mulch</b> & \u202eRTL 🎉 " + "W" * 200


@pytest.fixture
def stranger(started_app: StartedApp, browser: Browser) -> Iterator[Page]:
    """Somebody without an account, in a browser of their own."""
    context = new_context(browser, started_app.url)
    yield context.new_page()
    context.close()


def letters(app: StartedApp, to: str) -> list[EmailMessage]:
    files = sorted((app.var / "mail").glob("*.eml")) if (app.var / "mail").exists() else []
    found = (message_from_bytes(file.read_bytes(), policy=policy.default) for file in files)
    return [cast(EmailMessage, one) for one in found if one["To"] == to]


def new_invoice(page: Page) -> str:
    """An invoice that was continued and not sent; its address."""
    page.goto("/invoices/new")
    page.get_by_role("combobox", name="Customer").click()
    page.get_by_role("listbox", name="Customers").get_by_role("option").first.locator(".med").click()
    page.get_by_label("Item, line 1").fill(HOSTILE)
    page.get_by_label("Price, line 1").fill("617.03")
    page.get_by_label("Sales tax, percent").fill("0")
    expect(page.get_by_test_id("total")).to_have_text("$617.03")
    page.get_by_role("button", name="Continue").first.click()
    page.wait_for_url(re.compile(r"/invoices/[0-9a-f-]{36}$"))
    return page.url


def test_a_letter_goes_out_and_its_link_is_viewed(
    started_app: StartedApp, member: Page, stranger: Page
) -> None:
    new_invoice(member)
    to = f"{a_name('customer').replace(' ', '')}@example.com"
    member.get_by_role("button", name="Send", exact=True).click()
    dialog = member.get_by_role("dialog")
    dialog.get_by_label("To", exact=True).fill("nobody")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog).to_contain_text("Enter an e-mail address")
    dialog.get_by_label("To", exact=True).fill(to)
    dialog.get_by_role("button", name="Send").dblclick()
    expect(dialog).to_have_count(0)
    section = member.get_by_role("region", name="E-mail")
    expect(section).to_contain_text("Kept here")
    wait_for(lambda: letters(started_app, to), 60, "the letter")
    (letter,) = letters(started_app, to)
    assert [one.get_filename() for one in letter.iter_attachments()] == [_file_name(member)]
    section.get_by_role("link", name="Read them").click()
    expect(member.get_by_role("article").filter(has_text=to)).to_be_visible()
    member.go_back()

    body = letter.get_body(("plain",))
    assert body
    link = re.search(r"http\S+/i/\S+", body.get_content())
    assert link
    expect(member.locator(".title-row .pill")).to_have_text("Sent")
    stranger.goto(link.group())
    expect(stranger.get_by_role("heading", level=1, name="$617.03")).to_be_visible()
    expect(stranger.get_by_role("article")).to_contain_text("<b>Mulch</b> &")
    expect_no_sideways_scrolling(stranger)
    expect(member.locator(".title-row .pill")).to_have_text("Viewed")
    stranger.set_viewport_size({"width": 360, "height": 740})
    expect_no_sideways_scrolling(stranger)
    with stranger.expect_download() as download:
        stranger.get_by_role("link", name="Download PDF").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")


def _file_name(page: Page) -> str:
    return f"Invoice {page.get_by_role('heading', level=1).inner_text()}.pdf"


def test_a_withdrawn_link_shows_nothing_any_more_in_open_pages_too(member: Page, stranger: Page) -> None:
    new_invoice(member)
    link = member.get_by_role("button", name="Copy link")
    address = link.get_attribute("data-copy")
    assert address
    stranger.goto(address)
    expect(stranger.get_by_role("article")).to_be_visible()
    expect(member.locator(".title-row .pill")).to_have_text("Viewed")
    member.get_by_role("button", name="More actions").click()
    member.get_by_role("menuitem", name="Public link…").click()
    member.get_by_role("button", name="Withdraw").click()
    expect(member.get_by_text("The link was withdrawn")).to_be_visible()
    expect(stranger.get_by_role("heading", name="This invoice is not here")).to_be_visible()
    assert stranger.request.get(f"{address}/invoice.pdf").status == 404


def test_what_sends_an_invoice_fits_a_phone(member: Page) -> None:
    member.set_viewport_size({"width": 360, "height": 740})
    member.goto(f"{new_invoice(member)}?send=yes")
    dialog = member.get_by_role("dialog")
    box = dialog.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    expect(dialog.get_by_label("To", exact=True)).to_be_focused()
    expect_no_sideways_scrolling(member)


def test_a_forgotten_password_is_replaced(started_app: StartedApp, stranger: Page) -> None:
    email = f"{a_name('owner').replace(' ', '')}@example.com"
    stranger.goto("/sign-up")
    for label, text in (
        ("Your name", "Ada"),
        ("E-mail", email),
        ("Company name", "Young"),
        ("Password", "the old one"),
    ):
        stranger.get_by_label(label).fill(text)
    stranger.get_by_role("button", name="Create account").click()
    stranger.wait_for_url("**/dashboard")
    stranger.context.clear_cookies()
    stranger.goto("/sign-in")
    stranger.get_by_role("link", name="Forgot it?").click()
    stranger.wait_for_url("**/forgot-password")
    stranger.get_by_label("E-mail").fill(email)
    stranger.get_by_role("button", name="Send me a link").click()
    expect(stranger.get_by_role("heading", name="Look into your mail")).to_be_visible()
    wait_for(lambda: letters(started_app, email), 60, "the letter")
    body = letters(started_app, email)[0].get_body(("plain",))
    assert body
    link = re.search(r"http\S+", body.get_content())
    assert link
    stranger.goto(link.group())
    stranger.get_by_label("New password").fill("the new one")
    stranger.get_by_role("button", name="Set password").click()
    expect(stranger.get_by_text("Your password is changed.")).to_be_visible()
    stranger.goto(link.group())
    expect(stranger.get_by_role("heading", name="This link does not work any more")).to_be_visible()
