"""QuickBooks' Accounting API for one realm: read, query, follow changes, write.

Numbers come back as int and Decimal, never as floats. A write sends the exact text that it is given under the request
id that it is given: whoever repeats a write gives the same two again, and QuickBooks answers as the first time.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import quote

from bookipi_app import exactjson
from bookipi_app.clock import Clock
from bookipi_app.models import Operation
from bookipi_app.quickbooks.faults import Unknown, failure_of, fault_in
from bookipi_app.quickbooks.transport import Http, Received, pooled, send
from bookipi_app.quickbooks.wire import (
    MINOR_VERSION,
    MOST_IDS,
    MOST_ROWS,
    NAME_LISTS,
    Answer,
    ChangeFeed,
    Entity,
    Json,
    Tombstone,
    as_list,
    as_object,
    as_text,
    last_updated,
    parse_time,
)
from bookipi_app.settings import settings

log = logging.getLogger(__name__)

_OPERATIONS = {Operation.DELETE: "delete", Operation.VOID: "void"}  # a create and an update need no word


class TokenSource(Protocol):
    """Where a client gets its access token from; `quickbooks.auth.StoredTokens` is the real one."""

    def access_token(self) -> str:
        """A token that is good for the next request."""
        ...

    def refresh(self, failed_token: str) -> str:
        """Another token than the one that was refused. Raises GrantLost if there is none any more."""
        ...

    def revoke(self) -> None:
        """End the grant at Intuit. One that has ended already is as good."""
        ...


class QuickBooks:
    """One realm, as one grant sees it. Every method may raise what `quickbooks.faults` lists."""

    def __init__(
        self,
        realm_id: str,
        tokens: TokenSource,
        clock: Clock,
        http: Http | None = None,
        url: str | None = None,
    ) -> None:
        self.realm_id = realm_id
        self.tokens = tokens
        self.clock = clock
        self.http = http or pooled()
        self._base = f"{url or settings().quickbooks_api_url}/v3/company/{realm_id}"

    def read(self, entity: Entity, remote_id: str) -> Json:
        """One object by its id. A deleted or unknown one raises Gone."""
        reply = self._get(f"/{entity.lower()}/{quote(remote_id, safe='')}", {})
        return reply.object(entity)

    def company_info(self) -> Json:
        """`CompanyInfo` of the realm."""
        return self.read(Entity.COMPANY, self.realm_id)

    def preferences(self) -> Json:
        """`Preferences` of the realm."""
        return self._get("/preferences", {}).object(Entity.PREFERENCES)

    def now(self) -> datetime:
        """QuickBooks' own clock: cursors of the change feed come from it, never from ours."""
        time = self._get("/preferences", {}).time
        if time is None:
            raise Unknown("QuickBooks' answer was not understood.")
        return time

    def query(self, statement: str) -> list[Json]:
        """The rows of one query, at most 1000. Values in it must have gone through `literal`."""
        if not statement.isascii():
            raise ValueError("QuickBooks' query language takes ASCII only: compare here instead")
        body = self._get("/query", {"query": statement}).member("QueryResponse")
        return _rows(body)

    def query_ids(self, entity: Entity, ids: Iterable[str]) -> list[Json]:
        """Those of the objects that exist, inactive ones included. Deleted transactions are just missing."""
        wanted = sorted(set(ids), key=lambda remote_id: (len(remote_id), remote_id))
        found: list[Json] = []
        for start in range(0, len(wanted), MOST_IDS):
            chunk = ", ".join(literal(remote_id) for remote_id in wanted[start : start + MOST_IDS])
            found += self.query(
                _select(entity, f"Id IN ({chunk}){_everyone(entity)}", f"MAXRESULTS {MOST_ROWS}")
            )
        return found

    def all(self, entity: Entity, where: str = "", page: int = MOST_ROWS) -> Iterator[list[Json]]:
        """Every object by pages in the order of ids, inactive ones included, none twice.

        Paging is no snapshot: what is deleted meanwhile can hide one at the border of two pages; the change feed
        tells of the deletion and a later full reading of the hidden one.
        """
        condition = where + _everyone(entity) if where else _everyone(entity).removeprefix(" AND ")
        seen: set[str] = set()
        start = 1
        while True:
            rows = self.query(
                _select(entity, condition, f"ORDERBY Id ASC STARTPOSITION {start} MAXRESULTS {page}")
            )
            fresh = [row for row in rows if as_text(row.get("Id")) not in seen]
            seen.update(as_text(row.get("Id")) for row in fresh)
            if fresh:
                yield fresh
            if len(rows) < page or not fresh:
                return
            start += page

    def change_feed(self, entities: Sequence[Entity], since: datetime) -> ChangeFeed:
        """What changed since a moment, at most 29 days ago; older moments are refused by QuickBooks."""
        query = {"entities": ",".join(entities), "changedSince": _utc(since)}
        reply = self._get("/cdc", query)
        return _change_feed(reply, entities)

    def write(self, entity: Entity, operation: Operation, body_text: str, request_id: str) -> Answer:
        """Create, update, delete or void: sends exactly this text, under exactly this request id."""
        query = {"requestid": request_id}
        if operation in _OPERATIONS:
            query["operation"] = _OPERATIONS[operation]
        reply = self._call("POST", f"/{entity.lower()}", query, body_text.encode())
        return Answer(reply.object(entity), reply.tid, reply.time)

    def _get(self, path: str, query: Mapping[str, str]) -> _Reply:
        return self._call("GET", path, query, None)

    def _call(self, method: str, path: str, query: Mapping[str, str], content: bytes | None) -> _Reply:
        """One request; after a 401 one refresh and one repeat of the very same bytes."""
        token = self.tokens.access_token()
        received = self._send(token, method, path, query, content)
        if received.status == 401:
            token = self.tokens.refresh(token)
            received = self._send(token, method, path, query, content)
        return self._understand(received)

    def _send(
        self, token: str, method: str, path: str, query: Mapping[str, str], content: bytes | None
    ) -> Received:
        headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
        if content is not None:
            headers["content-type"] = "application/json"
        request = self.http.build_request(
            method,
            self._base + path,
            params={**query, "minorversion": MINOR_VERSION},
            content=content,
            headers=headers,
        )
        begun = time.monotonic()
        received = send(self.http, request)
        took = round((time.monotonic() - begun) * 1000)
        log.info(
            "%s %s %s in %d ms, realm %s, tid %s",
            method,
            path,
            received.status,
            took,
            self.realm_id,
            received.tid,
        )
        return received

    def _understand(self, received: Received) -> _Reply:
        document = _parse(received.body)
        if received.status != 200 or fault_in(document):
            wait = received.headers.get("retry-after", "")
            raise failure_of(
                received.status,
                document,
                now=self.clock(),
                realm_id=self.realm_id,
                tid=received.tid,
                wait=wait,
            )
        return _Reply(as_object(document), received.tid)


