"""The control API below `/sandbox`: for tests and launchers, without log-in, on loopback only.

Bodies must be sent as `application/json`: a web page elsewhere cannot do that without being asked first,
so that no site a person visits can reach in here.
"""

import random
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from bookipi_app.sandbox import oauth
from bookipi_app.sandbox.api import Call, answer_call
from bookipi_app.sandbox.company import Company
from bookipi_app.sandbox.faults import Refusal
from bookipi_app.sandbox.http import Request, Response, json_response
from bookipi_app.sandbox.jsontext import (
    Json,
    JsonObject,
    MalformedJson,
    as_list,
    as_object,
    parse_json,
    to_decimal,
)
from bookipi_app.sandbox.merge import merge_records
from bookipi_app.sandbox.presets import PRESETS, UnknownPreset, preset_called, realm_of
from bookipi_app.sandbox.schema import KINDS
from bookipi_app.sandbox.seed import open_company
from bookipi_app.sandbox.switches import UnknownSwitch
from bookipi_app.sandbox.tax import rates_of
from bookipi_app.sandbox.times import milliseconds_stamp
from bookipi_app.sandbox.troubles import BadTrouble, Troubles
from bookipi_app.sandbox.webhooks import announce
from bookipi_app.sandbox.work import BOOKKEEPER, Work
from bookipi_app.sandbox.world import App, World
from bookipi_app.sandbox.writes import write

PREFIX = "/sandbox"


