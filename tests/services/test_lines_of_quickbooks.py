"""Lines that only QuickBooks can make: read-only here while it has them, and no burden where it has not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select

from bookipi_app.models import Invoice, InvoiceLine, LineKind, RemoteState, SyncRecord
from bookipi_app.money import SCALE
from tests.services.conftest import Books
from tests.services.test_invoices import form, form_of, refusal, save


def with_bundle(books: Books) -> Invoice:
    """An invoice with a line that only QuickBooks can make, and has."""
    books.connect()
    invoice = save(books, form(books.customer()))
    with books.work() as session:
        line = InvoiceLine(
            invoice_id=invoice.id, position=1, kind=LineKind.FOREIGN, description="Bundle", quantity=SCALE,
            price=SCALE, amount_given_cents=777, amount_cents=777,
        )  # fmt: skip
        session.add(line)
        record = session.exec(select(SyncRecord).where(SyncRecord.local_id == invoice.id)).one()
        record.remote_state = RemoteState.LIVE
        record.base_lines = [{"local": str(line.id), "remote": "7", "wire": {"Id": "7"}}]
        session.add(record)
    return invoice


def test_a_line_that_only_quickbooks_can_make_stays_as_it_is(books: Books) -> None:
    invoice = with_bundle(books)
    filled = form_of(books, invoice.id)
    bent = [replace(filled.lines[0], quantity="5"), replace(filled.lines[1], price="1", description="Mine")]
    edited = save(books, replace(filled, lines=bent), invoice.id)
    assert edited.subtotal_cents == 192_050 + 777
    assert form_of(books, invoice.id).lines[1].description == "Bundle"
    filled = form_of(books, invoice.id)
    assert "lines" in refusal(books, replace(filled, lines=filled.lines[:1]), invoice.id)


@pytest.mark.parametrize("there", [{"remote_state": RemoteState.GONE}, {"base_lines": None}])
def test_a_line_that_only_quickbooks_can_make_and_has_not_can_be_removed(
    books: Books, there: dict[str, Any]
) -> None:
    invoice = with_bundle(books)
    with books.work() as session:
        record = session.exec(select(SyncRecord).where(SyncRecord.local_id == invoice.id)).one()
        for name, value in there.items():
            setattr(record, name, value)
        session.add(record)
    filled = form_of(books, invoice.id)
    assert save(books, replace(filled, lines=filled.lines[:1]), invoice.id).subtotal_cents == 153_640
