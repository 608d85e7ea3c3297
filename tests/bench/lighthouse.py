"""Four pages of the production build as Lighthouse sees them, beside an empty Reflex page; how fast two acts answer.

Round by round: the empty page, then each of ours, in one signed-in Chromium. Lighthouse's desktop preset simulates its
network; its default, a phone on slow 4G, is told apart and has no target. What a page answers to a key and to a click
is measured by the browser's own event timing.
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from tests.bench import lighthouse_tool
from tests.bench.empty_page import empty_page
from tests.bench.figures import Figure, at_least, at_most, beside, tell
from tests.bench.visit import public_link, signed_in
from tests.conftest import PATIENCE, browser_program
from tests.launcher import started
from tests.screenshots import settled

OURS = {"dashboard": "/dashboard", "invoices": "/invoices", "create invoice": "/invoices/new"}
EMPTY, PUBLIC = "empty page", "public invoice"
SCORE, LCP, CLS, INP, RATIO = 95, 1.2, 0.02, 100, 1.3
Found = dict[str, list[float]]

# The longest time from an act of a person to the next paint; under 16 ms the browser notes nothing.
NOTE_EVENTS = """() => {
  window.answered = [];
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (one.interactionId) window.answered.push(one.duration);
  }).observe({ type: "event", durationThreshold: 16 });
}"""
LONGEST = "() => Math.max(16, ...window.answered.splice(0))"
AFTER = 400  # milliseconds until the browser has told


def report(rounds: int | None) -> int:
    """Print the figures; 1 if a target is missed, 2 without a browser."""
    program = browser_program()
    if program is None:
        print("Chromium is not installed.", file=sys.stderr)
        return 2
    expect.set_options(timeout=PATIENCE)
    figures, apart = measure(program, max(5, rounds or 5))
    tell(figures)
    print(f"apart, a phone on slow 4G (simulated), LCP: {apart}", flush=True)
    return int(any(one.met is False for one in figures))


def measure(program: str, rounds: int) -> tuple[list[Figure], str]:
    """Every figure, and the line about slow 4G."""
    lighthouse_tool.fetch()
    with (
        tempfile.TemporaryDirectory() as folder,
        empty_page() as empty,
        started(Path(folder) / "var") as app,
        sync_playwright() as playwright,
        signed_in(playwright, program, app.url, Path(folder) / "browser") as (context, port),
    ):
        page = context.pages[0]
        addresses = {EMPTY: empty, **{name: app.url + path for name, path in OURS.items()}}
        addresses[PUBLIC] = public_link(page)
        page.goto("about:blank")
        found = {name: defaultdict(list) for name in addresses}
        for _ in range(rounds):
            for name, address in addresses.items():
                _note(found[name], lighthouse_tool.run(address, port))
        figures = [one for name in (*OURS, PUBLIC) for one in _figures(name, found[name], found[EMPTY])]
        return [*figures, *_answers(context, rounds)], _slow(addresses, port)


def _note(found: Found, report: Mapping[str, Any]) -> None:
    audits = report["audits"]
    for name in lighthouse_tool.CATEGORIES:
        found[name].append(round(report["categories"][name]["score"] * 100))
    found["lcp"].append(audits["largest-contentful-paint"]["numericValue"] / 1000)
    found["cls"].append(round(audits["cumulative-layout-shift"]["numericValue"], 4))
    found["tbt"].append(round(audits["total-blocking-time"]["numericValue"]))
    requests = audits["network-requests"]["details"]["items"]
    found["bytes"].append(sum(one["transferSize"] for one in requests) / 1000)
    found["requests"].append(len(requests))


def _figures(page: str, found: Found, empty: Found) -> list[Figure]:
    key = f"P8-{page.replace(' ', '-')}"
    scores = [
        at_least(f"{key}-{name}", f"{page}: {name.replace('-', ' ')}", "points", found[name], SCORE)
        for name in lighthouse_tool.CATEGORIES
    ]
    return [
        *scores,
        at_most(f"{key}-lcp", f"{page}: largest contentful paint", "s", found["lcp"], LCP),
        beside(
            f"{key}-ratio", f"{page}: the same beside the {EMPTY}", "s", (found["lcp"], empty["lcp"]), RATIO
        ),
        at_most(f"{key}-cls", f"{page}: layout shift", "score", found["cls"], CLS),
        at_most(f"{key}-tbt", f"{page}: blocking time", "ms", found["tbt"]),
        beside(f"{key}-bytes", f"{page}: transferred", "kB", (found["bytes"], empty["bytes"])),
        beside(f"{key}-requests", f"{page}: requests", "count", (found["requests"], empty["requests"])),
    ]


def _answers(context: BrowserContext, rounds: int) -> list[Figure]:
    """A key in the editor, and a click on the head of a column; each of a page that has been used before."""
    keys, clicks = _keys(context.new_page(), rounds), _clicks(context.new_page(), rounds)
    return [
        at_most("P8-inp-key", "a key in the editor: answered", "ms", keys, INP),
        at_most("P8-inp-sort", "a click that sorts the list: answered", "ms", clicks, INP),
    ]


def _keys(page: Page, rounds: int) -> list[float]:
    settled(page, "/invoices/new")
    page.evaluate(NOTE_EVENTS)
    page.get_by_label("Item, line 1").focus()
    return [_longest(page, lambda: page.keyboard.press("m")) for _ in range(rounds)]


def _clicks(page: Page, rounds: int) -> list[float]:
    settled(page, "/invoices")
    page.evaluate(NOTE_EVENTS)
    heads = page.locator("table[aria-label=Invoices] thead th a")
    return [_longest(page, heads.nth(number % 2).click) for number in range(rounds)]


def _longest(page: Page, act: Callable[[], object]) -> float:
    act()
    page.wait_for_timeout(AFTER)
    return page.evaluate(LONGEST)


def _slow(addresses: Mapping[str, str], port: int) -> str:
    found: dict[str, Found] = {name: defaultdict(list) for name in addresses}
    for name, address in addresses.items():
        _note(found[name], lighthouse_tool.run(address, port, slow=True))
    return ", ".join(f"{name} {one['lcp'][0]:.1f} s" for name, one in found.items())
