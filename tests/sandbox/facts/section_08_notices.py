"""Sections 8.1 to 8.3: what a webhook says, in both formats, and how it is signed."""

import json
import re
from typing import Any

from bookipi_app.sandbox.webhooks import signature
from tests.sandbox.access_client import granted, second_company, sent, switch, told
from tests.sandbox.client import CLIENT_ID, VERIFIER, Books
from tests.sandbox.facts.table import fact
from tests.sandbox.golden import assert_golden

DOT_NET_BODY = (
    '{"eventNotifications":[{"realmId":"1269959970","dataChangeEvent":{"entities":['
    '{"name":"Vendor","id":"40","operation":"Update","lastUpdated":"2016-10-05T03:09:04.000Z"},'
    '{"name":"Customer","id":"43","operation":"Create","lastUpdated":"2016-10-05T03:07:04.000Z"}]}}]}'
)
JAVA_BODY = (
    '{"eventNotifications":[{"realmId":"1185883450","dataChangeEvent":{"entities":['
    '{"name":"Customer","id":"1","operation":"Create","lastUpdated":"2015-10-05T14:42:19-0700"}]}}]}'
)


def created_and_merged(books: Books) -> Any:
    """The body of a delivery that tells of a new customer and of a merge."""
    books.post("Customer", {"DisplayName": "Ada"})
    books.control("POST", f"companies/{books.realm}/merge", {"winner": "1", "loser": "3"})
    (delivery,) = sent(books)
    return json.loads(delivery.body)


def entities(books: Books) -> list[dict[str, Any]]:
    (delivery,) = sent(books)
    (notification,) = json.loads(delivery.body)["eventNotifications"]
    return notification["dataChangeEvent"]["entities"]


def event(books: Books) -> dict[str, Any]:
    (delivery,) = sent(books)
    (only,) = told(delivery)
    return only


def voided(books: Books) -> str:
    made = books.invoice()
    sent(books)
    books.post("Invoice", {"Id": made["Id"], "SyncToken": "0"}, operation="void")
    return event(books)["type"]


@fact("8.1", "the test vector of the .NET SDK")
def _(books: Books) -> None:
    made = signature("00faeec4-08d0-4996-bb37-698ae19f0149", DOT_NET_BODY.encode())
    assert made == "6q+xGyMirJupwKTh2/WBl2NcdxzxqdIbk3sneKTxLWM="


@fact("8.1", "the test vector of the Java SDK")
def _(books: Books) -> None:
    made = signature("b5771f19b12ddb4bcdb9f08bdc50bc63878a", JAVA_BODY.encode())
    assert made == "JC2GUwciPmRBwEO7WvrRmKqu9tGOKL8FFallocTFi8Q="


@fact("8.1", "the signature covers the raw body with the verifier token as key", webhook_format="cloudevents")
def _(books: Books) -> None:
    books.post("Customer", {"DisplayName": "Zoë"})
    (delivery,) = sent(books)
    assert delivery.headers["intuit-signature"] == signature(VERIFIER, delivery.body)


@fact("8.1", "the signature covers the raw body with the verifier token as key", webhook_format="legacy")
def _(books: Books) -> None:
    books.post("Customer", {"DisplayName": "Zoë"})
    (delivery,) = sent(books)
    assert delivery.headers["intuit-signature"] == signature(VERIFIER, delivery.body)


@fact("8.1", "a delivery has the documented headers")
def _(books: Books) -> None:
    books.post("Customer", {"DisplayName": "Ada"})
    (delivery,) = sent(books)
    headers = {**delivery.headers}
    assert headers.pop("intuit-signature")
    assert headers == {
        "content-type": "application/json; charset=utf-8",
        "intuit-created-time": "2026-11-02T17:00:00.000000000Z",
        "intuit-t-id": delivery.id,
        "intuit-notification-schema-version": "0.1",
        "user-agent": "intuit_notification_server/0.1",
    }


