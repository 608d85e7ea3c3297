"""Pictures of every page and every state, at three widths, light and dark: `make screenshots`, into `var/screenshots`.

`shots.py` is the table of them, `accounts.py` and `firm.py` the accounts that they are taken of, `acts.py` what is done
before one is taken, `camera.py` the taking. Here is what the browser tests use too.
"""

from __future__ import annotations

from playwright.sync_api import Page, expect

from bookipi_app.services.demo import DEMO_EMAIL, DEMO_PASSWORD

__all__ = ["TOO_WIDE", "WAIT_QUIET", "settled", "sign_in"]

QUIET = 400  # milliseconds without a change of the page before it is taken
WAIT_QUIET = f"""() => new Promise((done) => {{
  let timer = setTimeout(done, {QUIET});
  new MutationObserver(() => {{ clearTimeout(timer); timer = setTimeout(done, {QUIET}); }})
    .observe(document, {{ subtree: true, childList: true, characterData: true }});
}})"""
TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


def sign_in(page: Page) -> None:
    """Sign in with the demo account, by the form."""
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(DEMO_EMAIL)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/dashboard")


def settled(page: Page, path: str) -> None:
    """Open a page and wait until it shows what it loads and no longer changes."""
    page.goto(path)
    page.locator("h1").first.wait_for(state="attached")  # a phone shows it in the top bar
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.evaluate(WAIT_QUIET)
