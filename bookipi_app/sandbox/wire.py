"""HTTP/1.1 on a loopback socket, small enough to read: whole requests in, whole responses out.

A server of its own because a sandbox must be able to do what no framework offers: take a request,
carry it out, and close the connection without a word.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from email.utils import formatdate
from functools import lru_cache
from http.client import responses
from typing import NamedTuple
from urllib.parse import parse_qs, unquote

from bookipi_app.sandbox.http import Request, Response

# An answer at once, or one that takes its time.
Answer = Callable[[Request], Response | Awaitable[Response]]

_log = logging.getLogger(__name__)

_LARGEST_HEAD = 64 * 1024
_READ_AT_ONCE = 64 * 1024
_LARGEST_BODY = 32 * 1024 * 1024
_REQUEST_LINE = re.compile(r"([A-Z]{1,20}) (\S+) HTTP/1\.([01])")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?")
_LONGEST_CHUNK_LINE = 4096
_NO_BODY = (204, 304)
_MOST_PARAMETERS = 1000
_FIRST_LINES = {int(status): f"HTTP/1.1 {status:d} {phrase}" for status, phrase in responses.items()}


class BadRequest(ValueError):
    """The bytes are no HTTP request that this server takes."""

    def __init__(self, status: int) -> None:
        super().__init__(responses[status])
        self.status = status


class _Headers(NamedTuple):
    """The header fields of a request, and what this server itself wants to know of them."""

    values: Mapping[str, str]
    coding: str
    stated: int
    expects: bool
    connection: str


class _Head(NamedTuple):
    method: str
    target: str
    headers: _Headers
    keep: bool
    length: int


def _read_head(text: str, length: int) -> _Head:
    first, _, rest = text.partition("\r\n")
    found = _REQUEST_LINE.fullmatch(first)
    if found is None:
        raise BadRequest(400)
    method, target, minor = found.groups()
    headers = _read_headers(rest)
    keep = "keep-alive" in headers.connection if minor == "0" else "close" not in headers.connection
    return _Head(method, target, headers, keep, length)


@lru_cache(maxsize=256)
def _read_headers(text: str) -> _Headers:
    """All header fields; a client says most of them again with every request."""
    values: dict[str, str] = {}
    for line in text.split("\r\n") if text else ():
        name, value = _read_header(line)
        values[name] = f"{values[name]}, {value}" if name in values else value
    coding = values.get("transfer-encoding", "").lower()
    if coding and (coding != "chunked" or "content-length" in values):
        raise BadRequest(400)
    expects = values.get("expect", "").lower() == "100-continue"
    return _Headers(values, coding, _stated_length(values), expects, values.get("connection", "").lower())


def _read_header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not _NAME.fullmatch(name):
        raise BadRequest(400)
    return name.lower(), value.strip()


def _stated_length(headers: Mapping[str, str]) -> int:
    stated = headers.get("content-length", "0")
    if not stated.isascii() or not stated.isdecimal() or len(stated) > 12:
        raise BadRequest(400)
    if int(stated) > _LARGEST_BODY:
        raise BadRequest(413)
    return int(stated)


def _body_of(head: _Head, buffer: bytearray, chunks: "_Chunks") -> tuple[bytes, int] | None:
    """The body and where the next request begins, or None while bytes are missing."""
    if head.headers.coding:
        return chunks.read(buffer, head.length)
    end = head.length + head.headers.stated
    return (bytes(buffer[head.length : end]), end) if len(buffer) >= end else None


class _Chunks:
    """A body that comes in pieces. What was read of it is not read again when more arrives."""

    def __init__(self) -> None:
        self._body = bytearray()
        self._read = 0  # bytes after the head

    def read(self, buffer: bytearray, start: int) -> tuple[bytes, int] | None:
        while True:
            at = start + self._read
            line_end = buffer.find(b"\r\n", at, at + _LONGEST_CHUNK_LINE)
            if line_end < 0:
                if len(buffer) - at >= _LONGEST_CHUNK_LINE:
                    raise BadRequest(400)
                return None
            size = self._size(bytes(buffer[at:line_end]))
            begin = line_end + 2
            if size == 0:
                return self._after_trailers(buffer, begin)
            if len(buffer) < begin + size + 2:
                return None
            if not buffer.startswith(b"\r\n", begin + size):
                raise BadRequest(400)
            self._body += buffer[begin : begin + size]
            self._read = begin + size + 2 - start

    def _size(self, line: bytes) -> int:
        """Hexadecimal digits and nothing else: what `int` also takes would be another length to another server."""
        found = _CHUNK_LINE.fullmatch(line)
        if found is None:
            raise BadRequest(400)
        size = int(found.group(1), 16)
        if size + len(self._body) > _LARGEST_BODY:
            raise BadRequest(413)
        return size

    def _after_trailers(self, buffer: bytearray, start: int) -> tuple[bytes, int] | None:
        if buffer.startswith(b"\r\n", start):
            return bytes(self._body), start + 2
        end = buffer.find(b"\r\n\r\n", start)
        if end < 0 and len(buffer) - start > _LARGEST_HEAD:
            raise BadRequest(431)
        return None if end < 0 else (bytes(self._body), end + 4)


def _request(head: _Head, body: bytes) -> Request:
    path, _, query = head.target.partition("?")
    if path.startswith("http://"):
        path = "/" + path.removeprefix("http://").partition("/")[2]
    plain = unquote(path) if "%" in path else path
    return Request(head.method, plain, parameters(query), head.headers.values, body)


def parameters(query: str) -> dict[str, list[str]]:
    """The values of every parameter; most queries have nothing in them that was escaped."""
    if "%" in query or "+" in query or query.count("&") >= _MOST_PARAMETERS:
        try:
            return parse_qs(query, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
        except ValueError as error:
            raise BadRequest(400) from error
    values: dict[str, list[str]] = {}
    for pair in query.split("&"):
        if pair:
            name, _, value = pair.partition("=")
            values.setdefault(name, []).append(value)
    return values


def encode(response: Response, method: str, keep: bool) -> bytes:
    """A response as bytes."""
    lines = [_FIRST_LINES.get(response.status) or f"HTTP/1.1 {response.status} Unknown"]
    # The sandbox tells its own time, which may have been moved.
    if "date" not in response.headers:
        lines.append(f"Date: {formatdate(usegmt=True)}")
    lines += [f"{name}: {value}" for name, value in _safe(response.headers).items()]
    if response.status not in _NO_BODY:
        lines.append(f"Content-Length: {len(response.body)}")
    lines.append("Connection: keep-alive" if keep else "Connection: close")
    head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
    return head if method == "HEAD" or response.status in _NO_BODY else head + response.body


def _safe(headers: dict[str, str]) -> dict[str, str]:
    """The headers without line breaks in their values, which hardly ever have one."""
    values = "".join(headers.values())
    if "\r" not in values and "\n" not in values:
        return headers
    return {name: value.replace("\r", " ").replace("\n", " ") for name, value in headers.items()}


class Connection(asyncio.BufferedProtocol):
    """One client connection; its requests are answered one after the other.

    What arrives is read into one piece of memory again and again: to get a fresh one each time, as a plain
    Protocol does, takes longer than reading.
    """

    def __init__(self, answer: Answer, connections: set["Connection"]) -> None:
        self._answer = answer
        self._connections = connections
        self._arrived = memoryview(bytearray(_READ_AT_ONCE))
        self._buffer = bytearray()
        self._head: _Head | None = None
        self._chunks = _Chunks()
        self._transport: asyncio.Transport | None = None
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio when the client is there."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio when the client is gone."""
        # A request in progress is carried out to its end: a client that went away does not undo a write.
        self._transport = None
        self._connections.discard(self)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Called by asyncio for a place where to put what arrives."""
        return self._arrived

    def buffer_updated(self, nbytes: int) -> None:
        """Called by asyncio when so many bytes arrived there."""
        self._buffer += self._arrived[:nbytes]
        if self._task is None:
            self._next()
        elif len(self._buffer) > _LARGEST_BODY + _LARGEST_HEAD and self._transport:
            self._transport.abort()

    def close(self) -> None:
        """Ends the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    def _next(self) -> None:
        """Answers what has arrived, request by request, until one of them takes its time."""
        while self._task is None and self._transport is not None:
            try:
                taken = self._take()
            except BadRequest as error:
                refused = Response(error.status, {"content-type": "text/plain"}, str(error).encode())
                self._send(refused, "GET", False)
                return
            if taken is None:
                return
            request, keep = taken
            answer = self._begin(request)
            if not isinstance(answer, Response):
                self._task = asyncio.get_running_loop().create_task(self._respond(answer, request, keep))
            elif not self._send(answer, request.method, keep):
                return

    def _begin(self, request: Request) -> Response | Awaitable[Response]:
        try:
            return self._answer(request)
        except Exception:  # noqa: BLE001 - the outermost frame of a request
            return _failed(request)

    def _take(self) -> tuple[Request, bool] | None:
        if not self._buffer:
            return None
        if self._head is None:
            end = self._buffer.find(b"\r\n\r\n")
            if max(end, 0 if end >= 0 else len(self._buffer)) > _LARGEST_HEAD:
                raise BadRequest(431)
            if end < 0:
                return None
            self._head = _read_head(self._buffer[:end].decode("latin-1"), end + 4)
            if self._head.headers.expects and self._transport:
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        found = _body_of(self._head, self._buffer, self._chunks)
        if found is None:
            return None
        head, self._head, self._chunks = self._head, None, _Chunks()
        del self._buffer[: found[1]]
        return _request(head, found[0]), head.keep

    async def _respond(self, answer: Awaitable[Response], request: Request, keep: bool) -> None:
        try:
            response = await answer
        except Exception:  # noqa: BLE001 - the outermost frame of a request
            response = _failed(request)
        self._task = None
        if self._send(response, request.method, keep):
            self._next()

    def _send(self, response: Response, method: str, keep: bool) -> bool:
        """Sends an answer; whether the connection goes on."""
        if self._transport is None:
            return False
        if response.dropped:
            self._transport.abort()
            return False
        self._transport.write(encode(response, method, keep))
        if not keep:
            self._transport.close()
        return keep


def _failed(request: Request) -> Response:
    """A bug of ours: loud in the log, and the client is not left waiting."""
    _log.exception("no answer to %s %s", request.method, request.path)
    return Response(500, {"content-type": "text/plain"}, b"Internal error")


async def listen(answer: Answer, port: int, connections: set[Connection]) -> asyncio.Server:
    """Starts listening on 127.0.0.1; port 0 takes a free one."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: Connection(answer, connections), "127.0.0.1", port, backlog=512)
