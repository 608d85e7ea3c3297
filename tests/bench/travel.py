"""How soon a change in QuickBooks stands on the open page, in a real browser, beside a bare webhook and a bare GET.

From the commit in the sandbox, whose webhook leaves at once, to the words on the page, both by this machine's clock;
no two changes of the one record in the same second.
Beside it, in turn: a POST of such a webhook to a route that echoes, and a GET of the record. Apart stand a change in
the very second of our own write, which costs two seconds more by design; from the click on *Update* to the sandbox;
and changes whose webhooks are lost, in an app whose change feed is read every ten seconds.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.bench.figures import Figure, Unequal, at_most, percentile, tell, within
from tests.bench.knock import delivery
from tests.bench.sandbox import Target, bare
from tests.conftest import BROWSER_ARGUMENTS, PATIENCE, browser_program, new_context
from tests.launcher import StartedApp, started, wait_for
from tests.stories.acts import connect, sign_up, the_flag_says, write_customer, write_invoice
from tests.stories.books import Books, open_books

# Notes when words appear on the page, without anybody asking it again and again.
NOTE_ARRIVAL = """(words) => {
  window.arrived = 0;
  const look = () => { if (!window.arrived && document.body.innerText.includes(words)) window.arrived = Date.now(); };
  window.watching?.disconnect();
  window.watching = new MutationObserver(look);
  window.watching.observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
NOTE_CLICK = (
    "() => addEventListener('click', () => { window.clicked ??= Date.now(); }, { capture: true, once: true })"
)


ROUNDS, CHANGES, LOST = 5, 40, 3
P95_MS, P95_MORE = 1000.0, 400.0
FEED_SECONDS = 10


@dataclass
class Taken:
    """Milliseconds of one round."""

    back: list[float] = field(default_factory=list[float])
    bare: list[float] = field(default_factory=list[float])
    back_at_once: list[float] = field(default_factory=list[float])
    out: list[float] = field(default_factory=list[float])


def report(rounds: int | None) -> int:
    """Print the figures; 1 if a target is missed, 2 where there is no browser."""
    program, times = browser_program(), max(1, rounds or ROUNDS)
    if program is None:
        print("Chromium is not installed.", file=sys.stderr)
        return 2
    expect.set_options(timeout=PATIENCE)
    with _page(program) as (page, app), bare() as echo:
        rows = _rows(_heard(page, app, echo, times))
    with _page(program, FEED_INTERVAL=str(FEED_SECONDS)) as (page, app):
        lost = _unheard(page, app, times * LOST)
    words = f"change in QuickBooks → on the open page, webhook lost, feed every {FEED_SECONDS} s, p95"
    rows.append(at_most("P5-lost", words, "s", [percentile(lost, 95) / 1000], FEED_SECONDS + 1))
    tell(rows)
    return int(any(row.met is False for row in rows))


@contextmanager
def _page(program: str, **environment: str) -> Iterator[tuple[Page, StartedApp]]:
    with (
        tempfile.TemporaryDirectory() as folder,
        started(Path(folder) / "var", **environment) as app,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=BROWSER_ARGUMENTS)
        yield new_context(browser, app.url).new_page(), app
        browser.close()


def _rows(found: list[Taken]) -> list[Figure]:
    p95 = ([percentile(one.back, 95) for one in found], [percentile(one.bare, 95) for one in found])
    words = "change in QuickBooks → on the open page"
    return [
        within("P5", f"{words}, p95, webhook and GET", "ms", p95, P95_MS, more_than_peer=P95_MORE),
        at_most("P5-median", f"{words}, median", "ms", [statistics.median(one.back) for one in found]),
        at_most("P5-second", f"{words}, in the second of our write", "ms", _all(found, "back_at_once")),
        at_most("P5-click", "click on Update → in QuickBooks", "ms", _all(found, "out")),
    ]


def _all(found: list[Taken], name: str) -> list[float]:
    return [value for one in found for value in getattr(one, name)]


def _heard(page: Page, app: StartedApp, echo: Target, rounds: int) -> list[Taken]:
    """One invoice, changed there again and again; once a round here, and there in the same second."""
    books, found = open_books(app.sandbox_url), [Taken() for _ in range(rounds)]
    record = _invoice_on_both_sides(page, books)["Id"]
    for number, taken in enumerate(found):
        taken.out.append(_out(page, books, record, number))
        taken.back_at_once.append(_back(page, books, record, f"{number} at once"))
        for change in range(CHANGES):
            _wait_for_the_next_second()
            taken.back.append(_back(page, books, record, f"{number}-{change}"))
            taken.bare.append(_bare(books, record, echo))
        the_flag_says(page, "Synced")
    _require_equal(page, books, record)
    return found


def _unheard(page: Page, app: StartedApp, changes: int) -> list[float]:
    books = open_books(app.sandbox_url)
    record = _invoice_on_both_sides(page, books)["Id"]
    books.control("POST", "switches", {"webhook_loss": 1.0})
    found = [_back(page, books, record, f"unheard {number}") for number in range(changes)]
    _require_equal(page, books, record)
    return found


def _require_equal(page: Page, books: Books, record: str) -> None:
    """The page shows the words and the sum that QuickBooks holds.

    Raises:
        Unequal: it does not.
    """
    held, shown = books.get("Invoice", record), page.inner_text("body")
    if held["CustomerMemo"]["value"] not in shown or f"${held['TotalAmt']:,.2f}" not in shown:
        raise Unequal("the open page does not show what QuickBooks holds")


def _invoice_on_both_sides(page: Page, books: Books) -> dict[str, str]:
    sign_up(page, "bench@story.example", "Bench Gardens")
    connect(page, books.realm)
    page.goto("/customers/new")
    write_customer(page, "Bench customer")
    page.goto("/invoices/new")
    number = write_invoice(page, "Bench customer", "Stone wall", "1", "10")
    the_flag_says(page, "Synced")
    return books.find("Invoice", DocNumber=number)[0]


def _out(page: Page, books: Books, invoice_id: str, number: int) -> float:
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Price, line 1").fill(str(100 + number))
    page.get_by_label("Price, line 1").blur()
    expect(page.get_by_test_id("total")).to_have_text(f"${100 + number}.00")
    page.evaluate(NOTE_CLICK)
    page.get_by_role("button", name="Update").click()
    wait_for(lambda: books.get("Invoice", invoice_id)["TotalAmt"] == 100 + number, 60, "the new total")
    clicked = page.evaluate("() => { const at = window.clicked; window.clicked = undefined; return at; }")
    the_flag_says(page, "Synced")
    return _committed(books) - clicked


def _back(page: Page, books: Books, invoice_id: str, number: str) -> float:
    words = f"Thank you, round {number}."
    page.evaluate(NOTE_ARRIVAL, words)
    books.change("Invoice", invoice_id, CustomerMemo={"value": words})
    page.wait_for_function("() => window.arrived > 0")
    return page.evaluate("() => window.arrived") - _committed(books)


def _wait_for_the_next_second() -> None:
    """Events carry whole seconds: one in the second of the newest state we hold is read two seconds later, once for all
    that it may hide; nobody changes one record twice in a second.
    """
    time.sleep(1.05 - time.time() % 1)


def _bare(books: Books, record: str, echo: Target) -> float:
    begun = time.monotonic()
    books.http.post(f"http://127.0.0.1:{echo.port}{echo.path}", content=delivery(books.realm, "bare", 1))
    books.get("Invoice", record)
    return (time.monotonic() - begun) * 1000


def _committed(books: Books) -> float:
    """When the newest change of the books was made, in milliseconds."""
    [newest] = books.control("GET", "commits", realm=books.realm, last=1)["commits"]
    return datetime.fromisoformat(newest["time"]).timestamp() * 1000
