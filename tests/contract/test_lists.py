"""Customers and items: written, asked for, counted, made inactive."""

# The public clients carry no types, and what pyright infers from their defaults is wrong.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportCallIssue=false

import pytest
from quickbooks import QuickBooks
from quickbooks.exceptions import ObjectNotFoundException, QuickbooksException, UnsupportedException
from quickbooks.objects.base import Address, EmailAddress
from quickbooks.objects.customer import Customer
from quickbooks.objects.item import Item

from tests.contract.documents import customer, income_account, new_name, saved_invoice, service


def test_a_customer_is_written_and_read(books: QuickBooks):
    made = Customer()
    made.DisplayName, made.CompanyName, made.Notes = new_name("Garden"), "Garden & Sons", "Knock twice"
    made.BillAddr, made.PrimaryEmailAddr = Address(), EmailAddress()
    made.BillAddr.Line1, made.BillAddr.PostalCode = "12 Long Lane", "78704"
    made.PrimaryEmailAddr.Address = "garden@example.com"
    saved = made.save(qb=books)
    read = Customer.get(saved.Id, qb=books)
    assert (read.DisplayName, read.CompanyName, read.Notes) == (
        made.DisplayName,
        "Garden & Sons",
        "Knock twice",
    )
    assert read.BillAddr.PostalCode == "78704"
    assert read.BillAddr.Id
    assert read.PrimaryEmailAddr.Address == "garden@example.com"
    assert read.SyncToken == "0"
    assert read.FullyQualifiedName == made.DisplayName


def test_a_customer_is_changed_with_the_whole_object(books: QuickBooks):
    read = Customer.get(customer(books).Id, qb=books)
    read.CompanyName = "Two Rivers"
    read.save(qb=books)
    again = Customer.get(read.Id, qb=books)
    assert (again.CompanyName, again.DisplayName) == ("Two Rivers", read.DisplayName)
    assert int(again.SyncToken) == int(read.SyncToken) + 1


def test_a_stale_customer_is_refused(books: QuickBooks):
    stale = Customer.get(customer(books).Id, qb=books)
    fresh = Customer.get(stale.Id, qb=books)
    fresh.CompanyName = "First"
    fresh.save(qb=books)
    stale.CompanyName = "Second"
    with pytest.raises(QuickbooksException) as refused:
        stale.save(qb=books)
    assert refused.value.error_code == 5010


def test_an_inactive_customer_leaves_its_name(books: QuickBooks):
    name = new_name("Gone")
    made = Customer.get(customer(books, name).Id, qb=books)
    made.Active = False
    made.save(qb=books)
    gone = Customer.get(made.Id, qb=books)
    assert (gone.Active, gone.DisplayName) == (False, f"{name} (deleted)")
    assert Customer.filter(DisplayName=name, qb=books) == []
    assert [each.Id for each in Customer.filter(Active=False, Id=made.Id, qb=books)] == [made.Id]
    assert customer(books, name).Id != made.Id


def test_a_customer_who_owes_something_stays(books: QuickBooks):
    owing = Customer.get(saved_invoice(books).CustomerRef.value, qb=books)
    assert owing.Balance == 100
    owing.Active = False
    with pytest.raises(QuickbooksException) as refused:
        owing.save(qb=books)
    assert refused.value.error_code == 6220


def test_a_name_is_given_once(books: QuickBooks):
    taken = customer(books).DisplayName
    with pytest.raises(QuickbooksException) as refused:
        customer(books, taken.upper())
    assert refused.value.error_code == 6240


def test_an_unknown_id_is_610(books: QuickBooks):
    with pytest.raises(ObjectNotFoundException):
        Customer.get("99999999", qb=books)


def test_a_customer_cannot_be_deleted(books: QuickBooks):
    with pytest.raises(UnsupportedException):
        books.delete_object("Customer", f'{{"Id": "{customer(books).Id}", "SyncToken": "0"}}')


def test_quotes_and_signs_in_a_name(books: QuickBooks):
    name = new_name("Adam's 100% Candy & Sons")
    made = customer(books, name)
    assert [each.Id for each in Customer.filter(DisplayName=name, qb=books)] == [made.Id]


def test_queries_page_count_and_order(books: QuickBooks):
    start = new_name("Paged")
    made = [customer(books, f"{start} {letter}").Id for letter in "CAB"]
    like = f"DisplayName LIKE '{start}%'"
    assert Customer.count(like, qb=books) == 3
    ordered = Customer.where(like, order_by="DisplayName", qb=books)
    assert [each.Id for each in ordered] == [made[1], made[2], made[0]]
    pages = [
        [
            each.Id
            for each in Customer.where(like, order_by="Id", start_position=first, max_results=2, qb=books)
        ]
        for first in (1, 3, 5)
    ]
    assert pages == [sorted(made, key=int)[:2], sorted(made, key=int)[2:], []]
    assert [each.Id for each in Customer.choose(made[:2], qb=books)] == sorted(made[:2], key=int)
    newest = Customer.all(order_by="Id DESC", max_results=3, qb=books)
    assert [each.Id for each in newest] == sorted(made, key=int, reverse=True)


def test_an_item_is_written_changed_and_made_inactive(books: QuickBooks):
    made = Item.get(service(books).Id, qb=books)
    assert (made.Type, made.UnitPrice, made.Active) == ("Service", 40, True)
    assert made.IncomeAccountRef.value == income_account(books).value
    name, made.UnitPrice, made.Description = made.Name, 42.5, "By the hour"
    made.save(qb=books)
    changed = Item.get(made.Id, qb=books)
    assert (changed.UnitPrice, changed.Description) == (42.5, "By the hour")
    changed.Active = False
    changed.save(qb=books)
    gone = Item.get(made.Id, qb=books)
    assert (gone.Active, gone.Name) == (False, f"{name} (deleted)")


def test_all_items_come_with_their_sku(books: QuickBooks):
    made = Item()
    made.Name, made.Type, made.Sku = new_name("Brick"), "NonInventory", "BR-1"
    made.IncomeAccountRef = income_account(books)
    saved = made.save(qb=books)
    found = {each.Id: each for each in Item.all(max_results=1000, qb=books)}
    assert found[saved.Id].Sku == "BR-1"
