"""Once a day: QuickBooks' settings, its terms and tax codes, and what it says of the company: how invoices travel."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col

from bookipi_app.models import Connection, Flag, SyncRecord
from bookipi_app.quickbooks import index, realm
from bookipi_app.quickbooks.wire import Purpose, as_object
from bookipi_app.sync.work import Run

DAY = timedelta(days=1)
SWITCHED_OFF = ("discounts_off", "shipping_off")


def step(run: Run) -> bool:
    """Read them again if a day has passed; True if it had."""
    connection, now = run.connection, run.clock()
    due_at = connection.preflight_due_at or (connection.preflight_at or connection.connected_at) + DAY
    if due_at > now:
        return False
    books = run.quickbooks.meant_for(Purpose.FLOOR)
    preferences, company = realm.kept(books.preferences()), realm.about(books.company_info())
    untold = index.untold_rows(books, taxes=_keeps_tax(preferences))
    changed = (preferences, company) != (connection.preferences, connection.company_info)
    with run.lease.transaction() as session:
        index.store(session, connection.id, untold)
        row = session.get_one(Connection, connection.id)
        row.preferences, row.company_info = preferences, company
        row.quickbooks_name = company["CompanyName"] or row.quickbooks_name
        row.preflight_at, row.preflight_due_at = now, now + DAY
        if changed:
            _look_again(session, connection.id, now)
    if changed:
        run.publish(connection.company_id, "connection", None)
    return True


def _look_again(session: Session, connection_id: UUID, now: datetime) -> None:
    """What could not be carried for a switch in QuickBooks is tried again: it may be on by now."""
    session.connection().execute(
        update(SyncRecord)
        .where(
            col(SyncRecord.connection_id) == connection_id,
            col(SyncRecord.flag).in_((Flag.NOT_SYNCED, Flag.ATTENTION)),
            col(SyncRecord.cause).in_(SWITCHED_OFF),
        )
        .values(due_at=now)
    )


def _keeps_tax(preferences: dict[str, Any]) -> bool:
    """Whether the company has tax codes of its own to read."""
    return as_object(preferences.get("TaxPrefs")).get("UsingSalesTax") is True
