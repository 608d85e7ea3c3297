"""Where the browser is sent, and what the token endpoint's answers mean."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bookipi_app.quickbooks import oauth
from bookipi_app.quickbooks.faults import GrantLost, Throttled, Unknown
from bookipi_app.quickbooks.transport import http_client
from bookipi_app.sandbox import oauth as sandbox_oauth
from tests.quickbooks.books import ADDRESS, BACK, DISCOVERY, START, Books


def _app(answers: dict[str, httpx.Response], discovery: str = DISCOVERY) -> oauth.OAuth:
    def answer(request: httpx.Request) -> httpx.Response:
        return answers[request.url.path]

    http = http_client(httpx.MockTransport(answer))
    return oauth.OAuth(
        client_id="c",
        client_secret="s",
        discovery_url=discovery,
        redirect_uri=BACK,
        clock=lambda: START,
        http=http,
    )


def _document(**changed: str) -> httpx.Response:
    base = {
        "authorization_endpoint": f"{ADDRESS}/connect/oauth2",
        "token_endpoint": f"{ADDRESS}/token",
        "revocation_endpoint": f"{ADDRESS}/revoke",
    }
    return httpx.Response(200, json={**base, **changed})


WELL_KNOWN = urlsplit(DISCOVERY).path


def test_the_browser_is_sent_with_everything_intuit_asks_for() -> None:
    url = Books().oauth().authorize_url("s t&ate")
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert url.startswith(f"{ADDRESS}/connect/oauth2?")
    assert query == {
        "client_id": "client", "response_type": "code", "scope": "com.intuit.quickbooks.accounting",
        "redirect_uri": BACK, "state": "s t&ate",
    }  # fmt: skip


def test_a_code_gives_a_pair_once() -> None:
    books = Books()
    app = books.sandbox.world.apps["client"]
    code = sandbox_oauth.issue_code(
        books.sandbox.world, app, books.realm, BACK, "com.intuit.quickbooks.accounting", books.now
    )
    pair = books.oauth().exchange(code)
    assert pair.access_expires_at > START
    assert pair.refresh_expires_at > pair.access_expires_at
    with pytest.raises(GrantLost):
        books.oauth().exchange(code)
    with pytest.raises(GrantLost):
        books.oauth().exchange("nonsense")


@pytest.mark.parametrize(
    "address",
    ["https://evil.test/token", "http://oauth.platform.intuit.com/token", "https://intuit.com.evil.test/t",
     "https://notintuit.com/t", "", "http://books.test:81/token", "javascript:alert(1)"],
)  # fmt: skip
def test_bad_input_44_refused_our_secret_goes_to_intuit_or_the_document_s_own_host_alone(
    address: str,
) -> None:
    with pytest.raises(Unknown):
        _app({WELL_KNOWN: _document(token_endpoint=address)}).exchange("code")


def test_bad_input_44_accepted_intuit_s_real_document_is_believed() -> None:
    document = _document(
        authorization_endpoint="https://appcenter.intuit.com/connect/oauth2",
        token_endpoint="https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer",
        revocation_endpoint="https://developer.api.intuit.com/v2/oauth2/tokens/revoke",
    )
    assert _app({WELL_KNOWN: document}).endpoints().token.startswith("https://oauth.platform.intuit.com/")


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (httpx.Response(400, json={"error": "invalid_grant"}), GrantLost),
        (httpx.Response(401, json={"error": "invalid_client"}), Unknown),
        (httpx.Response(400, json={"error": "invalid_request"}), Unknown),
        (httpx.Response(503, text="<html>"), Unknown),
        (httpx.Response(429, text=""), Throttled),
        (httpx.Response(200, text="<html>"), Unknown),
        (httpx.Response(200, json={"access_token": "a", "expires_in": 3600}), Unknown),
        (
            httpx.Response(200, json={"access_token": "a", "refresh_token": "r", "expires_in": "soon"}),
            Unknown,
        ),
    ],
)
def test_only_invalid_grant_ends_a_grant(answer: httpx.Response, failure: type[Exception]) -> None:
    with pytest.raises(failure):
        _app({WELL_KNOWN: _document(), "/token": answer}).refresh("r")


def test_unknown_fields_and_a_missing_refresh_expiry_are_no_trouble() -> None:
    answer = httpx.Response(
        200,
        json={
            "access_token": "a",
            "refresh_token": "r",
            "expires_in": 3600,
            "new": {"x": 1},
            "token_type": "bearer",
        },
    )
    pair = _app({WELL_KNOWN: _document(), "/token": answer}).refresh("old")
    assert (pair.access, pair.refresh) == ("a", "r")
    assert (pair.refresh_expires_at - START).days == 100


def test_the_addresses_are_kept_when_the_document_cannot_be_read_again() -> None:
    answers = {WELL_KNOWN: _document()}
    now = [START]
    http = http_client(httpx.MockTransport(lambda request: answers[request.url.path]))
    app = oauth.OAuth(
        client_id="c",
        client_secret="s",
        discovery_url=DISCOVERY,
        redirect_uri=BACK,
        clock=lambda: now[0],
        http=http,
    )
    first = app.endpoints()
    answers[WELL_KNOWN] = httpx.Response(500)
    now[0] = START + oauth.DISCOVERY_LASTS * 2
    assert app.endpoints() == first
