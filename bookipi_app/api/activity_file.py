"""`GET /files/quickbooks-log.csv`: the log of the QuickBooks page with its filters, streamed as it is read."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bookipi_app.api.csv_file import company_asking, csv_response
from bookipi_app.clock import system_clock
from bookipi_app.db import database
from bookipi_app.services import activity_log
from bookipi_app.services.lists import ListQuery

FILTERS = ("side", "kind", "result", "record")


async def log_file(request: Request) -> Response:
    """The file, of the signed-in person's company; a stranger is led to the log-in."""
    company_id = await company_asking(request)
    if company_id is None:
        return RedirectResponse("/sign-in?next=%2Fquickbooks", 303)
    asked = request.query_params
    query = ListQuery(
        search=asked.get("search", "")[:200], filters={name: asked.get(name, "")[:40] for name in FILTERS}
    )
    rows = activity_log.file_rows(database(), company_id, query, now=system_clock())
    return csv_response(rows, "quickbooks-activity.csv")


routes = [Route("/files/quickbooks-log.csv", log_file, methods=["GET"])]
