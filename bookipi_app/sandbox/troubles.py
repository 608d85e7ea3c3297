"""Faults that a tester orders: which requests they strike, how often, and what happens instead."""

import random
import re
from dataclasses import asdict, dataclass, field, replace

from bookipi_app.sandbox.http import Request
from bookipi_app.sandbox.jsontext import Json, JsonObject, dump_json, to_decimal

_THROTTLED: JsonObject = {
    "Fault": {
        "Error": [
            {
                "Message": "message=ThrottleExceeded; errorCode=003001; statusCode=429",
                "Detail": "The request limit was reached. Try again later",
                "code": "3001",
            }
        ],
        "type": "SERVICE",
    }
}
_FAILED: JsonObject = {
    "Fault": {
        "Error": [
            {
                "Message": "An application error has occurred while processing your request",
                "Detail": "System Failure Error: null",
                "code": "10000",
            }
        ],
        "type": "SystemFault",
    }
}
_HTML = "<html><head><title>503 Service Unavailable</title></head><body>Service Unavailable</body></html>"
# Name -> status, content type, body: the answers that tests want again and again.
CANNED: dict[str, tuple[int, str, str]] = {
    "throttled": (429, "application/json", dump_json(_THROTTLED)),
    "system": (500, "application/json", dump_json(_FAILED)),
    "html": (503, "text/html", _HTML),
}


class BadTrouble(ValueError):
    """The description of a fault makes no sense."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One ordered fault.

    `kind` is `status` (answer status and body), `delay` (wait `seconds`) or `drop` (close the connection
    without an answer). `when` says whether that happens `before` or `after` the request is carried out.
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
    values: JsonObject = {**wanted}
    canned = values.pop("answer", None)
    if canned is not None:
        if not isinstance(canned, str) or canned not in CANNED:
            raise BadTrouble(f"There is no answer called {canned}.")
        status, content_type, body = CANNED[canned]
        values = {"kind": "status", "status": status, "content_type": content_type, "body": body, **values}
    values.pop("id", None)
    checked: JsonObject = {name: _checked(name, value) for name, value in values.items()}
    members: JsonObject = {"kind": "status", **checked}
    try:
        return Trouble(rule_id, **members)
    except TypeError as error:
        raise BadTrouble("A fault has only the members that are documented.") from error


def _checked(name: str, value: Json) -> Json:
    match name:
        case "kind" if value not in ("status", "delay", "drop"):
            raise BadTrouble("kind is status, delay or drop.")
        case "when" if value not in ("before", "after"):
            raise BadTrouble("when is before or after.")
        case "route" | "method":
            return _pattern(name, value)
        case "status" | "count" | "skip":
            return int(_number(name, value))
        case "seconds" | "probability":
            return float(_number(name, value))
        case "content_type":
            return str(value)
        case "body" if not isinstance(value, str):
            return dump_json(value)
        case _:
            return value


_RANGES = {"status": (200, 599), "probability": (0, 1), "seconds": (0, 600)}
_MOST = 1_000_000_000


def _number(name: str, value: Json) -> Json:
    if isinstance(value, (bool, str, dict, list)) or value is None:
        raise BadTrouble(f"{name} is a number.")
    least, most = _RANGES.get(name, (0, _MOST))
    number = to_decimal(value)
    if not least <= number <= most:
        raise BadTrouble(f"{name} is a number from {least} to {most}.")
    return number


def _pattern(name: str, value: Json) -> str:
    try:
        re.compile(str(value))
    except re.error as error:
        raise BadTrouble(f"{name} is no regular expression.") from error
    return str(value)
