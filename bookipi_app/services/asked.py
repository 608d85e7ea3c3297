"""Questions that a person answers: the record they are about, and the versions that they were asked for."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bookipi_app.errors import NotAllowed, NotFound
from bookipi_app.ids import parse_id
from bookipi_app.models import (
    Answer,
    Connection,
    ConnectionStatus,
    Customer,
    Decision,
    Invoice,
    Item,
    Kind,
    Question,
    RemoteState,
    Side,
    SyncRecord,
)
from bookipi_app.models.base import LARGEST
from bookipi_app.services import history

TABLES: dict[Kind, type[Customer] | type[Item] | type[Invoice]] = {
    Kind.CUSTOMER: Customer, Kind.ITEM: Item, Kind.INVOICE: Invoice,
}  # fmt: skip


class StaleQuestion(NotAllowed):
    """One of the two sides has moved since the question was shown."""

    def __init__(self) -> None:
        super().__init__("This has changed meanwhile, here or in QuickBooks. Look at it again, then choose.")


def record_id_of(session: Session, company_id: UUID, kind: Kind, local_id: object) -> str:
    """The id under which a record is decided about; empty while QuickBooks has nothing to do with it."""
    found = session.exec(
        of_company(company_id).where(
            col(SyncRecord.kind) == kind, col(SyncRecord.local_id) == parse_id(local_id)
        )
    ).first()
    return str(found.id) if found else ""


def find(session: Session, company_id: UUID, record_id: object, *, lock: bool = False) -> SyncRecord:
    """A record of the company's living connection.

    Raises:
        NotFound: unknown, another company's, or of a connection that has ended.
    """
    statement = of_company(company_id).where(col(SyncRecord.id) == parse_id(record_id))
    record = session.exec(
        statement.with_for_update(of=SyncRecord) if lock else statement  # pyright: ignore[reportArgumentType]
    ).one_or_none()
    if record is None:
        raise NotFound
    return record


def pair_of(record: SyncRecord) -> str:
    """The pair that a record's question was asked for, as text; empty if it carries none."""
    asked = record.detail or {}
    return f"{asked['local_version']}:{asked['remote_token']}" if "local_version" in asked else ""


def current_pair(session: Session, record: SyncRecord) -> tuple[int, int]:
    """The versions of both sides now. A deletion in QuickBooks counts as its highest."""
    row = row_of(session, record)
    token = LARGEST if record.remote_state is RemoteState.GONE else record.remote_token
    return (row.version if row else 0), token


def asked(session: Session, company_id: UUID, record_id: object, pair: str, cause: str = "") -> SyncRecord:
    """The locked record, if it still asks what was shown.

    Raises:
        NotFound: unknown, or another company's.
        StaleQuestion: one of the sides has moved, or it asks something else.
    """
    record = find(session, company_id, record_id, lock=True)
    version, token = current_pair(session, record)
    if (
        pair != f"{version}:{token}"
        or pair_of(record) not in ("", pair)
        or record.cause != (cause or record.cause)
    ):
        raise StaleQuestion
    return record


def decide(
    session: Session,
    record: SyncRecord,
    question: Question,
    answer: Answer,
    *,
    now: datetime,
    who: str,
    unit: str = "",
    value: str = "",
) -> None:
    """One answer per question and unit: the last one given counts."""
    session.connection().execute(
        delete(Decision).where(
            col(Decision.record_id) == record.id,
            col(Decision.question) == question,
            col(Decision.unit) == unit,
        )
    )
    version, token = current_pair(session, record)
    decision = Decision(
        record_id=record.id, question=question, unit=unit, answer=answer, value=value,
        local_version=version, remote_token=token, decided_at=now, who=who[:100],
    )  # fmt: skip
    session.add(decision)
    session.flush()


def note(
    session: Session, company_id: UUID, record: SyncRecord, words: str, *, now: datetime, who: str
) -> None:
    """A line of the record's history, about what a person decided."""
    history.add(
        session, company_id, record.kind, record.local_id, at=now, side=Side.HERE, who=who, words=words
    )


def of_company(company_id: UUID) -> SelectOfScalar[SyncRecord]:
    """The records of a company's living connection."""
    return (
        select(SyncRecord)
        .join(Connection, col(Connection.id) == col(SyncRecord.connection_id))
        .where(col(Connection.company_id) == company_id, col(Connection.status) != ConnectionStatus.FROZEN)
    )


def connection(session: Session, company_id: UUID) -> Connection:
    """The company's living connection.

    Raises:
        NotAllowed: there is none.
    """
    found = session.exec(
        select(Connection).where(
            col(Connection.company_id) == company_id, col(Connection.status) != ConnectionStatus.FROZEN
        )
    ).one_or_none()
    if found is None:
        raise NotAllowed("QuickBooks is not connected.")
    return found


def row_of(session: Session, record: SyncRecord) -> Customer | Item | Invoice | None:
    """The record here, if it has arrived."""
    return session.get(TABLES[record.kind], record.local_id) if record.local_id else None
