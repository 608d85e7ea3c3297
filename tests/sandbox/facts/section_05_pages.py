"""Section 5: order, pages and counts of queries."""

from tests.sandbox.client import Books
from tests.sandbox.facts.section_05_query import code, ids, many_customers, refusal, rows
from tests.sandbox.facts.table import fact

# Order.


@fact("5", "ORDERBY is one word or two")
def _(books: Books) -> None:
    one = ids(books, "select * from Item orderby Name")
    assert one == ids(books, "select * from Item ORDER BY Name")
    assert one != ids(books, "select * from Item")


@fact("5", "order is ascending unless DESC is said")
def _(books: Books) -> None:
    up = [row["Name"] for row in rows(books, "select * from Item orderby Name")]
    assert up == sorted(up, key=str.casefold)
    assert [row["Name"] for row in rows(books, "select * from Item orderby Name asc")] == up
    assert [row["Name"] for row in rows(books, "select * from Item orderby Name desc")] == up[::-1]


@fact("5", "several properties order one after the other")
def _(books: Books) -> None:
    found = rows(books, "select * from Item orderby Type desc, UnitPrice asc")
    kinds = [(row["Type"], row["UnitPrice"]) for row in found]
    services = [price for kind, price in kinds if kind == "Service"]
    assert [kind for kind, _ in kinds] == ["Service"] * 8 + ["NonInventory"] * 4 + ["Inventory"] * 2
    assert services == sorted(services)


@fact("5", "ORDERBY Id sorts letter by letter: 10 before 2", orderby_id="text")
def _(books: Books) -> None:
    found = ids(books, "select * from Item orderby Id")
    assert found == sorted(found)
    assert found.index("10") < found.index("2")
    assert ids(books, "select * from Item orderby Id desc") == found[::-1]
    pages = [ids(books, f"select * from Item orderby Id startposition {n} maxresults 5") for n in (1, 6, 11)]
    assert [row for page in pages for row in page] == found


@fact("5", "ORDERBY Id is numeric: 2 before 10", orderby_id="number")
def _(books: Books) -> None:
    found = [int(row) for row in ids(books, "select * from Item orderby Id")]
    assert found == list(range(1, 15))
    assert [int(row) for row in ids(books, "select * from Item orderby Id desc")] == found[::-1]


@fact("5", "a property that cannot be sorted by is refused with 4001, also when rows are only counted")
def _(books: Books) -> None:
    assert code(books, "select * from Invoice orderby PrivateNote") == "4001"
    assert code(books, "select count(*) from Invoice orderby PrivateNote") == "4001"


@fact("5", "MetaData.LastUpdatedTime and MetaData.CreateTime can be sorted by")
def _(books: Books) -> None:
    books.later(seconds=5)
    books.post("Customer", {"Id": "3", "SyncToken": "0", "sparse": True, "Notes": "x"})
    assert ids(books, "select * from Customer order by Metadata.LastUpdatedTime desc maxresults 1") == ["3"]
    assert ids(books, "select * from Customer order by MetaData.LastUpdatedTime")[-1] == "3"
    assert ids(books, "select * from Customer order by MetaData.CreateTime")[0] == "1"


# Pages.


@fact("5", "STARTPOSITION counts from 1")
def _(books: Books) -> None:
    assert ids(books, "select * from Item startposition 1 maxresults 2") == ["1", "2"]
    assert ids(books, "select * from Item startposition 3 maxresults 2") == ["3", "4"]


@fact("5", "STARTPOSITION or MAXRESULTS below 1 is refused with 4001 and says so")
def _(books: Books) -> None:
    for clause, value in (("startposition", "0"), ("maxresults", "0"), ("maxresults", "-5")):
        error = refusal(books, f"select * from Item {clause} {value}")
        assert error["code"] == "4001"
        text = f"QueryValidationError: value {value} is too small. Min allowed value is 1"
        assert error["Detail"] == text


