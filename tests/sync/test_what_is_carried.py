"""The published table, held against the field table and the database: no field is forgotten, none is made up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bookipi_app.models import Customer, Invoice, InvoiceLine, Item, Kind
from bookipi_app.sync import fields
from bookipi_app.sync.fields import Owner

PAGE = Path(__file__).parents[2] / "docs" / "what-is-carried.md"
TABLES: dict[str, tuple[Any, Kind | None]] = {
    "Invoices": (Invoice, Kind.INVOICE),
    "Lines of an invoice": (InvoiceLine, None),
    "Customers": (Customer, Kind.CUSTOMER),
    "Items": (Item, Kind.ITEM),
}
CARRIED = {
    Owner.SHARED: "both ways",
    Owner.OURS: "not at all",
    Owner.THEIRS: "from QuickBooks",
}
# Where a field of the sync has another name than its columns: `bill_address` is six of them.
COLUMNS = {
    "customer": ("customer_id",),
    "terms": ("terms_name",),
    "lines": (),
    "discount": ("discount_kind", "discount_value"),
    "shipping": ("shipping_cents", "shipping_taxable"),
    "tax": ("tax_mode", "tax_rate"),
    "bill_address": tuple(f"bill_{part}" for part in fields.ADDRESS_LIMITS),
    "ship_address": tuple(f"ship_{part}" for part in fields.ADDRESS_LIMITS),
}


@dataclass(frozen=True)
class Row:
    """A line of the page."""

    field: str
    carried: str
    wire: tuple[str, ...]
    why: str
    columns: tuple[str, ...]


def _codes(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`([^`]+)`", text))


def _section(title: str) -> str:
    text = PAGE.read_text("utf-8")
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]


def _rows(title: str) -> list[Row]:
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in _section(title).splitlines()
        if line.startswith("|")
    ]
    return [Row(one[0], one[1], _codes(one[2]), one[3], _codes(one[4])) for one in cells[2:]]


@pytest.mark.parametrize("title", TABLES)
def test_every_column_is_on_the_page_once(title: str) -> None:
    table, _ = TABLES[title]
    told = [column for row in _rows(title) for column in row.columns]
    own = set(_codes(_section("What the app keeps for itself")))
    assert sorted(told) == sorted(set(told)), "a column is told of twice"
    assert set(told) == set(table.model_fields) - own


@pytest.mark.parametrize("title", TABLES)
def test_every_row_says_how_it_is_carried_and_where_it_is(title: str) -> None:
    for row in _rows(title):
        assert row.carried in ("both ways", "to QuickBooks", "from QuickBooks", "not at all"), row.field
        assert row.wire or row.carried == "not at all", row.field
        assert row.why or row.carried == "both ways", f"{row.field}: why not both ways?"


@pytest.mark.parametrize(("title", "kind"), [(title, kind) for title, (_, kind) in TABLES.items() if kind])
def test_the_page_says_what_the_sync_does(title: str, kind: Kind) -> None:
    rows = _rows(title)
    for field in fields.TABLE[kind]:
        columns = COLUMNS.get(field.name, (field.name,))
        found = [row for row in rows if set(columns) <= set(row.columns)] if columns else rows
        row = next(row for row in found if columns or row.field == "Lines")
        assert row.carried == CARRIED[field.owner], field.name
        assert not field.wire or field.wire in row.wire, field.name
        said = re.search(r"up to ([\d,]+) characters", row.why, re.IGNORECASE)
        assert not said or int(said[1].replace(",", "")) == field.limit, field.name


@pytest.mark.parametrize(("title", "kind"), [(title, kind) for title, (_, kind) in TABLES.items() if kind])
def test_what_the_page_calls_shared_is_a_field_of_the_sync(title: str, kind: Kind) -> None:
    """But for how a record ends, which is a state and no field."""
    known = {column for field in fields.TABLE[kind] for column in COLUMNS.get(field.name, (field.name,))}
    ends = {"stage", "trashed_at"}
    for row in _rows(title):
        if row.carried != "not at all" and row.columns:
            assert known & set(row.columns) or ends & set(row.columns), row.field