@fact("8.1", "a delivery may come as CloudEvents JSON", webhook_content_type="application/cloudevents+json")
def _(books: Books) -> None:
    books.post("Customer", {"DisplayName": "Ada"})
    (delivery,) = sent(books)
    assert delivery.headers["content-type"] == "application/cloudevents+json"


@fact("8.1", "a wrong signature can be ordered", webhook_wrong_signature=True)
def _(books: Books) -> None:
    books.post("Customer", {"DisplayName": "Ada"})
    (delivery,) = sent(books)
    assert delivery.headers["intuit-signature"] != signature(VERIFIER, delivery.body)
    assert len(delivery.headers["intuit-signature"]) == 44


@fact("8.2", "the legacy format has the golden shape", webhook_format="legacy")
def _(books: Books) -> None:
    assert_golden("webhook_legacy", created_and_merged(books))


@fact("8.2", "each realm has a notification of its own", webhook_format="legacy")
def _(books: Books) -> None:
    other = second_company(books)
    books.control("POST", f"companies/{other}/grant", {"client_id": CLIENT_ID})
    for realm in (books.realm, other):
        books.control("POST", f"companies/{realm}/v3/customer", {"DisplayName": "Ada"})
    (delivery,) = sent(books)
    assert [entry["realmId"] for entry in json.loads(delivery.body)["eventNotifications"]] == [
        books.realm,
        other,
    ]


@fact("8.2", "operations are Create, Update, Void, Delete and Emailed", webhook_format="legacy")
def _(books: Books) -> None:
    made = books.invoice(BillEmail={"Address": "a@b.example"})
    head = {"Id": made["Id"], "CustomerRef": made["CustomerRef"], "sparse": True}
    books.post("Invoice", {**head, "SyncToken": "0", "PrivateNote": "x"})
    books.ok("POST", f"invoice/{made['Id']}/send")
    books.post("Invoice", {**head, "SyncToken": "2"}, operation="void")
    books.post("Invoice", {**head, "SyncToken": "3"}, operation="delete")
    assert [entity["operation"] for entity in entities(books)] == [
        "Create",
        "Update",
        "Emailed",
        "Void",
        "Delete",
    ]


@fact("8.2", "lastUpdated is UTC with milliseconds", webhook_format="legacy")
def _(books: Books) -> None:
    books.later(milliseconds=123.456)
    books.post("Customer", {"DisplayName": "Ada"})
    assert entities(books)[0]["lastUpdated"] == "2026-11-02T17:00:00.123Z"


@fact("8.2", "deletedId stands in a merge only", webhook_format="legacy")
def _(books: Books) -> None:
    created_and_merged(books)
    books.post("Customer", {"DisplayName": "Bob"})
    (entity,) = entities(books)
    assert set(entity) == {"name", "id", "operation", "lastUpdated"}


@fact("8.3", "CloudEvents have the golden shape", webhook_format="cloudevents")
def _(books: Books) -> None:
    assert_golden("webhook_cloudevents", created_and_merged(books))


@fact("8.3", "type is qbo, the entity in lower case, the event, v1")
def _(books: Books) -> None:
    made = books.invoice(BillEmail={"Address": "a@b.example"})
    assert event(books)["type"] == "qbo.invoice.created.v1"
    head = {"Id": made["Id"], "CustomerRef": made["CustomerRef"], "sparse": True}
    books.post("Invoice", {**head, "SyncToken": "0", "PrivateNote": "x"})
    assert event(books)["type"] == "qbo.invoice.updated.v1"
    books.ok("POST", f"invoice/{made['Id']}/send")
    assert event(books)["type"] == "qbo.invoice.emailed.v1"
    books.post("Invoice", {**head, "SyncToken": "2"}, operation="delete")
    assert event(books)["type"] == "qbo.invoice.deleted.v1"