@fact("5", "STARTPOSITION and MAXRESULTS take whole numbers, once: 4000")
def _(books: Books) -> None:
    for clause in ("maxresults 'ten'", "maxresults 1.5", "startposition", "maxresults 2 maxresults 3"):
        assert code(books, f"select * from Item {clause}") == "4000"


@fact("5", "without MAXRESULTS a page has 100 rows")
def _(books: Books) -> None:
    many_customers(books, 95)
    assert books.query("select count(*) from Customer") == {"totalCount": 107}
    assert books.query("select * from Customer")["maxResults"] == 100


@fact("5", "more than 1000 rows in a page are refused with 4001", oversized_page="refuse")
def _(books: Books) -> None:
    assert code(books, "select * from Item maxresults 1001") == "4001"
    assert len(ids(books, "select * from Item maxresults 1000")) == 14


@fact("5", "a page has at most 1000 rows, however many are asked for", oversized_page="cap")
def _(books: Books) -> None:
    many_customers(books, 1000)
    answer = books.query("select Id from Customer maxresults 5000")
    assert len(answer["Customer"]) == answer["maxResults"] == 1000
    rest = books.query("select Id from Customer startposition 1001 maxresults 5000")
    assert len(rest["Customer"]) == 12


@fact("5", "maxResults in the answer is the number of rows, startPosition echoes the request")
def _(books: Books) -> None:
    answer = books.query("select * from Item startposition 12 maxresults 50")
    assert (answer["startPosition"], answer["maxResults"]) == (12, 3)


@fact("5", "totalCount comes with rows of invoices, not with rows of customers")
def _(books: Books) -> None:
    assert books.query("select * from Invoice maxresults 2")["totalCount"] == 2
    assert "totalCount" not in books.query("select * from Customer maxresults 2")


@fact("5", "a page beyond the end is empty: after a full last page there is one more to ask for")
def _(books: Books) -> None:
    assert books.query("select * from Item startposition 8 maxresults 7")["maxResults"] == 7
    assert books.query("select * from Item startposition 15 maxresults 7") == {}


@fact("5", "pages are no snapshot: what leaves an earlier page moves the later ones up")
def _(books: Books) -> None:
    assert ids(books, "select * from Item orderby Id startposition 1 maxresults 5")[-1] == "5"
    books.post("Item", {"Id": "1", "SyncToken": "0", "sparse": True, "Active": False})
    assert ids(books, "select * from Item orderby Id startposition 6 maxresults 5")[0] == "7"


@fact("5", "a full pull with ORDERBY Id sees every row once")
def _(books: Books) -> None:
    many_customers(books, 40)
    found: list[str] = []
    while page := ids(
        books, f"select * from Customer orderby Id startposition {len(found) + 1} maxresults 13"
    ):
        found += page
    assert len(found) == len(set(found)) == 52


@fact("5", "a walk along LastUpdatedTime sees what changed meanwhile, some of it twice")
def _(books: Books) -> None:
    first = ids(
        books,
        "select * from Item where Metadata.LastUpdatedTime >= '2026-01-01' orderby Metadata.LastUpdatedTime",
    )
    books.later(seconds=1)
    changed = books.post("Item", {"Id": "4", "SyncToken": "0", "sparse": True, "Description": "x"})
    stamp = changed["MetaData"]["LastUpdatedTime"]
    second = ids(
        books,
        f"select * from Item where Metadata.LastUpdatedTime >= '{stamp}' orderby Metadata.LastUpdatedTime",
    )
    assert len(first) == 14
    assert second == ["4"]


# Counting.


@fact("5", "SELECT COUNT(*) gives totalCount and nothing else")
def _(books: Books) -> None:
    assert books.query("SELECT COUNT(*) FROM Customer") == {"totalCount": 12}
    assert books.query("select count ( * ) from customer where DisplayName = 'nobody'") == {"totalCount": 0}


@fact("5", "COUNT counts all pages of what the conditions find")
def _(books: Books) -> None:
    found = books.query("select count(*) from Item where Type = 'Service' startposition 5 maxresults 2")
    assert found == {"totalCount": 8}
