"""Questions as their pages show them: frozen, in words, with the `pair` that an answer must carry.

`conflict` is a whole page of its own; `question` is what any other record asks, if it asks anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app.models import (
    Decision,
    Flag,
    HistoryEntry,
    Kind,
    Question,
    Reference,
    RemoteState,
    Side,
    SyncRecord,
)
from bookipi_app.money import cents_of_decimal, format_cents
from bookipi_app.services import asked
from bookipi_app.services.activity import Named, names_of
from bookipi_app.services.answer_options import (
    KEPT_HERE,
    KEPT_THERE,
    MENDED_HERE,
    RECALCULATED,
    OptionView,
    may_send_ours,
    only_tax,
    options_of,
    way_of,
)
from bookipi_app.services.invoice_numbers import next_number
from bookipi_app.services.records import company_of
from bookipi_app.services.words import moment_words
from bookipi_app.text import fold, with_suffix

QUICKBOOKS = "QuickBooks"
NAME_TAKEN, NUMBER_TAKEN = "6240", "6140"  # QuickBooks' codes
LONGEST_NAME = {Kind.CUSTOMER: 500, Kind.ITEM: 100}
NOBODY = Named()
ENGINE = "Bookipi"  # what the engine signs its lines of history with
PARTS = {
    "subtotal": "Subtotal",
    "discount": "Discount",
    "shipping": "Shipping",
    "tax": "Sales tax",
    "total": "Total",
}


@dataclass(frozen=True)
class UnitView:
    """One choice of a conflict: a field, or fields that belong together. Values may have several lines.

    `choice` is what was chosen already. `effect` says what *theirs* would do to the invoice's total.
    """

    unit: str
    label: str
    base: str
    ours: str
    theirs: str
    ours_label: str
    theirs_label: str
    ours_who: str
    ours_when: str
    theirs_who: str
    theirs_when: str
    effect: str
    choice: str


@dataclass(frozen=True)
class Heading:
    """Whose question it is, what it says, since when, and the `pair` of versions that it is asked for."""

    record_id: str
    kind: str
    title: str
    beside: str
    href: str
    words: str
    since: str
    pair: str


@dataclass(frozen=True)
class ConflictView(Heading):
    """A conflict. `whole` is one about the record's life: edited on one side, ended on the other."""

    whole: bool
    units: tuple[UnitView, ...]


@dataclass(frozen=True)
class CandidateView:
    """Something in QuickBooks that the record may be."""

    id: str
    title: str
    evidence: str


@dataclass(frozen=True)
class PartView:
    """A part of both totals."""

    label: str
    here: str
    there: str
    differs: bool


@dataclass(frozen=True)
class QuestionView(Heading):
    """What a record asks. `question` says which function of `decisions` takes the answer:

    tax, number → `answer_tax`, `answer_number` · match → `link_to`, `is_new` · name → `rename` · number_taken →
    `renumber`, or `link_to` one of the candidates · double → `answer_double` (`other` is the one that it may be)
    · kept → `answer_kept` · number_here → `renumber`, or `leave_number` (`other` has the number here)
    · totals → `leave_totals` · money → `settle_money`, and `way` leads to where it is changed · retry → `retry`
    · sync → `sync_this`
    """

    question: str
    options: tuple[OptionView, ...] = ()
    candidates: tuple[CandidateView, ...] = ()
    suggestion: str = ""
    other: Named = NOBODY
    parts: tuple[PartView, ...] = ()
    way: str = ""
    way_words: str = ""
    code: str = ""
    tid: str = ""


def conflict(session: Session, company_id: UUID, record_id: object, *, now: datetime) -> ConflictView | None:
    """The conflict of a record; None when there is none any more.

    Raises:
        NotFound: unknown, or another company's.
    """
    record = asked.find(session, company_id, record_id)
    if record.flag is not Flag.CONFLICT or not record.detail:
        return None
    zone, named = _zone_and_name(session, company_id, record)
    made = _choices(session, record)
    units = tuple(_unit(session, record, unit, made, zone, now) for unit in record.detail.get("units", ()))
    return ConflictView(
        str(record.id), record.kind.value, named.title, named.beside, named.href, record.reason,
        moment_words(record.flag_since, zone, now), asked.pair_of(record),
        any(unit.unit == "record" for unit in units), units,
    )  # fmt: skip


def question(session: Session, company_id: UUID, record_id: object, *, now: datetime) -> QuestionView | None:
    """What a record asks, a conflict apart; None when it asks nothing.

    Raises:
        NotFound: unknown, or another company's.
    """
    record = asked.find(session, company_id, record_id)
    name = _question_of(record)
    if not name:
        return None
    zone, named = _zone_and_name(session, company_id, record)
    detail = record.detail or {}
    version, token = asked.current_pair(session, record)
    way, way_words = way_of(name, record.cause, named.href)
    return QuestionView(
        record_id=str(record.id),
        question=name,
        kind=record.kind.value,
        title=named.title,
        beside=named.beside,
        href=named.href,
        words=record.reason,
        since=moment_words(record.flag_since, zone, now),
        pair=f"{version}:{token}",
        options=options_of(name, detail, cause=record.cause, may_send_ours=may_send_ours(session, record)),
        way=way,
        way_words=way_words,
        candidates=_candidates(session, name, record, named, detail),
        suggestion=_suggestion(session, company_id, name, record, named, detail),
        other=_other(session, company_id, record),
        parts=tuple(_part(one) for one in detail.get("parts", ())),
        code=detail.get("code", ""),
        tid=detail.get("tid", ""),
    )


