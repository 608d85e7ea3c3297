"""The websocket's gate: what a browser may send, how fast, and whose tab it gets.

Reflex finds a tab's state by a token that the browser names, calls whatever handler a message names, and writes a
message that it does not understand into the log. So here, before any of that:

- the state of a tab belongs to its token *and* to the log-in session that asks for it: another person's token, or one's
  own after signing out, opens an empty tab;
- only events that some page sends are passed on, with arguments that fit; of all others nothing is kept, not even
  their names;
- a socket that sends more than any person could is closed.
"""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import logging
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import reflex as rx
from engineio.async_socket import AsyncSocket
from engineio.exceptions import SocketIsClosedError
from engineio.packet import PING, Packet
from reflex.app import EventNamespace
from reflex_base.registry import RegistrationContext

from bookipi_app.state.identity import SignedOut, who_asks

log = logging.getLogger(__name__)
BURST = 300.0  # messages at once: a restored window of many tabs, a fast hand
PER_SECOND = 50.0
ANSWERS_WITHIN = 2.0  # seconds; a tab that is open twice answers in a few milliseconds
LONGEST_ADDRESS = 16_000  # a search of ten thousand letters stands in it
SPOKEN = {"event", "ping", "client_error"}
# Of Reflex' own events those that its pages send, and that no log or state suffers from. A browser's own failures come
# as `client_error`, which Reflex limits; the event for them would let anybody write into the log.
OWN_EVENTS = {"hydrate", "hydrate_and_load", "on_load_internal", "set_is_hydrated"}
OUR_STATES = "bookipi_app___state___"
NEVER = {"setvar"}


@dataclass
class Allowance:
    """How many messages a socket may still send; it fills up again with time."""

    left: float
    at: float

    def take(self, now: float) -> bool:
        """True if one more is allowed."""
        self.left = min(BURST, self.left + (now - self.at) * PER_SECOND)
        self.at = now
        self.left -= 1
        return self.left >= 0


class GuardedApp(rx.App):
    """The app, with this gate in front of its events."""

    def _setup_state(self) -> None:
        super()._setup_state()
        if self.sio is None or self._event_namespace is None:
            return
        self._event_namespace = GuardedNamespace(self._event_namespace.namespace, self)
        self.sio.register_namespace(self._event_namespace)
        _keep_payloads_out_of_logs()


