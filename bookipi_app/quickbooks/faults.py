"""What QuickBooks' answers mean when they are not the wanted object.

    UserMustAct
    ├── Refused          a definite refusal: nothing happened, a corrected request takes a new id
    │   ├── Stale            5010: changed there since we read it
    │   ├── Gone             610: no such object, or not any more
    │   └── ReadOnly         6190: the company's subscription has ended, nothing can be written
    └── GrantLost        the grant was withdrawn or ran out: reconnect
        └── Forbidden        3100: the grant does not cover this company
    TryLater
    ├── NotSent          nothing left this machine
    ├── Throttled        429: wait until `until`; a write may have happened all the same
    └── Unknown          no answer, half an answer, a server error: a write may have happened

After Throttled and Unknown a write is repeated byte for byte under the same request id.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bookipi_app.errors import Failure, TryLater, UserMustAct
from bookipi_app.quickbooks.wire import Json, as_list, as_object, as_text
from bookipi_app.quickbooks.words import words_for

WAIT_SECONDS = 60  # Intuit's own instruction after a 429
LONGEST_WAIT_SECONDS = 3600

__all__ = [
    "Forbidden", "Gone", "GrantLost", "NotSent", "ReadOnly", "Refused", "Stale", "Throttled", "Unknown",
    "failure_of", "fault_in", "words_for",
]  # fmt: skip


class Refused(UserMustAct):
    """QuickBooks refused the request; nothing changed there.

    `code` is Intuit's, for code and logs; `words` is the sentence for people; `element` is the path of the field it
    complains about, if it says; `detail` is Intuit's own text; `tid` is what Intuit's support asks for.
    """

    def __init__(self, code: str, words: str, element: str = "", tid: str = "", detail: str = "") -> None:
        super().__init__(words)
        self.code = code
        self.element = element
        self.tid = tid
        self.detail = detail


class Stale(Refused):
    """Somebody changed the object since it was read: read it again and plan again."""


class Gone(Refused):
    """The object, or one that it points at, does not exist or was made inactive."""


class ReadOnly(Refused):
    """The company cannot be written to: its subscription ended. Concerns every record, not this one."""


class GrantLost(UserMustAct):
    """The permission ended; only a person can give it again."""

    def __init__(self, words: str, code: str = "", tid: str = "") -> None:
        super().__init__(words)
        self.code = code
        self.tid = tid


class Forbidden(GrantLost):
    """The permission does not cover this company."""


class _Later(TryLater):
    def __init__(self, reason: str, until: datetime | None = None, tid: str = "", code: str = "") -> None:
        super().__init__(reason, until)
        self.tid = tid
        self.code = code


class NotSent(_Later):
    """QuickBooks could not be reached: certainly nothing left this machine."""


class Throttled(_Later):
    """Too many requests; `until` says when to ask again."""


class Unknown(_Later):
    """No understandable answer: nobody knows whether the request took effect."""


@dataclass(frozen=True)
class Fault:
    """One fault of QuickBooks, from either of its two shapes."""

    code: str
    message: str
    detail: str
    element: str
    kind: str


def fault_in(document: object) -> Fault | None:
    """The fault that matters most in an answer's JSON, or None. Looked for in a 200, too."""
    body = as_object(document)
    shape = as_object(body.get("Fault") or body.get("fault"))
    errors = [_fault(as_object(error), shape) for error in as_list(shape.get("Error") or shape.get("error"))]
    if not errors:
        return _fault({}, shape) if shape else None
    return min(errors, key=lambda fault: _rank(fault.code))


def failure_of(
    status: int, document: object, *, now: datetime, realm_id: str, tid: str, wait: str = ""
) -> Failure:
    """The failure that an answer means. `wait` is its Retry-After header.

    A status of 500 and more is never taken as a refusal, whatever its code: the write may have happened.
    """
    fault = fault_in(document) or Fault("", "", "", "", "")
    if status == 429 or fault.code == "3001" or "ThrottleExceeded" in fault.message:
        return Throttled(
            "QuickBooks limits how fast records travel.", _until(now, wait, realm_id), tid, "3001"
        )
    if status >= 500 or fault.code in _OUTCOME_UNKNOWN or (not fault.code and status not in (401, 413)):
        return Unknown(_LATER.get(fault.code, _FAILED), None, tid, fault.code or str(status))
    if status == 401 or fault.code in _GRANT_LOST:
        return GrantLost(words_for(fault.code or "3200", fault.detail), fault.code, tid)
    if fault.code == "3100":
        return Forbidden(words_for("3100", fault.detail), "3100", tid)
    return _refusal(fault, status, tid)


_FAILED = "QuickBooks had a failure of its own."
_LATER = {
    "130": "QuickBooks is moving this company.",
    "140": "QuickBooks has locked this company for now.",
    "150": "QuickBooks is under maintenance.",
    "10200": "QuickBooks says that this company was reset.",
}
_OUTCOME_UNKNOWN = {"130", "140", "150", "600", "10000", "10200"}
_GRANT_LOST = {"100", "110", "120", "3200"}
_GENERIC = {"", "500", "1000", "1010", "1020", "2020", "6000", "10000"}
_CLASSES: dict[str, type[Refused]] = {"5010": Stale, "610": Gone, "6190": ReadOnly}


def _refusal(fault: Fault, status: int, tid: str) -> Refused:
    code = fault.code or str(status)
    words = words_for(code, fault.detail, fault.element)
    return _CLASSES.get(code, Refused)(code, words, fault.element, tid, fault.detail)


def _rank(code: str) -> int:
    """Several errors come in one answer: what changes our reaction first, then the specific, then the generic."""
    if code in _CLASSES or code in _GRANT_LOST or code in ("3001", "3100"):
        return 0
    return 2 if code in _GENERIC else 1


def _fault(error: Json, shape: Json) -> Fault:
    def either(upper: str) -> Any:
        return error.get(upper) if error.get(upper) is not None else error.get(upper.lower())

    code = either("code")
    text = str(code) if isinstance(code, int) else as_text(code)
    return Fault(
        code=text.strip().lstrip("0")[:10],
        message=as_text(either("Message"))[:500],
        detail=as_text(either("Detail"))[:2000],
        element=as_text(error.get("element"))[:200],
        kind=as_text(shape.get("type")),
    )


def _until(now: datetime, wait: str, realm_id: str) -> datetime:
    if wait.isdecimal() and len(wait) < 6:
        return now + timedelta(seconds=min(max(int(wait), 1), LONGEST_WAIT_SECONDS))
    # Spread by realm, not by chance: all realms are throttled together when the app's own limit is reached.
    spread = hashlib.sha256(realm_id.encode()).digest()[0] / 25.6
    return now + timedelta(seconds=WAIT_SECONDS + spread)
