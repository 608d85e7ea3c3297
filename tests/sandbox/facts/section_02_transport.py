"""Section 2.1: addresses, headers, formats, envelopes."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree

from tests.sandbox.access_client import TOKENS, granted
from tests.sandbox.client import BORN, Books, line
from tests.sandbox.facts.table import fact

XML = {"accept": "*/*"}
SPACE = "{http://schema.intuit.com/finance/v3}"


def url(books: Books, path: str) -> str:
    return f"/v3/company/{books.realm}/{path}"


def xml(books: Books, method: str, path: str, body: bytes = b"") -> ElementTree.Element:
    answer = books.raw(method, url(books, path), body, accept="*/*")
    assert answer.headers["content-type"] == "application/xml;charset=UTF-8"
    return ElementTree.fromstring(answer.body)


def found(root: ElementTree.Element, path: str) -> ElementTree.Element:
    element = root.find("/".join(SPACE + part for part in path.split("/")))
    assert element is not None
    return element


@fact("2.1", "every success is 200, creations too, in an envelope with the entity's name and a time")
def _(books: Books) -> None:
    answer = books.ok("POST", "customer", {"DisplayName": "Ada"})
    assert set(answer) == {"Customer", "time"}
    assert answer["time"] == "2026-11-02T09:00:00.000-08:00"


@fact("2.1", "the name of the entity in the path is taken in any case")
def _(books: Books) -> None:
    assert books.ok("GET", "item/1") == books.ok("GET", "Item/1") == books.ok("GET", "ITEM/1")


@fact("2.1", "company information is read with the realm or its own id in the path")
def _(books: Books) -> None:
    assert books.ok("GET", f"companyinfo/{books.realm}") == books.ok("GET", "companyinfo/1")


@fact("2.1", "every minor version, and none, is answered as 75")
def _(books: Books) -> None:
    answers = [books.ok("GET", "item/1", minorversion=version) for version in ("75", "1", "74", "x")]
    assert all(answer == books.ok("GET", "item/1") for answer in answers)


@fact("2.1", "the scheme of the authorization header is taken in any case")
def _(books: Books) -> None:
    for scheme in ("Bearer", "bearer", "BEARER"):
        assert books.raw("GET", url(books, "item/1"), authorization=f"{scheme} {books.token}").status == 200


@fact("2.1", "JSON is answered where the header accepts it")
def _(books: Books) -> None:
    answer = books.raw("GET", url(books, "item/1"), accept="application/json")
    assert answer.headers["content-type"] == "application/json;charset=UTF-8"


@fact("2.1", "JSON is answered where the query says format=json")
def _(books: Books) -> None:
    answer = books.raw("GET", url(books, "item/1?format=json"), accept="*/*")
    assert answer.headers["content-type"] == "application/json;charset=UTF-8"


@fact("2.1", "JSON is answered where nobody asks for XML", default_format="json")
def _(books: Books) -> None:
    assert books.raw("GET", url(books, "item/1"), accept="*/*").body.startswith(b"{")
    assert books.raw("GET", url(books, "item/1"), accept="application/xml").body.startswith(b"<")


@fact("2.1", "XML is answered where nobody asks for JSON", default_format="xml")
def _(books: Books) -> None:
    root = xml(books, "GET", "customer/3")
    assert root.tag == SPACE + "IntuitResponse"
    assert root.get("time") == "2026-11-02T09:00:00.000-08:00"
    assert found(root, "Customer/Id").text == "3"


@fact("2.1", "in XML domain and sparse are attributes, and a reference is a text with a name")
def _(books: Books) -> None:
    made = books.invoice()
    invoice = found(xml(books, "GET", f"invoice/{made['Id']}"), "Invoice")
    assert invoice.attrib == {"domain": "QBO", "sparse": "false"}
    reference = found(invoice, "CustomerRef")
    assert (reference.text, reference.get("name")) == ("3", made["CustomerRef"]["name"])


@fact("2.1", "a fault in XML has its type and code as attributes")
def _(books: Books) -> None:
    fault = found(xml(books, "GET", "customer/999999"), "Fault")
    assert fault.get("type") == "ValidationFault"
    assert found(fault, "Error").attrib == {"code": "610", "element": ""}
    assert found(fault, "Error/Message").text == "Object Not Found"


@fact("2.1", "rows of a query in XML stand below attributes that count them")
def _(books: Books) -> None:
    response = found(
        xml(books, "GET", "query?query=select%20*%20from%20Item%20maxresults%202"), "QueryResponse"
    )
    assert (response.get("startPosition"), response.get("maxResults")) == ("1", "2")
    assert len(response.findall(SPACE + "Item")) == 2


@fact("2.1", "an item of a batch in XML carries its bId as an attribute")
def _(books: Books) -> None:
    body = (
        b'{"BatchItemRequest":[{"bId":"7","Query":"select * from Item maxresults 1"},{"bId":"8","Item":{}}]}'
    )
    first, second = xml(books, "POST", "batch", body).findall(SPACE + "BatchItemResponse")
    assert (first.get("bId"), found(first, "QueryResponse").get("maxResults")) == ("7", "1")
    assert (second.get("bId"), found(second, "Fault").get("type")) == ("8", "ValidationFault")


@fact("2.1", "XML stays well-formed whatever texts hold")
def _(books: Books) -> None:
    name = "<A> & \"B\" 'C' ]]> \u2028"
    made = books.post("Customer", {"DisplayName": name})
    assert found(xml(books, "GET", f"customer/{made['Id']}"), "Customer/DisplayName").text == name


@fact("2.1", "every answer carries an intuit_tid of its own")
def _(books: Books) -> None:
    paths = [url(books, "item/1"), url(books, "item/1"), url(books, "item/999"), url(books, "nothing/here/x")]
    answers = [books.raw("GET", path) for path in (*paths, "/v3/company/1/item/1", TOKENS)]
    answers.append(books.raw("GET", paths[0], authorization="Bearer x"))
    traces = {answer.headers["intuit_tid"] for answer in answers}
    assert len(traces) == len(answers)
    assert all(re.fullmatch(r"1-[0-9a-f]{8}-[0-9a-f]{24}", trace) for trace in traces)


@fact("2.1", "answers of the accounting service name its version and may not be cached")
def _(books: Books) -> None:
    for path in ("item/1", "item/999"):
        headers = books.raw("GET", url(books, path)).headers
        assert headers["qbo-version"]
        assert headers["cache-control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


@fact("2.1", "every answer carries a Date")
def _(books: Books) -> None:
    headers = books.raw("GET", url(books, "item/1")).headers
    assert parsedate_to_datetime(headers["date"]) == books.now


@fact("2.1", "PUT, PATCH and DELETE are no operations")
def _(books: Books) -> None:
    for method in ("PUT", "PATCH", "DELETE"):
        assert books.refused(method, "customer/3", {"DisplayName": "x"}) == "500"
        assert books.refused(method, "customer", {"DisplayName": "x"}) == "500"


@fact("2.1", "operation=update is taken on an update, and optional")
def _(books: Books) -> None:
    held = books.read("Customer", "3")
    change = {"Id": "3", "sparse": True, "Notes": "n"}
    assert books.post("Customer", {**change, "SyncToken": held["SyncToken"]}, operation="update")
    assert books.post("Customer", {**change, "SyncToken": str(int(held["SyncToken"]) + 1)})


@fact("2.1", "every entity carries domain, sparse, Id, SyncToken and MetaData")
def _(books: Books) -> None:
    made = books.post("Customer", {"DisplayName": "Ada"})
    assert (made["domain"], made["sparse"], made["SyncToken"]) == ("QBO", False, "0")
    assert isinstance(made["Id"], str)
    assert {"CreateTime", "LastUpdatedTime"} <= set(made["MetaData"])


@fact("2.1", "MetaData has whole seconds, the envelope milliseconds")
def _(books: Books) -> None:
    books.later(milliseconds=123.456)
    answer = books.ok("POST", "customer", {"DisplayName": "Ada"})
    assert answer["time"] == "2026-11-02T09:00:00.123-08:00"
    assert answer["Customer"]["MetaData"]["CreateTime"] == "2026-11-02T09:00:00-08:00"


@fact("2.1", "times carry the Pacific offset of the moment: eight hours in winter, seven in summer")
def _(books: Books) -> None:
    winter = books.read("Customer", books.post("Customer", {"DisplayName": "Winter"})["Id"])
    books.later(days=240)
    granted(books)
    summer = books.post("Customer", {"DisplayName": "Summer"})
    assert winter["MetaData"]["CreateTime"].endswith("-08:00")
    assert summer["MetaData"]["CreateTime"].endswith("-07:00")


@fact("2.1", "the offset changes in the hour in which Pacific time does")
def _(books: Books) -> None:
    for moment, offset in (
        (datetime(2027, 3, 14, 9, 59, 59, tzinfo=UTC), "-08:00"),
        (datetime(2027, 3, 14, 10, 0, tzinfo=UTC), "-07:00"),
        (datetime(2027, 11, 7, 8, 59, 59, tzinfo=UTC), "-07:00"),
        (datetime(2027, 11, 7, 9, 0, tzinfo=UTC), "-08:00"),
    ):
        books.now = moment
        granted(books)
        assert books.ok("GET", "item/1")["time"].endswith(offset), moment


@fact("2.1", "money is a JSON number with two decimals at most, and zero is 0")
def _(books: Books) -> None:
    made = books.invoice(line(100), line("0.10"), line(0))
    text = books.raw("GET", url(books, f"invoice/{made['Id']}")).body.decode()
    assert re.findall(r'"Amount":([^,}]+)', text) == ["100", "0.1", "0", "100.1"]
    assert '"TotalTax":0' in text


@fact("2.1", "what has no value is left out, never null")
def _(books: Books) -> None:
    made = books.post("Customer", {"DisplayName": "Ada", "CompanyName": None, "Notes": ""})
    assert not {"CompanyName", "Notes"} & set(made)
    assert None not in made.values()


@fact("2.1", "a body that is no UTF-8 is code 500")
def _(books: Books) -> None:
    for path in ("customer", "batch", "query"):
        assert books.refused("POST", path, b'{"DisplayName":"\xff\xfe"}') == "500"


@fact("2.1", "a write is JSON: another content type is code 1050")
def _(books: Books) -> None:
    body = b'{"DisplayName":"Ada"}'
    for kind in (
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "?",
    ):
        answer = books.raw("POST", url(books, "customer"), body, content_type=kind)
        assert (answer.status, b'"code":"1050"' in answer.body) == (400, True), kind


@fact("2.1", "JSON is taken with a charset and without a content type")
def _(books: Books) -> None:
    target = url(books, "customer")
    named = books.raw("POST", target, b'{"DisplayName":"A"}', content_type="application/json; charset=utf-8")
    assert (named.status, books.raw("POST", target, b'{"DisplayName":"B"}').status) == (200, 200)


@fact("2.1", "a query is posted as application/text or text/plain")
def _(books: Books) -> None:
    for kind in ("application/text", "text/plain"):
        answer = books.raw("POST", url(books, "query"), b"select count(*) from Item", content_type=kind)
        assert (answer.status, b"totalCount" in answer.body) == (200, True)


@fact("2.1", "a body of five megabytes is answered like any other")
def _(books: Books) -> None:
    assert books.refused("POST", "customer", {"DisplayName": "x" * 5_000_000}) == "2050"


@fact("2.1", "a path below /v3 that nobody knows is a fault, not a page")
def _(books: Books) -> None:
    for target in ("/v3", "/v3/", "/v3/nothing", "/v3/companies/1/item/1"):
        answer = books.raw("GET", target)
        assert (answer.status, b'"code":"10000"' in answer.body) == (500, True), target


def clock_of(answer: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(answer["time"])


@fact("14.3", "9: the whole sandbox's clock can be moved")
def _(books: Books) -> None:
    books.control("POST", "clock", {"offset_seconds": 600})
    assert (clock_of(books.ok("GET", "item/1")) - books.now).total_seconds() == 600


@fact("14.3", "9: one company's clock can be moved, and its MetaData shows it")
def _(books: Books) -> None:
    books.control("POST", f"companies/{books.realm}", {"clock_offset": -90})
    made = books.ok("POST", "customer", {"DisplayName": "Ada"})
    assert (clock_of(made) - books.now).total_seconds() == -90
    assert made["Customer"]["MetaData"]["CreateTime"] == "2026-11-02T08:58:30-08:00"


@fact("14.3", "9: a company's clock does not touch the life of tokens")
def _(books: Books) -> None:
    books.control("POST", f"companies/{books.realm}", {"clock_offset": 100_000})
    assert books.ok("GET", "item/1")
    assert books.now > BORN
