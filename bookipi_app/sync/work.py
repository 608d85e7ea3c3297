"""What a run carries with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from bookipi_app.clock import Clock
from bookipi_app.models import Connection
from bookipi_app.quickbooks.client import QuickBooks
from bookipi_app.quickbooks.wire import MOST_ITEMS
from bookipi_app.sync.carriers import Carry, at_once
from bookipi_app.sync.lease import Lease

FEW_TOGETHER = 10
Publish = Callable[[UUID, str, UUID | None], None]


@dataclass(frozen=True)
class Run:
    """One round's connection, as read at its start, with the means to work on it."""

    lease: Lease
    connection: Connection
    quickbooks: QuickBooks
    publish: Publish
    unanswered: bool = True  # whether writes were open, notices unread, and records due when it was read
    notices: bool = True
    due: bool = True
    carry: Carry = at_once
    # Who waits for a moment of this worker; outside of transactions.
    lets_in: Callable[[], None] = lambda: None
    gives_way: Callable[[], bool] = lambda: False  # whether another connection's turn has come
    small_steps: Callable[[], bool] = lambda: False  # whether others get in again and again
    guest: bool = False  # whether another connection's long run waits for the end of this one

    @property
    def together(self) -> int:
        """How many records share a transaction: SQLite has one writer, and between two of them others are let in."""
        return FEW_TOGETHER if self.small_steps() else MOST_ITEMS

    @property
    def clock(self) -> Clock:
        """The run's clock."""
        return self.lease.clock
