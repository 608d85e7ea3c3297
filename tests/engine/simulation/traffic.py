"""What left the app and what reached QuickBooks, as somebody on the wire would write it down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from bookipi_app import exactjson
from bookipi_app.models import Kind
from tests.engine.simulation.faces import Face

KINDS = {kind.value: kind for kind in Kind}
Key = tuple[Kind, str]  # QuickBooks' id, or for a creation what the thing is called


@dataclass(frozen=True)
class Sent:
    """One write of one record, whatever became of it. `at` is QuickBooks' own moment: it never goes back."""

    at: datetime
    key: Key


@dataclass(frozen=True)
class Reached:
    """What a record was in QuickBooks just after a write of ours."""

    kind: Kind
    remote_id: str
    face: Face
    at: datetime


@dataclass
class Traffic:
    """Everything of one run."""

    sent: list[Sent] = field(default_factory=list[Sent])
    reached: list[Reached] = field(default_factory=list[Reached])
    limited: list[str] = field(default_factory=list[str])  # what QuickBooks itself answered 429 to
    heard: set[str] = field(default_factory=set[str])  # notices that were answered with 200
    ours: set[tuple[str, str, int]] = field(
        default_factory=set[tuple[str, str, int]]
    )  # versions that we wrote there

    def clear(self) -> None:
        """A new run."""
        self.sent.clear()
        self.reached.clear()
        self.limited.clear()
        self.heard.clear()
        self.ours.clear()

    def leaves(self, request: httpx.Request, at: datetime) -> list[Sent]:
        """A request of the app, before anything can strike it: the writes in it."""
        if request.method != "POST" or "/v3/" not in request.url.path:
            return []
        left = [Sent(at, key) for key in _keys(request)]
        self.sent += left
        return left

    def turned_away(self, left: list[Sent]) -> None:
        """QuickBooks has answered 429, and when to come again: it has not looked at these, so they were no tries."""
        self.sent = [one for one in self.sent if not any(one is each for each in left)]


def _keys(request: httpx.Request) -> Iterator[Key]:
    body: dict[str, Any] = exactjson.loads(request.content)
    items = body.get("BatchItemRequest")
    if items is None:
        entity = request.url.path.rsplit("/", 1)[-1]
        items = [{entity.capitalize(): body}]
    for item in items:
        for entity, obj in item.items():
            if entity.lower() in KINDS and isinstance(obj, dict):
                yield KINDS[entity.lower()], _called(obj)


def _called(obj: dict[str, Any]) -> str:
    names = (obj.get(name) for name in ("Id", "DisplayName", "Name", "DocNumber"))
    return next((str(name) for name in names if name), "")
