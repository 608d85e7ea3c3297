"""The control API's deeds beside the companies: switches, faults, clock, counters, logs, apps."""

import random
from dataclasses import asdict

from bookipi_app.sandbox.control_order import Order, Refused, seconds_in, whole_parameter
from bookipi_app.sandbox.jsontext import JsonObject, as_list
from bookipi_app.sandbox.meanings import described
from bookipi_app.sandbox.switches import Switches
from bookipi_app.sandbox.times import milliseconds_stamp
from bookipi_app.sandbox.world import App, World

_TEXTS = ("client_secret", "name", "webhook_url", "verifier_token", "disconnect_url")
_TEXT_LISTS = ("redirect_uris", "webhook_entities")
_SECRETS = ("client_secret", "verifier_token")


def show_switches(order: Order) -> JsonObject:
    """Every switch and how it stands."""
    return order.world.switches.as_json()


def describe_switches(order: Order) -> JsonObject:
    """Every switch by group, with its default, its choices and what it does."""
    return described()


def change_switches(order: Order) -> JsonObject:
    """Sets the switches that the body names; a wrong name or value changes none."""
    order.world.switches.change(order.body)
    order.world.access_changed = True
    return order.world.switches.as_json()


def reset_switches(order: Order) -> JsonObject:
    """Every switch back to its default."""
    order.world.switches.change(Switches().as_json())
    order.world.access_changed = True
    return order.world.switches.as_json()


def show_faults(order: Order) -> JsonObject:
    """The faults in force."""
    return {"faults": order.troubles.as_json()}


def order_fault(order: Order) -> JsonObject:
    """Orders a fault; what it may say is told by `troubles.Trouble`."""
    return asdict(order.troubles.order(order.body))


def seed_faults(order: Order) -> JsonObject:
    """Starts the chance behind `probability` anew, so that a run can be repeated."""
    order.troubles.chance = random.Random(str(order.body.get("seed", 0)))
    return show_faults(order)


def end_faults(order: Order) -> JsonObject:
    """Ends every fault."""
    order.troubles.rules.clear()
    return show_faults(order)


def end_fault(order: Order) -> JsonObject:
    """Ends one fault; one that has struck its last time is gone already."""
    if order.troubles.rules.pop(order.named["id"], None) is None:
        raise Refused("No such fault is in force.", 404)
    return show_faults(order)


def show_clock(order: Order) -> JsonObject:
    """What the clock says, and how far it was moved."""
    world = order.world
    return {"offset_seconds": world.clock_offset, "now": milliseconds_stamp(world.at(order.now))}


def move_clock(order: Order) -> JsonObject:
    """Moves the sandbox's clock; the offset is from the real time, not from what it was."""
    order.world.clock_offset = seconds_in(order.body, "offset_seconds")
    order.world.access_changed = True
    return show_clock(order)


def show_counters(order: Order) -> JsonObject:
    """What each realm was asked: requests, writes, bookkeeper_writes, metered_reads, replays, faults."""
    return {realm: dict(counts) for realm, counts in order.world.counters.items()}


def clear_counters(order: Order) -> JsonObject:
    """Every counter back to nothing."""
    order.world.counters.clear()
    return {}


def show_commits(order: Order) -> JsonObject:
    """The log of commits, oldest first; `last` is the number of the newest there is."""
    realm, after = order.request.param("realm"), whole_parameter(order, "after", 0)
    wanted = [
        commit.as_json()
        for commit in order.world.commits
        if commit.number > after and realm in ("", commit.realm)
    ]
    return {"commits": wanted[-_last(order, 1000) :], "last": order.world.committed}


def _last(order: Order, default: int) -> int:
    return max(1, whole_parameter(order, "last", default))


def show_requests(order: Order) -> JsonObject:
    """The last requests to the API and to the log-in, oldest first."""
    return {"requests": [seen.as_json() for seen in list(order.world.requests)[-_last(order, 100) :]]}


def show_webhooks(order: Order) -> JsonObject:
    """Webhooks: how many changes are gathering, what waits for its next try, what was sent."""
    world = order.world
    waiting = [
        {"id": entry.id, "url": entry.url, "attempts": entry.attempts, "due": milliseconds_stamp(entry.due)}
        for entry in world.deliveries.values()
    ]
    sent = list(world.delivered)[-_last(order, 100) :]
    return {"gathering": len(world.happenings), "waiting": waiting, "sent": sent}


def app_as_json(app: App) -> JsonObject:
    """A registered app, without its secrets."""
    return {name: value for name, value in asdict(app).items() if name not in _SECRETS}


def show_apps(order: Order) -> JsonObject:
    """The registered apps."""
    return {"apps": [app_as_json(app) for app in order.world.apps.values()]}


def register(order: Order) -> JsonObject:
    """Registers an app, or changes a registered one."""
    register_app(order.world, order.body)
    return show_apps(order)


def register_app(world: World, wanted: JsonObject) -> App:
    """Registers an app, or changes what is said of a registered one."""
    client_id = str(wanted.get("client_id") or "")
    if not client_id:
        raise Refused("client_id is needed.")
    app = world.apps.setdefault(client_id, App(client_id, ""))
    for name in _TEXTS:
        if name in wanted:
            setattr(app, name, str(wanted[name] or ""))
    for name in _TEXT_LISTS:
        if name in wanted:
            setattr(app, name, [str(text) for text in as_list(wanted[name])])
    world.access_changed = True
    return app
