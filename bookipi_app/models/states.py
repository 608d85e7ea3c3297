"""The states that the engine's tables know: of connections, records and attempts, and what a person is asked."""

from __future__ import annotations

from enum import StrEnum


class ConnectionStatus(StrEnum):
    """The state of a connection, the same on all four cards."""

    CONNECTED = "connected"
    REVIEW = "review"  # plans and shows, executes nothing until confirmed
    RECONNECT = "reconnect"  # the grant is gone; everything is kept
    DISCONNECTING = "disconnecting"  # a person asked; the engine revokes, then freezes
    FROZEN = "frozen"


class Flag(StrEnum):
    """What a record's flag says. *Not synced* is the absence of an agreement, with a reason."""

    SYNCED = "synced"
    SYNCING = "syncing"
    DIFFERS = "differs"
    ATTENTION = "attention"
    CONFLICT = "conflict"
    NOT_SYNCED = "not_synced"
    FROZEN = "frozen"


class RemoteState(StrEnum):
    """What the record is in QuickBooks."""

    UNKNOWN = "unknown"  # never read, never created
    LIVE = "live"
    VOID = "void"
    GONE = "gone"


class Operation(StrEnum):
    """What an attempt does to QuickBooks."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    VOID = "void"


class Outcome(StrEnum):
    """What became of an attempt. While it is open nothing else is sent for its record."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


class Question(StrEnum):
    """What a person was asked about a record."""

    CONFLICT = "conflict"  # which side's value, per unit
    TAX = "tax"  # QuickBooks worked the tax of a sent invoice out again
    NUMBER = "number"  # QuickBooks gave a sent invoice another number
    MATCH = "match"  # is it one of these candidates, or a new one


class Answer(StrEnum):
    """What the person said. *Link* names the candidate in `Decision.value`."""

    OURS = "ours"
    THEIRS = "theirs"
    LINK = "link"
    NEW = "new"


class EndVerdict(StrEnum):
    """What a person said about records that vanished in a crowd."""

    CONFIRMED = "confirmed"  # they may end on the other side too
    KEPT = "kept"  # gone in QuickBooks, they stay here
