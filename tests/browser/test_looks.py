"""With names of sixty characters and forty lines no page scrolls sideways and nothing is cut; paper; motion.

The pages are those of the registry, so that a new one cannot be forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlmodel import col, select

from bookipi_app import pages
from bookipi_app.db import Database
from bookipi_app.models import Connection, Flag, Kind, SyncRecord
from bookipi_app.pages.registry import pages_of
from tests.conftest import new_context
from tests.launcher import StartedApp
from tests.screenshots import settled
from tests.screenshots.accounts import PASSWORD, Account
from tests.screenshots.firm import month_end

ROUTES = sorted(page.route for page in pages_of(pages))
OF_INVOICE = "/invoices/"
NEVER_CUT = (
    ".num, .v, .flag, .pill, .btn, .qbc b, .qbc .st, .cmp td, .paper-sum span, .notice .grow, h1, label"
)
"""Amounts, flags, states, buttons and titles: UI.md says that they are whole, and that amounts stay on one line."""
CUT = Path(__file__).with_name("cut.js").read_text()
MOVING = "() => document.getAnimations().filter((one) => one.playState === 'running').length"
WIDTHS = (320, 360, 640)  # 640: text of twice the size on a screen of 1280
EDGES = """(where) => [...document.querySelectorAll(where)].map((one) => {
  const box = one.getBoundingClientRect();
  return [Math.round(box.left), Math.round(box.right)];
})"""
STICKS_OUT = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def firm(started_app: StartedApp) -> Account:
    """A firm at the end of its month."""
    return month_end(Database(started_app.database_url))


@pytest.fixture(scope="module")
def phone(started_app: StartedApp, browser: Browser, firm: Account) -> Iterator[BrowserContext]:
    """A phone that is signed in to it."""
    context = new_context(browser, started_app.url)
    form: dict[str, str | float | bool] = {"email": firm.email, "password": PASSWORD}
    context.request.post("/auth/sign-in", form=form, headers={"Origin": started_app.url}, max_redirects=0)
    yield context
    context.close()


@pytest.fixture(scope="module")
def examples(started_app: StartedApp, phone: BrowserContext, firm: Account) -> dict[str, str]:
    """What stands for the parts of an address: the invoice of forty lines, a clash, a customer, an item, a link."""
    with Database(started_app.database_url).reading() as session:
        found = session.exec(
            select(SyncRecord)
            .join(Connection, col(Connection.id) == SyncRecord.connection_id)
            .where(Connection.company_id == firm.company_id)
        ).all()
    of_kind = {kind: [str(one.local_id) for one in found if one.kind == kind] for kind in Kind}
    clash = next(str(one.local_id) for one in found if one.flag == Flag.CONFLICT)
    page = phone.new_page()
    settled(page, f"{OF_INVOICE}{of_kind[Kind.INVOICE][0]}")
    link = page.locator("[data-copy]").first.get_attribute("data-copy") or ""
    page.close()
    return {
        "[invoice_id]": of_kind[Kind.INVOICE][0],
        "[customer_id]": of_kind[Kind.CUSTOMER][0],
        "[item_id]": of_kind[Kind.ITEM][0],
        "[conflict_kind]": "invoice",
        "[conflict_id]": clash,
        "[link_key]": link.rsplit("/", 1)[-1],
    }


@pytest.fixture
def page(phone: BrowserContext) -> Iterator[Page]:
    """A page of the firm."""
    page = phone.new_page()
    yield page
    page.close()


@pytest.mark.long
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("route", ROUTES)
def test_long_names_and_many_lines_fit(page: Page, examples: dict[str, str], route: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    settled(page, _address(route, examples))
    sticks_out, cut = page.evaluate(STICKS_OUT), page.evaluate(CUT, NEVER_CUT)
    assert (sticks_out, "\n".join(cut)) == (0, "")


@pytest.mark.long
@pytest.mark.parametrize("width", [360, 1280])
def test_the_sums_of_an_invoice_stand_in_columns(page: Page, examples: dict[str, str], width: int) -> None:
    """However long the amounts are: those of the month's end have eight digits."""
    page.set_viewport_size({"width": width, "height": 740})
    settled(page, _address("/invoices/[invoice_id]/edit", examples))
    inputs, amounts = (page.evaluate(EDGES, where) for where in (".sums .mini-inp", ".sums > div > .num"))
    assert len(inputs) == 3
    assert len({tuple(edges) for edges in inputs}) == 1
    left, right = inputs[0]
    assert right - left >= 72
    assert len(amounts) >= 5
    assert len({right for _, right in amounts}) == 1


@pytest.mark.long
@pytest.mark.parametrize("route", ["/invoices/[invoice_id]", "/i/[link_key]"])
def test_an_invoice_prints_as_its_paper_alone(page: Page, examples: dict[str, str], route: str) -> None:
    settled(page, _address(route, examples))
    page.emulate_media(media="print")
    words = page.locator(".paper").inner_text().split()
    assert page.locator("body").inner_text().split() == words
    assert "Qty" in words


@pytest.mark.long
def test_nothing_moves_for_those_who_ask_for_it(page: Page) -> None:
    settled(page, "/invoices")
    assert page.locator(".flag.syncing").count()
    assert page.evaluate(MOVING) == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(MOVING) > 0


def _address(route: str, examples: dict[str, str]) -> str:
    address = route if route.startswith("/") else f"/{route}"
    for part in re.findall(r"\[\w+\]", address):
        address = address.replace(part, examples[part])
    return address
