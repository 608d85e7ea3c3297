"""What a person decided, as the engine reads it: only for the pair of versions that was asked about, and used once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import bindparam, delete
from sqlmodel import Session, col, select

from bookipi_app.models import Answer, Decision, Flag, Question, SyncRecord
from bookipi_app.sync.actions import Choice
from bookipi_app.sync.plan import OpenConflict

USED = delete(Decision).where(
    col(Decision.record_id) == bindparam("mine"),
    col(Decision.question).in_(bindparam("questions", expanding=True)),
)
CHOICES = {Answer.OURS: Choice.OURS, Answer.THEIRS: Choice.THEIRS}
OF = select(Decision).where(col(Decision.record_id).in_(bindparam("these", expanding=True)))
ASKED_ONCE = {Question.TAX: "tax", Question.NUMBER: "number"}


def of(session: Session, record: SyncRecord) -> Sequence[Decision]:
    """Everything decided about a record and not carried out yet."""
    return session.exec(OF, params={"these": [record.id]}).all()


def of_all(session: Session, record_ids: Sequence[UUID]) -> dict[UUID, list[Decision]]:
    """The same of many records, by record; those about which nothing was decided have none."""
    found: dict[UUID, list[Decision]] = {record_id: [] for record_id in record_ids}
    for one in session.exec(OF, params={"these": record_ids}) if found else ():
        found[one.record_id].append(one)
    return found


def conflict(record: SyncRecord, decisions: Sequence[Decision]) -> OpenConflict | None:
    """The conflict as it was raised, with the choices made for exactly that."""
    if record.flag != Flag.CONFLICT or not record.detail:
        return None
    raised = int(record.detail["local_version"]), int(record.detail["remote_token"])
    choices = {
        one.unit: CHOICES[one.answer]
        for one in decisions
        if one.question is Question.CONFLICT and (one.local_version, one.remote_token) == raised
    }
    return OpenConflict(*raised, choices)


def answers(decisions: Sequence[Decision], pair: tuple[int, int]) -> Mapping[str, Choice]:
    """Answers to what is asked once, for this pair of versions."""
    return {
        ASKED_ONCE[one.question]: CHOICES[one.answer]
        for one in decisions
        if one.question in ASKED_ONCE and (one.local_version, one.remote_token) == pair
    }


def candidate(decisions: Sequence[Decision]) -> Decision | None:
    """What a person said about a doubtful match: *link* or *new*."""
    return next((one for one in decisions if one.question is Question.MATCH), None)


def used(session: Session, record: SyncRecord, *questions: Question) -> None:
    """Take decisions away that were carried out, or that nobody asks about any more."""
    asked = {"mine": record.id, "questions": questions or tuple(Question)}
    session.connection().execute(USED, asked)
