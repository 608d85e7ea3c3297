"""Twins: is what we are not sure to have created in QuickBooks already?

Asked before a creation is sent again whose first sending may have taken effect and whose repetition brings no answer.
What was sent is compared with what was made there since: a name is unique, an invoice is known by its customer and its
lines.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from bookipi_app import exactjson
from bookipi_app.models import Attempt, Kind, SyncRecord
from bookipi_app.quickbooks.faults import Refused
from bookipi_app.quickbooks.wire import Answer, Json, Purpose, as_list, as_object, as_text, ref, utc_text
from bookipi_app.sync import canon, outcomes, remote
from bookipi_app.sync.work import Run
from bookipi_app.text import fold

OUR_CLOCK = timedelta(minutes=20)  # how far ours may be off QuickBooks'
SEVERAL = (
    "QuickBooks has more than one record that this could be. Choose which, or remove the ones too many there."
)


def found(run: Run, attempt: Attempt) -> bool:
    """True if the creation's outcome is known now: its one twin was adopted, or several wait for a person."""
    alike = _alike(run, attempt)
    if not alike:
        return False
    if len(alike) == 1:
        outcomes.done(run, attempt.id, Answer(alike[0], "", None))
    else:
        outcomes.refused(run, attempt.id, Refused("several", SEVERAL))
    return True


def _alike(run: Run, attempt: Attempt) -> list[Json]:
    with run.lease.database.reading() as session:
        kind = session.get_one(SyncRecord, attempt.record_id).kind
    since = utc_text(attempt.created_at - OUR_CLOCK)
    books, mark = run.quickbooks.meant_for(Purpose.RECOVERY), _mark(kind, exactjson.loads(attempt.body))
    pages = books.all(remote.ENTITIES[kind], f"MetaData.CreateTime >= '{since}'")
    made = {obj["Id"]: obj for page in pages for obj in page if _mark(kind, obj) == mark}
    with run.lease.database.reading() as session:
        linked = select(SyncRecord.remote_id).where(
            SyncRecord.connection_id == run.connection.id,
            SyncRecord.kind == kind,
            col(SyncRecord.remote_id).in_(made),
            col(SyncRecord.local_id).is_not(None),
        )
        taken = set(session.exec(linked))
    return [obj for remote_id, obj in made.items() if remote_id not in taken]


def _mark(kind: Kind, obj: Json) -> tuple[Any, ...]:
    """What an object is known by, as we send it and as QuickBooks gives it back."""
    match kind:
        case Kind.CUSTOMER:
            return (fold(as_text(obj.get("DisplayName"))),)
        case Kind.ITEM:
            return (fold(as_text(obj.get("Name"))),)
        case Kind.INVOICE:
            lines = map(as_object, as_list(obj.get("Line")))
            sold = [line for line in lines if line.get("DetailType") == "SalesItemLineDetail"]
            return ref(obj, "CustomerRef"), *(
                (canon.number(line.get("Amount")), _said(line)) for line in sold
            )


def _said(line: Json) -> str:
    return canon.lines_of_text(line.get("Description"))
