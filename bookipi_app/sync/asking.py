"""What a person is asked about a record, as it is stored on it: values in words, candidates, the pair it is asked for.

The pages show it as it is, so that they need no rule of the engine; an answer comes back as a `Decision` for exactly
this pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from bookipi_app.ids import parse_id
from bookipi_app.models import Connection, Customer, Item, Kind, Reference, Side
from bookipi_app.money import format_cents
from bookipi_app.sync import actions, match, moved, remote
from bookipi_app.sync.actions import Cause, FieldConflict, NeedsAttention
from bookipi_app.sync.conflicts import RECORD
from bookipi_app.sync.look import Look
from bookipi_app.sync.plan import Presence
from bookipi_app.sync.snapshot import Snapshot, changed
from bookipi_app.sync.value_words import NameOf, label, unit_words


def about_conflict(
    session: Session, connection: Connection, look: Look, action: actions.RaiseConflict
) -> dict[str, Any]:
    """A conflict, unit by unit: base, ours and theirs, as values and in words."""
    names = Names(session, connection)
    units = [
        _record(look, names) if one.unit == RECORD else _unit(look, one, names) for one in action.conflicts
    ]
    return {**pair(look), "units": units}


def pair(look: Look) -> dict[str, Any]:
    """The versions that a question is asked for; an answer for any others is stale."""
    version, token = look.state.pair
    return {"local_version": version, "remote_token": token}


def about_attention(
    session: Session, connection: Connection, look: Look, action: NeedsAttention
) -> dict[str, Any]:
    """What a person needs to see to act: candidates with their evidence, a free name, both numbers."""
    asked = pair(look)
    match action.cause:
        case Cause.MATCH:
            return {**asked, "candidates": candidates(session, connection, look.kind, action.detail)}
        case Cause.NAME_TAKEN:
            holder = look.state.name_clash.holder if look.state.name_clash else ""
            return {**asked, "suggestion": next(iter(action.detail), ""), "holder": holder}
        case Cause.NUMBER:
            theirs = (look.state.remote or {}).get("number", "")
            return {**asked, "ours": (look.state.local or {}).get("number", ""), "theirs": theirs}
        case _:
            return asked


def _unit(look: Look, conflict: FieldConflict, names: Names) -> dict[str, Any]:
    sides = {"base": (Side.HERE, conflict.base), "ours": (Side.HERE, conflict.local),
             "theirs": (Side.QUICKBOOKS, conflict.remote)}  # fmt: skip
    edited = moved.on_either_side(look.state, conflict.fields)
    alone = edited[0] if len(edited) == 1 else ""
    said = {
        key: unit_words(look.kind, side, {**values, **_totals_of(look, key)}, edited, names.of(side))
        for key, (side, values) in sides.items()
    }
    if None in conflict.base.values():
        said["base"] = ""  # linked, or chosen about before: the two sides never said the same
    totals = [_total(look.state.local), _total(look.state.remote)] if "lines" in conflict.fields else None
    return {"unit": conflict.unit, "label": label(alone or conflict.unit), "fields": list(conflict.fields),
            "base": conflict.base, "local": conflict.local, "remote": conflict.remote, "words": said,
            "totals": totals}  # fmt: skip


def _totals_of(look: Look, key: str) -> Snapshot:
    """The sums that belong to a side's values, or to those that both had before."""
    agreed = look.agreement.local if look.agreement else {}
    side = {"base": agreed, "ours": look.state.local, "theirs": look.state.remote}[key]
    return {"totals": (side or {}).get("totals")}


def _record(look: Look, names: Names) -> dict[str, Any]:
    """A record that ended on one side and was edited on the other: what each side did, as one choice."""
    state, agreement = look.state, look.agreement
    assert agreement is not None
    ours = _deed(look, Side.HERE, state.local_state, agreement.local, state.local, names)
    theirs = _deed(look, Side.QUICKBOOKS, state.remote_state, agreement.remote, state.remote, names)
    return {"unit": RECORD, "label": f"This {look.kind.value}", "fields": [], "base": {}, "local": state.local,
            "remote": state.remote, "words": {"base": "", "ours": ours, "theirs": theirs},
            "options": _options(look), "totals": None}  # fmt: skip


