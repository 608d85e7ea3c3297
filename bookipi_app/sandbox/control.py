"""The control API below `/sandbox`: for tests and launchers, without log-in, on loopback only.

`ROUTES` is the whole of it, and `GET /sandbox` lists it. Every answer is JSON; what cannot be done answers
`{"error": "…"}` with 400, 404, 405 or 415, and a refusal of the books answers QuickBooks' own fault.

Bodies must be sent as `application/json`: a web page elsewhere cannot do that without being asked first,
so that no site a person visits can reach in here.

A fault is ordered with any of: `kind` (`status`, `delay`, `drop`), `when` (`before` or `after` the request is
carried out), `route` and `method` (regular expressions; the route is looked for in path and query), `status`,
`content_type`, `body`, `seconds`, `count` (0: until it is ended), `skip` (how many requests pass first),
`probability` (0 to 1, decided by the seeded chance), or `answer`, the name of a usual one (`troubles.CANNED`).
"""

from datetime import datetime
from typing import Final

from bookipi_app.sandbox import control_companies, control_world
from bookipi_app.sandbox.control_companies import add_company
from bookipi_app.sandbox.control_order import Order, Refused, Route
from bookipi_app.sandbox.control_world import register_app
from bookipi_app.sandbox.faults import Refusal
from bookipi_app.sandbox.http import Request, Response, json_response
from bookipi_app.sandbox.jsontext import JsonObject, MalformedJson, as_object, parse_json
from bookipi_app.sandbox.presets import PRESETS, UnknownPreset
from bookipi_app.sandbox.switches import UnknownSwitch
from bookipi_app.sandbox.troubles import CANNED, BadTrouble, Troubles
from bookipi_app.sandbox.world import World

__all__ = ["PREFIX", "ROUTES", "add_company", "handle_control", "register_app"]

PREFIX = "/sandbox"


def _overview(order: Order) -> JsonObject:
    world = order.world
    return {
        "routes": [route.as_json() for route in ROUTES],
        **control_companies.show_companies(order),
        "presets": [preset.name for preset in PRESETS],
        **control_world.show_apps(order),
        "switches": world.switches.as_json(),
        "clock_offset": world.clock_offset,
    }


ROUTES: Final = (
    Route("GET", "", "These routes, the companies, presets, apps and switches.", _overview),
    Route("GET", "/switches", "Every switch and how it stands.", control_world.show_switches),
    Route(
        "GET",
        "/switches/meanings",
        "Every switch by group: its default, its choices and what it does.",
        control_world.describe_switches,
    ),
    Route("POST", "/switches", "Sets the switches named in the body.", control_world.change_switches),
    Route("DELETE", "/switches", "Every switch back to its default.", control_world.reset_switches),
    Route("GET", "/faults", "The faults in force.", control_world.show_faults),
    Route(
        "POST",
        "/faults",
        "Orders a fault: kind, when, route, method, status, content_type, body, seconds, count, skip, "
        f"probability, or answer ({', '.join(CANNED)}).",
        control_world.order_fault,
    ),
    Route("DELETE", "/faults", "Ends all faults.", control_world.end_faults),
    Route(
        "POST", "/faults/seed", "Starts the chance behind probability anew: seed.", control_world.seed_faults
    ),
    Route("DELETE", "/faults/{id}", "Ends one fault.", control_world.end_fault),
    Route("GET", "/clock", "What the clock says, and how far it was moved.", control_world.show_clock),
    Route("POST", "/clock", "Moves the clock: offset_seconds from the real time.", control_world.move_clock),
    Route(
        "GET",
        "/counters",
        "By realm: requests, writes, bookkeeper_writes, metered_reads, replays, faults.",
        control_world.show_counters,
    ),
    Route("POST", "/counters", "Every counter back to nothing.", control_world.clear_counters),
    Route(
        "GET",
        "/commits",
        "The log of commits: realm, after (a number) and last (how many) narrow it.",
        control_world.show_commits,
    ),
    Route("GET", "/requests", "The last requests to the API: last (how many).", control_world.show_requests),
    Route(
        "GET",
        "/webhooks",
        "Webhooks gathering, waiting and sent: last (how many).",
        control_world.show_webhooks,
    ),
    Route("GET", "/apps", "The registered apps.", control_world.show_apps),
    Route(
        "POST",
        "/apps",
        "Registers or changes an app: client_id, client_secret, name, redirect_uris, webhook_url, "
        "verifier_token, webhook_entities, disconnect_url.",
        control_world.register,
    ),
    Route("GET", "/companies", "All companies.", control_companies.show_companies),
    Route("POST", "/companies", "Opens one more company: preset.", control_companies.open_new_company),
    Route(
        "GET",
        "/companies/{realm}",
        "One company, its tax table and its apps.",
        control_companies.show_company,
    ),
    Route(
        "POST",
        "/companies/{realm}",
        "Changes a company: expired, clock_offset, zip_codes, country, preferences.",
        control_companies.change_company,
    ),
    Route(
        "POST",
        "/companies/{realm}/grant",
        "Consent without a browser: client_id, scope; answers tokens.",
        control_companies.grant,
    ),
    Route(
        "POST",
        "/companies/{realm}/revoke",
        "Disconnects an app from Intuit's side: client_id.",
        control_companies.revoke,
    ),
    Route(
        "POST",
        "/companies/{realm}/merge",
        "Merges two customers: the ids winner and loser; two items with the kind Item.",
        control_companies.merge,
    ),
    Route(
        "GET",
        "/companies/{realm}/v3/{path...}",
        "The accounting API without a token, read by the bookkeeper.",
        control_companies.call,
    ),
    Route(
        "POST",
        "/companies/{realm}/v3/{path...}",
        "The accounting API without a token, written by the bookkeeper.",
        control_companies.call,
    ),
)


def handle_control(world: World, troubles: Troubles, request: Request, now: datetime) -> Response:
    """Answers a request below `/sandbox`."""
    try:
        route, named = _routed(request)
        answer = route.act(Order(world, troubles, request, _body(request), now, named))
    except (Refused, UnknownSwitch, BadTrouble, UnknownPreset) as error:
        return json_response({"error": str(error)}, getattr(error, "status", 400))
    except Refusal as refusal:
        return json_response(refusal.body(now), refusal.status)
    return answer if isinstance(answer, Response) else json_response(answer)


def _routed(request: Request) -> tuple[Route, dict[str, str]]:
    parts = [part for part in request.path.removeprefix(PREFIX).split("/") if part]
    method = "GET" if request.method == "HEAD" else request.method
    matches = [(route, named) for route in ROUTES if (named := route.names(parts)) is not None]
    for route, named in matches:
        if route.method == method:
            return route, named
    if matches:
        raise Refused("This control does not take that method.", 405)
    raise Refused("There is no such control.", 404)


def _body(request: Request) -> JsonObject:
    if request.method in ("GET", "HEAD") or (request.method == "DELETE" and not request.body):
        return {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":  # `text/plain; json` would pass for a simple request of a foreign page
        raise Refused("Send the body as application/json.", 415)
    try:
        value = parse_json(request.body or b"{}")
    except MalformedJson as error:
        raise Refused(f"The body is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise Refused("The body must be a JSON object.")
    return as_object(value)
