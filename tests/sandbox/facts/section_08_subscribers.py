"""Section 8.4: who is told of what."""

from datetime import timedelta

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
from tests.sandbox.facts.asking import customer
from tests.sandbox.facts.deliveries import named, silent, types
from tests.sandbox.facts.table import fact


@fact("8.4", "an app's own writes raise events", own_writes_notify=True)
def _(books: Books) -> None:
    made = customer(books, "Ada")
    assert named(sent(books)) == [made["Id"]]


@fact("8.4", "an app's own writes raise no events", own_writes_notify=False)
def _(books: Books) -> None:
    customer(books, "Ada")
    assert silent(books)
    books.control("POST", f"companies/{books.realm}/v3/customer", {"DisplayName": "By a person"})
    assert types(sent(books)) == ["qbo.customer.created.v1"]


@fact("8.4", "the time of an echo is the LastUpdatedTime of one's own reply, in whole seconds")
def _(books: Books) -> None:
    made = customer(books, "Ada")
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
    customer(books, "Bob")
    assert len(sent(books)) == 1


@fact("8.4", "an app without an address is told nothing")
def _(books: Books) -> None:
    books.control("POST", "apps", {"client_id": CLIENT_ID, "webhook_url": ""})
    customer(books, "Ada")
    assert silent(books)


@fact("8.4", "every app that follows a company is told, with a signature of its own")
def _(books: Books) -> None:
    second_app(books, webhook_url="http://localhost:3000/two", verifier_token="v")
    books.control("POST", f"companies/{books.realm}/grant", {"client_id": OTHER[0]})
    customer(books, "Ada")
    first, second = sent(books)
    assert {first.url, second.url} == {HOOK, "http://localhost:3000/two"}
    assert first.headers["intuit-signature"] != second.headers["intuit-signature"]


@fact("8.4", "an app is told of the entities it chose")
def _(books: Books) -> None:
    books.control("POST", "apps", {"client_id": CLIENT_ID, "webhook_entities": ["Invoice"]})
    customer(books, "Ada")
    books.invoice()
    assert types(sent(books)) == ["qbo.invoice.created.v1"]


@fact("8.4", "an app is told of the operations it chose")
def _(books: Books) -> None:
    books.control("POST", "apps", {"client_id": CLIENT_ID, "webhook_entities": ["Customer.Update"]})
    customer(books, "Ada")
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
    made = customer(books, "Ada")
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
    customer(books, "Ada")
    (event,) = told(sent(books)[0])
    assert event["time"] == "2026-11-02T16:00:00.000000000Z"


@fact("8.4", "a company whose clock is fast tells no later than others")
def _(books: Books) -> None:
    books.control("POST", f"companies/{books.realm}", {"clock_offset": 3600})
    customer(books, "Ada")
    (event,) = told(sent(books)[0])
    assert event["time"] == "2026-11-02T18:00:00.000000000Z"


@fact("8.4", "the log says which deliveries were answered how")
def _(books: Books) -> None:
    customer(books, "Ada")
    sent(books, 415)
    log = books.control("GET", "webhooks")
    assert [(entry["status"], entry["attempts"]) for entry in log["sent"]] == [(415, 1)]
    assert len(log["waiting"]) == 1


@fact("8.4", "what waits while the app is disconnected is not sent afterwards", webhook_delay=5)
def _(books: Books) -> None:
    customer(books, "Ada")
    books.control("POST", f"companies/{books.realm}/revoke")
    books.now += timedelta(seconds=5)
    assert sent(books) == []
    assert silent(books)
    granted(books)
    assert status_of(books) == 200


@fact("8.4", "a switch takes effect on what happens from then on")
def _(books: Books) -> None:
    switch(books, webhook_loss=1)
    customer(books, "Ada")
    switch(books, webhook_loss=0)
    made = customer(books, "Bob")
    assert named(sent(books)) == [made["Id"]]
