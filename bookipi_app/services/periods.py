"""Stretches of days by their names, as a filter offers them."""

from __future__ import annotations

from datetime import date, timedelta

PERIODS = {
    "this-month": "This month",
    "last-month": "Last month",
    "this-quarter": "This quarter",
    "this-year": "This year",
    "last-year": "Last year",
}


def period(name: str, today: date) -> tuple[date, date] | None:
    """The first and the last day of a period, or None for a name that is none."""
    month, year = today.replace(day=1), today.replace(month=1, day=1)
    match name:
        case "this-month":
            return month, _end(month, 1)
        case "last-month":
            last = month - timedelta(days=1)
            return last.replace(day=1), last
        case "this-quarter":
            quarter = month.replace(month=month.month - (month.month - 1) % 3)
            return quarter, _end(quarter, 3)
        case "this-year":
            return year, year.replace(month=12, day=31)
        case "last-year":
            last = year - timedelta(days=1)
            return last.replace(month=1, day=1), last
        case _:
            return None


def _end(first: date, months: int) -> date:
    """The last day of so many months that begin with this day."""
    for _ in range(months):
        first = (first + timedelta(days=32)).replace(day=1)
    return first - timedelta(days=1)
