"""Section 6: the change feed, and what sections 13 to 15 say of it."""

from typing import Any

from tests.sandbox.client import Books
from tests.sandbox.facts.table import fact

SINCE = "2026-11-02T08:59:00-08:00"


Answer = dict[str, Any]


def feed(books: Books, entities: str, since: str = SINCE) -> list[Answer]:
    """The elements of an answer, one for each entity that changed."""
    answer = books.ok("GET", "cdc", entities=entities, changedSince=since)
    assert set(answer) == {"CDCResponse", "time"}
    assert len(answer["CDCResponse"]) == 1
    assert set(answer["CDCResponse"][0]) == {"QueryResponse"}
    return answer["CDCResponse"][0]["QueryResponse"]


def changed(books: Books, entity: str, since: str = SINCE) -> list[Answer]:
    """The objects of one entity."""
    return feed(books, entity, since)[0].get(entity, [])


def removed(books: Books) -> Answer:
    """An invoice that was deleted right away."""
    made = books.invoice()
    books.post("Invoice", {"Id": made["Id"], "SyncToken": "0"}, operation="delete")
    return made


def edited(books: Books, kind: str, record_id: str, **fields: Any) -> Answer:
    token = books.read(kind, record_id)["SyncToken"]
    return books.post(kind, {"Id": record_id, "SyncToken": token, "sparse": True, **fields})


@fact("6", "entities are listed with commas, in any case, with or without spaces")
def _(books: Books) -> None:
    books.invoice()
    edited(books, "Customer", "3", Notes="x")
    elements = feed(books, "invoice, CUSTOMER")
    assert [next(iter(element)) for element in elements] == ["Invoice", "Customer"]


@fact("6", "an entity named twice is answered once")
def _(books: Books) -> None:
    books.invoice()
    assert len(feed(books, "Invoice,invoice,Invoice")) == 1


@fact("6", "no entities at all is refused with 2020")
def _(books: Books) -> None:
    assert books.refused("GET", "cdc", changedSince=SINCE) == "2020"
    assert books.refused("GET", "cdc", entities=" , ", changedSince=SINCE) == "2020"


@fact("6", "no changedSince is refused with 2020")
def _(books: Books) -> None:
    assert books.refused("GET", "cdc", entities="Invoice") == "2020"


@fact("6", "a changedSince that is no time is refused with 2060")
def _(books: Books) -> None:
    for text in ("yesterday", "2026-13-01", "1762102800"):
        assert books.refused("GET", "cdc", entities="Invoice", changedSince=text) == "2060"


@fact("6", "changedSince takes an offset, Z, no offset and a bare date")
def _(books: Books) -> None:
    made = books.invoice()
    for since in ("2026-11-02T09:00:00-08:00", "2026-11-02T17:00:00Z", "2026-11-02T09:00:00", "2026-11-02"):
        assert [row["Id"] for row in changed(books, "Invoice", since)] == [made["Id"]]
    for since in ("2026-11-02T09:00:01-08:00", "2026-11-02T17:00:01Z", "2026-11-02T09:00:01", "2026-11-03"):
        assert changed(books, "Invoice", since) == []


@fact("6", "a changedSince without an offset is UTC", naive_times="utc")
def _(books: Books) -> None:
    made = books.invoice()
    assert [row["Id"] for row in changed(books, "Invoice", "2026-11-02T17:00:00")] == [made["Id"]]
    assert changed(books, "Invoice", "2026-11-02T17:00:01") == []


@fact("6", "changedSince is compared in whole seconds")
def _(books: Books) -> None:
    books.later(milliseconds=300)
    made = books.invoice()
    since = "2026-11-02T09:00:00.900-08:00"
    assert [row["Id"] for row in changed(books, "Invoice", since)] == [made["Id"]]


@fact("13.31", "a + in changedSince that is not encoded is a space: refused with 2060")
def _(books: Books) -> None:
    target = f"/v3/company/{books.realm}/cdc?entities=Invoice&changedSince=2026-11-02T12:00:00"
    assert books.raw("GET", f"{target}+02:00").status == 400
    assert books.raw("GET", f"{target}%2B02:00").status == 200


@fact("6", "changedSince reaches back 30 days and not a second further")
def _(books: Books) -> None:
    assert changed(books, "Invoice", "2026-10-03T17:00:00Z") != []
    assert books.refused("GET", "cdc", entities="Invoice", changedSince="2026-10-03T16:59:59Z") == "2190"


