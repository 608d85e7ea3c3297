"""The engine's ring: nothing leaves this process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bookipi_app import live, queue
from bookipi_app.quickbooks import keys
from tests.engine.safe import Safe
from tests.engine.world import World
from tests.stores import new_store


@pytest.fixture(autouse=True)
def no_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wake-ups and messages have nowhere to go here: the tests run the engine themselves."""
    monkeypatch.setattr(queue, "wake", lambda _connection_id: None)
    monkeypatch.setattr(live, "publish", lambda *_: None)


@pytest.fixture
def make_world(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Worlds by preset and seed."""
    store = new_store(tmp_path / "world.db")
    yield lambda **chosen: World(store, **chosen)
    store.engine.dispose()


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """A US company with automated sales tax, connected a moment ago."""
    return make_world()


@pytest.fixture
def safe(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Safe:
    """Where the backups of the world are."""
    monkeypatch.setattr(keys, "this_vault", lambda: world.vault)
    world.feed_interval = timedelta(days=1)  # so that only the restoration itself makes it be read
    world.run()
    assert os.path.commonpath([tmp_path, world.database.url.removeprefix("sqlite:///")]) == str(tmp_path)
    return Safe(world, tmp_path)
