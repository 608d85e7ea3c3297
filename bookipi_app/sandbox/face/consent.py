"""Log-in, choice of a company and consent, in the order in which Intuit asks."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode, urlsplit

from bookipi_app.sandbox import oauth
from bookipi_app.sandbox.company import Company
from bookipi_app.sandbox.face.form import Form
from bookipi_app.sandbox.face.html import Markup, hidden, html, icon, joined, options, page, page_response
from bookipi_app.sandbox.http import Request, Response, redirect
from bookipi_app.sandbox.world import App, World

COOKIE = "sandbox_session"
_ASKED = ("client_id", "redirect_uri", "response_type", "scope", "state")


@dataclass(frozen=True, slots=True)
class Asked:
    """A valid authorization request."""

    app: App
    redirect_uri: str
    scope: str
    state: str


def signed_in(world: World, request: Request) -> str:
    """The person behind the session cookie, or an empty string."""
    return world.sessions.get(request.cookie(COOKIE), "")


def login_page(then: str) -> Response:
    """The practice log-in: any password is taken, and the page says so."""
    shape = """<main class="pub" id="content"><div class="consent panel">
<form method="post" action="/login" class="pad stack">
<h1 class="title">Sign in</h1><p class="mut">Practice data. Any e-mail and any password will do.</p>{fields}
<button class="btn pri l full">Sign in</button></form></div>{note}</main>"""
    form = Form({"email": oauth.PERSON, "password": "practice"})
    fields = joined(
        [
            hidden([("next", then)]),
            form.text("E-mail", "email", "email", Markup('required autocomplete="username"')),
            form.text("Password", "password", "password", Markup('required autocomplete="off"')),
        ]
    )
    return page_response(page("Sign in", html(shape, fields=fields, note=_note()), wide=False))


def _note() -> Markup:
    return Markup(
        '<p class="xs dim foot-note">A stand-in for QuickBooks Online, for trying and testing. Not made by Intuit.</p>'
    )


def sign_in(world: World, request: Request) -> Response:
    """Starts a session and goes on to where the person was heading."""
    form = request.form()
    session = world.token(40)
    world.sessions[session] = form.get("email", "")[:100] or oauth.PERSON
    world.access_changed = True
    cookie = f"{COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax"
    return redirect(_local(form.get("next", "/")), {"set-cookie": cookie})


def _local(target: str) -> str:
    """Only ways within this server are followed."""
    parts = urlsplit(target)
    local = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc
    return target if local else "/"


def sign_out(world: World, request: Request) -> Response:
    """Ends the session."""
    world.sessions.pop(request.cookie(COOKIE), None)
    world.access_changed = True
    target = _local(request.form().get("next", "/"))
    return redirect(target, {"set-cookie": f"{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"})


def authorize(world: World, request: Request, now: datetime) -> Response:
    """The authorization endpoint: GET shows the question, POST brings the answer."""
    values = request.form() if request.method == "POST" else {name: request.param(name) for name in _ASKED}
    asked = _asked(world, values)
    if isinstance(asked, Response):
        return asked
    person = signed_in(world, request)
    if not person:
        then = {name: values[name] for name in _ASKED if values.get(name)}
        return login_page(f"{oauth.AUTHORIZE_PATH}?{urlencode(then)}")
    if request.method == "POST":
        return _decided(world, asked, values, now)
    return page_response(page("Share your books", _consent(world, asked, person), person, wide=False))


def _asked(world: World, values: dict[str, str]) -> Asked | Response:
    app = world.apps.get(values.get("client_id", ""))
    redirect_uri = values.get("redirect_uri", "")
    if app is None:
        return _sorry("The app that sent you here is not registered (unknown client_id).")
    if redirect_uri not in app.redirect_uris:
        return _sorry("The address to return to is not registered for this app (redirect_uri).")
    scope, state = values.get("scope", ""), values.get("state", "")
    if values.get("response_type") != "code":
        return _back(redirect_uri, {"error": "unsupported_response_type", "state": state})
    if not scope.split() or not set(scope.split()) <= oauth.KNOWN_SCOPES:
        return _back(redirect_uri, {"error": "invalid_scope", "state": state})
    if not state:
        return _back(redirect_uri, {"error": "invalid_request"})
    return Asked(app, redirect_uri, scope, state)


def _sorry(text: str) -> Response:
    shape = """<main class="pub" id="content"><div class="consent panel"><div class="pad">