class Refused(Exception):
    """The control API cannot do this; the text says why."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True, slots=True)
class Order:
    """One request to the control API."""

    world: World
    troubles: Troubles
    request: Request
    body: JsonObject
    now: datetime


def handle_control(world: World, troubles: Troubles, request: Request, now: datetime) -> Response:
    """Answers a request below `/sandbox`."""
    try:
        order = Order(world, troubles, request, _body(request), now)
        parts = request.path.removeprefix(PREFIX).strip("/").split("/")
        answer = _route(order, parts)
    except (Refused, UnknownSwitch, BadTrouble, UnknownPreset) as error:
        return json_response({"error": str(error)}, getattr(error, "status", 400))
    except Refusal as refusal:
        return json_response(refusal.body(now), refusal.status)
    return answer if isinstance(answer, Response) else json_response(answer)


def _body(request: Request) -> JsonObject:
    if request.method in ("GET", "HEAD"):
        return {}
    if "json" not in request.headers.get("content-type", ""):
        raise Refused("Send the body as application/json.", 415)
    try:
        value = parse_json(request.body or b"{}")
    except MalformedJson as error:
        raise Refused(f"The body is no JSON: {error}") from error
    return as_object(value)


def _route(order: Order, parts: list[str]) -> Json:
    match (order.request.method, parts):
        case ("GET", [""]):
            return _overview(order.world)
        case ("GET" | "POST", ["switches"]):
            return _switches(order)
        case ("GET" | "POST" | "DELETE", ["faults", *rest]):
            return _faults(order, rest)
        case ("GET" | "POST", ["clock"]):
            return _clock(order)
        case ("GET" | "POST", ["counters"]):
            return _counters(order)
        case ("GET", [log]):
            return _log(order, log)
        case ("POST", ["apps"]):
            return _register(order)
        case _:
            return _route_companies(order, parts)


def _log(order: Order, log: str) -> JsonObject:
    world = order.world
    match log:
        case "commits":
            return _commits(order)
        case "requests":
            return {"requests": [seen.as_json() for seen in list(world.requests)[-_limit(order, 100) :]]}
        case "webhooks":
            return _webhooks(order)
        case "apps":
            return {"apps": [_app(app) for app in world.apps.values()]}
        case "companies":
            return {"companies": [_company(company) for company in world.companies.values()]}
        case _:
            raise Refused("There is no such control.", 404)


def _route_companies(order: Order, parts: list[str]) -> Json:
    match (order.request.method, parts):
        case ("POST", ["companies"]):
            return _new_company(order)
        case (_, ["companies", realm, *rest]):
            return _in_company(order, _known_company(order.world, realm), rest)
        case _:
            raise Refused("There is no such control.", 404)


def _limit(order: Order, default: int) -> int:
    text = order.request.param("last")
    return max(1, int(text)) if text.isdecimal() and len(text) < 9 else default


def _overview(world: World) -> JsonObject:
    return {
        "companies": [_company(company) for company in world.companies.values()],
        "presets": [preset.name for preset in PRESETS],
        "apps": [_app(app) for app in world.apps.values()],
        "switches": world.switches.as_json(),
        "clock_offset": world.clock_offset,
    }


def _company(company: Company) -> JsonObject:
    information = company.find("CompanyInfo", "1")
    return {
        **{"realm": company.realm, "preset": company.preset, "country": company.country},
        **{"currency": company.currency, "expired": company.expired, "clock_offset": company.clock_offset},
        "name": information.body.get("CompanyName") if information else "",
    }


def _app(app: App) -> JsonObject:
    return {
        name: value for name, value in asdict(app).items() if name not in ("client_secret", "verifier_token")
    }


def _switches(order: Order) -> JsonObject:
    if order.request.method == "POST":
        order.world.switches.change(order.body)
        order.world.access_changed = True
    return order.world.switches.as_json()


def _faults(order: Order, rest: list[str]) -> JsonObject:
    match (order.request.method, rest):
        case ("POST", []):
            return asdict(order.troubles.order(order.body))
        case ("POST", ["seed"]):
            order.troubles.chance = random.Random(str(order.body.get("seed", 0)))
        case ("DELETE", []):
            order.troubles.rules.clear()
        case ("DELETE", [rule_id]):
            order.troubles.rules.pop(rule_id, None)
        case ("GET", []):
            pass
        case _:
            raise Refused("There is no such control.", 404)
    return {"faults": order.troubles.as_json()}


def _clock(order: Order) -> JsonObject:
    if order.request.method == "POST":
        order.world.clock_offset = _number(order.body, "offset_seconds")
        order.world.access_changed = True
    return {"offset_seconds": order.world.clock_offset, "now": milliseconds_stamp(order.world.at(order.now))}


def _number(body: JsonObject, name: str) -> float:
    value = body.get(name)
    if isinstance(value, (bool, str, dict, list)) or value is None:
        raise Refused(f"{name} must be a number.")
    return float(to_decimal(value))


def _counters(order: Order) -> JsonObject:
    if order.request.method == "POST":
        order.world.counters.clear()
    return {realm: dict(counts) for realm, counts in order.world.counters.items()}


def _commits(order: Order) -> JsonObject:
    realm, after = order.request.param("realm"), order.request.param("after", "0")
    wanted = [
        commit.as_json()
        for commit in order.world.commits
        if (not realm or commit.realm == realm) and commit.number > (int(after) if after.isdecimal() else 0)
    ]
    return {"commits": wanted[-_limit(order, 1000) :], "last": order.world.committed}


def _webhooks(order: Order) -> JsonObject:
    world = order.world
    waiting = [
        {"id": entry.id, "url": entry.url, "attempts": entry.attempts, "due": milliseconds_stamp(entry.due)}
        for entry in world.deliveries.values()
    ]
    sent = list(world.delivered)[-_limit(order, 100) :]
    return {"gathering": len(world.happenings), "waiting": waiting, "sent": sent}


def _register(order: Order) -> JsonObject:
    register_app(order.world, order.body)
    return {"apps": [_app(app) for app in order.world.apps.values()]}


def register_app(world: World, wanted: JsonObject) -> App:
    """Registers an app, or changes what is said of a registered one."""
    client_id = str(wanted.get("client_id") or "")
    if not client_id:
        raise Refused("client_id is needed.")
    app = world.apps.setdefault(client_id, App(client_id, ""))
    for name in ("client_secret", "name", "webhook_url", "verifier_token"):
        if name in wanted:
            setattr(app, name, str(wanted[name] or ""))
    if "redirect_uris" in wanted:
        app.redirect_uris = [str(address) for address in as_list(wanted["redirect_uris"])]
    world.access_changed = True
    return app


def _known_company(world: World, realm: str) -> Company:
    company = world.companies.get(realm)
    if company is None:
        raise Refused("There is no such company.", 404)
    return company


def _new_company(order: Order) -> JsonObject:
    company = add_company(order.world, str(order.body.get("preset", "")), order.now)
    return _company(company)


def add_company(world: World, preset_name: str, now: datetime) -> Company:
    """Opens one more company of a preset."""
    preset = preset_called(preset_name)
    taken = sum(1 for company in world.companies.values() if company.preset == preset.name)
    company = open_company(preset, realm_of(preset, taken), now, world.switches)
    world.companies[company.realm] = company
    return company


def _in_company(order: Order, company: Company, rest: list[str]) -> Json:
    method = order.request.method
    match (method, rest):
        case ("GET", []):
            return {**_company(company), "zip_codes": _zip_codes(company), "apps": _granted(order, company)}
        case ("POST", []):
            return _change_company(order, company)
        case ("POST", ["grant"]):
            return _grant(order, company)
        case ("POST", ["revoke"]):
            return _revoke(order, company)
        case ("POST", ["merge"]):
            return _as_bookkeeper(order, company, lambda work: merge_records(work, order.body))
        case (_, ["v3", *path]):
            return _call(order, company, path)
        case _:
            raise Refused("There is no such control.", 404)


def _zip_codes(company: Company) -> JsonObject:
    return {
        zip_code: {"code": code, "rates": [percent for _, percent in rates_of(company, code)]}
        for zip_code, code in company.zip_codes.items()
    }


def _granted(order: Order, company: Company) -> list[Json]:
    """The client ids of the apps that may work with the company now."""
    grants = order.world.grants.items()
    return [client for (client, realm), grant in grants if realm == company.realm and not grant.revoked]


def _change_company(order: Order, company: Company) -> JsonObject:
    """Subscription, clock and preferences; preferences change as a person changes them in the settings."""
    body = order.body
    if "expired" in body:
        company.expired = body["expired"] is True
    if "clock_offset" in body:
        company.clock_offset = _number(body, "clock_offset")
    if "zip_codes" in body:
        company.zip_codes = {str(key): str(value) for key, value in as_object(body["zip_codes"]).items()}
    if "country" in body:
        _set_country(company, str(body["country"]), order.now)
    if "preferences" in body:
        wanted = as_object(body["preferences"])
        _as_bookkeeper(order, company, lambda work: write(work, KINDS["Preferences"], wanted, ""))
    company.dirty[("Preferences", "1")] = None
    return _company(company)


def _set_country(company: Company, country: str, now: datetime) -> None:
    record = company.find("CompanyInfo", "1")
    if record is not None:
        company.update(record, {**record.body, "Country": country}, now)
        company.changes.clear()


def _as_bookkeeper(order: Order, company: Company, act: Callable[[Work], JsonObject]) -> JsonObject:
    work = Work(company, order.world.switches, order.world.at(order.now, company), BOOKKEEPER)
    answer = act(work)
    announce(order.world, company, BOOKKEEPER)
    return answer


def _the_app(order: Order) -> App:
    client_id = str(order.body.get("client_id") or next(iter(order.world.apps), ""))
    app = order.world.apps.get(client_id)
    if app is None:
        raise Refused("No app is registered under that client id.", 404)
    return app


def _grant(order: Order, company: Company) -> JsonObject:
    """Consent without the browser."""
    now = order.world.at(order.now)
    scope = str(order.body.get("scope") or oauth.ACCOUNTING_SCOPE)
    grant = oauth.new_grant(order.world, _the_app(order), company.realm, scope, now)
    return {**oauth.token_answer(grant, now), "realmId": company.realm}


def _revoke(order: Order, company: Company) -> JsonObject:
    """Disconnect from Intuit's side."""
    grant = order.world.grants.get((_the_app(order).client_id, company.realm))
    if grant is None or grant.revoked:
        raise Refused("This app has no grant for the company.", 404)
    oauth.end_grant(order.world, grant)
    return {"revoked": True}


def _call(order: Order, company: Company, path: list[str]) -> Response:
    """The accounting API without a token, with the bookkeeper as the author."""
    headers = {**order.request.headers, "accept": "application/json"}
    request = replace(order.request, headers=headers)
    moment = order.world.at(order.now, company)
    return answer_call(Call(order.world, company, request, path, moment, BOOKKEEPER))
