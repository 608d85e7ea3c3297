"""The intake of notifications: signed, stored once, acknowledged; and the health of the process."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DataError
from sqlmodel import Session, select
from starlette.requests import Request
from starlette.testclient import TestClient

from bookipi_app import settings
from bookipi_app.api import quickbooks_webhook
from bookipi_app.api.intake import Arrived
from bookipi_app.api.intake import Intake as GroupedIntake
from bookipi_app.api.limits import Limit
from bookipi_app.models import Connection, ConnectionStatus, InboxEvent, InboxOddity
from bookipi_app.quickbooks.webhooks import sign
from bookipi_app.services import inbox
from tests.api.quickbooks_app import App, fresh_settings
from tests.stores import new_file

WHERE = "/webhooks/quickbooks"


class Intake:
    """A connected company, and Intuit's side of the address."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.http: TestClient = app.browser()
        person = app.signed_in()
        now = datetime.now(UTC)
        with app.database.transaction() as session:
            row = Connection(
                company_id=person.company_id, realm_id="310687", status=ConnectionStatus.CONNECTED,
                first_connected_at=now, connected_at=now,
            )  # fmt: skip
            session.add(row)
        self.connection_id = row.id

    def send(self, document: Any, signature: str | None = None) -> int:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        signed = sign(body, settings.settings().quickbooks_verifier_token) if signature is None else signature
        headers = {"intuit-signature": signed, "content-type": "application/cloudevents+json"}
        return self.http.post(WHERE, content=body, headers=headers).status_code

    def stored(self) -> list[InboxEvent]:
        with self.app.database.reading() as session:
            return list(session.exec(select(InboxEvent).order_by(InboxEvent.id)).all())

    def oddities(self) -> list[InboxOddity]:
        with self.app.database.reading() as session:
            return list(session.exec(select(InboxOddity)).all())

    @property
    def wakes(self) -> int:
        with self.app.database.reading() as session:
            return session.get_one(Connection, self.connection_id).wake


@pytest.fixture
def intake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Intake]:
    with fresh_settings(monkeypatch, tmp_path):
        yield Intake(App(monkeypatch, tmp_path))


def _event(number: int = 1, **changed: object) -> dict[str, object]:
    return {
        "id": f"event-{number}", "type": "qbo.invoice.updated.v1", "time": "2026-11-22T15:00:00Z",
        "intuitentityid": str(number), "intuitaccountid": "310687", "data": {}, **changed,
    }  # fmt: skip


def _legacy(operation: str = "Update") -> dict[str, object]:
    entity = {"name": "Customer", "id": "5", "operation": operation, "lastUpdated": "2026-11-22T15:00:00Z"}
    return {"eventNotifications": [{"realmId": "310687", "dataChangeEvent": {"entities": [entity]}}]}


def test_bad_input_45_47_48_49_50_51_accepted_an_event_is_stored_once_and_wakes_its_connection(
    intake: Intake,
) -> None:
    assert intake.send([_event(1), _event(2)]) == 200
    assert [(one.remote_id, one.entity, one.operation) for one in intake.stored()] == [
        ("1", "invoice", "updated"),
        ("2", "invoice", "updated"),
    ]
    assert intake.app.woken == [intake.connection_id]
    assert intake.wakes == 1
    assert intake.send([_event(1), _event(1), _event(3)]) == 200
    assert len(intake.stored()) == 3


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("2026-11-22T15:00:00.179851517Z", datetime(2026, 11, 22, 15, 0, 0, 179851, UTC)),
        ("2026-11-22T07:00:00-0800", datetime(2026, 11, 22, 15, tzinfo=UTC)),
        ("at noon", None),
    ],
)
def test_an_event_is_stored_as_it_was_told(intake: Intake, told: str, moment: datetime | None) -> None:
    assert intake.send([_event(1, type="qbo.Customer.merged.v1", time=told, data={"deletedid": "27"})]) == 200
    (one,) = intake.stored()
    assert (one.id, one.realm_id, one.entity, one.remote_id) == ("event-1", "310687", "customer", "1")
    assert (one.operation, one.deleted_id, one.happened_at, one.done_at) == ("merged", "27", moment, None)
    assert one.received_at.tzinfo is UTC


