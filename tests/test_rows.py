"""Rows of tables: made and changed past pydantic, with their defaults, and stored like any other."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bookipi_app.ids import new_id
from bookipi_app.models import HistoryEntry, InboxEvent, Kind, Side, SyncRecord
from bookipi_app.models.base import Row
from bookipi_app.models.states import Flag
from tests.stores import new_store

NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)


def test_a_new_row_holds_what_is_given_and_defaults_of_its_own() -> None:
    one, other = (
        HistoryEntry(company_id=new_id(), kind=Kind.ITEM, at=NOW, side=Side.HERE, words="Made")
        for _ in range(2)
    )
    assert one.id != other.id
    assert (one.words, one.who, one.local_id) == ("Made", "", None)
    assert _record(flag=Flag.SYNCED).flag is Flag.SYNCED
    assert _record().flag is Flag.SYNCING


def test_a_row_is_stored_with_its_defaults_and_so_is_what_changes_later(tmp_path: Path) -> None:
    store = new_store(tmp_path / "rows.db")
    with store.transaction() as session:
        event = InboxEvent(
            id="n-1", realm_id="1", entity="Item", remote_id="7", operation="Update", received_at=NOW
        )
        session.add(event)
        session.flush()
        event.remote_id = "8"
    with store.transaction() as session:
        session.get_one(InboxEvent, "n-1").done_at = NOW
    with store.reading() as session:
        found = session.get_one(InboxEvent, "n-1")
        assert (found.remote_id, found.done_at) == ("8", NOW)
    store.engine.dispose()


def test_a_row_takes_no_value_for_what_is_no_column() -> None:
    record = _record()
    with pytest.raises(ValueError, match="due"):
        record.due = NOW  # pyright: ignore[reportAttributeAccessIssue]


def _record(**more: Any) -> SyncRecord:
    return SyncRecord(connection_id=new_id(), kind=Kind.ITEM, flag_since=NOW, **more)


def test_no_two_rows_share_a_default_that_can_change() -> None:
    tables = Row.__subclasses__()
    assert SyncRecord in tables
    for table in tables:
        for field in table.model_fields.values():
            hash(field.default)  # a list or a dictionary has none
