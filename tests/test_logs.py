"""Logs: JSON lines in production, an id on each, and neither a secret nor a customer in any."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import text

from bookipi_app import logs, trace
from bookipi_app.db import Database
from bookipi_app.settings import read_settings

SECRETS = {
    "BOOKIPI_SECRET_KEY": "canary-secret-key-new,canary-secret-key-old",
    "INTUIT_CLIENT_ID": "an id is none",
    "INTUIT_CLIENT_SECRET": "canary-client-secret",
    "INTUIT_VERIFIER_TOKEN": "canary-verifier-token",
    "METRICS_TOKEN": "canary-metrics-token",
    "REDIS_URL": "redis://:canary-redis-password@127.0.0.1:6379/0",
    "SMTP_URL": "smtps://post:canary-mail-password@mail.example.com",
    "DATABASE_URL": "postgresql://books:canary-database-password@db.example.com/books",
}
CANARIES = [
    "canary-secret-key-new", "canary-secret-key-old", "canary-client-secret", "canary-verifier-token",
    "canary-metrics-token", "canary-redis-password", "canary-mail-password", "canary-database-password",
]  # fmt: skip
SENT = [
    "authorization: Bearer canary.access.token-1",
    "Authorization: Basic Y2FuYXJ5OmNhbmFyeQ==",
    '{"access_token": "canary-access", "refresh_token":"canary-refresh"}',
    "grant_type=refresh_token&refresh_token=canary-refresh",
    "GET /oauth/quickbooks/callback?code=canary-code&state=canary-state&realmId=42",
    "cookie: bookipi_session=canary-cookie; other=1",
    "cookie: __Host-bookipi=canary-cookie",
    "postgresql://somebody:canary-word@db/x",
    "password='canary-password'",
    "a letter to canary.customer@example.com",
]


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    one = logging.getLogger()
    handlers, level, hooks = one.handlers[:], one.level, (sys.excepthook, threading.excepthook)
    yield one
    one.handlers[:], one.level = handlers, level
    sys.excepthook, threading.excepthook = hooks


def written(root: logging.Logger, environment: str, write: object) -> str:
    """What comes out of a process with these settings."""
    chosen = read_settings({**SECRETS, "BOOKIPI_ENV": environment})
    logs.configure(chosen, "web")
    [handler] = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    stream = io.StringIO()
    handler.setStream(stream)
    write(logging.getLogger("bookipi_app.somewhere"))  # pyright: ignore[reportCallIssue]
    return stream.getvalue()


def test_in_production_a_line_is_a_json_object_with_the_id(root: logging.Logger) -> None:
    with trace.following("") as known:
        line = json.loads(written(root, "production", lambda log: log.info("record %s saved\nhere", 7)))
    assert line["message"] == "record 7 saved\nhere"
    assert line["trace"] == known
    assert (line["level"], line["part"], line["logger"]) == ("info", "web", "bookipi_app.somewhere")
    assert line["time"].endswith("+00:00")


def test_in_development_it_is_readable(root: logging.Logger) -> None:
    with trace.following("") as known:
        line = written(root, "development", lambda log: log.info("record %s saved", 7))
    assert f"[{known}] record 7 saved" in line


@pytest.mark.parametrize("environment", ["production", "development"])
@pytest.mark.parametrize("secret", CANARIES)
def test_no_secret_of_the_settings_is_written(root: logging.Logger, environment: str, secret: str) -> None:
    line = written(root, environment, lambda log: log.warning("it was %s, was it", secret))
    assert "canary" not in line
    assert "was it" in line


@pytest.mark.parametrize("environment", ["production", "development"])
@pytest.mark.parametrize("sent", SENT)
def test_what_looks_like_a_credential_is_struck_out(
    root: logging.Logger, environment: str, sent: str
) -> None:
    assert "canary" not in written(root, environment, lambda log: log.warning("sent: %s", sent)).lower()


def test_ordinary_lines_stay_as_they_are(root: logging.Logger) -> None:
    words = "POST /invoice 0af3 200 in 12 ms, realm 4620816365, tid 1-66-abc; worker ended with exit code 1"
    assert json.loads(written(root, "production", lambda log: log.info(words)))["message"] == words


def test_an_exception_is_its_type_and_its_place_and_never_its_words(root: logging.Logger) -> None:
    def fail(log: logging.Logger) -> None:
        customer = "canary customer"
        try:
            raise ValueError(f"cannot do this for {customer}")
        except ValueError:
            log.exception("a handler failed")

    text = written(root, "production", fail)
    line = json.loads(text)
    assert "canary" not in text
    assert line["error"] == "ValueError"
    assert line["stack"][-1].endswith(" fail")


def test_an_error_of_the_database_names_no_values() -> None:
    with Database("sqlite://").transaction() as session:
        session.connection().execute(text("CREATE TABLE a (b TEXT CHECK (b = ''))"))
        with pytest.raises(IntegrityError) as caught:
            session.connection().execute(text("INSERT INTO a VALUES (:b)"), {"b": "canary customer"})
    assert "canary" not in str(caught.value)
    assert "INSERT INTO a" in str(caught.value)


def test_an_id_is_kept_inside_and_forgotten_outside() -> None:
    assert trace.current() == ""
    with trace.following("") as one:
        assert trace.current() == one
        assert len(one) == trace.LENGTH
        with trace.begun() as same:
            assert same == one
        with trace.scope():
            trace.follow("another")
            assert trace.current() == "another"
            trace.follow("")
            assert trace.current() == "another"
        assert trace.current() == one
    assert trace.current() == ""


def test_who_logs_whole_addresses_is_only_heard_when_something_is_wrong(root: logging.Logger) -> None:
    def ask(_log: logging.Logger) -> None:
        for loud in logs.LOUD:
            logging.getLogger(loud).info("GET /query?query=SELECT canary")

    assert written(root, "production", ask) == ""


def test_what_nobody_caught_is_a_line_without_its_words(root: logging.Logger) -> None:
    def fail(_log: logging.Logger) -> None:
        try:
            raise ValueError("canary customer")
        except ValueError as error:
            sys.excepthook(ValueError, error, error.__traceback__)

    text = written(root, "production", fail)
    assert "canary" not in text
    assert json.loads(text)["error"] == "ValueError"
