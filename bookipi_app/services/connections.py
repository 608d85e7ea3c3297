"""Connecting a company to QuickBooks and ending it: who may, what is stored, what the pages say about it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bookipi_app import live, queue
from bookipi_app.db import after_commit
from bookipi_app.errors import NotAllowed
from bookipi_app.models import (
    Company,
    Connection,
    ConnectionStatus,
    Customer,
    Flag,
    Invoice,
    Item,
    Kind,
    OAuthState,
    Stage,
    SyncRecord,
    User,
)
from bookipi_app.models.conditions import IS_LIVE
from bookipi_app.services.auth import Who
from bookipi_app.services.connection_card import CardFact, CardState, CardView, card
from bookipi_app.services.connection_problems import PROBLEMS, Problem, Refusal, problem_of
from bookipi_app.services.words import counted

__all__ = [
    "PROBLEMS", "CardFact", "CardState", "CardView", "ConnectResult", "Grant", "Problem", "Refusal", "begin", "card",
    "check", "finish", "may_connect", "problem_of", "realm_in_use", "request_disconnect", "result", "take_state",
]  # fmt: skip

CONNECTED_AGAIN = "Connected again. See first what changed on both sides meanwhile."
REVIEW = "review"  # SyncRecord.cause of what waits for the person after a reconnection
STATE_LASTS = timedelta(minutes=10)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Grant:
    """What the callback learned, in plain values. The token pair is sealed already."""

    realm_id: str
    quickbooks_name: str
    tokens_sealed: str
    access_expires_at: datetime
    refresh_expires_at: datetime
    income_account_id: str
    income_account_name: str
    default_item_id: str
    default_item_name: str
    preferences: dict[str, Any]
    cursor: datetime | None
    grant_expires_at: datetime | None = None
    company_info: dict[str, Any] | None = None
    connected_there: datetime | None = None  # now, by QuickBooks' clock


@dataclass(frozen=True)
class ConnectResult:
    """The page after connecting: `sentences` in order, `choices` as (what for, what was chosen)."""

    quickbooks_name: str
    sentences: tuple[str, ...]
    choices: tuple[CardFact, ...]
    older_open: int


def may_connect(session: Session, who: Who) -> str | None:
    """The code of PROBLEMS that keeps this person's company from connecting, or None."""
    user, company = session.get_one(User, who.user_id), session.get_one(Company, who.company_id)
    if user.country != "US":
        return "country"
    if user.default_company_id != company.id or company.user_id != user.id:
        return "not-default"
    if company.country != "US" or company.currency != "USD":
        return "company-country"
    living = _living(session, company.id)
    return "disconnecting" if living and living.status is ConnectionStatus.DISCONNECTING else None


def begin(session: Session, who: Who, now: datetime) -> str:
    """A new state for Intuit's log-in: bound to this log-in session, good once, for ten minutes.

    Raises:
        Refusal: a rule keeps the company from connecting.
    """
    if code := may_connect(session, who):
        raise Refusal(code)
    session.connection().execute(delete(OAuthState).where(col(OAuthState.expires_at) <= now))
    state = secrets.token_urlsafe(32)
    row = OAuthState(
        state_hash=_hash(state),
        session_id=who.session_id,
        company_id=who.company_id,
        expires_at=now + STATE_LASTS,
    )
    session.add(row)
    return state


def take_state(session: Session, who: Who, state: str, now: datetime) -> None:
    """Use up a state. Another browser's state stays as it is.

    Raises:
        Refusal: unknown, used, expired, or begun by another session or company.
    """
    mine = (
        delete(OAuthState)
        .where(col(OAuthState.state_hash) == _hash(state), col(OAuthState.session_id) == who.session_id)
        .returning(col(OAuthState.company_id), col(OAuthState.expires_at))
    )
    found = session.connection().execute(mine).one_or_none()
    if found is None or found.expires_at <= now or found.company_id != who.company_id:
        raise Refusal("state")


def realm_in_use(session: Session, realm_id: str) -> bool:
    """True if the realm is connected, here or elsewhere."""
    return _of_realm(session, realm_id) is not None


