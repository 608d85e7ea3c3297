"""OAuth 2 as Intuit speaks it: discovery, codes, tokens with rotation, revocation, bearer checks."""

import base64
import binascii
import hmac
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from bookipi_app.sandbox import identity
from bookipi_app.sandbox.http import Request, Response, json_response
from bookipi_app.sandbox.identity import ISSUER_PATH, id_token, person_seen
from bookipi_app.sandbox.jsontext import JsonObject, MalformedJson, as_object, parse_json
from bookipi_app.sandbox.world import App, Code, Grant, Token, World

PERSON = identity.PERSON
ACCOUNTING_SCOPE = "com.intuit.quickbooks.accounting"
KNOWN_SCOPES = frozenset({ACCOUNTING_SCOPE, "openid", "profile", "email", "phone", "address"})
AUTHORIZE_PATH = "/connect/oauth2"
TOKEN_PATH = "/oauth2/v1/tokens/bearer"
REVOKE_PATH = "/v2/oauth2/tokens/revoke"
USERINFO_PATH = "/v1/openid_connect/userinfo"
JWKS_PATH = ISSUER_PATH + "/jwks"
DISCOVERY_PATHS = frozenset(
    {"/.well-known/openid_configuration", "/.well-known/openid_sandbox_configuration"}
)
_FORM = "application/x-www-form-urlencoded"
_SHORTEST_TOKEN, _LONGEST_TOKEN = 20, 4096
_HARD_LIMIT = timedelta(seconds=157_680_000)
_DAY = timedelta(hours=24)
_UNKNOWN = "Incorrect or invalid refresh token"
_NO_STORE = {"cache-control": "no-store", "content-type": "application/json;charset=ISO-8859-1"}


def discovery(base_url: str) -> Response:
    """The discovery document, naming this server's own endpoints."""
    document: JsonObject = {
        "issuer": base_url + ISSUER_PATH,
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


def token_endpoint(world: World, request: Request, now: datetime, issuer: str = "") -> Response:
    """Exchange of a code, and refresh."""
    if request.method != "POST":
        return _error("invalid_request", "Method not allowed", 405)
    if request.headers.get("content-type", _FORM).split(";")[0].strip().lower() != _FORM:
        return _error("invalid_request", f"The body must be {_FORM}")
    form = request.form()
    app = _client(world, request, form)
    if app is None:
        return _error("invalid_client", "", 401)
    grant = _granted(world, app, form, now)
    if isinstance(grant, Response):
        return grant
    hard = request.headers.get("x-include-refresh-token-hard-expires-in", "").lower() == "true"
    answer = token_answer(grant, now, hard)
    if "openid" in grant.scope.split():
        answer["id_token"] = id_token(world, grant, issuer, now)
    return json_response(answer, headers=_NO_STORE)


def _granted(world: World, app: App, form: dict[str, str], now: datetime) -> Grant | Response:
    match form.get("grant_type", ""):
        case "authorization_code":
            return _exchange(world, app, form, now)
        case "refresh_token":
            return _refresh(world, app, form.get("refresh_token", ""), now)
        case "":
            return _error("invalid_request", "grant_type is missing")
        case _:
            return _error("unsupported_grant_type", "")


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
    if not form.get("code"):
        return _error("invalid_request", "code is missing")
    code = world.codes.get(form["code"])
    if code is None or code.client_id != app.client_id:
        return _error("invalid_grant", "Invalid authorization code")
    if code.used:
        if world.switches.code_reuse_ends_grant:
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
    if not value:
        return _error("invalid_request", "refresh_token is missing")
    grant, token = _find_refresh(world, value)
    if grant is None or token is None:
        known = value in world.access_index
        return _error("invalid_grant", "Incorrect Token type or clientID" if known else _UNKNOWN)
    if grant.client_id != app.client_id:
        return _error("invalid_grant", "Incorrect Token type or clientID")
    if grant.revoked or not _may_be_used(world, grant, token, now):
        return _error("invalid_grant", _UNKNOWN)
    if now >= token.expires:
        return _error("invalid_grant", "Token expired")
    if world.switches.refresh_rotation == "every" or now - grant.refresh[-1].issued >= _DAY:
        _add_refresh(world, grant, now)
    if world.switches.refresh_ends_access:
        _end_access(world, grant)
    _add_access(world, grant, now)
    return grant


def _end_access(world: World, grant: Grant) -> None:
    for token in grant.access:
        world.access_index.pop(token.value, None)
    grant.access.clear()


def _may_be_used(world: World, grant: Grant, token: Token, now: datetime) -> bool:
    """Whether this is the newest refresh token, or an older one that the switches keep alive."""
    if token is grant.refresh[-1] or world.switches.refresh_rotation == "lenient":
        return True
    follower = grant.refresh[grant.refresh.index(token) + 1]
    return now < follower.issued + timedelta(seconds=world.switches.refresh_overlap_seconds)


def _find_refresh(world: World, value: str) -> tuple[Grant | None, Token | None]:
    for grant in world.grants.values():
        for token in grant.refresh:
            if token.value == value:
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
    value = _token_to_revoke(request, form)
    grant = _find_refresh(world, value)[0] or world.grants.get(world.access_index.get(value, ("", "")))
    if not value or grant is None or grant.revoked or grant.client_id != app.client_id:
        return _error("invalid_request", "Token is invalid or unknown")
    end_grant(world, grant)
    return Response(200, {"cache-control": "no-store"})


def _token_to_revoke(request: Request, form: dict[str, str]) -> str:
    """The token of a JSON body or, as some clients send it, of a form."""
    try:
        value = as_object(parse_json(request.body)).get("token", "")
    except MalformedJson:
        return form.get("token", "")
    return value if isinstance(value, str) else ""


def end_grant(world: World, grant: Grant) -> None:
    """Withdraws a grant: none of its tokens works from now on, and no webhook is sent for it."""
    grant.revoked = True
    world.access_changed = True


def disconnect(world: World, grant: Grant) -> str:
    """Ends a grant from Intuit's side. Where the person's browser goes then; no server is told."""
    end_grant(world, grant)
    app = world.apps.get(grant.client_id)
    if app is None or not app.disconnect_url:
        return ""
    joiner = "&" if urlsplit(app.disconnect_url).query else "?"
    return app.disconnect_url + joiner + urlencode({"realmId": grant.realm})


def authorize(world: World, request: Request, now: datetime) -> Grant | str:
    """The grant behind the bearer token, or the detail of the 401."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    value = value.strip()
    if scheme.lower() != "bearer" or not _SHORTEST_TOKEN <= len(value) <= _LONGEST_TOKEN:
        return "Malformed bearer token: too short or too long"
    shown = value[:4] + "..."
    grant = world.grants.get(world.access_index.get(value, ("", "")))
    if grant is None:
        return f"Token invalid: {shown}"
    if grant.revoked:
        return "Token revoked"
    token = next((entry for entry in grant.access if entry.value == value), None)
    if token is None or now >= token.expires:
        return f"Token expired: {shown}"
    return grant


def userinfo(world: World, request: Request, now: datetime) -> Response:
    """Who consented; only for grants with the openid scope."""
    grant = authorize(world, request, now)
    if isinstance(grant, str):
        return _error("invalid_token", grant, 401)
    if "openid" not in grant.scope.split():
        return _error("insufficient_scope", "", 403)
    return json_response(person_seen(grant.scope))
