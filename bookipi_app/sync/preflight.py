"""Once a day: QuickBooks' settings and what it says of the company, which decide how invoices are carried over."""

from __future__ import annotations

from datetime import timedelta

from bookipi_app.models import Connection
from bookipi_app.quickbooks import realm
from bookipi_app.quickbooks.wire import Purpose
from bookipi_app.sync.work import Run

DAY = timedelta(days=1)


def step(run: Run) -> bool:
    """Read both again if a day has passed; True if it had."""
    connection, now = run.connection, run.clock()
    due_at = connection.preflight_due_at or (connection.preflight_at or connection.connected_at) + DAY
    if due_at > now:
        return False
    books = run.quickbooks.meant_for(Purpose.FLOOR)
    preferences, company = realm.kept(books.preferences()), realm.about(books.company_info())
    changed = (preferences, company) != (connection.preferences, connection.company_info)
    with run.lease.transaction() as session:
        row = session.get_one(Connection, connection.id)
        row.preferences, row.company_info = preferences, company
        row.quickbooks_name = company["CompanyName"] or row.quickbooks_name
        row.preflight_at, row.preflight_due_at = now, now + DAY
    if changed:
        run.publish(connection.company_id, "connection", None)
    return True
