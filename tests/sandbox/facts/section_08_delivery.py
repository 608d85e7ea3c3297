"""Section 8.4: who is told, when, how often, and what can go wrong on the way."""

from datetime import timedelta
from typing import Any

from bookipi_app.sandbox.core import Delivery
from tests.sandbox.access_client import (
    OTHER,
    granted,
    second_app,
    second_company,
    sent,
    status_of,
    switch,
    told,
)
from tests.sandbox.client import CLIENT_ID, HOOK, Books
from tests.sandbox.facts.table import fact

SCHEDULE = (10, 20, 30, 300, 1200, 7200, 14400, 21600)
SIX_HOURS = 21600


def add(books: Books, name: str) -> dict[str, Any]:
    return books.post("Customer", {"DisplayName": name})


def types(deliveries: list[Delivery]) -> list[str]:
    return [entry["type"] for delivery in deliveries for entry in told(delivery)]


def ids(deliveries: list[Delivery]) -> list[str]:
    return [entry["id"] for delivery in deliveries for entry in told(delivery)]


def named(deliveries: list[Delivery]) -> list[str]:
    return [entry["intuitentityid"] for delivery in deliveries for entry in told(delivery)]


def wait(books: Books) -> float:
    """How long nothing is sent."""
    seconds = books.sandbox.seconds_to_next_webhook(books.now)
    assert seconds is not None
    return seconds


def silent(books: Books) -> bool:
    return books.sandbox.seconds_to_next_webhook(books.now) is None


def tries(books: Books, most: int) -> int:
    """How often a delivery comes that is never acknowledged."""
    count = 0
    while count < most and not silent(books):
        books.later(seconds=wait(books))
        count += len(sent(books, 500))
    return count


@fact("8.4", "an answer of 200 ends a delivery")
def _(books: Books) -> None:
    add(books, "Ada")
    assert len(sent(books, 200)) == 1
    assert silent(books)


@fact("8.4", "while an answer is awaited nothing is sent twice")
def _(books: Books) -> None:
    add(books, "Ada")
    (delivery,) = books.sandbox.due_webhooks(books.now)
    books.later(hours=1)
    assert books.sandbox.due_webhooks(books.now) == []
    books.sandbox.delivered(delivery, 200, books.now)
    assert silent(books)


@fact("8.4", "a refused delivery comes again after 10, 20 and 30 seconds, 5 and 20 minutes, 2, 4 and 6 hours")
def _(books: Books) -> None:
    add(books, "Ada")
    for pause in SCHEDULE:
        assert len(sent(books, 503)) == 1
        assert wait(books) == pause
        books.later(seconds=pause)


@fact("8.4", "and then every 6 hours")
def _(books: Books) -> None:
    add(books, "Ada")
    for pause in SCHEDULE:
        sent(books, 503)
        books.later(seconds=pause)
    for _again in range(2):
        assert len(sent(books, 503)) == 1
        assert wait(books) == SIX_HOURS
        books.later(seconds=SIX_HOURS)


@fact("8.4", "a 4xx, a 3xx and no answer at all count as failed deliveries")
def _(books: Books) -> None:
    for status in (400, 401, 404, 415, 302, 0):
        add(books, f"C{status}")
        sent(books, status)
        assert wait(books) == 10, status
        books.later(seconds=10)
        assert len(sent(books)) == 1


@fact("8.4", "a repeated delivery is the same, byte for byte, under the same id")
def _(books: Books) -> None:
    add(books, "Ada")
    (first,) = sent(books, 500)
    body, headers = first.body, dict(first.headers)
    books.later(seconds=10)
    (again,) = sent(books)
    assert (again.body, again.headers) == (body, headers)


@fact("8.4", "the schedule can be compressed", webhook_retry_factor=0.01)
def _(books: Books) -> None:
    add(books, "Ada")
    sent(books, 500)
    assert wait(books) == 0.1


@fact("15", "17: events are dropped after the last retry", webhook_retries=10)
def _(books: Books) -> None:
    add(books, "Ada")
    assert tries(books, 100) == 11
    assert silent(books)


@fact("15", "17: retries go on for as long as wanted", webhook_retries=1000)
def _(books: Books) -> None:
    add(books, "Ada")
    assert tries(books, 100) == 100
    assert wait(books) == SIX_HOURS


@fact("8.4", "later events go out beside one that is not acknowledged", webhook_hold_back=False)
def _(books: Books) -> None:
    add(books, "Ada")
    sent(books, 500)
    later = add(books, "Bob")
    assert named(sent(books)) == [later["Id"]]


@fact("8.4", "later events are held back until the first is acknowledged", webhook_hold_back=True)
def _(books: Books) -> None:
    first = add(books, "Ada")
    sent(books, 500)
    later = add(books, "Bob")
    assert sent(books) == []
    assert wait(books) == 10
    books.later(seconds=10)
    assert named(sent(books)) == [first["Id"]]
    assert named(sent(books)) == [later["Id"]]


