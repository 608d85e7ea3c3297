"""Faults that a tester orders: which requests they strike, how often, and what happens instead."""

import random
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from http.client import responses

from bookipi_app.sandbox import faults, gateway
from bookipi_app.sandbox.faults import Refusal
from bookipi_app.sandbox.http import Request, Response, json_response
from bookipi_app.sandbox.jsontext import Json, JsonObject, dump_json

_HTML = "<html><head><title>{0} {1}</title></head><body><h1>{1}</h1></body></html>"


def _web_page(status: int) -> Callable[[datetime], Response]:
    """What a proxy in between says, in HTML and without a word of Intuit's."""
    body = _HTML.format(status, responses[status]).encode()
    return lambda _now: Response(status, {"content-type": "text/html"}, body)


def _fault(refusal: Refusal) -> Callable[[datetime], Response]:
    return lambda now: json_response(refusal.body(now), refusal.status, {"content-type": "application/json"})


# The answers that tests want again and again, by name.
CANNED: dict[str, Callable[[datetime], Response]] = {
    "throttled": _fault(gateway.throttled()),
    "throttled-gateway": _fault(gateway.throttled("fault")),
    "system": _fault(faults.system_failure()),
    "maintenance": _fault(gateway.under_maintenance()),
    "lost-admin": _fault(gateway.lost_admin()),
    "unauthenticated": lambda now: gateway.unauthenticated("Token expired: eyJl...", now),
    "forbidden": gateway.wrong_realm,
    "html": _web_page(503),
    "bad-gateway": _web_page(502),
    "gateway-timeout": _web_page(504),
}


class BadTrouble(ValueError):
    """The description of a fault makes no sense."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One ordered fault.

    `kind` is `status` (answer status and body), `delay` (wait `seconds`) or `drop` (close the connection
    without an answer). `when` says whether that happens `before` or `after` the request is carried out.
    `answer` names one of the canned answers, to be given instead of `body`.
    """

    id: str
    kind: str
    when: str = "before"
    route: str = ".*"
    method: str = ".*"
    status: int = 500
    content_type: str = "application/json"
    body: str = ""
    seconds: float = 0.0
    count: int = 0
    skip: int = 0
    probability: float = 1.0
    answer: str = ""

    def response(self, now: datetime) -> Response:
        """What a fault of kind `status` answers."""
        if self.answer:
            return replace(CANNED[self.answer](now), status=self.status)
        return Response(
            self.status, {"content-type": self.content_type}, self.body.encode("utf-8", "replace")
        )


@dataclass(slots=True)
class Troubles:
    """The faults in force, and a seeded source of chance for those that strike now and then."""

    chance: random.Random
    rules: dict[str, Trouble] = field(default_factory=dict[str, Trouble])
    made: int = 0

    def order(self, wanted: JsonObject) -> Trouble:
        """Adds a fault; raises BadTrouble if its description makes no sense."""
        self.made += 1
        rule = _described(str(self.made), wanted)
        self.rules[rule.id] = rule
        return rule

    def strike(self, request: Request) -> Trouble | None:
        """The fault that strikes this request, if any; uses up one of its counts."""
        for rule in self.rules.values():
            if not re.fullmatch(rule.method, request.method) or not re.search(rule.route, request.target()):
                continue
            if rule.skip > 0:
                self.rules[rule.id] = replace(rule, skip=rule.skip - 1)
                continue
            if self.chance.random() < rule.probability:
                self._use_up(rule)
                return rule
        return None

    def _use_up(self, rule: Trouble) -> None:
        if rule.count == 1:
            del self.rules[rule.id]
        elif rule.count > 1:
            self.rules[rule.id] = replace(rule, count=rule.count - 1)

    def as_json(self) -> list[JsonObject]:
        """The faults in force."""
        return [asdict(rule) for rule in self.rules.values()]


def _described(rule_id: str, wanted: JsonObject) -> Trouble:
    canned = wanted.get("answer", "")
    if not isinstance(canned, str) or (canned and canned not in CANNED):
        raise BadTrouble(f"There is no such answer. Choose one of: {', '.join(CANNED)}.")
    named: JsonObject = {"answer": canned, "status": CANNED[canned](_ANY_MOMENT).status} if canned else {}
    values: JsonObject = {"kind": "status", **named, **wanted}
    values.pop("id", None)
    checked: JsonObject = {name: _checked(name, value) for name, value in values.items()}
    try:
        return Trouble(rule_id, **checked)
    except TypeError as error:
        raise BadTrouble("A fault has only the members that are documented.") from error


_ANY_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def _checked(name: str, value: Json) -> Json:
    match name:
        case "kind" if value not in ("status", "delay", "drop"):
            raise BadTrouble("kind is status, delay or drop.")
        case "when" if value not in ("before", "after"):
            raise BadTrouble("when is before or after.")
        case "route" | "method":
            return _pattern(name, value)
        case "status":
            return int(_number(name, value, 200, 599))
        case "count" | "skip":
            return int(_number(name, value, 0, 1_000_000_000))
        case "seconds":
            return float(_number(name, value, 0, 3600))
        case "probability":
            return float(_number(name, value, 0, 1))
        case "content_type":
            return str(value)
        case "body" if not isinstance(value, str):
            return dump_json(value)
        case _:
            return value


def _number(name: str, value: Json, least: int, most: int) -> int | Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or not least <= value <= most:
        raise BadTrouble(f"{name} is a number from {least} to {most}.")
    return value


def _pattern(name: str, value: Json) -> str:
    try:
        re.compile(str(value))
    except re.error as error:
        raise BadTrouble(f"{name} is no regular expression.") from error
    return str(value)
