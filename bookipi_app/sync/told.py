"""Lines of a record's history of which nothing else is seen: what was sent, and what changed nothing here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from bookipi_app import exactjson
from bookipi_app.models import Attempt, Connection, Kind, Operation, Side
from bookipi_app.sync import fields, moved, story, value_words
from bookipi_app.sync.actions import AdvanceAgreement, Cause
from bookipi_app.sync.asking import Names
from bookipi_app.sync.fields import Form, Owner
from bookipi_app.sync.look import Look
from bookipi_app.sync.snapshot import Snapshot
from bookipi_app.sync.value_words import NameOf

MOST_VALUE, MOST_LINES = 300, 2000


def sent(session: Session, connection: Connection, kind: Kind, attempt: Attempt) -> dict[str, Any]:
    """The fields that a write carries, as they were here when it was made; an end carries none."""
    ours, name_of = attempt.local or {}, Names(session, connection).of(Side.HERE)
    match attempt.operation:
        case Operation.CREATE:
            wanted = [name for name in fields.names(kind, Owner.SHARED) if name != "active"]
            found = _all(kind, wanted, ours, name_of)
            return {"sent": {name: words for name, words in found.items() if words}}
        case Operation.UPDATE:
            return {"sent": _all(kind, attempt.fields or (), ours, name_of) | _temporary_name(kind, attempt)}
        case _:
            return {}


def carried_over(session: Session, connection: Connection, kind: Kind, values: Snapshot) -> dict[str, Any]:
    """Values of ours that became another record's."""
    found = _all(kind, tuple(values), values, Names(session, connection).of(Side.HERE))
    return {"fields": {name: ["", words] for name, words in found.items()}}


def without_a_change(session: Session, connection: Connection, look: Look, action: AdvanceAgreement) -> None:
    """What happened in QuickBooks and changed nothing here. A choice that is carried out is told by `chosen`."""
    before, values = look.agreement, None
    assert before is not None
    match action.cause:
        case Cause.SAME_RESULT:
            same = moved.there(look.state, action.remote_fields)
            words = f"Changed there in the same way: {story.listed(look.kind, same)}"
        case Cause.VOID_ON_BOTH:
            words = "Void there too"
        case Cause.TAX_RECALCULATED:
            words = "QuickBooks worked out the tax anew. It is unchanged here"
            name_of, theirs = Names(session, connection).of(Side.QUICKBOOKS), look.state.remote or {}
            values = {"fields": moved.values(look.kind, ("tax",), before.remote, theirs, name_of)}
        case _:
            return
    story.tell(session, connection, look.record, Side.QUICKBOOKS, words, look.state.now, values)


def _all(kind: Kind, wanted: Sequence[str], values: Snapshot, name_of: NameOf) -> dict[str, str]:
    return {name: _said(kind, name, values, name_of) for name in wanted}


def _said(kind: Kind, name: str, values: Snapshot, name_of: NameOf) -> str:
    """A field in words, cut to what a history can show; an empty one is an empty text."""
    words = value_words.words(kind, Side.HERE, name, values.get(name), name_of)
    most = MOST_LINES if fields.field(kind, name).form is Form.LINES else MOST_VALUE
    return "" if words == value_words.EMPTY else words[:most]


def _temporary_name(kind: Kind, attempt: Attempt) -> dict[str, str]:
    """While two names are swapped one bears another for a moment, which is no field that was agreed on."""
    if kind is Kind.INVOICE or "name" in (attempt.fields or ()):
        return {}
    name = exactjson.loads(attempt.body).get(fields.field(kind, "name").wire)
    return {"name": name} if name and name != (attempt.local or {}).get("name") else {}
