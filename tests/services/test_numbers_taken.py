"""A number is on one invoice here, whenever it was given and however its prefix is written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bookipi_app.models import Company, Invoice, Stage
from tests.services.conftest import NOW, Books
from tests.services.test_invoices import form, form_of, refusal, save


def arrives(books: Books, number: str) -> None:
    """An invoice of QuickBooks' arrives, which no number keeps out."""
    with books.work() as session:
        session.add(Invoice(company_id=books.company_id, number=number, number_key=number.casefold(),
                            issue_date=NOW.date(), due_date=NOW.date(), stage=Stage.ISSUED, created_at=NOW,
                            updated_at=NOW))  # fmt: skip


@pytest.mark.parametrize("typed", ["INV-7", ""])
def test_a_draft_whose_number_was_taken_meanwhile_is_not_issued_with_it(books: Books, typed: str) -> None:
    """It stood on two invoices then: on the one that arrived from QuickBooks, and on the draft's."""
    draft = save(books, form(books.customer(), number="INV-7"), issue=False)
    arrives(books, "INV-7")
    kept = replace(form_of(books, draft.id), number=typed)
    assert save(books, replace(kept, notes="Still a draft"), draft.id, issue=False).number == "INV-7"
    kept = replace(form_of(books, draft.id), number=typed)
    words = refusal(books, kept, draft.id)["number"]
    assert words == "INV-7 is already the number of another invoice. Use INV-1001."
    issued = save(books, replace(kept, number="INV-8"), draft.id)
    arrives(books, "INV-8")
    edited = save(books, replace(form_of(books, issued.id), notes="Edited"), issued.id)
    assert (edited.number, edited.notes) == ("INV-8", "Edited")


@pytest.mark.parametrize("prefix", ["№", "ＩＮＶ-", "INV  A-"])
def test_a_number_given_by_itself_is_known_as_taken_whatever_its_prefix(books: Books, prefix: str) -> None:
    customer = books.customer()
    with books.work() as session:
        session.get_one(Company, books.company_id).number_prefix = prefix
    given = save(books, form(customer))
    assert "is already the number of" in refusal(books, form(customer, number=given.number))["number"]
