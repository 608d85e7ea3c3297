"""The pages under their Content-Security-Policy, in a real browser: nothing is blocked, and nobody frames them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from bookipi_app import pages
from bookipi_app.pages.registry import pages_of
from tests.launcher import StartedApp
from tests.screenshots import settled

ADDRESSES = ["/nowhere", *(page.route for page in pages_of(pages) if "[" not in page.route)]
LISTS = ("/invoices", "/customers", "/items")  # their first records stand for the pages with an id

NOTE_VIOLATIONS = """
  window.blocked = [];
  document.addEventListener("securitypolicyviolation", (event) => window.blocked.push(
    [event.effectiveDirective, event.blockedURI, event.sourceFile, event.sample].join(" | ")));
"""
EXPECTED = "the server responded with a status of 404"  # the page of an unknown address


class Watched:
    """A page whose every complaint is kept."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.add_init_script(NOTE_VIOLATIONS)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str, act: Callable[[Page], object] = lambda _page: None) -> None:
        """Open a page, do something there, and keep what was blocked."""
        settled(self.page, path)
        act(self.page)
        self.complaints += self.page.evaluate("() => window.blocked")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and EXPECTED not in message.text:
            self.complaints.append(message.text)


def first_record(page: Page) -> None:
    page.locator("main a.name").first.click()
    expect(page).to_have_url(re.compile(r"/[0-9a-f-]{36}$"))
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_visible()


@pytest.mark.long
def test_on_no_page_is_anything_blocked(member: Page) -> None:
    watched = Watched(member)
    for path in ADDRESSES:
        watched.open(path)
    for path in LISTS:
        watched.open(path, first_record)
    watched.open("/customers/new")
    watched.open("/dashboard", palette)
    assert watched.complaints == []


@pytest.mark.long
def test_what_the_policy_forbids_is_blocked(page: Page, started_app: StartedApp) -> None:
    """The other half of the test above: its ear hears, and the policy is in force."""
    watched = Watched(page)
    watched.open(
        "/sign-in",
        lambda one: one.evaluate(
            """() => {
              // Later, because what Playwright itself evaluates is exempt.
              return new Promise((done) => setTimeout(() => {
                const script = document.createElement("script");
                script.textContent = "window.ran = true";
                document.body.append(script);
                const button = document.createElement("button");
                button.setAttribute("onclick", "window.ran = true");
                document.body.append(button);
                button.click();
                try { new Function("window.ran = true")(); } catch { window.evalRefused = true; }
                setTimeout(done, 50);
              }));
            }"""
        ),
    )
    assert page.evaluate("() => [window.ran, window.evalRefused]") == [None, True]
    kinds = {complaint.split(" | ")[0] for complaint in watched.complaints}
    assert {"script-src-elem", "script-src-attr", "script-src"} <= kinds


@pytest.mark.long
def test_no_page_can_be_framed(page: Page, started_app: StartedApp) -> None:
    page.goto(f"{started_app.sandbox_url}/")
    page.evaluate(
        """(address) => new Promise((done) => {
          const frame = document.createElement("iframe");
          frame.src = address;
          frame.onload = done;
          document.body.append(frame);
        })""",
        f"{started_app.url}/sign-in",
    )
    [frame] = [one for one in page.frames if one != page.main_frame]
    assert "Sign in" not in frame.content()
