"""How long a change travels, in both directions, beside a bare POST of an invoice in the same run.

Out: from the click on *Update* in a real browser to the commit in the sandbox's log. In: from the commit in the
sandbox, whose webhook leaves at once, to the change on the open page; every fifth round also for a change in the very
second of our own write, which costs two seconds more by design. Both clocks are this machine's.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

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


@dataclass
class Figures:
    """Milliseconds, one of each per round."""

    out: list[float] = field(default_factory=list[float])
    back: list[float] = field(default_factory=list[float])
    back_at_once: list[float] = field(default_factory=list[float])
    bare: list[float] = field(default_factory=list[float])

    def table(self) -> str:
        rows = (
            ("save here → in QuickBooks", self.out),
            ("change in QuickBooks → on the open page", self.back),
            ("the same, in the second of our own write", self.back_at_once),
            ("a bare httpx POST of an invoice", self.bare),
        )
        lines = [f"{'milliseconds, ' + str(len(self.out)) + ' rounds':<42}{'p50':>8}{'p95':>8}{'most':>8}"]
        lines += [f"{name:<42}{_row(times)}" for name, times in rows]
        return "\n".join(lines)


def _row(times: Sequence[float]) -> str:
    cuts = statistics.quantiles(times, n=20, method="inclusive")
    return "".join(f"{value:>8.0f}" for value in (statistics.median(times), cuts[-1], max(times)))


def report(rounds: int | None) -> int:
    """Print the figures; 2 where there is no browser."""
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
        page = new_context(browser, app.url).new_page()
        print(measure(app, page, max(10, rounds or 50)).table(), flush=True)
        browser.close()
    return 0


def measure(app: StartedApp, page: Page, rounds: int) -> Figures:
    """One invoice, changed on either side in turn."""
    books, figures = open_books(app.sandbox_url), Figures()
    record = _invoice_on_both_sides(page, books)
    other = _unshared_invoice(books)
    for number in range(rounds):
        figures.out.append(_out(page, books, record["Id"], number))
        if number % 5 == 4:
            figures.back_at_once.append(_back(page, books, record["Id"], f"{number} at once"))
        _wait_for_the_next_second()
        figures.back.append(_back(page, books, record["Id"], str(number)))
        figures.bare.append(_bare(books, other, number))
        the_flag_says(page, "Synced")
    return figures


def _invoice_on_both_sides(page: Page, books: Books) -> dict[str, str]:
    sign_up(page, "bench@story.example", "Bench Gardens")
    connect(page, books.realm)
    page.goto("/customers/new")
    write_customer(page, "Bench customer")
    page.goto("/invoices/new")
    number = write_invoice(page, "Bench customer", "Stone wall", "1", "10")
    the_flag_says(page, "Synced")
    return books.find("Invoice", DocNumber=number)[0]


def _unshared_invoice(books: Books) -> str:
    """An invoice older than the connection: changing it tells the app nothing."""
    found = books.call("GET", "query", query="select * from Invoice maxresults 1")
    return found["QueryResponse"]["Invoice"][0]["Id"]


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
    """Events carry whole seconds: one in the second of our own write is told from its echo two seconds later."""
    time.sleep(1.05 - time.time() % 1)


def _bare(books: Books, invoice_id: str, number: int) -> float:
    newest = books.get("Invoice", invoice_id)
    body = {
        "Id": invoice_id,
        "SyncToken": newest["SyncToken"],
        "sparse": True,
        "PrivateNote": f"Round {number}",
    }
    begun = time.monotonic()
    books.call("POST", "invoice", body)
    return (time.monotonic() - begun) * 1000


def _committed(books: Books) -> float:
    """When the newest change of the books was made, in milliseconds."""
    [newest] = books.control("GET", "commits", realm=books.realm, last=1)["commits"]
    return datetime.fromisoformat(newest["time"]).timestamp() * 1000
