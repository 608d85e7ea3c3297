"""The accounting API over HTTP: access, routing, idempotency, envelopes and formats."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, TypeVar

from bookipi_app.sandbox import faults, gateway, limits, oauth
from bookipi_app.sandbox.attachables import upload
from bookipi_app.sandbox.batch import run_batch
from bookipi_app.sandbox.cdc import changed_objects
from bookipi_app.sandbox.company import Company, Reply, render
from bookipi_app.sandbox.http import Request, Response
from bookipi_app.sandbox.idempotency import Attempt
from bookipi_app.sandbox.jsontext import (
    JsonObject,
    MalformedJson,
    as_object,
    dump_bytes,
    objects,
    parse_json,
)
from bookipi_app.sandbox.pdf import invoice_pdf
from bookipi_app.sandbox.schema import Kind, kind_called
from bookipi_app.sandbox.search import run_query
from bookipi_app.sandbox.send import checked_address, send_invoice
from bookipi_app.sandbox.tax_service import create_tax_code
from bookipi_app.sandbox.times import milliseconds_stamp
from bookipi_app.sandbox.webhooks import announce
from bookipi_app.sandbox.work import Work, check_permitted
from bookipi_app.sandbox.world import World
from bookipi_app.sandbox.writes import find_or_refuse, write
from bookipi_app.sandbox.xmltext import to_xml

ROOT = "/v3"
PREFIX = ROOT + "/company/"
LARGEST_BODY = 20_000_000
_Read = TypeVar("_Read", bound=JsonObject | bytes)
_COMMON_HEADERS = {
    "cache-control": "max-age=0, no-cache, no-store, must-revalidate, private",
    "qbo-version": "1975.100",
}


class Call(NamedTuple):
    """One authorized API call."""

    world: World
    company: Company
    request: Request
    rest: list[str]
    now: datetime
    actor: str
    client_id: str = ""

    def work(self) -> Work:
        """The piece of work that the call asks for."""
        asked = self.request.param("include")
        include = frozenset(part.strip().lower() for part in asked.split(",") if part.strip())
        return Work(self.company, self.world.switches, self.now, self.actor, include)

    @property
    def is_batch(self) -> bool:
        """Whether this is a batch, which has limits of its own."""
        return len(self.rest) == 1 and self.rest[0].lower() == "batch"

    def admit(self) -> None:
        """Counts the call against Intuit's limits; the web face has none."""
        if self.client_id:
            limits.admit_request(self.world, self.company.realm, self.client_id, self.is_batch, self.now)

    def admit_reads(self, amount: int = 1) -> None:
        """Refuses to read past the allowance of the month."""
        if self.client_id and amount:
            limits.admit_reads(self.world, self.client_id, self.now)

    def read_counted(self, amount: int = 1) -> None:
        """Counts reading calls, which Intuit meters."""
        if self.client_id:
            limits.count_reads(self.world, self.company.realm, self.client_id, amount, self.now)


def handle_api(world: World, request: Request, now: datetime) -> Response:
    """Answers a request below `/v3/` for whoever holds the bearer token."""
    below = request.path.startswith(PREFIX)
    realm, *rest = request.path.removeprefix(PREFIX if below else ROOT).strip("/").split("/")
    company = world.companies.get(realm) if below else None
    moment = world.at(now, company)
    grant = oauth.authorize(world, request, world.at(now))
    if isinstance(grant, str):
        return gateway.unauthenticated(grant, moment)
    if not below:
        return _plain_refusal(world, request, faults.unknown_path(request.path.removeprefix(ROOT)), moment)
    if company is None or grant.realm != realm or oauth.ACCOUNTING_SCOPE not in grant.scope.split():
        return gateway.wrong_realm(moment)
    world.count(realm, "requests")
    actor = f"app:{grant.client_id}"
    return answer_call(Call(world, company, request, rest, moment, actor, grant.client_id))


def answer_call(call: Call) -> Response:
    """Carries out an authorized call; whatever is refused becomes a fault."""
    requestid = call.request.param("requestid")
    attempt = Attempt(call.company, call.world.switches, call.request, call.actor, call.now, requestid)
    try:
        call.admit()
        attempt.check(call.is_batch)
        reply = attempt.earlier_reply()
        response = _replayed(call, reply) if reply else _enveloped(call.world, call.request, _dispatch(call))
    except faults.Refusal as refusal:
        return _refused(call, attempt, refusal)
    if reply is None:
        attempt.remember(response)
        announce(call.world, call.company, call.actor, attempt.requestid)
    return response


