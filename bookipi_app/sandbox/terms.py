"""When an invoice is due by its terms."""

import calendar
from datetime import date, timedelta

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.jsontext import JsonObject, to_decimal


def due_day(term: JsonObject | None, issued: date, days_without_terms: int) -> date:
    """The day that the terms say, counted in days or as a day of the month; a year past 9999 is refused."""
    try:
        if term is None:
            return issued + timedelta(days=days_without_terms)
        if term.get("Type") == "DATE_DRIVEN":
            return _day_of_month(term, issued)
        return issued + timedelta(days=_count(term, "DueDays"))
    except (OverflowError, ValueError) as error:
        raise faults.invalid_date("DueDate", issued.isoformat()) from error


def _count(term: JsonObject, name: str) -> int:
    return int(to_decimal(term.get(name)))


def _day_of_month(term: JsonObject, issued: date) -> date:
    """The next such day; the one after it where the first is too near."""
    wanted = max(1, min(31, _count(term, "DayOfMonthDue")))
    due = _in_month(issued.year, issued.month, wanted)
    if due < issued or (due - issued).days < _count(term, "DueNextMonthDays"):
        due = _in_month(issued.year + issued.month // 12, issued.month % 12 + 1, wanted)
    return due


def _in_month(year: int, month: int, wanted: int) -> date:
    return date(year, month, min(wanted, calendar.monthrange(year, month)[1]))
