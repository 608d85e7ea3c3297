"""The sandbox as a plain object: a request and a moment in, a response out. No socket, thread or clock."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import formatdate
from functools import lru_cache

from bookipi_app.sandbox import control, identity, oauth, persistence, webhooks
from bookipi_app.sandbox.api import ROOT as API_ROOT
from bookipi_app.sandbox.api import handle_api
from bookipi_app.sandbox.company import Company
from bookipi_app.sandbox.face.pages import handle_face
from bookipi_app.sandbox.faults import system_failure
from bookipi_app.sandbox.http import Request, Response, json_response
from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.presets import DEFAULT_PRESETS
from bookipi_app.sandbox.switches import Switches
from bookipi_app.sandbox.troubles import Trouble, Troubles
from bookipi_app.sandbox.world import App, Delivery, Seen, World

__all__ = ["BORN", "Delivery", "Request", "Response", "Sandbox"]

BORN = datetime(2026, 11, 1, 17, 0, tzinfo=UTC)
_QUIET_PATHS = ("/sandbox", "/healthz", "/static", "/.well-known", "/favicon")
_SHOWN_BODY = 2000
_SECRET_PATHS = ("/oauth2/", "/v2/oauth2/")


class Sandbox:
    """QuickBooks Online in one object. Equal seeds, requests and moments give equal answers."""

    def __init__(
        self,
        seed: object = 0,
        companies: Iterable[str] = DEFAULT_PRESETS,
        born: datetime = BORN,
        switches: Mapping[str, object] | None = None,
        base_url: str = "",
    ) -> None:
        self.world = World(random.Random(str(seed)), key_seed=str(seed))
        self.troubles = Troubles(random.Random(f"troubles {seed}"))
        self.base_url = base_url
        self.switches.change(dict(switches or {}))
        for preset in companies:
            self.add_company(preset, born)

    @property
    def switches(self) -> Switches:
        """What is switched on and off."""
        return self.world.switches

    @property
    def realms(self) -> list[str]:
        """The realm ids of the companies, in the order they were opened."""
        return list(self.world.companies)

    def company(self, realm: str) -> Company:
        """The books of a realm."""
        return self.world.companies[realm]

    def add_company(self, preset: str, now: datetime) -> Company:
        """Opens one more company of a preset."""
        return control.add_company(self.world, preset, now)

    def register_app(
        self,
        client_id: str,
        client_secret: str,
        redirect_uris: Iterable[str] = (),
        webhook_url: str = "",
        verifier_token: str = "",
        name: str = "Bookipi",
        disconnect_url: str = "",
    ) -> App:
        """Registers an app as the developer portal would."""
        wanted: JsonObject = {"client_id": client_id, "client_secret": client_secret, "name": name}
        wanted |= {
            "redirect_uris": list(redirect_uris),
            "webhook_url": webhook_url,
            "verifier_token": verifier_token,
            "disconnect_url": disconnect_url,
        }
        return control.register_app(self.world, wanted)

    def grant(self, realm: str, now: datetime, client_id: str = "", scope: str = "") -> JsonObject:
        """Consent without the browser; the answer is the token endpoint's, with `realmId` added."""
        app = self.world.apps[client_id or next(iter(self.world.apps))]
        moment = self.world.at(now)
        grant = oauth.new_grant(self.world, app, realm, scope or oauth.ACCOUNTING_SCOPE, moment)
        return {**oauth.token_answer(grant, moment), "realmId": realm}

    def revoke(self, realm: str, client_id: str = "") -> None:
        """Ends an app's grant from Intuit's side."""
        key = (client_id or next(iter(self.world.apps)), realm)
        oauth.end_grant(self.world, self.world.grants[key])

    def handle(self, request: Request, now: datetime) -> Response:
        """Answers a request. A delay that a fault asks for is in the response; the core never waits."""
        trouble = self.admit(request)
        response = self.answer(request, now, trouble)
        early = trouble is not None and trouble.kind == "delay" and trouble.when == "before"
        return replace(response, delay=trouble.seconds) if trouble and early else response

    def admit(self, request: Request) -> Trouble | None:
        """The fault that strikes this request. A shell waits for a delay *before* by itself, then answers."""
        if request.path.startswith(_QUIET_PATHS):
            return None
        return self.troubles.strike(request)

    def answer(self, request: Request, now: datetime, trouble: Trouble | None) -> Response:
        """Answers a request that this fault, if any, strikes."""
        stopped = trouble is not None and trouble.when == "before" and trouble.kind != "delay"
        response = Response(503) if stopped else self._serve(request, now)
        moment = self.world.at(now)
        if trouble is not None:
            response = _troubled(trouble, response, moment)
        self._add_headers(response, moment)
        self._log(request, response, now, trouble)
        return response

    def _add_headers(self, response: Response, moment: datetime) -> None:
        """What every answer carries, and the hint when to come again that Intuit may give."""
        digits = self.world.hexadecimal(32)
        response.headers.setdefault("intuit_tid", f"1-{digits[:8]}-{digits[8:]}")
        response.headers.setdefault("date", _http_date(int(moment.timestamp())))
        if response.status == 429 and self.switches.retry_after:
            response.headers["retry-after"] = str(self.switches.retry_after)

    def _serve(self, request: Request, now: datetime) -> Response:
        path = request.path
        if path == API_ROOT or path.startswith(API_ROOT + "/"):
            try:
                return handle_api(self.world, request, now)
            except RecursionError:
                refusal = system_failure()
                return json_response(refusal.body(now), refusal.status)
        if path == "/healthz":
            return json_response({"status": "ok"})
        if path == control.PREFIX or path.startswith(control.PREFIX + "/"):
            return control.handle_control(self.world, self.troubles, request, now)
        return self._serve_open(request, now)

    def _serve_open(self, request: Request, now: datetime) -> Response:
        moment = self.world.at(now)
        match request.path.rstrip("/"):
            case path if path in oauth.DISCOVERY_PATHS:
                return oauth.discovery(self._own_address(request))
            case oauth.TOKEN_PATH:
                issuer = self._own_address(request) + identity.ISSUER_PATH
                return oauth.token_endpoint(self.world, request, moment, issuer)
            case oauth.REVOKE_PATH:
                return oauth.revoke_endpoint(self.world, request)
            case oauth.USERINFO_PATH:
                return oauth.userinfo(self.world, request, moment)
            case oauth.JWKS_PATH:
                return json_response(identity.key_set(self.world))
            case _:
                return handle_face(self.world, self.troubles, request, now)

    def _own_address(self, request: Request) -> str:
        host = request.headers.get("host", "")
        return f"http://{host}" if host else self.base_url or "http://127.0.0.1:8600"

    def _log(self, request: Request, response: Response, now: datetime, trouble: Trouble | None) -> None:
        quiet = request.path.startswith(_QUIET_PATHS) or not request.path.startswith(
            ("/v3", "/oauth2", "/v2", "/connect")
        )
        if quiet:
            return
        self.world.handled += 1
        secret = request.path.startswith(_SECRET_PATHS)
        body = "" if secret else request.body[:_SHOWN_BODY].decode("utf-8", "replace")
        note = f"fault {trouble.id}: {trouble.kind} {trouble.when}" if trouble else ""
        moment = self.world.at(now)
        self.world.requests.append(
            Seen(
                *(self.world.handled, moment, request.method, request.path, request.query),
                *(response.status, note, body),
            )
        )

    def due_webhooks(self, now: datetime) -> list[Delivery]:
        """The webhooks to send now; report each one's answer with `delivered`."""
        return webhooks.due_deliveries(self.world, self.world.at(now))

    def delivered(self, delivery: Delivery, status: int, now: datetime) -> None:
        """Records the HTTP status of a delivery; 0 for no answer at all."""
        webhooks.acknowledge(self.world, delivery.id, status, self.world.at(now))

    @property
    def has_webhooks(self) -> bool:
        """Whether anything waits to be sent, now or later."""
        return bool(self.world.happenings or self.world.deliveries)

    def seconds_to_next_webhook(self, now: datetime) -> float | None:
        """How long nothing has to be sent; None if nothing waits."""
        due = webhooks.next_due(self.world)
        return None if due is None else max(0.0, (due - self.world.at(now)).total_seconds())

    def dump(self) -> JsonObject:
        """The whole state as JSON."""
        return persistence.dump_world(self.world)

    def load(self, snapshot: JsonObject) -> None:
        """Takes over a dumped state."""
        persistence.load_world(self.world, snapshot)

    def journal(self) -> list[JsonObject]:
        """What changed since the last call, for a file that is appended to."""
        return persistence.take_journal(self.world)

    def replay(self, entry: JsonObject) -> None:
        """Takes over one entry of a journal."""
        persistence.apply_entry(self.world, entry)


@lru_cache(maxsize=8)
def _http_date(second: int) -> str:
    return formatdate(second, usegmt=True)


def _troubled(trouble: Trouble, response: Response, now: datetime) -> Response:
    match trouble.kind:
        case "drop":
            return replace(response, dropped=True)
        case "status":
            return trouble.response(now)
        case _:
            return replace(response, delay=trouble.seconds if trouble.when == "after" else 0.0)
