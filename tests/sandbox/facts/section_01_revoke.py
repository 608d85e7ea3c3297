"""Sections 1.5 and 1.6: the end of a grant, and OpenID Connect."""

import json
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import KeySet

from bookipi_app.sandbox.oauth import ACCOUNTING_SCOPE
from tests.sandbox.access_client import (
    EVERYTHING,
    FORM,
    OTHER,
    REVOKE,
    USERINFO,
    basic,
    browse,
    consent,
    exchange,
    granted,
    refused_grant,
    revoke,
    second_app,
    sent,
    signed_in,
    status_of,
)
from tests.sandbox.client import CALLBACK, CLIENT_ID, Books
from tests.sandbox.facts.table import fact
from tests.sandbox.golden import assert_golden


@fact("1.5", "a refresh token given back ends both tokens")
def _(books: Books) -> None:
    tokens = granted(books)
    answer = revoke(books, tokens["refresh_token"])
    assert (answer.status, answer.body) == (200, b"")
    assert status_of(books) == 401
    refused_grant(books, tokens["refresh_token"])


@fact("1.5", "an access token given back ends both tokens")
def _(books: Books) -> None:
    tokens = granted(books)
    assert revoke(books, tokens["access_token"]).status == 200
    assert status_of(books) == 401
    refused_grant(books, tokens["refresh_token"])


@fact("1.5", "a token may be given back in a form")
def _(books: Books) -> None:
    body = urlencode({"token": granted(books)["refresh_token"]}).encode()
    assert books.send("POST", REVOKE, {**basic(), "content-type": FORM}, body).status == 200
    assert status_of(books) == 401


@fact("1.5", "what is no living token cannot be given back: 400 with an error")
def _(books: Books) -> None:
    tokens = granted(books)
    for value in ("nobody", "", None, 5, ["x"], {"a": tokens["refresh_token"]}):
        answer = revoke(books, value)
        assert (answer.status, set(json.loads(answer.body)) >= {"error"}) == (400, True)
    revoke(books, tokens["refresh_token"])
    assert revoke(books, tokens["refresh_token"]).status == 400


@fact("1.5", "only the app itself gives back its tokens")
def _(books: Books) -> None:
    second_app(books)
    value = granted(books)["refresh_token"]
    assert revoke(books, value, OTHER).status == 400
    assert revoke(books, value, (CLIENT_ID, "wrong")).status == 401
    assert status_of(books) == 200


@fact("1.5", "a disconnect at Intuit shows as 401 and then as invalid_grant")
def _(books: Books) -> None:
    tokens = granted(books)
    books.control("POST", f"companies/{books.realm}/revoke")
    status, answer = books.call("GET", "item/1")
    error = answer["fault"]["error"][0]
    assert (status, error["code"], error["detail"]) == (401, "3200", "Token revoked")
    refused_grant(books, tokens["refresh_token"])


@fact("1.5", "a disconnect at Intuit is told to no server")
def _(books: Books) -> None:
    books.post("Customer", {"DisplayName": "Ada"})
    books.control("POST", f"companies/{books.realm}/revoke")
    assert sent(books) == []


@fact("1.5", "a disconnect at Intuit sends the browser to the Disconnect URL with the realmId")
def _(books: Books) -> None:
    books.control("POST", "apps", {"client_id": CLIENT_ID, "disconnect_url": "http://localhost:3000/gone"})
    answer = browse(books, "POST", f"/c/{books.realm}/disconnect", signed_in(books), client_id=CLIENT_ID)
    assert answer.headers["location"] == f"http://localhost:3000/gone?realmId={books.realm}"
    assert status_of(books) == 401


@fact("1.5", "connecting again gives new tokens in place of the old grant")
def _(books: Books) -> None:
    old = granted(books)
    books.control("POST", f"companies/{books.realm}/revoke")
    new = exchange(books, consent(books)["code"])[1]
    assert status_of(books, new["access_token"]) == 200
    refused_grant(books, old["refresh_token"])
    assert books.control("GET", f"companies/{books.realm}")["apps"] == [CLIENT_ID]


@fact("1.6", "userinfo tells what the scopes let it")
def _(books: Books) -> None:
    granted(books, EVERYTHING)
    assert_golden("userinfo", json.loads(books.raw("GET", USERINFO).body))


@fact("1.6", "userinfo tells nothing of scopes that were not asked for")
def _(books: Books) -> None:
    granted(books, f"{ACCOUNTING_SCOPE} openid email")
    assert set(json.loads(books.raw("GET", USERINFO).body)) == {"sub", "email", "emailVerified"}


@fact("1.6", "userinfo needs the openid scope")
def _(books: Books) -> None:
    granted(books, f"{ACCOUNTING_SCOPE} email")
    assert books.raw("GET", USERINFO).status == 403


@fact("1.6", "userinfo needs a living token")
def _(books: Books) -> None:
    granted(books, EVERYTHING)
    books.control("POST", f"companies/{books.realm}/revoke")
    assert books.raw("GET", USERINFO).status == 401
    assert books.send("GET", USERINFO, {}).status == 401


@fact("1.6", "a token without the accounting scope reads no books")
def _(books: Books) -> None:
    granted(books, "openid email")
    assert status_of(books) == 403


@fact("1.6", "without the openid scope there is no id_token")
def _(books: Books) -> None:
    assert "id_token" not in exchange(books, consent(books)["code"])[1]


@fact("1.6", "an id_token is signed with RS256 by a key of the key set")
def _(books: Books) -> None:
    code = consent(books, scope=EVERYTHING)["code"]
    keys = KeySet.import_key_set(json.loads(books.send("GET", "/op/v1/jwks", {}).body))
    decoded = jwt.decode(exchange(books, code)[1]["id_token"], keys, algorithms=["RS256"])
    assert decoded.header["alg"] == "RS256"


@fact("1.6", "an id_token names issuer, app (in an array), realm and an hour")
def _(books: Books) -> None:
    code = consent(books, scope=EVERYTHING)["code"]
    keys = KeySet.import_key_set(json.loads(books.send("GET", "/op/v1/jwks", {}).body))
    claims = jwt.decode(exchange(books, code, CALLBACK)[1]["id_token"], keys, algorithms=["RS256"]).claims
    issuer = json.loads(books.send("GET", "/.well-known/openid_configuration", {}).body)["issuer"]
    assert (claims["iss"], claims["aud"], claims["realmid"]) == (issuer, [CLIENT_ID], books.realm)
    assert claims["exp"] - claims["iat"] == 3600
    assert claims["iat"] == int(books.now.timestamp())
