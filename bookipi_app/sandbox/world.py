"""Everything the sandbox holds: companies, registered apps, grants, switches, faults, logs and counters."""

import random
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from bookipi_app.sandbox.company import Change, Company
from bookipi_app.sandbox.http import written_target
from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.switches import Switches
from bookipi_app.sandbox.times import milliseconds_stamp

_KEPT_COMMITS = 20_000
_KEPT_REQUESTS = 500
_TOKEN_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(slots=True)
class App:
    """A registered client of the API."""

    client_id: str
    client_secret: str
    redirect_uris: list[str] = field(default_factory=list[str])
    name: str = "Bookipi"
    webhook_url: str = ""
    verifier_token: str = ""
    # Names of objects, or of objects and operations such as `Customer.Merge`; none means all.
    webhook_entities: list[str] = field(default_factory=list[str])
    disconnect_url: str = ""


@dataclass(slots=True)
class Token:
    """An access or refresh token and when it dies."""

    value: str
    issued: datetime
    expires: datetime


@dataclass(slots=True)
class Grant:
    """What one app may do in one realm. Connecting again replaces the tokens of the same grant."""

    client_id: str
    realm: str
    scope: str
    consented: datetime
    access: list[Token] = field(default_factory=list[Token])
    refresh: list[Token] = field(default_factory=list[Token])
    code: str = ""
    revoked: bool = False


@dataclass(slots=True)
class Code:
    """An authorization code: single use, short lived."""

    value: str
    client_id: str
    realm: str
    redirect_uri: str
    scope: str
    expires: datetime
    used: bool = False


class Commit(NamedTuple):
    """One line of the log of commits."""

    number: int
    realm: str
    actor: str
    operation: str
    kind: str
    id: str
    token: int
    time: datetime
    requestid: str
    indirect: bool

    def as_json(self) -> JsonObject:
        """The line as the control API shows it."""
        return {
            **{"number": self.number, "realm": self.realm, "actor": self.actor, "operation": self.operation},
            **{
                "entity": self.kind,
                "id": self.id,
                "sync_token": str(self.token),
                "requestid": self.requestid,
            },
            **{"time": milliseconds_stamp(self.time), "indirect": self.indirect},
        }


class Seen(NamedTuple):
    """One line of the log of requests."""

    number: int
    time: datetime
    method: str
    path: str
    query: Mapping[str, Sequence[str]]
    status: int
    note: str
    body: str

    @property
    def target(self) -> str:
        """Path and query as one text."""
        return written_target(self.path, self.query)

    def as_json(self) -> JsonObject:
        """The line as the control API shows it."""
        return {
            **{"number": self.number, "time": milliseconds_stamp(self.time), "method": self.method},
            **{"target": self.target, "status": self.status, "note": self.note, "body": self.body},
        }


@dataclass(frozen=True, slots=True)
class Happening:
    """A committed change on its way to the webhooks of one app."""

    event_id: str
    client_id: str
    realm: str
    change: Change
    due: datetime


@dataclass(slots=True)
class Delivery:
    """One POST to an app's webhook address; the shell sends it and reports the status."""

    id: str
    client_id: str
    url: str
    headers: dict[str, str]
    body: bytes
    due: datetime
    attempts: int = 0
    in_flight: bool = False
    status: int = 0
    events: list[Happening] = field(default_factory=list[Happening])


@dataclass(slots=True)
class World:
    """The whole state behind the core."""

    chance: random.Random
    switches: Switches = field(default_factory=Switches)
    companies: dict[str, Company] = field(default_factory=dict[str, Company])
    apps: dict[str, App] = field(default_factory=dict[str, App])
    grants: dict[tuple[str, str], Grant] = field(default_factory=dict[tuple[str, str], Grant])
    codes: dict[str, Code] = field(default_factory=dict[str, Code])
    access_index: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    sessions: dict[str, str] = field(default_factory=dict[str, str])
    happenings: list[Happening] = field(default_factory=list[Happening])
    deliveries: dict[str, Delivery] = field(default_factory=dict[str, Delivery])
    delivered: deque[JsonObject] = field(default_factory=lambda: deque[JsonObject](maxlen=_KEPT_REQUESTS))
    commits: deque[Commit] = field(default_factory=lambda: deque[Commit](maxlen=_KEPT_COMMITS))
    requests: deque[Seen] = field(default_factory=lambda: deque[Seen](maxlen=_KEPT_REQUESTS))
    counters: dict[str, Counter[str]] = field(default_factory=dict[str, Counter[str]])
    arrivals: dict[str, deque[datetime]] = field(default_factory=dict[str, deque[datetime]])
    metered: dict[str, int] = field(default_factory=dict[str, int])
    key_seed: str = ""
    clock_offset: float = 0.0
    committed: int = 0
    journaled: int = 0
    handled: int = 0
    access_changed: bool = False

    def token(self, length: int) -> str:
        """A random text without meaning."""
        return "".join(self.chance.choices(_TOKEN_LETTERS, k=length))

    def hexadecimal(self, length: int) -> str:
        """Random hexadecimal digits."""
        return f"{self.chance.getrandbits(4 * length):0{length}x}"

    def guid(self) -> str:
        """A random GUID-like text."""
        digits = self.hexadecimal(32)
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def at(self, now: datetime, company: Company | None = None) -> datetime:
        """The sandbox's time: the given one plus what the clock was moved by."""
        seconds = self.clock_offset + (company.clock_offset if company else 0.0)
        return now + timedelta(seconds=seconds) if seconds else now

    def count(self, realm: str, what: str, amount: int = 1) -> None:
        """Adds to one of a realm's counters."""
        counts = self.counters.get(realm)
        if counts is None:
            counts = self.counters[realm] = Counter()
        counts[what] += amount

    def log_commits(self, company: Company, actor: str, requestid: str) -> list[Change]:
        """Takes the changes that a company collected and writes them to the log of commits."""
        changes, company.changes = company.changes, []
        for change in changes:
            self.committed += 1
            self.commits.append(
                Commit(
                    *(self.committed, company.realm, actor, change.operation, change.kind, change.id),
                    *(change.token, change.time, requestid, change.indirect),
                )
            )
        if changes:
            self.count(company.realm, "writes" if actor.startswith("app:") else "bookkeeper_writes")
        return changes
