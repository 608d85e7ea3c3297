"""Intuit's notifications: is it really Intuit, and which records may have changed.

Two formats arrive at one address: CloudEvents (an array, since 2026) and the older `eventNotifications`. An event is a
nudge and never trusted as data; one that is not understood is set aside and the others of its delivery go on.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime

from bookipi_app import exactjson
from bookipi_app.quickbooks.wire import Json, as_list, as_object, as_text, parse_time

LARGEST_ID = 140
LEGACY = "legacy-"
"""Begins the id of an event whose format has none. Its times may be whole seconds, so two may look like one."""

_OPERATIONS = {
    "create": "created", "created": "created", "update": "updated", "updated": "updated",
    "delete": "deleted", "deleted": "deleted", "merge": "merged", "merged": "merged",
    "void": "voided", "voided": "voided", "emailed": "emailed",
}  # fmt: skip
_TYPE = re.compile(r"qbo\.([a-z]{1,40})\.([a-z]{1,20})(?:\.v\d{1,3})?", re.IGNORECASE)
_REALM = re.compile(r"[0-9]{1,32}", re.ASCII)


@dataclass(frozen=True)
class Event:
    """A record that may have changed. `entity` is lower case; `operation` is created, updated, deleted, merged,
    voided or emailed; `deleted_id` is the loser of a merge."""

    id: str
    realm_id: str
    entity: str
    remote_id: str
    operation: str
    happened_at: datetime | None
    deleted_id: str = ""


@dataclass(frozen=True)
class Delivery:
    """What one notification says, and why parts of it were not understood."""

    events: list[Event]
    oddities: list[str]


def verify(signature: str, body: bytes, verifier: str) -> bool:
    """True if the raw body was signed with the verifier token: base64 of HMAC-SHA256, compared in constant time."""
    expected = base64.b64encode(hmac.digest(verifier.encode(), body, "sha256"))
    return hmac.compare_digest(expected, signature.strip().encode("utf-8", "replace"))


def sign(body: bytes, verifier: str) -> str:
    """The signature that Intuit would send with a body; for checks of one's own address."""
    return base64.b64encode(hmac.digest(verifier.encode(), body, "sha256")).decode()


def parse(body: bytes) -> Delivery:
    """The events of a delivery, in either format. Never fails: what is not understood becomes an oddity."""
    try:
        document = exactjson.loads(body)
    except (ValueError, RecursionError):
        return Delivery([], ["not JSON"])
    if entries := as_list(document):
        found = [_cloud_event(as_object(entry)) for entry in entries]
    elif "eventNotifications" in as_object(document):
        found = _legacy_events(as_object(document))
    else:
        found = ["neither of the two known formats"]
    oddities = [entry for entry in found if isinstance(entry, str)]
    return Delivery([entry for entry in found if isinstance(entry, Event)], sorted(set(oddities)))


def _cloud_event(entry: Json) -> Event | str:
    named = _TYPE.fullmatch(as_text(entry.get("type")))
    if not named:
        return f"unknown type {as_text(entry.get('type'))[:80]!r}"
    data = as_object(entry.get("data"))
    deleted = _id(data.get("deletedid") or data.get("deletedId"))
    return _event(
        as_text(entry.get("id")),
        _id(entry.get("intuitaccountid")),
        named[1],
        _id(entry.get("intuitentityid")),
        named[2],
        as_text(entry.get("time")),
        deleted,
    )


def _legacy_events(document: Json) -> list[Event | str]:
    found: list[Event | str] = []
    for notification in map(as_object, as_list(document["eventNotifications"])):
        realm = _id(notification.get("realmId"))
        entities = as_list(as_object(notification.get("dataChangeEvent")).get("entities"))
        found += [_legacy_event(realm, entity) for entity in map(as_object, entities)]
    return found


def _legacy_event(realm: str, entity: Json) -> Event | str:
    return _event(
        "",
        realm,
        as_text(entity.get("name")),
        _id(entity.get("id")),
        as_text(entity.get("operation")),
        as_text(entity.get("lastUpdated")),
        _id(entity.get("deletedId")),
    )


def _event(
    event_id: str, realm: str, entity: str, remote_id: str, operation: str, time: str, deleted: str
) -> Event | str:
    if not _REALM.fullmatch(realm):
        return "an event without a company"
    if not entity.isascii() or not entity.isalpha() or len(entity) > 40 or not remote_id:
        return "an event without a record"
    # An operation nobody knows yet still says that the record may have changed: it is read, whatever it is.
    known = _OPERATIONS.get(operation.lower(), "updated")
    if not event_id:
        event_id = LEGACY + _digest(f"{realm}\n{entity}\n{remote_id}\n{known}\n{time}\n{deleted}")
    elif len(event_id) > LARGEST_ID or not event_id.isprintable():
        event_id = "long-" + _digest(event_id)
    return Event(event_id, realm, entity.lower(), remote_id, known, parse_time(time), deleted)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _id(value: object) -> str:
    """An id as text; Intuit writes them as text, a number is understood."""
    text = str(value) if type(value) is int else as_text(value)
    return text if len(text) <= 40 and text.isascii() and text.isprintable() else ""
