"""OAuth 2 as Intuit speaks it: discovery, codes, tokens with rotation, revocation, bearer checks."""

import base64
import binascii
import hmac
from datetime import datetime, timedelta

from bookipi_app.sandbox.http import Request, Response, json_response
from bookipi_app.sandbox.jsontext import JsonObject, MalformedJson, as_object, parse_json
from bookipi_app.sandbox.world import App, Code, Grant, Token, World

ACCOUNTING_SCOPE = "com.intuit.quickbooks.accounting"
KNOWN_SCOPES = frozenset({ACCOUNTING_SCOPE, "openid", "profile", "email", "phone", "address"})
AUTHORIZE_PATH = "/connect/oauth2"
TOKEN_PATH = "/oauth2/v1/tokens/bearer"
REVOKE_PATH = "/v2/oauth2/tokens/revoke"
USERINFO_PATH = "/v1/openid_connect/userinfo"
JWKS_PATH = "/op/v1/jwks"
DISCOVERY_PATHS = frozenset(
    {"/.well-known/openid_configuration", "/.well-known/openid_sandbox_configuration"}
)
PERSON = "joan@whitakerbooks.com"
_HARD_LIMIT = timedelta(seconds=157_680_000)
_DAY = timedelta(hours=24)
_NO_STORE = {"cache-control": "no-store", "content-type": "application/json;charset=ISO-8859-1"}


def discovery(base_url: str) -> Response:
    """The discovery document, naming this server's own endpoints."""
    document: JsonObject = {
        "issuer": f"{base_url}/op/v1",
        "authorization_endpoint": base_url + AUTHORIZE_PATH,
        "token_endpoint": base_url + TOKEN_PATH,
        "userinfo_endpoint": base_url + USERINFO_PATH,
        "revocation_endpoint": base_url + REVOKE_PATH,
        "jwks_uri": base_url + JWKS_PATH,
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile", "address", "phone"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "claims_supported": ["aud", "exp", "iat", "iss", "realmid", "sub"],
    }
    return json_response(document)


def issue_code(world: World, app: App, realm: str, redirect_uri: str, scope: str, now: datetime) -> str:
    """A fresh authorization code."""
    value = "XAB1" + world.token(46)
    expires = now + timedelta(seconds=world.switches.code_seconds)
    world.codes[value] = Code(value, app.client_id, realm, redirect_uri, scope, expires)
    world.access_changed = True
    return value


def token_endpoint(world: World, request: Request, now: datetime) -> Response:
    """Exchange of a code, and refresh."""
    if request.method != "POST":
        return _error("invalid_request", "Method not allowed", 405)
    form = request.form()
    app = _client(world, request, form)
    if app is None:
        return _error("invalid_client", "", 401)
    match form.get("grant_type", ""):
        case "authorization_code":
            grant = _exchange(world, app, form, now)
        case "refresh_token":
            grant = _refresh(world, app, form.get("refresh_token", ""), now)
        case "":
            return _error("invalid_request", "grant_type is missing")
        case _:
            return _error("unsupported_grant_type", "")
    if isinstance(grant, Response):
        return grant
    hard = request.headers.get("x-include-refresh-token-hard-expires-in", "").lower() == "true"
    return json_response(token_answer(grant, now, hard), headers=_NO_STORE)


def _error(code: str, description: str, status: int = 400) -> Response:
    body = {"error": code, "error_description": description} if description else {"error": code}
    return json_response(body, status, _NO_STORE)


def _client(world: World, request: Request, form: dict[str, str]) -> App | None:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    if scheme.lower() == "basic":
        try:
            decoded = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, ValueError):
            return None
        client_id, _, secret = decoded.partition(":")
    app = world.apps.get(client_id)
    matches = app is not None and hmac.compare_digest(app.client_secret.encode(), secret.encode())
    return app if matches else None


def _exchange(world: World, app: App, form: dict[str, str], now: datetime) -> Grant | Response:
    code = world.codes.get(form.get("code", ""))
    if code is None or code.client_id != app.client_id:
        return _error("invalid_grant", "Invalid authorization code")
    if code.used:
        _forget_if_issued_for(world, code)
        return _error("invalid_grant", "Token invalid")
    if now > code.expires or form.get("redirect_uri", "") != code.redirect_uri:
        return _error("invalid_grant", "Invalid authorization code or redirect URI")
    code.used = True
    return new_grant(world, app, code.realm, code.scope, now, code.value)


def _forget_if_issued_for(world: World, code: Code) -> None:
    """A code used twice ends the tokens that its first use gave."""
    grant = world.grants.get((code.client_id, code.realm))
    if grant is not None and grant.code == code.value:
        end_grant(world, grant)


def new_grant(world: World, app: App, realm: str, scope: str, now: datetime, code: str = "") -> Grant:
    """Consent given: fresh tokens for an app and a realm, replacing what it had there before."""
    held = world.grants.get((app.client_id, realm))
    grant = Grant(app.client_id, realm, scope, now, code=code)
    if held is not None and not held.revoked:
        grant.access = held.access
    world.grants[(app.client_id, realm)] = grant
    _add_access(world, grant, now)
    _add_refresh(world, grant, now)
    return grant


