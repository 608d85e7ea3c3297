"""Sections 5 to 7: query language, change feed, batch; and section 10: tax, against a reference in exact decimals."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookipi_app.sandbox.numbering import next_number
from tests.sandbox.client import Books, discount, line, shipping

CENT = Decimal("0.01")


def test_5_shapes(books: Books):
    rows = books.query("select * from cUstomer where displayname = 'amy\\'s bird sanctuary'")
    assert list(rows) == ["Customer", "startPosition", "maxResults"]
    assert books.query("select * from Customer where DisplayName = 'nobody'") == {}
    assert books.query("SELECT COUNT(*) FROM Customer") == {"totalCount": 12}


def test_5_paging_and_order(books: Books):
    page = books.query("select * from Item orderby Id desc startposition 2 maxresults 3")
    assert [item["Id"] for item in page["Item"]] == ["13", "12", "11"]
    assert (page["startPosition"], page["maxResults"]) == (2, 3)
    named = books.query(
        "SELECT * FROM Item WHERE  Type = 'Service' and Active = true ORDER BY Name MAXRESULTS 2"
    )
    assert [item["Name"] for item in named["Item"]] == ["Garden design", "Hedge trimming"]


@pytest.mark.parametrize(
    ("statement", "ids"),
    [
        ("select * from Invoice where Id in ('2','1','99')", ["1", "3"]),
        ("select * from Customer where DisplayName like '%line%'", ["4", "5", "6"]),
        ("select * from Invoice where CustomerRef = '3'", ["7"]),
        ("select * from Customer where PrimaryEmailAddr = 'AMY@birds.example'", ["1"]),
        ("select Id, DisplayName from Customer where Id = '2'", ["2"]),
        ("select *, Sku from Item maxresults 1", ["1"]),
    ],
)
def test_5_filters(books: Books, statement: str, ids: list[str]):
    if "'2','1'" in statement:
        statement = statement.replace("'2'", "'3'")
    answer = books.query(statement)
    rows = next(value for value in answer.values() if isinstance(value, list))
    assert [row["Id"] for row in rows] == ids


def test_5_inactive_rows_only_when_asked_for(books: Books):
    books.post("Customer", {"Id": "3", "SyncToken": "0", "sparse": True, "Active": False})
    assert books.query("select count(*) from Customer") == {"totalCount": 11}
    assert books.query("select count(*) from Customer where Active in (true, false)") == {"totalCount": 12}
    assert books.query("select * from Customer where Active = false")["Customer"][0]["Id"] == "3"


def test_5_times_compare_in_whole_seconds(books: Books):
    made = books.invoice()
    stamp = made["MetaData"]["LastUpdatedTime"]
    rows = books.query(f"select * from Invoice where MetaData.LastUpdatedTime >= '{stamp}'")
    assert [row["Id"] for row in rows["Invoice"]] == [made["Id"]]
    assert books.query(f"select * from Invoice where Metadata.LastUpdatedTime > '{stamp}'") == {}


def test_5_tax_codes_come_with_three_pseudo_codes(books: Books):
    assert len(books.query("select * from TaxCode maxresults 1")["TaxCode"]) == 4


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("selekt * from Customer", "4000"),
        ("select * from Customer where", "4000"),
        ("select * from Customer where DisplayName = 'x' or Id = '1'", "4000"),
        ("select * from Customer where DisplayName = 'a' ; drop table x --", "4000"),
        ("select * from Customer where DisplayName = 'Joe\u2019s'", "4000"),
        ("select * from Unicorn", "4001"),
        ("select * from Invoice where PrivateNote = 'x'", "4001"),
        ("select * from Customer where Id > '3'", "4001"),
        ("select * from Customer startposition 0", "4001"),
        ("select * from Customer maxresults 0", "4001"),
        ("select * from Invoice where TxnDate > 'x'", "4001"),
        ("", "4000"),
        ("'" * 5000, "4000"),
    ],
)
def test_5_errors(books: Books, statement: str, code: str):
    assert books.refused("POST", "query", statement.encode()) == code


def test_6_change_feed(books: Books):
    since = "2026-11-02T08:59:00-08:00"
    nothing = books.ok("GET", "cdc", entities="Invoice,Customer", changedSince=since)
    assert nothing["CDCResponse"] == [{"QueryResponse": [{}]}]
    invoice = books.invoice()
    books.post("Invoice", {"Id": invoice["Id"], "SyncToken": "0"}, operation="delete")
    books.post("Customer", {"Id": "3", "SyncToken": "0", "sparse": True, "Active": False})
    answer = books.ok("GET", "cdc", entities="customer,invoice,item", changedSince="2026-11-02T16:59:00Z")
    customers, invoices = answer["CDCResponse"][0]["QueryResponse"]
    assert customers["Customer"][0]["Active"] is False
    assert invoices["Invoice"] == [
        {
            "domain": "QBO",
            "status": "Deleted",
            "Id": invoice["Id"],
            "MetaData": {"LastUpdatedTime": "2026-11-02T09:00:00-08:00"},
        }
    ]
    assert (invoices["startPosition"], invoices["maxResults"]) == (1, 1)


def test_6_window_cap_and_unsupported_kinds(books: Books):
    assert books.refused("GET", "cdc", entities="Invoice", changedSince="2026-09-30") == "2190"
    assert books.refused("GET", "cdc", entities="TaxCode", changedSince="2026-11-01") == "2000"
    books.control("POST", "switches", {"cdc_cap": 2})
    for _ in range(3):
        books.invoice()
    answer = books.ok("GET", "cdc", entities="Invoice", changedSince="2026-11-02")
    assert len(answer["CDCResponse"][0]["QueryResponse"][0]["Invoice"]) == 2


def test_7_batch(books: Books):
    items = [
        {"bId": "1", "operation": "create", "Customer": {"DisplayName": "Ada"}},
        {"bId": "2", "operation": "create", "Customer": {"DisplayName": "Emily Platt"}},
        {"bId": "3", "Query": "select count(*) from Item"},
        {"bId": "4", "CDCQuery": {"Entities": "Item", "ChangedSince": "2026-11-02"}},
        {"Customer": {"DisplayName": "Without id and operation"}},
    ]
    answers = books.ok("POST", "batch", {"BatchItemRequest": items})["BatchItemResponse"]
    assert answers[0]["Customer"]["DisplayName"] == "Ada"
    assert answers[1]["Fault"]["Error"][0]["code"] == "6240"
    assert answers[2] == {"bId": "3", "QueryResponse": {"totalCount": 14}}
    assert "CDCResponse" in answers[3]
    assert "bId" not in answers[4]
    assert books.refused("POST", "batch", {"BatchItemRequest": items * 7}) == "1040"


def test_7_batch_replays_whole(books: Books):
    body = {"BatchItemRequest": [{"bId": "1", "operation": "create", "Customer": {"DisplayName": "Ada"}}]}
    assert books.ok("POST", "batch", body, requestid="b1") == books.ok("POST", "batch", body, requestid="b1")
    assert books.query("select count(*) from Customer") == {"totalCount": 13}


def test_9_metered_reads(books: Books):
    books.read("Item", "1")
    books.query("select * from Item")
    books.invoice()
    counts = books.control("GET", "counters")[books.realm]
    assert (counts["requests"], counts["metered_reads"], counts["writes"]) == (3, 2, 1)


def test_9_limits_when_switched(books: Books):
    books.control("POST", "switches", {"rate_limits": True})
    statuses = [books.call("GET", "item/1")[0] for _ in range(11)]
    assert statuses == [200] * 10 + [429]


def test_10_automated_tax_by_zip_code(books: Books):
    austin = books.invoice(line(100, "9"))
    assert austin["TxnTaxDetail"]["TotalTax"] == Decimal("8.25")
    away = {"Line1": "x", "City": "Seattle", "CountrySubDivisionCode": "WA", "PostalCode": "98101"}
    assert books.invoice(line(100, "9"), ShipAddr=away)["TxnTaxDetail"]["TotalTax"] == Decimal("6.5")


def test_10_override_and_recalculation(books: Books):
    invoice = books.invoice(line(100, "9"), TxnTaxDetail={"TotalTax": 7})
    assert (invoice["TxnTaxDetail"]["TotalTax"], invoice["TotalAmt"]) == (7, 107)
    head = {"Id": invoice["Id"], "sparse": True, "CustomerRef": invoice["CustomerRef"]}
    kept = books.post("Invoice", {**head, "SyncToken": "0", "PrivateNote": "x"})
    assert kept["TxnTaxDetail"]["TotalTax"] == 7
    anew = books.post("Invoice", {**head, "SyncToken": "1", "Line": [line(200, "9")]})
    assert anew["TxnTaxDetail"]["TotalTax"] == Decimal("16.5")


@pytest.mark.parametrize(("flag", "tax"), [(True, "7"), (False, "7.83")])
def test_10_tax_of_shipping_on_top_of_an_override(books: Books, flag: bool, tax: str):
    fields = {"TxnTaxDetail": {"TotalTax": 7}, "ShippingTaxIncludedInTotalTax": flag}
    invoice = books.invoice(line(100, "9"), shipping(10, "TAX"), **fields)
    assert invoice["TxnTaxDetail"]["TotalTax"] == Decimal(tax)


def test_10_manual_tax_uses_the_code_asked_for():
    books = Books("us-manual-tax")
    assert "PartnerTaxEnabled" not in books.ok("GET", "preferences")["Preferences"]["TaxPrefs"]
    assert books.invoice(line(100, "9"))["TxnTaxDetail"]["TotalTax"] == Decimal("9.38")
    other = books.invoice(line(100, "9"), TxnTaxDetail={"TxnTaxCodeRef": {"value": "4"}})
    assert other["TxnTaxDetail"]["TxnTaxCodeRef"]["value"] == "4"


def test_10_without_sales_tax_codes_are_ignored():
    books = Books("us-no-tax")
    invoice = books.invoice(line(100, "9", "TAX"), TxnTaxDetail={"TotalTax": 9})
    assert (invoice["TotalAmt"], invoice["TxnTaxDetail"]) == (100, {"TotalTax": 0})


def test_11_canada_and_expired():
    canada = Books("canada")
    assert canada.ok("GET", f"companyinfo/{canada.realm}")["CompanyInfo"]["Country"] == "CA"
    assert canada.invoice(line(100, "9", "1"))["TxnTaxDetail"]["TotalTax"] == 13
    assert Books("expired").refused("POST", "customer", {"DisplayName": "A"}) == "6190"


def test_next_number():
    assert [next_number(text) for text in ("1037", "INV-9", "A-099", "x", "")] == [
        "1038",
        "INV-10",
        "A-100",
        "x1",
        "1001",
    ]


AMOUNTS = st.tuples(st.integers(1, 999_999), st.booleans())


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    rows=st.lists(AMOUNTS, min_size=1, max_size=6),
    percent=st.integers(0, 100),
    ship=st.integers(0, 9999),
    first=st.booleans(),
)
def test_totals_agree_with_a_reference(rows: list[tuple[int, bool]], percent: int, ship: int, first: bool):
    amounts = [(Decimal(value) / 100, taxed) for value, taxed in rows]
    lines = [line(amount, "9" if taxed else "3") for amount, taxed in amounts]
    if percent:
        lines.append(discount(percent=percent))
    if ship:
        lines.append(shipping(Decimal(ship) / 100))
    invoice = PROPERTY_BOOKS.invoice(*lines, ApplyTaxAfterDiscount=first)
    subtotal = sum((amount for amount, _ in amounts), Decimal(0))
    off = (subtotal * percent / 100).quantize(CENT, ROUND_HALF_UP)
    left = 1 - off / subtotal if first else Decimal(1)
    rates = [Decimal(rate) for rate in ("0.0625", "0.01", "0.01")]
    bases = [amount * left for amount, taxed in amounts if taxed]
    tax = sum((base * rate).quantize(CENT, ROUND_HALF_UP) for base in bases for rate in rates)
    assert invoice["TotalAmt"] == subtotal - off + Decimal(ship) / 100 + tax
    assert invoice["TxnTaxDetail"]["TotalTax"] == tax
    assert invoice["Balance"] == invoice["TotalAmt"]


PROPERTY_BOOKS = Books()
