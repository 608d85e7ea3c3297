"""Workers that die, a Redis that is silent, companies that may not be connected: told with words, nothing lost."""

from __future__ import annotations

import os
import re
import signal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import a_name
from tests.launcher import wait_for
from tests.stories.acts import (
    SECONDS,
    leave_for_quickbooks,
    sign_up,
    the_flag_says,
    there,
    write_customer,
    write_invoice,
)
from tests.stories.conftest import Owner

HELD_SECONDS = 20  # how long the sandbox keeps back what a worker waits for; the worker is dead long before


def hold_next_creation(owner: Owner, when: str) -> str:
    """The app's next creation of an invoice hangs before, or after, QuickBooks has carried it out."""
    fault: dict[str, Any] = {"kind": "delay", "when": when, "seconds": HELD_SECONDS, "count": 1}
    return owner.books.control(
        "POST", "faults", {**fault, "method": "POST", "route": rf"^/v3/company/{owner.books.realm}/invoice\b"}
    )["id"]


def wait_until_struck(owner: Owner, fault_id: str) -> None:
    def struck() -> bool:
        return all(fault["id"] != fault_id for fault in owner.books.control("GET", "faults")["faults"])

    wait_for(struck, SECONDS, "the worker's request")


@pytest.mark.parametrize("edited_meanwhile", [False, True])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_killed_at_a_creation_makes_one_invoice(
    owner: Owner, when: str, edited_meanwhile: bool
) -> None:
    customer = a_name("Travis Heights School")
    page = owner.page("/customers/new")
    write_customer(page, customer)
    the_flag_says(page, "Synced")
    fault = hold_next_creation(owner, when)
    page.goto("/invoices/new")
    number = write_invoice(page, customer, "Playground mulch", "2", "45")
    wait_until_struck(owner, fault)
    if when == "after":
        there(owner.books, "Invoice", DocNumber=number)
    if edited_meanwhile:
        page.get_by_role("link", name="Edit").click()
        page.get_by_label("Quantity, line 1").fill("3")
        page.get_by_label("Quantity, line 1").blur()
        expect(page.get_by_test_id("total")).to_have_text("$135.00")
    os.kill(owner.app.pid("worker-sync-1"), signal.SIGKILL)
    if edited_meanwhile:
        page.get_by_role("button", name="Update").click()
        expect(page).to_have_url(re.compile(r"/invoices/[0-9a-f-]{36}$"))
    total = 135 if edited_meanwhile else 90
    the_flag_says(page, "Synced")
    wait_for(
        lambda: there(owner.books, "Invoice", DocNumber=number)["TotalAmt"] == total, SECONDS, "the total"
    )
    assert len(owner.books.find("Invoice", DocNumber=number)) == 1


def test_a_silent_redis_delays_but_loses_nothing(owner: Owner) -> None:
    customer = a_name("Zilker Café")
    page = owner.page("/customers/new")
    write_customer(page, customer)
    the_flag_says(page, "Synced")
    page.goto("/invoices/new")
    expect(page.get_by_label("Number", exact=True)).not_to_have_value("")
    redis = owner.app.pid("redis")
    os.kill(redis, signal.SIGSTOP)
    try:
        number = write_invoice(page, customer, "Patio heaters", "1", "75")
        the_flag_says(page, "Syncing…")
        assert not owner.books.find("Invoice", DocNumber=number)
    finally:
        os.kill(redis, signal.SIGCONT)
    assert there(owner.books, "Invoice", DocNumber=number)["TotalAmt"] == 75
    the_flag_says(page, "Synced")


def test_a_dead_redis_is_started_again_and_the_open_page_follows(owner: Owner) -> None:
    page = owner.page("/customers/new")
    os.kill(owner.app.pid("redis"), signal.SIGKILL)
    name = a_name("Blanco River Ranch")
    write_customer(page, name)
    there(owner.books, "Customer", DisplayName=name)
    the_flag_says(page, "Synced")


@pytest.fixture
def stranger(owner: Owner, page: Page) -> Page:
    """A new account that is not connected yet."""
    sign_up(page, f"{a_name('new').replace(' ', '')}@story.example", "Hill & Dale")
    return page


def refused(page: Page, words: str) -> None:
    page.wait_for_url("**/settings/integration?problem=*")
    expect(page.locator(".notice").first).to_contain_text(words)
    page.goto("/dashboard")
    card = page.get_by_role("region", name="QuickBooks", exact=True)
    expect(card.get_by_role("link", name="Connect")).to_be_visible()


def test_a_declined_consent_changes_nothing(owner: Owner, stranger: Page) -> None:
    leave_for_quickbooks(stranger, owner.books.realm)
    stranger.get_by_role("button", name="No, thanks").click()
    refused(stranger, "You did not allow access in QuickBooks. Nothing was shared.")


def test_a_canadian_company_is_refused_with_words(owner: Owner, stranger: Page) -> None:
    companies = owner.books.control("GET", "companies")["companies"]
    canadian = next(company["realm"] for company in companies if company["country"] == "CA")
    leave_for_quickbooks(stranger, canadian)
    stranger.get_by_role("button", name="Allow").click()
    refused(stranger, "US ")


def test_books_of_another_account_are_refused_and_stay_connected_there(owner: Owner, stranger: Page) -> None:
    leave_for_quickbooks(stranger, owner.books.realm)
    stranger.get_by_role("button", name="Allow").click()
    refused(stranger, "already connected to another Bookipi account")
    page = owner.page("/dashboard")
    expect(page.get_by_role("region", name="QuickBooks", exact=True)).to_contain_text("Connected")
