"""The web face, without a browser: what a person does there commits as in QuickBooks."""

import html
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from bookipi_app.sandbox.core import Request, Response
from bookipi_app.sandbox.face.html import Markup
from bookipi_app.sandbox.face.html import html as fill
from bookipi_app.sandbox.troubles import CANNED
from tests.sandbox.client import CALLBACK, CLIENT_ID, Books, discount, line, shipping

SERVICE = {"Type": "Service", "IncomeAccountRef": {"value": "14"}}
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
        return _filled_in(page)

    def save(self, path: str, **changed: str) -> Response:
        return self.at("POST", path, **{**self.form(path), **changed})

    def refused(self, path: str, **changed: str) -> str:
        """The page that says why a form was not saved."""
        answer = self.save(path, **changed)
        assert answer.status == 400
        return answer.body.decode()


def _filled_in(form: str) -> dict[str, str]:
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


@pytest.fixture
def joan(books: Books) -> Person:
    return Person(books)


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


# Lists


def test_a_long_list_comes_in_pages(joan: Person, books: Books):
    for number in range(120):
        books.invoice(line(1), DocNumber=f"L{number:03}", TxnDate="2026-12-01")
    first, last = joan.page("invoices?find=l"), joan.page("invoices?find=l&page=99")
    assert first.count('aria-label="Edit ') == 50
    assert "L119" in first
    assert "L000" not in first
    assert "1–50 of 1" in first
    assert "?find=l&amp;page=2" in first
    assert "L000" in last
    assert "Next</span>" in last


def test_lists_are_searched_and_narrowed(joan: Person, books: Books):
    books.invoice(line(7), DocNumber="NEEDLE", TxnDate="2026-06-05", DueDate="2026-06-06")
    assert "1 of 11 invoices" in joan.page("invoices?find=needle")
    assert "NEEDLE" in joan.page("invoices?status=Overdue&from=2026-06-05&to=2026-06-05")
    assert "No invoice matches." in joan.page("invoices?from=2026-06-06&find=needle")
    joan.at("POST", "items/4/inactivate")
    assert "Lawn mowing" not in joan.page("items")
    assert "Lawn mowing (deleted)" in joan.page("items?status=Inactive")


def test_a_list_without_any_record_says_how_to_begin(joan: Person, books: Books):
    company = books.sandbox.company(books.realm)
    for payment in list(company.living("Payment")):
        company.delete(payment, books.now)
    assert "No payment yet." in joan.page("payments")


# Customers and items


def test_a_customer_is_made_and_edited(joan: Person, books: Books):
    answer = joan.save(
        "customers/new", DisplayName="Ada", Email="ada@example.com", BillCity="Austin", Parent="3", Exempt="1"
    )
    assert answer.headers["location"].endswith("/customers")
    ada = books.query("select * from Customer where DisplayName = 'Ada'")["Customer"][0]
    assert (ada["BillAddr"]["City"], ada["PrimaryEmailAddr"]["Address"]) == ("Austin", "ada@example.com")
    assert (ada["ParentRef"]["value"], ada["Job"], ada["TaxExemptionReasonId"]) == ("3", True, "9")
    joan.save(f"customers/{ada['Id']}", Parent="", Exempt="", Notes="one\r\ntwo")
    after = books.read("Customer", ada["Id"])
    assert (after["Job"], after["Notes"], after["BillAddr"]["City"]) == (False, "one\ntwo", "Austin")
    assert "ParentRef" not in after


def test_a_refused_customer_keeps_what_was_typed(joan: Person, books: Books):
    page = joan.refused("customers/1", DisplayName="Blue Heron Cafe", Email="no address", Phone="555")
    assert "Email Address does not conform" in error_at(page, "Email")
    assert 'value="555"' in page
    page = joan.refused("customers/1", DisplayName="Blue Heron Cafe")
    assert "already exists" in error_at(page, "DisplayName")
    assert re.search(r"customers/1/merge\?into=\d+\">Merge the two", page)
    assert books.read("Customer", "1")["SyncToken"] == "0"


