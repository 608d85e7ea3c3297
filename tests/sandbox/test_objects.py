"""Sections 2 to 4: envelopes, idempotency, faults, creating, changing and ending objects."""

from tests.sandbox.client import Books


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
