"""The web face, without a browser: what a person does there commits as in QuickBooks."""

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from bookipi_app.sandbox.core import Request
from bookipi_app.sandbox.face.html import Markup
from bookipi_app.sandbox.face.html import html as fill
from tests.sandbox.client import CALLBACK, CLIENT_ID, Books, line
from tests.sandbox.person import OWN, Person, filled_in

PAGES = (
    *("customers", "items", "invoices", "payments", "settings", "requests", "faults", "apps", "switches"),
    *("invoices/new", "customers/new", "items/new", "payments/new", "payments/new?Customer=3"),
    *("invoices/1", "customers/1", "items/3", "customers/1/merge", "customers/1/merge?into=3"),
    *("invoices?find=amy&status=Paid&from=2026-01-01&page=1", "customers?status=Inactive"),
)


@pytest.mark.parametrize("preset", ["us-automated-tax", "us-manual-tax", "canada", "expired"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_open(preset: str, path: str):
    page = Person(Books(preset)).page(path)
    assert "Practice data" in page
    assert 'name="realm"' in page  # the company switcher is on each page


@pytest.mark.parametrize("path", PAGES)
def test_each_field_has_a_label_and_nothing_is_inline(path: str, joan: Person):
    page = joan.page(path)
    labelled = set(re.findall(r'<label[^>]* for="([^"]*)"', page))
    for tag in re.findall(r"<(?:input|select|textarea) [^>]*>", page):
        found = re.search(r' id="([^"]*)"', tag)
        inside = re.search(rf"<label[^>]*>(?:(?!</label>).)*{re.escape(tag)}", page, re.DOTALL)
        assert 'type="hidden"' in tag or "aria-label=" in tag or inside or (found and found[1] in labelled), (
            tag
        )
    assert not re.search(r"<script(?! src=)| style=| on[a-z]+=|https?://", page)


def test_what_is_not_there_is_not_found(joan: Person):
    for path in ("invoices/nothing", "customers/99999", "items/99999", "payments/x", "customers/99999/merge"):
        assert joan.at("GET", path).status == 404, path
        assert joan.at("POST", path).status == 404, path
    for path in ("nothing", "customers/1/explode", "requests/other", "disconnect"):
        assert joan.at("GET", path).status == 404, path
    assert joan.at("POST", "customers/1/explode").status == 400
    for path in ("/c/1/invoices", "/c/", "/c?realm=1", "/nothing", "/static/../core.py"):
        assert joan.go("GET", path).status == 404, path
    assert joan.go("PUT", "/").status == 405


def test_records_of_another_company_cannot_be_touched(joan: Person, books: Books):
    other = books.sandbox.add_company("us-no-tax", books.now).realm
    made = books.invoice(line(50))
    before = books.sandbox.company(other).records
    for action in ("", "/void", "/delete", "/send"):
        answer = joan.go("POST", f"/c/{other}/invoices/{made['Id']}{action}", SyncToken="0")
        assert answer.status == 404
    assert books.read("Invoice", made["Id"])["SyncToken"] == "0"
    assert books.sandbox.company(other).records == before


def test_pages_need_a_log_in(books: Books):
    for verb, path in (
        ("GET", "invoices"),
        ("POST", "invoices/1/delete"),
        ("POST", "faults"),
        ("GET", "requests/live"),
    ):
        answer = books.sandbox.handle(Request.to(verb, f"/c/{books.realm}/{path}"), books.now)
        assert b"Sign in" in answer.body
    assert books.read("Invoice", "1")


def test_signing_out_ends_the_session(joan: Person):
    assert joan.go("GET", "/logout").status == 404
    assert joan.go("POST", "/logout", next="//elsewhere.example").headers["location"] == "/"
    assert b"Sign in" in joan.at("GET", "invoices").body


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "localhost:8600", "origin": "http://localhost:3000"},  # the same site, another port
        {"host": "localhost:8600", "origin": "https://elsewhere.example"},
        {"host": "localhost:8600", "origin": "null"},
        {"host": "localhost:8600", "sec-fetch-site": "same-site"},
        {"host": "localhost:8600", "origin": "http://localhost:8600", "sec-fetch-site": "cross-site"},
    ],
)
def test_forms_of_other_sites_are_refused(headers: dict[str, str], joan: Person, books: Books):
    targets = (
        f"/c/{books.realm}/invoices/1/delete",
        f"/c/{books.realm}/disconnect",
        "/connect/oauth2",
        "/login",
        "/logout",
    )
    for target in targets:
        answer = joan.send("POST", target, headers, {"client_id": CLIENT_ID})
        assert answer.status == 403, target
    assert books.read("Invoice", "1")


