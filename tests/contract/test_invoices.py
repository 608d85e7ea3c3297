"""Invoices and their payments: written, changed, repeated, sent, voided, deleted."""

# The public clients carry no types, and what pyright infers from their defaults is wrong.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportCallIssue=false, reportOptionalSubscript=false

from uuid import uuid4

import pytest
from quickbooks import QuickBooks
from quickbooks.exceptions import ObjectNotFoundException, QuickbooksException
from quickbooks.objects.base import CustomerMemo, EmailAddress
from quickbooks.objects.detailline import DescriptionOnlyLine, DiscountLine, DiscountLineDetail
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.payment import Payment

from tests.contract.documents import (
    customer,
    first_item,
    invoice_for,
    payment_of,
    sale,
    saved_invoice,
)


def test_an_invoice_is_written_and_read(books: QuickBooks):
    made = invoice_for(customer(books), [sale(first_item(books), 61.5, 1.5, 41)])
    made.CustomerMemo = CustomerMemo()
    made.CustomerMemo.value, made.PrivateNote, made.TxnDate = "Thank you", "Ours", "2026-11-20"
    saved = made.save(qb=books)
    read = Invoice.get(saved.Id, qb=books)
    assert (read.TotalAmt, read.Balance, read.TxnDate) == (61.5, 61.5, "2026-11-20")
    assert (read.CustomerMemo.value, read.PrivateNote) == ("Thank you", "Ours")
    assert [line.DetailType for line in read.Line] == ["SalesItemLineDetail", "SubTotalLineDetail"]
    assert (read.Line[0].SalesItemLineDetail.Qty, read.Line[0].SalesItemLineDetail.UnitPrice) == (1.5, 41)
    assert read.DocNumber
    assert read.MetaData.CreateTime[-6:] in ("-08:00", "-07:00")


def test_an_invoice_is_changed_with_the_whole_object(books: QuickBooks):
    read = Invoice.get(saved_invoice(books).Id, qb=books)
    read.Line[0].Amount = 120
    read.Line.append(DescriptionOnlyLine())
    read.Line[-1].Description = "Delivered to the back door"
    read.TxnTaxDetail = None
    read.save(qb=books)
    again = Invoice.get(read.Id, qb=books)
    assert again.TotalAmt == 120
    assert [line.Description for line in again.Line if line.DetailType == "DescriptionOnly"] == [
        "Delivered to the back door"
    ]


def test_a_discount_line(books: QuickBooks):
    made = invoice_for(customer(books), [sale(first_item(books), 200)])
    line = DiscountLine()
    line.DiscountLineDetail = DiscountLineDetail()
    line.DiscountLineDetail.PercentBased, line.DiscountLineDetail.DiscountPercent = True, 10
    line.Amount = 20
    made.Line.append(line)
    assert made.save(qb=books).TotalAmt == 180


def test_an_amount_that_does_not_add_up_is_refused(books: QuickBooks):
    with pytest.raises(QuickbooksException) as refused:
        invoice_for(customer(books), [sale(first_item(books), 1861.07, 128.35, 14.5)]).save(qb=books)
    assert refused.value.error_code == 6070
    right = invoice_for(customer(books), [sale(first_item(books), 1861.08, 128.35, 14.5)])
    assert right.save(qb=books).TotalAmt == 1861.08


def test_a_request_id_writes_once(books: QuickBooks):
    made = invoice_for(customer(books), [sale(first_item(books), 10)])
    request_id = str(uuid4())
    first = made.save(qb=books, request_id=request_id)
    made.Id = None
    second = made.save(qb=books, request_id=request_id)
    assert second.Id == first.Id
    assert Invoice.count(f"CustomerRef = '{first.CustomerRef.value}'", qb=books) == 1


def test_a_deleted_invoice_is_gone(books: QuickBooks):
    made = saved_invoice(books)
    answer = made.delete(qb=books)
    assert answer["Invoice"]["status"] == "Deleted"
    assert Invoice.filter(Id=made.Id, qb=books) == []
    with pytest.raises(ObjectNotFoundException):
        Invoice.get(made.Id, qb=books)


def test_a_voided_invoice_is_worth_nothing(books: QuickBooks):
    made = saved_invoice(books)
    made.void(qb=books)
    read = Invoice.get(made.Id, qb=books)
    assert (read.Balance, read.TotalAmt) == (0, 0)
    assert "Voided" in read.PrivateNote
    assert read.DocNumber == made.DocNumber


def test_an_invoice_is_sent_and_printed(books: QuickBooks):
    made = invoice_for(customer(books), [sale(first_item(books), 10)])
    made.BillEmail = EmailAddress()
    made.BillEmail.Address = "buyer@example.com"
    saved = made.save(qb=books)
    assert saved.send(qb=books)["Invoice"]["EmailStatus"] == "EmailSent"
    assert saved.send(qb=books, send_to="other+one@example.com")["Invoice"]["BillEmail"]["Address"]
    assert saved.download_pdf(qb=books).startswith(b"%PDF")


def test_an_invoice_has_a_link_for_its_buyer(books: QuickBooks):
    made = invoice_for(customer(books), [sale(first_item(books), 10)])
    made.BillEmail, made.AllowOnlineACHPayment = EmailAddress(), True
    made.BillEmail.Address = "buyer@example.com"
    saved = made.save(qb=books)
    assert "https" in Invoice.get(saved.Id, qb=books, params={"include": "invoiceLink"}).InvoiceLink


def test_a_payment_settles_its_invoice(books: QuickBooks):
    made = saved_invoice(books)
    paid = payment_of(made, 60).save(qb=books)
    read = Invoice.get(made.Id, qb=books)
    assert (read.TotalAmt, read.Balance) == (100, 40)
    assert [(link.TxnId, link.TxnType) for link in read.LinkedTxn] == [(paid.Id, "Payment")]
    assert int(read.SyncToken) > int(made.SyncToken)
    read_payment = Payment.get(paid.Id, qb=books)
    assert (read_payment.TotalAmt, read_payment.UnappliedAmt) == (60, 0)


def test_a_voided_payment_gives_the_debt_back(books: QuickBooks):
    made = saved_invoice(books)
    paid = payment_of(made, 100).save(qb=books)
    paid.void(qb=books)
    assert "Voided" in Payment.get(paid.Id, qb=books).PrivateNote
    assert Invoice.get(made.Id, qb=books).Balance == 100


def test_a_deleted_payment_gives_the_debt_back(books: QuickBooks):
    made = saved_invoice(books)
    paid = payment_of(made, 100).save(qb=books)
    paid.delete(qb=books)
    assert Payment.filter(Id=paid.Id, qb=books) == []
    assert Invoice.get(made.Id, qb=books).Balance == 100
