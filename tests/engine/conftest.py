"""The engine's ring: nothing leaves this process."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bookipi_app import live, queue
from bookipi_app.db import Database
from tests.engine.world import World, new_database


@pytest.fixture(autouse=True)
def no_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wake-ups and messages have nowhere to go here: the tests run the engine themselves."""
    monkeypatch.setattr(queue, "wake", lambda _connection_id: None)
    monkeypatch.setattr(live, "publish", lambda *_: None)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database file, to be copied."""
    return new_database(tmp_path_factory.mktemp("template"))


@pytest.fixture
def make_world(tmp_path: Path, empty_database: Path) -> Callable[..., World]:
    """Worlds by preset and seed."""
    file = shutil.copy(empty_database, tmp_path / "world.db")
    return lambda **chosen: World(Database(f"sqlite:///{file}"), **chosen)


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """A US company with automated sales tax, connected a moment ago."""
    return make_world()
