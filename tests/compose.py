"""Just enough of a compose file to know whether it puts a Redis without a password where anybody reaches it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

REDIS = re.compile(r"redis|valkey|keydb", re.IGNORECASE)
PASSWORD = re.compile(r"--requirepass[\"',\s]+([^\s\"',\]]+)")
LOOPBACK = ("127.", "[::1]:", "localhost:")
SKIPPED = {".git", ".venv", ".web", ".web-builds", "node_modules", "var"}


def shipped(project: Path) -> list[Path]:
    """The compose files of a project."""
    found = [*project.rglob("*compose*.yml"), *project.rglob("*compose*.yaml")]
    return sorted(file for file in found if not SKIPPED & set(file.relative_to(project).parts))


def open_redis(text: str) -> list[str]:
    """The services that are a Redis, published beyond this machine, and have no password."""
    return [
        name
        for name, body in _services(text)
        if _is_redis(body) and _is_published(body) and not _has_password(body)
    ]


def _services(text: str) -> Iterator[tuple[str, str]]:
    """Each service by its name, with the lines that are indented below it."""
    body = re.search(r"^services:\s*\n((?:[ \t]+.*\n|\s*\n)*)", text + "\n", re.MULTILINE)
    if body is None:
        return
    indent = re.match(r"\s*", body[1].lstrip("\n"))
    depth = len(indent[0]) if indent else 2
    parts = re.split(rf"^ {{{depth}}}([\w.-]+):[ \t]*$", body[1], flags=re.MULTILINE)
    yield from zip(parts[1::2], parts[2::2], strict=True)


def _is_redis(body: str) -> bool:
    named = re.findall(r"^\s+(?:image|command|entrypoint):(.*(?:\n\s+-.*)*)", body, re.MULTILINE)
    return any(REDIS.search(words) for words in named)


def _is_published(body: str) -> bool:
    if re.search(r"^\s+network_mode:\s*[\"']?host", body, re.MULTILINE):
        return True
    listed = re.search(r"^\s+ports:\s*(\[.*\]|(?:\n\s+-.*)+)", body, re.MULTILINE)
    if listed is None:
        return False
    ports = re.findall(r"[^\s,\[\]\"'-][^\s,\"']*|\[::1?\]:[^\s,\"']*", listed[1].strip("[]"))
    return any(not port.startswith(LOOPBACK) for port in ports if not port.startswith("#"))


def _has_password(body: str) -> bool:
    return PASSWORD.search(body) is not None
