"""What the browser tests do again and again, and names under which they do not meet."""

from __future__ import annotations

from itertools import count

from playwright.sync_api import Page, expect

_numbers = count(1)


def a_name(words: str) -> str:
    """A name that no other test of this run uses."""
    return f"{words} {next(_numbers):03}"


def expect_no_sideways_scrolling(page: Page) -> None:
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{wide} px stick out"


def fact(page: Page, label: str, words: str) -> None:
    """A line among a record's details says this."""
    row = page.get_by_role("main").locator("dl.facts > div", has=page.locator("dt", has_text=label))
    expect(row.locator("dd")).to_have_text(words)