<h1 class="title">This cannot be connected</h1><p class="mut under">{text}</p></div></div></main>"""
    return page_response(page("Cannot be connected", html(shape, text=text), wide=False), 400)


def _back(redirect_uri: str, values: dict[str, str]) -> Response:
    sent = urlencode({name: value for name, value in values.items() if value})
    joiner = "&" if urlsplit(redirect_uri).query else "?"
    return redirect(f"{redirect_uri}{joiner}{sent}")


def _decided(world: World, asked: Asked, values: dict[str, str], now: datetime) -> Response:
    if values.get("decision") != "allow":
        return _back(asked.redirect_uri, {"error": "access_denied", "state": asked.state})
    realm = values.get("realm", "")
    if realm not in world.companies:
        return _sorry("There is no such company.")
    code = oauth.issue_code(world, asked.app, realm, asked.redirect_uri, asked.scope, now)
    return _back(asked.redirect_uri, {"code": code, "state": asked.state, "realmId": realm})


def company_name(company: Company) -> str:
    """What the company calls itself."""
    information = company.find("CompanyInfo", "1")
    return str(information.body.get("CompanyName")) if information else company.realm


def _consent(world: World, asked: Asked, person: str) -> Markup:
    shape = """<main class="pub" id="content"><form method="post" action="/logout" id="out">{then}</form>
<form method="post" action="{action}" class="consent panel">
<div class="pad"><h1 class="title">Share your books with {app}?</h1>
<p class="mut under">{app} asks to work with one of your companies.</p>
<div class="field apart"><label for="realm">Company</label>
<select class="inp l" id="realm" name="realm">{companies}</select></div>
<ul class="facts sm">{facts}</ul></div>{hidden}
<div class="row wrap foot">
<button class="link sm plain" form="out">Not {name}? Sign out</button>
<span class="grow"></span><button class="btn l" name="decision" value="decline">No, thanks</button>
<button class="btn pri l" name="decision" value="allow">Allow</button></div></form>{note}</main>"""
    app = asked.app.name
    values = [
        ("client_id", asked.app.client_id),
        ("redirect_uri", asked.redirect_uri),
        ("response_type", "code"),
    ]
    values += [("scope", asked.scope), ("state", asked.state)]
    then = f"{oauth.AUTHORIZE_PATH}?{urlencode(values)}"
    return html(
        shape,
        action=oauth.AUTHORIZE_PATH,
        app=app,
        companies=options(_companies(world), ""),
        facts=_facts(app),
        hidden=hidden(values),
        then=hidden([("next", then)]),
        name=person.split("@", maxsplit=1)[0].split(".", maxsplit=1)[0].capitalize(),
        note=_note(),
    )


def _companies(world: World) -> list[tuple[str, str]]:
    return [
        (realm, f"{company_name(company)}   ({company.country} · {company.currency})")
        for realm, company in world.companies.items()
    ]


def _facts(app: str) -> Markup:
    facts = (
        (
            *("both", "Data is shared both ways"),
            f"{app} reads and changes your customers, items and invoices. What changes here is copied to {app}.",
        ),
        ("eye", "Settings are read", "Company, sales tax, terms and closing date. They are never changed."),
        ("money", "Payments are not shared", f"{app} does not read or change what was paid."),
        ("lock", "You can stop at any time", f"Here under Settings, or in {app}."),
    )
    shape = (
        '<li class="row top"><span class="mark-in">{icon}</span>'
        '<span><b class="med">{title}</b><span class="mut">{text}</span></span></li>'
    )
    return joined(html(shape, icon=icon(name), title=title, text=text) for name, title, text in facts)
