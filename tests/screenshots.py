"""Pictures of every page, at three widths, light and dark: `make screenshots`, into `var/screenshots`.

    python -m tests.screenshots [--url http://localhost:3000] [--to FOLDER] [--only dashboard,sign-in] [--widths 360]

Without `--url` the app is started for it, with the demo account, and ended afterwards. A page that scrolls sideways is
said so, and the exit code is then 1.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from bookipi_app.services.demo import DEMO_EMAIL, DEMO_PASSWORD
from tests.conftest import BROWSER_ARGUMENTS, browser_program
from tests.launcher import started

WIDTHS = {360: 740, 768: 1024, 1280: 800}
PUBLIC = {
    "sign-in": "/sign-in",
    "sign-up": "/sign-up",
    "forgot-password": "/forgot-password",
    "not-found": "/nowhere",
}
PAGES = {
    "dashboard": "/dashboard",
    "invoices": "/invoices",
    "invoice-new": "/invoices/new",
    "customers": "/customers",
    "items": "/items",
    "quickbooks": "/quickbooks",
    "mail": "/mail",
    "settings-profile": "/settings/profile",
    "settings-company": "/settings/company",
    "settings-invoicing": "/settings/invoicing",
    "settings-integration": "/settings/integration",
}
FIRST_OF = {"invoice": "/invoices", "customer": "/customers", "item": "/items"}
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


def take(browser: Browser, url: str, folder: Path, only: set[str], widths: list[int]) -> list[str]:
    """All pictures; the names of those that scroll sideways."""
    folder.mkdir(parents=True, exist_ok=True)
    wide: list[str] = []
    for theme in ("light", "dark"):
        with _signed_in(browser, url, theme) as (visitor, member):
            paths = _records(member)
            for context, pages in ((visitor, PUBLIC), (member, PAGES | paths)):
                for name, path in pages.items():
                    if not only or name in only:
                        wide += _picture(context, folder, name, path, theme, widths)
    return wide


def _picture(
    context: BrowserContext, folder: Path, name: str, path: str, theme: str, widths: list[int]
) -> list[str]:
    page, wide = context.new_page(), []
    for width in widths:
        page.set_viewport_size({"width": width, "height": WIDTHS.get(width, 800)})
        settled(page, path)
        picture = f"{name}-{theme}-{width}"
        page.screenshot(path=folder / f"{picture}.png", full_page=True)
        if page.evaluate(TOO_WIDE):
            wide.append(picture)
    page.close()
    return wide


def _records(context: BrowserContext) -> dict[str, str]:
    """The first record of each list, for the pages of single records."""
    page, found = context.new_page(), {}
    for name, path in FIRST_OF.items():
        settled(page, path)
        link = page.locator(f"main a.name[href^='{path}/']").first
        if link.count():
            found[name] = link.get_attribute("href") or path
    page.close()
    return found


@contextmanager
def _signed_in(browser: Browser, url: str, theme: str) -> Iterator[tuple[BrowserContext, BrowserContext]]:
    scheme = "dark" if theme == "dark" else "light"
    visitor = browser.new_context(base_url=url, color_scheme=scheme, reduced_motion="reduce", locale="en-US")
    member = browser.new_context(base_url=url, color_scheme=scheme, reduced_motion="reduce", locale="en-US")
    page = member.new_page()
    sign_in(page)
    page.close()
    yield visitor, member
    visitor.close()
    member.close()


@contextmanager
def _app(url: str) -> Iterator[str]:
    if url:
        yield url
        return
    with tempfile.TemporaryDirectory() as folder, started(Path(folder) / "var") as app:
        yield app.url


def main(arguments: list[str] | None = None) -> int:
    """Take the pictures; 1 if a page scrolls sideways."""
    parser = argparse.ArgumentParser(description="Pictures of every page.")
    parser.add_argument("--url", default="", help="a running app; without it one is started")
    parser.add_argument("--to", type=Path, default=Path("var/screenshots"))
    parser.add_argument("--only", default="", help="names of pages, with commas between")
    parser.add_argument("--widths", default=",".join(map(str, WIDTHS)))
    options = parser.parse_args(arguments)
    program = browser_program()
    if program is None:
        print("Chromium is not installed.", file=sys.stderr)
        return 2
    with _app(options.url) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=BROWSER_ARGUMENTS)
        only = {name for name in options.only.split(",") if name}
        wide = take(browser, url, options.to, only, [int(width) for width in options.widths.split(",")])
        browser.close()
    for name in wide:
        print(f"scrolls sideways: {name}")
    return 1 if wide else 0


if __name__ == "__main__":
    sys.exit(main())
