"""Payment terms: so many days after the date of a document, or a day of the month."""

from calendar import monthrange
from datetime import date, timedelta

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.company import Record
from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.lists import prepare_named
from bookipi_app.sandbox.work import Work

_HIGHEST = (("DueDays", 999), ("DiscountDays", 999), ("DayOfMonthDue", 31), ("DueNextMonthDays", 999))


def prepare_term(work: Work, body: JsonObject, old: Record | None) -> JsonObject:
    """The complete body of a term, or a refusal. Its type cannot be chosen: it follows from what is given."""
    by_day = body.get("DayOfMonthDue") is not None
    if body.get("DueDays") is None and not by_day:
        raise faults.missing("DueDays")
    for name, highest in _HIGHEST:
        if not 0 <= int(body.get(name) or 0) <= highest:
            raise faults.whole_out_of_range(name, str(body[name]))
    body["Type"] = "DATE_DRIVEN" if by_day else "STANDARD"
    return prepare_named(work, "Term", body, old)


def due_on(term: JsonObject, issued: date) -> date:
    """When a document of that day is due."""
    if term.get("Type") != "DATE_DRIVEN":
        return _later(issued, int(term.get("DueDays") or 0))
    day, notice = int(term["DayOfMonthDue"]), int(term.get("DueNextMonthDays") or 0)
    due = _on_day(issued, day)
    if due < _later(issued, notice):
        due = _on_day(_later(issued.replace(day=1), 31), day)
    return due


def _later(day: date, days: int) -> date:
    """So many days later, or the last day that a calendar has."""
    return day + timedelta(days=min(days, (date.max - day).days))


def _on_day(month: date, day: int) -> date:
    return month.replace(day=min(day, monthrange(month.year, month.month)[1]))
