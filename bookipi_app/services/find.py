"""Finding a record by some of its words, whatever its kind: for the command palette."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from bookipi_app.models import Kind
from bookipi_app.services import customers, invoices, items
from bookipi_app.services.lists import ListQuery, searched

OF_EACH = 4


@dataclass(frozen=True)
class Found:
    """A record by name, what stands beside it, and its page. The amount is never cut, and so a part of its own."""

    kind: str
    title: str
    beside: str
    href: str
    amount: str = ""


def find(session: Session, company_id: UUID, text: object, *, now: datetime) -> list[Found]:
    """A few customers, invoices and items of a company that the text finds; nothing for no text."""
    if not searched(text):
        return []
    query = ListQuery(search=str(text), size=OF_EACH)
    found = [
        Found(Kind.CUSTOMER, one.name, one.email or one.place, f"/customers/{one.id}")
        for one in customers.pick(session, company_id, text, OF_EACH)
    ]
    found += [
        Found(Kind.INVOICE, one.number, one.customer, f"/invoices/{one.id}", one.amount)
        for one in invoices.page(session, company_id, query, now=now).rows
    ]
    return found + [
        Found(Kind.ITEM, one.name, "", f"/items/{one.id}", one.price_words)
        for one in items.pick(session, company_id, text, OF_EACH)
    ]
