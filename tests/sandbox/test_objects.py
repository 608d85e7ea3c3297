"""Sections 2 to 4: envelopes, idempotency, faults, creating, changing and ending objects."""

import pytest

from tests.sandbox.client import Books, line


def test_2_1_envelope_and_metadata(books: Books):
    answer = books.ok("POST", "customer", {"DisplayName": "Ada"})
    customer = answer["Customer"]
    assert answer["time"] == "2026-11-02T09:00:00.000-08:00"
    assert customer["MetaData"]["CreateTime"] == "2026-11-02T09:00:00-08:00"
    assert (customer["domain"], customer["sparse"], customer["SyncToken"]) == ("QBO", False, "0")
    assert customer["Active"] is True
    assert customer["PrintOnCheckName"] == "Ada"
    assert customer["Balance"] == 0


def test_2_1_summer_time_offset(books: Books):
    created = books.read("Invoice", "1")["MetaData"]["CreateTime"]
    assert created.endswith("-07:00")


def test_2_1_intuit_tid_is_on_every_answer(books: Books):
    for path in ("/v3/company/1/item/1", "/sandbox", "/.well-known/openid_configuration", "/nowhere"):
        assert books.raw("GET", path).headers["intuit_tid"].startswith("1-")


def test_2_1_without_json_asked_for_the_answer_is_xml(books: Books):
    response = books.raw("GET", f"/v3/company/{books.realm}/item/1", accept="*/*")
    assert response.headers["content-type"].startswith("application/xml")
    assert b"<IntuitResponse" in response.body
    assert b"<Name>Services</Name>" in response.body
    assert books.raw("GET", f"/v3/company/{books.realm}/item/1?format=json", accept="*/*").body[:1] == b"{"


def test_2_2_requestid_replays_the_first_answer(books: Books):
    first = books.ok("POST", "customer", {"DisplayName": "Ada"}, requestid="r1")
    books.later(minutes=5)
    again = books.ok("POST", "customer", {"DisplayName": "Someone else"}, requestid="r1")
    assert again == first
    assert books.query("select count(*) from Customer")["totalCount"] == 13
    assert books.control("GET", "counters")[books.realm]["writes"] == 1


def test_2_2_a_refused_write_is_not_replayed(books: Books):
    assert books.refused("POST", "customer", {"DisplayName": "Emily Platt"}, requestid="r1") == "6240"
    assert books.ok("POST", "customer", {"DisplayName": "Emily P."}, requestid="r1")


def test_2_2_requestid_is_50_characters_at_most(books: Books):
    assert books.refused("POST", "customer", {"DisplayName": "Ada"}, requestid="x" * 51) == "2130"


def test_2_3_unauthenticated_has_the_gateway_shape(books: Books):
    books.later(seconds=3601)
    status, body = books.call("GET", "item/1")
    assert status == 401
    error = body["fault"]["error"][0]
    assert error["message"] == "message=AuthenticationFailed; errorCode=003200; statusCode=401"
    assert error["code"] == "3200"
    assert error["detail"].startswith("Token expired")
    assert body["fault"]["type"] == "AUTHENTICATION"
    assert isinstance(body["time"], int)


def test_2_3_another_realm_is_403(books: Books):
    response = books.raw("GET", "/v3/company/1234567890123456/item/1")
    assert response.status == 403
    assert b"ApplicationAuthorizationFailed; errorCode=003100; statusCode=403" in response.body


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("customer", {"DisplayName": "A", "Nonsense": 1}, "2010"),
        ("customer", {"DisplayName": {"a": 1}}, "2010"),
        ("customer", {}, "6080"),
        ("customer", {"DisplayName": "A:B"}, "2040"),
        ("customer", {"DisplayName": "A" * 501}, "2050"),
        ("customer", {"DisplayName": "A", "PrimaryEmailAddr": {"Address": "nobody"}}, "2210"),
        ("customer", {"DisplayName": "A", "PreferredDeliveryMethod": "Pigeon"}, "2170"),
        ("customer", {"DisplayName": "amy's bird sanctuary"}, "6240"),
        ("customer", {"DisplayName": "Bob's Gravel"}, "6240"),
        ("customer", {"DisplayName": "A", "SalesTermRef": {"value": "99"}}, "2500"),
        ("item", {"Name": "X"}, "2020"),
        ("item", {"Type": "Service", "IncomeAccountRef": {"value": "14"}}, "2020"),
        ("item", {"Name": "X", "IncomeAccountRef": {"value": "3"}}, "6430"),
        ("item", {"Name": "services", "IncomeAccountRef": {"value": "14"}}, "6240"),
        ("vendor", {"DisplayName": "V"}, "500"),
    ],
)
def test_2_4_codes(books: Books, path: str, body: object, code: str):
    assert books.refused("POST", path, body) == code


def test_2_4_unknown_ids_are_400_and_610(books: Books):
    assert books.refused("GET", "invoice/99999") == "610"
    assert books.refused("GET", "invoice/abc") == "2030"


