"""Webhooks: which changes are told, in which form, signed, gathered, repeated until acknowledged."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from bookipi_app.sandbox.company import Change, Company
from bookipi_app.sandbox.jsontext import JsonObject, dump_json
from bookipi_app.sandbox.schema import KINDS
from bookipi_app.sandbox.times import milliseconds_stamp, utc_stamp
from bookipi_app.sandbox.world import App, Delivery, Happening, World

MOST_EVENTS = 100
RETRY_SECONDS = (10, 20, 30, 300, 1200, 7200, 14400, 21600, 21600, 21600)
_CLOUD_NAMES = {
    "Create": "created",
    "Update": "updated",
    "Delete": "deleted",
    "Merge": "merged",
    "Emailed": "emailed",
}


def announce(world: World, company: Company, actor: str, requestid: str = "") -> None:
    """Writes what a company just committed to the log, and puts it on its way to the apps that follow it."""
    changes = world.log_commits(company, actor, requestid)
    for change in changes:
        if KINDS[change.kind].notifies:
            _queue(world, company, actor, change)


def _queue(world: World, company: Company, actor: str, change: Change) -> None:
    for app in world.apps.values():
        grant = world.grants.get((app.client_id, company.realm))
        own = actor == f"app:{app.client_id}" and not world.switches.own_writes_notify
        if not app.webhook_url or grant is None or grant.revoked or own:
            continue
        if world.switches.webhook_loss and world.chance.random() < world.switches.webhook_loss:
            continue
        due = change.time + timedelta(seconds=world.switches.webhook_delay - company.clock_offset)
        world.happenings.append(Happening(world.guid(), app.client_id, company.realm, change, due))


def due_deliveries(world: World, now: datetime) -> list[Delivery]:
    """The deliveries to send now; each is in flight until `acknowledge` is called for it."""
    _gather(world, now)
    ready = [
        delivery for delivery in world.deliveries.values() if not delivery.in_flight and delivery.due <= now
    ]
    if world.switches.webhook_hold_back:
        waiting = {delivery.client_id for delivery in world.deliveries.values() if delivery.attempts}
        ready = [delivery for delivery in ready if delivery.attempts or delivery.client_id not in waiting]
    for delivery in ready:
        delivery.in_flight = True
        delivery.attempts += 1
    if len(ready) > 1 and world.chance.random() < world.switches.webhook_reordering:
        ready.reverse()
    return ready


def next_due(world: World) -> datetime | None:
    """When there will be something to send, if nothing else happens."""
    moments = [entry.due for entry in world.happenings]
    moments += [delivery.due for delivery in world.deliveries.values() if not delivery.in_flight]
    return min(moments, default=None)


def acknowledge(world: World, delivery_id: str, status: int, now: datetime) -> None:
    """Records the answer to a delivery: done on 2xx, otherwise tried again on Intuit's schedule."""
    delivery = world.deliveries.get(delivery_id)
    if delivery is None:
        return
    delivery.in_flight, delivery.status = False, status
    world.delivered.append(_logged(delivery, now))
    tries = delivery.attempts - 1
    if 200 <= status < 300 or tries >= len(RETRY_SECONDS):
        del world.deliveries[delivery_id]
        return
    delivery.due = now + timedelta(seconds=RETRY_SECONDS[tries] * world.switches.webhook_retry_factor)


def _logged(delivery: Delivery, now: datetime) -> JsonObject:
    return {
        **{"id": delivery.id, "url": delivery.url, "status": delivery.status, "attempts": delivery.attempts},
        **{"time": milliseconds_stamp(now), "body": delivery.body.decode()},
    }


def _gather(world: World, now: datetime) -> None:
    """Turns the changes that are due into one delivery for each app (or more, past 100 events)."""
    due = [entry for entry in world.happenings if entry.due <= now]
    if not due:
        return
    world.happenings = [entry for entry in world.happenings if entry.due > now]
    for client_id in dict.fromkeys(entry.client_id for entry in due):
        app = world.apps.get(client_id)
        events = _merged(world, [entry for entry in due if entry.client_id == client_id])
        for start in range(0, len(events), MOST_EVENTS):
            if app is not None:
                _deliver(world, app, events[start : start + MOST_EVENTS], now)


def _merged(world: World, events: list[Happening]) -> list[Happening]:
    """Rapid changes of one object become one event; with the switch on, events change places."""
    kept: dict[tuple[str, str, str, str], Happening] = {}
    for event in events:
        key = (event.realm, event.change.kind, event.change.id, event.change.operation)
        kept[key] = event
    merged = list(kept.values())
    if world.chance.random() < world.switches.webhook_reordering:
        world.chance.shuffle(merged)
    return merged


def _deliver(world: World, app: App, events: list[Happening], now: datetime) -> None:
    body = dump_json(_payload(world, app, events)).encode()
    copies = 2 if world.chance.random() < world.switches.webhook_duplicates else 1
    for _ in range(copies):
        delivery_id = world.guid()
        headers = _headers(world, app, body, delivery_id, now)
        world.deliveries[delivery_id] = Delivery(
            delivery_id, app.client_id, app.webhook_url, headers, body, now, events=events
        )


def _headers(world: World, app: App, body: bytes, delivery_id: str, now: datetime) -> dict[str, str]:
    key = app.verifier_token + ("?" if world.switches.webhook_wrong_signature else "")
    return {
        "content-type": "application/json; charset=utf-8",
        "intuit-signature": signature(key, body),
        "intuit-created-time": utc_stamp(now),
        "intuit-t-id": delivery_id,
        "intuit-notification-schema-version": "0.1",
        "user-agent": "intuit_notification_server/0.1",
    }


def signature(verifier_token: str, body: bytes) -> str:
    """The value of `intuit-signature` for a body."""
    digest = hmac.new(verifier_token.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _payload(world: World, app: App, events: list[Happening]) -> list[JsonObject] | JsonObject:
    if world.switches.webhook_format == "cloudevents":
        return [_cloud_event(world, app, event) for event in events]
    notifications: dict[str, list[JsonObject]] = {}
    for event in events:
        notifications.setdefault(event.realm, []).append(_legacy_entity(event.change))
    return {
        "eventNotifications": [
            {"realmId": realm, "dataChangeEvent": {"entities": entities}}
            for realm, entities in notifications.items()
        ]
    }


def _cloud_event(world: World, app: App, event: Happening) -> JsonObject:
    change = event.change
    name = world.switches.void_event if change.operation == "Void" else _CLOUD_NAMES[change.operation]
    return {
        "specversion": "1.0",
        "id": event.event_id,
        "source": "intuit." + base64.b64encode(hashlib.sha256(app.client_id.encode()).digest()).decode(),
        "type": f"qbo.{change.kind.lower()}.{name}.v1",
        "datacontenttype": "application/json",
        "time": utc_stamp(change.time),
        "intuitentityid": change.id,
        "intuitaccountid": event.realm,
        "data": {"deletedid": change.deleted_id} if change.deleted_id else {},
    }


def _legacy_entity(change: Change) -> JsonObject:
    updated = (
        change.time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{change.time.microsecond // 1000:03d}Z"
    )
    entity: JsonObject = {
        "name": change.kind,
        "id": change.id,
        "operation": change.operation,
        "lastUpdated": updated,
    }
    return {**entity, "deletedId": change.deleted_id} if change.deleted_id else entity
