"""Records and states that the planner's tests start from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from bookipi_app.models.record import Kind, LineKind, Rate, TaxMode
from bookipi_app.sync import agreement as agreements
from bookipi_app.sync import mapping
from bookipi_app.sync.carrying import MappingContext, TaxSetup, Term
from bookipi_app.sync.plan import Presence, RecordState
from bookipi_app.sync.records import Address, LocalCustomer, LocalInvoice, LocalItem, LocalLine, LocalRecord
from bookipi_app.sync.snapshot import Agreement, of_local, of_remote, sync_token
from bookipi_app.sync.sums import added_up
from tests.sync.pretend import Links, Numbered, PretendQuickBooks, Wire

ONE = 10_000_000
NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
HOME = Address(line1="1 Oak Street", city="Austin", region="TX", postal_code="78701", country="US")


def links() -> Links:
    known = Links()
    for number in range(1, 5):
        known.join("customer", f"cus{number}", f"90{number}")
        known.join("item", f"itm{number}", f"80{number}")
    return known


def context(**values: Any) -> MappingContext:
    plain: dict[str, Any] = {
        "references": links(),
        "new_id": Numbered("line"),
        "default_item_id": "1",
        "income_account_id": "79",
        "terms": (Term("3", "Net 30", 30),),
        "tax": TaxSetup(default_code="2"),
    }
    return MappingContext(**{**plain, **values})


def customer(**values: Any) -> LocalCustomer:
    plain: dict[str, Any] = {"id": "c", "name": "Ada Lane", "email": "ada@lane.test", "bill_address": HOME}
    return LocalCustomer(**{**plain, **values})


def item(**values: Any) -> LocalItem:
    return LocalItem(**{"id": "i", "name": "Mowing", "price": 45 * ONE, **values})


def line(number: int, **values: Any) -> LocalLine:
    plain: dict[str, Any] = {"id": f"l{number}", "item_id": "itm1", "description": f"Work {number}"}
    return LocalLine(**{**plain, "quantity": 2 * ONE, "price": number * 10 * ONE, **values})


def invoice(**values: Any) -> LocalInvoice:
    plain: dict[str, Any] = {
        "id": "inv",
        "customer_id": "cus1",
        "number": "INV-1001",
        "issue_date": date(2026, 11, 1),
        "due_date": date(2026, 12, 1),
        "terms_name": "Net 30",
        "bill_email": "ada@lane.test",
        "bill_address": HOME,
        "lines": (line(1), line(2), line(3)),
    }
    return added_up(LocalInvoice(**{**plain, **values}))


def changed(record: LocalInvoice, **values: Any) -> LocalInvoice:
    return added_up(replace(record, **values))


RICH = {
    "lines": (
        line(1, taxable=True, discount_kind=Rate.PERCENT, discount_value=10 * ONE),
        line(2, item_id="", price=3_333_333_3, quantity=3 * ONE, taxable=True),
        LocalLine(id="l3", kind=LineKind.TEXT, description="Thank you"),
        line(4, discount_kind=Rate.FIXED, discount_value=5 * ONE),
    ),
    "discount_kind": Rate.PERCENT,
    "discount_value": 5 * ONE,
    "shipping_cents": 1250,
    "shipping_taxable": True,
    "tax_mode": TaxMode.EXCLUSIVE,
    "tax_rate": 82_500_000,
}


class Pair:
    """One record on both sides, in agreement, and what may then happen to it."""

    def __init__(self, kind: Kind, local: LocalRecord, known: MappingContext | None = None) -> None:
        self.kind, self.local, self.context = kind, local, known or context()
        self.quickbooks = PretendQuickBooks()
        rendered = mapping.render_create(kind, local, self.context)
        self.id = self.quickbooks.create(rendered.body)["Id"]
        self.agreement: Agreement = agreements.after_create(
            kind, of_local(kind, local), rendered.line_ids, self.remote
        )

    @property
    def remote(self) -> Wire:
        return self.quickbooks.objects[self.id]

    def state(self, **values: Any) -> RecordState:
        there = self.quickbooks.objects.get(self.id)
        plain: dict[str, Any] = {
            "kind": self.kind,
            "now": NOW,
            "agreement": self.agreement,
            "local": of_local(self.kind, self.local),
            "local_state": Presence.LIVE,
            "local_version": 1,
            "expected": mapping.expected(self.kind, self.local, self.context),
            "remote": of_remote(self.kind, there) if there else None,
            "remote_state": Presence.LIVE if there else Presence.ENDED,
            "remote_token": sync_token(there) if there else -1,
        }
        return RecordState(**{**plain, **values})
