"""What was chosen at connecting and may be changed: the income account of new items, the item of lines without one.

Both are chosen from the realm's index, so that nothing is offered that QuickBooks does not have.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app import live
from bookipi_app.db import after_commit
from bookipi_app.errors import InvalidInput, NotAllowed
from bookipi_app.models import Connection, Reference
from bookipi_app.services import asked, sync_requests

MOST = 500
SOLD = ("Service", "NonInventory")


@dataclass(frozen=True)
class Offer:
    """One thing to choose."""

    id: str
    name: str


@dataclass(frozen=True)
class Choices:
    """What can be chosen and what is; nothing without a connection."""

    accounts: tuple[Offer, ...] = ()
    goods: tuple[Offer, ...] = ()
    account: str = ""
    item: str = ""


def choices(session: Session, company_id: UUID) -> Choices:
    """What the living connection offers."""
    try:
        connection = asked.connection(session, company_id)
    except NotAllowed:
        return Choices()
    return Choices(
        _accounts(session, connection),
        sold(session, connection),
        connection.income_account_id,
        connection.default_item_id,
    )


def choose(
    session: Session, company_id: UUID, *, account: str | None = None, item: str | None = None, now: datetime
) -> None:
    """Choose one or both; what was refused for want of them is tried again.

    Raises:
        InvalidInput: not one of those that are offered.
        NotAllowed: not connected.
    """
    connection = asked.connection(session, company_id)
    if account is not None:
        chosen = _one_of(_accounts(session, connection), account, "account")
        connection.income_account_id, connection.income_account_name = chosen.id, chosen.name
    if item is not None:
        chosen = _one_of(sold(session, connection), item, "item")
        connection.default_item_id, connection.default_item_name = chosen.id, chosen.name
    session.add(connection)
    session.flush()
    sync_requests.retry_all(session, company_id, now=now)
    after_commit(session, partial(live.publish, company_id, "connection"))


def _one_of(offers: tuple[Offer, ...], chosen: str, field: str) -> Offer:
    found = next((offer for offer in offers if offer.id == chosen), None)
    if found is None:
        raise InvalidInput({field: "Choose one of these."})
    return found


def _accounts(session: Session, connection: Connection) -> tuple[Offer, ...]:
    return _offers(session, connection, "account", ("Income",))


def sold(session: Session, connection: Connection) -> tuple[Offer, ...]:
    """QuickBooks' services and goods without a stock: what a line may be about."""
    return _offers(session, connection, "item", SOLD)


def _offers(
    session: Session, connection: Connection, entity: str, types: tuple[str, ...]
) -> tuple[Offer, ...]:
    found = session.exec(
        select(Reference)
        .where(
            col(Reference.connection_id) == connection.id,
            col(Reference.entity) == entity,
            col(Reference.active).is_(True),
        )
        .order_by(col(Reference.name_key))
        .limit(MOST)
    )
    return tuple(Offer(one.remote_id, one.name) for one in found if (one.fields or {}).get("type") in types)
