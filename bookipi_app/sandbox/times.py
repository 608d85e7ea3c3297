"""Dates and times as QuickBooks prints them: with the Pacific offset of the moment.

The offset is computed from the rule in force since 2007 (second Sunday of March to first Sunday of
November), so that no time zone data need be installed.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from math import floor

_STANDARD = timezone(timedelta(hours=-8))
_DAYLIGHT = timezone(timedelta(hours=-7))
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}($|[T ])", re.ASCII)
_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:[T ](?P<time>\d\d:\d\d(?::\d\d)?)(?:\.(?P<fraction>\d+))?"
    r"(?P<offset>[Zz]|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)


def _nth_sunday(year: int, month: int, nth: int) -> datetime:
    first = datetime(year, month, 1, tzinfo=UTC)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1))


@lru_cache(maxsize=64)
def _daylight(year: int) -> tuple[datetime, datetime]:
    """When daylight saving time begins and ends."""
    return _nth_sunday(year, 3, 2) + timedelta(hours=10), _nth_sunday(year, 11, 1) + timedelta(hours=9)


@lru_cache(maxsize=256)
def _stamp(second: int) -> str:
    """A second since 1970 as Pacific time; many stamps of one request, and of its neighbours, fall into one."""
    return to_pacific(datetime.fromtimestamp(second, UTC)).isoformat(timespec="seconds")


def to_pacific(moment: datetime) -> datetime:
    """The moment in Pacific time."""
    utc = moment.astimezone(UTC)
    start, end = _daylight(utc.year)
    return utc.astimezone(_DAYLIGHT if start <= utc < end else _STANDARD)


def seconds_stamp(moment: datetime) -> str:
    """`2026-11-22T09:41:07-08:00`, the form used in MetaData."""
    return _stamp(floor(moment.timestamp()))


def milliseconds_stamp(moment: datetime) -> str:
    """`2026-11-22T09:41:07.123-08:00`, the form used in the envelope."""
    stamp = seconds_stamp(moment)
    return f"{stamp[:19]}.{moment.microsecond // 1000:03d}{stamp[19:]}"


def utc_stamp(moment: datetime) -> str:
    """UTC with nine fractional digits, as CloudEvents carry it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"


def pacific_day(moment: datetime) -> date:
    """The company's calendar day."""
    return date.fromisoformat(seconds_stamp(moment)[:10])


@lru_cache(maxsize=1024)
def parse_day(text: str) -> date | None:
    """A day given as `YYYY-MM-DD`, or nothing. A time after the day is tolerated and dropped."""
    if not _DAY.match(text):
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def parse_moment(text: str, naive: str = "pacific") -> datetime | None:
    """A day or date-time, answered in UTC. Without an offset it is in Pacific time, or in UTC if told so."""
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        return None
    offset = (found["offset"] or "").replace(":", "").upper()
    fraction = (found["fraction"] or "0")[:6]
    try:
        moment = datetime.fromisoformat(f"{found['day']}T{found['time'] or '00:00'}{offset}")
        moment = moment.replace(microsecond=int(fraction.ljust(6, "0")))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC) if naive == "utc" else _from_pacific(moment)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _from_pacific(naive: datetime) -> datetime:
    guess = naive.replace(tzinfo=_STANDARD)
    return naive.replace(tzinfo=to_pacific(guess).tzinfo)
