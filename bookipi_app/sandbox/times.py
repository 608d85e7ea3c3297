"""Dates and times as QuickBooks prints them: with the Pacific offset of the moment.

The offset is computed from the rule in force since 2007 (second Sunday of March to first Sunday of
November), so that no time zone data need be installed.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

_STANDARD = timezone(timedelta(hours=-8))
_DAYLIGHT = timezone(timedelta(hours=-7))
_COMPACT_OFFSET = re.compile(r"([+-]\d\d)(\d\d)$")
_FRACTION = re.compile(r"\.(\d+)")


def _nth_sunday(year: int, month: int, nth: int) -> datetime:
    first = datetime(year, month, 1, tzinfo=UTC)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1))


@lru_cache(maxsize=64)
def _daylight(year: int) -> tuple[datetime, datetime]:
    """When daylight saving time begins and ends."""
    return _nth_sunday(year, 3, 2) + timedelta(hours=10), _nth_sunday(year, 11, 1) + timedelta(hours=9)


def to_pacific(moment: datetime) -> datetime:
    """The moment in Pacific time."""
    utc = moment.astimezone(UTC)
    start, end = _daylight(utc.year)
    return utc.astimezone(_DAYLIGHT if start <= utc < end else _STANDARD)


def seconds_stamp(moment: datetime) -> str:
    """`2026-11-22T09:41:07-08:00`, the form used in MetaData."""
    return to_pacific(moment).isoformat(timespec="seconds")


def milliseconds_stamp(moment: datetime) -> str:
    """`2026-11-22T09:41:07.123-08:00`, the form used in the envelope."""
    return to_pacific(moment).isoformat(timespec="milliseconds")


def utc_stamp(moment: datetime) -> str:
    """UTC with nine fractional digits, as CloudEvents carry it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"


def pacific_day(moment: datetime) -> date:
    """The company's calendar day."""
    return to_pacific(moment).date()


def parse_day(text: str) -> date | None:
    """A day given as `YYYY-MM-DD`, or nothing. A time after the day is tolerated and dropped."""
    if not re.match(r"^\d{4}-\d{2}-\d{2}($|[T ])", text):
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def parse_moment(text: str) -> datetime | None:
    """A day or date-time; without an offset it is read as Pacific time."""
    cleaned = _FRACTION.sub(lambda found: "." + found[1][:6].ljust(6, "0"), text.strip())
    cleaned = _COMPACT_OFFSET.sub(r"\1:\2", cleaned) if "T" in cleaned else cleaned
    try:
        moment = datetime.fromisoformat(cleaned)
        return moment if moment.tzinfo else _from_pacific(moment)
    except (ValueError, OverflowError):
        return None


def _from_pacific(naive: datetime) -> datetime:
    guess = naive.replace(tzinfo=_STANDARD)
    return naive.replace(tzinfo=to_pacific(guess).tzinfo)
