"""Section 8.4: when events are sent, how often, and what can go wrong on the way."""

from bookipi_app.sandbox.core import Delivery
from tests.sandbox.access_client import (
    OTHER,
    second_app,
    sent,
    told,
)
from tests.sandbox.client import CLIENT_ID, Books
from tests.sandbox.facts.asking import customer
from tests.sandbox.facts.deliveries import named, silent, types
from tests.sandbox.facts.table import fact

SCHEDULE = (10, 20, 30, 300, 1200, 7200, 14400, 21600)
SIX_HOURS = 21600


def ids(deliveries: list[Delivery]) -> list[str]:
    return [entry["id"] for delivery in deliveries for entry in told(delivery)]


def wait(books: Books) -> float:
    """How long nothing is sent."""
    seconds = books.sandbox.seconds_to_next_webhook(books.now)
    assert seconds is not None
    return seconds


def tries(books: Books, most: int) -> int:
    """How often a delivery comes that is never acknowledged."""
    count = 0
    while count < most and not silent(books):
        books.later(seconds=wait(books))
        count += len(sent(books, 500))
    return count


@fact("8.4", "an answer of 200 ends a delivery")
def _(books: Books) -> None:
    customer(books, "Ada")
    assert len(sent(books, 200)) == 1
    assert silent(books)


@fact("8.4", "while an answer is awaited nothing is sent twice")
def _(books: Books) -> None:
    customer(books, "Ada")
    (delivery,) = books.sandbox.due_webhooks(books.now)
    books.later(hours=1)
    assert books.sandbox.due_webhooks(books.now) == []
    books.sandbox.delivered(delivery, 200, books.now)
    assert silent(books)


@fact("8.4", "a refused delivery comes again after 10, 20 and 30 seconds, 5 and 20 minutes, 2, 4 and 6 hours")
def _(books: Books) -> None:
    customer(books, "Ada")
    for pause in SCHEDULE:
        assert len(sent(books, 503)) == 1
        assert wait(books) == pause
        books.later(seconds=pause)


@fact("8.4", "and then every 6 hours")
def _(books: Books) -> None:
    customer(books, "Ada")
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
        customer(books, f"C{status}")
        sent(books, status)
        assert wait(books) == 10, status
        books.later(seconds=10)
        assert len(sent(books)) == 1


@fact("8.4", "a repeated delivery is the same, byte for byte, under the same id")
def _(books: Books) -> None:
    customer(books, "Ada")
    (first,) = sent(books, 500)
    body, headers = first.body, dict(first.headers)
    books.later(seconds=10)
    (again,) = sent(books)
    assert (again.body, again.headers) == (body, headers)


@fact("8.4", "the schedule can be compressed", webhook_retry_factor=0.01)
def _(books: Books) -> None:
    customer(books, "Ada")
    sent(books, 500)
    assert wait(books) == 0.1


@fact("15", "17: events are dropped after the last retry", webhook_retries=10)
def _(books: Books) -> None:
    customer(books, "Ada")
    assert tries(books, 100) == 11
    assert silent(books)


@fact("15", "17: retries go on for as long as wanted", webhook_retries=1000)
def _(books: Books) -> None:
    customer(books, "Ada")
    assert tries(books, 100) == 100
    assert wait(books) == SIX_HOURS


@fact("8.4", "later events go out beside one that is not acknowledged", webhook_hold_back=False)
def _(books: Books) -> None:
    customer(books, "Ada")
    sent(books, 500)
    later = customer(books, "Bob")
    assert named(sent(books)) == [later["Id"]]


@fact("8.4", "later events are held back until the first is acknowledged", webhook_hold_back=True)
def _(books: Books) -> None:
    first = customer(books, "Ada")
    sent(books, 500)
    later = customer(books, "Bob")
    assert sent(books) == []
    assert wait(books) == 10
    books.later(seconds=10)
    assert named(sent(books)) == [first["Id"]]
    assert named(sent(books)) == [later["Id"]]