@fact("8.4", "holding back one app's events holds back no other's", webhook_hold_back=True)
def _(books: Books) -> None:
    second_app(books, webhook_url="http://localhost:3000/two", verifier_token="v")
    books.control("POST", f"companies/{books.realm}/grant", {"client_id": OTHER[0]})
    add(books, "Ada")
    sent(books, 500)
    add(books, "Bob")
    assert sent(books) == []
    books.later(seconds=10)
    assert {delivery.client_id for delivery in sent(books)} == {CLIENT_ID, OTHER[0]}


@fact("15", "15: events come after five seconds", webhook_delay=5)
def _(books: Books) -> None:
    add(books, "Ada")
    assert (sent(books), wait(books)) == ([], 5)
    books.later(seconds=5)
    assert len(sent(books)) == 1


@fact("15", "15: events come at once", webhook_delay=0)
def _(books: Books) -> None:
    add(books, "Ada")
    assert len(sent(books)) == 1


@fact("15", "15: events come after ten minutes", webhook_delay=600)
def _(books: Books) -> None:
    add(books, "Ada")
    books.later(seconds=599)
    assert sent(books) == []
    books.later(seconds=1)
    assert len(sent(books)) == 1


@fact("8.4", "what changes while events are gathered is sent together", webhook_delay=5)
def _(books: Books) -> None:
    first = add(books, "Ada")
    books.later(seconds=3)
    second = add(books, "Bob")
    books.later(seconds=2)
    assert named(sent(books)) == [first["Id"], second["Id"]]
    assert silent(books)


@fact("8.4", "rapid updates of one object become one event, of the last of them", webhook_delay=5)
def _(books: Books) -> None:
    for token in range(3):
        books.post("Customer", {"Id": "3", "SyncToken": str(token), "sparse": True, "Notes": str(token)})
        books.later(seconds=1)
    books.later(seconds=2)
    (delivery,) = sent(books)
    (event,) = told(delivery)
    assert event["time"] == "2026-11-02T17:00:02.000000000Z"