@pytest.mark.parametrize("headers", [OWN, {**OWN, "sec-fetch-site": "same-origin"}, {}])
def test_forms_of_our_own_are_carried_out(headers: dict[str, str], joan: Person, books: Books):
    assert joan.send("POST", f"/c/{books.realm}/items/4/inactivate", headers, {}).status == 302
    assert books.read("Item", "4")["Active"] is False


def test_every_answer_forbids_foreign_scripts_and_frames(joan: Person):
    policy = joan.at("GET", "invoices").headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    "name", ["tokens.css", "dark.css", "sandbox.css", "face.js", "fonts/inter.var.woff2"]
)
def test_static_files_are_served(name: str, joan: Person):
    answer = joan.go("GET", f"/static/{name}")
    assert answer.status == 200
    assert answer.body
    assert name != "dark.css" or answer.body.startswith(b":root {\n  color-scheme: dark;")


def test_names_are_escaped_everywhere(joan: Person, books: Books):
    name = "<script>alert(1)</script>{x}\"'"
    made = books.post("Customer", {"DisplayName": name, "Notes": "{x} </textarea>", "CompanyName": name})
    books.post("Item", {"Name": name.replace('"', ""), "IncomeAccountRef": {"value": "14"}})
    invoice = books.invoice(line(5, Qty=1), CustomerRef={"value": made["Id"]}, DocNumber="<b>1</b>")
    books.pay(invoice, 5)
    books.call("POST", "customer", {"DisplayName": "<script>"}, requestid="<script>")
    paths = (
        "customers",
        "items",
        "invoices",
        "payments",
        "requests",
        f"invoices/{invoice['Id']}",
        "invoices/new",
    )
    for path in (
        *paths,
        f"customers/{made['Id']}",
        f"payments/new?Customer={made['Id']}",
        "invoices?find=<script>",
    ):
        page = joan.page(path)
        assert "<script>" not in page, path
        assert "<b>1</b>" not in page, path
    assert joan.form(f"customers/{made['Id']}")["DisplayName"] == name
    assert fill("<p>{a}</p>", a="<b>") == Markup("<p>&lt;b&gt;</p>")


def test_switching_companies_stays_in_the_section(joan: Person, books: Books):
    other = books.sandbox.add_company("canada", books.now).realm
    assert joan.go("GET", f"/c?realm={other}&section=payments").headers["location"] == f"/c/{other}/payments"
    assert joan.go("GET", f"/c?realm={other}&section=//x").headers["location"] == f"/c/{other}/invoices"
    assert "Maple Ridge Supply" in joan.page("items")


def books_decimal(text: str) -> Any:
    from decimal import Decimal

    return Decimal(text)


def test_consent_comes_after_the_log_in_and_names_what_is_shared(books: Books):
    asked = {"client_id": CLIENT_ID, "redirect_uri": CALLBACK, "response_type": "code", "state": "s1"}
    path = f"/connect/oauth2?{urlencode({**asked, 'scope': 'com.intuit.quickbooks.accounting'})}"
    stranger = books.sandbox.handle(Request.to("GET", path), books.now).body.decode()
    assert "Sign in" in stranger
    then = html.unescape(re.search(r'name="next" value="([^"]*)"', stranger)[1])  # type: ignore[index]
    joan = Person(books)
    page = joan.go("GET", then).body.decode()
    for words in (
        "Share your books with Bookipi?",
        "Cedar &amp; Stone",
        "both ways",
        "Settings are read",
        "Payments are not shared",
    ):
        assert words in page
    form = filled_in(page)
    allowed = urlsplit(joan.go("POST", "/connect/oauth2", **form, decision="allow").headers["location"])
    answer = parse_qs(allowed.query)
    assert (answer["state"], answer["realmId"]) == (["s1"], [books.realm])
    declined = joan.go("POST", "/connect/oauth2", **form, decision="decline").headers["location"]
    assert parse_qs(urlsplit(declined).query) == {"error": ["access_denied"], "state": ["s1"]}
    out = filled_in(page.split('id="out"', 1)[1].split("</form>", 1)[0])
    assert joan.go("POST", "/logout", **out).headers["location"] == then
    assert b"Sign in" in joan.go("GET", then).body
