"""A person at the web face, without a browser."""

import html
import re
from urllib.parse import urlencode

from bookipi_app.sandbox.core import Request, Response
from tests.sandbox.client import Books

OWN = {"host": "127.0.0.1:8600", "origin": "http://127.0.0.1:8600"}


class Person:
    """Joan at her desk."""

    def __init__(self, books: Books) -> None:
        self.books = books
        answer = self.go("POST", "/login", email="joan@whitakerbooks.com", password="x", next="/")
        self.cookie = answer.headers["set-cookie"].split(";")[0]

    def go(self, verb: str, path: str, **form: str) -> Response:
        return self.send(verb, path, {}, form)

    def send(self, verb: str, path: str, headers: dict[str, str], form: dict[str, str]) -> Response:
        sent = {"cookie": getattr(self, "cookie", ""), **headers}
        return self.books.sandbox.handle(
            Request.to(verb, path, sent, urlencode(form).encode()), self.books.now
        )

    def at(self, verb: str, path: str, **form: str) -> Response:
        return self.go(verb, f"/c/{self.books.realm}/{path}", **form)

    def page(self, path: str) -> str:
        answer = self.at("GET", path)
        assert answer.status == 200, answer
        return answer.body.decode()

    def form(self, path: str) -> dict[str, str]:
        """What a browser would send if the page's own form were saved without a change."""
        page = self.page(path).split('class="desk-form', 1)[1].split("</form>", 1)[0]
        return filled_in(page)

    def save(self, path: str, **changed: str) -> Response:
        return self.at("POST", path, **{**self.form(path), **changed})

    def refused(self, path: str, **changed: str) -> str:
        """The page that says why a form was not saved."""
        answer = self.save(path, **changed)
        assert answer.status == 400
        return answer.body.decode()


def filled_in(form: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'\sname="([^"]*)"', tag), re.search(r'\svalue="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            values[name[1]] = html.unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea [^>]*?name="([^"]*)"[^>]*>([^<]*)</textarea>', form):
        values[name] = html.unescape(text)
    for name, options in re.findall(r'<select [^>]*?name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        values[name] = html.unescape(chosen[1]) if chosen else ""
    return values


def error_at(page: str, name: str) -> str:
    """The words under a field; the field names them as its description and calls itself invalid."""
    found = re.search(rf'id="e-{name}">.*?<span>(.*?)</span>', page, re.DOTALL)
    assert found, page
    assert name == "Lines" or re.search(rf'name="{name}"[^>]*aria-invalid="true"[^>]*e-{name}"', page)
    return html.unescape(found[1])
