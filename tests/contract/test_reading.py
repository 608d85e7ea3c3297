"""What apps read: settings, lists, changes, and many things in one request."""

# The public clients carry no types, and what pyright infers from their defaults is wrong.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportCallIssue=false

from datetime import UTC, datetime, timedelta

import pytest
from quickbooks import QuickBooks
from quickbooks.batch import batch_create, batch_delete, batch_update
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import QuickbooksException
from quickbooks.objects.account import Account
from quickbooks.objects.company_info import CompanyInfo
from quickbooks.objects.customer import Customer
from quickbooks.objects.employee import Employee
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.item import Item
from quickbooks.objects.payment import Payment
from quickbooks.objects.paymentmethod import PaymentMethod
from quickbooks.objects.preferences import Preferences
from quickbooks.objects.taxcode import TaxCode
from quickbooks.objects.taxrate import TaxRate
from quickbooks.objects.term import Term
from quickbooks.objects.vendor import Vendor

from tests.contract.documents import customer, first_item, invoice_for, new_name, sale, saved_invoice

NOW = datetime.now(UTC)
YESTERDAY = (NOW - timedelta(days=1)).isoformat(timespec="seconds")


def test_settings(books: QuickBooks):
    preferences = Preferences.get(qb=books)
    assert (preferences.Id, preferences.AccountingInfoPrefs.TaxYearMonth) == ("1", "January")
    assert preferences.TimeTrackingPrefs.WorkWeekStartDate == "Monday"
    assert preferences.OtherPrefs.NameValue[0].Name == "SalesFormsPrefs.DefaultCustomerMessage"
    assert preferences.EmailMessagesPrefs.EstimateMessage
    company = CompanyInfo.all(qb=books)[0]
    assert (company.Id, CompanyInfo.get(1, qb=books).CompanyName) == ("1", company.CompanyName)


@pytest.mark.parametrize("kind", [Account, Term, PaymentMethod, Vendor, Employee, TaxRate, Item, Customer])
def test_every_company_has_some(books: QuickBooks, kind: type[Account]):
    assert kind.all(max_results=1, qb=books)


def test_accounts_by_name_and_type(books: QuickBooks):
    assert len(Account.all(max_results=1000, qb=books)) > 20
    assert Account.where("Name = 'Travel' and AccountType = 'Expense'", qb=books)
    assert Account.filter(AccountSubType="SalesOfProductIncome", qb=books)


def test_pseudo_codes_come_beside_the_page(books: QuickBooks):
    assert len(TaxCode.all(max_results=1, qb=books)) == 4


def test_changes_since(books: QuickBooks):
    made, gone = saved_invoice(books), saved_invoice(books)
    gone.delete(qb=books)
    changed = change_data_capture([Invoice, Customer], YESTERDAY, qb=books)
    found = {each.Id: each for each in changed.Invoice}
    assert found[made.Id].TotalAmt == 100
    assert found[gone.Id].status == "Deleted"
    assert made.CustomerRef.value in {each.Id for each in changed.Customer}


def test_nothing_changed(books: QuickBooks):
    tomorrow = (NOW + timedelta(days=2)).isoformat(timespec="seconds")
    assert not hasattr(change_data_capture([Payment], tomorrow, qb=books), "Payment")


def test_changes_of_long_ago_are_refused(books: QuickBooks):
    with pytest.raises(QuickbooksException):
        change_data_capture([Invoice], "2017-01-01T00:00:00", qb=books)


def test_many_in_one_request(books: QuickBooks):
    start = new_name("Batch")
    wanted: list[Customer] = []
    for number in range(32):  # two requests: one takes 30
        each = Customer()
        each.DisplayName = f"{start} {number}"
        wanted.append(each)
    made = batch_create(wanted, qb=books)
    assert (len(made.successes), made.faults) == (32, [])
    for each in made.successes[:2]:
        each.CompanyName = "Together"
    changed = batch_update(made.successes[:2], qb=books)
    assert [each.CompanyName for each in changed.successes] == ["Together", "Together"]
    again = batch_create(wanted[:1], qb=books)
    assert [fault.Error[0].code for fault in again.faults] == ["6240"]


def test_many_deleted_in_one_request(books: QuickBooks):
    buyer, item = customer(books), first_item(books)
    made = batch_create([invoice_for(buyer, [sale(item, amount)]) for amount in (10, 20)], qb=books)
    assert sorted(each.TotalAmt for each in made.successes) == [10, 20]
    gone = batch_delete(made.successes, qb=books)
    assert [each.status for each in gone.successes] == ["Deleted", "Deleted"]
    assert Invoice.count(f"CustomerRef = '{buyer.Id}'", qb=books) == 0


def test_a_query_that_is_none(books: QuickBooks):
    with pytest.raises(QuickbooksException) as refused:
        Customer.query("SELECT * FROM Customer WHERE", qb=books)
    assert refused.value.error_code == 4000
    with pytest.raises(QuickbooksException) as refused:
        Customer.where("PrivateNote = 'x'", qb=books)
    assert refused.value.error_code == 4001
