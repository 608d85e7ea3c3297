"""Every page and every dialog, light and dark, has nothing that axe-core complains about.

The pages are those of the registry, so that a new one cannot be forgotten: one with an id in its address needs an
example in `EXAMPLES`, and the test says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bookipi_app import pages
from bookipi_app.pages.not_found import not_found_page
from bookipi_app.pages.registry import Page as AppPage
from bookipi_app.pages.registry import pages_of
from tests.browser.axe import violations
from tests.screenshots import WAIT_QUIET, settled

Theme = Literal["light", "dark"]
# The dark half belongs to the long forms: `make test` stays within its minutes.
THEMES = ("light", pytest.param("dark", marks=pytest.mark.long))
NOWHERE = AppPage("/nowhere", "Not found", not_found_page, signed_in=False)
PAGES = {page.route: page for page in [*pages_of(pages), NOWHERE]}
EXAMPLES = {
    "[invoice_id]": "/invoices",
    "[customer_id]": "/customers",
    "[item_id]": "/items",
    "[conflict_id]": "/invoices",
    "[conflict_kind]": "",
    "[link_key]": "link",
}
"""The list whose first record stands in for an id; a kind is `invoice`, a link that of a paid invoice."""


def _open_menu(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()
    expect(page.get_by_role("menu")).to_be_visible()


def _select_two(page: Page) -> None:
    for box in page.get_by_label(re.compile("^Select INV")).all()[:2]:
        box.check()
    expect(page.get_by_role("toolbar")).to_be_visible()


def _ask_to_send(page: Page) -> None:
    _select_two(page)
    page.get_by_role("toolbar").get_by_role("button", name="Send").click()
    expect(page.get_by_role("alertdialog")).to_be_visible()


def _press(page: Page, key: str) -> None:
    page.locator("h1").first.click()
    page.keyboard.press(key)
    expect(page.get_by_role("dialog")).to_be_visible()


def _chip(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _on_a_paid_invoice(page: Page, opener: str | re.Pattern[str], entry: str) -> None:
    """Open a dialog from one of the menus of an invoice's page."""
    page.get_by_role("table", name="Invoices").locator("tr", has=page.locator(".pill.paid")).first.locator(
        "a.name"
    ).click()
    page.get_by_role("button", name=opener).first.click()
    page.get_by_role("menuitem", name=entry).click()
    expect(page.get_by_role("dialog")).to_be_visible()


OF_INVOICE, OF_PAYMENT = "More actions", re.compile("^Change the payment")
OPENED: dict[str, tuple[str, Callable[[Page], None]]] = {
    "palette": ("/dashboard", lambda page: _press(page, "Control+k")),
    "keys": ("/dashboard", lambda page: _press(page, "?")),
    "company menu": ("/dashboard", lambda page: _open_menu(page, "Company and its settings")),
    "account menu": ("/dashboard", lambda page: _open_menu(page, "Your account")),
    "row menu": ("/invoices", lambda page: _open_menu(page, "More for INV-1039")),
    "bulk bar": ("/invoices", _select_two),
    "bulk question": ("/invoices", _ask_to_send),
    "days": ("/invoices", lambda page: _chip(page, "Issued")),
    "customers of the filter": ("/invoices", lambda page: _chip(page, "Customer")),
    "no match": ("/invoices?search=zzzz", lambda page: None),
    "send": ("/invoices?tab=paid", lambda page: _on_a_paid_invoice(page, OF_INVOICE, "Send again…")),
    "public link": ("/invoices?tab=paid", lambda page: _on_a_paid_invoice(page, OF_INVOICE, "Public link…")),
    "void": ("/invoices?tab=paid", lambda page: _on_a_paid_invoice(page, OF_INVOICE, "Void…")),
    "payment": ("/invoices?tab=paid", lambda page: _on_a_paid_invoice(page, OF_PAYMENT, "Correct…")),
    "new customer": ("/customers/new", lambda page: expect(page.get_by_role("dialog")).to_be_visible()),
    "new item": ("/items/new", lambda page: expect(page.get_by_role("dialog")).to_be_visible()),
}


@pytest.fixture(scope="module")
def first_of(signed_in: BrowserContext) -> dict[str, str]:
    """The id of the first record of each list."""
    page, found = signed_in.new_page(), {"": "invoice"}
    for path in ("/invoices", "/customers", "/items"):
        settled(page, path)
        found[path] = (page.locator("main a.name").first.get_attribute("href") or "").rsplit("/", 1)[-1]
    settled(page, "/invoices?tab=paid")
    page.locator("main a.name").first.click()
    link = page.get_by_role("button", name="Copy link").get_attribute("data-copy") or ""
    found["link"] = link.rsplit("/", 1)[-1]
    page.close()
    return found


@pytest.fixture
def themed(request: pytest.FixtureRequest, member: Page) -> Page:
    """A page of the demo account in the colours of the test."""
    member.emulate_media(color_scheme=request.param)
    return member


@pytest.mark.parametrize("themed", THEMES, indirect=True)
@pytest.mark.parametrize("route", sorted(route for route, page in PAGES.items() if page.signed_in))
def test_every_page_behind_the_log_in(themed: Page, route: str, first_of: dict[str, str]) -> None:
    settled(themed, _address(PAGES[route], first_of))
    assert "\n".join(violations(themed)) == ""


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("route", sorted(route for route, page in PAGES.items() if not page.signed_in))
def test_every_page_for_everybody(
    started_app: object, page: Page, route: str, theme: Theme, first_of: dict[str, str]
) -> None:
    page.emulate_media(color_scheme=theme)
    settled(page, _address(PAGES[route], first_of))
    assert "\n".join(violations(page)) == ""


@pytest.mark.parametrize("themed", THEMES, indirect=True)
@pytest.mark.parametrize("name", OPENED)
def test_whatever_opens(themed: Page, name: str) -> None:
    path, opened = OPENED[name]
    settled(themed, path)
    opened(themed)
    themed.evaluate(WAIT_QUIET)
    part = "[role=menu]" if name.endswith("menu") else ""  # a menu belongs to no landmark of the page
    assert "\n".join(violations(themed, part)) == ""


def _address(page: AppPage, first_of: dict[str, str]) -> str:
    """A page's address, with an example for every id in it."""
    address = page.route if page.route.startswith("/") else f"/{page.route}"
    for part in re.findall(r"\[\w+\]", address):
        assert part in EXAMPLES, f"{page.route} needs an example of {part} in EXAMPLES"
        address = address.replace(part, first_of[EXAMPLES[part]])
    return address