def _question_of(record: SyncRecord) -> str:
    match record.flag:
        case Flag.ATTENTION:
            known = {"match": "match", "number": "number", "name_taken": "name", "possible_double": "double",
                     KEPT_THERE: "kept", KEPT_HERE: "kept", "same_number": "number_here", "void_there": ""}  # fmt: skip
            by_code = {NAME_TAKEN: "name", NUMBER_TAKEN: "number_taken"}
            if record.cause in MENDED_HERE:
                return "money"
            return known.get(record.cause, by_code.get((record.detail or {}).get("code", ""), "retry"))
        case Flag.DIFFERS if not record.left_as_is:
            return "tax" if record.cause == RECALCULATED or only_tax(record.detail or {}) else "totals"
        case Flag.NOT_SYNCED if record.cause in MENDED_HERE:
            return "money"
        case Flag.NOT_SYNCED if record.cause == "older":
            return "sync"
        case _:
            return ""


def _suggestion(
    session: Session, company_id: UUID, name: str, record: SyncRecord, named: Named, detail: Mapping[str, Any]
) -> str:
    """A free name, or a free number; where QuickBooks knows better than we do, it says so again."""
    match name:
        case "name":
            given = with_suffix(named.title, record.kind.value, LONGEST_NAME[record.kind])
            return detail.get("suggestion") or given
        case "number_taken" | "number_here":
            return next_number(session, company_id)
        case _:
            return ""


def _candidates(
    session: Session, name: str, record: SyncRecord, named: Named, detail: Mapping[str, Any]
) -> tuple[CandidateView, ...]:
    """What the engine found, or the invoices in QuickBooks that have our number."""
    if name != "number_taken":
        return tuple(CandidateView(**one) for one in detail.get("candidates", ()))
    held = session.exec(
        select(Reference).where(
            col(Reference.connection_id) == record.connection_id,
            col(Reference.entity) == record.kind.value,
            col(Reference.name_key) == fold(named.title, 600),
            col(Reference.remote_id) != (record.remote_id or ""),
        )
    )
    return tuple(CandidateView(one.remote_id, one.name, _evidence(session, one)) for one in held)


def _evidence(session: Session, invoice: Reference) -> str:
    known = invoice.fields or {}
    customer = session.get(Reference, (invoice.connection_id, "customer", known.get("customer", "")))
    total = format_cents(cents_of_decimal(Decimal(known["total"]))) if known.get("total") else ""
    return " · ".join(filter(None, [customer.name if customer else "", known.get("date", ""), total]))


def _other(session: Session, company_id: UUID, record: SyncRecord) -> Named:
    key = (record.kind, record.double_of)
    return names_of(session, company_id, [key]).get(key, NOBODY) if record.double_of else NOBODY


def _part(part: Mapping[str, Any]) -> PartView:
    here, there = int(part["here"]), int(part["there"])
    return PartView(PARTS[part["name"]], format_cents(here), format_cents(there), here != there)


def _choices(session: Session, record: SyncRecord) -> dict[str, str]:
    pair = asked.pair_of(record)
    found = session.exec(
        select(Decision).where(
            col(Decision.record_id) == record.id, col(Decision.question) == Question.CONFLICT
        )
    )
    return {one.unit: one.answer.value for one in found if f"{one.local_version}:{one.remote_token}" == pair}


def _unit(
    session: Session,
    record: SyncRecord,
    unit: Mapping[str, Any],
    made: Mapping[str, str],
    zone: str,
    now: datetime,
) -> UnitView:
    words: Mapping[str, str] = unit["words"]
    options: Mapping[str, str] = unit.get("options") or {}
    edit = _last_edit_here(session, record)
    gone = record.remote_state is RemoteState.GONE
    changed_there = record.flag_since if gone else record.remote_time
    return UnitView(
        unit=unit["unit"],
        label=unit["label"],
        base=words["base"],
        ours=words["ours"],
        theirs=words["theirs"],
        ours_label=options.get("ours", "Keep ours"),
        theirs_label=options.get("theirs", "Take QuickBooks’"),
        ours_who=edit.who if edit else "",
        ours_when=moment_words(edit.at, zone, now) if edit else "",
        theirs_who=QUICKBOOKS,
        theirs_when=moment_words(changed_there, zone, now) if changed_there else "",
        effect=_effect(unit.get("totals")),
        choice=made.get(unit["unit"], ""),
    )


def _effect(totals: list[int] | None) -> str:
    if not totals:
        return ""
    ours, theirs = totals
    if ours == theirs:
        return f"The total is {format_cents(ours)} either way."
    return f"The total is {format_cents(ours)} with ours, {format_cents(theirs)} with QuickBooks’."


def _last_edit_here(session: Session, record: SyncRecord) -> HistoryEntry | None:
    """The last thing that a person did to it here."""
    return session.exec(
        select(HistoryEntry)
        .where(
            col(HistoryEntry.kind) == record.kind,
            col(HistoryEntry.local_id) == record.local_id,
            col(HistoryEntry.side) == Side.HERE,
            col(HistoryEntry.who) != ENGINE,
            col(HistoryEntry.at) <= record.flag_since,
        )
        .order_by(col(HistoryEntry.id).desc())
        .limit(1)
    ).first()


def _zone_and_name(session: Session, company_id: UUID, record: SyncRecord) -> tuple[str, Named]:
    zone = company_of(session, company_id).time_zone
    key = (record.kind, record.local_id)
    return zone, names_of(session, company_id, [key]).get(key, Named())
