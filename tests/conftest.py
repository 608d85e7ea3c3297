"""What every test may ask for: the started app, a browser, a page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.launcher import StartedApp, started

PATIENCE = 120_000  # milliseconds; only a machine that is starved ever needs them
IN_CI = os.environ.get("CI") == "true"
BROWSER_ARGUMENTS = ["--no-sandbox", "--font-render-hinting=none"]  # letters as wide as with a window
RUNS = {"started_app", "own_app", "browser"}  # fixtures that start the whole app, or a browser


@pytest.hookimpl(tryfirst=True)  # before `-m` selects by these marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests are marked by what they ask for; those with a browser run last.

    Playwright's synchronous API leaves an event loop running in its thread, in which nobody else could start one.
    """
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if "browser" in asked:
            item.add_marker("browser")
        if asked & RUNS:
            item.add_marker("app")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def started_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartedApp]:
    """The whole app under its own launcher; ended with SIGTERM, which has to leave nothing and exit 0."""
    with started(tmp_path_factory.mktemp("app") / "var") as app:
        yield app


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    program = browser_program()
    if program is None:
        if IN_CI:
            pytest.fail("Chromium is not installed, and CI=true asks for the browser tests.")
        pytest.skip("Chromium is not installed: the browser tests are left out.")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=BROWSER_ARGUMENTS)
        yield browser
        browser.close()


def browser_program() -> str | None:
    """The system's Chromium; the shell without a window, where there is one, is lighter by half."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


def new_context(browser: Browser, base_url: str | None) -> BrowserContext:
    """A browser of somebody's own: no cookies, 1280 × 800, no animations to draw."""
    context = browser.new_context(
        base_url=base_url, viewport={"width": 1280, "height": 800}, locale="en-US", reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a stranger, in a context of its own. Relative addresses are the started app's."""
    uses_app = "started_app" in request.fixturenames
    context = new_context(browser, request.getfixturevalue("started_app").url if uses_app else None)
    with pictured(context.new_page(), request) as page:
        yield page
    context.close()


@contextmanager
def pictured(page: Page, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page for one test, closed afterwards. If the test fails, it leaves a picture in `var/failures`."""
    failures_before = request.session.testsfailed
    yield page
    if request.session.testsfailed > failures_before or _call_failed(request.node):
        _keep_picture(page, request.node.name)
    page.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Let fixtures know how the test's own part ended."""
    report = yield
    setattr(item, f"report_{report.when}", report)
    return report


def _call_failed(node: pytest.Item) -> bool:
    report = getattr(node, "report_call", None)
    return report is not None and report.failed


def _keep_picture(page: Page, name: str) -> None:
    folder = Path("var") / "failures"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{''.join(c if c.isalnum() else '_' for c in name)}.png", full_page=True)
