"""What every response says to the browser, and one host for every visitor.

A plain ASGI wrapper around the whole app, so that pages, assets, routes, errors and refused websockets are all seen by
it. It adds the Content-Security-Policy and its relatives, says what may be kept in a cache, and sends a page asked for
under another name of this machine (127.0.0.1 for localhost) to the public one: to a browser they are two origins, with
two cookie jars.

The policy of a page allows nothing but what was measured to be needed, on every page, in a browser:

- scripts of this site, and the inline scripts of the built pages by their hashes (React Router starts each page with
  a few); no `unsafe-inline`, no `unsafe-eval`;
- `style-src 'unsafe-inline'`, for elements alone: Radix' theme and emotion put `<style>` into the page while it
  runs, whose content no build knows; see SECURITY.md for what that leaves open.

What is no page (files, answers of routes, errors in plain text) may do nothing at all, whatever it contains.
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
NO_PAGE = "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
# Names that every browser of today knows: others would be complained about on each page.
UNUSED_FEATURES = (
    "camera",
    "microphone",
    "geolocation",
    "payment",
    "usb",
    "serial",
    "hid",
    "display-capture",
)
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
    fixed = _fixed_headers(public_url)
    policy = content_security_policy(script_hashes, secure=public_url.startswith("https://"))
    host = "" if behind_proxy else urlsplit(public_url).netloc

    def wrap(app: ASGIApp) -> ASGIApp:
        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "websocket":
                await app(scope, receive, _refusing(scope, send, fixed))
                return
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            sending = _adding(scope, send, fixed, policy)
            if _belongs_elsewhere(scope, host):
                answer = RedirectResponse(public_url + _target(scope), status_code=307)
                await answer(scope, receive, sending)
            else:
                await app(scope, receive, sending)

        return wrapped

    return wrap


def content_security_policy(script_hashes: Sequence[str], *, secure: bool = False) -> str:
    """The policy of a page; see the module's head for each exception."""
    rules = [
        "default-src 'none'",
        " ".join(("script-src 'self'", *script_hashes)),
        "script-src-attr 'none'",
        "style-src 'self' 'unsafe-inline'",
        "style-src-attr 'none'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
    return "; ".join([*rules, "upgrade-insecure-requests"] if secure else rules)


def _fixed_headers(public_url: str) -> dict[str, str]:
    headers = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Permitted-Cross-Domain-Policies": "none",
    }
    if public_url.startswith("https://"):
        headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
    return headers


def _adding(scope: Scope, send: Send, fixed: dict[str, str], policy: str) -> Send:
    """A `send` that completes the headers; a route that chose one of them itself keeps its choice."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if scope["path"].startswith(PUBLIC_PATHS):
                headers.update(PUBLIC_HEADERS)
            for name, text in fixed.items():
                headers.setdefault(name, text)
            is_page = headers.get("content-type", "").startswith("text/html")
            headers.setdefault("Content-Security-Policy", policy if is_page else NO_PAGE)
            headers.setdefault("Cache-Control", _cache_control(scope["path"], message["status"]))
        await send(message)

    return sending


def _refusing(scope: Scope, send: Send, fixed: dict[str, str]) -> Send:
    """A `send` that answers a refused handshake with the headers of every other answer, where the server can do so."""
    opened = False

    async def sending(message: Message) -> None:
        nonlocal opened
        opened = opened or message["type"] == "websocket.accept"
        can_answer = "websocket.http.response" in (scope.get("extensions") or {})
        if message["type"] != "websocket.close" or opened or not can_answer:
            await send(message)
            return
        chosen = {**fixed, "Content-Security-Policy": NO_PAGE, "Cache-Control": "no-store"}
        headers = [(name.lower().encode(), text.encode()) for name, text in chosen.items()]
        await send({"type": "websocket.http.response.start", "status": 403, "headers": headers})
        await send({"type": "websocket.http.response.body", "body": b""})

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
