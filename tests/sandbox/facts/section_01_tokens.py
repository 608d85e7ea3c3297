"""Section 1.4: the token endpoint, the life of tokens, and their rotation."""

import json
from urllib.parse import urlencode

from tests.sandbox.access_client import (
    FORM,
    OTHER,
    TOKENS,
    basic,
    consent,
    exchange,
    granted,
    post_form,
    refresh,
    refused_grant,
    second_app,
    status_of,
    token,
)
from tests.sandbox.client import CLIENT_ID, SECRET, Books
from tests.sandbox.facts.table import fact
from tests.sandbox.golden import assert_golden

HARD = "x-include-refresh-token-hard-expires-in"
HUNDRED_DAYS = 8_640_000
FIVE_YEARS = 157_680_000


def asked_hard(books: Books, value: str, flag: str = "true") -> dict[str, int]:
    form = urlencode({"grant_type": "refresh_token", "refresh_token": value}).encode()
    headers = {**basic(), "content-type": FORM, HARD: flag}
    return json.loads(books.send("POST", TOKENS, headers, form).body)


@fact("1.4", "an exchange answers the five documented members")
def _(books: Books) -> None:
    assert_golden("tokens", exchange(books, consent(books)["code"])[1])


@fact("1.4", "a refresh answers the five documented members")
def _(books: Books) -> None:
    assert_golden("tokens", refresh(books, granted(books)["refresh_token"])[1])


@fact("1.4", "an access token has 4,096 characters at most, a refresh token 512")
def _(books: Books) -> None:
    tokens = granted(books)
    assert 20 < len(tokens["access_token"]) <= 4096
    assert 20 < len(tokens["refresh_token"]) <= 512


@fact("1.4", "the older 180 days of a refresh token", refresh_token_seconds=15_552_000)
def _(books: Books) -> None:
    assert granted(books)["x_refresh_token_expires_in"] == 15_552_000


@fact("1.4", "the hard expiry is told when its header asks for it")
def _(books: Books) -> None:
    assert asked_hard(books, granted(books)["refresh_token"])["x_refresh_token_hard_expires_in"] == FIVE_YEARS


@fact("1.4", "the hard expiry is not told otherwise")
def _(books: Books) -> None:
    answer = asked_hard(books, granted(books)["refresh_token"], "false")
    assert "x_refresh_token_hard_expires_in" not in answer


@fact("1.4", "answers with tokens are not to be stored by anyone in between")
def _(books: Books) -> None:
    headers = {**basic(), "content-type": FORM}
    answer = books.send("POST", TOKENS, headers, b"grant_type=refresh_token&refresh_token=x")
    assert answer.headers["cache-control"] == "no-store"


@fact("1.4", "an access token lasts an hour")
def _(books: Books) -> None:
    granted(books)
    books.later(seconds=3599)
    assert status_of(books) == 200
    books.later(seconds=1)
    assert status_of(books) == 401


@fact("1.4", "a refresh token stays the same for a day")
def _(books: Books) -> None:
    first = granted(books)["refresh_token"]
    books.later(hours=23, minutes=59)
    assert refresh(books, first)[1]["refresh_token"] == first


@fact("1.4", "the first refresh after a day gives a new refresh token")
def _(books: Books) -> None:
    first = granted(books)["refresh_token"]
    books.later(hours=24)
    second = refresh(books, first)[1]["refresh_token"]
    assert second != first
    assert refresh(books, second)[0] == 200


@fact("1.4", "a rotation on every refresh", refresh_rotation="every")
def _(books: Books) -> None:
    first = granted(books)["refresh_token"]
    second = refresh(books, first)[1]["refresh_token"]
    assert second != first
    assert refused_grant(books, first) == "Incorrect or invalid refresh token"
    assert refresh(books, second)[0] == 200


@fact("1.4", "old refresh tokens go on working", refresh_rotation="lenient")
def _(books: Books) -> None:
    first = granted(books)["refresh_token"]
    for _day in range(3):
        books.later(hours=25)
        assert refresh(books, first)[0] == 200


@fact("1.4", "a refresh ends the access token before it", refresh_ends_access=True)
def _(books: Books) -> None:
    tokens = granted(books)
    newer = refresh(books, tokens["refresh_token"])[1]["access_token"]
    assert [status_of(books, value) for value in (tokens["access_token"], newer)] == [401, 200]


@fact("1.4", "a refresh does not end the access token before it", refresh_ends_access=False)
def _(books: Books) -> None:
    tokens = granted(books)
    newer = refresh(books, tokens["refresh_token"])[1]["access_token"]
    assert newer != tokens["access_token"]
    assert status_of(books, tokens["access_token"]) == status_of(books, newer) == 200


