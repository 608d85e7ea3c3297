"""A signed-in browser for the benches: the demo company, its pages, and what the server sends while one acts there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, CDPSession, Page, Playwright

from tests.conftest import BROWSER_ARGUMENTS, PATIENCE
from tests.launcher import free_ports
from tests.screenshots import settled, sign_in

# Wide enough for the editor's preview; Lighthouse's own desktop.
SCREEN = {"width": 1350, "height": 940}
QUIET = 1000  # milliseconds after which nothing more comes of an act


@dataclass
class Frames:
    """What came over the socket since the last look, a text per frame."""

    texts: list[str] = field(default_factory=list[str])

    @property
    def kilobytes(self) -> float:
        return sum(len(text.encode()) for text in self.texts) / 1000


class Listener:
    """Hears every frame that the server sends to a page."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._heard = Frames()
        session: CDPSession = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.webSocketFrameReceived", self._hear)

    def during(self, act: Callable[[], object]) -> Frames:
        """Do something that the server answers, wait until nothing more comes, and tell what came."""
        self._heard, deadline = Frames(), time.monotonic() + PATIENCE / 1000
        act()
        count = 0
        while len(self._heard.texts) != count or not count:
            assert time.monotonic() < deadline, "the server said nothing"
            count = len(self._heard.texts)
            self._page.wait_for_timeout(QUIET)
        return self._heard

    def _hear(self, event: dict[str, dict[str, str]]) -> None:
        # "2" and "3" are the socket's own heartbeat; 4 begins what carries something.
        if (text := event["response"]["payloadData"]).startswith("4"):
            self._heard.texts.append(text)


@contextmanager
def signed_in(
    playwright: Playwright, program: str, url: str, folder: Path
) -> Iterator[tuple[BrowserContext, int]]:
    """A browser of the demo account, and the port at which it takes orders from Lighthouse."""
    port = free_ports(1)[0]
    context = playwright.chromium.launch_persistent_context(
        folder,
        executable_path=program,
        args=[*BROWSER_ARGUMENTS, f"--remote-debugging-port={port}"],
        base_url=url,
        viewport={"width": SCREEN["width"], "height": SCREEN["height"]},
        locale="en-US",
    )
    context.set_default_timeout(PATIENCE)
    page = context.pages[0]
    sign_in(page)
    page.goto("about:blank")
    yield context, port
    context.close()


def public_link(page: Page) -> str:
    """The link of an invoice that was paid, by the button that copies it."""
    settled(page, "/invoices?tab=paid")
    first = page.locator("main a.name[href^='/invoices/']").first
    settled(page, first.get_attribute("href") or "")
    link = page.locator("[data-copy]").first.get_attribute("data-copy")
    assert link, "a paid invoice has a link to copy"
    return link
