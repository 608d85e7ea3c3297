"""Every way into the app, read from the app itself, so that a new one cannot be forgotten.

`python -m tests.security.registry` prints it; tests ask for it in a process of its own, because pages once built stay
in a process.
"""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from bookipi_app.frontend import PROJECT


@dataclass(frozen=True)
class Handler:
    """An event handler: its full name and its parameters with their types."""

    name: str
    background: bool
    parameters: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def state(self) -> str:
        """The state that it belongs to, as its last part is called."""
        return self.name.rpartition(".")[0].rpartition("___")[2]

    @property
    def short(self) -> str:
        """`state.handler`, for lists."""
        return f"{self.state}.{self.name.rpartition('.')[2]}"


@dataclass(frozen=True)
class Way:
    """An HTTP route."""

    path: str
    methods: tuple[str, ...]


@dataclass(frozen=True)
class Ways:
    """All of them."""

    handlers: tuple[Handler, ...]
    routes: tuple[Way, ...]


@cache
def ways() -> Ways:
    """The registry of the app in this checkout."""
    environment = {**os.environ, "__REFLEX_SKIP_COMPILE": "true"}
    command = [sys.executable, "-m", "tests.security.registry"]
    printed = subprocess.run(
        command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, check=True, text=True
    ).stdout
    read = json.loads(printed.splitlines()[-1])
    return Ways(
        tuple(Handler(**one) for one in read["handlers"]),
        tuple(Way(one["path"], tuple(one["methods"])) for one in read["routes"]),
    )


def _registered() -> dict[str, Any]:
    from reflex_base.registry import RegistrationContext

    from bookipi_app.bookipi_app import app
    from bookipi_app.state.gate import known_events

    registered = RegistrationContext.get().event_handlers
    handlers = [
        Handler(name, registered[name].handler.is_background, _parameters(signature))
        for name, signature in sorted(known_events().items())
    ]
    return {"handlers": list(map(asdict, handlers)), "routes": [asdict(one) for one in _routes(app)]}


def _parameters(signature: inspect.Signature) -> dict[str, str]:
    return {one.name: str(one.annotation) for one in signature.parameters.values() if one.name != "self"}


def _routes(app: Any) -> list[Way]:
    """Our own routes, and those of Reflex."""
    from bookipi_app.bookipi_app import routes

    found = {route.path: route for route in (*app._api.routes, *routes())}
    ways = (Way(path, tuple(sorted(getattr(route, "methods", None) or ()))) for path, route in found.items())
    return sorted(ways, key=lambda way: way.path)


if __name__ == "__main__":
    os.environ.setdefault("BOOKIPI_VAR", str(Path("var").absolute()))
    print(json.dumps(_registered()))