def _add_access(world: World, grant: Grant, now: datetime) -> None:
    for dead in [token for token in grant.access if token.expires < now - _DAY]:
        grant.access.remove(dead)
        world.access_index.pop(dead.value, None)
    expires = now + timedelta(seconds=world.switches.access_token_seconds)
    token = Token("eyJlbmMiOiJBMTI4Q0JDLUhTMjU2IiwiYWxnIjoiZGlyIn0.." + world.token(160), now, expires)
    grant.access.append(token)
    world.access_index[token.value] = (grant.client_id, grant.realm)
    world.access_changed = True


def _add_refresh(world: World, grant: Grant, now: datetime) -> None:
    expires = min(
        now + timedelta(seconds=world.switches.refresh_token_seconds), grant.consented + _HARD_LIMIT
    )
    grant.refresh.append(Token("RT1-" + world.token(44), now, expires))
    world.access_changed = True


def _refresh(world: World, app: App, value: str, now: datetime) -> Grant | Response:
    grant, token = _find_refresh(world, app, value)
    if grant is None or token is None or grant.revoked:
        return _error("invalid_grant", "Incorrect or invalid refresh token")
    lenient = world.switches.refresh_rotation == "lenient"
    if token is not grant.refresh[-1] and not lenient:
        return _error("invalid_grant", "Incorrect or invalid refresh token")
    if now >= token.expires:
        return _error("invalid_grant", "Token expired")
    aged = now - grant.refresh[-1].issued >= _DAY
    if world.switches.refresh_rotation == "every" or aged:
        _add_refresh(world, grant, now)
    _add_access(world, grant, now)
    return grant


def _find_refresh(world: World, app: App, value: str) -> tuple[Grant | None, Token | None]:
    for grant in world.grants.values():
        for token in grant.refresh:
            if grant.client_id == app.client_id and token.value == value:
                return grant, token
    return None, None


def token_answer(grant: Grant, now: datetime, hard: bool = False) -> JsonObject:
    """The token endpoint's answer for the newest tokens of a grant."""
    access, refresh = grant.access[-1], grant.refresh[-1]
    answer: JsonObject = {
        "x_refresh_token_expires_in": int((refresh.expires - now).total_seconds()),
        "refresh_token": refresh.value,
        "access_token": access.value,
        "token_type": "bearer",
        "expires_in": int((access.expires - now).total_seconds()),
    }
    if hard:
        left = grant.consented + _HARD_LIMIT - now
        answer["x_refresh_token_hard_expires_in"] = int(left.total_seconds())
    return answer


def revoke_endpoint(world: World, request: Request) -> Response:
    """Ends the whole grant that a refresh or access token belongs to."""
    form = request.form()
    app = _client(world, request, form)
    if app is None:
        return _error("invalid_client", "", 401)
    try:
        value = str(as_object(parse_json(request.body)).get("token", ""))
    except MalformedJson:
        value = form.get("token", "")
    grant = _find_refresh(world, app, value)[0] or world.grants.get(world.access_index.get(value, ("", "")))
    if not value or grant is None or grant.revoked or grant.client_id != app.client_id:
        return _error("invalid_request", "Token is invalid or unknown")
    end_grant(world, grant)
    return Response(200, {"cache-control": "no-store"})


def end_grant(world: World, grant: Grant) -> None:
    """Withdraws a grant: none of its tokens works from now on, and no webhook is sent for it."""
    grant.revoked = True
    world.access_changed = True


def authorize(world: World, request: Request, now: datetime) -> Grant | str:
    """The grant behind the bearer token, or the detail of the 401."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    value = value.strip()
    if scheme.lower() != "bearer" or len(value) < 20 or len(value) > 4096:
        return "Malformed bearer token: too short or too long"
    grant = world.grants.get(world.access_index.get(value, ("", "")))
    if grant is None:
        return "Token invalid: " + value[:4] + "..."
    if grant.revoked:
        return "Token revoked"
    token = next((entry for entry in grant.access if entry.value == value), None)
    if token is None or now >= token.expires:
        return "Token expired: " + value[:4] + "..."
    return grant if ACCOUNTING_SCOPE in grant.scope.split() else "Token has no accounting scope"


def userinfo(world: World, request: Request, now: datetime) -> Response:
    """Who consented; only for grants with the openid scope."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    grant = world.grants.get(world.access_index.get(value.strip(), ("", "")))
    alive = grant is not None and any(
        token.value == value.strip() and now < token.expires for token in grant.access
    )
    if scheme.lower() != "bearer" or grant is None or grant.revoked or not alive:
        return _error("invalid_token", "", 401)
    if "openid" not in grant.scope.split():
        return _error("insufficient_scope", "", 403)
    person = {"sub": "7d6c1a52-0c2b-4f0e-9f3a-sandboxjoan1", "email": PERSON, "emailVerified": True}
    return json_response({**person, "givenName": "Joan", "familyName": "Whitaker"})
