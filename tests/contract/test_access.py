"""Tokens, with Intuit's own OAuth client: fetched, refreshed, expired, revoked."""

# The public clients carry no types, and what pyright infers from their defaults is wrong.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportCallIssue=false

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError
from quickbooks import QuickBooks
from quickbooks.exceptions import AuthorizationException
from quickbooks.objects.company_info import CompanyInfo

from tests.contract.place import CALLBACK, Place, at_intuit, ours, pointed_at
from tests.contract.running import Started


@pytest.fixture
def alone() -> Iterator[Place]:
    """A sandbox whose clock and tokens may be spoilt."""
    if at_intuit():
        pytest.skip("these tests move the clock and end the grant")
    with Started(("--company", "us-automated-tax")) as started, pointed_at(started.address):
        yield ours(started)


def _consented(place: Place) -> tuple[str, str]:
    """Code and realm, as a person's browser brings them back."""
    asked = place.auth().get_authorization_url([Scopes.ACCOUNTING], state_token="s")
    with requests.Session() as browser:
        address = place.sandbox.address if place.sandbox else ""
        browser.post(f"{address}/login", {"email": "joan@example.com", "password": "x", "next": "/"})
        fields = {name: values[0] for name, values in parse_qs(urlsplit(asked).query).items()}
        answer = browser.post(
            f"{address}/connect/oauth2",
            {**fields, "realm": place.realm, "decision": "allow"},
            allow_redirects=False,
        )
    assert answer.headers["location"].startswith(f"{CALLBACK}?")
    back = parse_qs(urlsplit(answer.headers["location"]).query)
    assert back["state"] == ["s"]
    return back["code"][0], back["realmId"][0]


def test_from_consent_to_the_books(alone: Place):
    code, realm = _consented(alone)
    auth = alone.auth()
    auth.get_bearer_token(code, realm_id=realm)
    assert (auth.expires_in, auth.x_refresh_token_expires_in) == (3600, 8640000)
    books = QuickBooks(auth_client=auth, company_id=realm, minorversion=75)
    assert CompanyInfo.all(qb=books)
    with pytest.raises(AuthClientError) as refused:
        alone.auth().get_bearer_token(code, realm_id=realm)
    assert refused.value.status_code == 400
    assert b"invalid_grant" in refused.value.content


def test_a_refresh_token_changes_once_a_day(alone: Place):
    auth = alone.auth()
    auth.refresh(refresh_token=alone.refresh_token)
    assert auth.refresh_token == alone.refresh_token
    assert alone.sandbox is not None
    alone.sandbox.control("clock", offset_seconds=25 * 3600)
    auth.refresh()
    assert auth.refresh_token != alone.refresh_token
    with pytest.raises(AuthClientError) as refused:
        alone.auth().refresh(refresh_token=alone.refresh_token)
    assert b"invalid_grant" in refused.value.content


def test_an_access_token_lives_an_hour(alone: Place):
    books = alone.books()
    assert CompanyInfo.all(qb=books)
    assert alone.sandbox is not None
    alone.sandbox.control("clock", offset_seconds=3601)
    with pytest.raises(AuthorizationException):
        CompanyInfo.all(qb=books)
    assert CompanyInfo.all(qb=alone.books())


@pytest.mark.parametrize("which", ["access", "refresh"])
def test_either_token_revokes_both(alone: Place, which: str):
    books = alone.books()
    auth = books.auth_client
    assert auth.revoke(token=auth.access_token if which == "access" else auth.refresh_token) is True
    with pytest.raises(AuthorizationException):
        CompanyInfo.all(qb=books)
    with pytest.raises(AuthClientError):
        auth.refresh()


def test_the_wrong_secret(place: Place):
    stranger = place.auth()
    stranger.client_secret = "wrong"
    with pytest.raises(AuthClientError) as refused:
        stranger.refresh(refresh_token=place.refresh_token)
    assert refused.value.status_code == 401


def test_an_unknown_refresh_token(place: Place):
    with pytest.raises(AuthClientError) as refused:
        place.auth().refresh(refresh_token="AB11no-such-token")
    assert refused.value.status_code == 400


def test_another_company_is_closed(place: Place, sandbox: Started):
    others = [company["realm"] for company in sandbox.look("companies")["companies"]]
    auth = place.auth()
    other = QuickBooks(
        auth_client=auth, refresh_token=place.refresh_token, company_id=others[1], minorversion=75
    )
    answer = requests.get(
        f"{other.api_url}/company/{others[1]}/companyinfo/{others[1]}",
        headers={"authorization": f"Bearer {auth.access_token}"},
    )
    assert answer.status_code == 403
    assert answer.json()["fault"]["error"][0]["code"] == "3100"
