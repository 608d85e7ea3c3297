"""Composition: the app, its pages, its HTTP routes, what lives as long as a web process."""

from __future__ import annotations

import os
from importlib import import_module
from pkgutil import iter_modules

import reflex as rx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Route

from bookipi_app import api, logs, pages
from bookipi_app.api.headers import security_headers
from bookipi_app.api.observed import observed
from bookipi_app.api.page_addresses import without_slash
from bookipi_app.api.preloads import page_scripts, preloading
from bookipi_app.api.public_pages import with_status
from bookipi_app.components.connection import connection_bar
from bookipi_app.frontend import PROJECT
from bookipi_app.live import hub
from bookipi_app.pages.not_found import not_found_page
from bookipi_app.pages.registry import pages_of
from bookipi_app.served import csp_script_hashes, served_pages
from bookipi_app.settings import settings
from bookipi_app.state.failures import answer_failure
from bookipi_app.state.gate import GuardedApp
from bookipi_app.state.shared import share_defaults

FIRST, LAST = ("overlays.css", "base.css"), "screens.css"
HOME = "/dashboard"
OVERLAY = (5, "Overlay")  # where Reflex puts its own message of a lost connection


def stylesheets() -> list[str]:
    """The style sheets: tokens, what Radix' overlays need, the ground, every part, and the sizes of screens last."""
    parts = sorted(file.name for file in (PROJECT / "assets" / "css").glob("*.css"))
    middle = [name for name in parts if name not in (*FIRST, LAST)]
    return ["tokens.css", *(f"css/{name}" for name in (*FIRST, *middle, LAST))]


def routes() -> list[BaseRoute]:
    """HTTP that is not a page: the `routes` of every module of `api`."""
    modules = (import_module(f"{api.__name__}.{module.name}") for module in iter_modules(api.__path__))
    found = [route for module in modules for route in getattr(module, "routes", ())]
    return [Route("/", _home), *found]


async def _home(_request: Request) -> RedirectResponse:
    return RedirectResponse(HOME, 307)


def head_parts() -> list[rx.Component]:
    """What every page has in its head: its mark, the colours before the first paint, the keys."""
    return [
        rx.el.link(rel="icon", type="image/svg+xml", href="/favicon.svg"),
        rx.el.link(
            rel="preload",
            href="/fonts/inter.var.woff2",
            type="font/woff2",
            cross_origin="anonymous",
            custom_attrs={"as": "font"},
        ),
        rx.el.script(src="/keys.js", custom_attrs={"defer": True}),
        rx.el.script(src="/clicks.js", custom_attrs={"defer": True}),
        rx.el.script(src="/keeps.js", custom_attrs={"defer": True}),
    ]


def build() -> rx.App:
    """The app with all its pages and routes."""
    chosen, found = settings(), pages_of(pages)
    if part := os.environ.get("BOOKIPI_PART"):  # a process of a run, not a test that looks at the pages
        logs.configure(chosen, part)
    headers = security_headers(chosen.public_url, csp_script_hashes(), chosen.trusted_proxy_hops > 0)
    made = GuardedApp(
        stylesheets=stylesheets(),
        head_components=head_parts(),
        html_lang="en",
        toaster=rx.toast.provider(position="bottom-left", duration=5000),
        api_transformer=[
            without_slash(page.route for page in found),
            preloading(page_scripts(served_pages())),
            with_status,
            Starlette(routes=routes()),
            observed,
            headers,
        ],
        extra_app_wraps={OVERLAY: connection_bar},
        backend_exception_handler=answer_failure,
    )
    for page in found:
        made.add_page(page.view, route=page.route, title=f"{page.title} · Bookipi", on_load=page.opens_with)
    made.add_page(not_found_page(), route="404", title="Not found · Bookipi")
    made.register_lifespan_task(hub.listen)
    share_defaults(rx.State)
    return made


app = build()
