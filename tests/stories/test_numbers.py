"""Whose number an invoice bears: what left the house asks, what two invoices share is settled where it is seen."""

from __future__ import annotations

from playwright.sync_api import Page, WebSocket, expect

from tests.browser.visitor import a_name
from tests.launcher import wait_for
from tests.stories.acts import SECONDS, the_flag_says, there, write_customer, write_invoice
from tests.stories.conftest import Owner
from tests.stories.test_ends import synced_invoice


def print_it(page: Page) -> None:
    """By the browser's own menu, of which the page is told; the app has heard of it when this ends."""
    sockets: list[WebSocket] = []
    page.on("websocket", lambda opened: sockets.append(opened))
    page.reload()
    the_flag_says(page, "Synced")
    with sockets[-1].expect_event("framesent", lambda frame: "note_shared" in str(frame)):
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.reload()
    the_flag_says(page, "Synced")


def renumber_there(owner: Owner, remote_id: str, number: str) -> None:
    customer = owner.books.get("Invoice", remote_id)["CustomerRef"]
    owner.books.change("Invoice", remote_id, DocNumber=number, CustomerRef=customer)


def test_a_printed_invoice_keeps_its_number_until_a_person_says_so(owner: Owner) -> None:
    page, number, remote_id = synced_invoice(owner)
    print_it(page)
    other = a_name("B")
    renumber_there(owner, remote_id, other)
    the_flag_says(page, "Needs attention")
    panel = page.get_by_role("complementary", name="QuickBooks")
    expect(panel.get_by_role("button", name=f"Take {other}")).to_be_visible()
    panel.get_by_role("button", name=f"Keep {number}").click()
    the_flag_says(page, "Synced")
    wait_for(
        lambda: owner.books.get("Invoice", remote_id)["DocNumber"] == number, SECONDS, "our number there"
    )


def test_a_number_that_two_invoices_have_is_settled_in_the_panel(owner: Owner) -> None:
    page, number, _ = synced_invoice(owner)
    name = a_name("Slaughter Creek Farms")
    write_customer(owner.page("/customers/new"), name)
    remote = there(owner.books, "Customer", DisplayName=name)["Id"]
    second = owner.page("/invoices/new")
    write_invoice(second, name, "Hedge trimming", "1", "75")
    the_flag_says(second, "Synced")
    arrived = there(owner.books, "Invoice", CustomerRef=remote)["Id"]
    renumber_there(owner, arrived, number)
    the_flag_says(second, "Needs attention")
    panel = second.get_by_role("complementary", name="QuickBooks")
    expect(panel).to_contain_text(f"Its number {number} is also the number of another invoice here.")
    expect(panel.get_by_role("link", name=f"Compare with {number}")).to_be_visible()
    panel.get_by_role("button", name="Use it").click()
    the_flag_says(second, "Synced")
    wait_for(
        lambda: owner.books.get("Invoice", arrived)["DocNumber"] != number, SECONDS, "the other number there"
    )
    the_flag_says(page, "Synced")
