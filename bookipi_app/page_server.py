"""The web process' server: uvicorn, with what an open page costs kept small and with a patience that ends.

Every open page holds a websocket. Here one takes 20 kB; granian, which serves the webhooks' own process, keeps
128 KiB for each. What a server would do on its own is left to the app or off: addresses of visitors are read by
`TRUSTED_PROXY_HOPS` alone, pings are socket.io's, and nothing is compressed (a compressor a page is 300 kB).

python -m bookipi_app.page_server HOST PORT APP
"""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import Any

import h11
import uvicorn
from reflex_base.environment import environment
from uvicorn.protocols.http.h11_impl import H11Protocol

# Seconds for a request's headers, from a connection's first moment or a request's first byte.
HEADERS_WITHIN = 30.0
# Longer than the proxies in front wait (Caddy: two minutes), so that none sends into a connection that just closes.
IDLE_SECONDS = 150
LONGEST_HEADERS = 256 * 1024  # a search of ten thousand letters stands in an address
STOPPED_WITHIN = 4  # seconds; the supervisor waits longer


class PatientProtocol(H11Protocol):
    """HTTP/1.1; who connects and does not say what for is not waited for."""

    _giving_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is there."""
        super().connection_made(transport)
        self._wait_for_headers()

    def data_received(self, data: bytes) -> None:
        """Some bytes came; the time runs on while they make no whole request."""
        super().data_received(data)
        self._wait_for_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_headers(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._giving_up is None:
            self._giving_up = self.loop.call_later(HEADERS_WITHIN, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._giving_up is not None:
            self._giving_up.cancel()
            self._giving_up = None


def configuration(host: str, port: int, app: Any) -> uvicorn.Config:
    """How the pages are served; `app` is what makes the app, or where it is found."""
    return uvicorn.Config(
        app,
        factory=True,
        host=host,
        port=port,
        http=PatientProtocol,
        h11_max_incomplete_event_size=LONGEST_HEADERS,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=STOPPED_WITHIN,
        ws="wsproto",
        ws_max_size=environment.REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE.get(),
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        log_level="warning",
    )


def main() -> None:
    """Serve until told to stop, which is no failure."""
    host, port, app = sys.argv[1:]
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, _stop)  # the server raises the signal again when it has ended in peace
    uvicorn.Server(configuration(host, int(port), app)).run()


def _stop(_signal: int, _frame: object) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    main()
