"""The scripts of a page, told with the page itself, where its file cannot name them.

A page whose address holds an id (`/i/KEY`, `/invoices/ID`) has no file of its own: all of them get the same one, which
names what every page needs. Their own scripts would be asked for only after those have run; a `Link` header has them
fetched beside.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Scripts = Mapping[re.Pattern[str], Sequence[str]]
VARIABLE = re.compile(r":\w+")
MANIFEST = re.compile(r"=(\{.*\})", re.DOTALL)


def page_scripts(pages: Path) -> Scripts:
    """Of each page whose address holds an id, the scripts that its file does not name; none without a build."""
    fallback = pages / "__spa-fallback.html"
    written = next(iter((pages / "assets").glob("manifest-*.js")), None)
    found = MANIFEST.search(written.read_text()) if written else None
    if found is None or not fallback.exists():
        return {}
    named, routes = fallback.read_text(), json.loads(found[1])["routes"].values()
    known = [(route.get("path", ""), (route["module"], *route["imports"])) for route in routes]
    # `/invoices/new` looks like an address with an id, and has a file that names its own.
    own_file: dict[re.Pattern[str], Sequence[str]] = {
        _pattern(path): () for path, _ in known if not VARIABLE.search(path)
    }
    return own_file | {
        _pattern(path): [one for one in fetched if one not in named]
        for path, fetched in known
        if VARIABLE.search(path)
    }


def preloading(scripts: Scripts) -> Callable[[ASGIApp], ASGIApp]:
    """A wrapper for Reflex' own app, which serves the built pages."""

    def wrap(app: ASGIApp) -> ASGIApp:
        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            path = scope["path"] if scope["type"] == "http" else ""
            wanted = next((found for page, found in scripts.items() if page.fullmatch(path)), ())
            await app(scope, receive, _telling(wanted, send) if wanted else send)

        return wrapped

    return wrap


def _telling(scripts: Sequence[str], send: Send) -> Send:
    link = ", ".join(f"<{script}>; rel=modulepreload" for script in scripts)

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if headers.get("content-type", "").startswith("text/html"):
                headers.append("Link", link)
        await send(message)

    return sending


def _pattern(path: str) -> re.Pattern[str]:
    """`invoices/:invoice_id` as addresses match it."""
    return re.compile("/" + VARIABLE.sub("[^/]+", path) + "/?")
