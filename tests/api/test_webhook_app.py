"""The webhooks' own app: it hears and tells how it is, and nothing else is at its address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from bookipi_app import queue, settings, webhook_app
from bookipi_app.models import InboxEvent
from bookipi_app.quickbooks.webhooks import sign
from tests.api.quickbooks_app import App, fresh_settings
from tests.api.test_quickbooks_webhook import WHERE, Intake, _event


@pytest.fixture
def intake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Intake]:
    with fresh_settings(monkeypatch, tmp_path):
        monkeypatch.setattr(queue, "reachable", lambda: False)
        made = Intake(App(monkeypatch, tmp_path))
        made.http = TestClient(webhook_app.build())
        yield made


def test_it_stores_what_is_signed_and_wakes(intake: Intake) -> None:
    body = json.dumps([_event()]).encode()
    signed = sign(body, settings.settings().quickbooks_verifier_token)
    assert intake.http.post(WHERE, content=body, headers={"intuit-signature": signed}).status_code == 200
    with intake.app.database.reading() as session:
        assert len(session.exec(select(InboxEvent)).all()) == 1
    assert intake.app.woken == [intake.connection_id]
    assert intake.http.post(WHERE, content=body, headers={"intuit-signature": "x"}).status_code == 401


def test_it_tells_how_it_is(intake: Intake) -> None:
    assert intake.http.get("/healthz/live").json() == {"status": "alive"}
    assert intake.http.get("/healthz").json()["problems"] == ["redis"]


@pytest.mark.parametrize("path", ["/", "/dashboard", "/auth/sign-up", "/oauth/quickbooks/start", "/_event/"])
def test_nothing_else_is_there(intake: Intake, path: str) -> None:
    answer = intake.http.get(path, follow_redirects=False, headers={"host": "localhost:3000"})
    assert answer.status_code == 404
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-request-id"]
