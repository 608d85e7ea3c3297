"""Signatures and both formats of notifications, with Intuit's own test vectors."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bookipi_app.quickbooks.webhooks import LEGACY, parse, sign, verify

DOT_NET = (
    "00faeec4-08d0-4996-bb37-698ae19f0149",
    (
        b'{"eventNotifications":[{"realmId":"1269959970","dataChangeEvent":{"entities":[{"name":"Vendor","id":"40",'
        b'"operation":"Update","lastUpdated":"2016-10-05T03:09:04.000Z"},{"name":"Customer","id":"43",'
        b'"operation":"Create","lastUpdated":"2016-10-05T03:07:04.000Z"}]}}]}'
    ),
    "6q+xGyMirJupwKTh2/WBl2NcdxzxqdIbk3sneKTxLWM=",
)
JAVA = (
    "b5771f19b12ddb4bcdb9f08bdc50bc63878a",
    (
        b'{"eventNotifications":[{"realmId":"1185883450","dataChangeEvent":{"entities":[{"name":"Customer","id":"1",'
        b'"operation":"Create","lastUpdated":"2015-10-05T14:42:19-0700"}]}}]}'
    ),
    "JC2GUwciPmRBwEO7WvrRmKqu9tGOKL8FFallocTFi8Q=",
)
CLOUD = {
    "specversion": "1.0",
    "id": "88cd52aa-33b6-4351-9aa4-47572edbd068",
    "source": "intuit.dsnBgbseACLLRZNxo2dfc4evmEJdxde58xeeYcZliOU=",
    "type": "qbo.invoice.created.v1",
    "time": "2025-09-10T21:31:25.179851517Z",
    "intuitentityid": "1234",
    "intuitaccountid": "310687",
    "data": {},
}


@pytest.mark.parametrize(("verifier", "body", "signature"), [DOT_NET, JAVA])
def test_lesson_31_intuit_s_own_vectors(verifier: str, body: bytes, signature: str) -> None:
    assert verify(signature, body, verifier)
    assert sign(body, verifier) == signature
    for wrong in ("", signature[:-2] + "A=", signature.lower(), "é", "\udc80", signature + signature):
        assert not verify(wrong, body, verifier)
    assert not verify(signature, body + b" ", verifier)
    assert not verify(signature, body, verifier + "x")


def test_lesson_25_the_legacy_format() -> None:
    events = parse(DOT_NET[1]).events
    assert [(one.entity, one.remote_id, one.operation, one.realm_id) for one in events] == [
        ("vendor", "40", "updated", "1269959970"),
        ("customer", "43", "created", "1269959970"),
    ]
    assert events == parse(DOT_NET[1]).events
    assert len({one.id for one in events}) == 2
    assert all(one.id.startswith(LEGACY) and len(one.id) <= 140 for one in events)
    assert parse(JAVA[1]).events[0].happened_at == datetime(2015, 10, 5, 21, 42, 19, tzinfo=UTC)


def test_what_changes_twice_is_two_events_in_the_legacy_format_and_what_is_sent_twice_is_one() -> None:
    body = JAVA[1]
    later = body.replace(b"14:42:19", b"14:42:20")
    once, again, another = (parse(one).events[0].id for one in (body, body, later))
    assert once == again != another


def test_lesson_25_cloud_events_of_several_companies() -> None:
    bare = {"id": "2", "type": "QBO.Customer.Merged.v1", "intuitentityid": "9", "intuitaccountid": "77"}
    delivery = parse(json.dumps([CLOUD, {**bare, "data": {"deletedid": "27"}}]).encode())
    created, merged = delivery.events
    assert (created.id, created.entity, created.operation, created.realm_id) == (
        CLOUD["id"], "invoice", "created", "310687",
    )  # fmt: skip
    assert created.happened_at == datetime(2025, 9, 10, 21, 31, 25, 179851, tzinfo=UTC)
    assert (merged.entity, merged.operation, merged.deleted_id, merged.happened_at) == (
        "customer",
        "merged",
        "27",
        None,
    )
    assert not delivery.oddities


@pytest.mark.parametrize("name", ["void", "voided", "Voided"])
def test_both_names_of_a_void(name: str) -> None:
    assert (
        parse(json.dumps([{**CLOUD, "type": f"qbo.invoice.{name}.v1"}]).encode()).events[0].operation
        == "voided"
    )


def test_an_unknown_operation_still_says_look() -> None:
    assert (
        parse(json.dumps([{**CLOUD, "type": "qbo.invoice.reopened.v2"}]).encode()).events[0].operation
        == "updated"
    )


@pytest.mark.parametrize(
    "odd",
    [
        {**CLOUD, "type": "payroll.run.finished.v1"}, {**CLOUD, "intuitaccountid": "12; DROP"},
        {**CLOUD, "intuitaccountid": None}, {**CLOUD, "intuitentityid": ""}, {**CLOUD, "intuitentityid": "9" * 41},
        {**CLOUD, "type": 7}, "text", None, 5, [], {**CLOUD, "intuitaccountid": "١٢"},
    ],
)  # fmt: skip
def test_lesson_24_what_is_not_understood_is_set_aside_and_the_others_go_on(odd: object) -> None:
    delivery = parse(json.dumps([odd, CLOUD]).encode())
    assert [one.remote_id for one in delivery.events] == ["1234"]
    assert len(delivery.oddities) == 1


def test_bad_input_48_refused_odd_ids_are_kept_apart_and_short() -> None:
    long = [{**CLOUD, "id": letter * 5000} for letter in "ab"]
    missing = [{**CLOUD, "id": "", "intuitentityid": number} for number in "12"]
    ids = {one.id for one in parse(json.dumps(long + missing).encode()).events}
    assert len(ids) == 4
    assert all(len(one) <= 140 for one in ids)


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"{}", b"null", b"[" * 100_000, b'{"eventNotifications":5}', b'{"a":NaN}', b'"x"', b"12",
     b'{"eventNotifications":[{"realmId":"1","dataChangeEvent":{"entities":[{"name":"\\ud800","id":"1"}]}}]}'],
)  # fmt: skip
def test_bad_input_46_accepted_no_body_makes_it_fail(body: bytes) -> None:
    assert parse(body).events == []
