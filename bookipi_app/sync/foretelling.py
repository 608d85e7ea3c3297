"""`bookipi plan COMPANY`: what the engine would do now, record by record. It reads the database and writes nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from bookipi_app.clock import system_clock
from bookipi_app.db import Database, database
from bookipi_app.errors import NotFound
from bookipi_app.ids import parse_id
from bookipi_app.models import (
    Attempt,
    Company,
    Connection,
    ConnectionStatus,
    Customer,
    InboxEvent,
    Invoice,
    Item,
    Kind,
    SyncRecord,
    User,
)
from bookipi_app.models.conditions import IS_UNANSWERED
from bookipi_app.sync import review
from bookipi_app.text import fold

Say = Callable[[str], object]
TABLES: dict[Kind, type[Customer] | type[Item] | type[Invoice]] = {
    Kind.CUSTOMER: Customer, Kind.ITEM: Item, Kind.INVOICE: Invoice,
}  # fmt: skip


def tell(wanted: str, say: Say, books: Database | None = None, now: datetime | None = None) -> int:
    """Say for each record that is due what would be done; the exit code: 1 if there is no such company."""
    with (books or database()).reading() as session:
        found = _companies(session, wanted)
        if len(found) != 1:
            _ask_which(session, wanted, found, say)
            return 1
        [company] = found
        connection = session.exec(
            select(Connection).where(
                col(Connection.company_id) == company.id, col(Connection.status) != ConnectionStatus.FROZEN
            )
        ).one_or_none()
        if connection is None:
            say(f"{company.name} is not connected to QuickBooks.")
            return 0
        _tell(session, company, connection, say, now or system_clock())
    return 0


def _tell(session: Session, company: Company, connection: Connection, say: Say, now: datetime) -> None:
    say(f"{company.name} and {connection.quickbooks_name or connection.realm_id}: {connection.status.value}")
    if connection.status is ConnectionStatus.DISCONNECTING:
        say("  Access would be given back, and every record frozen as it is.")
        return
    held_up, first = _held_up(connection, now), _first(session, connection, now)
    for words in (*held_up, *first):
        say(f"  {words}")
    number = 0
    for record, words in review.every(session, connection, now):
        if words:
            number += 1
            say(f"  {record.kind.value:<9}{_name(session, record)}: {words}")
    if number:
        are = "1 record" if number == 1 else f"{number:,} records"
        say(f"{are} would be looked at. Nothing was done.")
    else:
        say("Nothing else to do." if first else "Nothing to do.")


def _held_up(connection: Connection, now: datetime) -> list[str]:
    """Why nothing at all is done now."""
    match connection.status:
        case ConnectionStatus.RECONNECT:
            return ["Access has ended: nothing is done until somebody reconnects. Then:"]
        case ConnectionStatus.REVIEW:
            return ["It is under review: nothing is done until somebody goes on. Then:"]
        case _ if connection.paused_until is not None and connection.paused_until > now:
            return [
                f"Paused until {connection.paused_until:%b %-d, %H:%M:%S} UTC. {connection.problem} Then:"
            ]
        case _:
            return []


def _first(session: Session, connection: Connection, now: datetime) -> list[str]:
    """What comes before any record: what was not answered, and what QuickBooks is asked."""
    open_ones = select(func.count()).where(col(Attempt.connection_id) == connection.id, IS_UNANSWERED)
    unread = select(func.count()).where(
        col(InboxEvent.realm_id) == connection.realm_id, col(InboxEvent.done_at).is_(None)
    )
    writes, notices = session.exec(open_ones).one(), session.exec(unread).one()
    found: list[str] = []
    if connection.cursor is None:
        found.append("Its lists would be read whole.")
    if writes:
        sent = (
            "1 write was sent and not answered: it"
            if writes == 1
            else f"{writes:,} writes were sent and not answered: they"
        )
        found.append(f"{sent} would be sent again.")
    if notices:
        found.append(f"{notices:,} {'notice' if notices == 1 else 'notices'} from QuickBooks would be read.")
    due = {"The change feed": connection.feed_due_at or now, "Its settings": connection.preflight_due_at,
           "Every linked record": connection.compare_due_at}  # fmt: skip
    verbs = {"Every linked record": "compared"}
    found += [
        f"{what} would be {verbs.get(what, 'read')}."
        for what, at in due.items()
        if at is not None and at <= now
    ]
    return found


def _ask_which(session: Session, wanted: str, found: Sequence[Company], say: Say) -> None:
    if not found:
        say(f"No company {wanted!r}.")
        return
    say(f"{len(found)} companies are called {wanted!r}. Say which one by its id:")
    for company in found:
        say(f"  {company.id} of {session.get_one(User, company.user_id).email}")


def _companies(session: Session, wanted: str) -> Sequence[Company]:
    """Those of an id or a name; of an owner the default one, which alone can be connected."""
    named: list[ColumnElement[bool]] = [
        col(Company.name) == wanted,
        col(Company.id).in_(select(User.default_company_id).where(col(User.email_key) == fold(wanted, 254))),
    ]
    with contextlib.suppress(NotFound):
        named.append(col(Company.id) == parse_id(wanted))
    return session.exec(select(Company).where(or_(*named)).order_by(col(Company.id))).all()


def _name(session: Session, record: SyncRecord) -> str:
    found = session.get(TABLES[record.kind], record.local_id) if record.local_id else None
    if found is None:
        return review.title(record) or f"QuickBooks {record.remote_id}"
    return found.number if isinstance(found, Invoice) else found.name
