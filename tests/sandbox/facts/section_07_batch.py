"""Section 7: batches, and what sections 2 and 13 to 15 say of them."""

from typing import Any

from tests.sandbox.client import Books, line
from tests.sandbox.facts.asking import customers
from tests.sandbox.facts.table import fact

Answer = dict[str, Any]


def batch(books: Books, *items: Any, **params: str) -> list[Answer]:
    answer = books.ok("POST", "batch", {"BatchItemRequest": list(items)}, **params)
    assert set(answer) == {"BatchItemResponse", "time"}
    return answer["BatchItemResponse"]


def code(answer: Answer) -> str:
    """The code of the fault that one item met."""
    assert set(answer) <= {"bId", "Fault"}
    return answer["Fault"]["Error"][0]["code"]


def creation(name: str, bid: str = "1") -> Answer:
    return {"bId": bid, "operation": "create", "Customer": {"DisplayName": name}}


@fact("7", "an item creates an object and answers it whole under its bId")
def _(books: Books) -> None:
    (answer,) = batch(books, creation("Ada", "a-1"))
    assert set(answer) == {"bId", "Customer"}
    assert answer["bId"] == "a-1"
    assert answer["Customer"] == books.read("Customer", answer["Customer"]["Id"])


@fact("7", "an item updates an object, in full or sparsely")
def _(books: Books) -> None:
    token = books.read("Item", "4")["SyncToken"]
    item = {"Id": "4", "SyncToken": token, "sparse": True, "Description": "Mowing"}
    (answer,) = batch(books, {"bId": "1", "operation": "update", "Item": item})
    assert answer["Item"]["Description"] == "Mowing"
    assert answer["Item"]["UnitPrice"] == 45


@fact("7", "an item deletes a transaction and answers its id and status")
def _(books: Books) -> None:
    made = books.invoice()
    head = {"Id": made["Id"], "SyncToken": "0"}
    (answer,) = batch(books, {"bId": "1", "operation": "delete", "Invoice": head})
    assert answer == {"bId": "1", "Invoice": {"domain": "QBO", "status": "Deleted", "Id": made["Id"]}}


@fact("7", "an invoice is voided by update with optionsData void")
def _(books: Books) -> None:
    made = books.invoice()
    item = {"bId": "1", "operation": "update", "optionsData": "void"}
    (answer,) = batch(books, {**item, "Invoice": {"Id": made["Id"], "SyncToken": "0", "sparse": True}})
    assert (answer["Invoice"]["TotalAmt"], answer["Invoice"]["SyncToken"]) == (0, "1")
    assert answer["Invoice"]["PrivateNote"].startswith("Voided")


@fact("7", "a payment is voided by update with optionsData void")
def _(books: Books) -> None:
    payment = books.pay(books.invoice(), 30)
    item = {"bId": "1", "operation": "update", "optionsData": "void"}
    (answer,) = batch(books, {**item, "Payment": {"Id": payment["Id"], "SyncToken": "0", "sparse": True}})
    assert answer["Payment"]["TotalAmt"] == 0


@fact("7", "an invoice is voided by the operation void too")
def _(books: Books) -> None:
    made = books.invoice()
    head = {"Id": made["Id"], "SyncToken": "0"}
    (answer,) = batch(books, {"bId": "1", "operation": "void", "Invoice": head})
    assert answer["Invoice"]["TotalAmt"] == 0


@fact("7", "an invoice is sent by the operation send")
def _(books: Books) -> None:
    made = books.invoice(BillEmail={"Address": "a@b.example"})
    head = {"Id": made["Id"], "SyncToken": "0"}
    (answer,) = batch(books, {"bId": "1", "operation": "send", "Invoice": head})
    assert answer["Invoice"]["EmailStatus"] == "EmailSent"


@fact("7", "operations that the object does not know meet a fault with 500")
def _(books: Books) -> None:
    customer = {"Customer": {"Id": "3", "SyncToken": "0"}}
    for operation in ("delete", "send", "merge", "revert", "shred"):
        assert code(batch(books, {"bId": "1", "operation": operation, **customer})[0]) == "500"


@fact("7", "optionsData accepts a number that is taken")
def _(books: Books) -> None:
    books.control("POST", "switches", {"warn_duplicate_number": True})
    books.prefer(SalesFormsPrefs={"CustomTxnNumbers": True})
    invoice = {"CustomerRef": {"value": "3"}, "Line": [line(10)], "DocNumber": "D-1"}
    item = {"bId": "1", "operation": "create", "Invoice": invoice}
    assert "Invoice" in batch(books, item)[0]
    assert code(batch(books, item)[0]) == "6140"
    assert "Invoice" in batch(books, {**item, "optionsData": "AllowDuplicateDocNum"})[0]


@fact("7", "an item may hold a query; it needs no operation")
def _(books: Books) -> None:
    statement = "select * from Term orderby Id maxresults 2"
    (answer,) = batch(books, {"bId": "q", "Query": statement})
    assert answer == {"bId": "q", "QueryResponse": books.query(statement)}


