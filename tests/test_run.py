"""`make run`: one clear sentence where it cannot start, nothing left where it ends, nothing half in between."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis, RedisError

from bookipi_app.frontend import PROJECT
from tests.launcher import StartedApp, free_ports, launch, processes_of, run_environment, wait_for

RESTART_SECONDS = 120.0  # a busy machine imports slowly
GONE_SECONDS = 120.0


@pytest.fixture(scope="module")
def own_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartedApp]:
    """A run whose processes, and which itself, may be killed."""
    app = launch(tmp_path_factory.mktemp("run") / "var", {})
    try:
        app.wait_ready()
        yield app
    finally:
        app.process.kill()
        app.end()


def refusal(var: Path, **environment: str) -> str:
    """What a run says that cannot start; it has to exit 1 and leave nothing."""
    port, sandbox_port = map(str, free_ports(2))
    ended = subprocess.run(
        [sys.executable, "-m", "bookipi_app.cli", "run"],
        cwd=PROJECT,
        env=run_environment(var, {"PORT": port, "SANDBOX_PORT": sandbox_port, **environment}),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert ended.returncode == 1
    assert not processes_of(var)
    return ended.stderr.strip()


def get(address: str) -> tuple[int, str]:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.status, answer.read().decode()


def test_it_serves_pages_health_and_the_sandbox(own_app: StartedApp) -> None:
    status, text = get(own_app.url)
    assert status == 200
    assert "<html" in text
    assert get(f"{own_app.url}/healthz")[0] == 200
    assert get(f"{own_app.sandbox_url}/.well-known/openid_sandbox_configuration")[0] == 200


def test_the_welcome_names_addresses_and_the_demo_log_in(own_app: StartedApp) -> None:
    for words in (
        own_app.url,
        own_app.sandbox_url.replace("127.0.0.1", "localhost"),
        "demo@",
        "Try first",
        "Ctrl-C",
    ):
        assert words in own_app.output


def test_a_second_run_in_the_same_folder_is_refused(own_app: StartedApp) -> None:
    words = subprocess.run(
        [sys.executable, "-m", "bookipi_app.cli", "run"],
        cwd=PROJECT,
        env=run_environment(own_app.var, {}),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert words.returncode == 1
    assert "already runs" in words.stderr
    assert len(words.stderr.strip().splitlines()) == 1
    assert get(f"{own_app.url}/healthz")[0] == 200


@pytest.mark.parametrize("name", ["PORT", "SANDBOX_PORT"])
def test_a_taken_port_is_named(tmp_path: Path, name: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        words = refusal(tmp_path / "var", **{name: str(port)})
    assert f"Port {port} is taken" in words
    assert f"{name}={port + 1}" in words
    assert len(words.splitlines()) == 1


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"PORT": "http"}, "PORT is a whole number"),
        ({"PORT": "3999", "SANDBOX_PORT": "3999"}, "have to differ"),
        ({"BOOKIPI_ENV": "production"}, "BOOKIPI_SECRET_KEY is needed"),
        ({"INTUIT_CLIENT_ID": "id"}, "INTUIT_CLIENT_SECRET is needed too"),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_sentence(
    tmp_path: Path, environment: dict[str, str], words: str
) -> None:
    said = refusal(tmp_path / "var", **environment)
    assert words in said
    assert len(said.splitlines()) == 1


def test_killed_processes_are_started_again(own_app: StartedApp) -> None:
    names = ("worker-sync-1", "timers", "sandbox", "web", "redis")
    before = {name: own_app.pid(name) for name in names}
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    for name in names:
        wait_for(
            lambda name=name: own_app.pid(name) not in (None, before[name]), RESTART_SECONDS, f"a new {name}"
        )
    wait_for(lambda: _works(own_app), RESTART_SECONDS, "the app to work again")


def test_secrets_are_for_the_owner_only(own_app: StartedApp) -> None:
    for name in ("secret.key", "run.json", "redis/valkey.conf"):
        assert stat.S_IMODE((own_app.var / name).stat().st_mode) == 0o600


def test_doctor_finds_everything_well_beside_a_run(own_app: StartedApp) -> None:
    chosen = {"PORT": own_app.url.rpartition(":")[2], "SANDBOX_PORT": own_app.sandbox_url.rpartition(":")[2]}
    found = _doctor(own_app.var, chosen)
    assert found.returncode == 0, found.stdout
    for subject in (
        "Python",
        "Node",
        "Database",
        "Redis",
        "QuickBooks",
        "API",
        "Webhooks",
        "Mail",
        "Secret",
        "Disk",
    ):
        assert f"ok   {subject}" in found.stdout


def test_doctor_says_what_to_do_without_a_run(tmp_path: Path) -> None:
    port, sandbox_port = map(str, free_ports(2))
    found = _doctor(tmp_path / "var", {"PORT": port, "SANDBOX_PORT": sandbox_port})
    assert found.returncode == 1
    assert "BAD  Redis" in found.stdout
    assert "→ start the app with make run" in found.stdout


def test_doctor_says_that_webhooks_cannot_reach_a_laptop(tmp_path: Path) -> None:
    keys = {"INTUIT_CLIENT_ID": "a", "INTUIT_CLIENT_SECRET": "b", "INTUIT_VERIFIER_TOKEN": "c"}
    assert "reads the change feed every 60 s" in _doctor(tmp_path / "var", keys).stdout


@pytest.mark.app
def test_ctrl_c_while_starting_leaves_nothing(tmp_path: Path) -> None:
    app = launch(tmp_path / "var", {})
    wait_for(lambda: "starting" in app.output, 60, "the first process")
    app.process.send_signal(signal.SIGINT)
    assert app.end() == 0
    assert not processes_of(tmp_path / "var")


def test_kill_9_of_the_launcher_leaves_no_process_and_loses_no_data(own_app: StartedApp) -> None:
    var, secret = own_app.var, (own_app.var / "secret.key").read_text()
    demo = _accounts(var)
    assert demo
    Redis.from_url(own_app.redis_url).set("kept", "yes")
    own_app.process.kill()
    own_app.process.wait()
    wait_for(lambda: not processes_of(var), GONE_SECONDS, "everything to be gone")

    port, sandbox_port = own_app.url.rpartition(":")[2], own_app.sandbox_url.rpartition(":")[2]
    again = launch(var, {"PORT": port, "SANDBOX_PORT": sandbox_port})
    try:
        again.wait_ready()
        assert get(f"{again.url}/healthz")[0] == 200
        assert _accounts(var) == demo
        assert (var / "secret.key").read_text() == secret
        assert Redis.from_url(again.redis_url).get("kept") == b"yes"
        _kill_until_it_gives_up(again, "worker-mail")
    finally:
        code = again.end()
    assert code == 1
    assert "“worker-mail” was ended by SIGKILL" in again.output
    wait_for(lambda: not processes_of(var), GONE_SECONDS, "everything to be gone")


class TestMake:
    """The first sentence of a machine that lacks something."""

    @pytest.mark.parametrize(
        ("script", "words"),
        [
            (
                '[ "$1" = --version ] && echo "Python 3.9.1" && exit 0; exit 1',
                "Bookipi needs Python 3.11 or newer",
            ),
            ('case "$*" in *venv*) exit 1;; esac; exit 0', "has no venv module"),
        ],
    )
    def test_python(self, tmp_path: Path, script: str, words: str) -> None:
        for name in ("Makefile", "pyproject.toml", "constraints.txt"):
            shutil.copy(PROJECT / name, tmp_path)
        python = tmp_path / "python"
        python.write_text(f"#!/bin/sh\n{script}\n")
        python.chmod(0o755)
        said = subprocess.run(
            ["make", "run", f"PYTHON={python}"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        assert said.returncode != 0
        assert words in said.stderr
        assert not (tmp_path / ".venv").exists()


def _kill_until_it_gives_up(app: StartedApp, name: str) -> None:
    killed: set[int] = set()

    def kill_again() -> bool:
        if app.process.poll() is None and (app.var / "run.json").exists():
            pid = app.pid(name)
            if pid is not None and pid not in killed:
                killed.add(pid)
                os.kill(pid, signal.SIGKILL)
        return app.process.poll() is not None

    wait_for(kill_again, RESTART_SECONDS, "the run to give up")


def _works(app: StartedApp) -> bool:
    try:
        served = get(f"{app.url}/healthz")[0] == 200
        sandbox = get(f"{app.sandbox_url}/.well-known/openid_sandbox_configuration")[0] == 200
        return served and sandbox and bool(Redis.from_url(app.redis_url).ping())
    except (OSError, RedisError):
        return False


def _accounts(var: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(f"file:{var / 'bookipi.db'}?mode=ro", uri=True) as connection:
        return connection.execute("SELECT id, email FROM user_account ORDER BY id").fetchall()


def _doctor(var: Path, chosen: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bookipi_app.cli", "doctor"],
        cwd=PROJECT,
        env=run_environment(var, chosen),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
