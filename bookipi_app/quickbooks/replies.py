"""What an answer of 200 holds: an object, rows, the items of a batch, the change feed."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from bookipi_app import exactjson
from bookipi_app.quickbooks.faults import Unknown, fault_in
from bookipi_app.quickbooks.wire import (
    MOST_ROWS,
    ChangeFeed,
    Entity,
    Json,
    Tombstone,
    as_list,
    as_object,
    as_text,
    is_readable,
    last_updated,
    parse_time,
)

log = logging.getLogger(__name__)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
# Seldom there: an answer may hold a thousand objects, which are looked through only for this.
_UNSTORABLE_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
NOT_UNDERSTOOD = "QuickBooks' answer was not understood."


@dataclass(frozen=True)
class Reply:
    """An answer of 200 without a fault."""

    document: Json
    tid: str

    @property
    def time(self) -> datetime | None:
        """QuickBooks' own clock at the answer."""
        return parse_time(self.document.get("time"))

    def member(self, name: str) -> Json:
        """A member that must be there: an answer without it is no answer."""
        if not isinstance(self.document.get(name), dict):
            raise Unknown(NOT_UNDERSTOOD, None, self.tid)
        return as_object(self.document[name])

    def object(self, entity: Entity) -> Json:
        """The one object that was asked for or written."""
        found = self.member(entity)
        if not is_readable(found):
            raise Unknown(NOT_UNDERSTOOD, None, self.tid)
        return found


def parse(body: bytes) -> object:
    """The JSON of a body, or None: HTML of a proxy, half an answer."""
    try:
        document = exactjson.loads(body)
        return _storable(document) if _UNSTORABLE_ESCAPE.search(body) else document
    except (ValueError, RecursionError):
        return None


def _storable(value: object) -> object:
    """Without what no database takes: NUL, and half a character whose other half is missing."""
    match value:
        case str():
            return _UNSTORABLE.sub("", value)
        case dict():
            return {_storable(key): _storable(one) for key, one in cast(Json, value).items()}
        case list():
            return [_storable(one) for one in cast("list[object]", value)]
        case _:
            return value


def items(document: Json) -> list[Json]:
    """The items of a batch's answer, in whatever order."""
    return [as_object(item) for item in as_list(document.get("BatchItemResponse"))]


def rows(query_response: Json) -> list[Json]:
    """The objects in a QueryResponse, whatever the case of their array's key; an empty response has no array."""
    arrays = [rows for rows in map(as_list, query_response.values()) if rows]
    return _readable(arrays[0] if arrays else [])


def _readable(rows: list[object]) -> list[Json]:
    """Those that can be told apart. Of another one nothing can be said but that it was there."""
    found = [row for row in map(as_object, rows) if is_readable(row)]
    if len(found) < len(rows):
        log.warning("%d objects without an id or a version are passed over", len(rows) - len(found))
    return found


def change_feed(reply: Reply, entities: Sequence[Entity]) -> ChangeFeed:
    """Objects and tombstones, sorted out; an answer as long as QuickBooks' limit is not the whole of it."""
    objects: dict[Entity, list[Json]] = {entity: [] for entity in entities}
    tombstones: list[Tombstone] = []
    responses = as_list(reply.document.get("CDCResponse"))
    if not responses:
        raise Unknown(NOT_UNDERSTOOD, None, reply.tid)
    for response in responses:
        if fault_in(response):
            raise Unknown("QuickBooks' change feed was not understood.", None, reply.tid)
        for part in as_list(as_object(response).get("QueryResponse")):
            _sort_part(as_object(part), objects, tombstones)
    count = sum(len(found) for found in objects.values()) + len(tombstones)
    return ChangeFeed(objects, tombstones, reply.time, count >= MOST_ROWS)


def _sort_part(part: Json, objects: dict[Entity, list[Json]], tombstones: list[Tombstone]) -> None:
    for entity, found in objects.items():
        for obj in _readable(as_list(part.get(entity))):
            if obj.get("status") == "Deleted":
                tombstones.append(Tombstone(entity, as_text(obj.get("Id")), last_updated(obj)))
            else:
                found.append(obj)
