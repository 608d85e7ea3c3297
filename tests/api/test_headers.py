"""The headers of every response, and the one host."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bookipi_app.api.headers import security_headers
from bookipi_app.api.observed import observed

HASHES = ("'sha256-abc='",)


async def _page(_request: object) -> Response:
    return PlainTextResponse("ok")


async def _html(_request: object) -> Response:
    return HTMLResponse("<html></html>")


async def _broken(_request: object) -> Response:
    raise ValueError("broken")


async def _own_choice(_request: object) -> Response:
    return PlainTextResponse("ok", headers={"Cache-Control": "private, max-age=60"})


def client(public_url: str, hashes: Sequence[str] = HASHES, behind_proxy: bool = False) -> TestClient:
    paths = ("/", "/assets/a-1.js", "/tokens.css", "/webhooks/quickbooks", "/healthz", "/{rest:path}")
    own = [Route("/own", _own_choice), Route("/page", _html), Route("/broken", _broken)]
    routes = [*own, *(Route(path, _page, methods=["GET", "POST"]) for path in paths)]
    app = security_headers(public_url, hashes, behind_proxy)(observed(Starlette(routes=routes)))
    return TestClient(app, base_url=public_url, follow_redirects=False, raise_server_exceptions=False)


def rules(policy: str) -> dict[str, list[str]]:
    """A policy by its directives."""
    return {name: values for name, *values in (rule.split() for rule in policy.split(";"))}


def test_a_page_may_do_what_was_measured_to_be_needed_and_nothing_else() -> None:
    policy = rules(client("http://localhost:3000").get("/page").headers["content-security-policy"])
    assert policy == {
        "default-src": ["'none'"],
        "script-src": ["'self'", *HASHES],
        "script-src-attr": ["'none'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "style-src-attr": ["'none'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }


def test_what_is_no_page_may_do_nothing() -> None:
    for path in ("/", "/assets/a-1.js", "/healthz", "/own"):
        policy = rules(client("http://localhost:3000").get(path).headers["content-security-policy"])
        assert policy == {
            "default-src": ["'none'"],
            "form-action": ["'none'"],
            "base-uri": ["'none'"],
            "frame-ancestors": ["'none'"],
        }


def test_bad_input_71_refused_every_answer_carries_the_headers_an_unknown_address_and_a_failure_too() -> None:
    app = client("http://localhost:3000")
    for answer in (
        app.get("/"),
        app.get("/webhooks/quickbooks"),
        app.delete("/"),
        app.get("/page"),
        app.get("/broken"),
    ):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in answer.headers["permissions-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "strict-transport-security" not in answer.headers
    assert app.get("/broken").status_code == 500
    assert app.get("/broken").headers["cache-control"] == "no-store"


def test_bad_input_71_accepted_https_is_said_to_be_kept() -> None:
    answer = client("https://books.example.com").get("/page")
    assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    assert "upgrade-insecure-requests" in rules(answer.headers["content-security-policy"])


@pytest.mark.parametrize("can_answer", [True, False])
def test_a_refused_websocket_is_answered_with_the_headers_where_the_server_can(can_answer: bool) -> None:
    sent = asyncio.run(_handshake(_refuses, can_answer))
    if not can_answer:
        assert sent == [{"type": "websocket.close", "code": 1008}]
        return
    start, body = sent
    assert (start["status"], body["body"]) == (403, b"")
    names = dict(start["headers"])
    assert names[b"x-content-type-options"] == b"nosniff"
    assert b"frame-ancestors 'none'" in names[b"content-security-policy"]
    assert b"max-age" in names[b"strict-transport-security"]


def test_an_opened_websocket_is_closed_as_it_wishes() -> None:
    sent = asyncio.run(_handshake(_accepts, True))
    assert [message["type"] for message in sent] == ["websocket.accept", "websocket.close"]


async def _refuses(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "websocket.close", "code": 1008})


async def _accepts(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": 1000})


async def _handshake(app: ASGIApp, can_answer: bool) -> list[Any]:
    sent: list[Any] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    scope = {
        "type": "websocket",
        "path": "/_event/",
        "extensions": {"websocket.http.response": {}} if can_answer else {},
    }
    await security_headers("https://books.example.com", HASHES)(app)(scope, receive, send)
    return sent


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/assets/a-1.js", "public, max-age=31536000, immutable"),
        ("/tokens.css", "no-cache"),
        ("/invoices", "no-store"),
        ("/own", "private, max-age=60"),
    ],
)
def test_bad_input_32_both_what_may_be_kept(path: str, kept: str) -> None:
    assert client("http://localhost:3000").get(path).headers["cache-control"] == kept


def test_another_name_of_this_machine_leads_to_the_public_one() -> None:
    answer = client("http://localhost:3000").get("/invoices?page=2", headers={"Host": "127.0.0.1:3000"})
    assert answer.status_code == 307
    assert answer.headers["location"] == "http://localhost:3000/invoices?page=2"


def test_a_path_of_two_slashes_names_no_host() -> None:
    answer = client("http://localhost:3000").get("http://127.0.0.1:3000//evil.example/x")
    assert answer.headers["location"] == "http://localhost:3000/evil.example/x"


@pytest.mark.parametrize("path", ["/webhooks/quickbooks", "/healthz"])
def test_machines_are_not_redirected(path: str) -> None:
    assert client("http://localhost:3000").get(path, headers={"Host": "127.0.0.1:3000"}).status_code == 200


def test_a_post_is_not_redirected() -> None:
    assert client("http://localhost:3000").post("/x", headers={"Host": "127.0.0.1:3000"}).status_code == 200


def test_behind_a_proxy_the_proxy_decides() -> None:
    app = client("https://books.example.com", behind_proxy=True)
    assert app.get("/", headers={"Host": "127.0.0.1:3000"}).status_code == 200
