"""A company with many linked records: one invoice and one customer that were carried, again and again, by SQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, event, text
from sqlmodel import Session

from bookipi_app.models import Attempt, Customer, HistoryEntry, Invoice, InvoiceLine, Reference, SyncRecord
from tests.engine.world import World

SERIES = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < :count) "
PER_CUSTOMER = 20
STEPS = 10  # of SQLite's own machine, that are counted as one


def grow(world: World, invoice: Invoice, count: int) -> None:
    """So many more invoices like this one, with their customers, lines, links, attempts, history and references."""
    buyer = invoice.customer_id
    assert buyer is not None
    people = count // PER_CUSTOMER + 1
    with world.database.transaction() as session:
        _like(
            session,
            Customer,
            "id",
            buyer,
            people,
            id=_id("c"),
            name="t.name || n.n",
            name_key="t.name_key || n.n",
        )
        _like(session, Invoice, "id", invoice.id, count, id=_id("a"), number="t.number || n.n",
              number_key="t.number_key || n.n", customer_id=f"printf('cc%030x', n.n / {PER_CUSTOMER} + 1)")  # fmt: skip
        _like(session, InvoiceLine, "invoice_id", invoice.id, count, id=_id("b"), invoice_id=_id("a"))
        for letter, local, number in (("a", invoice.id, count), ("c", buyer, people)):
            _like(
                session,
                HistoryEntry,
                "local_id",
                local,
                number,
                id="lower(hex(randomblob(16)))",
                local_id=_id(letter),
            )
            _like(session, SyncRecord, "local_id", local, number, id=_id(letter, "e"), local_id=_id(letter),
                  remote_id=f"'{letter}' || n.n")  # fmt: skip
            record = text("SELECT id FROM sync_record WHERE local_id = :local")
            record_id = session.connection().execute(record, {"local": local.hex}).scalar_one()
            _like(session, Attempt, "record_id", UUID(record_id), number, id="lower(hex(randomblob(16)))",
                  record_id=_id(letter, "e"), request_id="lower(hex(randomblob(16)))")  # fmt: skip
        theirs = {"entity": "invoice", "name": "t.name || n.n", "name_key": "t.name_key || n.n"}
        _like(session, Reference, "remote_id", _remote(session, invoice.id), count,
              remote_id="'a' || n.n", name=theirs["name"], name_key=theirs["name_key"])  # fmt: skip


def _id(letter: str, second: str = "") -> str:
    return f"printf('{letter}{second or letter}%030x', n.n)"


def _remote(session: Session, local_id: UUID) -> str:
    found = text("SELECT remote_id FROM sync_record WHERE local_id = :local")
    return session.connection().execute(found, {"local": local_id.hex}).scalar_one()


def _like(session: Session, model: Any, key: str, one: UUID | str, count: int, **columns: str) -> None:
    """As many rows as said like each that has this key, but for some columns, which SQL gives."""
    table = model.__table__
    names = [column.name for column in table.columns if column.computed is None]
    values = ", ".join(columns.get(name, f"t.{name}") for name in names)
    entity = " AND t.entity = 'invoice'" if model is Reference else ""
    first = f"(SELECT min(rowid) FROM {table.name} t WHERE t.{key} = :one{entity})"
    session.connection().execute(
        text(f"{SERIES} INSERT INTO {table.name} ({', '.join(names)}) SELECT {values} FROM n, {table.name} t"
             f" WHERE t.rowid = {first}"), {"count": count, "one": one.hex if isinstance(one, UUID) else one},
    )  # fmt: skip


class Work:
    """How many steps of its own machine SQLite has made: no clock, and the same on every machine."""

    def __init__(self) -> None:
        self.steps = 0

    def count(self) -> int:
        """Called by SQLite; 0 lets it go on."""
        self.steps += 1
        return 0


@contextmanager
def counted(engine: Engine) -> Iterator[Work]:
    """Count the work of all connections while the block runs."""
    work = Work()

    def watch(connection: Any, *_: object) -> None:
        connection.set_progress_handler(work.count, STEPS)

    engine.dispose()  # the connections of the block are its own
    event.listen(engine, "checkout", watch)
    yield work
    event.remove(engine, "checkout", watch)
    engine.dispose()
