"""Sections 1.1 to 1.3: discovery, the question of consent, and what the browser brings back."""

import json
from urllib.parse import urlsplit

from bookipi_app.sandbox.oauth import ACCOUNTING_SCOPE
from tests.sandbox.access_client import (
    ASKED,
    OTHER,
    TOKENS,
    USERINFO,
    asked,
    browse,
    consent,
    decide,
    exchange,
    granted,
    post_form,
    refresh,
    returned,
    second_app,
    second_company,
    signed_in,
    status_of,
)
from tests.sandbox.client import CALLBACK, SECRET, Books
from tests.sandbox.facts.table import fact
from tests.sandbox.golden import assert_golden

DOCUMENTS = ("openid_configuration", "openid_sandbox_configuration")


def discovered(books: Books, name: str = DOCUMENTS[1]) -> dict[str, str]:
    answer = books.send("GET", f"/.well-known/{name}", {})
    assert answer.status == 200
    return json.loads(answer.body)


@fact("1.1", "the discovery document has the members and constants of Intuit's")
def _(books: Books) -> None:
    assert_golden("discovery", discovered(books))


@fact("1.1", "discovery is served without a slash at its end, for production and for development")
def _(books: Books) -> None:
    for name in DOCUMENTS:
        assert "token_endpoint" in discovered(books, name)


@fact("1.1", "discovery is served with a slash at its end, as intuit-oauth asks for it")
def _(books: Books) -> None:
    for name in DOCUMENTS:
        assert discovered(books, name + "/") == discovered(books, name)


@fact("1.1", "both documents name the same endpoints but for userinfo")
def _(books: Books) -> None:
    production, development = (discovered(books, name) for name in DOCUMENTS)
    del production["userinfo_endpoint"], development["userinfo_endpoint"]
    assert production == development


@fact("1.1", "the endpoints have Intuit's paths")
def _(books: Books) -> None:
    document = discovered(books)
    paths = {name: urlsplit(document[name]).path for name in document if name.endswith("endpoint")}
    assert paths == {
        "authorization_endpoint": "/connect/oauth2",
        "token_endpoint": TOKENS,
        "revocation_endpoint": "/v2/oauth2/tokens/revoke",
        "userinfo_endpoint": USERINFO,
    }


@fact("1.1", "issuer and keys are below /op/v1")
def _(books: Books) -> None:
    document = discovered(books)
    assert urlsplit(document["issuer"]).path == "/op/v1"
    assert document["jwks_uri"] == document["issuer"] + "/jwks"


@fact("1.1", "the accounting scope is not listed")
def _(books: Books) -> None:
    assert ACCOUNTING_SCOPE not in discovered(books)["scopes_supported"]


@fact("1.2", "who is not signed in is asked to, before anything else")
def _(books: Books) -> None:
    answer = browse(books, "GET", asked())
    assert (answer.status, b'name="password"' in answer.body) == (200, True)


@fact("1.2", "the person picks one company")
def _(books: Books) -> None:
    other = second_company(books)
    page = browse(books, "GET", asked(), signed_in(books)).body.decode()
    assert f'value="{books.realm}"' in page
    assert consent(books, other)["realmId"] == other


@fact("1.2", "an unknown client_id gets a page of Intuit's and no redirect")
def _(books: Books) -> None:
    answer = browse(books, "GET", asked(client_id="nobody"), signed_in(books))
    assert (answer.status, "location" in answer.headers) == (400, False)


@fact("1.2", "the redirect_uri must be a registered one, character for character")
def _(books: Books) -> None:
    for wrong in (CALLBACK + "/", CALLBACK.upper(), CALLBACK + "?a=b", "http://evil.example/", ""):
        answer = browse(books, "GET", asked(redirect_uri=wrong), signed_in(books))
        assert (answer.status, "location" in answer.headers) == (400, False), wrong


@fact("1.2", "development keys may use a redirect_uri on localhost over http")
def _(books: Books) -> None:
    assert CALLBACK.startswith("http://localhost")
    assert decide(books).headers["location"].startswith(CALLBACK + "?")


@fact("1.2", "response_type must be code")
def _(books: Books) -> None:
    answer = browse(books, "GET", asked(response_type="token"))
    assert returned(answer) == {"error": "unsupported_response_type", "state": ASKED["state"]}


@fact("1.2", "scope is required")
def _(books: Books) -> None:
    assert returned(browse(books, "GET", asked(scope="")))["error"] == "invalid_scope"


@fact("1.2", "state is required")
def _(books: Books) -> None:
    assert returned(browse(books, "GET", asked(state=""))) == {"error": "invalid_request"}


@fact("1.2", "several scopes are separated by spaces")
def _(books: Books) -> None:
    code = consent(books, scope=f"openid {ACCOUNTING_SCOPE} email")["code"]
    assert "id_token" in exchange(books, code)[1]


@fact("1.2", "the parameter claims is optional and taken")
def _(books: Books) -> None:
    target = asked(scope=f"{ACCOUNTING_SCOPE} openid", claims='{"id_token":{"realmId":null}}')
    assert browse(books, "GET", target, signed_in(books)).status == 200


