"""Style sheets, script and font, as they lie in the package."""

from functools import cache
from importlib.resources import files

from bookipi_app.sandbox.http import Response

_KINDS = {
    "tokens.css": "text/css; charset=utf-8",
    "dark.css": "text/css; charset=utf-8",
    "sandbox.css": "text/css; charset=utf-8",
    "face.js": "text/javascript; charset=utf-8",
    "fonts/inter.var.woff2": "font/woff2",
}
_DARK = '[data-theme="dark"], .dark, .dark-theme {'


def static_file(name: str) -> Response | None:
    """One of the known files; no other path is ever opened."""
    kind = _KINDS.get(name)
    if kind is None:
        return None
    return Response(200, {"content-type": kind, "cache-control": "max-age=3600"}, _content(name))


@cache
def _content(name: str) -> bytes:
    if name == "dark.css":
        return _dark_tokens()
    return files("bookipi_app.sandbox").joinpath("static", *name.split("/")).read_bytes()


def _dark_tokens() -> bytes:
    """The dark half of the tokens for the whole page; the link to it asks what the reader's system prefers."""
    _, _, rest = _content("tokens.css").decode().partition(_DARK)
    return f":root {{{rest.partition('}')[0]}}}\n".encode()