def _refused(call: Call, attempt: Attempt, refusal: faults.Refusal) -> Response:
    call.world.count(call.company.realm, "faults")
    response = _plain_refusal(call.world, call.request, refusal, call.now)
    if call.world.switches.requestid_replays_faults and refusal.kind == "ValidationFault":
        attempt.remember(response)
    return response


def _plain_refusal(world: World, request: Request, refusal: faults.Refusal, now: datetime) -> Response:
    return _enveloped(world, request, refusal.body(now), refusal.status)


def _replayed(call: Call, reply: Reply) -> Response:
    call.world.count(call.company.realm, "replays")
    return Response(reply.status, {**_COMMON_HEADERS, "content-type": reply.content_type}, reply.body)


def _enveloped(world: World, request: Request, body: JsonObject | bytes, status: int = 200) -> Response:
    if isinstance(body, bytes):
        kind, sent = "application/pdf", body
    elif _wants_json(request, world.switches.default_format):
        kind, sent = "application/json;charset=UTF-8", dump_bytes(body)
    else:
        kind, sent = "application/xml;charset=UTF-8", to_xml(body)
    return Response(status, {**_COMMON_HEADERS, "content-type": kind}, sent)


def _wants_json(request: Request, otherwise: str) -> bool:
    """What the header accepts, or the query names; where neither speaks, the default format."""
    asked = f"{request.headers.get('accept', '')} {request.param('format')}".lower()
    return "json" in asked or (otherwise == "json" and "xml" not in asked)


def _dispatch(call: Call) -> JsonObject | bytes:
    body = _route(call)
    # The tax service answers with the bare object.
    if isinstance(body, bytes) or call.rest[0].lower() == "taxservice":
        return body
    return {**body, "time": milliseconds_stamp(call.now)}


def _route(call: Call) -> JsonObject | bytes:
    method = call.request.method
    if method == "POST" and len(call.rest) == 1 and kind_called(call.rest[0]):
        return _write(call, call.rest[0])
    match [part.lower() for part in call.rest]:
        case ["query"] if method in ("GET", "POST"):
            return _query(call)
        case ["cdc"] if method == "GET":
            return _counted(call, lambda: _cdc(call))
        case ["batch"] if method == "POST":
            return _batch(call)
        case ["invoice", number, "pdf"] if method == "GET":
            return _counted(call, lambda: _pdf(call, number))
        case ["invoice", number, "send"] if method == "POST":
            return {"Invoice": _send(call, number)}
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
            raise faults.unknown_path(f"/{name}")
        case [name] | [name, _] if kind_called(name):
            raise faults.unsupported_operation(f"{method} {name}")
        case _:
            raise faults.unknown_path("/" + "/".join(call.rest))


def _counted(call: Call, read: Callable[[], _Read]) -> _Read:
    call.admit_reads()
    body = read()
    call.read_counted()
    return body


def _pdf(call: Call, number: str) -> bytes:
    work = call.work()
    check_permitted(work, "Invoice")
    return invoice_pdf(find_or_refuse(work, _kind("invoice"), number).body)


def _send(call: Call, number: str) -> JsonObject:
    work = call.work()
    check_permitted(work, "Invoice")
    address = checked_address(work, number, call.request.param("sendTo"))
    if call.client_id:
        limits.admit_email(call.world, call.company.realm, call.now)
    return send_invoice(work, number, address)


def _kind(name: str) -> Kind:
    kind = kind_called(name)
    if kind is None:
        raise faults.unknown_path(f"/{name}")
    return kind


def _read(call: Call, name: str, number: str) -> JsonObject:
    kind = _kind(name)
    check_permitted(call.work(), kind.name)
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
        raise faults.unsupported_operation(
            "MalformedByteSequenceException: Invalid byte of a UTF-8 sequence"
        ) from error


def _cdc(call: Call) -> JsonObject:
    return changed_objects(call.work(), call.request.param("entities"), call.request.param("changedSince"))


def _batch(call: Call) -> JsonObject:
    wanted = _json_body(call.request)
    items = objects(wanted.get("BatchItemRequest"))
    call.admit_reads(sum(1 for item in items if "Query" in item or "CDCQuery" in item))
    body, reads = run_batch(call.work(), wanted, call.request.param("requestid"))
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
    kind = request.headers.get("content-type", "")
    if kind and "json" not in kind.lower():
        raise gateway.invalid_content_type(kind)
    text = _text_of(request.body)
    try:
        value = parse_json(text)
    except MalformedJson as error:
        raise faults.bad_property(f"Can not deserialize instance : {str(error)[:120]}") from error
    if not isinstance(value, dict):
        raise faults.bad_property("Can not deserialize instance of object out of the request body")
    return as_object(value)
