"""The apps that a company's books are shared with, and how a person ends that inside QuickBooks."""

from urllib.parse import urlsplit

from bookipi_app.sandbox import oauth
from bookipi_app.sandbox.face.books import Desk
from bookipi_app.sandbox.face.form import Form
from bookipi_app.sandbox.face.html import Markup, confirmed, hidden, html, joined
from bookipi_app.sandbox.face.settings import settings_head
from bookipi_app.sandbox.http import Response, redirect
from bookipi_app.sandbox.times import to_pacific
from bookipi_app.sandbox.world import App, Grant


def apps_page(at: Desk, error: str = "", status: int = 200) -> Response:
    """The connected apps, and of every registered app the page that is opened after a disconnection."""
    shape = """{head}<section><h2 class="h">Connected to this company</h2>{living}</section>
<section class="sect"><h2 class="h">After a disconnection</h2>
<p class="mut sm after">QuickBooks tells an app nothing when a person disconnects it here. It only opens the app’s
Disconnect URL in the person’s browser, with the company’s id.</p>{pages}</section>"""
    content = html(
        shape,
        head=settings_head(at, "apps"),
        living=_living(at),
        pages=joined(_page_form(at, app, error) for app in at.visit.world.apps.values())
        or _none_registered(),
    )
    return at.show("settings", "Connected apps", content, status)


def _none_registered() -> Markup:
    return Markup('<p class="mut sm">No app is registered.</p>')


def _living(at: Desk) -> Markup:
    apps = at.visit.world.apps
    rows = [
        _row(at, apps[grant.client_id], grant)
        for grant in at.visit.world.grants.values()
        if grant.realm == at.company.realm and not grant.revoked and grant.client_id in apps
    ]
    none = Markup('<p class="mut sm">No app is connected to this company.</p>')
    return html('<ul class="list">{rows}</ul>', rows=joined(rows)) if rows else none


def _row(at: Desk, app: App, grant: Grant) -> Markup:
    shape = """<li><span class="grow"><b>{name}</b><span class="d">Since {since} · {scope}</span></span>
<span class="end">{button}</span></li>"""
    return html(
        shape,
        name=app.name,
        since=f"{to_pacific(grant.consented):%b %d, %Y, %I:%M %p} Pacific time",
        scope=grant.scope,
        button=confirmed(
            at.path("disconnect"),
            "Disconnect…",
            f"{app.name} loses its access to this company at once.",
            "Disconnect",
            [("client_id", app.client_id)],
        ),
    )


def _page_form(at: Desk, app: App, error: str) -> Markup:
    shape = """<form method="post" class="desk-form narrow inline-end">{hidden}{url}
<button class="btn">Save</button></form>"""
    name = f"url-{app.client_id}"
    form = Form({name: app.disconnect_url}, {name: error} if error else {})
    return html(
        shape,
        hidden=hidden([("client_id", app.client_id)]),
        url=form.text(f"Disconnect URL of {app.name}", name, "url"),
    )


def change_app(at: Desk) -> Response:
    """Sets an app's Disconnect URL."""
    form = at.visit.request.form()
    app = at.visit.world.apps.get(form.get("client_id", ""))
    if app is None:
        return redirect(at.path("apps"))
    url = form.get(f"url-{app.client_id}", "").strip()
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        return apps_page(at, "An address that begins with http:// or https://.", 400)
    app.disconnect_url = url
    at.visit.world.access_changed = True
    return redirect(at.path("apps"))


def disconnect(at: Desk) -> Response:
    """Withdraws an app's access, and goes where the app wants to be told of it."""
    client_id = at.visit.request.form().get("client_id", "")
    grant = at.visit.world.grants.get((client_id, at.company.realm))
    living = grant is not None and not grant.revoked
    then = oauth.disconnect(at.visit.world, grant) if grant is not None and living else ""
    return redirect(then or at.path("apps"))
