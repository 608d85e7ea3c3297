"""`bookipi web` and `bookipi webhooks`: one server each, for who starts every process by itself (a container, systemd).

This process becomes the server: signals and the exit code are then the server's own.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bookipi_app import parts
from bookipi_app.frontend import IN_USE, held_build
from bookipi_app.settings import Settings, SettingsError


def become_web(settings: Settings) -> None:
    """The pages, routes and webhooks; returns only if it cannot.

    Raises:
        SettingsError: the pages of the present sources are not built.
    """
    with held_build() as build:
        if build is None:
            raise SettingsError("The pages are not built: run bookipi build first.")
        _hold_for_good(build)
        part = parts.web_part(settings, build)
    _become(part.command, part.environment)


def become_webhooks(settings: Settings, port: int) -> None:
    """The webhooks alone."""
    part = parts.webhooks_part(replace(settings, port=port or settings.port))
    _become(part.command, part.environment)


def _hold_for_good(build: Path) -> None:
    """Keep the build from being swept away by a later one for as long as the server lives."""
    lock = os.open(build / IN_USE, os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_SH)
    os.set_inheritable(lock, True)


def _become(command: Sequence[str], environment: Mapping[str, str]) -> None:
    # Of two web processes each may have been given a name of its own for the log.
    name = os.environ.get(parts.PART) or environment[parts.PART]
    given = {**os.environ, **environment, parts.PART: name}
    os.execve(command[0], list(command), given)  # noqa: S606 the command is ours
