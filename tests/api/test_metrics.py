"""`/metrics`: for this machine or a token, the same names as in docs/operations.md, and counted where things happen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from redis import RedisError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from bookipi_app import metrics, pulse, queue
from bookipi_app.api import metrics as route
from bookipi_app.api.observed import MOST_ROUTES, observed, route_of
from bookipi_app.frontend import PROJECT
from bookipi_app.models import ReadCount
from bookipi_app.services import upkeep
from bookipi_app.settings import settings
from tests.api.quickbooks_app import App, fresh_settings

NOW = datetime(2026, 11, 16, 0, 0, tzinfo=UTC)  # half of November has passed


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[App]:
    with fresh_settings(monkeypatch, tmp_path):
        monkeypatch.setattr(queue, "depths", lambda: {"sync": 3, "mail": 0})
        monkeypatch.setattr(pulse, "seen", lambda: {"sync": 2})
        made = App(monkeypatch, tmp_path)
        made.routes += route.routes
        yield made


def scraper(app: App, host: str = "127.0.0.1") -> TestClient:
    return TestClient(Starlette(routes=app.routes), client=(host, 5000))


def value(text: str, series: str) -> float:
    [found] = re.findall(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE)
    return float(found)


def counted(series: str) -> float:
    """A number of this process; nothing yet is 0."""
    found = re.findall(
        rf"^{re.escape(series)} (\S+)$", generate_latest(metrics.collected()).decode(), re.MULTILINE
    )
    return float(found[0]) if found else 0.0


@pytest.mark.parametrize(
    ("host", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.0.0.7", {}, 404),
        ("testclient", {}, 404),
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, 404),
        ("127.0.0.1", {"forwarded": "for=203.0.113.9"}, 404),
        ("127.0.0.1", {"x-real-ip": "127.0.0.1"}, 404),
    ],
)
def test_without_a_token_it_is_for_this_machine_alone(
    app: App, host: str, headers: dict[str, str], status: int
) -> None:
    assert scraper(app, host).get("/metrics", headers=headers).status_code == status


def test_behind_a_proxy_everybody_seems_to_be_this_machine(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    proxied = replace(settings(), trusted_proxy_hops=1)
    monkeypatch.setattr(route, "settings", lambda: proxied)
    assert scraper(app).get("/metrics").status_code == 404


@pytest.mark.parametrize(
    ("shown", "status"),
    [("Bearer let-me-look", 200), ("Bearer let-me-loo", 404), ("", 404), ("Bearer ", 404), ("Bearer ä", 404)],
)
def test_with_a_token_whoever_shows_it_may(
    app: App, monkeypatch: pytest.MonkeyPatch, shown: str, status: int
) -> None:
    guarded = replace(settings(), metrics_token="let-me-look")
    monkeypatch.setattr(route, "settings", lambda: guarded)
    headers = {b"authorization": shown.encode()}
    assert scraper(app, "10.0.0.7").get("/metrics", headers=headers).status_code == status
    assert scraper(app).get("/metrics").status_code == 404


def test_the_state_of_this_moment_is_asked_for(app: App) -> None:
    app.signed_in()
    text = scraper(app).get("/metrics").text
    assert value(text, "bookipi_database_up") == 1
    assert value(text, "bookipi_redis_up") == 1
    assert value(text, "bookipi_oldest_pending_seconds") == 0
    assert value(text, 'bookipi_queue_jobs{queue="sync"}') == 3
    assert value(text, 'bookipi_seen_seconds_ago{part="sync"}') == 2
    assert value(text, 'bookipi_connections{state="connected"}') == 0
    assert value(text, "bookipi_quickbooks_reads_budget") == 500_000


def test_what_does_not_answer_is_said_and_the_rest_is_told(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> dict[str, int]:
        raise RedisError

    monkeypatch.setattr(queue, "depths", gone)
    text = scraper(app).get("/metrics").text
    assert value(text, "bookipi_redis_up") == 0
    assert value(text, "bookipi_database_up") == 1


def test_the_reads_of_a_month_and_where_they_lead(app: App) -> None:
    from tests.api.test_health import waits_since

    waits_since(app, timedelta())
    with app.database.transaction() as session:
        from sqlmodel import select

        from bookipi_app.models import Connection

        connection_id = session.exec(select(Connection.id)).one()
        for day, count in ((date(2026, 10, 31), 9), (date(2026, 11, 1), 40), (date(2026, 11, 15), 60)):
            session.add(ReadCount(connection_id=connection_id, day=day, purpose="floor", count=count))
    with app.database.reading() as session:
        assert upkeep.reads_this_month(session, NOW) == {"floor": 100}
    assert upkeep.forecast(100, NOW) == pytest.approx(200)
    assert upkeep.forecast(100, datetime(2026, 11, 1, 0, 5, tzinfo=UTC)) == 3000


def test_every_number_is_explained_and_nothing_else_is(app: App) -> None:
    explained = set(re.findall(r"`(bookipi_[a-z_]+)", (PROJECT / "docs" / "operations.md").read_text()))
    families = {
        line.split()[2]
        for line in scraper(app).get("/metrics").text.splitlines()
        if line.startswith("# TYPE")
    }
    ours = {name for name in families if name.startswith("bookipi_") and not name.endswith("_created")}
    assert ours == explained


def test_requests_are_counted_by_route_and_status() -> None:
    async def page(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("ok")

    http = TestClient(observed(Starlette(routes=[Route("/invoices/{one}", page)])))
    series = 'bookipi_http_requests_total{code="200",method="GET",route="/invoices/ID"}'
    before = counted(series)
    answers = [http.get(f"/invoices/018f2b6e-0000-7000-8000-00000000000{n}") for n in range(3)]
    assert counted(series) == before + 3
    assert len({answer.headers["x-request-id"] for answer in answers}) == 3


def test_a_failure_is_answered_without_its_words_and_counted() -> None:
    async def broken(_request: Request) -> PlainTextResponse:
        raise ValueError("Robert's account 4711")

    http = TestClient(observed(Starlette(routes=[Route("/broken", broken)])), raise_server_exceptions=False)
    answer = http.get("/broken")
    assert answer.status_code == 500
    assert "4711" not in answer.text
    assert answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("path", "code", "label"),
    [
        ("/invoices", 200, "/invoices"),
        ("/invoices/42", 200, "/invoices/ID"),
        ("/files/invoices/018f2b6e-7000-7000-8000-000000000001.pdf", 200, "/files/invoices/ID"),
        ("/i/AY8rbgAAcACAAAAAAAAAAd1mZ3l0c2VjcmV0b2ZhbGluaw==/invoice.pdf", 200, "/i/ID/invoice.pdf"),
        ("/assets/a-1.js", 200, "/assets"),
        ("/wp-login.php", 404, "unknown"),
    ],
)
def test_a_label_holds_no_id_and_no_key(path: str, code: int, label: str) -> None:
    assert route_of(path, code) == label


def test_visitors_cannot_make_labels_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bookipi_app.api.observed._routes", set())
    labels = {
        route_of(f"/{'x' * (n % 7)}{chr(97 + n % 26)}{chr(97 + n // 26)}", 200)
        for n in range(3 * MOST_ROUTES)
    }
    assert len(labels) == MOST_ROUTES + 1
    assert "other" in labels


def test_without_a_folder_a_process_counts_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(metrics.FOLDER, raising=False)
    assert metrics.collected() is metrics.OWN_REGISTRY
