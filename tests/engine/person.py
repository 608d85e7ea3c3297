"""A person at the pages: looks at what a record asks, and answers."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app.models import Flag, HistoryEntry, Invoice, Kind, SyncRecord
from bookipi_app.services import decision_views, decisions, invoices
from bookipi_app.services.decision_views import ConflictView, QuestionView
from tests.engine.world import WHO, World


def conflict(world: World, kind: Kind, local_id: UUID) -> ConflictView:
    """The conflict that a record is in."""
    with world.database.reading() as session:
        view = decision_views.conflict(
            session, world.company_id, _id(session, world, kind, local_id), now=world.now
        )
    assert view is not None
    return view


def question(world: World, kind: Kind, local_id: UUID) -> QuestionView:
    """What a record asks."""
    with world.database.reading() as session:
        view = decision_views.question(
            session, world.company_id, _id(session, world, kind, local_id), now=world.now
        )
    assert view is not None
    return view


def choose(world: World, kind: Kind, local_id: UUID, **choices: str) -> None:
    """Choose in the conflict that is shown; with `all_` the same for every unit."""
    view = conflict(world, kind, local_id)
    made = {unit.unit: choices["all_"] for unit in view.units} if "all_" in choices else choices
    with world.database.transaction() as session:
        decisions.choose(session, world.company_id, view.record_id, made, view.pair, now=world.now, who=WHO)


def trash(world: World, invoice_id: UUID) -> Invoice:
    """Move to trash."""
    with world.database.transaction() as session:
        return invoices.trash(session, world.company_id, invoice_id, now=world.now, who=WHO)


def restore(world: World, invoice_id: UUID) -> Invoice:
    """Undo, or restore later."""
    with world.database.transaction() as session:
        return invoices.restore(session, world.company_id, invoice_id, now=world.now, who=WHO)


def void(world: World, invoice_id: UUID) -> Invoice:
    """Make void."""
    with world.database.transaction() as session:
        return invoices.void(session, world.company_id, invoice_id, now=world.now, who=WHO)


def rename(world: World, kind: Kind, local_id: UUID, name: str) -> None:
    """Take the suggested name, or another."""
    with world.database.transaction() as session:
        record_id = _id(session, world, kind, local_id)
        decisions.rename(session, world.company_id, record_id, name, now=world.now, who=WHO)


def retry(world: World, kind: Kind, local_id: UUID) -> None:
    """Try one record again."""
    with world.database.transaction() as session:
        decisions.retry(session, world.company_id, _id(session, world, kind, local_id), now=world.now)


def retry_all(world: World) -> None:
    """Try everything again that was refused."""
    with world.database.transaction() as session:
        decisions.retry_all(session, world.company_id, now=world.now)


def answer_kept(world: World, kind: Kind, local_id: UUID, answer: str) -> None:
    """Say what becomes of one that could not end on both sides."""
    with world.database.transaction() as session:
        record_id = _id(session, world, kind, local_id)
        decisions.answer_kept(session, world.company_id, record_id, answer, now=world.now, who=WHO)


def story(world: World, local_id: UUID) -> list[HistoryEntry]:
    """A record's history, oldest first."""
    with world.database.reading() as session:
        found = select(HistoryEntry).where(col(HistoryEntry.local_id) == local_id)
        return list(session.exec(found.order_by(col(HistoryEntry.id))))


def flag(world: World, kind: Kind, local_id: UUID) -> Flag:
    """What the record's flag says."""
    return world.record(kind, local_id=local_id).flag


def settle(world: World) -> None:
    """Sync until quiet, then make sure that nothing more is written in ten rounds of the feed."""
    world.sync(8)
    with world.still():
        for _ in range(3):
            world.pass_time(seconds=61)
            world.sync(rounds=2)


def after_undo(world: World) -> None:
    """The half minute is over in which an end can be undone, and what follows has settled."""
    world.pass_time(seconds=31)
    settle(world)


def _id(session: Session, world: World, kind: Kind, local_id: UUID) -> str:
    return decisions.record_id_of(session, world.company_id, kind, local_id)


def due(world: World) -> list[SyncRecord]:
    """Records that the engine still has to look at."""
    with world.database.reading() as session:
        return list(session.exec(select(SyncRecord).where(col(SyncRecord.due_at).is_not(None))))
