"""What the engine knows: connections, records with their agreement, decisions, attempts and their history.

A `SyncRecord` joins the three sides of one record: *local* is our row (`local_id`), *remote* is the last thing that
QuickBooks told us (`remote`, `remote_token`), and the *agreement* is what each side was when they last corresponded
(`base_local`, `base_remote`, `base_lines`). Everything hangs on the connection, so that a realm is the partition key
everywhere.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from bookipi_app.ids import new_id
from bookipi_app.models.base import Integer64, Row, enum_type, json_column
from bookipi_app.models.choices import DiscountMeaning, ShippingFallback, TaxSending
from bookipi_app.models.record import Kind, Side
from bookipi_app.models.states import (
    Answer,
    ConnectionStatus,
    EndVerdict,
    Flag,
    Operation,
    Outcome,
    Question,
    RemoteState,
)

# Conditions of partial indexes. A question uses one only if it says the same in the same words.
LIVE = "status <> 'frozen'"
TIMED = "status IN ('connected', 'review')"
PASSING = "status IN ('disconnecting', 'review')"
UNANSWERED = "outcome = 'open'"
LEASED = "lease_holder IS NOT NULL"
DUE = "due_at IS NOT NULL"
LIVE_DUE = "due_at IS NOT NULL AND (saved_at IS NOT NULL OR told_at IS NOT NULL)"  # a save or news waits
LINKED_DUE = "due_at IS NOT NULL AND base_local IS NOT NULL AND end_verdict IS NULL AND NOT ended"
CAUSED = "cause <> ''"
RESTORED = "restored_key <> ''"
AND = "\n"  # between the names in `restored_key`, which have no line breaks
TOLD_INVOICE = "kind = 'invoice' AND remote_state = 'live'"


def partial(name: str, *columns: str, only: str) -> Index:
    """An index of the rows alone for which a condition is true."""
    return Index(name, *columns, sqlite_where=text(only), postgresql_where=text(only))


class Connection(Row, table=True):
    """One company here joined to one QuickBooks company (realm). Kept for ever: links belong to the realm."""

    __tablename__ = "quickbooks_connection"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        UniqueConstraint("company_id", "realm_id"),
        Index("uq_connection_live_realm", "realm_id", unique=True,
              sqlite_where=text(LIVE), postgresql_where=text(LIVE)),
        Index("uq_connection_live_company", "company_id", unique=True,
              sqlite_where=text(LIVE), postgresql_where=text(LIVE)),
        Index("ix_connection_feed", "feed_due_at", sqlite_where=text(TIMED), postgresql_where=text(TIMED)),
        Index("ix_connection_preflight", "preflight_due_at",
              sqlite_where=text(TIMED), postgresql_where=text(TIMED)),
        Index("ix_connection_compare", "compare_due_at",
              sqlite_where=text(TIMED), postgresql_where=text(TIMED)),
        Index("ix_connection_passing", "status",
              sqlite_where=text(PASSING), postgresql_where=text(PASSING)),
        partial("ix_connection_lease", "lease_holder", only=LEASED),
    )  # fmt: skip

    id: UUID = Field(default_factory=new_id, primary_key=True)
    company_id: UUID = Field(foreign_key="company.id")
    realm_id: str = Field(max_length=32)
    status: ConnectionStatus = Field(sa_type=enum_type(ConnectionStatus))
    quickbooks_name: str = Field(default="", max_length=255)
    first_connected_at: datetime  # what is older does not travel by itself
    first_connected_there: datetime | None = Field(default=None)  # the same moment by QuickBooks' own clock
    connected_at: datetime
    frozen_at: datetime | None = Field(default=None)
    problem: str = Field(default="", max_length=500)  # one sentence, when status or pause needs it
    vanished: list[Any] | None = Field(
        default=None, sa_column=json_column()
    )  # why the guard stopped: by kind and side how many, of how many, and which

    # The grant. The pair is sealed with AES-256-GCM; company and realm are its associated data.
    tokens_sealed: str | None = Field(default=None, max_length=8000)
    access_expires_at: datetime | None = Field(default=None)
    refresh_expires_at: datetime | None = Field(default=None)  # if nobody used it until then
    grant_expires_at: datetime | None = Field(default=None)  # whatever is done; None = Intuit did not say
    refresh_claim: str | None = Field(
        default=None, max_length=32
    )  # who renews the pair now, as a random word
    refresh_claim_until: datetime | None = Field(default=None)

    # Chosen at connecting.
    income_account_id: str = Field(default="", max_length=32)
    income_account_name: str = Field(default="", max_length=255)
    default_item_id: str = Field(default="", max_length=32)  # QuickBooks' item for lines without one
    default_item_name: str = Field(default="", max_length=255)
    preferences: dict[str, Any] | None = Field(default=None, sa_column=json_column())

    # Decided by a person: how money travels that QuickBooks keeps in another way.
    tax_sending: TaxSending = Field(default=TaxSending.AS_BILLED, sa_type=enum_type(TaxSending))
    shipping_fallback: ShippingFallback = Field(
        default=ShippingFallback.ITEM, sa_type=enum_type(ShippingFallback)
    )
    shipping_item_id: str = Field(
        default="", max_length=32
    )  # empty: the one called Shipping, made if need be
    shipping_item_name: str = Field(default="", max_length=255)
    discount_meaning: DiscountMeaning = Field(
        default=DiscountMeaning.UNASKED, sa_type=enum_type(DiscountMeaning)
    )  # asked once, when `Company.discount_label` is not *Discount*

    # Read again once a day: QuickBooks' settings, and what it says of the company itself.
    company_info: dict[str, Any] | None = Field(default=None, sa_column=json_column())
    preflight_at: datetime | None = Field(default=None)
    preflight_due_at: datetime | None = Field(default=None)

    # Do the books agree? Asked for by setting `compare_due_at`; `comparing` is how far it is, `comparison` the result.
    compare_due_at: datetime | None = Field(default=None)
    comparing: dict[str, Any] | None = Field(default=None, sa_column=json_column())
    comparison: dict[str, Any] | None = Field(default=None, sa_column=json_column())

    # One e-mail for each ending of the grant: when its owner was told.
    told_lost_at: datetime | None = Field(default=None)
    told_expiry_at: datetime | None = Field(default=None)

    # Running. The counter says that there is something to do; the lease says who does it.
    wake: int = Field(default=0, sa_type=Integer64)
    lease_holder: str | None = Field(default=None, max_length=100)
    lease_until: datetime | None = Field(default=None)
    fence: int = Field(default=0, sa_type=Integer64)
    paused_until: datetime | None = Field(default=None)
    failures: int = Field(
        default=0, sa_type=Integer64
    )  # unanswered requests in a row; a pause with none is a limit

    # The change feed. The cursor is QuickBooks' own time minus the overlap; it moves after its batch.
    cursor: datetime | None = Field(default=None)
    feed_due_at: datetime | None = Field(default=None)
    heard_at: datetime | None = Field(default=None)  # the last answer from QuickBooks
    lag_out_ms: int | None = Field(default=None, sa_type=Integer64)
    lag_in_ms: int | None = Field(default=None, sa_type=Integer64)


SAID_TO_BE = (
    "said_to_be"  # SyncRecord.cause: a person said that this customer is `double_of`; the engine unites them
)
WAITS_FOR_REFERENCE = "waits_for_reference"  # SyncRecord.cause while another record has to go first
WAITS_FOR_PERSON = "waits_for_person"  # ... while a person is asked whether another one is this one


class SyncRecord(Row, table=True):
    """One record of one connection, on both sides."""

    __tablename__ = "sync_record"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        UniqueConstraint("connection_id", "kind", "local_id"),
        Index("uq_sync_record_remote", "connection_id", "kind", "remote_id", unique=True),
        partial("ix_sync_record_due", "connection_id", "due_at", only=DUE),
        partial("ix_sync_record_turn", "connection_id", "kind", "due_at", only=DUE),
        partial("ix_sync_record_live", "connection_id", "due_at", only=LIVE_DUE),
        partial("ix_sync_record_linked", "connection_id", "due_at", only=LINKED_DUE),
        partial("ix_sync_record_cause", "connection_id", "cause", only=CAUSED),
        partial("ix_sync_record_told", "connection_id", "remote_time", only=TOLD_INVOICE),
        partial("ix_sync_record_restored", "connection_id", "kind", "restored_key", only=RESTORED),
        Index("ix_sync_record_flag", "connection_id", "flag", "flag_since", "id"),
        Index("ix_sync_record_local", "kind", "local_id"),
    )  # fmt: skip

    id: UUID = Field(default_factory=new_id, primary_key=True)
    connection_id: UUID = Field(foreign_key="quickbooks_connection.id")
    kind: Kind = Field(sa_type=enum_type(Kind))
    local_id: UUID | None = Field(default=None)
    remote_id: str | None = Field(default=None, max_length=32)
    due_at: datetime | None = Field(default=None)  # look at this record then; None = quiet
    wanted: bool = Field(default=False)  # asked for, or needed by an invoice: travels whatever its age
    saved_at: datetime | None = Field(
        default=None
    )  # a person's save that waits for its answer: goes before bulk
    told_at: datetime | None = Field(default=None)  # when QuickBooks' news that waits here was made there
    trace: str = Field(
        default="", max_length=16
    )  # of the save or the news that it was last due for, for the logs
    compared_at: datetime | None = Field(default=None)  # last compared with what QuickBooks holds
    restored_key: str = Field(
        default="", max_length=500
    )  # never linked: its folded name, or number, when a backup was brought back, of several all that were; `sent_as`

    remote: dict[str, Any] | None = Field(default=None, sa_column=json_column())
    remote_token: int = Field(default=-1, sa_type=Integer64)  # SyncToken; never moves down
    remote_state: RemoteState = Field(default=RemoteState.UNKNOWN, sa_type=enum_type(RemoteState))
    remote_time: datetime | None = Field(default=None)  # MetaData.LastUpdatedTime, whole seconds

    base_local: dict[str, Any] | None = Field(default=None, sa_column=json_column())
    base_remote: dict[str, Any] | None = Field(default=None, sa_column=json_column())
    base_lines: list[Any] | None = Field(default=None, sa_column=json_column())
    base_version: int = Field(default=0, sa_type=Integer64)  # the local version rendered
    base_token: int = Field(default=-1, sa_type=Integer64)
    ended: bool = Field(default=False)
    generation: int = Field(default=0, sa_type=Integer64)

    flag: Flag = Field(default=Flag.SYNCING, sa_type=enum_type(Flag))
    reason: str = Field(default="", max_length=500)  # in words, for the tooltip and the record's page
    cause: str = Field(default="", max_length=60)  # for code: what the reason is about
    detail: dict[str, Any] | None = Field(
        default=None, sa_column=json_column()
    )  # both totals, both values, candidates
    flag_since: datetime
    tries: int = Field(default=0, sa_type=Integer64)

    left_as_is: bool = Field(default=False)  # a person saw that the totals differ, and leaves them so
    double_of: UUID | None = Field(default=None)  # the invoice or customer here that it may be
    alias_of: UUID | None = Field(default=None)  # what this customer or item was merged into in QuickBooks
    end_verdict: EndVerdict | None = Field(default=None, sa_type=enum_type(EndVerdict))

    @property
    def sent_as(self) -> tuple[str, ...]:
        """The names, or numbers, under which it may have been sent and nobody here remembers it."""
        return tuple(self.restored_key.split(AND)) if self.restored_key else ()


class Decision(Row, table=True):
    """What a person decided about a record: a service writes it, the engine carries it out and takes it away.

    It is good for the pair of versions that the question was asked for, and for no other.
    """

    __table_args__ = (UniqueConstraint("record_id", "question", "unit"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    record_id: UUID = Field(foreign_key="sync_record.id", ondelete="CASCADE")
    question: Question = Field(sa_type=enum_type(Question))
    unit: str = Field(default="", max_length=40)  # of a conflict: the field, the group of fields, or `record`
    answer: Answer = Field(sa_type=enum_type(Answer))
    value: str = Field(default="", max_length=40)  # QuickBooks' id of the chosen candidate
    local_version: int = Field(sa_type=Integer64)
    remote_token: int = Field(sa_type=Integer64)
    decided_at: datetime
    who: str = Field(default="", max_length=100)


class Attempt(Row, table=True):
    """A write, stored before it is sent and repeated byte for byte until its outcome is known."""

    __table_args__ = (
        Index("ix_attempt_open", "connection_id", "outcome", "created_at"),
        Index("ix_attempt_unanswered", "outcome", "connection_id",
              sqlite_where=text(UNANSWERED), postgresql_where=text(UNANSWERED)),
        Index("ix_attempt_record_id_created_at", "record_id", "created_at"),
        Index("ix_attempt_batch_id", "batch_id",
              sqlite_where=text("batch_id IS NOT NULL"), postgresql_where=text("batch_id IS NOT NULL")),
    )  # fmt: skip

    id: UUID = Field(default_factory=new_id, primary_key=True)
    connection_id: UUID = Field(foreign_key="quickbooks_connection.id")
    record_id: UUID = Field(foreign_key="sync_record.id")
    operation: Operation = Field(sa_type=enum_type(Operation))
    request_id: str = Field(max_length=32, unique=True)  # 32 random hex digits, never derived
    batch_id: UUID | None = Field(default=None)  # the `Batch` that it was sent as a part of
    batch_item: str = Field(default="", max_length=10)  # its bId there
    unsure: bool = Field(default=False)  # a repetition brought no answer: looked for before it is sent again
    body: str  # the exact JSON text sent
    local: dict[str, Any] | None = Field(
        default=None, sa_column=json_column()
    )  # the snapshot it was made from
    local_lines: list[Any] | None = Field(
        default=None, sa_column=json_column()
    )  # our line ids, in wire order
    fields: list[Any] | None = Field(default=None, sa_column=json_column())  # of an update: what it sends
    before: dict[str, Any] | None = Field(
        default=None, sa_column=json_column()
    )  # remote's snapshot at the time
    local_version: int = Field(sa_type=Integer64)
    generation: int = Field(sa_type=Integer64)
    created_at: datetime
    saved_at: datetime | None = Field(default=None)  # the save that it carries: what the lag is measured from
    trace: str = Field(default="", max_length=16)  # of what it carries, for the logs
    tries: int = Field(default=0, sa_type=Integer64)
    next_try_at: datetime | None = Field(default=None)
    outcome: Outcome = Field(default=Outcome.OPEN, sa_type=enum_type(Outcome))
    answered_at: datetime | None = Field(default=None)
    remote_time: datetime | None = Field(
        default=None
    )  # LastUpdatedTime of the reply: what an echo is known by
    echoes: int = Field(default=0, sa_type=Integer64)  # events of that second already accounted for
    tid: str = Field(default="", max_length=100)  # intuit_tid, for their support
    code: str = Field(default="", max_length=20)


class HistoryEntry(Row, table=True):
    """One line of a record's story. Append-only."""

    __tablename__ = "history_entry"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_history_entry_record", "kind", "local_id", "id"),
        Index("ix_history_entry_company_id_id", "company_id", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    company_id: UUID = Field(foreign_key="company.id")
    kind: Kind = Field(sa_type=enum_type(Kind))
    local_id: UUID | None = Field(default=None)
    at: datetime
    side: Side = Field(sa_type=enum_type(Side))
    who: str = Field(default="", max_length=100)
    words: str = Field(max_length=500)  # one sentence
    detail: dict[str, Any] | None = Field(
        default=None, sa_column=json_column()
    )  # fields old and new, code, tid


class OAuthState(Row, table=True):
    """A started connection: used once, by the session that started it, within ten minutes."""

    __tablename__ = "oauth_state"  # pyright: ignore[reportAssignmentType]

    state_hash: str = Field(primary_key=True, max_length=64)
    session_id: str = Field(max_length=64)
    company_id: UUID = Field(foreign_key="company.id")
    expires_at: datetime
