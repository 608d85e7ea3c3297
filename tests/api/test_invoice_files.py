"""PDF, logo and public link over HTTP: one's own only, nothing to a stranger, found by no search engine."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import Response as Answer
from PIL import Image
from pypdf import PdfReader
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from bookipi_app.api import invoice_files, logo_upload, public_pages
from bookipi_app.api.headers import security_headers
from bookipi_app.clock import system_clock
from bookipi_app.models import Company, Invoice, User
from bookipi_app.services import auth, invoices, logos, public_links
from bookipi_app.services.invoices import InvoiceForm, LineForm
from bookipi_app.settings import read_settings
from tests.services.conftest import WHO, Books, books, store

__all__ = ["books", "store"]
ORIGIN = "http://localhost:3000"


@dataclass
class Visitor:
    books: Books
    browser: TestClient

    def invoice(self, company: UUID | None = None, *, issue: bool = True) -> Invoice:
        owner = Books(self.books.store, company or self.books.company_id, self.books.outside)
        line = LineForm(description="Mulch", quantity="1", price="617.03")
        form = InvoiceForm(customer_id=str(owner.customer(f"C{uuid4()}")), lines=[line])
        with owner.work() as session:
            return invoices.save(
                session, owner.company_id, None, form, issue=issue, now=system_clock(), who=WHO
            )

    def key(self, invoice: Invoice) -> str:
        with self.books.store.reading() as session:
            return public_links.key_of(session.get_one(Invoice, invoice.id))

    def upload(self, files: Any, company: object = None) -> Answer:
        """As the form of the company's own page does it, or that of another company's."""
        told = {"company": str(self.books.company_id if company is None else company)}
        return self.browser.post("/settings/logo", files=files, data=told)

    def sign_in(self) -> None:
        with self.books.store.transaction() as session:
            user = session.get_one(User, session.get_one(Company, self.books.company_id).user_id)
            cookie = auth.start_session(session, user, user_agent="test", now=system_clock())
        self.browser.cookies.set("bookipi_session", cookie)


@pytest.fixture
def visitor(books: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    chosen = read_settings({"BOOKIPI_VAR": str(tmp_path), "BOOKIPI_SECRET_KEY": "a key for tests"})
    for module in (invoice_files, logo_upload, public_pages):
        monkeypatch.setattr(module, "database", lambda: books.store)
    for module in (invoice_files, logo_upload):
        monkeypatch.setattr(module, "settings", lambda: chosen)
    monkeypatch.setattr(public_links, "settings", lambda: chosen)
    app = security_headers(ORIGIN, ())(Starlette(routes=[*invoice_files.routes, *logo_upload.routes]))
    return Visitor(
        books, TestClient(app, base_url=ORIGIN, headers={"Origin": ORIGIN}, follow_redirects=False)
    )


def test_the_owner_gets_the_pdf_under_its_number(visitor: Visitor) -> None:
    visitor.sign_in()
    answer = visitor.browser.get(f"/files/invoices/{visitor.invoice().id}.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert 'filename="Invoice INV-1001.pdf"' in answer.headers["content-disposition"]
    assert "no-store" in answer.headers["cache-control"]
    assert "$617.03" in PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()


def test_a_stranger_is_led_to_the_log_in_and_others_invoices_are_not_found(visitor: Visitor) -> None:
    own, foreign = visitor.invoice(), visitor.invoice(visitor.books.outside)
    assert visitor.browser.get(f"/files/invoices/{own.id}.pdf").headers["location"] == "/sign-in"
    visitor.sign_in()
    for wrong in (foreign.id, uuid4(), "1", "-1", "0", "1%20OR%201=1", "%00", "x" * 5000):
        for query in ("", "?receipt=yes"):
            answer = visitor.browser.get(f"/files/invoices/{wrong}.pdf{query}")
            assert answer.status_code == 404


def test_a_receipt_needs_a_payment(visitor: Visitor) -> None:
    visitor.sign_in()
    invoice = visitor.invoice()
    address = f"/files/invoices/{invoice.id}.pdf?receipt=yes"
    assert visitor.browser.get(address).status_code == 404
    with visitor.books.work() as session:
        invoices.mark_paid(session, visitor.books.company_id, invoice.id, now=system_clock(), who=WHO)
    answer = visitor.browser.get(address)
    assert 'filename="Receipt INV-1001.pdf"' in answer.headers["content-disposition"]


def test_a_number_cannot_add_a_header(visitor: Visitor) -> None:
    visitor.sign_in()
    invoice = visitor.invoice()
    with visitor.books.work() as session:
        session.get_one(Invoice, invoice.id).number = 'a"\r\nX-Evil: é;'
    answer = visitor.browser.get(f"/files/invoices/{invoice.id}.pdf")
    assert answer.status_code == 200
    assert "x-evil" not in answer.headers
    assert answer.headers["content-disposition"].count('"') == 2


def test_the_public_link_gives_the_pdf_until_it_is_withdrawn(visitor: Visitor) -> None:
    invoice = visitor.invoice()
    address = f"/i/{visitor.key(invoice)}/invoice.pdf"
    answer = visitor.browser.get(address)
    assert answer.status_code == 200
    assert answer.headers["x-robots-tag"].startswith("noindex")
    assert answer.headers["referrer-policy"] == "no-referrer"
    with visitor.books.work() as session:
        assert session.get_one(Invoice, invoice.id).viewed_at is None, "a file that is fetched is no look"
        public_links.withdraw(session, visitor.books.company_id, invoice.id, now=system_clock(), who=WHO)
    withdrawn = visitor.browser.get(address)
    unknown = visitor.browser.get(f"/i/{'A' * public_links.KEY_LENGTH}/invoice.pdf")
    assert (
        (withdrawn.status_code, withdrawn.text) == (unknown.status_code, unknown.text) == (404, unknown.text)
    )
    assert withdrawn.headers["x-robots-tag"].startswith("noindex")


def test_the_page_of_a_link_that_shows_nothing_is_not_found_by_its_status_too(visitor: Visitor) -> None:
    async def shell(_request: object) -> Response:
        return PlainTextResponse("the same for every link")

    pages = public_pages.with_status(Starlette(routes=[Route("/{rest:path}", shell)]))
    browser, invoice = TestClient(pages, base_url=ORIGIN), visitor.invoice()
    key = visitor.key(invoice)
    assert [browser.get(f"/i/{key}{end}").status_code for end in ("", "/", "?x=1")] == [200, 200, 200]
    for wrong in (f"/i/{key[:-1]}", f"/i/{key}x", f"/i/{'A' * 48}", "/i/%00", "/i/a/b"):
        assert browser.get(wrong).status_code == 404
    assert browser.get("/invoices").status_code == 200
    with visitor.books.work() as session:
        public_links.withdraw(session, visitor.books.company_id, invoice.id, now=system_clock(), who=WHO)
    assert browser.get(f"/i/{key}").status_code == 404


def _picture(colour: tuple[int, int, int] = (47, 74, 60)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(made, "PNG")
    return made.getvalue()


def test_a_logo_is_drawn_anew_and_shown_to_its_owner_and_through_the_link(visitor: Visitor) -> None:
    files = {"logo": ("../../x.png", _picture() + b"<script>alert(1)</script>", "image/png")}
    assert visitor.upload(files).headers["location"] == "/sign-in"
    visitor.sign_in()
    assert visitor.upload(files).headers["location"].endswith("?logo=saved")
    with visitor.books.store.reading() as session:
        address = logos.address(session, visitor.books.company_id)
    public = f"/i/{visitor.key(visitor.invoice())}/logo.png"
    for where in (address, public):
        answer = visitor.browser.get(where)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert b"script" not in answer.content
    visitor.browser.cookies.clear()
    assert visitor.browser.get(address).status_code == 404


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<svg onload='alert(1)'/>", "picture"),
        (b"x" * (logos.MOST_BYTES + 10), "large"),
        (b"x" * 4_000_000, "large"),
    ],
    ids=["svg", "heavy", "too heavy to read"],
)
def test_what_is_no_small_picture_is_refused(visitor: Visitor, content: bytes, code: str) -> None:
    visitor.sign_in()
    answer = visitor.upload({"logo": ("logo.png", content, "image/png")})
    assert answer.headers["location"].endswith(f"?logo={code}")


def test_a_logo_chosen_on_another_companys_page_is_not_kept(visitor: Visitor) -> None:
    """The browser was switched in another tab while the page was open."""
    visitor.sign_in()
    files = {"logo": ("logo.png", _picture(), "image/png")}
    for company in (visitor.books.outside, "", "x"):
        assert visitor.upload(files, company).headers["location"].endswith("?logo=other")
    with visitor.books.store.reading() as session:
        for company in (visitor.books.company_id, visitor.books.outside):
            assert logos.content(session, company) is None


def test_a_logo_comes_from_our_own_page_only(visitor: Visitor) -> None:
    visitor.sign_in()
    del visitor.browser.headers["Origin"]
    files = {"logo": ("logo.png", _picture(), "image/png")}
    assert visitor.browser.post("/settings/logo", files=files).status_code == 403
    assert visitor.browser.get("/settings/logo").status_code == 405
    answer = visitor.browser.post("/settings/logo", content=b"junk", headers={"Origin": ORIGIN})
    assert answer.headers["location"].endswith("?logo=other")
    visitor.browser.headers["Origin"] = ORIGIN
    assert (
        visitor.upload({"other": ("logo.png", _picture(), "image/png")})
        .headers["location"]
        .endswith("picture")
    )