@fact("8.4", "a creation and an update of one object stay two events", webhook_delay=5)
def _(books: Books) -> None:
    made = add(books, "Ada")
    books.post("Customer", {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Notes": "x"})
    books.later(seconds=5)
    assert types(sent(books)) == ["qbo.customer.created.v1", "qbo.customer.updated.v1"]


@fact("8.4", "deliveries can come twice, with the same event ids", webhook_duplicates=1)
def _(books: Books) -> None:
    add(books, "Ada")
    first, second = sent(books)
    assert ids([first]) == ids([second])
    assert first.headers["intuit-t-id"] != second.headers["intuit-t-id"]


@fact("8.4", "events keep their order", webhook_reordering=0)
def _(books: Books) -> None:
    made = [add(books, f"C{number}")["Id"] for number in range(8)]
    assert named(sent(books)) == made


@fact("8.4", "events can change places", webhook_reordering=1)
def _(books: Books) -> None:
    made = [add(books, f"C{number}")["Id"] for number in range(8)]
    found = named(sent(books))
    assert found != made
    assert sorted(found) == sorted(made)


@fact("8.4", "events can be lost", webhook_loss=1)
def _(books: Books) -> None:
    add(books, "Ada")
    assert silent(books)


@fact("8.4", "some events can be lost", webhook_loss=0.5)
def _(books: Books) -> None:
    made = [add(books, f"C{number}")["Id"] for number in range(20)]
    found = named(sent(books))
    assert 0 < len(found) < 20
    assert set(found) < set(made)


@fact("8.4", "an app's own writes raise events", own_writes_notify=True)
def _(books: Books) -> None:
    made = add(books, "Ada")
    assert named(sent(books)) == [made["Id"]]


@fact("8.4", "an app's own writes raise no events", own_writes_notify=False)
def _(books: Books) -> None:
    add(books, "Ada")
    assert silent(books)
    books.control("POST", f"companies/{books.realm}/v3/customer", {"DisplayName": "By a person"})
    assert types(sent(books)) == ["qbo.customer.created.v1"]


@fact("8.4", "the time of an echo is the LastUpdatedTime of one's own reply, in whole seconds")
def _(books: Books) -> None:
    made = add(books, "Ada")
    (event,) = told(sent(books)[0])
    assert made["MetaData"]["LastUpdatedTime"] == "2026-11-02T09:00:00-08:00"
    assert event["time"].startswith("2026-11-02T17:00:00.")


@fact("8.4", "only realms with a living grant are told of")
def _(books: Books) -> None:
    other = second_company(books)
    books.control("POST", f"companies/{other}/v3/customer", {"DisplayName": "Ada"})
    books.control("POST", f"companies/{books.realm}/revoke")
    books.control("POST", f"companies/{books.realm}/v3/customer", {"DisplayName": "Ada"})
    assert silent(books)
    granted(books)
    add(books, "Bob")
    assert len(sent(books)) == 1


@fact("8.4", "an app without an address is told nothing")
def _(books: Books) -> None:
    books.control("POST", "apps", {"client_id": CLIENT_ID, "webhook_url": ""})
    add(books, "Ada")
    assert silent(books)


@fact("8.4", "every app that follows a company is told, with a signature of its own")
def _(books: Books) -> None:
    second_app(books, webhook_url="http://localhost:3000/two", verifier_token="v")
    books.control("POST", f"companies/{books.realm}/grant", {"client_id": OTHER[0]})
    add(books, "Ada")
    first, second = sent(books)
    assert {first.url, second.url} == {HOOK, "http://localhost:3000/two"}
    assert first.headers["intuit-signature"] != second.headers["intuit-signature"]


@fact("8.4", "an app is told of the entities it chose")
def _(books: Books) -> None:
    books.control("POST", "apps", {"client_id": CLIENT_ID, "webhook_entities": ["Invoice"]})
    add(books, "Ada")
    books.invoice()
    assert types(sent(books)) == ["qbo.invoice.created.v1"]


@fact("8.4", "an app is told of the operations it chose")
def _(books: Books) -> None:
    books.control("POST", "apps", {"client_id": CLIENT_ID, "webhook_entities": ["Customer.Update"]})
    add(books, "Ada")
    books.post("Customer", {"Id": "3", "SyncToken": "0", "sparse": True, "Notes": "x"})
    assert types(sent(books)) == ["qbo.customer.updated.v1"]


@fact("8.4", "payments raise Payment events and an update of the invoice")
def _(books: Books) -> None:
    made = books.invoice()
    sent(books)
    paid = books.pay(made, 10)
    assert sorted(types(sent(books))) == ["qbo.invoice.updated.v1", "qbo.payment.created.v1"]
    books.post(
        "Payment", {"Id": paid["Id"], "SyncToken": "0", "sparse": True}, operation="update", include="void"
    )
    assert "qbo.payment.voided.v1" in types(sent(books))


@fact("8.4", "items raise events")
def _(books: Books) -> None:
    held = books.read("Item", "3")
    books.post("Item", {**held, "Description": "changed"})
    assert types(sent(books)) == ["qbo.item.updated.v1"]


@fact("8.4", "inactivating a customer raises an update")
def _(books: Books) -> None:
    made = add(books, "Ada")
    sent(books)
    books.post("Customer", {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Active": False})
    assert types(sent(books)) == ["qbo.customer.updated.v1"]


@fact("8.4", "preferences raise an update")
def _(books: Books) -> None:
    books.prefer(SalesFormsPrefs={"CustomTxnNumbers": True})
    assert types(sent(books)) == ["qbo.preferences.updated.v1"]


@fact("8.4", "company information raises no event")
def _(books: Books) -> None:
    books.control("POST", f"companies/{books.realm}", {"country": "USA"})
    assert silent(books)


@fact("8.4", "reads and refused writes raise no event")
def _(books: Books) -> None:
    books.read("Item", "1")
    books.refused("POST", "customer", {"DisplayName": "Emily Platt"})
    assert silent(books)


@fact("8.4", "an event may be younger than the clock of a company that is slow")
def _(books: Books) -> None:
    books.control("POST", f"companies/{books.realm}", {"clock_offset": -3600})
    add(books, "Ada")
    (event,) = told(sent(books)[0])
    assert event["time"] == "2026-11-02T16:00:00.000000000Z"


@fact("8.4", "the log says which deliveries were answered how")
def _(books: Books) -> None:
    add(books, "Ada")
    sent(books, 415)
    log = books.control("GET", "webhooks")
    assert [(entry["status"], entry["attempts"]) for entry in log["sent"]] == [(415, 1)]
    assert len(log["waiting"]) == 1


@fact("8.4", "what waits while the app is disconnected is not sent afterwards", webhook_delay=5)
def _(books: Books) -> None:
    add(books, "Ada")
    books.control("POST", f"companies/{books.realm}/revoke")
    books.now += timedelta(seconds=5)
    assert sent(books) == []
    assert silent(books)
    granted(books)
    assert status_of(books) == 200


@fact("8.4", "a switch takes effect on what happens from then on")
def _(books: Books) -> None:
    switch(books, webhook_loss=1)
    add(books, "Ada")
    switch(books, webhook_loss=0)
    made = add(books, "Bob")
    assert named(sent(books)) == [made["Id"]]
