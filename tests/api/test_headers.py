"""The headers of every response, and the one host."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from bookipi_app.api.headers import security_headers

HASHES = ("'sha256-abc='",)


async def _page(_request: object) -> Response:
    return PlainTextResponse("ok")


async def _own_choice(_request: object) -> Response:
    return PlainTextResponse("ok", headers={"Cache-Control": "private, max-age=60"})


def client(public_url: str, hashes: Sequence[str] = HASHES, behind_proxy: bool = False) -> TestClient:
    paths = ("/", "/assets/a-1.js", "/tokens.css", "/webhooks/quickbooks", "/healthz", "/{rest:path}")
    routes = [Route("/own", _own_choice), *(Route(path, _page, methods=["GET", "POST"]) for path in paths)]
    app = security_headers(public_url, hashes, behind_proxy)(Starlette(routes=routes))
    return TestClient(app, base_url=public_url, follow_redirects=False)


def test_scripts_come_from_here_or_are_known() -> None:
    policy = client("http://localhost:3000").get("/").headers["content-security-policy"]
    assert "script-src 'self' 'sha256-abc=';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy


def test_bad_input_71_refused_every_answer_carries_the_headers_an_unknown_address_too() -> None:
    app = client("http://localhost:3000")
    for answer in (app.get("/"), app.get("/webhooks/quickbooks"), app.delete("/")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "strict-transport-security" not in answer.headers


def test_bad_input_71_accepted_https_is_said_to_be_kept() -> None:
    assert "max-age=" in client("https://books.example.com").get("/").headers["strict-transport-security"]


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
