"""`requestid`: a write that is repeated under its id is not carried out again; the first answer comes back."""

import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple

from bookipi_app.sandbox import faults, gateway
from bookipi_app.sandbox.company import Company, Reply
from bookipi_app.sandbox.http import Request, Response
from bookipi_app.sandbox.switches import Switches

_LONGEST, _LONGEST_FOR_BATCH = 50, 36


class Attempt(NamedTuple):
    """One request as seen by idempotency; without an id, or reading, it is never stored."""

    company: Company
    switches: Switches
    request: Request
    actor: str
    now: datetime
    requestid: str

    def check(self, batch: bool) -> None:
        """Refuses an id that is too long."""
        if len(self.requestid) > (_LONGEST_FOR_BATCH if batch else _LONGEST):
            raise faults.invalid_request_id()

    def earlier_reply(self) -> Reply | None:
        """The stored answer to the same id, if there is one that still counts."""
        reply = self.company.replies.get(self._key()) if self._counts() else None
        if reply is None:
            return None
        lasts = self.switches.requestid_ttl_seconds
        if lasts and self.now - reply.time > timedelta(seconds=lasts):
            return None
        if self.switches.requestid_other_body == "refuse" and reply.digest != self._digest():
            raise gateway.duplicate_request_id()
        return reply

    def remember(self, response: Response) -> None:
        """Stores the answer under the id."""
        if not self._counts():
            return
        kind, key = response.headers["content-type"], self._key()
        reply = Reply(response.status, kind, response.body, self.now, self._digest())
        self.company.replies[key] = reply
        self.company.new_replies.append(key)

    def _counts(self) -> bool:
        return bool(self.requestid) and self.request.method == "POST"

    def _key(self) -> str:
        return f"{self.actor} {self.requestid}" if self.switches.requestid_per_app else self.requestid

    def _digest(self) -> str:
        return hashlib.sha256(self.request.path.encode() + b"\n" + self.request.body).hexdigest()
