"""Disconnect: access is given back, nothing travels; connecting again shows what changed and overwrites nothing."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.visitor import a_name
from tests.launcher import StartedApp, wait_for
from tests.stories.acts import SECONDS, connect, sign_up, the_flag_says, there, write_customer
from tests.stories.books import open_books


def test_disconnecting_freezes_and_connecting_again_shows_the_review_first(
    page: Page, started_app: StartedApp
) -> None:
    books = open_books(started_app.sandbox_url)
    sign_up(page, "leaver@story.example", "Leaver & Sons")
    connect(page, books.realm)
    name = a_name("Shoal Creek Clinic")
    page.goto("/customers/new")
    write_customer(page, name)
    the_flag_says(page, "Synced")
    assert books.control("GET", f"companies/{books.realm}")["apps"]
    record, made = page.url, there(books, "Customer", DisplayName=name)

    page.goto("/settings/integration")
    page.get_by_role("button", name="Disconnect…").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Disconnect", exact=True).click()
    card = page.get_by_role("region", name="QuickBooks", exact=True)
    expect(card.get_by_role("link", name="Connect")).to_be_visible()
    company = f"companies/{books.realm}"
    wait_for(lambda: not books.control("GET", company)["apps"], SECONDS, "the grant to be given back")

    page.goto(record)
    the_flag_says(page, re.compile("^Frozen"))
    before = books.writes_of_the_app()
    books.change("Customer", made["Id"], CompanyName="Shoal Creek Inc.")
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Company", exact=True).fill("Shoal Creek LLC")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("main")).to_contain_text("Shoal Creek LLC")
    the_flag_says(page, re.compile("^Frozen"))
    assert books.writes_of_the_app() == before
    expect(page.get_by_role("main")).not_to_contain_text("Shoal Creek Inc.")

    page.goto("/dashboard")
    page.get_by_role("region", name="QuickBooks", exact=True).get_by_role("link", name="Connect").click()
    page.get_by_label("Company").select_option(books.realm)
    page.get_by_role("button", name="Allow").click()
    page.wait_for_url("**/quickbooks")
    review = page.get_by_role("region", name="While you were disconnected")
    expect(review).to_contain_text(name)
    expect(review).to_contain_text("Changed on both sides")
    expect(review.get_by_role("button", name="Go on")).to_be_enabled()
    assert books.writes_of_the_app() == before
    assert books.get("Customer", made["Id"])["CompanyName"] == "Shoal Creek Inc."

    review.get_by_role("button", name="Go on").click()
    page.goto(record)
    the_flag_says(page, "Conflict")
    expect(page.get_by_role("main")).to_contain_text("Shoal Creek LLC")
    assert books.get("Customer", made["Id"])["CompanyName"] == "Shoal Creek Inc."


def test_a_grant_withdrawn_in_quickbooks_asks_to_reconnect_and_keeps_what_waits(
    page: Page, started_app: StartedApp
) -> None:
    books = open_books(started_app.sandbox_url)
    sign_up(page, "withdrawn@story.example", "Withdrawn & Sons")
    connect(page, books.realm)
    name = a_name("Onion Creek Club")
    page.goto("/customers/new")
    write_customer(page, name)
    the_flag_says(page, "Synced")
    record, made = page.url, there(books, "Customer", DisplayName=name)

    books.control("POST", f"companies/{books.realm}/revoke", {})
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Phone").fill("512 555 0144")
    page.get_by_role("button", name="Save").click()
    for address in ("/dashboard", "/invoices", "/invoices/new", "/settings/integration"):
        page.goto(address)
        card = page.get_by_role("region", name="QuickBooks", exact=True)
        expect(card.get_by_role("link", name="Reconnect")).to_be_visible()

    page.get_by_role("region", name="QuickBooks", exact=True).get_by_role("link", name="Reconnect").click()
    page.get_by_label("Company").select_option(books.realm)
    page.get_by_role("button", name="Allow").click()
    wait_for(lambda: "PrimaryPhone" in books.get("Customer", made["Id"]), SECONDS, "the phone")
    page.goto(record)
    the_flag_says(page, "Synced")
