"""The websocket of a page without a page: whatever a browser cannot send, this can."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import simple_websocket
from simple_websocket import ConnectionClosed

from bookipi_app.state.gate import LONGEST_ADDRESS
from tests.launcher import StartedApp

NAMESPACE = "/_event"
STATES = "reflex___state____state"
APP = f"{STATES}.bookipi_app___state___app____app_state"
SAY = f"{APP}.say"
PATIENCE = 60.0
ROUTES = tuple(
    re.compile(pattern)
    for pattern in (
        r"/invoices/(?P<invoice_id>(?!new$)[^/]+)(?:/edit)?",
        r"/customers/(?P<customer_id>(?!new$)[^/]+)",
        r"/items/(?P<item_id>(?!new$)[^/]+)",
        r"/conflicts/(?P<conflict_kind>[^/]+)/(?P<conflict_id>[^/]+)",
        r"/i/(?P<link_key>[^/]+)",
    )
)


@dataclass
class RawSocket:
    """One socket. `frames` is everything that it was sent, as text."""

    socket: Any
    token: str
    frames: list[str] = field(default_factory=list)
    marks: int = 0

    def send(self, text: str) -> None:
        """A frame, whatever it is."""
        self.socket.send(text)

    def speak(self, name: str, *data: Any) -> None:
        """A message of socket.io."""
        self.send(f"42{NAMESPACE},{json.dumps([name, *data])}")

    def event(self, name: str, payload: Any = None, path: str = "/dashboard", **more: Any) -> None:
        """An event of a page, open at an address."""
        self.speak("event", {"name": name, "payload": payload or {}, "router_data": at(path), **more})

    def call(self, name: str, payload: Any = None, path: str = "/dashboard") -> list[str]:
        """Send an event and wait until the server has dealt with it; what it sent meanwhile."""
        before = len(self.frames)
        self.event(name, payload, path)
        for _ in range(2):  # what an event leads to is queued when it ends, behind a mark that waits already
            self.settle(path if len(path) < LONGEST_ADDRESS else "/dashboard")
        return self.frames[before:]

    def settle(self, path: str = "/dashboard") -> None:
        """Wait until all that was sent is dealt with: a tab's events are, one after the other."""
        self.marks += 1
        mark = f"mark {self.marks}."
        self.event(SAY, {"tone": "ok", "words": mark}, path)
        while mark not in self.receive():
            pass

    def receive(self) -> str:
        """The next frame that says something."""
        deadline = time.monotonic() + PATIENCE
        while True:
            text = self.socket.receive(timeout=PATIENCE)
            assert text is not None, "the server is silent"
            assert time.monotonic() < deadline, "the server does not say what is waited for"
            if text == "2":
                self.send("3")
                continue
            self.frames.append(text)
            return text

    def is_closed(self) -> bool:
        """True once the server has hung up, in words (`1`) or without; reads what is left before."""
        with suppress(ConnectionClosed):
            while self.receive() != "1":
                pass
        return True

    @property
    def heard(self) -> str:
        """All of it."""
        return "\n".join(self.frames)


@contextmanager
def raw_socket(
    app: StartedApp,
    cookie: str = "",
    *,
    token: str = "",
    origin: str | None = None,
    boot: Any = None,
) -> Iterator[RawSocket]:
    """A socket that is open. Without a `boot` event it begins without the hydration that every page begins with."""
    token = token or str(uuid.uuid4())
    address = f"{app.url.replace('http', 'ws')}{NAMESPACE}/?EIO=4&transport=websocket&token={token}"
    headers: Any = {"Origin": app.url if origin is None else origin}  # texts will do, whatever its types say
    if cookie:
        headers["Cookie"] = f"bookipi_session={cookie}"
    socket = simple_websocket.Client(address, headers=headers)
    raw = RawSocket(socket, token)
    try:
        # Not after the server's first word: this client leaves it unread when it comes in one piece with the handshake.
        raw.send(f"40{NAMESPACE},{json.dumps(boot)}" if boot is not None else f"40{NAMESPACE},")
        while not (answer := raw.receive()).startswith(("40", "44")):
            pass
        assert answer.startswith("40"), answer
        yield raw
    finally:
        with suppress(ConnectionClosed):
            socket.close()


def at(path: str) -> dict[str, Any]:
    """An address as a page reports it: with its parameters, those of the path too."""
    place, _, query = path.partition("?")
    pairs: dict[str, str] = dict(parse_qsl(query, keep_blank_values=True))
    for pattern in ROUTES:
        if found := pattern.fullmatch(place):
            pairs |= found.groupdict()
    return {"pathname": place, "asPath": path, "query": pairs}


def hydrating(path: str = "/dashboard") -> dict[str, Any]:
    """The boot event that a page opens its socket with."""
    return {
        "event": {
            "name": f"{STATES}.hydrate_and_load",
            "payload": {"vars": {}},
            "router_data": at(path),
        }
    }