@fact("7", "an item may hold a query of the change feed")
def _(books: Books) -> None:
    made = books.invoice()
    wanted = {"Entities": "Customer,Invoice", "ChangedSince": "2026-11-02T09:00:00-08:00"}
    (answer,) = batch(books, {"bId": "c", "CDCQuery": wanted})
    assert set(answer) == {"bId", "CDCResponse"}
    (element,) = answer["CDCResponse"][0]["QueryResponse"]
    assert [row["Id"] for row in element["Invoice"]] == [made["Id"]]


@fact("7", "a query that is refused is a fault of its item")
def _(books: Books) -> None:
    refused = [{"Query": "select"}, {"Query": "select * from Unicorn"}, {"Query": ""}, {"CDCQuery": {}}]
    answers = batch(books, *refused)
    assert [code(answer) for answer in answers] == ["4000", "4001", "4000", "2020"]


@fact("7", "a report query is not supported: 500")
def _(books: Books) -> None:
    assert code(batch(books, {"bId": "1", "ReportQuery": "ProfitAndLoss"})[0]) == "500"


@fact("7", "an entity without operation is created")
def _(books: Books) -> None:
    (answer,) = batch(books, {"bId": "1", "Customer": {"DisplayName": "Ada"}})
    assert answer["Customer"]["SyncToken"] == "0"


@fact("7", "items without bId are answered without one, in the order of the request")
def _(books: Books) -> None:
    names = [f"Customer {number}" for number in range(25)]
    answers = batch(books, *({"Customer": {"DisplayName": name}} for name in names))
    assert all("bId" not in answer for answer in answers)
    assert [answer["Customer"]["DisplayName"] for answer in answers] == names


@fact("7", "answers stand in the order of the request, whatever is read and written")
def _(books: Books) -> None:
    count = {"bId": "2", "Query": "select count(*) from Customer"}
    answers = batch(books, creation("Ada", "1"), count, creation("Bob", "3"), {**count, "bId": "4"})
    assert [answer["bId"] for answer in answers] == ["1", "2", "3", "4"]


@fact("7", "each item succeeds or fails alone: the batch is 200 and no transaction")
def _(books: Books) -> None:
    before = customers(books)
    answers = batch(books, creation("Ada"), creation("Emily Platt", "2"), creation("Bob", "3"))
    assert [sorted(answer) for answer in answers] == [
        ["Customer", "bId"],
        ["Fault", "bId"],
        ["Customer", "bId"],
    ]
    assert customers(books) == before + 2


@fact("7", "the fault of an item has the shape of any other fault")
def _(books: Books) -> None:
    status, whole = books.call("POST", "customer", {"DisplayName": "Emily Platt"})
    (answer,) = batch(books, creation("Emily Platt"))
    assert status == 400
    assert answer["Fault"] == whole["Fault"]
    assert answer["Fault"]["type"] == "ValidationFault"


@fact("7", "a stale token is a fault of its item only")
def _(books: Books) -> None:
    token = int(books.read("Item", "4")["SyncToken"])
    item = {"Id": "4", "sparse": True, "Description": "x"}
    answers = batch(
        books,
        {"bId": "1", "operation": "update", "Item": {**item, "SyncToken": str(token + 7)}},
        {"bId": "2", "operation": "update", "Item": {**item, "SyncToken": str(token)}},
    )
    assert code(answers[0]) == "5010"
    assert "Item" in answers[1]


@fact("7", "25 items are the most, as older pages say", batch_most_items=25)
def _(books: Books) -> None:
    items = [creation(f"C{number}") for number in range(26)]
    assert books.refused("POST", "batch", {"BatchItemRequest": items}) == "1040"
    assert len(batch(books, *items[:25])) == 25


@fact("7", "30 items are allowed", batch_most_items=30)
def _(books: Books) -> None:
    assert len(batch(books, *(creation(f"C{number}") for number in range(30)))) == 30


@fact("7", "31 items are refused with 1040 and none is carried out")
def _(books: Books) -> None:
    before = customers(books)
    items = [creation(f"C{number}") for number in range(31)]
    assert books.refused("POST", "batch", {"BatchItemRequest": items}) == "1040"
    assert customers(books) == before


@fact("7", "an item that names no known object meets 2000")
def _(books: Books) -> None:
    assert code(batch(books, {"bId": "1", "operation": "create", "Unicorn": {}})[0]) == "2000"


@fact("7", "an item holds exactly one object; none or two meet 2010")
def _(books: Books) -> None:
    assert code(batch(books, {"bId": "1", "operation": "create"})[0]) == "2010"
    two = {"bId": "1", "Customer": {"DisplayName": "Ada"}, "Query": "select * from Item"}
    assert code(batch(books, two)[0]) == "2010"


@fact("7", "an object that is none meets 2010")
def _(books: Books) -> None:
    for value in (5, "text", [], None):
        assert code(batch(books, {"bId": "1", "operation": "create", "Customer": value})[0]) == "2010"


