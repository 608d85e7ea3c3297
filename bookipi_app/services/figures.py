"""The dashboard's figures: what is owed, what came in, and what was invoiced month by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from bookipi_app.models import Invoice, Payment
from bookipi_app.money import format_cents
from bookipi_app.services.invoice_filters import CELL, MONTH, OWED, cells_with
from bookipi_app.services.invoice_status import AGES, Status, age_of
from bookipi_app.services.lists import Selection
from bookipi_app.services.records import company_of
from bookipi_app.services.words import month_words

MOST_MONTHS = 24


@dataclass(frozen=True)
class DashboardFigures:
    """Amounts as words, with how many invoices each is made of."""

    outstanding: str
    outstanding_count: int
    overdue: str
    overdue_count: int
    oldest_overdue_days: int
    paid_this_month: str
    paid_count: int
    drafts: str
    drafts_count: int


@dataclass(frozen=True)
class MonthBar:
    """One month of the chart, in cents and words. `open_cents` is what is still owed of the month's invoices."""

    month: str
    label: str
    invoiced_cents: int
    paid_cents: int
    open_cents: int
    invoiced: str


def figures(session: Session, company_id: UUID, today: date) -> DashboardFigures:
    """The four figures of the dashboard on a day of the company."""
    money = company_of(session, company_id).currency
    owing, owing_count, _ = _owed(session, company_id)
    overdue, overdue_count, oldest = _owed(session, company_id, today)
    drafts, drafts_count = _drafts(session, company_id)
    paid, paid_count = _paid_since(session, company_id, today.replace(day=1))
    return DashboardFigures(
        outstanding=format_cents(owing, money),
        outstanding_count=owing_count,
        overdue=format_cents(overdue, money),
        overdue_count=overdue_count,
        oldest_overdue_days=(today - oldest).days if oldest else 0,
        paid_this_month=format_cents(paid, money),
        paid_count=paid_count,
        drafts=format_cents(drafts, money),
        drafts_count=drafts_count,
    )


def by_month(session: Session, company_id: UUID, today: date, months: int = 12) -> list[MonthBar]:
    """What was invoiced in each of the last months, by issue date, oldest first; empty months included."""
    money = company_of(session, company_id).currency
    starts = _month_starts(today, max(1, min(months, MOST_MONTHS)))
    cells, bars = cells_with(session, company_id, *OWED, Status.PAID), list[MonthBar]()
    for start in starts:
        invoiced, paid = _in_month(session, company_id, cells, start)
        bars.append(
            MonthBar(
                month=f"{start:%Y-%m}",
                label=month_words(start),
                invoiced_cents=invoiced,
                paid_cents=paid,
                open_cents=max(invoiced - paid, 0),
                invoiced=format_cents(invoiced, money),
            )
        )
    return bars


@dataclass(frozen=True)
class AgeBar:
    """What is owed of invoices of an age; `age` is the name of the list's filter for them."""

    age: str
    label: str
    cents: int
    amount: str
    count: int


def by_age(session: Session, company_id: UUID, today: date) -> list[AgeBar]:
    """What is owed, by how late it is; every age is there, also with nothing in it."""
    money = company_of(session, company_id).currency
    statement = select(
        col(Invoice.due_date), func.sum(col(Invoice.total_cents) - col(Invoice.paid_cents)), func.count()
    ).where(col(Invoice.company_id) == company_id, CELL.in_(cells_with(session, company_id, *OWED)))
    sums: dict[str, tuple[int, int]] = dict.fromkeys(AGES, (0, 0))
    for due, cents, number in session.exec(statement.group_by(col(Invoice.due_date))):
        age = age_of(due, today)
        sums[age] = sums[age][0] + int(cents), sums[age][1] + number
    return [
        AgeBar(age, AGES[age], cents, format_cents(cents, money), number)
        for age, (cents, number) in sums.items()
    ]


def _owed(session: Session, company_id: UUID, late_on: date | None = None) -> tuple[int, int, date | None]:
    """What is owed in cents, of how many invoices, and the oldest due date; of those late on a day if one is given."""
    cents = func.coalesce(func.sum(col(Invoice.total_cents) - col(Invoice.paid_cents)), 0)
    selected: Selection = Select(cents, func.count(), func.min(col(Invoice.due_date)))
    cells = cells_with(session, company_id, *OWED)
    found = selected.where(col(Invoice.company_id) == company_id, CELL.in_(cells))
    if late_on:
        found = found.where(col(Invoice.due_date) < late_on)
    owed, number, oldest = session.exec(found).one()
    return int(owed), number, oldest


def _drafts(session: Session, company_id: UUID) -> tuple[int, int]:
    cells = cells_with(session, company_id, Status.DRAFT)
    selected: Selection = Select(func.coalesce(func.sum(col(Invoice.total_cents)), 0), func.count())
    cents, number = session.exec(selected.where(col(Invoice.company_id) == company_id, CELL.in_(cells))).one()
    return int(cents), number


def _in_month(session: Session, company_id: UUID, cells: list[str], start: date) -> tuple[int, int]:
    """Invoiced and paid cents of the invoices issued in a month."""
    statement = select(
        func.coalesce(func.sum(col(Invoice.total_cents)), 0),
        func.coalesce(func.sum(col(Invoice.paid_cents)), 0),
    ).where(col(Invoice.company_id) == company_id, start.year * 100 + start.month == MONTH, CELL.in_(cells))
    invoiced, paid = session.exec(statement).one()
    return int(invoiced), int(paid)


def _paid_since(session: Session, company_id: UUID, start: date) -> tuple[int, int]:
    statement = (
        select(
            func.coalesce(func.sum(col(Payment.amount_cents)), 0),
            func.count(func.distinct(col(Payment.invoice_id))),
        )
        .join(Invoice, col(Invoice.id) == col(Payment.invoice_id))
        .where(
            col(Invoice.company_id) == company_id,
            col(Invoice.trashed_at).is_(None),
            col(Payment.paid_on) >= start,
            col(Payment.paid_on) < _next_month(start),
        )
    )
    cents, invoices = session.exec(statement).one()
    return int(cents), int(invoices)


def _month_starts(today: date, months: int) -> list[date]:
    start = today.replace(day=1)
    starts: list[date] = []
    for _ in range(months):
        starts.append(start)
        start = (start - timedelta(days=1)).replace(day=1)
    return starts[::-1]


def _next_month(start: date) -> date:
    return (start + timedelta(days=32)).replace(day=1)