def test_customers_are_merged_after_a_look_at_both(joan: Person, books: Books):
    winner = books.query("select * from Customer where DisplayName = 'Blue Heron Cafe'")["Customer"][0]["Id"]
    page = joan.page(f"customers/1/merge?into={winner}")
    assert "Merge into Blue Heron Cafe" in page
    assert "cannot be undone" in page
    assert "Choose another customer" in joan.page("customers/1/merge?into=1")
    books.events()
    assert joan.at("POST", "customers/1/merge", winner="99999").status == 400
    joan.at("POST", "customers/1/merge", winner=winner)
    assert books.refused("GET", "customer/1") == "610"
    assert books.read("Invoice", "1")["CustomerRef"]["value"] == winner
    assert [event["type"] for event in books.events()] == ["qbo.customer.merged.v1"]


def test_an_item_is_made_edited_and_refused(joan: Person, books: Books):
    joan.save("items/new", Name="Bench", Type="NonInventory", UnitPrice="$1,080.50", Taxable="1")
    bench = books.query("select * from Item where Name = 'Bench'")["Item"][0]
    assert (bench["Taxable"], bench["UnitPrice"]) == (True, books_decimal("1080.5"))
    form = joan.form(f"items/{bench['Id']}")
    form.pop("Taxable")
    joan.at("POST", f"items/{bench['Id']}", **form)
    assert books.read("Item", bench["Id"])["Taxable"] is False
    page = joan.refused(f"items/{bench['Id']}", UnitPrice="cheap")
    assert "cheap" in error_at(page, "UnitPrice")


def books_decimal(text: str) -> Any:
    from decimal import Decimal

    return Decimal(text)


def test_lists_are_made_inactive_and_active_again(joan: Person, books: Books):
    joan.at("POST", "items/4/inactivate")
    assert books.read("Item", "4")["Name"] == "Lawn mowing (deleted)"
    joan.at("POST", "items/4/reactivate")
    assert (books.read("Item", "4")["Name"], books.read("Item", "4")["Active"]) == ("Lawn mowing", True)
    owing = books.invoice(line(5), CustomerRef={"value": "1"})["CustomerRef"]["value"]
    assert b"non-zero balance" in joan.at("POST", f"customers/{owing}/inactivate").body


# Invoices


def test_saving_an_invoice_without_a_change_changes_nothing_of_it(joan: Person, books: Books):
    made = books.invoice(
        line(20, "9", Qty=2, UnitPrice=10, ServiceDate="2026-11-01"),
        {"DetailType": "DescriptionOnly", "Description": "Thanks"},
        discount(percent=10),
        shipping(5),
        TrackingNum="T1",
        TxnTaxDetail={"TotalTax": 1.23},
        PrivateNote="a\nb",
    )
    assert joan.save(f"invoices/{made['Id']}").status == 302
    after = books.read("Invoice", made["Id"])
    assert after["SyncToken"] == "1"
    for name in {*made, *after} - {"SyncToken", "MetaData"}:
        assert after.get(name) == made.get(name), name


def test_an_edit_keeps_what_the_form_does_not_show(joan: Person, books: Books):
    made = books.invoice(
        line(20, "9", Qty=2, UnitPrice=10, ServiceDate="2026-11-01"),
        {"DetailType": "DescriptionOnly", "Description": "Thanks"},
        shipping(5),
        TrackingNum="T1",
    )
    books.events()
    stale = joan.form(f"invoices/{made['Id']}")
    assert joan.save(f"invoices/{made['Id']}", qty0="3").status == 302
    after = books.read("Invoice", made["Id"])
    assert (after["SyncToken"], after["TrackingNum"]) == ("1", "T1")
    assert (after["Line"][1]["Description"], after["Line"][1]["Id"]) == ("Thanks", "2")
    assert after["Line"][0]["SalesItemLineDetail"]["ServiceDate"] == "2026-11-01"
    assert (after["Line"][0]["Id"], after["Line"][0]["Amount"], after["Line"][-1]["Amount"]) == ("1", 30, 5)
    assert [event["type"] for event in books.events()] == ["qbo.invoice.updated.v1"]
    answer = joan.at("POST", f"invoices/{made['Id']}", **{**stale, "qty0": "4"})
    assert answer.status == 400
    assert b"working on this at the same time" in answer.body
    assert b"Show what it is now" in answer.body
    assert b'name="qty0" value="4"' in answer.body