def check(session: Session, who: Who, realm_id: str) -> None:
    """Whether a realm could be connected now; asked before its names are read, and again when it is stored.

    Raises:
        Refusal: a rule forbids it.
    """
    holder = _of_realm(session, realm_id)
    if holder and holder.company_id != who.company_id:
        raise Refusal("taken")
    if code := may_connect(session, who):
        raise Refusal(code)
    living = _living(session, who.company_id)
    if living and living.realm_id != realm_id:
        raise Refusal("second-realm")


def finish(session: Session, who: Who, grant: Grant, now: datetime) -> Connection:
    """Store a grant: a new connection, or the resumed one of the same company and realm with all its links.

    Raises:
        Refusal: a rule forbids it. Nothing is stored.
    """
    check(session, who, grant.realm_id)
    connection = _resumed(session, who.company_id, grant.realm_id, now) or Connection(
        company_id=who.company_id,
        realm_id=grant.realm_id,
        status=ConnectionStatus.CONNECTED,
        first_connected_at=now,
        first_connected_there=grant.connected_there,
        connected_at=now,
    )
    paused = _wants_review(session, connection)
    _keep(connection, grant, now)
    if paused:
        connection.status, connection.problem = ConnectionStatus.REVIEW, CONNECTED_AGAIN
    session.add(connection)
    try:
        session.flush()
    except IntegrityError:
        raise Refusal("taken") from None  # somebody else's callback was faster by a moment
    _announce(session, connection)
    return connection


def request_disconnect(session: Session, company_id: UUID, now: datetime) -> None:
    """Ask for the end of a connection: the engine revokes the grant and freezes what was synced.

    Raises:
        NotAllowed: there is none.
    """
    connection = _living(session, company_id)
    if connection is None:
        raise NotAllowed("QuickBooks is not connected.")
    if connection.status is ConnectionStatus.DISCONNECTING:
        return
    connection.status = ConnectionStatus.DISCONNECTING
    connection.paused_until, connection.problem = None, ""
    connection.wake += 1
    session.add(connection)
    session.flush()
    _announce(session, connection)


def result(session: Session, company_id: UUID) -> ConnectResult:
    """What happened at connecting, and what will.

    Raises:
        NotAllowed: the company is not connected.
    """
    connection = _living(session, company_id)
    if connection is None:
        raise NotAllowed("QuickBooks is not connected.")
    older = _older_open(session, connection)
    sentences = [
        "New invoices, customers and items sync from now, both ways. Payment status is never shared."
    ]
    if older:
        verb = "stays as it is" if older == 1 else "stay as they are"
        sentences.append(
            f"{counted(older, 'open invoice')} from before {verb} until you choose to bring them over."
        )
    if not connection.income_account_id:
        sentences.append(
            "QuickBooks has no income account, so new items cannot go there. Add one in QuickBooks."
        )
    if not connection.default_item_id:
        sentences.append("QuickBooks has no service item, so a line needs an item to go there.")
    choices = (
        CardFact("Income account for new items", connection.income_account_name or "None yet"),
        CardFact("Item for lines without one", connection.default_item_name or "None yet"),
        CardFact("Terms that QuickBooks does not know", "Only the due date goes over"),
    )
    return ConnectResult(connection.quickbooks_name, tuple(sentences), choices, older)


def _resumed(session: Session, company_id: UUID, realm_id: str, now: datetime) -> Connection | None:
    """The same company and realm as before: its links and its first moment are kept, frozen records are looked at."""
    connection = session.exec(
        select(Connection)
        .where(col(Connection.company_id) == company_id, col(Connection.realm_id) == realm_id)
        .with_for_update()
    ).one_or_none()
    if connection is None:
        return None
    frozen = (col(SyncRecord.connection_id) == connection.id) & (col(SyncRecord.flag) == Flag.FROZEN)
    session.connection().execute(
        update(SyncRecord)
        .where(frozen)
        .values(flag=Flag.SYNCING, flag_since=now, due_at=now, reason="", cause="")
    )
    _mark_what_was_made(session, connection, now)
    return connection


