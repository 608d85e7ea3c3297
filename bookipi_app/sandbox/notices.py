"""What webhooks say: both of Intuit's formats, the headers, and the signature."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

from bookipi_app.sandbox.company import Change
from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.switches import Switches
from bookipi_app.sandbox.times import utc_stamp
from bookipi_app.sandbox.world import App, Happening

_CLOUD_NAMES = {
    "Create": "created",
    "Update": "updated",
    "Delete": "deleted",
    "Merge": "merged",
    "Emailed": "emailed",
}
_WITH_ALTERNATIVE_IDS = ("Employee", "Class")


def signature(verifier_token: str, body: bytes) -> str:
    """The value of `intuit-signature` for a body."""
    digest = hmac.new(verifier_token.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def headers_of(switches: Switches, app: App, body: bytes, delivery_id: str, now: datetime) -> dict[str, str]:
    """The headers of a delivery."""
    key = app.verifier_token + ("?" if switches.webhook_wrong_signature else "")
    return {
        "content-type": switches.webhook_content_type,
        "intuit-signature": signature(key, body),
        "intuit-created-time": utc_stamp(now),
        "intuit-t-id": delivery_id,
        "intuit-notification-schema-version": "0.1",
        "user-agent": "intuit_notification_server/0.1",
    }


def payload(switches: Switches, app: App, events: list[Happening]) -> list[JsonObject] | JsonObject:
    """The body of a delivery in the format that is switched on."""
    if switches.webhook_format == "cloudevents":
        return [_cloud_event(switches, app, event) for event in events]
    notifications: dict[str, list[JsonObject]] = {}
    for event in events:
        notifications.setdefault(event.realm, []).append(_legacy_entity(event.change))
    return {
        "eventNotifications": [
            {"realmId": realm, "dataChangeEvent": {"entities": entities}}
            for realm, entities in notifications.items()
        ]
    }


def _cloud_event(switches: Switches, app: App, event: Happening) -> JsonObject:
    change = event.change
    name = switches.void_event if change.operation == "Void" else _CLOUD_NAMES[change.operation]
    entity = f"-{change.kind}-{change.id}" if switches.webhook_event_id == "with-entity" else ""
    return {
        "specversion": "1.0",
        "id": event.event_id + entity,
        "source": "intuit." + base64.b64encode(hashlib.sha256(app.client_id.encode()).digest()).decode(),
        "type": f"qbo.{change.kind.lower()}.{name}.v1",
        "datacontenttype": "application/json",
        "time": utc_stamp(change.time),
        "intuitentityid": change.id,
        "intuitaccountid": event.realm,
        "data": _more_of(change),
    }


def _more_of(change: Change) -> JsonObject:
    """`data` is empty but for the loser of a merge and the other ids that employees and classes have."""
    if change.deleted_id:
        return {"deletedid": change.deleted_id}
    if change.kind in _WITH_ALTERNATIVE_IDS:
        return {"alternative_ids": [{"id": change.id, "namespace": f"qbo.{change.kind.lower()}"}]}
    return {}


def _legacy_entity(change: Change) -> JsonObject:
    utc = change.time.astimezone(UTC)
    entity: JsonObject = {
        "name": change.kind,
        "id": change.id,
        "operation": change.operation,
        "lastUpdated": utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z",
    }
    return {**entity, "deletedId": change.deleted_id} if change.deleted_id else entity
