"""A person without a mouse: Tab to what is wanted, press it, and never be left nowhere."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

FURTHEST = 90
HAS_FOCUS = "element => element === document.activeElement"
BEFORE = """element => Boolean(
  document.activeElement.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING)"""
SOMEWHERE = "() => document.activeElement && document.activeElement !== document.body"


def tab_to(wanted: Locator) -> None:
    """Press Tab, or Shift and Tab if it stands before, until it has the focus; a person sees that by its ring."""
    wanted = wanted.first
    expect(wanted).to_be_visible()
    page, key = wanted.page, "Shift+Tab" if wanted.evaluate(BEFORE) else "Tab"
    for _ in range(FURTHEST):
        if wanted.evaluate(HAS_FOCUS):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{FURTHEST} times {key} do not lead to {wanted}")


def press(wanted: Locator, key: str = "Enter") -> None:
    """Tab to it and press it. Afterwards the focus is somewhere."""
    tab_to(wanted)
    wanted.page.keyboard.press(key)
    somewhere(wanted.page)


def somewhere(page: Page) -> None:
    """The focus is not lost: it comes back to something within a moment."""
    page.wait_for_function(SOMEWHERE)


def announced(page: Page, words: str | re.Pattern[str]) -> None:
    """A live region says so."""
    live = page.locator("[role=status], [role=alert], [role=log], [aria-live=polite], [aria-live=assertive]")
    expect(live.filter(has_text=words).first).to_be_attached()
