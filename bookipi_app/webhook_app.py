"""The webhooks' own small app, `bookipi webhooks`: no page, no session, no Reflex, and nothing that a new page changes.

So a web process may be replaced, or fall, without a notification of Intuit's being refused. The same route is served by
every web process too: which of them the address leads to is the proxy's choice.
"""

from __future__ import annotations

import gc
import os

from starlette.applications import Starlette
from starlette.types import ASGIApp

from bookipi_app import logs
from bookipi_app.api import health, metrics, quickbooks_webhook
from bookipi_app.api.headers import security_headers
from bookipi_app.api.observed import observed
from bookipi_app.settings import settings


def build() -> ASGIApp:
    """Webhooks, and what tells whether they are well."""
    chosen = settings()
    routed = Starlette(routes=[*quickbooks_webhook.routes, *health.routes, *metrics.routes])
    app = security_headers(chosen.public_url, [], chosen.trusted_proxy_hops > 0)(observed(routed))
    if part := os.environ.get("BOOKIPI_PART"):  # a process of its own, not a test
        logs.configure(chosen, part)
        _spare_the_collector()
    return app


def _spare_the_collector() -> None:
    """What is loaded stays: looking for cycles in it stops every delivery for longer than storing a thousand takes."""
    gc.collect()
    gc.freeze()
