"""The time, as an argument: whoever needs it takes a `Clock`, so that tests can move it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


def today_in(zone: str, now: datetime) -> date:
    """The calendar day of a company at a moment; an invoice's date is this day, never a time."""
    return now.astimezone(ZoneInfo(zone)).date()
