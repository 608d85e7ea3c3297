"""The only HTTP door to Intuit: one pooled client per process, never a redirect, one deadline for a whole request.

httpx limits each read, not a request: an answer that drips a byte a second would hold a worker for ever. The network
streams here therefore know when their request has to be over.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpcore
import httpx

from bookipi_app.quickbooks.faults import NotSent, Unknown

log = logging.getLogger(__name__)
CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 30.0
LARGEST_ANSWER = 64 * 1024 * 1024
CONNECTIONS = 32
IDLE_SECONDS = 30.0

_deadline: ContextVar[float] = ContextVar("deadline")

Http = httpx.Client
"""What every caller passes around; tests make one over an in-process transport with `http_client`."""


@dataclass(frozen=True)
class Received:
    """A whole answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def tid(self) -> str:
        """Intuit's trace id: what its support asks for."""
        return self.headers.get("intuit_tid", "")[:100]


def http_client(transport: httpx.BaseTransport | None = None) -> Http:
    """A client over sockets, or over the given transport."""
    return httpx.Client(
        transport=transport or _PooledTransport(),
        follow_redirects=False,
        timeout=httpx.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS),
        headers={"user-agent": "Bookipi-Web/1", "accept": "application/json"},
        trust_env=False,
    )


@cache
def pooled() -> Http:
    """The client of this process; a new one per request costs thirty times as much."""
    return http_client()


def send(http: Http, request: httpx.Request) -> Received:
    """Send one request and read its whole answer.

    Raises:
        NotSent: nothing left this machine.
        Unknown: it was sent, or may have been, and no whole answer came back in time.
    """
    token = _deadline.set(time.monotonic() + TOTAL_SECONDS)
    try:
        response = http.send(request, stream=True)
        try:
            body = _read(response)
        finally:
            response.close()
    except _NOTHING_LEFT as error:
        log.info("%s %s: %r", request.method, request.url.path, error)
        raise NotSent("QuickBooks cannot be reached.") from error
    except _OUTCOME_UNKNOWN as error:
        log.info("%s %s: %r", request.method, request.url.path, error)
        raise Unknown("QuickBooks did not answer.") from error
    finally:
        _deadline.reset(token)
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Received(response.status_code, headers, body)


_NOTHING_LEFT = (
    httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout,
    httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout,
)  # fmt: skip
_OUTCOME_UNKNOWN = (
    httpx.TransportError, httpx.DecodingError,
    httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError,
)  # fmt: skip


def _read(response: httpx.Response) -> bytes:
    chunks: list[bytes] = []
    size = 0
    for chunk in response.iter_bytes():
        size += len(chunk)
        if size > LARGEST_ANSWER:
            raise Unknown("QuickBooks' answer is larger than anything expected.")
        chunks.append(chunk)
    return b"".join(chunks)


def _left(limit: float | None) -> float:
    """Seconds that an operation may still take; 0 or less means that the request is over."""
    left = _deadline.get(time.monotonic() + TOTAL_SECONDS) - time.monotonic()
    return left if limit is None else min(limit, left)


class _PooledTransport(httpx.BaseTransport):
    """httpx's own transport does not let its network streams be chosen; httpcore does."""

    def __init__(self) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=CONNECTIONS,
            max_keepalive_connections=CONNECTIONS,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=_Backend(),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.read(),
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Any:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _Backend(httpcore.NetworkBackend):
    def __init__(self) -> None:
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        if (left := _left(timeout)) <= 0:
            raise httpcore.ConnectTimeout
        return _Stream(self._backend.connect_tcp(host, port, left, local_address, socket_options))


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if (left := _left(timeout)) <= 0:
            raise httpcore.ReadTimeout
        return self._stream.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if (left := _left(timeout)) <= 0:
            raise httpcore.WriteTimeout
        self._stream.write(buffer, left)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        if (left := _left(timeout)) <= 0:
            raise httpcore.ConnectTimeout
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