def test_2_4_unknown_path_is_a_system_fault(books: Books):
    status, body = books.call("GET", "unicorn/1")
    assert status == 500
    assert body["Fault"]["type"] == "SystemFault"
    assert body["Fault"]["Error"][0]["code"] == "10000"


def test_3_2_display_name_is_made_from_the_name_parts(books: Books):
    assert books.post("Customer", {"GivenName": "Ada", "FamilyName": "King"})["DisplayName"] == "Ada King"


def test_3_2_sub_customers_have_qualified_names(books: Books):
    child = books.post("Customer", {"DisplayName": "Garage", "ParentRef": {"value": "1"}, "Job": True})
    assert child["FullyQualifiedName"] == "Amy's Bird Sanctuary:Garage"
    assert child["Level"] == 1


def test_4_sparse_update_leaves_the_rest(books: Books):
    made = books.post(
        "Customer", {"DisplayName": "Ada", "Notes": "n", "BillAddr": {"Line1": "a", "City": "b"}}
    )
    head = {"Id": made["Id"], "SyncToken": "0", "sparse": True}
    changed = books.post("Customer", {**head, "BillAddr": {"City": "c"}})
    assert changed["Notes"] == "n"
    assert "Line1" not in changed["BillAddr"]
    assert changed["SyncToken"] == "1"
    cleared = books.post("Customer", {**head, "SyncToken": 1, "Notes": ""})
    assert "Notes" not in cleared


def test_4_full_update_clears_what_is_absent(books: Books):
    made = books.post("Customer", {"DisplayName": "Ada", "Notes": "n"})
    changed = books.post("Customer", {"Id": made["Id"], "SyncToken": "0", "DisplayName": "Ada"})
    assert "Notes" not in changed
    assert changed["Active"] is True


def test_4_sync_token_must_be_the_present_one(books: Books):
    made = books.post("Customer", {"DisplayName": "Ada"})
    body = {"Id": made["Id"], "sparse": True, "Notes": "x"}
    assert books.refused("POST", "customer", {**body, "SyncToken": "1"}) == "5010"
    assert books.refused("POST", "customer", body) == "2020"


def test_4_name_lists_are_not_deleted(books: Books):
    assert books.refused("POST", "customer", {"Id": "3", "SyncToken": "0"}, operation="delete") == "500"


def test_4_inactivation_renames_and_frees_the_name(books: Books):
    ada = books.post("Customer", {"DisplayName": "Ada", "CompanyName": "Ada Ltd"})
    off = books.post("Customer", {"Id": ada["Id"], "SyncToken": "0", "sparse": True, "Active": False})
    assert (off["DisplayName"], off["FullyQualifiedName"]) == ("Ada (deleted)", "Ada (deleted)")
    assert (off["CompanyName"], off["PrintOnCheckName"]) == ("Ada Ltd", "Ada")
    second = books.post("Customer", {"DisplayName": "Ada"})
    gone = books.post("Customer", {"Id": second["Id"], "SyncToken": "0", "sparse": True, "Active": False})
    assert gone["DisplayName"] == "Ada (deleted) 1"
    back = {"Id": ada["Id"], "SyncToken": "1", "sparse": True, "Active": True}
    assert books.post("Customer", back)["DisplayName"] == "Ada (deleted)"
    clean = books.post("Customer", {**back, "SyncToken": "2", "DisplayName": "Ada"})
    assert clean["DisplayName"] == "Ada"


def test_4_open_balance_and_inactive_references(books: Books):
    ada = books.post("Customer", {"DisplayName": "Ada"})
    off = {"Id": ada["Id"], "SyncToken": "0", "sparse": True, "Active": False}
    invoice = books.post("Invoice", {"CustomerRef": {"value": ada["Id"]}, "Line": [line(5)]})
    assert books.read("Customer", ada["Id"])["Balance"] == 5
    assert books.refused("POST", "customer", off) == "6220"
    books.post("Invoice", {"Id": invoice["Id"], "SyncToken": "0"}, operation="delete")
    books.post("Customer", off)
    assert (
        books.refused("POST", "invoice", {"CustomerRef": {"value": ada["Id"]}, "Line": [line(5)]}) == "2500"
    )


def test_14_2_seed_company(books: Books):
    assert 20 < books.query("select count(*) from Account")["totalCount"] < 100
    assert (
        books.query("select * from Account where Name = 'Travel'")["Account"][0]["AccountType"] == "Expense"
    )
    assert [books.read("Item", number)["Name"] for number in "12"] == ["Services", "Hours"]
    assert books.query("select count(*) from Payment")["totalCount"] == 5
    info = books.ok("GET", f"companyinfo/{books.realm}")["CompanyInfo"]
    assert (info["Country"], info["CompanyName"], info["Id"]) == ("US", "Cedar & Stone Landscaping LLC", "1")
    prefs = books.ok("GET", "preferences")["Preferences"]
    assert prefs["OtherPrefs"]["NameValue"][0]["Name"] == "SalesFormsPrefs.DefaultCustomerMessage"
    assert prefs["CurrencyPrefs"]["HomeCurrency"]["value"] == "USD"
