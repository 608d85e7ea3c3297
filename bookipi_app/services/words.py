"""Days and moments as people read them, in the company's time zone."""

from __future__ import annotations

from calendar import month_name
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_words(day: date, today: date) -> str:
    """`Nov 24`, or `Nov 24, 2025` when the year differs from today's."""
    words = f"{_MONTHS[day.month - 1]} {day.day}"
    return words if day.year == today.year else f"{words}, {day.year}"


def long_day(day: date) -> str:
    """`Nov 24, 2026`, for what is printed."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def spoken_day(day: date) -> str:
    """`December 18, 2026`, where one day stands alone in a sentence."""
    return f"{month_name[day.month]} {day.day}, {day.year}"


def month_words(day: date) -> str:
    """`Nov`, for the chart's axis."""
    return _MONTHS[day.month - 1]


def clock_words(moment: datetime, zone: str, *, seconds: bool = False) -> str:
    """`9:41 AM`, with seconds where one asks since when."""
    local = moment.astimezone(ZoneInfo(zone))
    middle = f":{local.second:02d}" if seconds else ""
    return f"{local.hour % 12 or 12}:{local.minute:02d}{middle} {'AM' if local.hour < 12 else 'PM'}"


def moment_words(moment: datetime, zone: str, now: datetime) -> str:
    """`Nov 24, 9:41 AM`; the year only when it differs."""
    here = ZoneInfo(zone)
    day = day_words(moment.astimezone(here).date(), now.astimezone(here).date())
    return f"{day}, {clock_words(moment, zone)}"


def ago_words(moment: datetime, zone: str, now: datetime) -> str:
    """`12 s ago`, `5 min ago`, then the clock on the same day, then the day."""
    passed = max(now - moment, timedelta())
    if passed < timedelta(minutes=1):
        return f"{int(passed.total_seconds())} s ago"
    if passed < timedelta(hours=1):
        return f"{int(passed.total_seconds()) // 60} min ago"
    here = ZoneInfo(zone)
    if moment.astimezone(here).date() == now.astimezone(here).date():
        return clock_words(moment, zone)
    return day_words(moment.astimezone(here).date(), now.astimezone(here).date())


def took_words(milliseconds: object) -> str:
    """`2.1 s`, `5 min`, `3 h`, `2 days`; empty for what was not measured."""
    if not isinstance(milliseconds, int):
        return ""
    seconds = milliseconds / 1000
    if seconds < 60:
        return f"{seconds:.1f} s"
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    hours = int(seconds // 3600)
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 invoice`, `14 invoices`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def initials(name: str) -> str:
    """Two letters for the small square beside a name."""
    words = [word for word in name.replace("&", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"