@fact("1.2", "one grant covers one realm")
def _(books: Books) -> None:
    other = second_company(books)
    granted(books)
    assert status_of(books) == 200
    assert books.raw("GET", f"/v3/company/{other}/item/1").status == 403


@fact("1.2", "another scope takes another consent; a refresh does not add it")
def _(books: Books) -> None:
    answer = refresh(books, granted(books)["refresh_token"])[1]
    books.token = answer["access_token"]
    assert books.raw("GET", USERINFO).status == 403
    code = consent(books, scope=f"{ACCOUNTING_SCOPE} openid")["code"]
    books.token = exchange(books, code)[1]["access_token"]
    assert books.raw("GET", USERINFO).status == 200


@fact("1.3", "success brings code, state and realmId")
def _(books: Books) -> None:
    assert set(consent(books)) == {"code", "state", "realmId"}


@fact("1.3", "state comes back as it was sent")
def _(books: Books) -> None:
    assert consent(books)["state"] == ASKED["state"]


@fact("1.3", "a code has 512 characters at most")
def _(books: Books) -> None:
    assert 0 < len(consent(books)["code"]) <= 512


@fact("1.3", "a realmId is a text of 15 to 19 digits")
def _(books: Books) -> None:
    realm = consent(books)["realmId"]
    assert realm.isdecimal()
    assert 15 <= len(realm) <= 19


@fact("1.3", "who declines is sent back with access_denied and state, without realmId")
def _(books: Books) -> None:
    assert returned(decide(books, "decline")) == {"error": "access_denied", "state": ASKED["state"]}


@fact("1.3", "a scope that nobody knows is sent back as invalid_scope")
def _(books: Books) -> None:
    answer = browse(books, "GET", asked(scope=f"{ACCOUNTING_SCOPE} everything"))
    assert returned(answer) == {"error": "invalid_scope", "state": ASKED["state"]}


@fact("1.3", "what comes back is added to the query that the redirect_uri has")
def _(books: Books) -> None:
    books.control("POST", "apps", {"client_id": ASKED["client_id"], "redirect_uris": [CALLBACK + "?a=b"]})
    answer = decide(books, redirect_uri=CALLBACK + "?a=b")
    assert answer.headers["location"].startswith(CALLBACK + "?a=b&code=")


@fact("1.3", "a code lasts five minutes")
def _(books: Books) -> None:
    first, second = consent(books)["code"], consent(books)["code"]
    books.later(seconds=299)
    assert exchange(books, first)[0] == 200
    books.later(seconds=2)
    assert exchange(books, second)[1]["error"] == "invalid_grant"


@fact("1.3", "a code lasts ten minutes, as older pages say", code_seconds=600)
def _(books: Books) -> None:
    code = consent(books)["code"]
    books.later(seconds=599)
    assert exchange(books, code)[0] == 200


@fact("1.3", "a code works once")
def _(books: Books) -> None:
    code = consent(books)["code"]
    assert exchange(books, code)[0] == 200
    assert exchange(books, code) == (400, {"error": "invalid_grant", "error_description": "Token invalid"})


def exchanged_twice(books: Books) -> list[int]:
    """What the tokens of a first exchange are good for after a second one: a read and a refresh."""
    code = consent(books)["code"]
    tokens = exchange(books, code)[1]
    assert status_of(books, tokens["access_token"]) == 200
    assert exchange(books, code)[0] == 400
    return [status_of(books), refresh(books, tokens["refresh_token"])[0]]


@fact("1.3", "a code exchanged twice ends the tokens of the first exchange", code_reuse_ends_grant=True)
def _(books: Books) -> None:
    assert exchanged_twice(books) == [401, 400]


@fact("1.3", "a code exchanged twice ends no tokens", code_reuse_ends_grant=False)
def _(books: Books) -> None:
    assert exchanged_twice(books) == [200, 200]


@fact("1.3", "a new consent leaves the access token before it alone")
def _(books: Books) -> None:
    first = exchange(books, consent(books)["code"])[1]["access_token"]
    second = exchange(books, consent(books)["code"])[1]["access_token"]
    assert status_of(books, first) == status_of(books, second) == 200


@fact("1.3", "a code belongs to the app that asked for it")
def _(books: Books) -> None:
    second_app(books)
    form = {"grant_type": "authorization_code", "code": consent(books)["code"], "redirect_uri": CALLBACK}
    status, answer = post_form(books, TOKENS, OTHER, **form)
    assert (status, answer["error"]) == (400, "invalid_grant")


@fact("1.3", "a code is exchanged with the redirect_uri that it was asked for with")
def _(books: Books) -> None:
    status, answer = exchange(books, consent(books)["code"], CALLBACK + "2")
    assert (status, answer["error"]) == (400, "invalid_grant")


@fact("1.3", "a company that is none of the person's cannot be picked")
def _(books: Books) -> None:
    answer = decide(books, realm="9999999999999999")
    assert (answer.status, "location" in answer.headers) == (400, False)


@fact("1.3", "the app's secret never stands on a page")
def _(books: Books) -> None:
    assert SECRET.encode() not in browse(books, "GET", asked(), signed_in(books)).body
