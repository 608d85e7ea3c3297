"""The kinds of fault, where each of them may strike, and what it looks like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum
from random import Random

import httpx

from tests.engine.simulation import answers
from tests.engine.world import Killed


class Fault(StrEnum):
    """Everything that can strike."""

    DEATH_BEFORE_REQUEST = "the worker dies before a request"
    DEATH_AFTER_REQUEST = "the worker dies after a request"
    DEATH_BEFORE_COMMIT = "the worker dies before a commit"
    DEATH_AFTER_COMMIT = "the worker dies after a commit"
    UNREACHABLE = "no connection"
    TIME_OUT_BEFORE = "a time-out, nothing done"
    TIME_OUT_AFTER = "a time-out, all done"
    CUT_OFF = "the answer is cut off"
    THROTTLED = "429 with Retry-After"
    THROTTLED_SILENTLY = "429 without Retry-After"
    FAILED_BEFORE = "500, nothing done"
    FAILED_AFTER = "500, all done"
    GATEWAY = "503 in HTML"
    TRUNCATED = "half of the JSON"
    TOKEN_EXPIRED = "the access token has expired"
    REVOKED = "the grant is revoked"
    SECOND_WORKER = "a second worker runs"
    LEASE_EXPIRES = "a request outlasts the lease, and a second worker runs"
    EDIT_HERE = "an edit here at a border"
    EDIT_THERE = "an edit there at a border"
    WEBHOOK_LOST = "a webhook is lost"
    WEBHOOK_DOUBLED = "a webhook comes twice"
    WEBHOOKS_REORDERED = "webhooks change places"
    WEBHOOK_LATE = "a webhook is late"
    BAD_GATEWAY = "502 or 504 in HTML"
    FAULT_IN_200 = "200 with a fault inside"
    REDIRECTED = "a redirect to another host"
    FORGOTTEN = "a time-out, all done, and the request id is forgotten"
    REFRESH_LOST = "the answer to a refresh is lost"
    BATCH_LIMITED = "a batch of which one item is carried out"
    BATCH_INCOMPLETE = "a batch's answer lacks an item"
    DATABASE_BUSY = "the database is busy"
    DISCONNECTED = "a person disconnects at a border"
    STRANGE_WEBHOOK = "a webhook of another realm, or of no known kind"
    FEED_TRUNCATED = "the change feed says that it is too long"
    OWN_PACE = "our own pace makes it wait"
    CLOCK_BACK = "our clock steps ten minutes back, or forth again"
    CLOCK_JUMPS = "our clock jumps"
    CLOCK_OFF = "QuickBooks' clock is off"
    LIMITED_LONG = "429 for ten minutes"
    DOWN_LONG = "503 for two hours"
    CUT_SENDING = "the connection is cut while a request is sent"
    SLOW = "an answer takes up to two minutes"
    ENDLESS = "an answer without an end"
    HOT = "a record is changed there before each of the next writes"
    DEATH_IN_REFRESH = "the worker dies between a refresh and its commit"
    DEAF = "our address does not answer for hours"
    UNSTORED = "the database is busy when a webhook comes"
    OLD_FORM = "a webhook in the old form"
    LONG_AWAY = "forty days without a connection"
    OTHER_REALM = "another QuickBooks company wants to be connected"
    OTHER_TENANT = "another account wants the same QuickBooks company"
    RESTORED = "the database is brought back from a backup"
    DISK_FULL = "the disk is full"
    FIELD_REFUSED = "a field is refused"
    SECOND_REFRESH = "two workers renew the grant"
    FORBIDDEN = "403, the permission does not cover the company"
    IDLE_LONG = "a hundred days in which nothing runs"
    FORGED = "a webhook under a wrong signature"
    REPLAYED = "an old webhook comes again"
    BURST = "five thousand events in one webhook"
    ECHO = "a webhook of our own write"
    PAGES_SHIFTED = "records come and go between two pages"
    NUMBER_TAKEN = "an invoice's number is used there"
    NUMBER_GIVEN = "QuickBooks gives a new invoice a number of its own"
    WEB_DIES_SAVING = "the web process dies before the commit of a save"
    WEB_DIES_SAVED = "the web process dies after the commit of a save"
    REDIS_DOWN = "Redis is down for five minutes"
    REDIS_FLUSHED = "Redis loses the wake-ups that wait"
    REDIS_FULL = "Redis is full, or read-only"


APART = (  # drawn by themselves: what the other kinds do in a seed is as it was before these came
    Fault.DISK_FULL, Fault.FIELD_REFUSED, Fault.SECOND_REFRESH, Fault.FORBIDDEN, Fault.IDLE_LONG, Fault.FORGED,
    Fault.REPLAYED, Fault.BURST, Fault.ECHO, Fault.PAGES_SHIFTED,
)  # fmt: skip
OF_PROCESSES = (  # drawn by themselves too, in `wakeups`
    Fault.WEB_DIES_SAVING, Fault.WEB_DIES_SAVED, Fault.REDIS_DOWN, Fault.REDIS_FLUSHED, Fault.REDIS_FULL,
)  # fmt: skip
OF_PEOPLE = (  # not drawn: they happen
    Fault.OLD_FORM, Fault.LONG_AWAY, Fault.OTHER_REALM, Fault.OTHER_TENANT, Fault.RESTORED,
    Fault.NUMBER_TAKEN, Fault.NUMBER_GIVEN,
)  # fmt: skip


BEFORE = (
    Fault.DEATH_BEFORE_REQUEST, Fault.UNREACHABLE, Fault.TIME_OUT_BEFORE, Fault.THROTTLED, Fault.THROTTLED_SILENTLY,
    Fault.FAILED_BEFORE, Fault.GATEWAY, Fault.TOKEN_EXPIRED, Fault.REVOKED, Fault.SECOND_WORKER, Fault.LEASE_EXPIRES,
    Fault.EDIT_HERE, Fault.EDIT_THERE, Fault.CLOCK_JUMPS, Fault.BAD_GATEWAY, Fault.FAULT_IN_200, Fault.REDIRECTED,
    Fault.DISCONNECTED, Fault.CLOCK_BACK, Fault.LIMITED_LONG, Fault.DOWN_LONG, Fault.CUT_SENDING, Fault.HOT,
)  # fmt: skip
AFTER = (
    Fault.DEATH_AFTER_REQUEST, Fault.TIME_OUT_AFTER, Fault.CUT_OFF, Fault.FAILED_AFTER, Fault.TRUNCATED,
    Fault.EDIT_HERE, Fault.EDIT_THERE, Fault.LEASE_EXPIRES, Fault.SLOW, Fault.ENDLESS,
)  # fmt: skip
REFRESH = (*AFTER, Fault.REFRESH_LOST, Fault.DEATH_IN_REFRESH)
WRITTEN = (*AFTER, Fault.FORGOTTEN)
BATCH = (Fault.BATCH_LIMITED, Fault.BATCH_INCOMPLETE)  # batches are few: in every storm
POST = (
    Fault.STRANGE_WEBHOOK,
    Fault.WEBHOOK_LOST,
    Fault.WEBHOOK_DOUBLED,
    Fault.WEBHOOKS_REORDERED,
    Fault.WEBHOOK_LATE,
)
RARE = {
    Fault.REVOKED: 0.4,
    Fault.CLOCK_JUMPS: 0.5,
    Fault.DISCONNECTED: 0.8,
    Fault.DOWN_LONG: 0.4,
    Fault.LIMITED_LONG: 0.6,
}  # of the times that they would strike
INSTEAD: Mapping[Fault | None, Callable[[Random], httpx.Response]] = {
    Fault.THROTTLED: lambda _: answers.canned("throttled", {"retry-after": "7"}),
    Fault.THROTTLED_SILENTLY: lambda _: answers.canned("throttled"),
    Fault.FAILED_BEFORE: lambda _: answers.canned("system"),
    Fault.GATEWAY: lambda _: answers.canned("html"),
    Fault.BAD_GATEWAY: lambda chance: answers.canned(chance.choice(("bad-gateway", "gateway-timeout"))),
    Fault.FAULT_IN_200: lambda _: answers.canned("system", status=200),
    Fault.REDIRECTED: lambda _: answers.redirect(),
}
REFUSAL = {Fault.DEAF: 503, Fault.UNSTORED: 500}  # of a webhook, which is then sent again
LASTING: Mapping[Fault | None, tuple[timedelta, str]] = {
    Fault.LIMITED_LONG: (timedelta(minutes=10), "throttled"),
    Fault.DOWN_LONG: (timedelta(hours=2), "html"),
}
Broken = Mapping[Fault | None, tuple[type[BaseException], str]]
NOTHING_DONE: Broken = {
    Fault.DEATH_BEFORE_REQUEST: (Killed, "before the request"),
    Fault.UNREACHABLE: (httpx.ConnectError, "no connection"),
    Fault.TIME_OUT_BEFORE: (httpx.ReadTimeout, "no answer"),
    Fault.CUT_SENDING: (httpx.WriteError, "the connection was cut"),
}
ALL_DONE: Broken = {
    Fault.DEATH_AFTER_REQUEST: (Killed, "after the request"),
    Fault.DEATH_IN_REFRESH: (Killed, "after the refresh"),
    Fault.TIME_OUT_AFTER: (httpx.ReadTimeout, "no answer"),
    Fault.REFRESH_LOST: (httpx.ReadTimeout, "no answer"),
    Fault.CUT_OFF: (httpx.ReadError, "the connection was cut"),
}
