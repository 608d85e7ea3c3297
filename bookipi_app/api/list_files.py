"""`GET /files/invoices.csv` and the like: what a list shows under the same parameters, all of its pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bookipi_app.api.csv_file import company_asking, csv_response
from bookipi_app.clock import system_clock
from bookipi_app.db import database
from bookipi_app.services.list_address import read
from bookipi_app.services.list_files import FILES, ListFile, lines


def _answer(file: ListFile) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        company_id = await company_asking(request)
        if company_id is None:
            return RedirectResponse(f"/sign-in?next=%2F{file.spec.path[1:]}", 303)
        asked = read(file.spec, request.query_params)
        rows = lines(database(), company_id, file, asked, now=system_clock())
        return csv_response(rows, f"{file.spec.path[1:]}.csv")

    return answer


routes = [Route(f"/files{file.spec.path}.csv", _answer(file), methods=["GET"]) for file in FILES]
