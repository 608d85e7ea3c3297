"""What stands in front of several web processes: one address, each new connection to the next of them that lives.

Not sticky on purpose: what needs a visitor to stay with one process would show.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from contextlib import suppress

CHUNK = 1 << 16


class Front:
    """A listening address. `ports` are those of the web processes, set once they are known."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listening.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self.ports: Sequence[int] = ()
        self.passed: dict[int, int] = {}  # port of a web process → connections that it was given
        self._turn = 0

    def start(self) -> None:
        """Pass connections on from now on."""
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        """Take no new ones."""
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            far = self._next()
            if far is None:
                near.close()
                continue
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=_pump, args=(source, target), daemon=True).start()

    def _next(self) -> socket.socket | None:
        for _ in self.ports:
            self._turn += 1
            port = self.ports[self._turn % len(self.ports)]
            with suppress(OSError):
                found = socket.create_connection(("127.0.0.1", port), timeout=5)
                found.settimeout(None)
                self.passed[port] = self.passed.get(port, 0) + 1
                return found
        return None


def _pump(source: socket.socket, target: socket.socket) -> None:
    """All that one side says to the other; the end too."""
    with suppress(OSError):
        while data := source.recv(CHUNK):
            target.sendall(data)
    for one in (source, target):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
