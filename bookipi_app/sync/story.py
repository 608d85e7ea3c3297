"""What the engine writes into a record's history and on its flag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from bookipi_app.models import Connection, Flag, HistoryEntry, Kind, Side, SyncRecord

MOST_WORDS = 500
LABELS = {
    "name": "name", "company_name": "company", "given_name": "first name", "family_name": "last name",
    "email": "e-mail", "phone": "phone", "bill_address": "billing address", "ship_address": "shipping address",
    "bill_email": "e-mail", "notes": "note", "memo": "memo", "active": "archived state", "sku": "SKU",
    "description": "description", "price": "price", "taxable": "taxable", "customer": "customer", "number": "number",
    "issue_date": "issue date", "due_date": "due date", "terms": "terms", "lines": "lines", "discount": "discount",
    "shipping": "shipping", "tax": "tax",
}  # fmt: skip


def tell(
    session: Session,
    connection: Connection,
    record: SyncRecord,
    side: Side,
    words: str,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
    who: str = "",
) -> None:
    """Append a line to the record's history. `side` is where the change was made, `who` the person if it was one."""
    tell_about(session, connection, record.kind, record.local_id, side, words, now, detail, who)


def tell_about(
    session: Session,
    connection: Connection,
    kind: Kind,
    local_id: UUID | None,
    side: Side,
    words: str,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
    who: str = "",
) -> None:
    """The same of any record here, whether it travels or not."""
    session.add(
        HistoryEntry(
            company_id=connection.company_id,
            kind=kind,
            local_id=local_id,
            at=now,
            side=side,
            who=who or ("QuickBooks" if side is Side.QUICKBOOKS else "Bookipi"),
            words=words[:MOST_WORDS],
            detail=dict(detail) if detail else None,
        )
    )


def fly(
    record: SyncRecord,
    flag: Flag,
    now: datetime,
    reason: str = "",
    cause: str = "",
    detail: dict[str, Any] | None = None,
) -> bool:
    """Set the record's flag; True if what a person sees of it has changed."""
    words = reason[:MOST_WORDS]
    is_other = (record.flag, record.reason) != (flag, words)
    asks_otherwise = record.detail != detail  # the same question about other values: open pages show those
    if is_other:
        record.flag_since = now
    record.flag, record.reason, record.cause, record.detail = flag, words, cause, detail
    return is_other or asks_otherwise


def listed(kind: Kind, fields: Sequence[str]) -> str:
    """The fields by their names on the pages: `due date and terms`."""
    names = list(dict.fromkeys(LABELS.get(name, name.replace("_", " ")) for name in fields))
    if len(names) > 1:
        return f"{', '.join(names[:-1])} and {names[-1]}"
    return names[0] if names else str(kind)


def activity(snapshot: Mapping[str, Any]) -> str:
    """What became of a customer or item of which nothing else moved."""
    return "active again" if snapshot.get("active") else "inactive"


def took(since: datetime, now: datetime) -> int:
    """How long a change was on its way, in milliseconds."""
    return max(0, int((now - since) / timedelta(milliseconds=1)))
