"""Logs: a JSON object a line in production, a readable line in development; each with the id of what is being done.

No secret and nothing of a customer may get into them. Our own lines name records by id and never by content; what
others wrote into an exception is left out in production; and what looks like a credential is struck out everywhere.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType
from urllib.parse import urlsplit

from bookipi_app import trace
from bookipi_app.settings import Settings

STRUCK_OUT = "***"
SHORTEST_SECRET = 6  # a shorter one would strike out ordinary words
MOST_FRAMES = 40
LOUD = (
    "httpx",
    "httpcore",
    "rq",
    "alembic",
    "asyncio",
)  # they name whole addresses, and much that nobody asks for
# Credentials in the forms in which they are sent; group 1 stays.
CREDENTIALS = (
    re.compile(r"(?i)\b((?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{6,}"),
    re.compile(
        r"(?i)([\"']?\b(?:access_token|refresh_token|id_token|client_secret|password|passwd|secret|code|state|token|key)"
        r"[\"']?\s*[=:]\s*[\"']?)[^\s\"'&,;}]{6,}"
    ),
    re.compile(r"(://[^:/\s@]*:)[^@\s/]+(?=@)"),
    re.compile(r"((?:__Host-bookipi|bookipi_session)=)[^;\s]+"),
)
E_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def configure(settings: Settings, part: str) -> None:
    """Send this process' lines to its standard output, in the form that these settings ask for."""
    handler = logging.StreamHandler(sys.stdout)
    redaction = Redaction(_secrets_of(settings))
    handler.setFormatter(Readable(redaction) if settings.development else JsonLines(redaction, part))
    handler.addFilter(_with_trace)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    sys.excepthook = _unforeseen
    threading.excepthook = lambda args: _unforeseen(args.exc_type, args.exc_value, args.exc_traceback)
    for loud in LOUD:
        logging.getLogger(loud).setLevel(logging.WARNING)


class Redaction:
    """Strikes out of a text what is secret here, what looks like a credential, and e-mail addresses."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted({one for one in secrets if len(one) >= SHORTEST_SECRET}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, text: str) -> str:
        """The text as it may be written down."""
        if self._known is not None:
            text = self._known.sub(STRUCK_OUT, text)
        for form in CREDENTIALS:
            text = form.sub(rf"\1{STRUCK_OUT}", text)
        return E_MAIL.sub(STRUCK_OUT, text)


class JsonLines(logging.Formatter):
    """For machines. Of an exception: its type and where it was, never its words, which may hold anything."""

    def __init__(self, redaction: Redaction, part: str) -> None:
        super().__init__()
        self._redaction = redaction
        self._part = part

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "part": self._part,
            "logger": record.name,
            "trace": getattr(record, "trace", ""),
            "message": self._redaction(record.getMessage()),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["stack"] = _where(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


class Readable(logging.Formatter):
    """For the person who develops: a line with the time, and the whole of an exception without credentials."""

    def __init__(self, redaction: Redaction) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(trace)s] %(message)s")
        self._redaction = redaction

    def format(self, record: logging.LogRecord) -> str:
        """One line, and those of the exception."""
        return self._redaction(super().format(record))


def _unforeseen(kind: type[BaseException], error: BaseException | None, where: TracebackType | None) -> None:
    """What nobody caught is a line like any other, not a page of text with whatever words are in it."""
    if issubclass(kind, KeyboardInterrupt | SystemExit) or error is None:
        return
    logging.getLogger(__name__).critical("nobody caught this", exc_info=(kind, error, where))


def _with_trace(record: logging.LogRecord) -> bool:
    if not hasattr(record, "trace"):
        record.trace = trace.current()
    return True


def _where(error: BaseException | None) -> list[str]:
    """File, line and function of each frame, the innermost last; nothing of the values."""
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:] if error else []
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def _secrets_of(settings: Settings) -> Iterable[str]:
    yield from settings.secret_keys
    yield settings.quickbooks_client_secret
    yield settings.quickbooks_verifier_token
    yield settings.metrics_token or ""
    redis = (settings.redis_url, *settings.realm_redis_urls, settings.reflex_redis_url)
    for address in (*redis, settings.database_url, settings.smtp_url):
        yield (urlsplit(address).password or "") if address else ""
