"""What an invoice's status pill says: derived from stage, payments and dates, never stored.

The word and the condition for the database stand side by side; a test compares them over every combination.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

from bookipi_app.models import Invoice, Stage


class Status(StrEnum):
    """The status of an invoice."""

    DRAFT = "draft"
    UNSENT = "unsent"
    SENT = "sent"
    VIEWED = "viewed"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    OVERDUE = "overdue"
    VOID = "void"


WORDS = {
    Status.DRAFT: "Draft",
    Status.UNSENT: "Unsent",
    Status.SENT: "Sent",
    Status.VIEWED: "Viewed",
    Status.PARTLY_PAID: "Partly paid",
    Status.PAID: "Paid",
    Status.OVERDUE: "Overdue",
    Status.VOID: "Void",
}


AGES = {
    "not-due": "Not due yet",
    "30": "1–30 days late",
    "60": "31–60 days late",
    "90": "61–90 days late",
    "older": "Over 90 days late",
}
"""How late an invoice is that is not paid, by the name of the filter."""


def due_between(age: str, today: date) -> tuple[date, date] | None:
    """The due dates of an age, both included; None for a name that is none."""
    late = {"30": (30, 1), "60": (60, 31), "90": (90, 61)}.get(age)
    if late:
        return today - timedelta(days=late[0]), today - timedelta(days=late[1])
    if age == "older":
        return date.min, today - timedelta(days=91)
    return (today, date.max) if age == "not-due" else None


def age_of(due: date, today: date) -> str:
    """The age of an invoice that is due on a day."""
    for age in AGES:
        span = due_between(age, today)
        if span and span[0] <= due <= span[1]:
            return age
    raise AssertionError("the ages leave no day out")


def status_of(invoice: Invoice, today: date) -> Status:
    """The status on a day of the company. Overdue says more than partly paid, so it goes first."""
    if invoice.stage is Stage.VOID:
        return Status.VOID
    if invoice.stage is Stage.DRAFT:
        return Status.DRAFT
    if invoice.paid_cents >= invoice.total_cents:
        return Status.PAID
    if invoice.due_date < today:
        return Status.OVERDUE
    if invoice.paid_cents > 0:
        return Status.PARTLY_PAID
    if invoice.viewed_at and (invoice.sent_at is None or invoice.viewed_at >= invoice.sent_at):
        return Status.VIEWED
    return Status.SENT if invoice.sent_at else Status.UNSENT


def status_condition(name: str, today: date) -> ColumnElement[bool] | None:
    """The invoices of a status, or of `outstanding` (issued and not paid); None for any other name."""
    issued = col(Invoice.stage) == Stage.ISSUED
    owed = and_(issued, col(Invoice.paid_cents) < col(Invoice.total_cents))
    in_time = and_(owed, col(Invoice.due_date) >= today)
    unpaid = and_(in_time, col(Invoice.paid_cents) <= 0)
    sent, seen = col(Invoice.sent_at), col(Invoice.viewed_at)
    viewed = and_(seen.is_not(None), or_(sent.is_(None), seen >= sent))
    unseen = or_(seen.is_(None), seen < sent)
    conditions: dict[str, ColumnElement[bool]] = {
        Status.DRAFT: col(Invoice.stage) == Stage.DRAFT,
        Status.VOID: col(Invoice.stage) == Stage.VOID,
        Status.PAID: and_(issued, col(Invoice.paid_cents) >= col(Invoice.total_cents)),
        Status.OVERDUE: and_(owed, col(Invoice.due_date) < today),
        Status.PARTLY_PAID: and_(in_time, col(Invoice.paid_cents) > 0),
        Status.SENT: and_(unpaid, sent.is_not(None), unseen),
        Status.VIEWED: and_(unpaid, viewed),
        Status.UNSENT: and_(unpaid, sent.is_(None), seen.is_(None)),
        "outstanding": owed,
        "issued": or_(issued, col(Invoice.stage) == Stage.VOID),
    }
    return conditions.get(name)