def test_an_amount_alone_sets_the_price(joan: Person, books: Books):
    made = books.invoice(line(20, "9", Qty=2, UnitPrice=10))
    joan.save(f"invoices/{made['Id']}", amount0="25")
    detail = books.read("Invoice", made["Id"])["Line"][0]["SalesItemLineDetail"]
    assert (detail["Qty"], detail["UnitPrice"]) == (2, books_decimal("12.5"))


def test_a_new_invoice_takes_what_its_items_cost(joan: Person, books: Books):
    answer = joan.save(
        "invoices/new", Customer="3", item0="9", text1="", item2="3", amount2="1,100", DiscountPercent="10"
    )
    assert answer.status == 302
    made = books.query("select * from Invoice orderby Id desc maxresults 1")["Invoice"][0]
    usual = books.read("Item", "9")
    assert made["Line"][0]["SalesItemLineDetail"]["UnitPrice"] == usual["UnitPrice"]
    assert made["Line"][1]["Amount"] == 1100
    assert made["Line"][-1]["DiscountLineDetail"]["DiscountPercent"] == 10


def test_more_lines_are_given_without_saving(joan: Person, books: Books):
    form = joan.form("invoices/new")
    answer = joan.at("POST", "invoices/new", **{**form, "text2": "typed", "more": "1"})
    assert (answer.status, b">typed</textarea>" in answer.body) == (200, True)
    assert b'name="item5"' in answer.body
    assert b'name="item5"' not in joan.at("GET", "invoices/new").body


def test_a_refused_invoice_says_it_at_the_place(joan: Person, books: Books):
    made = books.invoice(line(20, "9", Qty=2, UnitPrice=10))
    page = joan.refused(f"invoices/{made['Id']}", qty0="many", PrivateNote="kept")
    assert "many" in error_at(page, "Lines")
    assert ">kept</textarea>" in page
    assert page.count('aria-label="Item, line ') == 4  # as many rows as before
    page = joan.refused(f"invoices/{made['Id']}", DocNumber="1" * 22)
    assert "Supplied length:22" in error_at(page, "DocNumber")
    assert "RFC 822" in error_at(joan.refused(f"invoices/{made['Id']}", BillEmail="nobody"), "BillEmail")
    assert "Date should be" in error_at(
        joan.refused(f"invoices/{made['Id']}", TxnDate="yesterday"), "TxnDate"
    )
    assert "missing" in error_at(joan.refused("invoices/new"), "Customer")
    assert "missing" in error_at(joan.refused("invoices/new", Customer="3"), "Lines")
    huge = joan.save(f"invoices/{made['Id']}", qty0="9" * 19, price0="9" * 19)
    assert huge.status == 400
    assert books.read("Invoice", made["Id"])["SyncToken"] == "0"


def test_a_foreign_or_invented_reference_is_refused(joan: Person, books: Books):
    made = books.invoice(line(20, "9", Qty=2, UnitPrice=10))
    assert "Invalid Reference Id" in error_at(
        joan.refused(f"invoices/{made['Id']}", Customer="99999"), "Customer"
    )
    assert "Invalid Reference Id" in error_at(joan.refused(f"invoices/{made['Id']}", item0="99999"), "Lines")


def test_an_inactive_customer_or_item_is_not_swapped_for_another(joan: Person, books: Books):
    made = books.invoice(line(20, "9", Qty=2, UnitPrice=10), CustomerRef={"value": "1"})
    books.pay(made, made["TotalAmt"])
    joan.at("POST", "customers/1/inactivate")
    joan.at("POST", "items/9/inactivate")
    form = joan.form(f"invoices/{made['Id']}")
    assert (form["Customer"], form["item0"]) == ("1", "9")
    assert "made inactive" in joan.refused(f"invoices/{made['Id']}", PrivateNote="x")