@fact("7", "objects are named in any case and answered under their own name")
def _(books: Books) -> None:
    (answer,) = batch(books, {"bId": "1", "operation": "CREATE", "customer": {"DisplayName": "Ada"}})
    assert answer["Customer"]["DisplayName"] == "Ada"


@fact("7", "a batch without items, or with items that are none, is refused as a whole")
def _(books: Books) -> None:
    assert books.refused("POST", "batch", {}) == "2020"
    assert books.refused("POST", "batch", {"BatchItemRequest": {"bId": "1"}}) == "2010"
    assert books.refused("POST", "batch", {"BatchItemRequest": [creation("Ada"), 5]}) == "2010"


@fact("7", "items are throttled one by one within a 200 and not carried out", batch_items_before_throttle=2)
def _(books: Books) -> None:
    before = customers(books)
    answers = batch(books, *(creation(f"C{number}", str(number)) for number in range(4)))
    assert [answer["bId"] for answer in answers] == ["0", "1", "2", "3"]
    assert [code(answer) for answer in answers[2:]] == ["3001", "3001"]
    assert answers[2]["Fault"]["type"] == "SERVICE"
    assert customers(books) == before + 2


@fact("7", "no item is throttled", batch_items_before_throttle=0)
def _(books: Books) -> None:
    assert all("Customer" in answer for answer in batch(books, *(creation(f"C{n}") for n in range(30))))


@fact("2.2", "a batch is replayed as a whole, also the faults in it")
def _(books: Books) -> None:
    body = {"BatchItemRequest": [creation("Ada"), creation("Emily Platt", "2")]}
    first = books.ok("POST", "batch", body, requestid="b-1")
    count = customers(books)
    assert books.ok("POST", "batch", body, requestid="b-1") == first
    assert customers(books) == count


@fact("2.2", "a replayed batch is counted as a replay and commits nothing")
def _(books: Books) -> None:
    body = {"BatchItemRequest": [creation("Ada"), {"bId": "2", "Query": "select * from Term"}]}
    for _ in range(2):
        books.ok("POST", "batch", body, requestid="b-1")
    counts = books.control("GET", "counters")[books.realm]
    assert (counts["requests"], counts["replays"], counts["metered_reads"]) == (2, 1, 1)
    commits = books.control("GET", "commits")["commits"]
    assert [commit["requestid"] for commit in commits] == ["b-1"]


@fact("2.2", "the requestid of a batch has at most 36 characters")
def _(books: Books) -> None:
    body = {"BatchItemRequest": [creation("Ada")]}
    assert books.refused("POST", "batch", body, requestid="r" * 37) == "2130"
    books.ok("POST", "batch", body, requestid="r" * 36)


@fact("2.2", "with a requestid a bId has at most 10 characters; longer ones refuse the whole batch")
def _(books: Books) -> None:
    before = customers(books)
    body = {"BatchItemRequest": [creation("Ada"), creation("Bob", "b" * 11)]}
    assert books.refused("POST", "batch", body, requestid="r") == "2130"
    assert customers(books) == before
    batch(books, creation("Ada", "b" * 10), requestid="r")


@fact("14.1", "without a requestid a bId may be a GUID of 36 characters")
def _(books: Books) -> None:
    guid = "0b5f0c1e-8a58-4a0e-9d0f-3f1f3f2f7c11"
    assert batch(books, creation("Ada", guid))[0]["bId"] == guid


@fact("7", "a batch is one request")
def _(books: Books) -> None:
    batch(books, creation("Ada"), creation("Bob", "2"))
    assert books.control("GET", "counters")[books.realm]["requests"] == 1


@fact("7", "each successful read of a batch is metered, writes and faults are not")
def _(books: Books) -> None:
    query, broken = {"Query": "select * from Item"}, {"Query": "select"}
    feed = {"CDCQuery": {"Entities": "Item", "ChangedSince": "2026-11-02"}}
    batch(books, query, feed, broken, creation("Ada"))
    assert books.control("GET", "counters")[books.realm]["metered_reads"] == 2


@fact("7", "a batch of writes only is not metered")
def _(books: Books) -> None:
    batch(books, creation("Ada"))
    assert "metered_reads" not in books.control("GET", "counters")[books.realm]


@fact("14.1", "incremental readers put pages by time of change into batches")
def _(books: Books) -> None:
    where = "Metadata.LastUpdatedTime >= '2026-01-01T00:00:00Z' AND Active IN (true, false)"
    order = "ORDER BY Metadata.LastUpdatedTime ASC"
    statements = [
        f"SELECT * FROM Item WHERE {where} {order} STARTPOSITION {start} MAXRESULTS 5"
        for start in (1, 6, 11, 16)
    ]
    items = [{"bId": str(number), "Query": text} for number, text in enumerate(statements)]
    pages = [answer["QueryResponse"].get("Item", []) for answer in batch(books, *items)]
    assert [len(page) for page in pages] == [5, 5, 4, 0]
    assert len({item["Id"] for page in pages for item in page}) == 14