@fact("1.4", "the 100 days run on while the refresh token stays the same")
def _(books: Books) -> None:
    first = granted(books)["refresh_token"]
    books.later(hours=10)
    assert refresh(books, first)[1]["x_refresh_token_expires_in"] == HUNDRED_DAYS - 36_000


@fact("1.4", "a new refresh token has 100 days of its own")
def _(books: Books) -> None:
    first = granted(books)["refresh_token"]
    books.later(days=50)
    assert refresh(books, first)[1]["x_refresh_token_expires_in"] == HUNDRED_DAYS


@fact("1.4", "a refresh token that is not used dies after 100 days")
def _(books: Books) -> None:
    first = granted(books)["refresh_token"]
    books.later(days=100)
    assert refused_grant(books, first) == "Token expired"


@fact("1.4", "five years after consent no refresh token lives, however often it was renewed")
def _(books: Books) -> None:
    value = granted(books)["refresh_token"]
    for _season in range(20):
        books.later(days=90)
        value = refresh(books, value)[1]["refresh_token"]
    answer = asked_hard(books, value)
    assert answer["x_refresh_token_hard_expires_in"] == FIVE_YEARS - 1800 * 86_400
    assert answer["x_refresh_token_expires_in"] <= answer["x_refresh_token_hard_expires_in"]
    books.later(days=25)
    assert refused_grant(books, value) == "Token expired"


@fact("1.4", "an unknown refresh token is refused for good")
def _(books: Books) -> None:
    assert refused_grant(books, "RT1-nobody") == "Incorrect or invalid refresh token"


@fact("1.4", "an access token is no refresh token")
def _(books: Books) -> None:
    assert refused_grant(books, granted(books)["access_token"]) == "Incorrect Token type or clientID"


@fact("1.4", "a refresh token belongs to one app")
def _(books: Books) -> None:
    second_app(books)
    form = {"grant_type": "refresh_token", "refresh_token": granted(books)["refresh_token"]}
    status, answer = post_form(books, TOKENS, OTHER, **form)
    assert (status, answer["error_description"]) == (400, "Incorrect Token type or clientID")


@fact("1.4", "a wrong secret is invalid_client with 401")
def _(books: Books) -> None:
    assert post_form(books, TOKENS, (CLIENT_ID, "wrong"), grant_type="refresh_token") == (
        401,
        {"error": "invalid_client"},
    )


@fact("1.4", "an unknown client is invalid_client with 401")
def _(books: Books) -> None:
    assert post_form(books, TOKENS, ("nobody", SECRET), grant_type="refresh_token")[0] == 401


@fact("1.4", "a malformed Basic header is invalid_client with 401")
def _(books: Books) -> None:
    for value in ("Basic", "Basic ????", "Basic /////w==", "Bearer x", "Basic " + "QUFB" * 5000):
        answer = books.send("POST", TOKENS, {"authorization": value, "content-type": FORM}, b"grant_type=x")
        assert (answer.status, json.loads(answer.body)) == (401, {"error": "invalid_client"})


@fact("1.4", "a client may send its secret in the form instead")
def _(books: Books) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": granted(books)["refresh_token"]}
    body = urlencode({**form, "client_id": CLIENT_ID, "client_secret": SECRET}).encode()
    assert books.send("POST", TOKENS, {"content-type": FORM}, body).status == 200


@fact("1.4", "another grant_type is unsupported_grant_type")
def _(books: Books) -> None:
    assert token(books, grant_type="password") == (400, {"error": "unsupported_grant_type"})


@fact("1.4", "what is missing is invalid_request and ends no grant")
def _(books: Books) -> None:
    tokens = granted(books)
    for form in ({}, {"grant_type": "refresh_token"}, {"grant_type": "authorization_code"}):
        status, answer = token(books, **form)
        assert (status, answer["error"]) == (400, "invalid_request")
    assert refresh(books, tokens["refresh_token"])[0] == 200


@fact("1.4", "the token endpoint takes forms by POST only")
def _(books: Books) -> None:
    form = urlencode({"grant_type": "refresh_token", "refresh_token": granted(books)["refresh_token"]})
    headers = {**basic(), "content-type": "application/json"}
    assert books.send("POST", TOKENS, headers, form.encode()).status == 400
    assert books.send("GET", f"{TOKENS}?{form}", basic()).status == 405


@fact("1.4", "nonsense at the token endpoint is refused in Intuit's words")
def _(books: Books) -> None:
    for body in (b"", b"\xff\xfe\x00", b"grant_type=%ff%fe", b"{}", b"&=&=" * 1000, b"a" * 5_000_000):
        answer = books.send("POST", TOKENS, {**basic(), "content-type": FORM}, body)
        assert answer.status == 400
        assert json.loads(answer.body)["error"] in ("invalid_request", "unsupported_grant_type")
