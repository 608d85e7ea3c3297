"""Which page answers which path of the web face."""

from datetime import datetime

from bookipi_app.sandbox import oauth
from bookipi_app.sandbox.face import books, consent, desk, records
from bookipi_app.sandbox.face.assets import static_file
from bookipi_app.sandbox.face.html import html, page, page_response
from bookipi_app.sandbox.http import Request, Response, redirect
from bookipi_app.sandbox.troubles import Troubles
from bookipi_app.sandbox.world import World


def handle_face(world: World, troubles: Troubles, request: Request, now: datetime) -> Response:
    """Answers a request of a browser."""
    if request.method not in ("GET", "POST", "HEAD"):
        return _nothing_here(405)
    path = request.path.rstrip("/") or "/"
    if path.startswith("/static/"):
        return static_file(path.removeprefix("/static/")) or _nothing_here()
    match path:
        case oauth.AUTHORIZE_PATH:
            return consent.authorize(world, request, world.at(now))
        case "/login" if request.method == "POST":
            return consent.sign_in(world, request)
        case "/logout":
            return consent.sign_out(world, request)
        case _:
            pass
    person = consent.signed_in(world, request)
    if not person:
        return consent.login_page(request.target() if request.method == "GET" else "/")
    return _inside(books.Visit(world, troubles, request, now, person), path)


def _inside(visit: books.Visit, path: str) -> Response:
    parts = path.strip("/").split("/")
    match parts:
        case [""]:
            return redirect(f"/c/{next(iter(visit.world.companies), '')}/invoices")
        case ["c", realm, *rest] if realm in visit.world.companies:
            return _in_company(books.Desk(visit, visit.world.companies[realm]), rest)
        case ["c"]:
            return redirect(f"/c/{visit.request.param('realm')}/invoices")
        case _:
            return _nothing_here()


def _in_company(at: books.Desk, rest: list[str]) -> Response:
    posted = at.visit.request.method == "POST"
    match rest:
        case [] | [""]:
            return redirect(at.path("invoices"))
        case ["settings"]:
            return desk.change_settings(at) if posted else desk.settings_page(at)
        case ["disconnect"] if posted:
            return desk.disconnect(at)
        case ["requests"]:
            return desk.requests_page(at)
        case ["faults"]:
            return desk.order_fault(at) if posted else desk.faults_page(at)
        case ["customers" | "items" | "invoices" as section]:
            return records.list_page(at, section)
        case ["customers" | "items" | "invoices" as section, record_id]:
            return (
                records.save(at, section, record_id) if posted else records.form_page(at, section, record_id)
            )
        case ["customers" | "items" | "invoices" as section, record_id, action] if posted:
            return records.act(at, section, record_id, action)
        case _:
            return _nothing_here()


def _nothing_here(status: int = 404) -> Response:
    content = html('<h1 class="title">Nothing here</h1><p class="mut">{link}</p>', link=_HOME)
    return page_response(page("Nothing here", content), status)


_HOME = html('<a class="link" href="/">Back to the invoices</a>')
