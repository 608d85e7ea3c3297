"""Invoice numbers: the next free one, and whether one is taken, here or in QuickBooks."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app.models import (
    Company,
    Connection,
    ConnectionStatus,
    Customer,
    Invoice,
    Kind,
    Reference,
    SyncRecord,
)
from bookipi_app.numbering import LONGEST, in_series
from bookipi_app.services.flags import newest_connection
from bookipi_app.services.records import company_of
from bookipi_app.text import fold

_AT_ONCE = 50


def next_number(session: Session, company_id: UUID) -> str:
    """The company's next number that no invoice has: here, drafts and the trash included, or in QuickBooks.

    Where many thousands in a row are taken, as after an import, the end of the row is found by ever longer strides and
    halving. A gap within it may be passed over: what is found is free, and what stands before it is taken.
    """
    company, connection = company_of(session, company_id), newest_connection(session, company_id)
    taken, stride = company.next_number, _AT_ONCE
    if free := _first_free(session, company, connection, taken):
        return free
    while not (free := _first_free(session, company, connection, taken + stride)):
        taken, stride = taken + stride, stride * 2
    while stride > _AT_ONCE:
        half = stride // _AT_ONCE // 2 * _AT_ONCE
        if nearer := _first_free(session, company, connection, taken + half):
            free, stride = nearer, half
        else:
            taken, stride = taken + half, stride - half
    return free


def _first_free(session: Session, company: Company, connection: Connection | None, first: int) -> str:
    """The first number of a short stretch that no invoice has; empty if all of them are taken."""
    numbers = in_series(company.number_prefix, first, _AT_ONCE)
    keys = [fold(number, LONGEST) for number in numbers]
    held = select(Invoice.number_key).where(
        col(Invoice.company_id) == company.id, col(Invoice.number_key).in_(keys)
    )
    taken = {*session.exec(held), *(row.name_key for row in _there(session, connection, keys))}
    return next((number for number, key in zip(numbers, keys, strict=True) if key not in taken), "")


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


def warning_words(session: Session, company_id: UUID, number: str, except_id: UUID | None) -> str:
    """What to say while a number is typed: taken here, which refuses a save, or in QuickBooks, which warns."""
    if words := taken_words(session, company_id, number, except_id):
        return words
    connection = newest_connection(session, company_id)
    there = _there(session, connection, [fold(number, LONGEST)])
    if connection is None or all(_is_of(session, connection, row, except_id) for row in there):
        return ""
    return f"{there[0].name} is already used in QuickBooks. Use {next_number(session, company_id)}."


def free_words(session: Session, company_id: UUID) -> str:
    """What to say of a number that is free."""
    connection = newest_connection(session, company_id)
    there = connection is not None and connection.status is ConnectionStatus.CONNECTED
    return "Not used here, nor in QuickBooks" if there else "Not used here"


def _there(session: Session, connection: Connection | None, keys: Sequence[str]) -> Sequence[Reference]:
    """Invoices in QuickBooks with one of these numbers, by the index that is kept of them."""
    if connection is None:
        return []
    return session.exec(
        select(Reference).where(
            col(Reference.connection_id) == connection.id,
            col(Reference.entity) == "invoice",
            col(Reference.name_key).in_(keys),
            col(Reference.active).is_(True),
        )
    ).all()


def _is_of(session: Session, connection: Connection, row: Reference, invoice_id: UUID | None) -> bool:
    """Whether an invoice there is this one here."""
    if invoice_id is None:
        return False
    linked = select(SyncRecord.id).where(
        col(SyncRecord.connection_id) == connection.id,
        col(SyncRecord.kind) == Kind.INVOICE,
        col(SyncRecord.local_id) == invoice_id,
        col(SyncRecord.remote_id) == row.remote_id,
    )
    return session.exec(linked.limit(1)).first() is not None


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
