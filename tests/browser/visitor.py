"""What a person does again and again in the browser tests: come in, and name things so that tests do not meet."""

from __future__ import annotations

from itertools import count

from playwright.sync_api import Page, expect

from bookipi_app.services.demo import DEMO_EMAIL, DEMO_PASSWORD
from tests.launcher import StartedApp

_numbers = count(1)


def come_in(page: Page, started_app: StartedApp, address: str) -> None:
    """Signed in as the demo account, on a page of the app."""
    answer = page.request.post(
        "/auth/sign-in",
        form={"email": DEMO_EMAIL, "password": DEMO_PASSWORD},
        headers={"Origin": started_app.url},
        max_redirects=0,
    )
    assert answer.status == 303, answer.text()
    page.goto(address)


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
