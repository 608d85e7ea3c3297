"""The accounting API over HTTP: access, routing, idempotency, envelopes and formats."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bookipi_app.sandbox import faults, oauth
from bookipi_app.sandbox.attachables import upload
from bookipi_app.sandbox.batch import run_batch
from bookipi_app.sandbox.cdc import changed_objects
from bookipi_app.sandbox.company import Company, Reply, render
from bookipi_app.sandbox.http import Request, Response
from bookipi_app.sandbox.jsontext import JsonObject, MalformedJson, as_object, dump_json, parse_json
from bookipi_app.sandbox.pdf import invoice_pdf
from bookipi_app.sandbox.schema import Kind, kind_called
from bookipi_app.sandbox.search import run_query
from bookipi_app.sandbox.send import send_invoice
from bookipi_app.sandbox.tax_service import create_tax_code
from bookipi_app.sandbox.times import milliseconds_stamp
from bookipi_app.sandbox.webhooks import announce
from bookipi_app.sandbox.work import BOOKKEEPER, Work
from bookipi_app.sandbox.world import World
from bookipi_app.sandbox.writes import find_or_refuse, write
from bookipi_app.sandbox.xmltext import to_xml

PREFIX = "/v3/company/"
LARGEST_BODY = 20_000_000
_COMMON_HEADERS = {
    "cache-control": "max-age=0, no-cache, no-store, must-revalidate, private",
    "qbo-version": "1975.100",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One authorized API call."""

    world: World
    company: Company
    request: Request
    rest: list[str]
    now: datetime
    actor: str

    def work(self) -> Work:
        """The piece of work that the call asks for."""
        options = self.request.param("include").split(",")
        include = frozenset(part.strip().lower() for part in options if part.strip())
        return Work(self.company, self.world.switches, self.now, self.actor, include)

    def read_counted(self, amount: int = 1) -> None:
        """Counts reading calls, which Intuit meters."""
        if self.actor != BOOKKEEPER and amount:
            self.world.count(self.company.realm, "metered_reads", amount)


def handle_api(world: World, request: Request, now: datetime) -> Response:
    """Answers a request below `/v3/company/` for whoever holds the bearer token."""
    realm, *rest = request.path.removeprefix(PREFIX).strip("/").split("/")
    moment = world.at(now, world.companies.get(realm))
    grant = oauth.authorize(world, request, world.at(now))
    if isinstance(grant, str):
        return faults.unauthenticated(grant, moment)
    company = world.companies.get(realm)
    if company is None or grant.realm != realm:
        return faults.wrong_realm(moment)
    world.count(realm, "requests")
    return answer_call(Call(world, company, request, rest, moment, f"app:{grant.client_id}"))


def answer_call(call: Call) -> Response:
    """Carries out an authorized call; whatever is refused becomes a fault."""
    requestid = call.request.param("requestid")
    try:
        _check_rate(call)
        _check_request_id(call, requestid)
        replayed = _replay(call, requestid)
        if replayed is not None:
            return replayed
        response = _enveloped(call, _dispatch(call), 200)
    except faults.Refusal as refusal:
        return _refused(call, refusal)
    if requestid and call.request.method == "POST":
        _remember(call, requestid, response)
    announce(call.world, call.company, call.actor, requestid)
    return response


def _refused(call: Call, refusal: faults.Refusal) -> Response:
    call.world.count(call.company.realm, "faults")
    response = _enveloped(call, refusal.body(call.now), refusal.status)
    if refusal.status == 429 and call.world.switches.retry_after:
        response.headers["retry-after"] = str(call.world.switches.retry_after)
    return response


def _enveloped(call: Call, body: JsonObject | bytes, status: int) -> Response:
    if isinstance(body, bytes):
        return Response(status, {**_COMMON_HEADERS, "content-type": "application/pdf"}, body)
    if _wants_json(call.request):
        headers = {**_COMMON_HEADERS, "content-type": "application/json;charset=UTF-8"}
        return Response(status, headers, dump_json(body).encode("utf-8", "replace"))
    return Response(
        status, {**_COMMON_HEADERS, "content-type": "application/xml;charset=UTF-8"}, to_xml(body)
    )


def _wants_json(request: Request) -> bool:
    return "json" in request.headers.get("accept", "").lower() or request.param("format").lower() == "json"


def _check_rate(call: Call) -> None:
    """500 requests a minute and 10 a second for each realm, when the switch is on."""
    if not call.world.switches.rate_limits or call.actor == BOOKKEEPER:
        return
    recent = call.world.arrivals.setdefault(call.company.realm, deque())
    while recent and recent[0] <= call.now - timedelta(minutes=1):
        recent.popleft()
    burst = sum(1 for moment in recent if moment > call.now - timedelta(seconds=1))
    if len(recent) >= 500 or burst >= 10:
        raise faults.throttled()
    recent.append(call.now)


