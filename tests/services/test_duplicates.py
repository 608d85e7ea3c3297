"""*Duplicate as new*: the content lives on under the next number; the past does not."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlmodel import col, select

from bookipi_app.errors import NotFound
from bookipi_app.models import Invoice, InvoiceLine, LineKind, Stage
from bookipi_app.money import SCALE
from bookipi_app.services import duplicates, invoices
from bookipi_app.services.invoices import InvoiceForm, LineForm
from tests.services.conftest import NOW, WHO, Books


def void_invoice(books: Books) -> UUID:
    customer = str(books.customer())
    line = LineForm(description="Stone wall", quantity="2", price="120.50")
    form = InvoiceForm(
        customer_id=customer, issue_date="2026-10-01", due_date="2026-10-31", terms_name="Net 30",
        lines=[line], discount_kind="percent", discount_value="10", notes="Thank you",
    )  # fmt: skip
    with books.work() as session:
        made = invoices.save(session, books.company_id, None, form, issue=True, now=NOW, who=WHO)
        invoices.void(session, books.company_id, made.id, now=NOW, who=WHO)
        return made.id


def test_a_void_invoice_lives_on_as_a_draft_of_today(books: Books) -> None:
    old_id = void_invoice(books)
    with books.work() as session:
        new_id = duplicates.duplicate(session, books.company_id, old_id, now=NOW, who=WHO).id
    with books.store.reading() as session:
        old, new = session.get_one(Invoice, old_id), session.get_one(Invoice, new_id)
        assert (new.stage, old.stage) == (Stage.DRAFT, Stage.VOID)
        assert new.number != old.number
        assert (new.issue_date.isoformat(), new.due_date.isoformat()) == ("2026-11-24", "2026-12-24")
        assert (new.total_cents, new.notes, new.paid_cents) == (old.total_cents, "Thank you", 0)
        lines = session.exec(select(InvoiceLine).where(InvoiceLine.invoice_id == new_id)).all()
        assert [line.description for line in lines] == ["Stone wall"]


def test_what_is_billed_by_an_amount_alone_is_billed_again(books: Books) -> None:
    """Lines that only QuickBooks can make, and amounts that are no product of a quantity and a price."""
    old_id = void_invoice(books)
    with books.work() as session:
        for at, (kind, cents) in enumerate(
            [(LineKind.FOREIGN, 777), (LineKind.FOREIGN, -500), (LineKind.ITEM, 1001)]
        ):
            session.add(
                InvoiceLine(invoice_id=old_id, position=at + 1, kind=kind, description=f"Own {at}", quantity=3 * SCALE,
                            price=SCALE, amount_given_cents=cents, amount_cents=cents)
            )  # fmt: skip
        new_id = duplicates.duplicate(session, books.company_id, old_id, now=NOW, who=WHO).id
    with books.store.reading() as session:
        lines = session.exec(
            select(InvoiceLine).where(InvoiceLine.invoice_id == new_id).order_by(col(InvoiceLine.position))
        )
        assert [(line.kind, line.amount_cents) for line in lines] == [
            (LineKind.ITEM, cents) for cents in (24100, 777, -500, 1001)
        ]


def test_another_company_cannot_duplicate_it(books: Books) -> None:
    old_id = void_invoice(books)
    with pytest.raises(NotFound), books.work() as session:
        duplicates.duplicate(session, books.outside, old_id, now=NOW, who=WHO)