def test_a_connection_is_found_and_woken_by_the_index_of_living_ones(tmp_path: Path) -> None:
    asked = str(inbox.WAKING.compile(dialect=sqlite.dialect()))
    with new_file(tmp_path / "plan.db").reading() as session:
        (plan,) = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", (1, "310687"))
    assert "USING INDEX uq_connection_live_realm (realm_id=?)" in plan.detail


def test_a_done_event_delivered_again_stays_done_but_a_legacy_one_is_looked_at_anew(intake: Intake) -> None:
    assert intake.send([_event(1)]) == intake.send(_legacy()) == 200
    with intake.app.database.transaction() as session:
        for event in session.exec(select(InboxEvent)):
            event.done_at = datetime.now(UTC)
    assert intake.send([_event(1)]) == intake.send(_legacy()) == 200
    assert {one.entity: one.done_at is None for one in intake.stored()} == {
        "invoice": False,
        "customer": True,
    }


def test_bad_input_49_refused_one_delivery_a_thousand_times_is_one_event(intake: Intake) -> None:
    for _ in range(20):
        assert intake.send([_event(1)] * 50) == 200
    (stored,) = intake.stored()  # and one event is one read: tests/engine/test_feed.py
    assert stored.remote_id == "1"


def test_bad_input_45_refused_a_signature_of_almost_this_body(intake: Intake) -> None:
    body = json.dumps([_event()], indent=1).encode()
    right = sign(body, settings.settings().quickbooks_verifier_token)
    as_hex = base64.b64decode(right).hex()
    for wrong in (
        as_hex,
        as_hex.upper(),
        right.lower(),
        right + "=",
        right[:-2],
        sign(body, "another verifier"),
    ):
        assert intake.send(body, wrong) == 401
    for other in (body.replace(b"\n", b"\r\n"), body + b"\n", body[:-1]):
        assert intake.send(other, right) == 401
    assert intake.stored() == []
    assert intake.send(body, right) == 200


@pytest.mark.parametrize("signature", ["", "AAAA", "not base64 at all"])
def test_lesson_31_bad_input_45_refused_a_wrong_signature_stores_nothing(
    intake: Intake, signature: str
) -> None:
    assert intake.send([_event()], signature) == 401
    assert intake.send(b"nonsense", signature) == 401
    assert intake.stored() == []
    assert intake.oddities() == []
    assert intake.wakes == 0


def test_lesson_24_bad_input_46_accepted_what_is_signed_but_not_understood_is_kept_and_acknowledged(
    intake: Intake,
) -> None:
    assert intake.send(b"nonsense") == 200
    assert intake.send([_event(1, type="payroll.run.v1"), _event(2)]) == 200
    assert len(intake.oddities()) == 2
    assert len(intake.stored()) == 1


def test_bad_input_47_refused_foreign_companies_and_payments_are_acknowledged_and_ignored(
    intake: Intake,
) -> None:
    events = [
        _event(1, intuitaccountid="999"),
        _event(2, type="qbo.payment.created.v1"),
        _event(3, type="qbo.customer.merged.v1", data={"deletedid": "27"}),
    ]
    assert intake.send(events) == 200
    (merged,) = intake.stored()
    assert (merged.remote_id, merged.deleted_id) == ("3", "27")


def test_a_frozen_connection_hears_nothing(intake: Intake) -> None:
    with intake.app.database.transaction() as session:
        session.get_one(Connection, intake.connection_id).status = ConnectionStatus.FROZEN
    assert intake.send([_event()]) == 200
    assert intake.stored() == []
    assert intake.app.woken == []


def test_bad_input_46_refused_too_much_is_refused_before_it_is_read(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quickbooks_webhook, "LARGEST_BODY", 1000)
    assert intake.send(b" " * 1001) == 413

    def endless() -> Iterator[bytes]:
        for _ in range(20):
            yield b" " * 100

    assert intake.http.post(WHERE, content=endless()).status_code == 413
    assert intake.http.post(WHERE, content=b"", headers={"content-length": "9" * 30}).status_code == 413


