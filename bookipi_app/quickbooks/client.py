"""QuickBooks' Accounting API for one realm: read, query, follow changes, write.

Numbers come back as int and Decimal, never as floats. A write sends the exact text that it is given under the request
id that it is given: whoever repeats a write gives the same two again, and QuickBooks answers as the first time.
"""

from __future__ import annotations

import copy
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import quote

from bookipi_app import metrics
from bookipi_app.clock import Clock
from bookipi_app.errors import Failure
from bookipi_app.models import Operation
from bookipi_app.quickbooks import replies
from bookipi_app.quickbooks.faults import Throttled, Unknown, failure_of, fault_in
from bookipi_app.quickbooks.pace import SECOND, Pace
from bookipi_app.quickbooks.replies import Reply
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
    Purpose,
    as_object,
    as_text,
    is_readable,
    utc_text,
)
from bookipi_app.settings import settings

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 20.0  # how long one request waits for its turn before the whole realm is said to wait
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
        pace: Pace | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """`pace` is asked before each request; without one nothing is held back (tests)."""
        self.realm_id = realm_id
        self.tokens = tokens
        self.clock = clock
        self.http = http or pooled()
        self.reads: Counter[Purpose] = Counter()
        self.purpose = Purpose.EVENT
        self._pace = pace
        self._pause = pause
        self._base = f"{url or settings().quickbooks_api_url}/v3/company/{realm_id}"

    def meant_for(self, purpose: Purpose) -> QuickBooks:
        """The same client, whose reads are counted for another purpose."""
        other = copy.copy(self)
        other.purpose = purpose
        return other

    def has_room(self, *, batch: bool = False, bulk: bool = True) -> bool:
        """True if bulk work, or what a person waits for, may send now, or has its turn within a second.

        The window of a second is waited for; who has used a minute's up ends, and comes back.
        """
        return self._pace is None or self._pace.ahead(self.realm_id, batch=batch, bulk=bulk) <= SECOND

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
            raise Unknown(replies.NOT_UNDERSTOOD)
        return time

    def query(self, statement: str) -> list[Json]:
        """The rows of one query, at most 1000. Values in it must have gone through `literal`."""
        return self._query(statement)

    def _query(self, statement: str, bulk: bool = False) -> list[Json]:
        if not statement.isascii():
            raise ValueError("QuickBooks' query language takes ASCII only: compare here instead")
        return replies.rows(self._get("/query", {"query": statement}, bulk).member("QueryResponse"))

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
        seen: set[str] = set()
        start = 1
        while True:
            rows = self.page(entity, where, start, page)
            fresh = [row for row in rows if as_text(row.get("Id")) not in seen]
            seen.update(as_text(row.get("Id")) for row in fresh)
            if fresh:
                yield fresh
            if len(rows) < page or not fresh:
                return
            start += page

    def page(self, entity: Entity, where: str = "", start: int = 1, most: int = MOST_ROWS) -> list[Json]:
        """One page of a long reading, in the order of ids. Bulk: it leaves room for what a person waits for."""
        condition = where + _everyone(entity) if where else _everyone(entity).removeprefix(" AND ")
        rest = f"ORDERBY Id ASC STARTPOSITION {start} MAXRESULTS {most}"
        return self._query(_select(entity, condition, rest), bulk=True)

    def change_feed(self, entities: Sequence[Entity], since: datetime) -> ChangeFeed:
        """What changed since a moment, at most 29 days ago; older moments are refused by QuickBooks."""
        query = {"entities": ",".join(entities), "changedSince": utc_text(since)}
        reply = self._get("/cdc", query)
        return replies.change_feed(reply, entities)

    def write(self, entity: Entity, operation: Operation, body_text: str, request_id: str) -> Answer:
        """Create, update, delete or void: sends exactly this text, under exactly this request id."""
        query = {"requestid": request_id}
        if operation in _OPERATIONS:
            query["operation"] = _OPERATIONS[operation]
        reply = self._call("POST", f"/{entity.lower()}", query, body_text.encode())
        return Answer(reply.object(entity), reply.tid, reply.time)

    def batch(
        self, body_text: str, request_id: str, sent: Mapping[str, Entity], *, bulk: bool = True
    ) -> dict[str, Answer | Failure]:
        """Many writes in one request; `sent` names the entity of each bId. What became of each, by its bId.

        An item that is missing from the answer is unknown: it may have taken effect.
        """
        query = {"requestid": request_id}
        reply = self._call("POST", "/batch", query, body_text.encode(), batch=True, bulk=bulk)
        if not isinstance(reply.document.get("BatchItemResponse"), list):
            raise Unknown(replies.NOT_UNDERSTOOD, None, reply.tid)
        items = {as_text(item.get("bId")): item for item in replies.items(reply.document)}
        return {key: self._outcome(items[key], sent[key], reply) for key in sent if key in items}

    def _outcome(self, item: Json, entity: Entity, reply: Reply) -> Answer | Failure:
        if fault_in(item):
            failure = failure_of(400, item, now=self.clock(), realm_id=self.realm_id, tid=reply.tid)
            _count(failure)
            return failure
        found = as_object(item.get(entity))
        if not is_readable(found):
            return Unknown(replies.NOT_UNDERSTOOD, None, reply.tid)
        return Answer(found, reply.tid, reply.time)

    def _get(self, path: str, query: Mapping[str, str], bulk: bool = False) -> Reply:
        reply = self._call("GET", path, query, None, bulk=bulk)
        self.reads[self.purpose] += 1
        return reply

    def _call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        content: bytes | None,
        *,
        batch: bool = False,
        bulk: bool = False,
    ) -> Reply:
        """One request; after a 401 one refresh and one repeat of the very same bytes."""
        token = self.tokens.access_token()
        self._wait_for_turn(batch, bulk)
        received = self._send(token, method, path, query, content)
        if received.status == 401:
            token = self.tokens.refresh(token)
            self._wait_for_turn(batch, bulk)
            received = self._send(token, method, path, query, content)
        try:
            return self._understand(received)
        except Failure as failure:
            _count(failure)
            raise

    def _wait_for_turn(self, batch: bool, bulk: bool) -> None:
        while self._pace and (wait := self._pace.take(self.realm_id, batch=batch, bulk=bulk)):
            if wait > PATIENCE_SECONDS:
                until = self.clock() + timedelta(seconds=wait)
                raise Throttled("QuickBooks limits how fast records travel.", until)
            self._pause(wait)

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
        begun, operation, code = time.monotonic(), _operation(method, path), "none"
        try:
            received = send(self.http, request)
            code = str(received.status)
        finally:
            took = time.monotonic() - begun
            metrics.quickbooks_requests.labels(operation, code).inc()
            metrics.quickbooks_seconds.labels(operation).observe(took)
        asked = f"{method} {path} {query.get('requestid', '')}".strip()
        told = (asked, code, round(took * 1000), self.realm_id, received.tid)
        log.info("%s %s in %d ms, realm %s, tid %s", *told)
        return received

    def _understand(self, received: Received) -> Reply:
        document = replies.parse(received.body)
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
        return Reply(as_object(document), received.tid)


def _operation(method: str, path: str) -> str:
    """What a request is counted as: `read invoice`, `write invoice`, `query`, `cdc`, `batch`."""
    first = path.split("/")[1]
    if first in {entity.lower() for entity in Entity}:
        return f"{'write' if method == 'POST' else 'read'} {first}"
    return first


def _count(failure: Failure) -> None:
    if isinstance(failure, Throttled):
        metrics.quickbooks_throttled.inc()
    code = str(getattr(failure, "code", ""))[:20]
    metrics.quickbooks_faults.labels(type(failure).__name__, code).inc()


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