class GuardedNamespace(EventNamespace):
    """Reflex' end of the websocket, behind the gate."""

    def __init__(self, namespace: str, app: rx.App, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(namespace, app)
        self._clock = clock
        self._allowances: dict[str, Allowance] = {}
        self._sessions: dict[str, str] = {}

    async def trigger_event(self, event: str, *args: Any) -> Any:
        """socket.io calls this for each message, and once each when a socket opens and closes.

        It would call any method of ours that begins with `on_`, `on_connect` too, with what the browser sent.
        """
        sid = args[0]
        if event == "connect" and args[1:] and args[1] is self._environ(sid):
            return await super().trigger_event(event, *args)
        if event == "disconnect" and not self._is_open(sid):
            return await super().trigger_event(event, *args)
        if event not in SPOKEN:
            return None
        if not self._may(sid):
            log.warning("a socket sent too much and was closed")
            await self._hang_up(sid)
            return None
        said = () if event == "ping" else (args[1] if len(args) > 1 else None,)
        return await super().trigger_event(event, sid, *said)

    async def on_connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        """A browser opens its socket; its cookie is read once, as it was then."""
        self._sessions[sid] = await asyncio.to_thread(_session_of, _cookies(environ))
        await super().on_connect(sid, environ, auth if isinstance(auth, dict) else None)

    def on_disconnect(self, sid: str) -> asyncio.Task[Any] | None:
        """The socket is closed."""
        self._allowances.pop(sid, None)
        self._sessions.pop(sid, None)
        return super().on_disconnect(sid)

    async def link_token_to_sid(self, sid: str, token: str, *, update_state: bool = True) -> None:
        """Give the socket the state of this tab in this session. A tab that is open twice gets one of its own.

        A network that changed leaves a socket behind that nobody holds any more; its tab goes on in the new one.
        """
        session = self._sessions.get(sid, "")
        bound = bound_token(session, token)
        before = self._token_manager.token_to_socket.get(bound)
        ours = before is not None and before.instance_id == self._token_manager.instance_id
        if before and ours and not await self._is_held(before.sid):
            await self._let_go(before.sid, bound)
        if await self._token_manager.is_token_connected(bound):
            token = str(uuid.uuid4())
            bound = bound_token(session, token)
            await self.emit("new_token", token, to=sid)
        await super().link_token_to_sid(sid, bound, update_state=update_state)

    async def on_event(self, sid: str, data: Any) -> None:
        """One event of a page; what no page sends ends here."""
        event = readable(data)
        if event is None or sid not in self.sid_to_token:
            log.warning("an event that no page sends was dropped")
            return
        await super().on_event(sid, event)

    def _may(self, sid: str) -> bool:
        now = self._clock()
        return self._allowances.setdefault(sid, Allowance(BURST, now)).take(now)

    async def _hang_up(self, sid: str) -> None:
        """Close the connection itself: who only leaves the namespace may go on sending."""
        if self.app.sio:
            connection = self.app.sio.manager.eio_sid_from_sid(sid, self.namespace)
            await self.app.sio.eio.disconnect(connection)

    async def _is_held(self, sid: str) -> bool:
        """True if somebody answers at the other end of a socket; its closing may not have been noticed yet."""
        connection = self._connection(sid)
        return connection is not None and not connection.closed and await answers(connection, ANSWERS_WITHIN)

    async def _let_go(self, sid: str, bound: str) -> None:
        """End a socket that nobody holds, without waiting for it; the tab's state stays."""
        await self._token_manager.disconnect_token(bound, sid)
        connection = self._connection(sid)
        if connection is not None:
            await connection.close(wait=False)

    def _connection(self, sid: str) -> AsyncSocket | None:
        if self.app.sio is None:
            return None
        connection = self.app.sio.manager.eio_sid_from_sid(sid, self.namespace)
        return self.app.sio.eio.sockets.get(connection)

    def _environ(self, sid: str) -> object:
        return self.app.sio.get_environ(sid, self.namespace) if self.app.sio else None

    def _is_open(self, sid: str) -> bool:
        """socket.io reports a socket as closed while it takes it from its list; a browser's own word comes before."""
        return bool(self.app.sio and self.app.sio.manager.is_connected(sid, self.namespace))


async def answers(connection: AsyncSocket, within: float) -> bool:
    """Knock at a connection: a browser answers each ping at once, whatever its page is doing."""
    heard, receive = asyncio.Event(), connection.receive

    async def listen(pkt: Packet) -> None:
        heard.set()
        await receive(pkt)

    connection.receive = listen
    try:
        await connection.send(Packet(PING))
        await asyncio.wait_for(heard.wait(), within)
    except (TimeoutError, SocketIsClosedError):
        return False
    finally:
        connection.receive = receive
    return True


def bound_token(session_id: str, token: str) -> str:
    """The name of a tab's state: nobody can work it out who has not both."""
    return hashlib.sha256(f"{session_id}\0{token}".encode("utf-8", "surrogatepass")).hexdigest()


def readable(data: object) -> dict[str, Any] | None:
    """An event as it is passed on, or None if no page sends such a thing."""
    if not isinstance(data, Mapping):
        return None
    name, payload = data.get("name"), data.get("payload", {})
    if not isinstance(name, str) or not isinstance(payload, dict) or name not in known_events():
        return None
    if name.endswith(".hydrate_and_load"):
        payload = {
            **payload,
            "vars": {},
        }  # nothing of ours is kept in the browser, so it has nothing to bring
    try:
        known_events()[name].bind(None, **payload)
    except TypeError:
        return None
    place = _place(data.get("router_data"))
    return None if place is None else {"name": name, "payload": payload, "router_data": place}


@cache
def known_events() -> dict[str, inspect.Signature]:
    """Every event that a page may send, with the arguments that it takes."""
    return {
        name: inspect.signature(registered.handler.fn)
        for name, registered in RegistrationContext.get().event_handlers.items()
        if _is_sent_by_pages(name)
    }


def _is_sent_by_pages(name: str) -> bool:
    state, _, handler = name.rpartition(".")
    if handler in NEVER:
        return False
    return handler in OWN_EVENTS or OUR_STATES in state


def _place(router_data: object) -> dict[str, Any] | None:
    """Where the browser says it is; anything else that it says there is left out."""
    if router_data is None:
        return {}
    if not isinstance(router_data, Mapping):
        return None
    path, address, query = (router_data.get(name) for name in ("pathname", "asPath", "query"))
    texts = {name: text for name, text in (("pathname", path), ("asPath", address)) if text is not None}
    if not all(isinstance(text, str) and len(text) <= LONGEST_ADDRESS for text in texts.values()):
        return None
    return {**texts, "query": _texts(query)}


def _texts(query: object) -> dict[str, str]:
    pairs = query.items() if isinstance(query, Mapping) else ()
    return {str(name)[:200]: text[:LONGEST_ADDRESS] for name, text in pairs if isinstance(text, str)}


def _session_of(cookies: str) -> str:
    """The living session that a browser brings; a dead one is as good as none."""
    try:
        return who_asks(cookies).session_id
    except SignedOut:
        return ""


def _cookies(environ: Mapping[str, Any]) -> str:
    return str(environ.get("HTTP_COOKIE", ""))


class _NoPayload(logging.Filter):
    """Reflex logs an argument that it cannot convert, with its value: only the handler's name stays."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if message.startswith("Error transforming event payload"):
            record.msg, record.args = message.partition(":")[0] + ".", ()
        return True


def _keep_payloads_out_of_logs() -> None:
    logging.getLogger("reflex_base.event.processor.base_state_processor").addFilter(_NoPayload())
