"""The six deletion cells in a real browser, the void, and what QuickBooks refuses."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.visitor import a_name
from tests.launcher import wait_for
from tests.stories.acts import SECONDS, the_flag_says, there, write_customer, write_invoice, write_item
from tests.stories.conftest import Owner


def synced_customer(owner: Owner, words: str) -> tuple[Page, str, str]:
    name = a_name(words)
    page = owner.page("/customers/new")
    write_customer(page, name)
    the_flag_says(page, "Synced")
    return page, name, there(owner.books, "Customer", DisplayName=name)["Id"]


def synced_item(owner: Owner, words: str) -> tuple[Page, str, str]:
    name = a_name(words)
    page = owner.page("/items/new")
    write_item(page, name, "19.50")
    the_flag_says(page, "Synced")
    return page, name, there(owner.books, "Item", Name=name)["Id"]


def synced_invoice(owner: Owner) -> tuple[Page, str, str]:
    customer = a_name("Travis Heights")
    write_customer(owner.page("/customers/new"), customer)
    page = owner.page("/invoices/new")
    number = write_invoice(page, customer, "Hedge trimming", "2", "60")
    the_flag_says(page, "Synced")
    return page, number, there(owner.books, "Invoice", DocNumber=number)["Id"]


def to_trash(page: Page) -> None:
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Move to trash").click()


def test_an_invoice_leaves_the_trash_again_by_undo(owner: Owner) -> None:
    page, number, _ = synced_invoice(owner)
    to_trash(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Mark paid")).to_be_visible()
    the_flag_says(page, "Synced")
    assert owner.books.find("Invoice", DocNumber=number)


def test_a_customer_and_an_item_leave_the_archive_again_by_undo(owner: Owner) -> None:
    customer, _, customer_id = synced_customer(owner, "Onion Creek Cabins")
    item, _, item_id = synced_item(owner, "Lava rock")
    for page in (customer, item):
        page.get_by_role("button", name="Archive").click()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("button", name="Archive")).to_be_visible()
        the_flag_says(page, "Synced")
    assert owner.books.get("Customer", customer_id)["Active"]
    assert owner.books.get("Item", item_id)["Active"]


def test_what_ends_here_ends_in_quickbooks_once_it_cannot_be_undone_any_more(owner: Owner) -> None:
    """An invoice, a customer and an item, and a paid invoice that comes back: they share one time of thirty seconds."""
    invoice, number, _ = synced_invoice(owner)
    paid, paid_id = paid_in_quickbooks(owner)
    customer, _, customer_id = synced_customer(owner, "Rosewood Estates")
    item, _, item_id = synced_item(owner, "Cedar chips")
    to_trash(invoice)
    expect(invoice.get_by_role("main")).to_contain_text("In the trash.")
    to_trash(paid)
    expect(paid.get_by_role("main")).to_contain_text("In the trash.")
    item.get_by_role("button", name="Archive").click()
    customer.get_by_role("button", name="Archive").click()
    expect(customer.get_by_role("button", name="Undo")).to_be_visible()
    assert owner.books.find("Invoice", DocNumber=number)

    the_invoice_is_gone_there_and_can_be_restored(owner, invoice, number)
    wait_for(lambda: not owner.books.get("Item", item_id)["Active"], SECONDS, "the item to be inactive")
    wait_for(
        lambda: not owner.books.get("Customer", customer_id)["Active"], SECONDS, "the customer to be inactive"
    )
    customer.get_by_role("button", name="Restore").click()
    wait_for(lambda: owner.books.get("Customer", customer_id)["Active"], SECONDS, "the customer to be back")
    expect(paid.get_by_role("main")).not_to_contain_text("In the trash.", timeout=SECONDS * 1000)
    panel = paid.get_by_role("complementary", name="QuickBooks")
    expect(panel).to_contain_text("a payment is applied to it. It stays on both sides")
    panel.get_by_role("button", name="Leave it as it is").click()
    the_flag_says(paid, "Synced")
    assert owner.books.get("Invoice", paid_id)["TotalAmt"] == 120


def paid_in_quickbooks(owner: Owner) -> tuple[Page, str]:
    page, _, remote_id = synced_invoice(owner)
    paid = owner.books.get("Invoice", remote_id)
    owner.books.make(
        "Payment",
        CustomerRef=paid["CustomerRef"],
        TotalAmt=120,
        Line=[{"Amount": 120, "LinkedTxn": [{"TxnId": remote_id, "TxnType": "Invoice"}]}],
    )
    return page, remote_id


def the_invoice_is_gone_there_and_can_be_restored(owner: Owner, page: Page, number: str) -> None:
    wait_for(lambda: not owner.books.find("Invoice", DocNumber=number), SECONDS, "the deletion in QuickBooks")
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    page.goto("/invoices?tab=trash")
    page.get_by_role("row").filter(has_text=number).get_by_role("button", name="Restore").click()
    assert there(owner.books, "Invoice", DocNumber=number)["TotalAmt"] == 120


def test_an_invoice_deleted_in_quickbooks_moves_to_the_trash_here(owner: Owner) -> None:
    page, _, remote_id = synced_invoice(owner)
    token = owner.books.get("Invoice", remote_id)["SyncToken"]
    owner.books.call("POST", "invoice", {"Id": remote_id, "SyncToken": token}, operation="delete")
    expect(page.get_by_role("main")).to_contain_text("In the trash.")
    expect(page.get_by_role("button", name="Restore")).to_be_visible()


def test_a_customer_made_inactive_in_quickbooks_is_archived_here(owner: Owner) -> None:
    page, _, remote_id = synced_customer(owner, "Lost Pines Lodge")
    owner.books.change("Customer", remote_id, Active=False)
    expect(page.get_by_role("button", name="Restore")).to_be_visible()


def test_an_item_made_inactive_in_quickbooks_is_archived_here(owner: Owner) -> None:
    page, _, remote_id = synced_item(owner, "River rock")
    owner.books.change("Item", remote_id, Active=False)
    expect(page.get_by_role("button", name="Restore")).to_be_visible()


def test_an_invoice_voided_in_quickbooks_is_void_here_and_lives_on_as_a_new_one(owner: Owner) -> None:
    page, number, remote_id = synced_invoice(owner)
    token = owner.books.get("Invoice", remote_id)["SyncToken"]
    owner.books.call("POST", "invoice", {"Id": remote_id, "SyncToken": token}, operation="void")
    expect(page.locator(".title-row .pill")).to_have_text("Void")
    page.get_by_role("button", name="Duplicate as new").click()
    page.wait_for_url(re.compile(r"/invoices/[0-9a-f-]{36}/edit$"))
    expect(page.get_by_label("Number", exact=True)).not_to_have_value(number)
    expect(page.get_by_label("Price, line 1")).to_have_value(re.compile(r"^60"))


def test_an_invoice_voided_here_is_void_in_quickbooks(owner: Owner) -> None:
    page, _, remote_id = synced_invoice(owner)
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Void…").click()
    page.get_by_role("dialog").get_by_role("button", name="Void invoice").click()
    expect(page.locator(".title-row .pill")).to_have_text("Void")
    wait_for(lambda: owner.books.get("Invoice", remote_id)["TotalAmt"] == 0, SECONDS, "the void")


def test_a_customer_merged_in_quickbooks_leads_on_as_its_survivor(owner: Owner) -> None:
    _, survivor, winner = synced_customer(owner, "Barton Creek Resort")
    page, number, remote_id = synced_invoice(owner)
    loser = owner.books.get("Invoice", remote_id)["CustomerRef"]["value"]
    owner.books.control("POST", f"companies/{owner.books.realm}/merge", {"winner": winner, "loser": loser})
    expect(page.get_by_role("main")).to_contain_text(survivor)
    assert len(owner.books.find("Invoice", DocNumber=number)) == 1
