"""Taking the pictures: every shot is opened once and looked at in both themes and at every width."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Page

from bookipi_app.db import Database
from bookipi_app.services.demo import DEMO_EMAIL, DEMO_PASSWORD
from tests.screenshots import TOO_WIDE, WAIT_QUIET, accounts, settled
from tests.screenshots.accounts import PASSWORD, Account
from tests.screenshots.daily import connected_demo
from tests.screenshots.firm import month_end
from tests.screenshots.shots import DEMO, MONTH_END, NEWCOMER, VISITOR, Shot

WIDTHS = {320: 640, 360: 740, 768: 1024, 1280: 800}
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Studio:
    """The running app: its address, its sandbox and its data."""

    browser: Browser
    url: str
    sandbox_url: str
    database: Database

    @contextmanager
    def visit(self, who: str) -> Iterator[BrowserContext]:
        """A browser of an account, signed in; the account is made if need be."""
        context = self.browser.new_context(base_url=self.url, reduced_motion="reduce", locale="en-US")
        if who != VISITOR:
            self._sign_in(context, self._account(who))
        if who == DEMO:
            connected_demo(context, self.database, self.sandbox_url)
        yield context
        context.close()

    def _account(self, who: str) -> Account:
        makers = {
            NEWCOMER: accounts.newcomer,
            MONTH_END: month_end,
            "abroad": accounts.abroad,
            "second": accounts.second_company,
        }
        if who == DEMO:
            return accounts.demo(self.database)
        return makers[who](self.database) if who in makers else accounts.face(self.database, who)

    def _sign_in(self, context: BrowserContext, account: Account) -> None:
        """Signed in, and looking at the account's company."""
        password = DEMO_PASSWORD if account.email == DEMO_EMAIL else PASSWORD
        forms: dict[str, dict[str, str | float | bool]] = {
            "/auth/sign-in": {"email": account.email, "password": password},
            "/auth/company": {"company": str(account.company_id)},
        }
        for address, form in forms.items():
            answer = context.request.post(address, form=form, headers={"Origin": self.url}, max_redirects=0)
            assert answer.status == 303, answer.text()


def take(studio: Studio, shots: Mapping[str, Shot], folder: Path, widths: list[int]) -> list[str]:
    """All pictures; what is wrong with some: too wide, or not to be had."""
    folder.mkdir(parents=True, exist_ok=True)
    wrong: list[str] = []
    for who in dict.fromkeys(shot.who for shot in shots.values()):
        with studio.visit(who) as context:
            for name, shot in shots.items():
                if shot.who == who:
                    wrong += _taken(context, folder, name, shot, widths)
    return wrong


def _taken(context: BrowserContext, folder: Path, name: str, shot: Shot, widths: list[int]) -> list[str]:
    fitting = [width for width in widths if width in shot.widths]
    try:
        return [f"scrolls sideways: {one}" for one in _pictures(context, folder, name, shot, fitting)]
    except (Error, AssertionError) as error:
        context.set_offline(False)
        return [f"could not be taken: {name}: {str(error).splitlines()[0]}"]


def _pictures(context: BrowserContext, folder: Path, name: str, shot: Shot, widths: list[int]) -> list[str]:
    """One page for all pictures, or one for each width where what is open closes or moves when the window does."""
    wide: list[str] = []
    for group in [[width] for width in widths] if shot.each_width else [widths]:
        page = context.new_page()
        _resize(page, group[-1])
        settled(page, shot.path)
        shot.act(page)
        page.evaluate(WAIT_QUIET)
        for width in group:
            _resize(page, width)
            wide += [
                f"{name}-{theme}-{width}"
                for theme in THEMES
                if _picture(page, folder, name, shot, theme, width)
            ]
        context.set_offline(False)
        page.close()
    return wide


def _picture(page: Page, folder: Path, name: str, shot: Shot, theme: str, width: int) -> bool:
    """Take it; whether the page is too wide."""
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
    if (
        not shot.window
    ):  # as high as the page: what sticks to the window's edges then stands where the page ends
        _resize(page, width, page.evaluate("() => document.documentElement.scrollHeight"))
    page.evaluate(WAIT_QUIET)
    page.screenshot(path=folder / f"{name}-{theme}-{width}.png", full_page=not shot.window)
    too_wide = page.evaluate(TOO_WIDE)
    _resize(page, width)
    return too_wide


def _resize(page: Page, width: int, height: int = 0) -> None:
    page.set_viewport_size({"width": width, "height": max(height, WIDTHS.get(width, 800))})