@dataclass(frozen=True)
class _Reply:
    """An answer of 200 without a fault."""

    document: Json
    tid: str

    @property
    def time(self) -> datetime | None:
        return parse_time(self.document.get("time"))

    def member(self, name: str) -> Json:
        """A member that must be there: an answer without it is no answer."""
        if not isinstance(self.document.get(name), dict):
            raise Unknown("QuickBooks' answer was not understood.", None, self.tid)
        return as_object(self.document[name])

    def object(self, entity: Entity) -> Json:
        found = self.member(entity)
        if not as_text(found.get("Id")):
            raise Unknown("QuickBooks' answer was not understood.", None, self.tid)
        return found


def literal(value: str) -> str:
    """A value inside a query: quoted, with a backslash before quotes and backslashes.

    Raises:
        ValueError: QuickBooks' parser takes printable ASCII only.
    """
    if not value.isascii() or not value.isprintable():
        raise ValueError("QuickBooks' query language takes ASCII only: compare here instead")
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _select(entity: Entity, condition: str, rest: str) -> str:
    """A statement of QuickBooks' own language, which reads only; values in the condition are literals already."""
    where = f"WHERE {condition} " if condition else ""
    return f"SELECT * FROM {entity} {where}{rest}"  # noqa: S608


def _everyone(entity: Entity) -> str:
    return " AND Active IN (true, false)" if entity in NAME_LISTS else ""


def _utc(moment: datetime) -> str:
    """With `Z`: the `+` of an offset becomes a space on the way."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _parse(body: bytes) -> object:
    """The JSON of a body, or None: HTML of a proxy, half an answer."""
    try:
        return exactjson.loads(body)
    except (ValueError, RecursionError):
        return None


def _rows(query_response: Json) -> list[Json]:
    """The objects in a QueryResponse, whatever the case of their array's key; an empty response has no array."""
    arrays = [rows for rows in map(as_list, query_response.values()) if rows]
    return [row for row in map(as_object, arrays[0] if arrays else []) if as_text(row.get("Id"))]


def _change_feed(reply: _Reply, entities: Sequence[Entity]) -> ChangeFeed:
    objects: dict[Entity, list[Json]] = {entity: [] for entity in entities}
    tombstones: list[Tombstone] = []
    responses = as_list(reply.document.get("CDCResponse"))
    if not responses:
        raise Unknown("QuickBooks' answer was not understood.", None, reply.tid)
    for response in responses:
        if fault_in(response):
            raise Unknown("QuickBooks' change feed was not understood.", None, reply.tid)
        for part in as_list(as_object(response).get("QueryResponse")):
            _sort_part(as_object(part), objects, tombstones)
    count = sum(len(found) for found in objects.values()) + len(tombstones)
    return ChangeFeed(objects, tombstones, reply.time, count >= MOST_ROWS)


def _sort_part(part: Json, objects: dict[Entity, list[Json]], tombstones: list[Tombstone]) -> None:
    for entity, found in objects.items():
        for obj in map(as_object, as_list(part.get(entity))):
            if obj.get("status") == "Deleted":
                tombstones.append(Tombstone(entity, as_text(obj.get("Id")), last_updated(obj)))
            else:
                found.append(obj)