def _check_request_id(call: Call, requestid: str) -> None:
    longest = 36 if call.rest == ["batch"] else 50
    if len(requestid) > longest:
        raise faults.invalid_request_id()


def _replay(call: Call, requestid: str) -> Response | None:
    reply = call.company.replies.get(requestid) if requestid and call.request.method == "POST" else None
    if reply is None:
        return None
    ttl = call.world.switches.requestid_ttl_seconds
    if ttl and call.now - reply.time > timedelta(seconds=ttl):
        return None
    call.world.count(call.company.realm, "replays")
    headers = {**_COMMON_HEADERS, "content-type": reply.content_type}
    return Response(reply.status, headers, reply.body.encode())


def _remember(call: Call, requestid: str, response: Response) -> None:
    text = response.body.decode("utf-8", "replace")
    reply = Reply(response.status, response.headers["content-type"], text, call.now)
    call.company.replies[requestid] = reply
    call.company.new_replies.append(requestid)


def _dispatch(call: Call) -> JsonObject | bytes:
    body = _route(call)
    # The tax service answers with the bare object.
    if isinstance(body, bytes) or call.rest[0].lower() == "taxservice":
        return body
    return {**body, "time": milliseconds_stamp(call.now)}


def _route(call: Call) -> JsonObject | bytes:
    method = call.request.method
    match [part.lower() for part in call.rest]:
        case ["query"] if method in ("GET", "POST"):
            return _query(call)
        case ["cdc"] if method == "GET":
            return _counted(call, lambda: _cdc(call))
        case ["batch"] if method == "POST":
            return _batch(call)
        case ["invoice", number, "pdf"] if method == "GET":
            return invoice_pdf(find_or_refuse(call.work(), _kind("invoice"), number).body)
        case ["invoice", number, "send"] if method == "POST":
            return {"Invoice": send_invoice(call.work(), number, call.request.param("sendTo"))}
        case ["taxservice", "taxcode"] if method == "POST":
            return create_tax_code(call.work(), _json_body(call.request))
        case ["upload"] if method == "POST":
            return upload(call.work(), call.request)
        case _:
            return _route_object(call, method)


def _route_object(call: Call, method: str) -> JsonObject:
    match [part.lower() for part in call.rest]:
        case ["preferences" | "companyinfo" as name] | ["companyinfo" as name, _] if method == "GET":
            return _counted(call, lambda: _read(call, name, "1"))
        case [name, number] if method == "GET":
            return _counted(call, lambda: _read(call, name, number))
        case [name] if method == "POST":
            return _write(call, name)
        case [name] | [name, _] if kind_called(name):
            raise faults.unsupported_operation(f"{method} {name}")
        case _:
            raise faults.unknown_path("/" + "/".join(call.rest))


def _counted(call: Call, read: Callable[[], JsonObject]) -> JsonObject:
    body = read()
    call.read_counted()
    return body


def _kind(name: str) -> Kind:
    kind = kind_called(name)
    if kind is None:
        raise faults.unknown_path(f"/{name}")
    return kind


def _read(call: Call, name: str, number: str) -> JsonObject:
    kind = _kind(name)
    shown = render(call.company, find_or_refuse(call.work(), kind, number))
    if kind.name == "Invoice" and "invoicelink" in call.work().include:
        shown["InvoiceLink"] = f"https://sandbox.invalid/invoice/{call.company.realm}/{number}"
    return {kind.name: shown}


def _query(call: Call) -> JsonObject:
    statement = call.request.param("query")
    if call.request.method == "POST" and not statement:
        statement = _text_of(call.request.body)
    if not statement.strip():
        raise faults.query_not_parsed('Encountered " <EOF> "" at line 1, column 0.')
    return _counted(call, lambda: {"QueryResponse": run_query(call.work(), statement)})


def _text_of(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise faults.unsupported_operation("Invalid UTF-8 in the request") from error


def _cdc(call: Call) -> JsonObject:
    return changed_objects(call.work(), call.request.param("entities"), call.request.param("changedSince"))


def _batch(call: Call) -> JsonObject:
    body, reads = run_batch(call.work(), _json_body(call.request), call.request.param("requestid"))
    call.read_counted(reads)
    return body


def _write(call: Call, name: str) -> JsonObject:
    kind = _kind(name)
    work = call.work()
    return {kind.name: write(work, kind, _json_body(call.request), call.request.param("operation").lower())}


def _json_body(request: Request) -> JsonObject:
    if len(request.body) > LARGEST_BODY:
        problem = faults.Problem("2010", "Request Entity Too Large", "The request body is too large.")
        raise faults.Refusal(problem, status=413)
    text = _text_of(request.body)
    try:
        value = parse_json(text)
    except MalformedJson as error:
        raise faults.bad_property(f"Can not deserialize instance : {str(error)[:120]}") from error
    if not isinstance(value, dict):
        raise faults.bad_property("Can not deserialize instance of object out of the request body")
    return as_object(value)
