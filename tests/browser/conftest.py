"""The demo account's pages. They share one browser context, which loads and compiles the app's scripts once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from bookipi_app.services.demo import DEMO_EMAIL, DEMO_PASSWORD
from tests.conftest import new_context, pictured
from tests.launcher import StartedApp


@pytest.fixture(scope="session")
def signed_in(started_app: StartedApp, browser: Browser) -> Iterator[BrowserContext]:
    """Signed in as the demo account."""
    context = new_context(browser, started_app.url)
    answer = context.request.post(
        "/auth/sign-in",
        form={"email": DEMO_EMAIL, "password": DEMO_PASSWORD},
        headers={"Origin": started_app.url},
        max_redirects=0,
    )
    assert answer.status == 303, answer.text()
    yield context
    context.close()


@pytest.fixture
def member(signed_in: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A new page of the demo account, empty still. Other pages that the test opens are closed with it."""
    with pictured(signed_in.new_page(), request) as page:
        yield page
    for page in signed_in.pages:
        page.close()
