"""`bookipi doctor`: what is configured and reachable, a line each, and the fix for what is not."""

from __future__ import annotations

import json
import shutil
import smtplib
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bookipi_app.settings import Settings, SettingsError, read_settings
from bookipi_app.supervisor import state_file

OLDEST_PYTHON = (3, 11)
OLDEST_NODE = (22, 22)
SECONDS = 5.0
FREE_BYTES = 1_000_000_000
START = "start the app with make run"
PROBLEMS = {
    "database": "database: does not answer",
    "redis": "redis: does not answer",
    "pending": "pending: something waits for too long",
}
PROBLEM_FIX = "see the lines above, and the logs of the parts named here"


@dataclass(frozen=True)
class Finding:
    """One line: a subject, what was found, and the fix if that is not good enough."""

    subject: str
    found: str
    fix: str = ""

    def __str__(self) -> str:
        line = f"{'ok ' if not self.fix else 'BAD'}  {self.subject:<12} {self.found}"
        return f"{line}\n     {'':<12} → {self.fix}" if self.fix else line


Check = Callable[[Settings], Iterator[Finding]]


def examine() -> int:
    """Print every finding; returns 1 if one needs a fix."""
    try:
        settings = of_the_run(read_settings())
    except SettingsError as error:
        print(Finding("Settings", str(error), "set it, or unset it for the default"))
        return 1
    bad = False
    for check in CHECKS:
        for finding in check(settings):
            bad = bad or bool(finding.fix)
            print(finding, flush=True)
    return 1 if bad else 0


def of_the_run(settings: Settings) -> Settings:
    """The settings as the run in this data folder has them: it alone knows the address of its own Redis."""
    try:
        state = json.loads(state_file(settings.var).read_text())
    except (OSError, ValueError):
        return settings
    return replace(settings, redis_url=state["redis_url"])


def python(_settings: Settings) -> Iterator[Finding]:
    """The interpreter this runs on."""
    found = ".".join(map(str, sys.version_info[:3]))
    fix = "" if sys.version_info >= OLDEST_PYTHON else "install Python 3.11 or newer"
    yield Finding("Python", found, fix)


def node(_settings: Settings) -> Iterator[Finding]:
    """The Node that builds the pages: the environment's own, whatever else is installed."""
    program = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    if program is None:
        yield Finding("Node", "not found", "remove .venv and start again: it comes with the Python packages")
        return
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    found = answer.stdout.strip()
    numbers = tuple(int(part) for part in found.removeprefix("v").split(".")[:2] if part.isdecimal())
    yield Finding(
        "Node", found, "" if numbers >= OLDEST_NODE else "Node 22.22 is needed: remove .venv and start again"
    )


def database(settings: Settings) -> Iterator[Finding]:
    """Reachable, and its schema the newest."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from sqlalchemy import make_url
    from sqlalchemy.exc import SQLAlchemyError

    from bookipi_app.db import Database, alembic_config

    address = make_url(settings.database_url)
    name = address.render_as_string(hide_password=True)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
        yield Finding("Database", f"{name} does not exist yet", START)
        return
    try:
        with Database(settings.database_url).engine.connect() as connection:
            present = MigrationContext.configure(connection).get_current_heads()
    except SQLAlchemyError as error:
        reason = str(error).splitlines()[0]
        yield Finding("Database", f"{name}: {reason}", "check DATABASE_URL, and that the server runs")
        return
    newest = ScriptDirectory.from_config(alembic_config(settings.database_url)).get_heads()
    if set(present) == set(newest):
        yield Finding("Database", f"{name}, schema up to date")
    else:
        yield Finding("Database", f"{name}, schema {' '.join(present) or 'empty'}", "run bookipi migrate")


def redis(settings: Settings) -> Iterator[Finding]:
    """Answers; it carries wake-ups and live changes, and losing it costs time only."""
    for url in dict.fromkeys((settings.redis_url, *settings.redis_urls)):
        yield _one_redis(url)


def _one_redis(url: str) -> Finding:
    from redis import Redis, RedisError

    address = urlsplit(url)
    name = f"{address.hostname}:{address.port}" if address.hostname else address.path
    try:
        Redis.from_url(url, socket_connect_timeout=SECONDS, socket_timeout=SECONDS).ping()
    except (RedisError, OSError) as error:
        return Finding("Redis", f"{name}: {error}", f"{START}, which brings its own, or check REDIS_URL")
    return Finding("Redis", f"{name} answers")


def health(settings: Settings) -> Iterator[Finding]:
    """What the running app says of itself at /healthz."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    told = health_of(f"http://{host}:{settings.port}/healthz")
    if told is None:
        yield Finding("App", f"does not run at port {settings.port}", START)
        return
    problems = [PROBLEMS.get(name, f"{name}: no sign of life") for name in told.get("problems", ())]
    oldest = (told.get("pending") or {}).get("oldest_seconds")
    waits = f"the oldest pending record waits {oldest} s" if oldest else "nothing is pending"
    found = f"{told.get('status', 'unknown')}, {waits}"
    yield Finding("App", "; ".join((found, *problems)), PROBLEM_FIX if problems else "")


