"""What every response says to the browser, and one host for every visitor.

A plain ASGI wrapper around the whole app, so that pages, assets, routes and errors are all seen by it. It adds the
Content-Security-Policy and its relatives, says what may be kept in a cache, and sends a page asked for under
another name of this machine (127.0.0.1 for localhost) to the public one: to a browser they are two origins, with two
cookie jars.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Asked by machines that know this one by its address only.
MACHINE_PATHS = ("/webhooks", "/healthz", "/metrics", "/ping", "/_")
# Files of assets/, served under their own names: kept, but asked about each time.
NAMED_FILES = (".css", ".js", ".woff2", ".svg", ".ico", ".webmanifest")
YEAR = 31_536_000
# What a link without an account shows: found by nobody else, and its address told to nobody.
PUBLIC_PATHS = ("/i/",)
PUBLIC_HEADERS = {"X-Robots-Tag": "noindex, nofollow, noarchive", "Referrer-Policy": "no-referrer"}


def security_headers(
    public_url: str, script_hashes: Sequence[str], behind_proxy: bool = False
) -> Callable[[ASGIApp], ASGIApp]:
    """The wrapper, to be the last of Reflex's `api_transformer`s.

    `script_hashes` are the CSP sources of the inline scripts of the built pages. Behind a proxy the Host header may be
    the proxy's own idea, and the proxy decides about other names: nothing is redirected then.
    """
    fixed, for_files = _fixed_headers(public_url, script_hashes), content_security_policy(())
    host = "" if behind_proxy else urlsplit(public_url).netloc

    def wrap(app: ASGIApp) -> ASGIApp:
        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            sending = _adding(scope, send, fixed, for_files)
            if _belongs_elsewhere(scope, host):
                answer = RedirectResponse(public_url + _target(scope), status_code=307)
                await answer(scope, receive, sending)
            else:
                await app(scope, receive, sending)

        return wrapped

    return wrap


def content_security_policy(script_hashes: Sequence[str]) -> str:
    """Scripts only from here, or inline with a known hash; nothing may frame the app.

    Styles may be inline because Radix sets them on elements.
    """
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self'", *script_hashes)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def _fixed_headers(public_url: str, script_hashes: Sequence[str]) -> dict[str, str]:
    headers = {
        "Content-Security-Policy": content_security_policy(script_hashes),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if public_url.startswith("https://"):
        headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
    return headers


def _adding(scope: Scope, send: Send, fixed: dict[str, str], for_files: str) -> Send:
    """A `send` that completes the headers; a route that chose one of them itself keeps its choice.

    The hashes of inline scripts, two kilobytes of them, go with pages only: a file of a page has no inline script.
    """

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if scope["path"].startswith(PUBLIC_PATHS):
                headers.update(PUBLIC_HEADERS)
            if not headers.get("Content-Type", "").startswith("text/html"):
                headers.setdefault("Content-Security-Policy", for_files)
            for name, text in fixed.items():
                headers.setdefault(name, text)
            headers.setdefault("Cache-Control", _cache_control(scope["path"], message["status"]))
        await send(message)

    return sending


def _cache_control(path: str, status: int) -> str:
    """Built assets carry their content's hash in their name and never change; everything else is asked for anew."""
    if status not in (200, 206, 304):
        return "no-store"
    if path.startswith("/assets/"):
        return f"public, max-age={YEAR}, immutable"
    return "no-cache" if path.endswith(NAMED_FILES) else "no-store"


def _belongs_elsewhere(scope: Scope, host: str) -> bool:
    if not host or scope["method"] not in ("GET", "HEAD") or scope["path"].startswith(MACHINE_PATHS):
        return False
    asked = Headers(scope=scope).get("host", "")
    return bool(asked) and asked.lower() != host.lower()


def _target(scope: Scope) -> str:
    """Path and query as they were asked for; a path of two slashes would name a host."""
    path = "/" + scope.get("raw_path", scope["path"].encode()).decode("latin-1").split("?")[0].lstrip("/")
    query = scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path
