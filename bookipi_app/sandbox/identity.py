"""OpenID Connect: who consented, as userinfo and as an id_token."""

from datetime import datetime

from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.signing import key_of
from bookipi_app.sandbox.world import Grant, World

PERSON = "joan@whitakerbooks.com"
ISSUER_PATH = "/op/v1"
_SUBJECT = "7d6c1a52-0c2b-4f0e-9f3a-sandboxjoan1"
_ID_TOKEN_SECONDS = 3600
_BY_SCOPE: dict[str, JsonObject] = {
    "email": {"email": PERSON, "emailVerified": True},
    "profile": {"givenName": "Joan", "familyName": "Whitaker"},
    "phone": {"phoneNumber": "+1 5125550143", "phoneNumberVerified": False},
    "address": {
        "address": {
            **{"streetAddress": "1807 South Congress Avenue", "locality": "Austin", "region": "TX"},
            **{"postalCode": "78704", "country": "US"},
        }
    },
}


def person_seen(scope: str) -> JsonObject:
    """What the scopes of a grant let an app know about the person who consented."""
    asked = scope.split()
    seen: JsonObject = {"sub": _SUBJECT}
    for name, members in _BY_SCOPE.items():
        if name in asked:
            seen |= members
    return seen


def id_token(world: World, grant: Grant, issuer: str, now: datetime) -> str:
    """The signed statement who consented; its `aud` is an array, as Intuit's is."""
    issued = int(now.timestamp())
    claims: JsonObject = {
        "sub": _SUBJECT,
        "aud": [grant.client_id],
        "realmid": grant.realm,
        "auth_time": int(grant.consented.timestamp()),
        "iss": issuer,
        "exp": issued + _ID_TOKEN_SECONDS,
        "iat": issued,
    }
    return key_of(world.key_seed).sign(claims)


def key_set(world: World) -> JsonObject:
    """The JSON Web Key Set that id_tokens are checked with."""
    return {"keys": [key_of(world.key_seed).public()]}
