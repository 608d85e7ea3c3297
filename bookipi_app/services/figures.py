"""The dashboard's figures: what is owed, what came in, and what was invoiced month by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from bookipi_app.models import Invoice, Payment
from bookipi_app.money import format_cents
from bookipi_app.services import tallies
from bookipi_app.services.cells import cells_of, in_trash, shelf_of
from bookipi_app.services.invoice_filters import CELL, INVOICE, OWED, cells_with
from bookipi_app.services.invoice_status import AGES, Status, age_of
from bookipi_app.services.lists import Selection
from bookipi_app.services.records import company_of
from bookipi_app.services.tallies import OfCell
from bookipi_app.services.words import month_words

MOST_MONTHS = 24
ISSUED = {*OWED, Status.PAID.value}


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
    money, book = company_of(session, company_id).currency, tallies.book(session, company_id)
    owed = [one for one in book if not in_trash(one.cell) and shelf_of(one.cell) in OWED]
    owing, owing_count = sum(one.total - one.paid for one in owed), sum(one.number for one in owed)
    drafted = [one for one in book if not in_trash(one.cell) and shelf_of(one.cell) == Status.DRAFT]
    drafts, drafts_count = sum(one.total for one in drafted), sum(one.number for one in drafted)
    overdue, overdue_count, oldest = _overdue(session, company_id, today)
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
    kept, bars = (
        tallies.months(session, company_id, _number(starts[0]), _number(starts[-1])),
        list[MonthBar](),
    )
    for start in starts:
        invoiced, paid = _invoiced(kept.get(_number(start), []))
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
    ).where(*_owed(session, company_id), col(Invoice.due_date) >= date.min)  # by the index of due dates
    sums: dict[str, tuple[int, int]] = dict.fromkeys(AGES, (0, 0))
    for due, cents, number in session.exec(statement.group_by(col(Invoice.due_date))):
        age = age_of(due, today)
        sums[age] = sums[age][0] + int(cents), sums[age][1] + number
    return [
        AgeBar(age, AGES[age], cents, format_cents(cents, money), number)
        for age, (cents, number) in sums.items()
    ]


def _owed(session: Session, company_id: UUID) -> tuple[ColumnElement[bool], ...]:
    """The invoices of which something is owed."""
    return col(Invoice.company_id) == company_id, CELL.in_(cells_with(session, company_id, *OWED))


def _overdue(session: Session, company_id: UUID, today: date) -> tuple[int, int, date | None]:
    """What is overdue in cents, of how many invoices, and the oldest due date."""
    cents = func.coalesce(func.sum(col(Invoice.total_cents) - col(Invoice.paid_cents)), 0)
    selected: Selection = Select(cents, func.count(), func.min(col(Invoice.due_date)))
    found = selected.where(*_owed(session, company_id), col(Invoice.due_date) < today)
    owed, number, oldest = session.exec(found).one()
    return int(owed), number, oldest


def _number(start: date) -> int:
    """A month as the tally names it: 202611."""
    return start.year * 100 + start.month


def _invoiced(month: list[OfCell]) -> tuple[int, int]:
    """Invoiced and paid cents of what was issued in a month and counts."""
    issued = [one for one in month if not in_trash(one.cell) and shelf_of(one.cell) in ISSUED]
    return sum(one.total for one in issued), sum(one.paid for one in issued)


def _paid_since(session: Session, company_id: UUID, start: date) -> tuple[int, int]:
    """What was received in a month, and of how many invoices; the trash, which is small, is left out by its ids."""
    trashed = select(Invoice.id).where(
        col(Invoice.company_id) == company_id, CELL.in_(cells_of(session, INVOICE, company_id, in_trash))
    )
    statement = select(
        func.coalesce(func.sum(col(Payment.amount_cents)), 0),
        func.count(func.distinct(col(Payment.invoice_id))),
    ).where(
        col(Payment.company_id) == company_id,
        col(Payment.paid_on) >= start,
        col(Payment.paid_on) < _next_month(start),
        col(Payment.invoice_id).not_in(trashed),
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