def _mark_what_was_made(session: Session, connection: Connection, now: datetime) -> None:
    """What was made here while nothing was connected travels too: the company counts from its first connection."""
    made: dict[Kind, SelectOfScalar[UUID]] = {
        Kind.CUSTOMER: select(Customer.id).where(col(Customer.created_at) >= connection.first_connected_at),
        Kind.ITEM: select(Item.id).where(col(Item.created_at) >= connection.first_connected_at),
        Kind.INVOICE: select(Invoice.id).where(
            col(Invoice.issued_at) >= connection.first_connected_at, col(Invoice.trashed_at).is_(None)
        ),
    }
    tables = {Kind.CUSTOMER: Customer, Kind.ITEM: Item, Kind.INVOICE: Invoice}
    for kind, statement in made.items():
        known = select(SyncRecord.local_id).where(
            col(SyncRecord.connection_id) == connection.id,
            col(SyncRecord.kind) == kind,
            col(SyncRecord.local_id).is_not(None),
        )
        table = tables[kind]
        unknown = statement.where(col(table.company_id) == connection.company_id, col(table.id).not_in(known))
        for local_id in session.exec(unknown).all():
            session.add(
                SyncRecord(
                    connection_id=connection.id, kind=kind, local_id=local_id, due_at=now, flag_since=now
                )
            )


def _wants_review(session: Session, connection: Connection) -> bool:
    """Links that were frozen, or a review that was not finished when the grant was lost."""
    frozen = connection.status is ConnectionStatus.FROZEN
    unseen = col(SyncRecord.remote_id).is_not(None) if frozen else col(SyncRecord.cause) == REVIEW
    found = select(SyncRecord.id).where(col(SyncRecord.connection_id) == connection.id, unseen)
    return session.exec(found.limit(1)).first() is not None


def _keep(connection: Connection, grant: Grant, now: datetime) -> None:
    connection.status = ConnectionStatus.CONNECTED
    connection.connected_at, connection.heard_at = now, now
    connection.frozen_at, connection.paused_until = None, None
    connection.problem, connection.failures = "", 0
    connection.quickbooks_name = grant.quickbooks_name
    connection.tokens_sealed = grant.tokens_sealed
    connection.access_expires_at = grant.access_expires_at
    connection.refresh_expires_at = grant.refresh_expires_at
    connection.grant_expires_at = grant.grant_expires_at
    connection.told_lost_at, connection.told_expiry_at = None, None
    connection.refresh_claim, connection.refresh_claim_until = None, None
    connection.preferences, connection.company_info = grant.preferences, grant.company_info
    connection.preflight_at, connection.preflight_due_at = now, now + DAY
    connection.compare_due_at = connection.compare_due_at or now + DAY
    if not connection.income_account_id:
        connection.income_account_id = grant.income_account_id
        connection.income_account_name = grant.income_account_name
    if not connection.default_item_id:
        connection.default_item_id = grant.default_item_id
        connection.default_item_name = grant.default_item_name
    # A resumed connection goes on from its own cursor: what changed meanwhile is still to be heard.
    connection.cursor = connection.cursor or grant.cursor
    connection.feed_due_at = now
    connection.wake += 1


def _announce(session: Session, connection: Connection) -> None:
    after_commit(session, partial(queue.wake, connection.id))
    after_commit(session, partial(live.publish, connection.company_id, "connection"))


def _living(session: Session, company_id: UUID) -> Connection | None:
    return session.exec(
        select(Connection).where(col(Connection.company_id) == company_id, IS_LIVE)
    ).one_or_none()


def _of_realm(session: Session, realm_id: str) -> Connection | None:
    return session.exec(select(Connection).where(col(Connection.realm_id) == realm_id, IS_LIVE)).one_or_none()


def _older_open(session: Session, connection: Connection) -> int:
    return session.exec(
        select(func.count()).where(
            col(Invoice.company_id) == connection.company_id,
            col(Invoice.stage) == Stage.ISSUED,
            col(Invoice.trashed_at).is_(None),
            col(Invoice.paid_cents) < col(Invoice.total_cents),
            col(Invoice.issued_at) < connection.first_connected_at,
        )
    ).one()


def _hash(state: str) -> str:
    return sha256(state.encode("utf-8", "replace")).hexdigest()