def _options(look: Look) -> dict[str, str]:
    """What each choice about a whole record means; the planner's rows say the same."""
    invoice, state = look.kind is Kind.INVOICE, look.state
    if state.local_state is not Presence.LIVE:
        end = "Void it" if state.local_state is Presence.VOID else "Delete it"
        return {"ours": f"{end} in QuickBooks too", "theirs": "Keep theirs: it comes back here"}
    if state.remote_state is Presence.VOID:
        return {
            "ours": "Keep mine as a new draft; this one becomes void here too",
            "theirs": "Void it here too",
        }
    accept = "Move it to the trash here too" if invoice else "Archive it here too"
    return {"ours": "Keep mine: it is created in QuickBooks again", "theirs": accept}


def _deed(
    look: Look, side: Side, presence: Presence, base: Snapshot, now: Snapshot | None, names: Names
) -> str:
    match presence:
        case Presence.LIVE if now is not None:
            edited = changed(look.kind, side, base, now)
            said = (
                f"{label(name)}: {unit_words(look.kind, side, now, (name,), names.of(side))}"
                for name in edited
            )
            return "\n".join(["Edited", *said])
        case Presence.VOID:
            return "Void"
        case _:
            if side is Side.HERE:
                return "In the trash"
            return "Deleted" if look.kind is Kind.INVOICE else "Gone"


def _total(snapshot: Snapshot | None) -> int:
    totals: dict[str, int] = (snapshot or {}).get("totals") or {}
    return totals.get("total", 0)


def candidates(
    session: Session, connection: Connection, kind: Kind, remote_ids: Sequence[str]
) -> list[dict[str, str]]:
    """What in QuickBooks a record may be, with the evidence: id, title, and what else is known of each."""
    found = [_candidate(session, connection, kind, remote_id) for remote_id in remote_ids]
    return [one for one in found if one]


def _candidate(session: Session, connection: Connection, kind: Kind, remote_id: str) -> dict[str, str] | None:
    row = session.get(Reference, (connection.id, kind.value, remote_id))
    if row is None:
        return None
    known = row.fields or {}
    customer = session.get(Reference, (connection.id, Kind.CUSTOMER.value, known.get("customer", "")))
    evidence = [
        customer.name if customer else "",
        known.get("email", ""),
        f"SKU {known['sku']}" if known.get("sku") else "",
        known.get("date", ""),
        format_cents(match.cents_of(known["total"]) or 0) if known.get("total") else "",
        "" if row.active else "inactive",
    ]
    return {"id": remote_id, "title": row.name, "evidence": " · ".join(filter(None, evidence))}


class Names:
    """Names of what values refer to, on either side; for a person who reads two values of a field."""

    def __init__(self, session: Session, connection: Connection) -> None:
        self._session, self._connection = session, connection

    def of(self, side: Side) -> NameOf:
        """What `value_words` asks for names."""
        return self._here if side is Side.HERE else self._there

    def _here(self, what: str, local_id: str) -> str:
        table = Customer if what == Kind.CUSTOMER else Item
        wanted: UUID = parse_id(local_id)
        found = self._session.exec(select(table).where(table.id == wanted)).first()
        return found.name if found else ""

    def _there(self, what: str, remote_id: str) -> str:
        if (
            what == Kind.ITEM
            and remote_id == self._connection.default_item_id
            and not self._is_here(remote_id)
        ):
            return ""  # ours for lines without an item
        entity = "term" if what == "terms" else what
        row = self._session.get(Reference, (self._connection.id, entity, remote_id))
        return row.name if row else remote_id

    def _is_here(self, remote_id: str) -> bool:
        known = remote.find(self._session, self._connection.id, Kind.ITEM, remote_id)
        return known is not None and known.local_id is not None
