"""What the browser tests do again and again, and names under which they do not meet."""

from __future__ import annotations

from itertools import count

from playwright.sync_api import Page, expect

_numbers = count(1)


def a_name(words: str) -> str:
    """A name that no other test of this run uses."""
    return f"{words} {next(_numbers):03}"


STICK_OUT = """() => {
  const root = document.documentElement, over = root.scrollWidth - root.clientWidth;
  const clipped = (one) => one && (getComputedStyle(one).overflowX !== "visible" || clipped(one.parentElement));
  return over <= 0 ? [] : [...document.body.querySelectorAll("*")]
    .filter((one) => one.getBoundingClientRect().right > root.clientWidth + 0.5 && !clipped(one.parentElement))
    .map((one) => `${one.tagName.toLowerCase()}.${one.className} by ${over} px`);
}"""


def expect_no_sideways_scrolling(page: Page) -> None:
    """If something sticks out, the innermost such parts are named."""
    wide = page.evaluate(STICK_OUT)
    assert wide == [], f"{page.url} at {page.viewport_size}: {wide[-4:]}"


def fact(page: Page, label: str, words: str) -> None:
    """A line among a record's details says this."""
    row = page.get_by_role("main").locator("dl.facts > div", has=page.locator("dt", has_text=label))
    expect(row.locator("dd")).to_have_text(words)
