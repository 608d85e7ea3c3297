"""No value of any field makes the sandbox fail: what it does not take, it refuses as QuickBooks would."""

import json
import random
from typing import Any

import pytest

from bookipi_app.sandbox.schema import KINDS
from tests.sandbox.client import Books, line


def _nested(depth: int) -> Any:
    value: Any = 1
    for _level in range(depth):
        value = [value] if depth % 2 else {"value": value}
    return value


_ODD: tuple[Any, ...] = (
    *(
        None,
        "",
        " ",
        "x",
        "x" * 5000,
        "\u0000",
        "\ud800",
        "\u2028'\\\"%🌳",
        "NaN",
        "1e999",
        "2026-02-30",
        "٣",
    ),
    *(True, 0, -1, 10**40, 1e-300, 99999999999.995, [], {}, [None], ["a", 1, [{}]], {"value": None}),
    *({"value": "1"}, {"value": {"value": 1}}, {"Line1": ["a"]}, {"": ""}, [{"": ""}], [{"Amount": "x"}]),
    *(_nested(9), _nested(40), _nested(901), [{"EntityRef": {"type": "Customer", "value": []}}]),
    [{"DetailType": "GroupLineDetail", "GroupLineDetail": {"Line": [_nested(30)]}}],
)
_BODIES: dict[str, dict[str, Any]] = {
    "Invoice": {"CustomerRef": {"value": "3"}, "Line": [line(5)]},
    "Payment": {"CustomerRef": {"value": "3"}, "TotalAmt": 5},
    "Item": {"Name": "Raking", "IncomeAccountRef": {"value": "14"}},
    "Account": {"Name": "Till", "AccountType": "Bank"},
    "Term": {"Name": "Net 7", "DueDays": 7},
    "TaxAgency": {"DisplayName": "City"},
    "Attachable": {"Note": "n"},
    **{name: {"Name": "N"} for name in ("Class", "Department", "PaymentMethod")},
    **{name: {"DisplayName": "Ada"} for name in ("Customer", "Vendor", "Employee")},
    "CompanyInfo": {"Id": "1", "SyncToken": "0", "CompanyName": "Cedar"},
    **{name: {"Id": "1", "SyncToken": "0"} for name in ("TaxCode", "TaxRate", "Preferences")},
}


def _answered(books: Books, path: str, body: Any) -> dict[str, Any]:
    status, answer = books.call("POST", path, json.dumps(body).encode())
    assert status in (200, 400), (status, path, body, answer)
    assert (status == 400) == ("Fault" in answer)
    return answer


@pytest.mark.parametrize("name", KINDS)
def test_no_value_of_a_field_is_a_server_error(books: Books, name: str):
    for field in (*KINDS[name].fields, "Id", "SyncToken", "sparse", "Nonsense"):
        for value in _ODD:
            answer = _answered(books, name.lower(), {**_BODIES[name], field: value})
            made = answer.get(name, {}).get("Id")
            if made is not None:
                _rename(books, name, made)
    assert books.query(f"select * from {name} maxresults 1000") is not None


def _rename(books: Books, name: str, made: str) -> None:
    """Frees the name for the next try."""
    field, company = KINDS[name].name_field, books.sandbox.company(books.realm)
    record = company.records[name][made]
    if field and record.body.get(field) == _BODIES[name].get(field):
        company.update(
            record, {**record.body, field: f"{name} {made}", "FullyQualifiedName": made}, books.now
        )


def test_no_value_of_the_tax_service_is_a_server_error(books: Books):
    rate = {"TaxRateName": "R", "RateValue": 1, "TaxAgencyId": "1", "TaxApplicableOn": "Sales"}
    for value in _ODD:
        _answered(books, "taxservice/taxcode", {"TaxCode": value, "TaxRateDetails": [rate]})
        _answered(books, "taxservice/taxcode", {"TaxCode": "C", "TaxRateDetails": value})
        for field in (*rate, "TaxRateId"):
            _answered(
                books, "taxservice/taxcode", {"TaxCode": "C", "TaxRateDetails": [{**rate, field: value}]}
            )


def test_no_body_is_a_server_error(books: Books):
    bodies = (
        b"",
        b"null",
        b"[]",
        b"1",
        b'"x"',
        b"{",
        b'{"a":1,}',
        b"\xff\xfe",
        b"{'a':1}",
        b'{"DisplayName":1e999}',
    )
    for name in KINDS:
        for body in bodies:
            status, answer = books.call("POST", name.lower(), body)
            assert status == 400, (name, body, answer)


def test_no_upload_is_a_server_error(books: Books):
    chance = random.Random(5)
    whole = (
        b'--b\r\nContent-Disposition: form-data; name="file_metadata_01"\r\n\r\n{"Note":"n"}\r\n'
        b'--b\r\nContent-Disposition: form-data; name="file_content_01"; filename="a"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\nYWJj\r\n--b--\r\n"
    )
    target = f"/v3/company/{books.realm}/upload"
    for _try in range(300):
        cut = bytearray(whole)
        for _change in range(chance.randrange(8)):
            cut[chance.randrange(len(cut))] = chance.randrange(256)
        body = bytes(cut[: chance.randrange(len(cut) + 1)])
        response = books.raw("POST", target, body, content_type="multipart/form-data; boundary=b")
        assert response.status in (200, 400), body


def test_what_was_written_survives_a_dump_and_a_replayed_journal(books: Books):
    start = books.sandbox.dump()
    books.sandbox.journal()
    parent = books.post("Customer", {"DisplayName": "Top", "BillAddr": {"City": "Hutto"}})
    books.post("Customer", {"DisplayName": "Job", "ParentRef": {"value": parent["Id"]}, "Job": True})
    head = {"Id": parent["Id"], "SyncToken": "0", "sparse": True}
    books.post("Customer", {**head, "DisplayName": "Summit"})
    books.post("Attachable", {"Note": "n", "AttachableRef": [{"EntityRef": {"type": "Item", "value": "1"}}]})
    rate = {"TaxRateName": "R", "RateValue": 1, "TaxAgencyId": "1"}
    books.ok("POST", "taxservice/taxcode", {"TaxCode": "C", "TaxRateDetails": [rate]})
    books.post("Vendor", {"DisplayName": "Gravel & Co"})
    dumped, entries = books.sandbox.dump(), books.sandbox.journal()
    kinds = ("Customer", "Vendor", "Attachable", "TaxCode", "TaxRate", "CompanyInfo")
    shown = {kind: books.query(f"select * from {kind}") for kind in kinds}
    books.sandbox.load(dumped)
    assert {kind: books.query(f"select * from {kind}") for kind in kinds} == shown
    books.sandbox.load(start)
    for entry in entries:
        books.sandbox.replay(entry)
    assert {kind: books.query(f"select * from {kind}") for kind in kinds} == shown
    assert books.refused("POST", "customer", {"DisplayName": "gravel & co"}) == "6240"
    books.control("POST", "switches", {"company_country_style": "USA"})
    assert books.read("CompanyInfo", "1")["Country"] == "USA"
