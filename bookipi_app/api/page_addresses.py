"""Pages under their own addresses: `/dashboard` is answered at once, not sent on to `/dashboard/`.

A built page is a folder with an `index.html`, and the file server redirects a folder's name to the one with a slash.
The slash is added here instead, out of the browser's sight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from starlette.types import ASGIApp, Receive, Scope, Send


def without_slash(routes: Iterable[str]) -> Callable[[ASGIApp], ASGIApp]:
    """A wrapper for Reflex' own app, which serves the built pages of these routes."""
    known = frozenset(routes)

    def wrap(app: ASGIApp) -> ASGIApp:
        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["path"] in known:
                path = scope["path"] + "/"
                scope = {**scope, "path": path, "raw_path": path.encode()}
            await app(scope, receive, send)

        return wrapped

    return wrap
