"""Whether this process lives, and whether the whole is well: names and numbers, and nothing of anybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import RedisError

from bookipi_app import pulse, queue
from bookipi_app.db import Database
from bookipi_app.doctor import Finding, health
from bookipi_app.models import Connection, ConnectionStatus, Kind, SyncRecord
from bookipi_app.settings import settings
from tests.api.quickbooks_app import App, fresh_settings

EVERYBODY = {"sync": 1, "mail": 2, "timers": 0}


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[App]:
    with fresh_settings(monkeypatch, tmp_path):
        monkeypatch.setattr(queue, "reachable", lambda: True)
        monkeypatch.setattr(pulse, "seen", lambda: dict(EVERYBODY))
        yield App(monkeypatch, tmp_path)


def waits_since(app: App, age: timedelta, status: ConnectionStatus = ConnectionStatus.CONNECTED) -> None:
    now = datetime.now(UTC)
    company_id = app.signed_in().company_id
    with app.database.transaction() as session:
        connection = Connection(
            company_id=company_id, realm_id="42", status=status, first_connected_at=now, connected_at=now
        )
        session.add(connection)
        session.flush()
        session.add(
            SyncRecord(
                connection_id=connection.id,
                kind=Kind.CUSTOMER,
                due_at=now - age,
                saved_at=now - age,
                flag_since=now,
            )
        )


def asked(app: App) -> tuple[int, dict[str, object]]:
    answer = app.browser().get("/healthz")
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.json()


def test_a_quiet_app_is_well(app: App) -> None:
    assert asked(app) == (
        200,
        {
            "status": "ok",
            "problems": [],
            "database": "ok",
            "pending": {"records": 0, "writes": 0, "oldest_seconds": None},
            "redis": "ok",
            "seen_seconds_ago": EVERYBODY,
        },
    )


def test_without_the_database_nobody_should_be_sent_here(app: App, tmp_path: Path) -> None:
    app.database = Database(f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}")
    status, told = asked(app)
    assert status == 503
    assert (told["status"], told["database"], told["problems"]) == ("down", "down", ["database"])


def test_the_process_lives_whatever_became_of_the_database(app: App, tmp_path: Path) -> None:
    app.database = Database(f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}")
    answer = app.browser().get("/healthz/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


def test_a_lost_redis_is_told_and_takes_no_page_away(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "reachable", lambda: False)
    status, told = asked(app)
    assert (status, told["status"], told["problems"]) == (200, "degraded", ["redis"])


def test_redis_may_go_between_two_questions(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> dict[str, int]:
        raise RedisError

    monkeypatch.setattr(pulse, "seen", gone)
    assert asked(app)[1]["redis"] == "down"


@pytest.mark.parametrize("missing", sorted(EVERYBODY))
def test_whoever_gives_no_sign_of_life_is_missed(
    app: App, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setattr(pulse, "seen", lambda: {name: 1 for name in EVERYBODY if name != missing})
    assert asked(app)[1]["problems"] == [missing]


def test_what_waits_for_too_long_is_a_problem(app: App) -> None:
    waits_since(app, timedelta(minutes=16))
    status, told = asked(app)
    assert (status, told["status"], told["problems"]) == (200, "degraded", ["pending"])
    assert told["pending"]["records"] == 1  # pyright: ignore[reportIndexIssue]
    assert 960 <= told["pending"]["oldest_seconds"] < 1060  # pyright: ignore[reportIndexIssue]


def test_what_waits_for_a_moment_is_none(app: App) -> None:
    waits_since(app, timedelta(seconds=20))
    assert asked(app)[1]["problems"] == []


def test_what_waits_for_a_person_is_none(app: App) -> None:
    waits_since(app, timedelta(days=3), ConnectionStatus.RECONNECT)
    assert asked(app)[1]["pending"] == {"records": 0, "writes": 0, "oldest_seconds": None}


@pytest.mark.parametrize(
    ("status", "told", "fix"),
    [
        (200, {"status": "ok", "pending": {"oldest_seconds": None}, "seen_seconds_ago": EVERYBODY}, False),
        (200, {"status": "degraded", "problems": ["mail"], "pending": {"oldest_seconds": 3}}, True),
        (503, {"status": "down", "problems": ["database"]}, True),
    ],
)
def test_the_doctor_reads_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, status: int, told: dict[str, object], fix: bool
) -> None:
    with fresh_settings(monkeypatch, tmp_path):
        monkeypatch.setattr("bookipi_app.doctor.health_of", lambda _address: told)
        [finding] = list(health(settings()))
    assert isinstance(finding, Finding)
    assert bool(finding.fix) is fix
    for name in (*told.get("problems", ()), told["status"]):  # pyright: ignore[reportGeneralTypeIssues]
        assert str(name) in str(finding)


def test_a_doctor_who_finds_no_run_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with fresh_settings(monkeypatch, tmp_path):
        monkeypatch.setattr("bookipi_app.doctor.health_of", lambda _address: None)
        [finding] = list(health(settings()))
    assert "does not run" in finding.found
