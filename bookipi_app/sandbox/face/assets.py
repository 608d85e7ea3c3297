"""The style sheets and the font, as they lie in the package."""

from functools import cache
from importlib.resources import files

from bookipi_app.sandbox.http import Response

_KINDS = {
    "tokens.css": "text/css; charset=utf-8",
    "sandbox.css": "text/css; charset=utf-8",
    "fonts/inter.var.woff2": "font/woff2",
}


def static_file(name: str) -> Response | None:
    """One of the known files; no other path is ever opened."""
    kind = _KINDS.get(name)
    if kind is None:
        return None
    return Response(200, {"content-type": kind, "cache-control": "max-age=3600"}, _content(name))


@cache
def _content(name: str) -> bytes:
    return files("bookipi_app.sandbox").joinpath("static", *name.split("/")).read_bytes()