def test_a_rate_of_the_companys_own_is_chosen():
    books = Books("us-manual-tax")
    joan = Person(books)
    made = books.invoice(line(100, "9", "TAX"))
    codes = [code for code in books.query("select * from TaxCode")["TaxCode"] if code["Id"].isdecimal()]
    default = made["TxnTaxDetail"]["TxnTaxCodeRef"]["value"]
    other = next(code["Id"] for code in codes if code["Id"] != default)
    joan.save(f"invoices/{made['Id']}", TaxCode=other)
    after = books.read("Invoice", made["Id"])["TxnTaxDetail"]
    assert after["TxnTaxCodeRef"]["value"] == other
    assert after["TotalTax"] != made["TxnTaxDetail"]["TotalTax"]


def test_void_send_and_delete(joan: Person, books: Books):
    made = books.invoice(line(50))
    joan.at("POST", f"invoices/{made['Id']}/send")
    assert b"BillEmail" in joan.at("POST", f"invoices/{made['Id']}/send").body or (
        books.read("Invoice", made["Id"])["EmailStatus"] == "EmailSent"
    )
    joan.at("POST", f"invoices/{made['Id']}/void")
    assert books.read("Invoice", made["Id"])["PrivateNote"] == "Voided"
    assert "Voided" in joan.page("invoices?status=Voided")
    joan.at("POST", f"invoices/{made['Id']}/delete")
    assert books.refused("GET", f"invoice/{made['Id']}") == "610"


# Payments


def test_a_payment_for_two_invoices(joan: Person, books: Books):
    first, second = books.invoice(line(50)), books.invoice(line(30))
    assert "Choose a customer" in joan.page("payments/new")
    answer = joan.save(
        "payments/new?Customer=3",
        **{
            "Method": "1",
            "PaymentRefNum": "77",
            f"apply{first['Id']}": "$20",
            f"apply{second['Id']}": "30.00",
        },
    )
    assert answer.status == 302
    assert books.read("Invoice", first["Id"])["Balance"] == 30
    assert books.read("Invoice", second["Id"])["Balance"] == 0
    [payment] = books.query("select * from Payment where PaymentRefNum = '77'")["Payment"]
    assert (payment["TotalAmt"], payment["UnappliedAmt"], len(payment["Line"])) == (50, 0, 2)
    assert "Payment 77" in joan.page(f"payments/{payment['Id']}")


def test_a_payment_starts_at_its_invoice(joan: Person, books: Books):
    made = books.invoice(line(50))
    form = joan.form(f"payments/new?invoice={made['Id']}")
    assert (form["Customer"], form["TotalAmt"], form[f"apply{made['Id']}"]) == ("3", "50.00", "50.00")
    joan.at("POST", "payments/new", **form)
    assert books.read("Invoice", made["Id"])["Balance"] == 0


def test_a_payment_is_changed_voided_and_deleted(joan: Person, books: Books):
    made = books.invoice(line(50))
    payment = books.pay(made, 50)["Id"]
    assert (
        joan.form(f"payments/{payment}")[f"apply{made['Id']}"] == "50.00"
    )  # though nothing is open any more
    joan.save(f"payments/{payment}", **{f"apply{made['Id']}": "10"})
    after = books.read("Payment", payment)
    assert (after["TotalAmt"], after["UnappliedAmt"]) == (50, 40)
    assert "Unapplied" in joan.page("payments?status=Unapplied")
    assert b"payments linked" in joan.at("POST", f"invoices/{made['Id']}/void").body
    joan.at("POST", f"payments/{payment}/void")
    assert books.read("Invoice", made["Id"])["Balance"] == 50
    assert books.read("Payment", payment)["TotalAmt"] == 0
    joan.at("POST", f"payments/{payment}/delete")
    assert books.refused("GET", f"payment/{payment}") == "610"


