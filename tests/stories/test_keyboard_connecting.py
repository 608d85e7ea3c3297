"""Connecting and disconnecting with the keyboard alone; a conflict's is in `test_conflict`."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.keyboard import announced, press, somewhere, tab_to
from tests.launcher import StartedApp
from tests.screenshots import settled
from tests.stories.acts import sign_up
from tests.stories.books import open_books


@pytest.mark.long
def test_connecting_and_disconnecting(page: Page, started_app: StartedApp) -> None:
    books = open_books(started_app.sandbox_url)
    sign_up(page, "keys@story.example", "Keys & Sons")
    settled(page, "/dashboard")
    tab_to(page.get_by_role("region", name="QuickBooks", exact=True).get_by_role("link", name="Connect"))
    page.keyboard.press("Enter")
    tab_to(page.get_by_role("button", name="Sign in"))
    page.keyboard.press("Enter")
    tab_to(page.get_by_label("Company"))
    page.get_by_label("Company").select_option(books.realm)
    tab_to(page.get_by_role("button", name="Allow"))
    page.keyboard.press("Enter")
    announced(page, "Connected to")
    settled(page, "/settings/integration")
    press(page.get_by_role("button", name="Disconnect…"))
    asked = page.get_by_role("alertdialog")
    press(asked.get_by_role("button", name="Disconnect", exact=True))
    announced(page, "Disconnecting…")
    card = page.get_by_role("region", name="QuickBooks", exact=True)
    expect(card.get_by_role("link", name="Connect")).to_be_visible()
    somewhere(page)
