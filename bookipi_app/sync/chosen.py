"""What a person chose is carried out: the history keeps what lost, and an answer is used once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlmodel import Session

from bookipi_app.models import Answer, Connection, Decision, Question, Side
from bookipi_app.sync import actions, decided, story
from bookipi_app.sync.actions import Action, AdvanceAgreement, Cause, UpdateLocal
from bookipi_app.sync.conflicts import RECORD
from bookipi_app.sync.look import Look

KEPT = {Answer.OURS: "Kept ours over QuickBooks'", Answer.THEIRS: "Took QuickBooks' over ours"}
WHOLE = {Answer.OURS: "Kept what was done here", Answer.THEIRS: "Accepted what was done in QuickBooks"}


def tell(session: Session, connection: Connection, look: Look, action: Action) -> None:
    """If an action carries out a choice about a conflict: a line of history with both values."""
    conflict = look.state.conflict
    if conflict is None or (conflict.local_version, conflict.remote_token) != look.state.pair:
        return
    made = {one.unit: one for one in decided.of(session, look.record) if one.question is Question.CONFLICT}
    for unit in (look.record.detail or {}).get("units", ()):
        decision = made.get(unit["unit"])
        if decision is not None and _carries_out(action, unit, decision):
            _tell(session, connection, look, unit, decision)


def settle_answers(session: Session, look: Look, action: Action) -> None:
    """An answer to what is asked once is used up by the update that carries it out."""
    if isinstance(action, actions.UpdateLocal | actions.UpdateRemote):
        named = {"tax": Question.TAX, "number": Question.NUMBER}
        done = [question for name, question in named.items() if name in action.fields]
        if done and look.decisions:
            decided.used(session, look.record, *done)
    elif isinstance(action, actions.CreateRemote) and look.decisions:
        decided.used(session, look.record)


def _carries_out(action: Action, unit: dict[str, Any], decision: Decision) -> bool:
    match action:
        case actions.Quiet() | actions.RaiseConflict() | actions.Wait():
            return False
        case _ if unit["unit"] == RECORD:
            return True
        case AdvanceAgreement(cause=Cause.CHOSEN):
            return decision.answer is Answer.OURS and _touches(unit, action.remote_fields)
        case UpdateLocal(over_ours=True):
            return decision.answer is Answer.THEIRS and _touches(unit, action.fields)
        case _:
            return False


def _touches(unit: dict[str, Any], fields: Iterable[str]) -> bool:
    return bool(set(unit["fields"]) & set(fields))


def _tell(
    session: Session, connection: Connection, look: Look, unit: dict[str, Any], decision: Decision
) -> None:
    ours, theirs = unit["words"]["ours"], unit["words"]["theirs"]
    lost, won = (theirs, ours) if decision.answer is Answer.OURS else (ours, theirs)
    whole = unit["unit"] == RECORD
    words = WHOLE[decision.answer] if whole else f"{KEPT[decision.answer]}: {unit['label'].lower()}"
    detail = {"fields": {unit["label"]: [lost, won]}, "lost": {"ours": ours, "theirs": theirs}}
    story.tell(session, connection, look.record, Side.HERE, words, look.state.now, detail, who=decision.who)
    if whole:
        decided.used(session, look.record, Question.CONFLICT)