@fact("8.4", "holding back one app's events holds back no other's", webhook_hold_back=True)
def _(books: Books) -> None:
    second_app(books, webhook_url="http://localhost:3000/two", verifier_token="v")
    books.control("POST", f"companies/{books.realm}/grant", {"client_id": OTHER[0]})
    customer(books, "Ada")
    sent(books, 500)
    customer(books, "Bob")
    assert sent(books) == []
    books.later(seconds=10)
    assert {delivery.client_id for delivery in sent(books)} == {CLIENT_ID, OTHER[0]}


@fact("15", "15: events come after five seconds", webhook_delay=5)
def _(books: Books) -> None:
    customer(books, "Ada")
    assert (sent(books), wait(books)) == ([], 5)
    books.later(seconds=5)
    assert len(sent(books)) == 1


@fact("15", "15: events come at once", webhook_delay=0)
def _(books: Books) -> None:
    customer(books, "Ada")
    assert len(sent(books)) == 1


@fact("15", "15: events come after ten minutes", webhook_delay=600)
def _(books: Books) -> None:
    customer(books, "Ada")
    books.later(seconds=599)
    assert sent(books) == []
    books.later(seconds=1)
    assert len(sent(books)) == 1


@fact("8.4", "what changes while events are gathered is sent together", webhook_delay=5)
def _(books: Books) -> None:
    first = customer(books, "Ada")
    books.later(seconds=3)
    second = customer(books, "Bob")
    books.later(seconds=2)
    assert named(sent(books)) == [first["Id"], second["Id"]]
    assert silent(books)


def rapid_updates(books: Books) -> list[str]:
    """When the events happened that tell of three updates of one customer within three seconds."""
    for token in range(3):
        books.post("Customer", {"Id": "3", "SyncToken": str(token), "sparse": True, "Notes": str(token)})
        books.later(seconds=1)
    books.later(seconds=2)
    (delivery,) = sent(books)
    return [event["time"][:19] for event in told(delivery)]


@fact("8.4", "rapid updates become one event, of the last", webhook_delay=5, webhook_aggregation=True)
def _(books: Books) -> None:
    assert rapid_updates(books) == ["2026-11-02T17:00:02"]


@fact("8.4", "rapid updates are told one by one", webhook_delay=5, webhook_aggregation=False)
def _(books: Books) -> None:
    assert rapid_updates(books) == [f"2026-11-02T17:00:0{second}" for second in range(3)]


@fact("8.4", "a creation and an update of one object stay two events", webhook_delay=5)
def _(books: Books) -> None:
    made = customer(books, "Ada")
    books.post("Customer", {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Notes": "x"})
    books.later(seconds=5)
    assert types(sent(books)) == ["qbo.customer.created.v1", "qbo.customer.updated.v1"]


@fact("8.4", "deliveries can come twice, with the same event ids", webhook_duplicates=1)
def _(books: Books) -> None:
    customer(books, "Ada")
    first, second = sent(books)
    assert ids([first]) == ids([second])
    assert first.headers["intuit-t-id"] != second.headers["intuit-t-id"]


@fact("8.4", "events keep their order", webhook_reordering=0)
def _(books: Books) -> None:
    made = [customer(books, f"C{number}")["Id"] for number in range(8)]
    assert named(sent(books)) == made


@fact("8.4", "events can change places", webhook_reordering=1)
def _(books: Books) -> None:
    made = [customer(books, f"C{number}")["Id"] for number in range(8)]
    found = named(sent(books))
    assert found != made
    assert sorted(found) == sorted(made)


@fact("8.4", "events can be lost", webhook_loss=1)
def _(books: Books) -> None:
    customer(books, "Ada")
    assert silent(books)


@fact("8.4", "some events can be lost", webhook_loss=0.5)
def _(books: Books) -> None:
    made = [customer(books, f"C{number}")["Id"] for number in range(20)]
    found = named(sent(books))
    assert 0 < len(found) < 20
    assert set(found) < set(made)
