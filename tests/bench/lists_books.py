"""Two accounts in one running app, alike but for their size: the invoices are written straight into its database."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import Session

from bookipi_app.db import Database
from bookipi_app.ids import new_id
from bookipi_app.models import Customer, Invoice, Stage
from bookipi_app.services import auth

PASSWORD = "a long enough secret"
AT_ONCE = 5_000
YEARS = timedelta(days=1500)
OPEN, LATE = 60, 30  # of the newest; in large books also every fortieth of the others
ONE_IN = 40
PER_CUSTOMER = 50


def fill(store: Database, email: str, count: int) -> UUID:
    """An account with so many invoices; the company's id. A page is full in every order and under every filter."""
    now, chance = datetime.now(UTC), random.Random(512)
    with store.transaction() as session:
        user = auth.sign_up(
            session, email=email, password=PASSWORD, name="Ada", country="US", company_name="Bench", now=now
        )
        assert user.default_company_id is not None
        company_id = user.default_company_id
        customers = _customers(session, company_id, max(20, count // PER_CUSTOMER), now)
        rows = [_invoice(company_id, customers, back, count, chance, now) for back in range(count)]
        for first in range(0, count, AT_ONCE):
            session.connection().execute(insert(Invoice), rows[first : first + AT_ONCE])
    return company_id


def _customers(session: Session, company_id: UUID, count: int, now: datetime) -> list[UUID]:
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "company_id": company_id,
            "name": f"Customer {number:05}",
            "name_key": f"customer {number:05}",
            "created_at": now,
            "updated_at": now,
        }
        for number in range(count)
    ]
    session.connection().execute(insert(Customer), rows)
    return [row["id"] for row in rows]


def _invoice(
    company_id: UUID, customers: list[UUID], back: int, count: int, chance: random.Random, now: datetime
) -> dict[str, Any]:
    """The invoice so many places behind the newest one."""
    issued = now.date() - YEARS * (back / count)
    owed = back < OPEN or back % ONE_IN == 0
    late = back < LATE or back % ONE_IN == 0
    number, cents = f"INV-{count - back + 1000}", chance.randrange(1_000, 1_000_000)
    return {
        "id": new_id(),
        "company_id": company_id,
        "customer_id": customers[back % len(customers)],
        "stage": Stage.ISSUED,
        "number": number,
        "number_key": number.casefold(),
        "issue_date": issued,
        "due_date": _due(issued, late, now.date()),
        "total_cents": cents,
        "paid_cents": 0 if owed else cents,
        "issued_at": now,
        "sent_at": now,
        "created_at": now,
        "updated_at": now,
    }


def _due(issued: date, late: bool, today: date) -> date:
    return min(issued, today - timedelta(days=1)) if late else max(issued, today) + timedelta(days=14)
