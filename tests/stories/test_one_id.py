"""The logs of the real processes: one id leads from a save on a page to QuickBooks' answer and back to the page."""

from __future__ import annotations

import re
import urllib.request

import pytest

from tests.browser.visitor import a_name
from tests.launcher import StartedApp, wait_for
from tests.stories.acts import SECONDS, the_flag_says, write_customer
from tests.stories.conftest import Owner


def lines_with(app: StartedApp, part: str, words: str) -> list[str]:
    return [line for line in app.log(part).splitlines() if words in line]


@pytest.mark.long
def test_a_save_leads_through_all_logs_under_one_id(owner: Owner) -> None:
    name = a_name("Traced Customer")
    page = owner.page("/customers/new")
    write_customer(page, name)
    the_flag_says(page, "Synced")
    local_id = page.url.rpartition("/")[2]
    [saved] = lines_with(owner.app, "web", f"customer {local_id} saved")
    found = re.search(r"\[([0-9a-f]{16})\]", saved)
    assert found is not None
    known = found[1]
    assert lines_with(owner.app, "worker-sync-1", f"[{known}] sync ")  # the job
    wait_for(
        lambda: lines_with(owner.app, "worker-sync-1", "echo of our own write") or None, SECONDS, "the echo"
    )
    under = lines_with(owner.app, "worker-sync-1", f"[{known}]")
    assert any(
        re.search(r"POST /customer [0-9a-f]{32} 200 in \d+ ms, realm \d+, tid \S+", line) for line in under
    )
    assert any(f"customer {local_id} create done" in line for line in under)
    assert any(f"customer {local_id}: event" in line for line in under)
    told = lines_with(owner.app, "web", f"[{known}]")
    assert any(re.search(rf"customer {local_id} changed: [1-9]\d* watchers told", line) for line in told)
    everything = "".join(owner.app.log(part) for part in ("web", "worker-sync-1", "timers", "worker-mail"))
    assert name not in everything


@pytest.mark.long
def test_all_processes_count_into_one_answer(owner: Owner) -> None:
    write_customer(owner.page("/customers/new"), a_name("Counted Customer"))

    def counted() -> str:
        with urllib.request.urlopen(f"{owner.app.url}/metrics", timeout=10) as answer:
            return answer.read().decode()

    of_worker = 'bookipi_quickbooks_requests_total{code="200",operation="write customer"}'
    wait_for(lambda: of_worker in counted(), SECONDS, "the worker's request among the web process' numbers")
    text = counted()
    assert 'bookipi_webhook_deliveries_total{outcome="stored"}' in text
    assert re.search(r'bookipi_connections\{state="connected"\} [1-9]', text)
    assert 'bookipi_seen_seconds_ago{part="sync"}' in text
