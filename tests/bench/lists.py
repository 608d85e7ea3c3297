"""The list of invoices in a real browser, with 100,000 of them beside 100: from the click to the painted rows.

Both are accounts of one running app, asked in turn. The rows must not take longer in the large books; what the whole
filter comes to (count and sum) follows after them, and is listed apart. `--size` makes the large books larger, `--sql`
asks the services alone.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from bookipi_app.db import Database
from tests.bench import lists_sql
from tests.bench.figures import Figure, at_most, beside, tell
from tests.bench.lists_books import PASSWORD, fill
from tests.bench.lists_sql import Taken
from tests.conftest import BROWSER_ARGUMENTS, PATIENCE, browser_program, new_context
from tests.launcher import StartedApp, started

_FEW, _MANY = 100, 100_000
ROUNDS = 25  # of fifteen, the twentieth part is one alone: the coldest
_MILLION = 1_000_000
_ALLOWED, _ALLOWED_OF_MILLION = 1.2, 1.3  # times as long as in the small books
_P95 = 150  # milliseconds
_SLOW_ENOUGH = 5.0  # milliseconds under which an act of the services alone is as quick, whatever its ratio
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
_UNTIL_ROWS = """(act) => new Promise((done, failed) => {
  setTimeout(() => failed(new Error("the rows stayed the same")), 30000);
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


def _link(name: str) -> str:
    return f"[aria-label='{name}']"


_NEXT = _click(_link("Next page"))
_ACTS: tuple[tuple[str, Callable[[Page], float]], ...] = (
    ("sorting by amount", _click(_head(8))),
    ("sorting by amount, turned around", _click(_head(8))),
    ("sorting by number", _click(_head(2))),
    ("sorting by customer", _click(_head(3))),
    ("sorting by customer, turned around", _click(_head(3))),
    ("sorting by due date", _click(_head(5))),
    ("back to the newest first", _click(_head(4))),
    ("filtering: overdue", _click(_tab("overdue"))),
    ("filtering: paid", _click(_tab("paid"))),
    ("back to all", _click(_tab(""))),
    ("the next page", _NEXT),
    ("the page before", _click(_link("Previous page"))),
    ("searching a customer", _type("customer 0000")),
    ("searching a number", _type("inv-10")),
    ("searching what nothing is called", _type("zzzz")),
    ("ending the search", _type("")),
)
_PLACES = (
    ("flag: synced, by number up", "flag=synced&sort=number"),
    ("flag: not synced, newest first", "flag=not_synced"),
    ("issued last year, by number", "issued=last-year&sort=-number"),
    ("issued last year, by amount", "issued=last-year&sort=-amount"),
    ("the middle, newest first", "middle=issued&sort=-issued"),
    ("the middle, by customer", "middle=customer&sort=customer"),
)
"""Lists that are opened by their address; `middle` is the place in the order at half its length."""


def report(rounds: int | None, *, size: int | None = None, sql: bool = False) -> int:
    """Print the medians; 1 if rows took more than the allowed times as long in the large books, 2 without a browser."""
    many = size or _MANY
    allowed = _ALLOWED_OF_MILLION if many >= _MILLION else _ALLOWED
    if sql:
        return _report(lists_sql.measured(_FEW, many, rounds or 7), many, allowed, least=_SLOW_ENOUGH)
    program = browser_program()
    if program is None:
        print("Chromium is not installed.", file=sys.stderr)
        return 2
    expect.set_options(timeout=PATIENCE)
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder) / "var"
        sizes = {size: _filled(var, size) for size in (_FEW, many)}
        with started(var) as app, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=BROWSER_ARGUMENTS)
            taken = _measure(app, browser, sizes, max(7, rounds or ROUNDS))
            browser.close()
    return _report(taken, many, allowed)


