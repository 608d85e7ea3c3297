"""Requests and responses as plain values, so that the core needs no web framework."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs, parse_qsl, quote_plus, urlsplit

from bookipi_app.sandbox.jsontext import Json, dump_bytes


def _no_parameters() -> dict[str, list[str]]:
    return {}


def _no_headers() -> dict[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; header names are lower case, query values keep their order."""

    method: str
    path: str
    query: Mapping[str, Sequence[str]] = field(default_factory=_no_parameters)
    headers: Mapping[str, str] = field(default_factory=_no_headers)
    body: bytes = b""

    @classmethod
    def to(
        cls, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> "Request":
        """A request from a method and a target such as `/path?name=value`."""
        parts = urlsplit(target)
        lowered = {name.lower(): value for name, value in (headers or {}).items()}
        return cls(method, parts.path, parse_qs(parts.query, keep_blank_values=True), lowered, body)

    def param(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        values = self.query.get(name)
        return values[0] if values else default

    def form(self) -> dict[str, str]:
        """The fields of a form-encoded body; the last value of a name wins."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def cookie(self, name: str) -> str:
        """The value of a cookie, or an empty string."""
        for part in self.headers.get("cookie", "").split(";"):
            key, _, value = part.strip().partition("=")
            if key == name:
                return value
        return ""

    def target(self) -> str:
        """Path and query as one text, as fault rules and logs see it."""
        return written_target(self.path, self.query)


def written_target(path: str, query: Mapping[str, Sequence[str]]) -> str:
    """Path and query as one text."""
    pairs = [f"{quote_plus(name)}={quote_plus(value)}" for name, values in query.items() for value in values]
    return f"{path}?{'&'.join(pairs)}" if pairs else path


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP answer. `delay` is seconds to wait before sending it; `dropped` sends nothing at all."""

    status: int
    headers: dict[str, str] = field(default_factory=_no_headers)
    body: bytes = b""
    delay: float = 0.0
    dropped: bool = False


def json_response(value: Json, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer whose body is the value as JSON."""
    sent = {"content-type": "application/json;charset=UTF-8", **(headers or {})}
    return Response(status, sent, dump_bytes(value))


def redirect(location: str, headers: dict[str, str] | None = None) -> Response:
    """A 302 or, after a form, what browsers treat as *go there with GET*."""
    return Response(302, {"location": location, "cache-control": "no-store", **(headers or {})})