def test_bad_input_50_51_refused_other_methods_and_an_unset_verifier(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    for method in ("GET", "PUT", "DELETE", "TRACE", "PATCH"):
        assert intake.http.request(method, WHERE).status_code == 405
    unset = replace(settings.settings(), quickbooks_verifier_token="")
    monkeypatch.setattr(quickbooks_webhook, "settings", lambda: unset)
    assert intake.send([_event()], sign(b"", "")) == 503


def test_a_database_that_is_away_asks_intuit_to_try_again(intake: Intake, tmp_path: Path) -> None:
    database = intake.app.database
    intake.app.database = type(database)(f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}")
    assert intake.send([_event()]) == 503
    assert intake.http.get("/healthz").status_code == 503
    intake.app.database = database
    assert intake.send([_event()]) == 200


def test_forged_deliveries_are_refused_without_filling_the_log(
    intake: Intake, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quickbooks_webhook, "COMPLAINTS", Limit(3))
    assert [intake.send([_event()], "forged") for _ in range(20)] == [401] * 20
    assert sum("wrong signature" in record.getMessage() for record in caplog.records) == 3
    assert intake.send([_event()]) == 200


async def _never() -> dict[str, Any]:
    await asyncio.sleep(3600)
    return {}


def test_a_delivery_that_does_not_end_is_given_up(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quickbooks_webhook, "PATIENCE_SECONDS", 0.01)
    scope = {"type": "http", "method": "POST", "path": WHERE, "headers": [], "query_string": b""}
    answer = asyncio.run(quickbooks_webhook.receive(Request(scope, _never)))
    assert answer.status_code == 408


def _arrived(*documents: Any) -> list[Arrived]:
    return [Arrived(json.dumps(one).encode(), f"trace-{at}") for at, one in enumerate(documents)]


def test_what_arrives_while_another_is_stored_is_stored_at_once(intake: Intake) -> None:
    groups: list[int] = []

    def keep(group: Sequence[Arrived]) -> Sequence[Exception | None]:
        groups.append(len(group))
        return [None] * len(group)

    async def together() -> None:
        queue = GroupedIntake(keep)
        first, *rest = _arrived(*([_event(number)] for number in range(1, 8)))
        begun = asyncio.create_task(queue.store(first))
        await asyncio.sleep(0)  # it has come, and is the first group
        await asyncio.sleep(0)
        assert await asyncio.gather(begun, *(queue.store(one) for one in rest)) == [None] * 7

    asyncio.run(together())
    assert groups == [1, 6]


def test_a_group_wakes_once_and_each_event_keeps_its_delivery_s_id(intake: Intake) -> None:
    assert quickbooks_webhook._keep(_arrived([_event(1)], "nonsense", [_event(2)])) == [None] * 3
    assert [one.trace for one in intake.stored()] == ["trace-0", "trace-2"]
    assert len(intake.oddities()) == 1
    assert intake.app.woken == [intake.connection_id]


def test_a_delivery_that_cannot_be_stored_takes_no_other_along(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = inbox.take

    def picky(session: Session, notices: Iterable[inbox.Notice], now: datetime) -> int:
        found = list(notices)
        if any(one.remote_id == "2" for one in found):
            raise DataError("too long", {}, ValueError())
        return take(session, found, now)

    monkeypatch.setattr(inbox, "take", picky)
    outcomes = quickbooks_webhook._keep(_arrived([_event(1)], [_event(2)], [_event(3)]))
    assert [type(one) for one in outcomes] == [type(None), DataError, type(None)]
    assert [one.remote_id for one in intake.stored()] == ["1", "3"]


def test_a_bug_while_storing_is_answered_and_the_next_delivery_is_stored(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise KeyError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr(inbox, "take", broken)
        assert intake.send([_event(1)]) == 500
    assert intake.send([_event(1)]) == 200
