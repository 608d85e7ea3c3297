"""Invoice numbers: the next free one, and whether one is taken here."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app.models import Company, Customer, Invoice
from bookipi_app.numbering import LONGEST, in_series
from bookipi_app.services.records import company_of
from bookipi_app.text import fold

_AT_ONCE = 50


def next_number(session: Session, company_id: UUID) -> str:
    """The company's next number that no invoice here has, drafts and the trash included."""
    company = company_of(session, company_id)
    first = company.next_number
    while True:
        numbers = in_series(company.number_prefix, first, _AT_ONCE)
        keys = [fold(number, LONGEST) for number in numbers]
        taken = set(
            session.exec(
                select(Invoice.number_key).where(
                    col(Invoice.company_id) == company_id, col(Invoice.number_key).in_(keys)
                )
            )
        )
        for number, key in zip(numbers, keys, strict=True):
            if key not in taken:
                return number
        first += _AT_ONCE


def number_taken(session: Session, company_id: UUID, number: str, except_id: UUID | None) -> bool:
    """True if another invoice of this company has the number; case does not count."""
    return _holder(session, company_id, number, except_id) is not None


def taken_words(session: Session, company_id: UUID, number: str, except_id: UUID | None) -> str:
    """The sentence for a number that is taken, with the next free one; empty if it is free."""
    held = _holder(session, company_id, number, except_id)
    if held is None:
        return ""
    customer = session.get(Customer, held.customer_id) if held.customer_id else None
    holder = f"an invoice for {customer.name}" if customer else "another invoice"
    return f"{held.number} is already the number of {holder}. Use {next_number(session, company_id)}."


def advance(company: Company, number: str) -> None:
    """After a number of the company's own series was used, the series goes on behind it."""
    digits = number.removeprefix(company.number_prefix)
    if (
        number.startswith(company.number_prefix)
        and digits.isascii()
        and digits.isdecimal()
        and len(digits) < 10
    ):
        company.next_number = max(company.next_number, int(digits) + 1)


def _holder(session: Session, company_id: UUID, number: str, except_id: UUID | None) -> Invoice | None:
    return session.exec(
        select(Invoice)
        .where(
            col(Invoice.company_id) == company_id,
            col(Invoice.number_key) == fold(number, LONGEST),
            col(Invoice.id) != except_id if except_id else col(Invoice.id).is_not(None),
        )
        .limit(1)
    ).first()
