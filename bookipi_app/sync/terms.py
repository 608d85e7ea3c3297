"""Payment terms that invoices of QuickBooks name and the index does not know. The change feed tells of none."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, col, select

from bookipi_app.models import Connection, Reference
from bookipi_app.quickbooks.client import QuickBooks
from bookipi_app.quickbooks.faults import ReadOnly, Refused
from bookipi_app.quickbooks.wire import Entity, Json, as_object, as_text, is_number, ref
from bookipi_app.sync import references
from bookipi_app.sync.lease import Lease

TERM = Entity.TERM.lower()


def learn(lease: Lease, connection: Connection, quickbooks: QuickBooks, invoices: Iterable[Json]) -> None:
    """Read those that are unknown, in one call, before the invoices are taken in: they arrive with their terms."""
    named = {ref(as_object(invoice), "SalesTermRef") for invoice in invoices} - {""}
    if not named:
        return
    with lease.database.reading() as session:
        unknown = sorted(filter(is_number, named - _known(session, connection, named)))
    if not unknown:
        return
    found = _asked(quickbooks, unknown)
    missing = set(unknown) - {as_text(term.get("Id")) for term in found}
    nameless: list[Json] = [{"Id": one, "Active": False} for one in sorted(missing)]  # not asked for again
    with lease.transaction() as session:
        references.note(session, connection.id, Entity.TERM, *found, *nameless)


def _asked(quickbooks: QuickBooks, unknown: list[str]) -> list[Json]:
    try:
        return quickbooks.query_ids(Entity.TERM, unknown)
    except ReadOnly:
        raise
    except Refused:  # an invoice arrives without its terms rather than not at all
        return []


def _known(session: Session, connection: Connection, named: set[str]) -> set[str]:
    mine = (col(Reference.connection_id) == connection.id, col(Reference.entity) == TERM)
    return set(session.exec(select(Reference.remote_id).where(*mine, col(Reference.remote_id).in_(named))))
