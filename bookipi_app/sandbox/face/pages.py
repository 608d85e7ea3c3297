"""Which page answers which path of the web face."""

from datetime import datetime

from bookipi_app.sandbox import oauth
from bookipi_app.sandbox.face import (
    apps,
    books,
    consent,
    faults_page,
    lists,
    log,
    merge_page,
    records,
    settings,
    switches_page,
)
from bookipi_app.sandbox.face.assets import static_file
from bookipi_app.sandbox.face.html import html, page, page_response
from bookipi_app.sandbox.face.origin import from_own_page
from bookipi_app.sandbox.http import Request, Response, redirect
from bookipi_app.sandbox.troubles import Troubles
from bookipi_app.sandbox.world import World

_SETTINGS = ("settings", "apps", "switches", "faults")
_RECORDS = tuple(records.SECTIONS)


def handle_face(world: World, troubles: Troubles, request: Request, now: datetime) -> Response:
    """Answers a request of a browser."""
    if request.method not in ("GET", "POST", "HEAD"):
        return _plain("Nothing here", "This address takes no such request.", 405)
    if request.method == "POST" and not from_own_page(request):
        return _plain("Not carried out", "This form was sent by another site.", 403)
    path = request.path.rstrip("/") or "/"
    if path.startswith("/static/"):
        return static_file(path.removeprefix("/static/")) or _nothing_here()
    match path:
        case oauth.AUTHORIZE_PATH:
            return consent.authorize(world, request, world.at(now))
        case "/login" if request.method == "POST":
            return consent.sign_in(world, request)
        case "/logout" if request.method == "POST":
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
        case [""] if visit.world.companies:
            return redirect(f"/c/{next(iter(visit.world.companies))}/invoices")
        case ["c", realm, *rest] if realm in visit.world.companies:
            return _in_company(books.Desk.of(visit, visit.world.companies[realm]), rest)
        case ["c"] if visit.request.param("realm") in visit.world.companies:
            section = visit.request.param("section")
            known = section if section in (*_RECORDS, *_SETTINGS, "requests") else "invoices"
            return redirect(f"/c/{visit.request.param('realm')}/{known}")
        case _:
            return _nothing_here()


def _in_company(at: books.Desk, rest: list[str]) -> Response:
    posted = at.visit.request.method == "POST"
    match rest:
        case [] | [""]:
            return redirect(at.path("invoices"))
        case ["requests"] if not posted:
            return log.log_page(at)
        case ["requests", "live"] if not posted:
            return log.live(at)
        case [section, *more] if section in _RECORDS:
            return _of_records(at, section, more, posted)
        case ["settings"]:
            return settings.change_settings(at) if posted else settings.settings_page(at)
        case ["apps"]:
            return apps.change_app(at) if posted else apps.apps_page(at)
        case ["disconnect"] if posted:
            return apps.disconnect(at)
        case ["switches"]:
            return switches_page.change_switches(at) if posted else switches_page.switches_page(at)
        case ["faults"]:
            return faults_page.order_fault(at) if posted else faults_page.faults_page(at)
        case _:
            return _nothing_here()


def _of_records(at: books.Desk, section: str, rest: list[str], posted: bool) -> Response:
    match rest:
        case [] if not posted:
            return lists.list_page(at, section)
        case [record_id]:
            return (
                records.save(at, section, record_id) if posted else records.form_page(at, section, record_id)
            )
        case [record_id, "merge"] if section in _MERGED:
            loser = at.company.find(_MERGED[section], record_id)
            if loser is None:
                return records.gone_page(at, section)
            return merge_page.merge(at, loser) if posted else merge_page.merge_page(at, loser)
        case [record_id, action] if posted:
            return records.act(at, section, record_id, action)
        case _:
            return _nothing_here()


_MERGED = {"customers": "Customer", "items": "Item"}


def _nothing_here() -> Response:
    return _plain("Nothing here", "This page does not exist.", 404)


def _plain(title: str, text: str, status: int) -> Response:
    shape = """<h1 class="title">{title}</h1><p class="mut">{text} <a class="link" href="/">All invoices</a></p>"""
    return page_response(page(title, html(shape, title=title, text=text)), status)
