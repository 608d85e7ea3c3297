"""What a record's QuickBooks flag says: the only place that turns sync state into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import case
from sqlmodel import Session, col, select

from bookipi_app.clock import today_in
from bookipi_app.models import Connection, ConnectionStatus, Customer, Flag, Invoice, Item, Stage, SyncRecord
from bookipi_app.services.words import clock_words, day_words, moment_words

DRAFT, OLDER = "draft", "older than the connection"
SHORT = {OLDER: "older"}  # a list has room for one word
SHORT_OF_CAUSE = {
    "deductible_tax": "tax", "discounts_off": "discount", "renamed_discount": "discount", "not_a_discount": "discount",
    "shipping_off": "shipping", "default_item": "item", "currency": "currency", "foreign_line": "a line",
}  # fmt: skip


@dataclass(frozen=True)
class FlagView:
    """A flag in words. `flag` is empty where there is no connection and nothing to say.

    `word` stands in lists, `reason` says more in one phrase, `since` is when it began, `tip` is the whole sentence.
    """

    flag: str = ""
    word: str = ""
    reason: str = ""
    since: str = ""
    tip: str = ""
    short: str = ""  # the reason in one word, where a list has room for no more

    @property
    def offers_sync(self) -> bool:
        """Whether one may ask for it to be synced: nothing but its age keeps it here."""
        return self.flag == Flag.NOT_SYNCED and self.reason == OLDER

    @property
    def words(self) -> str:
        """What a list shows: the word, and a short reason where there is one: `Not synced · draft`."""
        if self.flag == Flag.NOT_SYNCED and self.reason:
            short = self.short or SHORT.get(self.reason, self.reason)
            return f"{self.word} · {short}" if len(short) <= 24 else self.word
        return f"{self.word} · {self.since}" if self.flag == Flag.FROZEN else self.word


def newest_connection(session: Session, company_id: UUID) -> Connection | None:
    """The connection that speaks for a company: the living one, else the one connected last."""
    frozen = case((col(Connection.status) == ConnectionStatus.FROZEN, 1), else_=0)
    return session.exec(
        select(Connection)
        .where(col(Connection.company_id) == company_id)
        .order_by(frozen, col(Connection.connected_at).desc(), col(Connection.id).desc())
        .limit(1)
    ).first()


def flag_of(
    sync_record: SyncRecord | None,
    connection: Connection | None,
    record: Customer | Item | Invoice,
    *,
    zone: str = "America/New_York",
    now: datetime | None = None,
) -> FlagView:
    """The flag of one record. `now` decides whether a year is named; it defaults to the real one."""
    now = now or datetime.now(UTC)
    if connection is None:
        return FlagView()
    if isinstance(record, Invoice) and record.stage is Stage.DRAFT:
        return _not_synced(DRAFT, "Not synced: a draft stays here until you continue or send it.")
    if connection.status is ConnectionStatus.FROZEN:
        return _frozen(sync_record, record, connection, zone, now)
    if sync_record is None or _only_marked(sync_record):
        begun = record.issued_at if isinstance(record, Invoice) else record.created_at
        if begun is None or begun < connection.first_connected_at:
            return _not_synced(OLDER, "Not synced: older than the connection. Sync this one.")
    if sync_record is None:
        return _syncing(_waits_for(connection, zone, now), record.updated_at, zone)
    if sync_record.flag is Flag.SYNCING:
        reason = _waits_for(connection, zone, now) or sync_record.reason
        return _syncing(reason, sync_record.flag_since, zone)
    return _living(sync_record, record, zone, now)


def _waits_for(connection: Connection, zone: str, now: datetime) -> str:
    """What everything on its way waits for, if it is the connection: a limit until 2:03 PM, or a person."""
    if connection.status is ConnectionStatus.RECONNECT:
        return "It waits until you reconnect QuickBooks."
    if connection.status is ConnectionStatus.REVIEW:
        return "It waits for your review."
    if connection.paused_until is None or connection.paused_until <= now or not connection.problem:
        return ""
    return f"{connection.problem} Next try at {clock_words(connection.paused_until, zone)}."


def _only_marked(record: SyncRecord) -> bool:
    """A save made it due, but nothing was ever decided or asked for."""
    return (
        record.flag is Flag.SYNCING
        and record.remote_id is None
        and not record.wanted
        and not record.base_version
    )


def _living(state: SyncRecord, record: Customer | Item | Invoice, zone: str, now: datetime) -> FlagView:
    since = moment_words(state.flag_since, zone, now)
    match state.flag:
        case Flag.SYNCED:
            equal = "Equal to the cent" if isinstance(record, Invoice) else "The same on both sides"
            return FlagView(Flag.SYNCED, "Synced", "", since, f"{equal}, {since}. Open in QuickBooks.")
        case Flag.SYNCING:
            return _syncing(state.reason, state.flag_since, zone)
        case Flag.DIFFERS:
            tip = f"Synced · totals differ. {state.reason}"
            return FlagView(Flag.DIFFERS, "Totals differ", state.reason, since, tip)
        case Flag.ATTENTION:
            tip = state.reason or "QuickBooks refused this. Open it to see why."
            return FlagView(Flag.ATTENTION, "Needs attention", state.reason, since, tip)
        case Flag.CONFLICT:
            tip = state.reason or "Edited here and in QuickBooks. Neither side changes until you choose."
            return FlagView(Flag.CONFLICT, "Conflict", state.reason, since, tip)
        case Flag.NOT_SYNCED:
            reason = state.reason.rstrip(".") or OLDER
            return _not_synced(reason, f"Not synced: {reason}.", SHORT_OF_CAUSE.get(state.cause, ""))
        case Flag.FROZEN:
            return _as_frozen(state, record, state.flag_since, zone, now)


def _syncing(reason: str, since: datetime, zone: str) -> FlagView:
    clock = clock_words(since, zone, seconds=True)
    tip = f"On its way since {clock}. {reason}".strip()
    return FlagView(Flag.SYNCING, "Syncing…", reason, clock, tip)


def _not_synced(reason: str, tip: str, short: str = "") -> FlagView:
    return FlagView(Flag.NOT_SYNCED, "Not synced", reason, "", tip, short)


def _frozen(
    state: SyncRecord | None,
    record: Customer | Item | Invoice,
    connection: Connection,
    zone: str,
    now: datetime,
) -> FlagView:
    if state is None or state.remote_id is None:
        return _not_synced("disconnected", "Not synced: QuickBooks is disconnected.")
    return _as_frozen(state, record, connection.frozen_at or state.flag_since, zone, now)


def _as_frozen(
    state: SyncRecord, record: Customer | Item | Invoice, since: datetime, zone: str, now: datetime
) -> FlagView:
    """How it was on that day, and whether it has been edited here since the two agreed."""
    day = day_words(today_in(zone, since), today_in(zone, now))
    if state.reason:
        tip = f"Frozen since {day}. When you disconnected: {state.reason}"
    elif 0 < state.base_version < record.version:
        tip = f"Frozen since {day}. It was edited here since; QuickBooks has it as it was before."
    else:
        tip = f"Frozen since {day}: as it was in both when you disconnected."
    return FlagView(Flag.FROZEN, "Frozen", "", day, tip)
