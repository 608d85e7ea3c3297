"""Whether a form was sent by one of our own pages.

The session cookie is not enough: the app's own pages on another port of this machine are the *same site* to
a browser, so that `SameSite` does not keep them out. Browsers say where a form comes from, and cannot be made
to lie about it; what says nothing is no browser and carries nobody's cookie.
"""

from urllib.parse import urlsplit

from bookipi_app.sandbox.http import Request

_OWN = ("same-origin", "none")


def from_own_page(request: Request) -> bool:
    """Whether this POST may be carried out."""
    fetched = request.headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched in _OWN
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "-")
