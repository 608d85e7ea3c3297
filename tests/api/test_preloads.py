"""The scripts of a page that shares its file with others come with its headers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from bookipi_app.api.preloads import page_scripts, preloading

ROUTES = {
    "root": {"path": "", "module": "/assets/root.js", "imports": []},
    "list": {"path": "invoices", "module": "/assets/list.js", "imports": ["/assets/lib.js"]},
    "one": {"path": "invoices/:id", "module": "/assets/one.js", "imports": ["/assets/root.js", "/assets/lib.js"]},
    "new": {"path": "invoices/new", "module": "/assets/new.js", "imports": []},
    "public": {"path": "i/:link_key", "module": "/assets/public.js", "imports": ["/assets/root.js"]},
}  # fmt: skip


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "manifest-1.js").write_text(f"window.known={json.dumps({'routes': ROUTES})};")
    (tmp_path / "__spa-fallback.html").write_text('<link rel="modulepreload" href="/assets/root.js"/>')
    return tmp_path


def client(pages: Path) -> TestClient:
    async def page(_request: object) -> Response:
        return HTMLResponse("<html></html>")

    async def file(_request: object) -> Response:
        return PlainTextResponse("ok")

    routes = [Route("/i/{key}/invoice.pdf", file), Route("/i/file", file), Route("/{rest:path}", page)]
    return TestClient(preloading(page_scripts(pages))(Starlette(routes=routes)))


def test_a_page_with_an_id_tells_the_scripts_that_its_file_does_not_name(pages: Path) -> None:
    visitor = client(pages)
    assert visitor.get("/i/abc").headers["Link"] == "</assets/public.js>; rel=modulepreload"
    assert visitor.get("/invoices/7").headers["Link"] == (
        "</assets/one.js>; rel=modulepreload, </assets/lib.js>; rel=modulepreload"
    )


@pytest.mark.parametrize(
    "path", ["/invoices", "/invoices/new", "/i/file", "/i/abc/invoice.pdf", "/invoices/7/edit", "/"]
)
def test_nothing_is_told_with_other_pages_and_with_files(pages: Path, path: str) -> None:
    assert "Link" not in client(pages).get(path).headers


def test_without_a_build_there_is_nothing_to_tell(tmp_path: Path) -> None:
    assert page_scripts(tmp_path) == {}
