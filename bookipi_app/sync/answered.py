"""Answered: the look at records whose writes were answered just now, in the transaction that recorded the answers.

Mostly nothing is left to do, and they come to rest at once. What needs more is left as it is, for its own turn.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from bookipi_app import trace
from bookipi_app.models import SAID_TO_BE, Connection, Kind, SyncRecord
from bookipi_app.sync import execute, look, rounds
from bookipi_app.sync.actions import Quiet
from bookipi_app.sync.canon import Unreadable
from bookipi_app.sync.conflicts import CHOOSES
from bookipi_app.sync.execute import Follow
from bookipi_app.sync.gathered import Gathered
from bookipi_app.sync.mapping import CannotCarry
from bookipi_app.sync.plan import plan
from bookipi_app.sync.work import Run


def come_to_rest(session: Session, run: Run, records: Sequence[SyncRecord]) -> list[Follow]:
    """Let those rest of which nothing is left to do; what follows after the commit."""
    connection = session.get_one(Connection, run.connection.id)
    known = Gathered(session, connection, run.clock())
    with session.no_autoflush:  # nothing of what is read here was changed by the answers
        known.fetch(records)
        if _moves_invoices_alone(session):
            known.fetch_named_there(records)
    quiet = [record for record in records if record.cause != SAID_TO_BE]
    follows: list[Follow] = []
    for record in quiet:
        with trace.scope():
            follows.append(_come_to_rest(run, known, record))
    return follows


def _moves_invoices_alone(session: Session) -> bool:
    """Whether no link that an invoice may name is among what waits to be written: those can be read before that."""
    moved = [one for one in (*session.new, *session.dirty) if isinstance(one, SyncRecord)]
    return all(one.kind is Kind.INVOICE for one in moved)


def _come_to_rest(run: Run, known: Gathered, record: SyncRecord) -> Follow:
    trace.follow(record.trace)
    try:
        seen = look.at(known, record)
        action = plan(seen.state)
    except (CannotCarry, Unreadable):
        return Follow()
    if not isinstance(action, Quiet) or action.why == CHOOSES:
        return Follow()
    follow = execute.carry_out(known.session, run, known.connection, seen, action)
    if not follow.alone:
        known.forget()
    rounds.rest(record)
    return follow