@fact("15.4", "older than 30 days is a validation fault with code 2190", cdc_too_old_code="2190")
def _(books: Books) -> None:
    status, answer = books.call("GET", "cdc", entities="Invoice", changedSince="2017-01-01T00:00:00")
    assert (status, answer["Fault"]["type"]) == (400, "ValidationFault")
    assert answer["Fault"]["Error"][0]["code"] == "2190"


@fact("15.4", "older than 30 days is refused with another code", cdc_too_old_code="2070")
def _(books: Books) -> None:
    assert books.refused("GET", "cdc", entities="Invoice", changedSince="2026-09-01") == "2070"


@fact("6", "a changedSince in the future finds nothing")
def _(books: Books) -> None:
    assert feed(books, "Invoice", "2030-01-01") == [{}]


@fact("6", "JournalCode, TaxAgency, TimeActivity, TaxCode and TaxRate are not served: 2000")
def _(books: Books) -> None:
    for entity in ("JournalCode", "TaxAgency", "TimeActivity", "TaxCode", "taxrate"):
        assert books.refused("GET", "cdc", entities=f"Invoice,{entity}", changedSince=SINCE) == "2000"


@fact("6", "an entity that does not exist is refused with 2000")
def _(books: Books) -> None:
    assert books.refused("GET", "cdc", entities="Unicorn", changedSince=SINCE) == "2000"


@fact("6", "an entity of QuickBooks that the company has none of has not changed")
def _(books: Books) -> None:
    made = books.invoice()
    elements = feed(books, "estimate,Invoice,Bill")
    assert [element["Invoice"][0]["Id"] for element in elements] == [made["Id"]]


@fact("6", "the time of the answer is the next changedSince: nothing between is lost")
def _(books: Books) -> None:
    books.later(milliseconds=400)
    watermark = books.ok("GET", "cdc", entities="Invoice", changedSince=SINCE)["time"]
    books.later(milliseconds=100)
    made = books.invoice()
    assert [row["Id"] for row in changed(books, "Invoice", watermark)] == [made["Id"]]


@fact("6", "an answer holds the objects that changed longest ago, as many as fit", cdc_cap=2)
def _(books: Books) -> None:
    made: list[str] = []
    for _ in range(3):
        books.later(seconds=1)
        made.append(books.invoice()["Id"])
    (element,) = feed(books, "Invoice")
    assert [row["Id"] for row in element["Invoice"]] == made[:2]
    assert element["maxResults"] == 2


@fact("6", "tombstones count against the cap like anything else", cdc_cap=1)
def _(books: Books) -> None:
    gone = removed(books)
    books.later(seconds=1)
    books.invoice()
    assert [row["Id"] for row in changed(books, "Invoice")] == [gone["Id"]]


@fact("15.3", "the cap counts all objects of an answer", cdc_cap=3, cdc_cap_scope="total")
def _(books: Books) -> None:
    books.invoice()
    books.invoice()
    for customer in ("1", "2", "3"):
        edited(books, "Customer", customer, Notes="x")
    invoices, customers = feed(books, "Invoice,Customer,Item")
    assert (invoices["maxResults"], customers["maxResults"]) == (2, 1)


@fact("15.3", "the cap counts the objects of each entity", cdc_cap=3, cdc_cap_scope="entity")
def _(books: Books) -> None:
    for _ in range(4):
        books.invoice()
    for customer in ("1", "2", "3"):
        edited(books, "Customer", customer, Notes="x")
    invoices, customers = feed(books, "Invoice,Customer,Item")
    assert (invoices["maxResults"], customers["maxResults"]) == (3, 3)


@fact("6", "an answer holds at most 1000 objects")
def _(books: Books) -> None:
    for batch in range(34):
        items = [
            {"operation": "create", "Customer": {"DisplayName": f"C{batch}-{number}"}} for number in range(30)
        ]
        books.ok("POST", "batch", {"BatchItemRequest": items})
    assert feed(books, "Customer")[0]["maxResults"] == 1000


@fact("6", "the change feed is one metered read")
def _(books: Books) -> None:
    feed(books, "Invoice,Customer,Item")
    counts = books.control("GET", "counters")[books.realm]
    assert (counts["requests"], counts["metered_reads"]) == (1, 1)


@fact("6", "a refused change feed is not metered")
def _(books: Books) -> None:
    books.refused("GET", "cdc", entities="Unicorn", changedSince=SINCE)
    assert "metered_reads" not in books.control("GET", "counters")[books.realm]


@fact("6", "the change feed is a GET; a POST is refused")
def _(books: Books) -> None:
    status, answer = books.call("POST", "cdc", {}, entities="Invoice", changedSince=SINCE)
    assert status >= 400
    assert "Fault" in answer