def _filled(var: Path, size: int) -> dict[str, str]:
    """An account with so many invoices; the cursors of its orders' middles. The app does not run yet."""
    var.mkdir(exist_ok=True)
    store = Database(f"sqlite:///{var / 'bookipi.db'}")
    store.migrate()
    company_id = fill(store, f"{size}@bench.example", size)
    with store.reading() as session:
        found = {order: lists_sql.middle(session, company_id, order) for order in ("issued", "customer")}
    store.engine.dispose()
    return found


def _measure(app: StartedApp, browser: Browser, sizes: dict[int, dict[str, str]], rounds: int) -> list[Taken]:
    pages = [(_page(app, browser, size), middles) for size, middles in sizes.items()]
    times: dict[str, tuple[list[float], list[float]]] = {}
    for _ in range(rounds):
        for place, (page, middles) in enumerate(pages):
            for name, taken in _round(page, middles):
                times.setdefault(name, ([], []))[place].append(taken)
    return [
        Taken(name, tuple(small), tuple(large), apart=name.startswith("apart"))
        for name, (small, large) in times.items()
    ]


def _report(taken: list[Taken], many: int, allowed: float, least: float = 0.0) -> int:
    print(f"{'milliseconds, medians':<62}{_FEW:>10,}{many:>11,}{'p95':>8}{'times':>7}")
    missed = 0
    for one in taken:
        small, large = statistics.median(one.small), statistics.median(one.large)
        slow = one.ratio > allowed and large > least
        late = one.p95 > _P95 and _is_click(one)
        missed += (slow or late) and not one.apart
        mark = "  <" if (slow or late) and not one.apart else ""
        print(f"{one.name:<62}{small:>10.1f}{large:>11.1f}{one.p95:>8.0f}{one.ratio:>7.2f}{mark}", flush=True)
    tell(_rows([one for one in taken if not one.apart], many, allowed, least))
    return int(missed > 0)


def _is_click(one: Taken) -> bool:
    """Whether the page was there already: a whole load has its figures in P8."""
    return not one.apart and not one.name.startswith("opening")


def _rows(taken: list[Taken], many: int, allowed: float, least: float) -> list[Figure]:
    """The act that suffers most from the size, the one that takes longest, and the middle of the list."""
    slow = [one for one in taken if statistics.median(one.large) > least] or taken
    worst, late = max(slow, key=lambda one: one.ratio), max(filter(_is_click, taken), key=lambda one: one.p95)
    of = f"invoices, {many:,} beside {_FEW}"
    rows = [
        beside(
            "P7", f"{of}, the worst of {len(taken)}: {worst.name}", "ms", (worst.large, worst.small), allowed
        ),
        at_most("P7-p95", f"{of}, p95 of the latest: {late.name}", "ms", [late.p95], _P95),
    ]
    if middle := [one for one in taken if _is_click(one) and "middle" in one.name]:
        deep = max(middle, key=lambda one: one.ratio)
        rows.append(beside("P7-middle", f"{of}, {deep.name}", "ms", (deep.large, deep.small), allowed))
    return rows


def _round(page: Page, middles: dict[str, str]) -> list[tuple[str, float]]:
    page.goto("/invoices")
    page.wait_for_function("() => window.sumsAt > 0")
    rows, sums = page.evaluate("() => [window.rowsAt, window.sumsAt]")
    found = [("opening", rows), ("apart: count and sum after opening", sums)]
    for name, act in _ACTS:
        try:
            found.append((name, act(page)))
        except Error as error:
            raise AssertionError(f"{name}, at {page.url}") from error
    for name, asked in _PLACES:
        order = asked.partition("&")[0].removeprefix("middle=")
        if order in middles:
            asked = f"{asked.partition('&')[2]}&after={middles[order]}&first=51"
        page.goto(f"/invoices?{asked}")
        page.wait_for_function("() => window.rowsAt > 0")
        found.append((f"opening: {name}", page.evaluate("() => window.rowsAt")))
        if order in middles:
            found.append((f"the next page, at {name}", _NEXT(page)))
    return found


def _page(app: StartedApp, browser: Browser, size: int) -> Page:
    """An open page of an account with so many invoices."""
    email = f"{size}@bench.example"
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
