"""Webhooks: which changes are told to whom, gathered, sent, and repeated until acknowledged."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bookipi_app.sandbox.company import Change, Company
from bookipi_app.sandbox.jsontext import JsonObject, dump_bytes
from bookipi_app.sandbox.notices import headers_of, payload, signature
from bookipi_app.sandbox.schema import KINDS
from bookipi_app.sandbox.times import milliseconds_stamp
from bookipi_app.sandbox.world import App, Delivery, Happening, World

__all__ = ["acknowledge", "announce", "due_deliveries", "next_due", "signature"]

MOST_EVENTS = 100
RETRY_SECONDS = (10, 20, 30, 300, 1200, 7200, 14400, 21600)
"""Afterwards every six hours, as often as the switch `webhook_retries` says in all; then the events are lost."""

_LONGEST_PAUSE = 365 * 86_400


def announce(world: World, company: Company, actor: str, requestid: str = "") -> None:
    """Writes what a company just committed to the log, and puts it on its way to the apps that follow it."""
    changes = world.log_commits(company, actor, requestid)
    for change in changes:
        if KINDS[change.kind].notifies:
            _queue(world, company, actor, change)


def _queue(world: World, company: Company, actor: str, change: Change) -> None:
    for app in world.apps.values():
        own = actor == f"app:{app.client_id}" and not world.switches.own_writes_notify
        if own or not _follows(world, app, company.realm) or not _subscribed(app, change):
            continue
        if world.switches.webhook_loss and world.chance.random() < world.switches.webhook_loss:
            continue
        due = change.time + timedelta(seconds=world.switches.webhook_delay - company.clock_offset)
        world.happenings.append(Happening(world.guid(), app.client_id, company.realm, change, due))


def _follows(world: World, app: App, realm: str) -> bool:
    """Only a living grant is told about a company."""
    grant = world.grants.get((app.client_id, realm))
    return bool(app.webhook_url) and grant is not None and not grant.revoked


def _subscribed(app: App, change: Change) -> bool:
    chosen = app.webhook_entities
    return not chosen or change.kind in chosen or f"{change.kind}.{change.operation}" in chosen


def due_deliveries(world: World, now: datetime) -> list[Delivery]:
    """The deliveries to send now; each is in flight until `acknowledge` is called for it."""
    _gather(world, now)
    ready = [delivery for delivery in _waiting(world) if delivery.due <= now]
    for delivery in ready:
        delivery.in_flight = True
        delivery.attempts += 1
    if len(ready) > 1 and world.chance.random() < world.switches.webhook_reordering:
        ready.reverse()
    return ready


def _waiting(world: World) -> Iterator[Delivery]:
    """What may be sent as soon as it is due: with holding back, only the oldest one of each app."""
    told: set[str] = set()
    for delivery in world.deliveries.values():
        held_back = world.switches.webhook_hold_back and delivery.client_id in told
        told.add(delivery.client_id)
        if not delivery.in_flight and not held_back:
            yield delivery


def next_due(world: World) -> datetime | None:
    """When there will be something to send, if nothing else happens."""
    moments = [entry.due for entry in world.happenings]
    moments += [delivery.due for delivery in _waiting(world)]
    return min(moments, default=None)


def acknowledge(world: World, delivery_id: str, status: int, now: datetime) -> None:
    """Records the answer to a delivery: done on 2xx, otherwise tried again on Intuit's schedule."""
    delivery = world.deliveries.get(delivery_id)
    if delivery is None:
        return
    delivery.in_flight, delivery.status = False, status
    world.delivered.append(_logged(delivery, now))
    retries = delivery.attempts - 1
    if 200 <= status < 300 or retries >= world.switches.webhook_retries:
        del world.deliveries[delivery_id]
        return
    pause = RETRY_SECONDS[min(retries, len(RETRY_SECONDS) - 1)] * world.switches.webhook_retry_factor
    delivery.due = now + timedelta(seconds=min(pause, _LONGEST_PAUSE))


def _logged(delivery: Delivery, now: datetime) -> JsonObject:
    return {
        **{"id": delivery.id, "url": delivery.url, "status": delivery.status, "attempts": delivery.attempts},
        **{"time": milliseconds_stamp(now), "body": delivery.body.decode()},
    }


def _gather(world: World, now: datetime) -> None:
    """Turns changes into one delivery for each app (or more, past 100 events).

    The first change opens a window; when it closes, all that happened since is told together.
    """
    due = {entry.client_id for entry in world.happenings if entry.due <= now}
    if not due:
        return
    told = [entry for entry in world.happenings if entry.client_id in due]
    world.happenings = [entry for entry in world.happenings if entry.client_id not in due]
    for client_id in dict.fromkeys(entry.client_id for entry in told):
        app = world.apps.get(client_id)
        if app is not None:
            _tell(world, app, [entry for entry in told if entry.client_id == client_id], now)


def _tell(world: World, app: App, happened: list[Happening], now: datetime) -> None:
    events = _merged(world, [event for event in happened if _follows(world, app, event.realm)])
    for start in range(0, len(events), MOST_EVENTS):
        _deliver(world, app, events[start : start + MOST_EVENTS], now)


def _merged(world: World, events: list[Happening]) -> list[Happening]:
    """Rapid changes of one object become one event; with the switch on, events change places."""
    kept: dict[tuple[str, ...], Happening] = {}
    for event in events:
        key = (event.realm, event.change.kind, event.change.id, event.change.operation)
        kept[key if world.switches.webhook_aggregation else (event.event_id,)] = event
    merged = list(kept.values())
    if world.chance.random() < world.switches.webhook_reordering:
        world.chance.shuffle(merged)
    return merged


def _deliver(world: World, app: App, events: list[Happening], now: datetime) -> None:
    body = dump_bytes(payload(world.switches, app, events))
    copies = 2 if world.chance.random() < world.switches.webhook_duplicates else 1
    for _ in range(copies):
        delivery_id = world.guid()
        headers = headers_of(world.switches, app, body, delivery_id, now)
        world.deliveries[delivery_id] = Delivery(
            delivery_id, app.client_id, app.webhook_url, headers, body, now, events=events
        )
