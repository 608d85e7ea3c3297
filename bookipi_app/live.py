"""Something changed: published over Redis after a commit, heard by open pages.

A message names a company, a kind and an id, and never carries data. Publishing is fire-and-forget; a page that missed
a message loads again at its next safety refresh.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from uuid import UUID

from redis import RedisError
from redis import asyncio as redis_asyncio

from bookipi_app import broker, trace
from bookipi_app.settings import settings

log = logging.getLogger(__name__)
CHANNEL = "bookipi:changes"
RETRY_SECONDS = 1.0


@dataclass(frozen=True)
class Change:
    """What changed. `kind` is a record's kind or `connection`; an empty id means several."""

    company: str
    kind: str
    id: str = ""
    trace: str = ""  # of the work that changed it


# For the messenger, who takes all that wait at once: of a bulk they come in crowds.
_waiting: deque[Change] = deque()


def publish(company_id: UUID, kind: str, record_id: UUID | None = None) -> None:
    """Tell the open pages of a company. Returns at once and never fails: what changed is already committed."""
    _waiting.append(Change(str(company_id), kind, str(record_id or ""), trace.current()))
    broker.later(_publish_waiting)


def _publish_waiting() -> None:
    changes = [_waiting.popleft() for _ in range(len(_waiting))]
    if not changes:
        return
    try:
        with broker.client().pipeline(transaction=False) as crowd:
            for change in changes:
                crowd.publish(CHANNEL, json.dumps(asdict(change)))
            crowd.execute()
    except RedisError as error:
        log.warning("open pages were not told: %s", type(error).__name__)


class Hub:
    """One per web process: tells each open page that something of its company changed. What, nobody asks."""

    def __init__(self) -> None:
        self._pages: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._heard: defaultdict[str, int] = defaultdict(int)
        self._gaps = 0

    @contextlib.contextmanager
    def subscribe(self, company_id: UUID | str) -> Iterator[asyncio.Event]:
        """What is set by each change of one company while the block runs; who looks clears it."""
        changed = asyncio.Event()
        pages = self._pages[str(company_id)]
        pages.add(changed)
        try:
            yield changed
        finally:
            pages.discard(changed)

    def heard(self, company_id: UUID | str) -> tuple[int, int]:
        """A number that is another one after each change of a company: while it stays, nothing has to be read again."""
        return self._heard[str(company_id)], self._gaps

    def tell(self, change: Change) -> None:
        """Tell the pages of the company; one that has not looked since the last change hears nothing new."""
        self._heard[change.company] += 1
        pages = tuple(self._pages.get(change.company, ()))
        if pages:
            told = {"trace": change.trace}
            log.info("%s %s changed: %d watchers told", change.kind, change.id, len(pages), extra=told)
        for changed in pages:
            changed.set()

    def tell_everyone(self) -> None:
        """After a gap nobody knows what was missed: every page looks again."""
        self._gaps += 1
        for company in tuple(self._pages):
            self.tell(Change(company, "connection"))

    async def listen(self) -> None:
        """Hear changes until cancelled, through any outage of Redis."""
        while True:
            try:
                await self._listen_once()
            except (RedisError, OSError) as error:
                log.warning("open pages do not follow until Redis is back: %s", type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen_once(self) -> None:
        server = redis_asyncio.from_url(settings().redis_url, socket_connect_timeout=2)
        async with server as client, client.pubsub() as channel:
            await channel.subscribe(CHANNEL)
            self.tell_everyone()
            async for message in channel.listen():
                if message["type"] == "message":
                    self.tell(Change(**json.loads(message["data"])))


hub = Hub()
