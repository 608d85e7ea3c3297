"""The list of invoices in a real browser, with 100,000 of them beside 100: from the click to the painted rows.

Both are accounts of one running app, asked in turn. The rows must not take longer in the large books; what the whole
filter comes to (count and sum) follows after them, and is listed apart.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from bookipi_app.db import Database
from tests.bench.lists_books import PASSWORD, fill
from tests.conftest import BROWSER_ARGUMENTS, PATIENCE, browser_program, new_context
from tests.launcher import StartedApp, started

_FEW, _MANY = 100, 100_000
_ALLOWED = 1.2
_PAUSE = 300  # milliseconds that the search waits for the next key

# When the first row stood on a page that was loaded, and when its sums did.
_NOTE_ROWS = """
new MutationObserver(() => {
  const row = document.querySelector("table[aria-label=Invoices] tbody .c-amt");
  if (row) window.rowsAt ??= performance.now();
  const foot = document.querySelector(".tfoot")?.textContent ?? "";
  if (foot.includes("in this view")) window.sumsAt ??= performance.now();
}).observe(document, { subtree: true, childList: true, characterData: true });
"""
# From an act to the frame that shows other rows.
_UNTIL_ROWS = """(act) => new Promise((done) => {
  const rows = () => document.querySelector("table[aria-label=Invoices] tbody").textContent;
  const old = rows(), begun = performance.now();
  const watching = new MutationObserver(() => {
    if (rows() === old) return;
    watching.disconnect();
    requestAnimationFrame(() => done(performance.now() - begun));
  });
  watching.observe(document.body, { subtree: true, childList: true, characterData: true });
  if (act.click) document.querySelector(act.click).click();
  else {
    const field = document.querySelector("main input[type=search]");
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, act.type);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
})"""


def _click(selector: str) -> Callable[[Page], float]:
    return lambda page: page.evaluate(_UNTIL_ROWS, {"click": selector})


def _type(text: str) -> Callable[[Page], float]:
    return lambda page: page.evaluate(_UNTIL_ROWS, {"type": text}) - _PAUSE


def _head(number: int) -> str:
    return f"table[aria-label=Invoices] thead th:nth-child({number}) a"


def _tab(name: str) -> str:
    return f"nav[aria-label=Status] a[href*='tab={name}']" if name else "nav[aria-label=Status] a"


_ACTS: tuple[tuple[str, Callable[[Page], float]], ...] = (
    ("sorting by amount", _click(_head(8))),
    ("sorting by customer", _click(_head(3))),
    ("sorting by due date", _click(_head(5))),
    ("back to the newest first", _click(_head(4))),
    ("filtering: overdue", _click(_tab("overdue"))),
    ("filtering: paid", _click(_tab("paid"))),
    ("back to all", _click(_tab(""))),
    ("the next page", _click("[aria-label='Next page']")),
    ("the page before", _click("[aria-label='Previous page']")),
    ("searching a number", _type("1042")),
    ("searching a customer", _type("customer 00007")),
    ("searching what nothing is called", _type("zzzz")),
    ("ending the search", _type("")),
)


def report(rounds: int | None) -> int:
    """Print the medians; 1 if rows took more than 1.2 times as long in the large books, 2 without a browser."""
    program = browser_program()
    if program is None:
        print("Chromium is not installed.", file=sys.stderr)
        return 2
    expect.set_options(timeout=PATIENCE)
    with (
        tempfile.TemporaryDirectory() as folder,
        started(Path(folder) / "var") as app,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=BROWSER_ARGUMENTS)
        worst = _measure(app, browser, max(7, rounds or 15))
        browser.close()
    return int(worst > _ALLOWED)


def _measure(app: StartedApp, browser: Browser, rounds: int) -> float:
    pages = [_page(app, browser, size) for size in (_FEW, _MANY)]
    times: dict[str, tuple[list[float], list[float]]] = {}
    for _ in range(rounds):
        for place, page in enumerate(pages):
            for name, taken in _round(page):
                times.setdefault(name, ([], []))[place].append(taken)
    print(
        f"{'milliseconds, the median of ' + str(rounds) + ' rounds':<42}{_FEW:>10,}{_MANY:>10,}{'times':>8}"
    )
    worst = 0.0
    for name, found in times.items():
        small, large = (statistics.median(one) for one in found)
        print(f"{name:<42}{small:>10.0f}{large:>10.0f}{large / small:>8.2f}", flush=True)
        worst = worst if name.startswith("apart") else max(worst, large / small)
    return worst


def _round(page: Page) -> list[tuple[str, float]]:
    page.goto("/invoices")
    page.wait_for_function("() => window.sumsAt > 0")
    rows, sums = page.evaluate("() => [window.rowsAt, window.sumsAt]")
    found = [("opening", rows), ("apart: count and sum, after the rows", sums - rows)]
    return found + [(name, act(page)) for name, act in _ACTS]


def _page(app: StartedApp, browser: Browser, size: int) -> Page:
    """An open page of an account with so many invoices."""
    email, store = f"{size}@bench.example", Database(app.database_url)
    fill(store, email, size)
    store.engine.dispose()
    context: BrowserContext = new_context(browser, app.url)
    answer = context.request.post(
        "/auth/sign-in",
        form={"email": email, "password": PASSWORD},
        headers={"Origin": app.url},
        max_redirects=0,
    )
    assert answer.status == 303, answer.text()
    context.add_init_script(_NOTE_ROWS)
    return context.new_page()