def health_of(address: str) -> dict[str, Any] | None:
    """The answer of a running app, also of one that is not well; None if there is none."""
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:  # noqa: S310 an address of this machine
            told = json.load(answer)
    except urllib.error.HTTPError as error:
        told = _json_of(error)
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) and "status" in told else None


def _json_of(error: urllib.error.HTTPError) -> object:
    try:
        return json.load(error)
    except ValueError:
        return None


def quickbooks(settings: Settings) -> Iterator[Finding]:
    """Intuit's discovery document and API host, or the sandbox's."""
    whose = "the app's own sandbox" if settings.own_sandbox else "Intuit"
    fix = (
        START
        if settings.own_sandbox
        else "check the network and any proxy: both addresses have to be reachable"
    )
    for subject, address in (
        ("QuickBooks", settings.quickbooks_discovery_url),
        ("API", settings.quickbooks_api_url),
    ):
        problem = _http_problem(address, subject == "QuickBooks")
        if problem:
            yield Finding(subject, f"{address}: {problem}", fix)
        else:
            yield Finding(subject, f"{whose}, {address} answers")


def webhooks(settings: Settings) -> Iterator[Finding]:
    """Whether QuickBooks can tell of changes, or how they are found otherwise."""
    address = f"{settings.public_url}/webhooks/quickbooks"
    if not settings.quickbooks_verifier_token:
        yield Finding(
            "Webhooks", "no verifier token", "set INTUIT_VERIFIER_TOKEN from the app's page at Intuit"
        )
    elif settings.webhooks_can_arrive:
        yield Finding("Webhooks", f"verified, arrive at {address}")
    else:
        every = settings.feed_interval
        yield Finding(
            "Webhooks", f"cannot arrive at {address}: the app reads the change feed every {every} s"
        )


def mail(settings: Settings) -> Iterator[Finding]:
    """The mail server, or the folder that stands for it."""
    if settings.smtp_url is None:
        yield Finding("Mail", f"written to {settings.var / 'mail'} (SMTP_URL is not set)")
        return
    address = urlsplit(settings.smtp_url)
    implicit = address.scheme == "smtps"
    kind = smtplib.SMTP_SSL if implicit else smtplib.SMTP
    name = f"{address.hostname}:{address.port or (465 if implicit else 587)}"
    try:
        with kind(
            address.hostname or "", address.port or (465 if implicit else 587), timeout=SECONDS
        ) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        yield Finding(
            "Mail", f"{name}: {error}", "check SMTP_URL, and that the server may be reached from here"
        )
        return
    yield Finding("Mail", f"{name} answers")


def secret(settings: Settings) -> Iterator[Finding]:
    """The keys that seal tokens and sign links, and whether they are those of the data."""
    kept = settings.var / "secret.key"
    known = settings.secret_keys
    if not known and settings.development and kept.exists():
        known = replace(settings, secret_key=kept.read_text().strip()).secret_keys
    if problem := _foreign_keys(settings, known):
        yield Finding("Secret key", problem, "put the former key behind it, with a comma between them")
    elif len(known) > 1:
        yield Finding("Secret key", f"{len(known)} keys: after bookipi rotate-keys the first alone will do")
    elif settings.secret_keys:
        yield Finding("Secret key", "BOOKIPI_SECRET_KEY is set")
    elif settings.development:
        yield Finding("Secret key", f"{kept}, {'present' if known else 'made at the first start'}")
    else:
        yield Finding(
            "Secret key", "not set", "set BOOKIPI_SECRET_KEY: 32 random characters, kept apart from the data"
        )


def _foreign_keys(settings: Settings, known: tuple[str, ...]) -> str:
    """What is wrong if these are not the keys of the data; nothing where that cannot be asked."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import SQLAlchemyError

    from bookipi_app.db import Database
    from bookipi_app.quickbooks import auth, keys

    address = make_url(settings.database_url)
    is_new = address.get_backend_name() == "sqlite" and not Path(address.database or "").exists()
    if not known or is_new:
        return ""
    try:
        keys.require(Database(settings.database_url), auth.Vault(*known))
    except SettingsError as wrong:
        return str(wrong).partition(". ")[0]
    except SQLAlchemyError:
        return ""  # another line says so
    return ""


def disk(settings: Settings) -> Iterator[Finding]:
    """Room for the data."""
    folder = next(one for one in (settings.var, *settings.var.parents) if one.exists())
    free = shutil.disk_usage(folder).free
    fix = "" if free > FREE_BYTES else f"make room, or move BOOKIPI_VAR: less than 1 GB is free at {folder}"
    yield Finding("Disk", f"{free / 1e9:.1f} GB free at {folder}", fix)


CHECKS: tuple[Check, ...] = (python, node, database, redis, health, quickbooks, webhooks, mail, secret, disk)


def _http_problem(address: str, must_be_json: bool) -> str:
    """What is wrong at an address, empty if nothing. An API host that answers anything at all is reachable."""
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:  # noqa: S310 the settings allow http(s) only
            if must_be_json:
                json.load(answer)
    except urllib.error.HTTPError as error:
        return f"answers {error.code}" if must_be_json else ""
    except (OSError, ValueError, socket.gaierror) as error:
        return str(getattr(error, "reason", error))
    return ""
