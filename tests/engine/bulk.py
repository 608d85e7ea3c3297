"""Bulk: many older records that somebody asked to bring over, without going through a page for each."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, select

from bookipi_app.models import Batch, Customer, Flag, Kind, SyncRecord
from bookipi_app.text import fold
from tests.engine.world import World


def ask_for(world: World, count: int, name: str = "Client") -> list[UUID]:
    """So many customers from before the connection, all asked for at once."""
    before = world.now - timedelta(days=10)
    with world.database.transaction() as session:
        made = [_customer(world, f"{name} {number:04}", before) for number in range(count)]
        session.add_all(made)
        session.flush()
        session.add_all(_asked(world, one) for one in made)
    return [one.id for one in made]


def _customer(world: World, name: str, before: datetime) -> Customer:
    return Customer(
        company_id=world.company_id, name=name, name_key=fold(name, 500), created_at=before, updated_at=before
    )


def _asked(world: World, customer: Customer) -> SyncRecord:
    return SyncRecord(
        connection_id=world.connection_id,
        kind=Kind.CUSTOMER,
        local_id=customer.id,
        wanted=True,
        due_at=world.now,
        flag_since=world.now,
    )


def flags(world: World, ids: list[UUID]) -> set[Flag]:
    """The flags that these records show."""
    with world.database.reading() as session:
        return set(session.exec(select(col(SyncRecord.flag)).where(col(SyncRecord.local_id).in_(ids))))


def batches(world: World) -> list[tuple[str, str]]:
    """The batches that reached QuickBooks, as address and text."""
    seen = world.sandbox.world.requests
    return [(one.target, one.body) for one in seen if one.method == "POST" and "/batch" in one.target]


def stored_batches(world: World) -> list[Batch]:
    with world.database.reading() as session:
        return list(session.exec(select(Batch).order_by(col(Batch.created_at))))


def names_there(world: World, name: str = "Client") -> list[str]:
    """The names of these customers in QuickBooks, each as often as it is there."""
    return sorted(
        row["DisplayName"] for row in world.all("Customer") if row["DisplayName"].startswith(f"{name} ")
    )
