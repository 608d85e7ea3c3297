"""What a page costs on the wire: frames and kilobytes that the server sends for an act, and what a session comes to.

Each act is done on one open page of the demo company, connected to nothing; frames are counted in the browser. The
figures do not depend on the machine's speed, so one round says as much as five. `python -m tests.bench lighthouse`
measures how long a page takes.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from bookipi_app.frontend import held_build
from tests.bench.figures import Figure, at_most, tell
from tests.bench.visit import Frames, Listener, signed_in
from tests.conftest import PATIENCE, browser_program
from tests.launcher import started
from tests.screenshots import settled

KIND = tuple[str, str, Callable[[Page], object], int, float]
SESSION = 60.0  # kB, after every page of the day
STYLE, SCRIPTS = 20.0, 300.0  # kB packed, before a page can be seen; of the page that has most


def _open(path: str) -> Callable[[Page], object]:
    return lambda page: settled(page, path)


def _key(label: str, key: str) -> Callable[[Page], object]:
    return lambda page: page.get_by_label(label).press_sequentially(key)


def _customer(page: Page) -> None:
    page.get_by_role("combobox", name="Customer").focus()
    offered = page.get_by_role("listbox", name="Customers").get_by_role("option")
    expect(offered).not_to_have_count(1)  # alone stands what makes a new one
    offered.first.click()


# Id, words, act, and what it may come to: frames and kilobytes.
ACTS: tuple[KIND, ...] = (
    ("open-dashboard", "opening the dashboard", _open("/dashboard"), 8, 15),
    ("open-list", "opening the list of invoices", _open("/invoices"), 8, 30),
    (
        "sort",
        "a click that sorts the list, 25 rows",
        lambda page: page.locator("table[aria-label=Invoices] thead th a").nth(1).click(),
        6,
        17,
    ),
    (
        "tick",
        "a tick in the list",
        lambda page: page.locator("main tbody input[type=checkbox]").first.click(),
        1,
        0.5,
    ),
    ("open-editor", "opening the editor", _open("/invoices/new"), 8, 32),
    ("customer", "choosing a customer", _customer, 2, 4),
    ("key-item", "a key in the item of a line, choices offered", _key("Item, line 1", "x"), 2, 4),
    ("key-price", "a key in the price of a line", _key("Price, line 1", "4"), 1, 2),
    (
        "save",
        "Save draft, and the invoice's page",
        lambda page: page.get_by_role("button", name="Save draft").click(),
        8,
        12,
    ),
)


def report(rounds: int | None) -> int:
    """Print the figures; 1 if a target is missed, 2 without a browser."""
    program = browser_program()
    if program is None:
        print("Chromium is not installed.", file=sys.stderr)
        return 2
    expect.set_options(timeout=PATIENCE)
    figures = [*measure(program), *_bundle()]
    tell(figures)
    return int(any(one.met is False for one in figures))


def measure(program: str) -> list[Figure]:
    """Frames and kilobytes of each act, then of the whole session when a page is loaded anew."""
    with (
        tempfile.TemporaryDirectory() as folder,
        started(Path(folder) / "var") as app,
        sync_playwright() as playwright,
        signed_in(playwright, program, app.url, Path(folder) / "browser") as (context, _port),
    ):
        page = context.pages[0]
        listener = Listener(page)
        figures = [one for kind in ACTS for one in _costs(page, listener, kind)]
        settled(page, "/customers")
        settled(page, "/items")
        whole = listener.during(lambda: settled(page, "/quickbooks"))
        largest = max(len(text.encode()) for text in whole.texts) / 1000
        words = "state of a session that has seen every page, as sent anew"
        return [*figures, at_most("pages-session", words, "kB", [largest], SESSION)]


def _costs(page: Page, listener: Listener, kind: KIND) -> list[Figure]:
    name, words, act, frames, kilobytes = kind
    heard: Frames = listener.during(lambda: act(page))
    return [
        at_most(f"pages-{name}-frames", words, "frames", [len(heard.texts)], frames),
        at_most(f"pages-{name}-kb", words, "kB", [heard.kilobytes], kilobytes),
    ]


def _bundle() -> list[Figure]:
    """What the browser fetches before the first paint, packed as it travels, from the finished build."""
    with held_build() as build:
        assert build is not None, "the app was started from it"
        assets = build / "build" / "client" / "assets"
        page = (assets.parent / "dashboard.html").read_text()
        packed = {file.name[:-3]: file.stat().st_size / 1000 for file in assets.glob("*.gz")}
    fetched = {name: size for name, size in packed.items() if f"/assets/{name}" in page}
    style = sum(size for name, size in fetched.items() if name.endswith(".css"))
    scripts = sum(size for name, size in fetched.items() if name.endswith(".js"))
    return [
        at_most("pages-style", "style sheet before the first paint, packed", "kB", [style], STYLE),
        at_most("pages-scripts", "scripts of the dashboard, packed", "kB", [scripts], SCRIPTS),
    ]