@fact("15", "5: void is told as voided", void_event="voided")
def _(books: Books) -> None:
    assert voided(books) == "qbo.invoice.voided.v1"


@fact("15", "5: void is told as void", void_event="void")
def _(books: Books) -> None:
    assert voided(books) == "qbo.invoice.void.v1"


@fact("8.3", "an event names entity and realm as texts")
def _(books: Books) -> None:
    made = books.invoice()
    found = event(books)
    assert (found["intuitentityid"], found["intuitaccountid"]) == (made["Id"], books.realm)


@fact("8.3", "an event's time is UTC with nine decimals, and the moment of the change")
def _(books: Books) -> None:
    books.later(microseconds=123_456)
    books.post("Customer", {"DisplayName": "Ada"})
    books.later(seconds=7)
    assert event(books)["time"] == "2026-11-02T17:00:00.123456000Z"


@fact("8.3", "data is empty")
def _(books: Books) -> None:
    books.invoice()
    assert event(books)["data"] == {}


@fact("8.3", "a merge names the survivor, and the loser in data.deletedid")
def _(books: Books) -> None:
    books.control("POST", f"companies/{books.realm}/merge", {"winner": "1", "loser": "3"})
    found = event(books)
    assert (found["type"], found["intuitentityid"]) == ("qbo.customer.merged.v1", "1")
    assert found["data"] == {"deletedid": "3"}


@fact("14.3", "6: after a merge the loser cannot be read, and its invoices are the survivor's")
def _(books: Books) -> None:
    made = books.invoice()
    books.control("POST", f"companies/{books.realm}/merge", {"winner": "1", "loser": "3"})
    assert books.refused("GET", "customer/3") == "610"
    assert books.read("Invoice", made["Id"])["CustomerRef"]["value"] == "1"


@fact("8.3", "an employee's event tells its other ids")
def _(books: Books) -> None:
    books.control("POST", f"companies/{books.realm}/v3/employee", {"DisplayName": "Eve", "GivenName": "Eve"})
    (other,) = event(books)["data"]["alternative_ids"]
    assert set(other) == {"id", "namespace"}


@fact("8.3", "an event's id is a GUID", webhook_event_id="guid")
def _(books: Books) -> None:
    books.invoice()
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", event(books)["id"])


@fact("8.3", "an event's id ends in its entity, as in the samples", webhook_event_id="with-entity")
def _(books: Books) -> None:
    made = books.invoice()
    found = event(books)["id"]
    assert found.endswith(f"-Invoice-{made['Id']}")
    assert len(found) <= 100


@fact("8.3", "one delivery tells of several realms")
def _(books: Books) -> None:
    other = second_company(books)
    books.control("POST", f"companies/{other}/grant", {"client_id": CLIENT_ID})
    for realm in (books.realm, other):
        books.control("POST", f"companies/{realm}/v3/customer", {"DisplayName": "Ada"})
    (delivery,) = sent(books)
    assert [entry["intuitaccountid"] for entry in told(delivery)] == [books.realm, other]


@fact("8.3", "one delivery tells of a hundred events at most, in less than a megabyte")
def _(books: Books) -> None:
    for start in range(0, 210, 30):
        items = [{"bId": str(n), "Customer": {"DisplayName": f"C{n}"}} for n in range(start, start + 30)]
        books.ok("POST", "batch", {"BatchItemRequest": items})
    deliveries = sent(books)
    assert [len(told(delivery)) for delivery in deliveries] == [100, 100, 10]
    assert max(len(delivery.body) for delivery in deliveries) < 1_000_000


@fact("8.3", "the format changes with the next delivery")
def _(books: Books) -> None:
    books.post("Customer", {"DisplayName": "Ada"})
    assert isinstance(json.loads(sent(books)[0].body), list)
    switch(books, webhook_format="legacy")
    granted(books)
    books.post("Customer", {"DisplayName": "Bob"})
    assert "eventNotifications" in json.loads(sent(books)[0].body)
