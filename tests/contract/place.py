"""Where the contract is tested: our own sandbox, or Intuit's when its keys are in the environment."""

# The public clients carry no types, and what pyright infers from their defaults is wrong.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportCallIssue=false

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from intuitlib.client import AuthClient
from intuitlib.config import DISCOVERY_URL
from quickbooks import QuickBooks

from tests.contract.running import Started

KEYS = (
    "INTUIT_SANDBOX_CLIENT_ID",
    "INTUIT_SANDBOX_CLIENT_SECRET",
    "INTUIT_SANDBOX_REALM",
    "INTUIT_SANDBOX_REFRESH_TOKEN_FILE",
)
CALLBACK = "http://localhost:8000/callback"


@dataclass
class Place:
    """A company behind a QuickBooks API, and what an app needs to work with it."""

    client_id: str
    client_secret: str
    realm: str
    refresh_token: str
    sandbox: Started | None = None

    def auth(self, **known: str) -> AuthClient:
        """Intuit's own OAuth client."""
        return AuthClient(self.client_id, self.client_secret, CALLBACK, "sandbox", **known)

    def books(self) -> QuickBooks:
        """The public client, with a fresh access token."""
        auth = self.auth()
        client = QuickBooks(
            auth_client=auth, refresh_token=self.refresh_token, company_id=self.realm, minorversion=75
        )
        self.refresh_token = auth.refresh_token
        return client


def ours(started: Started) -> Place:
    """The first company of a running sandbox."""
    granted = started.control(f"companies/{started.realm}/grant")
    said = started.said
    return Place(said["client id"], said["client secret"], started.realm, granted["refresh_token"], started)


def at_intuit() -> bool:
    """Whether the environment holds all keys for Intuit's own sandbox."""
    return all(os.environ.get(key) for key in KEYS)


@contextmanager
def intuits() -> Iterator[Place]:
    """The company at Intuit; a changed refresh token goes back to its file, for the next run."""
    client_id, secret, realm, file = (os.environ[key] for key in KEYS)
    token_file = Path(file)
    place = Place(client_id, secret, realm, token_file.read_text().strip())
    try:
        yield place
    finally:
        token_file.write_text(place.refresh_token)


@contextmanager
def pointed_at(address: str) -> Iterator[None]:
    """The public clients as they are, but for their addresses."""
    held = (
        QuickBooks.sandbox_api_url_v3,
        DISCOVERY_URL["sandbox"],
        os.environ.get("OAUTHLIB_INSECURE_TRANSPORT"),
    )
    QuickBooks.sandbox_api_url_v3 = f"{address}/v3"
    DISCOVERY_URL["sandbox"] = f"{address}/.well-known/openid_sandbox_configuration/"
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    try:
        yield
    finally:
        QuickBooks.sandbox_api_url_v3, DISCOVERY_URL["sandbox"] = held[:2]
        if held[2] is None:
            del os.environ["OAUTHLIB_INSECURE_TRANSPORT"]
