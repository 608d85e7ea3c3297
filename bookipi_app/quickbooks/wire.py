"""Names and shapes of QuickBooks' Accounting API v3, written once (facts: Intuit's API pages, minor version 75)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, cast

MINOR_VERSION = "75"
MOST_ROWS = 1000  # of a query page and of a change feed's whole answer
MOST_ITEMS = 30  # of one batch
MOST_IDS = 200  # of one `Id IN (...)`: the statement stays far below what a server takes
OLDEST_FEED = timedelta(days=29)  # QuickBooks refuses 30 days and more

Json = dict[str, Any]


class Entity(StrEnum):
    """The kinds of object that the app reads, by QuickBooks' name; the path and our index use them in lower case."""

    ACCOUNT = "Account"
    COMPANY = "CompanyInfo"
    CUSTOMER = "Customer"
    EMPLOYEE = "Employee"
    INVOICE = "Invoice"
    ITEM = "Item"
    PREFERENCES = "Preferences"
    TAX_CODE = "TaxCode"
    TAX_RATE = "TaxRate"
    TERM = "Term"
    VENDOR = "Vendor"


class Purpose(StrEnum):
    """What a read is for. Intuit meters reads; each purpose is counted apart and has its own limit."""

    EVENT = "event"  # an event, or a person, asks for it
    FLOOR = "floor"  # the change feed, the daily comparison, the pre-flight: whatever happens or does not
    RECOVERY = "recovery"  # what went wrong is put right
    START = "start"  # connecting: the company and the index of its names


NAME_LISTS = {Entity.ACCOUNT, Entity.CUSTOMER, Entity.EMPLOYEE, Entity.ITEM, Entity.TERM, Entity.VENDOR}
"""Lists whose objects are made inactive instead of deleted; a query leaves the inactive ones out unless told."""


@dataclass(frozen=True)
class Answer:
    """QuickBooks' answer to a write: the object as it is now, its trace id, and QuickBooks' own time."""

    object: Json
    tid: str
    time: datetime | None

    @property
    def deleted(self) -> bool:
        """True for the answer to a deletion, which carries nothing but the id."""
        return self.object.get("status") == "Deleted"


@dataclass(frozen=True)
class Tombstone:
    """A deleted transaction, as only the change feed tells it. It has no SyncToken."""

    entity: Entity
    id: str
    time: datetime | None


@dataclass(frozen=True)
class ChangeFeed:
    """What changed since a moment.

    `truncated` means that QuickBooks stopped at its limit: the rest must be found by queries. `time` is QuickBooks'
    clock at the answer; the next cursor is taken from it.
    """

    objects: Mapping[Entity, list[Json]]
    tombstones: list[Tombstone]
    time: datetime | None
    truncated: bool


_ID = re.compile(r"[!-~]{1,32}")  # most are numbers; a tax code's may be TAX
_TOKEN = re.compile(r"[0-9]{1,18}", re.ASCII)
_DELETED_SUFFIX = re.compile(r"\s\(deleted[^)]*\)(\s\d+)?$")
_FRACTION = re.compile(r"\.(\d+)")
_COMPACT_OFFSET = re.compile(r"([+-]\d\d)(\d\d)$")


def parse_time(text: object) -> datetime | None:
    """A date-time of QuickBooks in UTC, or None: up to nine fractional digits, offsets with or without a colon.

    One without an offset is not read: nobody says in which zone it is.
    """
    if not isinstance(text, str):
        return None
    cleaned = text.strip()  # what most times have not is not looked for: thousands come at once
    if "." in cleaned:
        cleaned = _FRACTION.sub(lambda found: "." + found[1][:6].ljust(6, "0"), cleaned)
    if not cleaned.endswith("Z"):
        cleaned = _COMPACT_OFFSET.sub(r"\1:\2", cleaned)
    try:
        moment = datetime.fromisoformat(cleaned)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def utc_text(moment: datetime) -> str:
    """A moment as QuickBooks reads it: whole seconds, with `Z`; the `+` of an offset becomes a space on the way."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def last_updated(obj: Json) -> datetime | None:
    """`MetaData.LastUpdatedTime`, whole seconds."""
    return parse_time(as_object(obj.get("MetaData")).get("LastUpdatedTime"))


def created(obj: Json) -> datetime | None:
    """`MetaData.CreateTime`, whole seconds."""
    return parse_time(as_object(obj.get("MetaData")).get("CreateTime"))


def is_readable(obj: Json) -> bool:
    """Whether an object can be told from others and from its own earlier states: by an Id, and by a SyncToken if it
    has one. Everything else that is odd in it is its own record's trouble."""
    token = obj.get("SyncToken")
    known = _ID.fullmatch(as_text(obj.get("Id"))) is not None
    return known and (token is None or _TOKEN.fullmatch(str(token)) is not None)


def is_number(remote_id: str) -> bool:
    """Whether it is an id as QuickBooks gives them to customers, items and invoices."""
    return remote_id.isdecimal() and _ID.fullmatch(remote_id) is not None


def as_object(value: object) -> Json:
    """The value if it is a JSON object, else an empty one: QuickBooks leaves out what has no value."""
    return cast(Json, value) if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    """The value if it is a JSON array, else an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def as_text(value: object) -> str:
    """The value if it is text, else an empty one."""
    return value if isinstance(value, str) else ""


def without_suffix(name: str) -> str:
    """The name of something inactive as it was before QuickBooks appended ` (deleted)`, and maybe a number, to it."""
    return _DELETED_SUFFIX.sub("", name)


def ref(obj: Json, name: str) -> str:
    """The id that a reference field such as `CustomerRef` points at, or an empty text."""
    return as_text(as_object(obj.get(name)).get("value"))
