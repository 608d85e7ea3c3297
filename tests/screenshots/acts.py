"""What is done before a picture: open a menu, a dialog, a record; select rows. Each takes the page as it was opened."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.screenshots import WAIT_QUIET

Act = Callable[[Page], None]
PATIENCE = 60_000


def nothing(page: Page) -> None:
    """The page as it is."""


def chain(*acts: Act) -> Act:
    """One after the other, each on a page that has come to rest."""

    def all_of_them(page: Page) -> None:
        for act in acts:
            act(page)
            page.evaluate(WAIT_QUIET)

    return all_of_them


def press(key: str) -> Act:
    """A key that opens a dialog from anywhere."""

    def pressed(page: Page) -> None:
        page.evaluate("() => document.activeElement?.blur()")
        page.keyboard.press(key)
        expect(page.get_by_role("dialog")).to_be_visible()

    return pressed


def type_text(text: str) -> Act:
    """Type into whatever has the focus."""
    return lambda page: page.keyboard.type(text)


def click(name: str | re.Pattern[str], role: str = "button", within: str = "body") -> Act:
    """Press the first visible thing of a name."""

    def clicked(page: Page) -> None:
        found = page.locator(within).get_by_role(role, name=name).locator("visible=true")  # pyright: ignore[reportArgumentType]
        found.first.click()

    return clicked


def menu(opener: str | re.Pattern[str], entry: str = "") -> Act:
    """Open a menu, and choose an entry of it if one is named."""

    def opened(page: Page) -> None:
        page.get_by_role("button", name=opener).locator("visible=true").first.click()
        expect(page.get_by_role("menu")).to_be_visible()
        if entry:
            page.get_by_role("menuitem", name=entry).click()
            expect(page.get_by_role("dialog").or_(page.get_by_role("alertdialog"))).to_be_visible()

    return opened


def select_rows(count: int) -> Act:
    """Tick the first rows of a list."""

    def selected(page: Page) -> None:
        for box in page.get_by_label(re.compile("^Select (?!all)")).all()[:count]:
            box.check()
        expect(page.get_by_role("toolbar")).to_be_visible()

    return selected


def follow(words: str | re.Pattern[str], within: str = "main") -> Act:
    """Open the record of the first row that says this."""

    def followed(page: Page) -> None:
        row = page.locator(f"{within} tr", has_text=words).locator("visible=true").first
        before = page.url
        row.locator("a.name").click()
        page.wait_for_url(lambda url: url != before)
        _at_rest(page)

    return followed


def go(inner: str) -> Act:
    """Go on to an address below the one that is open."""

    def gone(page: Page) -> None:
        page.goto(page.url.split("?")[0] + inner)
        _at_rest(page)

    return gone


def conflict(words: str) -> Act:
    """The page where the conflict of a row's record is settled."""

    def opened(page: Page) -> None:
        page.locator("tr", has_text=words).get_by_role("link", name="Conflict").first.click()
        page.wait_for_url("**/conflicts/**")
        _at_rest(page)

    return opened


def public_page(page: Page) -> None:
    """What the customer sees by the link of the open invoice."""
    link = page.locator("[data-copy]").first.get_attribute("data-copy") or ""
    page.goto(link)
    _at_rest(page)


def fill_lines(page: Page) -> None:
    """A customer and two lines, as far as the forecast."""
    picker = page.get_by_role("combobox", name="Customer")
    picker.fill("Pecan")
    offered = page.get_by_role("listbox", name="Customers").get_by_role("option")
    offered.filter(has_text="Pecan").first.click()
    for at, (words, quantity, price) in enumerate(
        (("Courtyard beds", "2", "384.10"), ("River rock", "3", "118.40")), 1
    ):
        page.get_by_label(f"Item, line {at}", exact=True).fill(words)
        page.get_by_label(f"Quantity, line {at}", exact=True).fill(quantity)
        page.get_by_label(f"Price, line {at}", exact=True).fill(price)
        if at == 1:
            page.get_by_role("button", name="Add line").click()
    page.get_by_label("Price, line 2").blur()
    expect(page.get_by_test_id("total")).not_to_have_text("$0.00", timeout=PATIENCE)


def put_away(page: Page) -> None:
    """Move the open record to the trash: a toast offers to undo it."""
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Move to trash").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()


def lose_connection(page: Page) -> None:
    """The browser says that the network is gone."""
    page.context.set_offline(True)
    expect(page.locator(".lost-bar.only-offline")).to_be_visible()


def _at_rest(page: Page) -> None:
    page.locator("h1").first.wait_for(state="attached")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.evaluate(WAIT_QUIET)
