"""Short ways to sign in, consent, ask for tokens and receive webhooks, in process or over the socket."""

import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from bookipi_app.sandbox.core import Delivery, Response
from bookipi_app.sandbox.oauth import ACCOUNTING_SCOPE
from tests.sandbox.client import CALLBACK, CLIENT_ID, SECRET, Books

TOKENS = "/oauth2/v1/tokens/bearer"
REVOKE = "/v2/oauth2/tokens/revoke"
USERINFO = "/v1/openid_connect/userinfo"
FORM = "application/x-www-form-urlencoded"
OTHER = ("client-two", "secret-two")
EVERYTHING = f"{ACCOUNTING_SCOPE} openid email profile phone address"
ASKED = {
    **{"client_id": CLIENT_ID, "redirect_uri": CALLBACK, "response_type": "code"},
    **{"scope": ACCOUNTING_SCOPE, "state": "s t&te=+%"},
}


def basic(client_id: str = CLIENT_ID, secret: str = SECRET) -> dict[str, str]:
    """The header that a client signs in with."""
    return {"authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


def browse(books: Books, method: str, target: str, cookie: str = "", **form: str) -> Response:
    """What a browser gets."""
    headers = {"cookie": cookie, "content-type": FORM}
    return books.send(method, target, headers, urlencode(form).encode())


def signed_in(books: Books) -> str:
    """The cookie of a person who signed in."""
    answer = browse(books, "POST", "/login", email="joan@whitakerbooks.com", password="any", next="/")
    return answer.headers["set-cookie"].split(";")[0]


def asked(**changed: str) -> str:
    """The address of the authorization request; an empty value leaves a parameter out."""
    wanted = {name: value for name, value in {**ASKED, **changed}.items() if value}
    return "/connect/oauth2?" + urlencode(wanted)


def decide(books: Books, decision: str = "allow", realm: str = "", **changed: str) -> Response:
    """The answer to the question of consent."""
    form = {**ASKED, **changed, "realm": realm or books.realm, "decision": decision}
    return browse(books, "POST", "/connect/oauth2", signed_in(books), **form)


def returned(answer: Response) -> dict[str, str]:
    """What the browser brings back to the app."""
    assert answer.status == 302
    query = parse_qs(urlsplit(answer.headers["location"]).query, strict_parsing=True)
    return {name: values[0] for name, values in query.items()}


def consent(books: Books, realm: str = "", **changed: str) -> dict[str, str]:
    """Consent, and what the app gets with the browser."""
    return returned(decide(books, "allow", realm, **changed))


def post_form(books: Books, target: str, client: tuple[str, str], **form: str) -> tuple[int, dict[str, Any]]:
    headers = {**basic(*client), "content-type": FORM, "accept": "application/json"}
    answer = books.send("POST", target, headers, urlencode(form).encode())
    return answer.status, json.loads(answer.body)


def token(books: Books, **form: str) -> tuple[int, dict[str, Any]]:
    """A request to the token endpoint."""
    return post_form(books, TOKENS, (CLIENT_ID, SECRET), **form)


def exchange(books: Books, code: str, redirect_uri: str = CALLBACK) -> tuple[int, dict[str, Any]]:
    """A code for tokens."""
    return token(books, grant_type="authorization_code", code=code, redirect_uri=redirect_uri)


def refresh(books: Books, value: str) -> tuple[int, dict[str, Any]]:
    """A refresh token for tokens."""
    return token(books, grant_type="refresh_token", refresh_token=value)


def refused_grant(books: Books, value: str) -> str:
    """The description that a refused refresh gives."""
    status, answer = refresh(books, value)
    assert (status, answer["error"]) == (400, "invalid_grant")
    return answer["error_description"]


def granted(books: Books, scope: str = ACCOUNTING_SCOPE) -> dict[str, Any]:
    """Tokens without the browser; the books use them from now on."""
    answer = books.control("POST", f"companies/{books.realm}/grant", {"scope": scope, "client_id": CLIENT_ID})
    books.token = answer["access_token"]
    return answer


def revoke(books: Books, value: object, client: tuple[str, str] = (CLIENT_ID, SECRET)) -> Response:
    """A token given back, as JSON."""
    headers = {**basic(*client), "content-type": "application/json"}
    return books.send("POST", REVOKE, headers, json.dumps({"token": value}).encode())


def second_app(books: Books, **fields: Any) -> None:
    """Another registered app."""
    named = {"client_id": OTHER[0], "client_secret": OTHER[1], "redirect_uris": [CALLBACK]}
    books.control("POST", "apps", {**named, **fields})


def second_company(books: Books) -> str:
    """The realm of one more company."""
    return books.control("POST", "companies", {"preset": "us-manual-tax"})["realm"]


def status_of(books: Books, access_token: str = "") -> int:
    """What a read answers with a token."""
    books.token = access_token or books.token
    return books.raw("GET", f"/v3/company/{books.realm}/item/1").status


def sent(books: Books, status: int = 200) -> list[Delivery]:
    """The webhooks that are due, answered with a status."""
    found = books.sandbox.due_webhooks(books.now)
    for delivery in found:
        books.sandbox.delivered(delivery, status, books.now)
    return found


def told(delivery: Delivery) -> list[dict[str, Any]]:
    """The events of a delivery in the newer format."""
    return json.loads(delivery.body)


def switch(books: Books, **positions: Any) -> None:
    """Puts switches into positions."""
    answer = books.control("POST", "switches", positions)
    assert "error" not in answer, answer
