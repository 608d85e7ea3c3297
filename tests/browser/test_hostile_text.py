"""Hostile words in every field of every page: shown as text, refused with words where too long, the layout intact.

Markup, right-to-left overrides, zero-width characters, emoji, and words of 10,000 letters.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader

from tests.browser.visitor import expect_no_sideways_scrolling
from tests.conftest import new_context
from tests.launcher import StartedApp, wait_for
from tests.screenshots import settled

pytestmark = pytest.mark.long
EVIL = "<i>x</i>\u202eab\u200b🎉"
FORMULA = "=1+1"
ENDLESS = "W" * 10_000
WIDTHS = (1280, 360)
TEXT_FIELDS = "input[type=text], input[type=email], input[type=tel], input:not([type]), textarea"


@pytest.fixture(scope="module")
def victim(started_app: StartedApp, browser: Browser) -> Iterator[Page]:
    """The page of a business whose every name is hostile; a script that ran would fail the test."""
    context = new_context(browser, started_app.url)
    page = context.new_page()
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    page.goto("/sign-up")
    page.get_by_label("Your name").fill(f"Rosa {EVIL}")
    page.get_by_label("E-mail").fill("hostile@story.example")
    page.get_by_label("Company name").fill(f"{EVIL} {'W' * 80}")
    page.get_by_label("Password").fill("a long enough secret")
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/dashboard")
    yield page
    context.close()


def text_fields(form: Locator) -> list[Locator]:
    """Every field of a form that takes words, by construction."""
    expect(form.locator(TEXT_FIELDS).first).to_be_visible()
    return [one for one in form.locator(TEXT_FIELDS).all() if one.is_visible() and one.is_editable()]


def is_intact(page: Page) -> None:
    """No word became markup, and nothing sticks out."""
    expect(page.locator("main i, main script, [role=dialog] i")).to_have_count(0)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        expect_no_sideways_scrolling(page)
    page.set_viewport_size({"width": 1280, "height": 800})


FORMS = {
    "customer": ("/customers/new", "[role=dialog] form[aria-label=Customer]", "Create customer"),
    "item": ("/items/new", "[role=dialog] form[aria-label=Item]", "Create item"),
    "company": ("/settings/company", "form[aria-label=Company]", "Save"),
    "invoicing": ("/settings/invoicing", "form[aria-label=Invoicing]", "Save"),
    "profile": ("/settings/profile", "form[aria-label=Profile]", "Save"),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_word_without_end_is_refused_at_each_field_and_stays(victim: Page, name: str) -> None:
    address, where, submit = FORMS[name]
    settled(victim, address)
    form = victim.locator(where)
    fields = text_fields(form)
    for field in fields:
        field.fill(ENDLESS)
    form.get_by_role("button", name=submit).click()
    for field in fields:
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(victim.locator(f"[id='{field.get_attribute('id')}-problem']")).to_have_text(re.compile(r"\.$"))
        assert field.input_value() == ENDLESS
    is_intact(victim)


def test_a_word_without_end_is_refused_in_each_field_of_the_editor(victim: Page) -> None:
    settled(victim, "/invoices/new")
    editor = victim.locator(".ed-form")
    fields = [one for one in text_fields(editor) if one.get_attribute("id") != "customer"]
    assert len(fields) >= 9
    for field in fields:
        field.fill(ENDLESS)
        field.blur()
    victim.get_by_role("combobox", name="Customer").fill(ENDLESS)
    victim.get_by_role("button", name="Continue").click()
    expect(victim.get_by_role("alert")).to_contain_text("Not saved.")
    for field in fields:
        described = (field.get_attribute("aria-describedby") or "").split() or [""]
        wrong = victim.locator(f"[id='{described[0]}']")
        label = field.get_attribute("aria-label") or field.get_attribute("id")
        if "Description" not in str(label):  # said at its item, above it
            expect(wrong, f"{label} says what is wrong").to_be_visible()
    is_intact(victim)
    settled(victim, "/invoices/new")
    victim.get_by_role("button", name="Start afresh").click()
    expect(victim.get_by_label("PO number")).to_have_value("")


def test_words_of_any_kind_are_text_on_every_page_and_in_every_file(
    victim: Page, started_app: StartedApp
) -> None:
    fill_the_books(victim)
    number = an_invoice(victim)
    invoice = victim.url
    is_intact(victim)
    for address in (
        "/dashboard", "/invoices", f"/invoices?search={EVIL}", "/customers", "/items", "/quickbooks", "/mail",
        "/settings/profile", "/settings/company", "/settings/invoicing", "/settings/integration",
        f"{invoice}/edit",
    ):  # fmt: skip
        settled(victim, address)
        is_intact(victim)
    for path in ("/customers", "/items"):
        settled(victim, path)
        victim.locator("main a.name").first.click()
        expect(victim.get_by_role("list", name="History")).to_be_visible()
        expect(victim.get_by_role("heading", level=1)).to_contain_text("<i>x</i>")
        is_intact(victim)
    in_the_pdf_and_the_public_page(victim, invoice, number)
    in_the_files(victim)
    in_the_letter(victim, invoice, started_app)


def fill_the_books(page: Page) -> None:
    """Settings, a customer and an item whose every word is hostile."""
    settled(page, "/settings/company")
    form = page.locator(FORMS["company"][1])
    for label in ("Address", "Second line", "City", "State", "ZIP code", "Phone"):
        form.get_by_label(label, exact=True).fill(EVIL)
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    settled(page, "/customers/new")
    form = page.locator(FORMS["customer"][1])
    for field in text_fields(form):
        field.fill(EVIL)
    form.get_by_label("Name", exact=True).fill(f"{EVIL} {'W' * 60}")
    form.get_by_label("Company", exact=True).fill(FORMULA)
    form.get_by_role("textbox", name="E-mail").fill("ap@evil.example")
    form.get_by_role("button", name="Create customer").click()
    page.wait_for_url(re.compile("/customers/[0-9a-f-]{36}$"))
    settled(page, "/items/new")
    form = page.locator(FORMS["item"][1])
    for field in text_fields(form):
        field.fill(EVIL)
    form.get_by_label("Price").fill("5")
    form.get_by_label("Description").fill(FORMULA)
    form.get_by_role("button", name="Create item").click()
    page.wait_for_url(re.compile("/items/[0-9a-f-]{36}$"))


def an_invoice(page: Page) -> str:
    settled(page, "/invoices/new")
    page.get_by_role("combobox", name="Customer").click()
    offered = page.get_by_role("listbox", name="Customers").get_by_role("option")
    offered.filter(has_text="ap@evil.example").first.click()
    page.get_by_label("Item, line 1").fill(f"{EVIL} {'W' * 300}")
    page.get_by_label("Description, line 1").fill(EVIL)
    page.get_by_label("Price, line 1").fill("5")
    page.get_by_label("PO number").fill(EVIL[:12])
    page.get_by_label("Note to the customer").fill(f"{EVIL} {'W' * 500}")
    expect(page.get_by_test_id("total")).to_have_text("$5.00")
    number = page.get_by_label("Number", exact=True).input_value()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(re.compile("/invoices/[0-9a-f-]{36}$"))
    expect(page.get_by_role("article")).to_contain_text("<i>x</i>")
    return number


def in_the_pdf_and_the_public_page(page: Page, invoice: str, number: str) -> None:
    settled(page, invoice)
    link = page.get_by_role("button", name="Copy link").get_attribute("data-copy") or ""
    document = page.request.get(f"{link}/invoice.pdf").body()
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(document)).pages)
    assert "<i>x</i>" in text
    assert number in text
    settled(page, link)
    expect(page.get_by_role("article")).to_contain_text("<i>x</i>")
    is_intact(page)


def in_the_files(page: Page) -> None:
    for name in ("invoices", "customers", "items"):
        rows = list(csv.reader(io.StringIO(page.request.get(f"/files/{name}.csv").text())))
        cells = [cell for row in rows[1:] for cell in row]
        assert any("<i>x</i>" in cell for cell in cells), name
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))], name


def in_the_letter(page: Page, invoice: str, app: StartedApp) -> None:
    settled(page, f"{invoice}?send=yes")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Subject").fill(ENDLESS)
    dialog.get_by_label("Message").fill(ENDLESS)
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_label("Subject")).to_have_attribute("aria-invalid", "true")
    is_intact(page)
    dialog.get_by_label("Subject").fill(f"{EVIL} Bcc: all@evil.example")
    dialog.get_by_label("Message").fill(f"{EVIL} {'W' * 400}")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog).to_have_count(0)
    wait_for(lambda: letters(app), 60, "the letter")
    [letter] = letters(app)
    assert letter["Bcc"] is None
    html = letter.get_body(("html",))
    assert html
    assert "&lt;i&gt;x&lt;/i&gt;" in html.get_content()
    settled(page, "/mail")
    expect(page.get_by_role("article").first).to_contain_text("<i>x</i>")
    is_intact(page)


def letters(app: StartedApp) -> list[EmailMessage]:
    files = (app.var / "mail").glob("*.eml") if (app.var / "mail").exists() else []
    found = (message_from_bytes(file.read_bytes(), policy=policy.default) for file in files)
    return [cast(EmailMessage, one) for one in found if one["To"] == "ap@evil.example"]
