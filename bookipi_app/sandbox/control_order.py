"""What every deed of the control API gets and may answer: an order, a refusal, a line of the table of routes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bookipi_app.sandbox.http import Request, Response
from bookipi_app.sandbox.jsontext import Json, JsonObject, to_decimal
from bookipi_app.sandbox.troubles import Troubles
from bookipi_app.sandbox.world import World

_LONGEST_SPAN = 10 * 366 * 24 * 3600


class Refused(Exception):
    """The control API cannot do this; the text says why."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True, slots=True)
class Order:
    """One request to the control API; `named` holds what stands in the address for the names of the route."""

    world: World
    troubles: Troubles
    request: Request
    body: JsonObject
    now: datetime
    named: dict[str, str]


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the table. In `path` `{name}` stands for one segment, and a last `{name...}` for all the rest."""

    method: str
    path: str
    says: str
    act: Callable[[Order], Json | Response]

    def names(self, parts: list[str]) -> dict[str, str] | None:
        """What the segments of an address stand for, or None if it is another route's address."""
        pattern = [part for part in self.path.split("/") if part]
        found: dict[str, str] = {}
        for position, expected in enumerate(pattern):
            if expected.endswith("...}"):
                return {**found, expected[1:-4]: "/".join(parts[position:])} if parts[position:] else None
            if position >= len(parts) or not (expected.startswith("{") or expected == parts[position]):
                return None
            if expected.startswith("{"):
                found[expected[1:-1]] = parts[position]
        return found if len(parts) == len(pattern) else None

    def as_json(self) -> JsonObject:
        """The line as `GET /sandbox` lists it."""
        return {"method": self.method, "path": f"/sandbox{self.path}", "says": self.says}


def seconds_in(body: JsonObject, name: str) -> float:
    """A span of at most ten years, either way."""
    value = body.get(name)
    if isinstance(value, (bool, str, dict, list)) or value is None:
        raise Refused(f"{name} must be a number.")
    seconds = float(to_decimal(value))
    if not -_LONGEST_SPAN <= seconds <= _LONGEST_SPAN:
        raise Refused(f"{name} must be ten years at most.")
    return seconds


def whole_parameter(order: Order, name: str, default: int) -> int:
    """A parameter of the address that is a whole number, or the default."""
    text = order.request.param(name)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else default