def test_a_refused_payment_says_it_at_the_place(joan: Person, books: Books):
    made = books.invoice(line(50))
    other = books.invoice(line(50), CustomerRef={"value": "1"})
    start = "payments/new?Customer=3"
    page = joan.refused(start, **{f"apply{made['Id']}": "60"})
    assert "greater than the balance" in error_at(page, "Lines")
    assert 'value="60"' in page
    assert "another customer" in error_at(joan.refused(start, **{f"apply{other['Id']}": "5"}), "Lines")
    assert error_at(joan.refused(start, applynothing="5"), "Lines")
    assert "TotalAmt" in error_at(joan.refused(start), "TotalAmt")
    assert "greater than the amount received" in error_at(
        joan.refused(start, TotalAmt="1", **{f"apply{made['Id']}": "5"}), "TotalAmt"
    )
    assert books.read("Invoice", made["Id"])["Balance"] == 50


# Many records


def test_where_there_are_too_many_their_names_are_typed(
    joan: Person, books: Books, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bookipi_app.sandbox.face.books.MOST_CHOICES", 3)
    made = books.invoice(line(20, "9", Qty=2, UnitPrice=10))
    form = joan.form(f"invoices/{made['Id']}")
    assert form["Customer.text"] == made["CustomerRef"]["name"]
    joan.save(f"invoices/{made['Id']}", **{"Customer.text": " blue heron cafe ", "item1.text": "Lawn mowing"})
    after = books.read("Invoice", made["Id"])
    assert after["CustomerRef"]["name"] == "Blue Heron Cafe"
    assert [line["SalesItemLineDetail"]["ItemRef"]["value"] for line in after["Line"][:2]] == ["9", "4"]
    page = joan.refused(f"invoices/{made['Id']}", **{"Customer.text": "Nobody Known"})
    assert "Invalid Reference Id" in page
    assert 'value="Nobody Known"' in page
    assert "no customer of this name" in joan.page("payments/new?Customer.text=Nobody")
    assert "Invoices it pays" in joan.page("payments/new?Customer.text=Blue+Heron+Cafe")
    assert "Merge into Blue Heron Cafe" in joan.page("customers/1/merge?into.text=Blue+Heron+Cafe")


def test_items_are_merged_after_a_look_at_both(joan: Person, books: Books):
    loser, winner = (books.post("Item", {"Name": name, **SERVICE})["Id"] for name in ("Mulch", "Bark mulch"))
    sold = books.invoice(line(40, loser), line(60))
    assert "Merge into another" in joan.page(f"items/{loser}")
    assert f"items/{loser}/merge" in joan.page("items")
    page = joan.page(f"items/{loser}/merge?into={winner}")
    assert "Merge into Bark mulch" in page
    assert "lines of invoices that sell Mulch sell Bark mulch" in page
    assert "Choose another item" in joan.page(f"items/{loser}/merge?into={loser}")
    books.events()
    assert joan.at("POST", f"items/{loser}/merge", winner="99999").status == 400
    assert joan.at("POST", f"items/{loser}/merge", winner=winner).status == 302
    assert books.refused("GET", f"item/{loser}") == "610"
    first, second, *_ = books.read("Invoice", sold["Id"])["Line"]
    assert first["SalesItemLineDetail"]["ItemRef"] == {"value": winner, "name": "Bark mulch"}
    assert second == sold["Line"][1]
    assert [event["type"] for event in books.events()] == ["qbo.item.merged.v1"]


def test_items_of_two_types_are_not_merged(joan: Person, books: Books):
    service = books.post("Item", {"Name": "Mulch", **SERVICE})["Id"]
    goods = books.post("Item", {"Name": "Bark", **SERVICE, "Type": "NonInventory"})["Id"]
    answer = joan.at("POST", f"items/{goods}/merge", winner=service)
    assert answer.status == 400
    assert b"Items of different types cannot be merged" in answer.body
    assert books.read("Item", goods)["Active"] is True


# Settings


def test_preferences(joan: Person, books: Books):
    changed = {
        "SalesFormsPrefs.CustomTxnNumbers": "1",
        "Tax": "own",
        "BookCloseDate": "2026-10-31",
        "DefaultTerms": "1",
    }
    form = {**joan.form("settings"), **changed}
    form.pop("SalesFormsPrefs.AllowShipping")
    assert joan.at("POST", "settings", **form).status == 302
    after = books.ok("GET", "preferences")["Preferences"]
    assert (after["SalesFormsPrefs"]["CustomTxnNumbers"], after["SalesFormsPrefs"]["AllowShipping"]) == (
        True,
        False,
    )
    assert (after["TaxPrefs"]["UsingSalesTax"], after["TaxPrefs"]["PartnerTaxEnabled"]) == (True, False)
    assert after["SalesFormsPrefs"]["DefaultTerms"]["value"] == "1"
    assert after["AccountingInfoPrefs"]["BookCloseDate"] == "2026-10-31"
    assert "closed" in error_at(
        joan.refused("invoices/new", Customer="3", item0="3", TxnDate="2026-10-01"), "TxnDate"
    )
    joan.save("settings", BookCloseDate="", Tax="off")
    after = books.ok("GET", "preferences")["Preferences"]
    assert not after["AccountingInfoPrefs"].get("BookCloseDate")
    assert after["TaxPrefs"]["UsingSalesTax"] is False


def test_saving_preferences_without_a_change_writes_nothing(joan: Person, books: Books):
    before = books.ok("GET", "preferences")["Preferences"]["SyncToken"]
    joan.save("settings")
    assert books.ok("GET", "preferences")["Preferences"]["SyncToken"] == before


def test_automated_tax_that_was_never_offered_stays_absent():
    books = Books("us-manual-tax")
    Person(books).save("settings", **{"SalesFormsPrefs.CustomTxnNumbers": "1"})
    assert "PartnerTaxEnabled" not in books.ok("GET", "preferences")["Preferences"]["TaxPrefs"]


def test_a_subscription_ends_and_begins_again(joan: Person, books: Books):
    joan.save("settings", Expired="1")
    assert books.refused("POST", "customer", {"DisplayName": "Ada"}) == "6190"
    assert "subscription" in joan.refused("customers/new", DisplayName="Ada")
    form = joan.form("settings")
    form.pop("Expired")
    joan.at("POST", "settings", **form)
    assert books.post("Customer", {"DisplayName": "Ada"})


def test_an_app_is_disconnected_and_its_page_opened(joan: Person, books: Books):
    url = "http://localhost:3000/disconnect/quickbooks"
    assert "Bookipi" in joan.page("apps")
    assert (
        joan.at("POST", "apps", **{"client_id": CLIENT_ID, f"url-{CLIENT_ID}": "javascript:1"}).status == 400
    )
    joan.at("POST", "apps", **{"client_id": CLIENT_ID, f"url-{CLIENT_ID}": url})
    answer = joan.at("POST", "disconnect", client_id=CLIENT_ID)
    assert answer.headers["location"] == f"{url}?realmId={books.realm}"
    assert books.call("GET", "item/1")[0] == 401
    assert "No app is connected" in joan.page("apps")
    assert joan.at("POST", "disconnect", client_id="nobody").headers["location"].endswith("/apps")


def test_switches(joan: Person, books: Books):
    before = books.sandbox.switches.as_json()
    assert set(before) - set(joan.form("switches")) == {name for name, on in before.items() if on is False}
    joan.save("switches")
    assert books.sandbox.switches.as_json() == before
    joan.save("switches", cdc_cap="7", refresh_rotation="every", rate_limits="1", clock_offset="-60")
    switches = books.sandbox.switches
    assert (switches.cdc_cap, switches.refresh_rotation, switches.rate_limits) == (7, "every", True)
    assert books.control("GET", "clock")["offset_seconds"] == -60
    assert "does not take that value" in joan.refused("switches", cdc_cap="many", webhook_delay="9")
    assert books.sandbox.switches.webhook_delay == before["webhook_delay"]
    assert "number" in joan.refused("switches", clock_offset="later")
    joan.at("POST", "switches", reset="1")
    assert books.sandbox.switches.cdc_cap == 1000


def test_faults_are_ordered_and_ended(joan: Person, books: Books):
    joan.at("POST", "faults", fault="0")
    assert "Status 429" in joan.page("faults")
    assert books.call("GET", "item/1")[0] == 429
    assert books.call("GET", "item/1")[0] == 200
    own = {
        "fault": "own",
        "what": "status",
        "status": "418",
        "route": "item/2",
        "when": "before",
        "count": "0",
    }
    joan.at("POST", "faults", **own, method="GET", skip="1", probability="1", seconds="", seed="7")
    statuses = [books.raw("GET", f"/v3/company/{books.realm}/item/{number}").status for number in (2, 2, 1)]
    assert statuses == [200, 418, 200]
    assert "until ended" in joan.page("faults")
    joan.at("POST", "faults", fault="end", id="2")
    assert books.call("GET", "item/2")[0] == 200
    answer = joan.at("POST", "faults", **{**own, "route": "("})
    assert (answer.status, b"regular expression" in answer.body) == (400, True)
    assert joan.at("POST", "faults", fault="own", what="delay", seconds="soon").status == 400
    for number in range(7):
        joan.at("POST", "faults", fault=str(number))
    assert len(books.control("GET", "faults")["faults"]) == 7
    joan.at("POST", "faults", fault="end")
    for answer in CANNED:
        assert f'value="{answer}"' in joan.page("faults")
        joan.at("POST", "faults", fault="own", what=answer, count="1")
        assert books.control("GET", "faults")["faults"][0]["answer"] == answer
        joan.at("POST", "faults", fault="end")
    assert joan.at("POST", "faults", fault="99").status == 302
    assert books.control("GET", "faults") == {"faults": []}


# The log


def test_the_log_is_live(joan: Person, books: Books):
    assert "No request yet." in joan.page("requests")
    first = json.loads(joan.at("GET", "requests/live").body)
    assert json.loads(joan.at("GET", f"requests/live?version={first['version']}").body) == {}
    books.post("Customer", {"DisplayName": "Ada & Co"})
    books.call("GET", "item/99999")
    books.events()
    now = json.loads(joan.at("GET", f"requests/live?version={first['version']}").body)
    assert re.findall(r'data-key="(r\d+)" class="(\w*)"', now["requests"]) == [("r2", "failed"), ("r1", "")]
    assert "Ada &amp; Co" in now["requests"]
    assert re.search(r"Customer \d+ created", now["webhooks"])
    assert now["waiting"] == "None waiting."
    assert now["counted"] == "Of this company so far: requests 2, writes of apps 1, metered reads 0."


def test_the_log_knows_both_formats_and_what_waits(joan: Person, books: Books):
    books.control("POST", "switches", {"webhook_format": "legacy"})
    books.post("Customer", {"DisplayName": "Ada"})
    for delivery in books.sandbox.due_webhooks(books.now):
        books.sandbox.delivered(delivery, 0, books.now)
    page = joan.page("requests")
    assert re.search(r"Customer \d+ create<", page)
    assert "no answer" in page
    assert "To be sent again: 1, the next at 09:00:10" in page


def test_the_log_leaves_other_companies_out_when_asked(joan: Person, books: Books):
    other = books.sandbox.add_company("canada", books.now).realm
    books.raw("GET", f"/v3/company/{other}/item/1")
    books.call("GET", "item/2")
    assert f"/v3/company/{other}/item/1" in joan.page("requests")
    assert f"/v3/company/{other}/item/1" not in joan.page("requests?show=company")
    assert "item/2" in joan.page("requests?show=company")


# Consent


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
    form = _filled_in(page)
    allowed = urlsplit(joan.go("POST", "/connect/oauth2", **form, decision="allow").headers["location"])
    answer = parse_qs(allowed.query)
    assert (answer["state"], answer["realmId"]) == (["s1"], [books.realm])
    declined = joan.go("POST", "/connect/oauth2", **form, decision="decline").headers["location"]
    assert parse_qs(urlsplit(declined).query) == {"error": ["access_denied"], "state": ["s1"]}
    out = _filled_in(page.split('id="out"', 1)[1].split("</form>", 1)[0])
    assert joan.go("POST", "/logout", **out).headers["location"] == then
    assert b"Sign in" in joan.go("GET", then).body
