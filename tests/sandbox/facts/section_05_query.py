"""Section 5: the query language, and what sections 13 to 15 say of it."""

from decimal import Decimal
from typing import Any

from bookipi_app.sandbox.jsontext import parse_json
from tests.sandbox.client import Books
from tests.sandbox.facts.table import fact

Answer = dict[str, Any]


def rows(books: Books, statement: str) -> list[Answer]:
    """The rows of an answer, whatever they are called."""
    answer = books.query(statement)
    return next((value for value in answer.values() if isinstance(value, list)), [])


def ids(books: Books, statement: str) -> list[str]:
    return [row["Id"] for row in rows(books, statement)]


def posted(books: Books, statement: str, content_type: str = "application/text") -> Answer:
    target = f"/v3/company/{books.realm}/query?minorversion=75"
    response = books.raw("POST", target, statement.encode(), content_type=content_type)
    assert response.status == 200, response.body
    answer: Answer = parse_json(response.body)
    return answer["QueryResponse"]


def refusal(books: Books, statement: str) -> Answer:
    """The one error of a refused statement."""
    status, answer = books.call("POST", "query", statement.encode())
    assert status == 400, answer
    assert answer["Fault"]["type"] == "ValidationFault"
    assert len(answer["Fault"]["Error"]) == 1
    return answer["Fault"]["Error"][0]


def code(books: Books, statement: str) -> str:
    return refusal(books, statement)["code"]


def many_customers(books: Books, count: int) -> None:
    """Customers in batches of 30, which is how to make many of them quickly."""
    names = [f"Customer {number:04}" for number in range(count)]
    for first in range(0, count, 30):
        items = [
            {"operation": "create", "Customer": {"DisplayName": name}} for name in names[first : first + 30]
        ]
        books.ok("POST", "batch", {"BatchItemRequest": items})


# Where and how a statement is sent.


@fact("5", "a statement is the parameter `query` of a GET")
def _(books: Books) -> None:
    answer = books.ok("GET", "query", query="select * from Term where Id = '3'")
    assert set(answer) == {"QueryResponse", "time"}
    assert answer["QueryResponse"]["Term"][0]["Id"] == "3"


@fact("5", "a statement is the body of a POST as application/text")
def _(books: Books) -> None:
    assert posted(books, "select * from Term")["maxResults"] == len(rows(books, "select * from Term"))


@fact("5", "the body of a POST query may be text/plain too")
def _(books: Books) -> None:
    assert posted(books, "select * from Term where Id = '3'", "text/plain")["Term"][0]["Id"] == "3"


@fact("5", "an empty statement cannot be parsed: 4000")
def _(books: Books) -> None:
    assert code(books, "") == "4000"
    assert books.refused("GET", "query") == "4000"


# Case.


@fact("5", "reserved words are written in any case")
def _(books: Books) -> None:
    statement = "sElEcT * FrOm Item wHeRe Type iN ('Service') aNd Name lIkE 'H%' oRdErBy Name dEsC"
    assert [row["Name"] for row in rows(books, statement)] == ["Hours", "Hedge trimming"]


@fact("5", "an entity is named in any case and answered under its own name")
def _(books: Books) -> None:
    assert next(iter(books.query("select * from cUstomer where Id = '1'"))) == "Customer"
    assert next(iter(books.query("select * from paymentmethod"))) == "PaymentMethod"


@fact("5", "properties are named in any case")
def _(books: Books) -> None:
    assert ids(books, "select * from Customer where givenNAME = 'Amy' orderby DISPLAYNAME") == ["1"]


@fact("5", "compared values are taken in any case")
def _(books: Books) -> None:
    for name in ("daniel okafor", "DANIEL OKAFOR", "Daniel Okafor"):
        assert ids(books, f"select * from Customer where DisplayName = '{name}'") == ["3"]
    assert ids(books, "select * from Customer where DisplayName in ('DANIEL okafor')") == ["3"]
    assert ids(books, "select * from Customer where DisplayName like 'DANIEL%'") == ["3"]


# Operators.


@fact("5", "= finds equal values only")
def _(books: Books) -> None:
    assert ids(books, "select * from Item where UnitPrice = 75") == ["3"]


@fact("5", "IN finds any of the listed values and ignores those that nobody has")
def _(books: Books) -> None:
    assert ids(books, "select * from Customer where Id in ('11', '2', '4711')") == ["2", "11"]


@fact("5", "< and > leave the limit out")
def _(books: Books) -> None:
    below = {row["UnitPrice"] for row in rows(books, "select * from Item where UnitPrice < 45")}
    above = {row["UnitPrice"] for row in rows(books, "select * from Item where UnitPrice > 45")}
    assert 45 not in below | above
    assert max(below) == Decimal("42.75")
    assert min(above) == Decimal("58.5")


@fact("5", "<= and >= include the limit")
def _(books: Books) -> None:
    below = {row["UnitPrice"] for row in rows(books, "select * from Item where UnitPrice <= 45")}
    above = {row["UnitPrice"] for row in rows(books, "select * from Item where UnitPrice >= 45")}
    assert below & above == {45}


@fact("5", "conditions joined by AND must all hold")
def _(books: Books) -> None:
    found = rows(books, "select * from Item where Type = 'Service' and UnitPrice > 50 and UnitPrice < 100")
    assert [row["Name"] for row in found] == ["Garden design", "Installation"]


@fact("5", "LIKE takes % at the end, at the start, in the middle and at both ends")
def _(books: Books) -> None:
    for pattern in ("blue%", "%cafe", "blue%cafe", "%heron%", "%", "blue heron cafe"):
        assert "2" in ids(books, f"select * from Customer where DisplayName like '{pattern}'")
    for pattern in ("heron%", "%heron", "blue%heron", "blue heron caf"):
        assert "2" not in ids(books, f"select * from Customer where DisplayName like '{pattern}'")


@fact("5", "LIKE knows no other wildcard than %")
def _(books: Books) -> None:
    for pattern in ("Blue Heron Caf_", "Blue Heron Caf?", "Blue Heron.*", "Blue*"):
        assert ids(books, f"select * from Customer where DisplayName like '{pattern}'") == []


@fact("5", "LIKE does not let the same letters count twice")
def _(books: Books) -> None:
    books.post("Customer", {"DisplayName": "Ana"})
    assert len(rows(books, "select * from Customer where DisplayName like 'an%a'")) == 1
    assert rows(books, "select * from Customer where DisplayName like 'ana%a'") == []


@fact("5", "LIKE is for texts; on amounts, dates and references it is refused with 4001")
def _(books: Books) -> None:
    for condition in ("TotalAmt like '1%'", "TxnDate like '2026%'", "CustomerRef like '1%'"):
        assert code(books, f"select * from Invoice where {condition}") == "4001"


@fact("5", "there is no OR: 4000")
def _(books: Books) -> None:
    assert code(books, "select * from Customer where Id = '1' or Id = '2'") == "4000"


@fact("5", "there is no !=: 4000")
def _(books: Books) -> None:
    assert code(books, "select * from Customer where DisplayName != 'x'") == "4000"
    assert code(books, "select * from Customer where DisplayName <> 'x'") == "4000"


@fact("5", "there is no NOT: 4000")
def _(books: Books) -> None:
    assert code(books, "select * from Customer where not Active = true") == "4000"
    assert code(books, "select * from Customer where Id not in ('1')") == "4000"


@fact("5", "there is no GROUP BY and no HAVING: 4000")
def _(books: Books) -> None:
    assert code(books, "select * from Customer group by GivenName") == "4000"
    assert code(books, "select * from Customer having Balance > 0") == "4000"


@fact("5", "there is no JOIN, and only one entity: 4000")
def _(books: Books) -> None:
    assert code(books, "select * from Customer join Invoice on Id = CustomerRef") == "4000"
    assert code(books, "select * from Customer, Invoice") == "4000"


@fact("5", "there are no parentheses around conditions: 4000")
def _(books: Books) -> None:
    assert code(books, "select * from Customer where (Active = true)") == "4000"


@fact("5", "only SELECT exists: 4000")
def _(books: Books) -> None:
    for statement in ("delete from Customer", "update Customer set Active = false", "drop table Customer"):
        assert code(books, statement) == "4000"
    assert books.query("select count(*) from Customer") == {"totalCount": 12}


@fact("5", "Id takes only = and IN; anything else is refused with 4001")
def _(books: Books) -> None:
    assert ids(books, "select * from Customer where Id = '3'") == ["3"]
    for condition in ("Id > '3'", "Id <= '3'", "Id like '3%'"):
        assert code(books, f"select * from Customer where {condition}") == "4001"


@fact("5", "Active takes only = and IN; anything else is refused with 4001")
def _(books: Books) -> None:
    assert code(books, "select * from Customer where Active > false") == "4001"
    assert code(books, "select * from Customer where Active = 'maybe'") == "4001"


# Columns.


@fact("5", "a column list gives sparse objects that hold those columns")
def _(books: Books) -> None:
    found = rows(books, "select Id, DisplayName from Customer where Id = '2'")
    assert found == [{"Id": "2", "DisplayName": "Blue Heron Cafe", "domain": "QBO", "sparse": True}]


@fact("5", "a column may be a member of a property; the whole property comes")
def _(books: Books) -> None:
    found = rows(books, "select MetaData.LastUpdatedTime from Customer where Id = '2'")[0]
    assert set(found) == {"MetaData", "domain", "sparse"}


@fact("14.1", "SELECT *, Sku FROM Item gives the whole objects")
def _(books: Books) -> None:
    assert rows(books, "SELECT *, Sku FROM Item") == rows(books, "SELECT * FROM Item")
    assert rows(books, "SELECT *, Sku FROM Item MAXRESULTS 1")[0]["sparse"] is False


@fact("5", "a column that the entity does not have is refused with 4001")
def _(books: Books) -> None:
    assert code(books, "select Id, Colour from Customer") == "4001"
    assert code(books, "select *, Colour from Customer where Id = '4711'") == "4001"


# Values.


@fact("5", "numbers are compared as numbers, quoted or not")
def _(books: Books) -> None:
    assert ids(books, "select * from Item where UnitPrice = 89.95") == ["9"]
    assert ids(books, "select * from Item where UnitPrice = '89.950'") == ["9"]
    assert ids(books, "select * from Item where UnitPrice > '100.0'") == ["6", "7", "14"]


@fact("5", "true and false are written with or without quotes")
def _(books: Books) -> None:
    for value in ("true", "'true'", "TRUE"):
        assert len(rows(books, f"select * from Item where Taxable = {value}")) == 6


@fact("5", "other values need their quotes: 4000")
def _(books: Books) -> None:
    assert code(books, "select * from Item where Name = Hours") == "4000"
    assert code(books, "select * from Invoice where TxnDate > 2026-10-01") == "4000"
    assert code(books, 'select * from Item where Name = "Hours"') == "4000"


@fact("5", "CURRENT_DATE is a keyword: the company's day")
def _(books: Books) -> None:
    made = books.invoice()
    assert ids(books, "select * from Invoice where TxnDate = CURRENT_DATE") == [made["Id"]]
    assert ids(books, "select * from Invoice where MetaData.CreateTime >= current_date") == [made["Id"]]


@fact("5", "in quotes CURRENT_DATE is a text like any other")
def _(books: Books) -> None:
    assert code(books, "select * from Invoice where TxnDate = 'CURRENT_DATE'") == "4001"


@fact("5", "no value is written as a blank text")
def _(books: Books) -> None:
    made = books.invoice(TrackingNum="1", ShipDate="2026-11-03")
    without = ids(books, "select * from Invoice where ShipDate = ' '")
    assert made["Id"] not in without
    assert len(without) == books.query("select count(*) from Invoice")["totalCount"] - 1
    assert ids(books, "select * from Customer where CompanyName = ' ' and Id in ('1', '2')") == ["1"]


@fact("5", "what has no value is neither below nor above any")
def _(books: Books) -> None:
    made = books.invoice(ShipDate="2026-11-03")
    assert ids(books, "select * from Invoice where ShipDate < '2030-01-01'") == [made["Id"]]
    assert ids(books, "select * from Invoice where ShipDate >= '2000-01-01'") == [made["Id"]]


@fact("5", "a quote within a value is escaped by a backslash")
def _(books: Books) -> None:
    assert ids(books, r"select * from Customer where DisplayName = 'Amy\'s Bird Sanctuary'") == ["1"]


@fact("5", "a backslash within a value is doubled")
def _(books: Books) -> None:
    made = books.post("Customer", {"DisplayName": "North\\South"})
    assert ids(books, r"select * from Customer where DisplayName = 'North\\South'") == [made["Id"]]
    assert ids(books, r"select * from Customer where DisplayName = 'North\South'") == []


@fact("5", "doubling a quote is not an escape: 4000")
def _(books: Books) -> None:
    assert code(books, "select * from Customer where DisplayName = 'Amy''s Bird Sanctuary'") == "4000"


# Dates and times.


@fact("5", "dates are compared as dates")
def _(books: Books) -> None:
    day = books.read("Invoice", "7")["TxnDate"]
    assert "7" in ids(books, f"select * from Invoice where TxnDate = '{day}'")
    assert "7" in ids(books, f"select * from Invoice where TxnDate >= '{day}' and TxnDate <= '{day}'")
    assert "7" not in ids(books, f"select * from Invoice where TxnDate < '{day}'")


@fact("5", "what is no date is refused with 4001")
def _(books: Books) -> None:
    for text in ("yesterday", "2026-02-30", "11/02/2026", "2026-1-5", "20261101"):
        assert code(books, f"select * from Invoice where TxnDate > '{text}'") == "4001"
        assert code(books, f"select * from Invoice where MetaData.CreateTime > '{text}'") == "4001"


@fact("5", "an offset, another offset and Z can name the same moment")
def _(books: Books) -> None:
    made = books.invoice()
    for text in ("2026-11-02T09:00:00-08:00", "2026-11-02T17:00:00Z", "2026-11-02T18:30:00+01:30"):
        found = books.ok("GET", "query", query=f"select * from Invoice where MetaData.CreateTime = '{text}'")
        assert found["QueryResponse"]["Invoice"][0]["Id"] == made["Id"]


@fact("5", "a time without an offset is UTC", naive_times="utc")
def _(books: Books) -> None:
    books.invoice()
    assert len(rows(books, "select * from Invoice where MetaData.CreateTime = '2026-11-02T17:00:00'")) == 1
    assert rows(books, "select * from Invoice where MetaData.CreateTime > '2026-11-02T17:00:00'") == []


@fact("5", "a time without an offset is Pacific time, in winter", naive_times="pacific")
def _(books: Books) -> None:
    books.invoice()
    assert len(rows(books, "select * from Invoice where MetaData.CreateTime = '2026-11-02T09:00:00'")) == 1
    assert rows(books, "select * from Invoice where MetaData.CreateTime > '2026-11-02T09:00:00'") == []


@fact("5", "a time without an offset is Pacific time, in summer")
def _(books: Books) -> None:
    books.later(days=-120)
    books.token = books.control("POST", f"companies/{books.realm}/grant")["access_token"]
    made = books.invoice()
    assert made["MetaData"]["CreateTime"] == "2026-07-05T10:00:00-07:00"
    found = ids(books, "select * from Invoice where MetaData.CreateTime = '2026-07-05T10:00:00'")
    assert found == [made["Id"]]


@fact("5", "a bare date is the day's first moment in Pacific time")
def _(books: Books) -> None:
    made = books.invoice()
    assert ids(books, "select * from Invoice where MetaData.CreateTime >= '2026-11-02'") == [made["Id"]]
    assert ids(books, "select * from Invoice where MetaData.CreateTime >= '2026-11-03'") == []


@fact("5", "times are compared in whole seconds")
def _(books: Books) -> None:
    books.later(milliseconds=700)
    made = books.invoice()
    stamp = made["MetaData"]["LastUpdatedTime"]
    assert ids(books, f"select * from Invoice where MetaData.LastUpdatedTime <= '{stamp}'")[-1] == made["Id"]
    assert ids(books, f"select * from Invoice where MetaData.LastUpdatedTime > '{stamp}'") == []


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


# References and nested properties.


@fact("5", "a reference is compared by its id")
def _(books: Books) -> None:
    made = books.invoice()
    assert ids(books, "select * from Invoice where CustomerRef = '3'") == ["7", made["Id"]]
    assert ids(books, "select * from Invoice where CustomerRef in ('3', '1')") == ["1", "7", made["Id"]]
    assert ids(books, "select * from Invoice where CustomerRef = 'Daniel Okafor'") == []


@fact("5", "a reference has no order: < is refused with 4001")
def _(books: Books) -> None:
    assert code(books, "select * from Invoice where CustomerRef < '3'") == "4001"


@fact("5", "PrimaryEmailAddr is compared with the address")
def _(books: Books) -> None:
    assert ids(books, "select * from Customer where PrimaryEmailAddr = 'AMY@birds.example'") == ["1"]
    assert ids(books, "select * from Customer where PrimaryEmailAddr like '%@lakeline.example'") == ["4"]


@fact("5", "the balance of a customer can be filtered by")
def _(books: Books) -> None:
    owing = rows(books, "select * from Customer where Balance > '0'")
    assert {row["Id"] for row in owing} == {"4", "5", "7", "8", "11", "12"}
    assert all(row["Balance"] > 0 for row in owing)


@fact("5", "an invoice's PrivateNote, lines and BillEmail cannot be filtered by: 4001")
def _(books: Books) -> None:
    for condition in ("PrivateNote = 'x'", "Line.Id = '1'", "Line = '1'", "BillEmail = 'a@b.c'"):
        assert code(books, f"select * from Invoice where {condition}") == "4001"


# What is shown.


@fact("5", "of the name lists only active rows are shown, also when asked for by Id")
def _(books: Books) -> None:
    books.post("Customer", {"Id": "3", "SyncToken": "0", "sparse": True, "Active": False})
    assert "3" not in ids(books, "select * from Customer")
    assert ids(books, "select * from Customer where Id = '3'") == []
    assert books.query("select count(*) from Customer") == {"totalCount": 11}


@fact("5", "Active IN (true, false) shows active and inactive rows")
def _(books: Books) -> None:
    books.post("Item", {"Id": "3", "SyncToken": "0", "sparse": True, "Active": False})
    assert len(ids(books, "select * from Item where Active IN (true, false)")) == 14
    assert len(ids(books, "select * from Item where Active in ('true','false')")) == 14


@fact("5", "Active = false shows inactive rows only, renamed")
def _(books: Books) -> None:
    books.post("Customer", {"Id": "3", "SyncToken": "0", "sparse": True, "Active": False})
    assert rows(books, "select * from Customer where Active = false")[0]["Id"] == "3"
    assert (
        ids(books, "select * from Customer where DisplayName = 'Daniel Okafor' and Active in (true,false)")
        == []
    )


@fact("5", "deleted transactions are never found")
def _(books: Books) -> None:
    before = books.query("select count(*) from Invoice")
    made = books.invoice()
    books.post("Invoice", {"Id": made["Id"], "SyncToken": "0"}, operation="delete")
    assert books.query(f"select * from Invoice where Id = '{made['Id']}'") == {}
    assert books.query("select count(*) from Invoice") == before
    assert made["Id"] not in ids(books, "select * from Invoice orderby MetaData.LastUpdatedTime")


@fact("5", "voided transactions are still found")
def _(books: Books) -> None:
    made = books.invoice()
    books.post("Invoice", {"Id": made["Id"], "SyncToken": "0"}, operation="void")
    assert ids(books, f"select * from Invoice where Id = '{made['Id']}' and TotalAmt = 0") == [made["Id"]]


@fact("5", "settings are queried like lists of one")
def _(books: Books) -> None:
    assert ids(books, "select * from CompanyInfo") == ["1"]
    assert ids(books, "select * from Preferences") == ["1"]


@fact("5", "an entity of QuickBooks that the company has none of is empty")
def _(books: Books) -> None:
    for entity in ("Estimate", "bill", "CreditMemo", "SalesReceipt"):
        assert books.query(f"select * from {entity}") == {}
        assert books.query(f"select count(*) from {entity}") == {"totalCount": 0}


@fact("5", "an entity that does not exist is refused with 4001")
def _(books: Books) -> None:
    error = refusal(books, "select * from Unicorn")
    assert error["code"] == "4001"
    assert error["Message"] == "Invalid query"
    assert "Unicorn" in error["Detail"]


@fact("5", "a property that does not exist is refused with 4001 and named")
def _(books: Books) -> None:
    error = refusal(books, "select * from Customer where Colour = 'red'")
    assert error["code"] == "4001"
    assert error["Detail"] == "QueryValidationError: Property Colour not found for Entity Customer"


@fact("5", "a statement that cannot be carried out is refused with 4002")
def _(books: Books) -> None:
    values = ",".join(f"'{number}'" for number in range(1, 1001))
    assert len(ids(books, "select * from Item where Id in ('1','2')")) == 2
    assert posted(books, f"select * from Item where Id in ({values})")["maxResults"] == 14
    assert code(books, f"select * from Item where Id in ({values},'1001')") == "4002"


@fact("5", "a statement of more than 100,000 characters is refused with 4002")
def _(books: Books) -> None:
    assert code(books, f"select * from Item where Name = '{'x' * 100_000}'") == "4002"
    assert rows(books, "select * from Item where Name = 'x'") == []


@fact("15.18", "a parse error says what was met and where", query_error_details=True)
def _(books: Books) -> None:
    error = refusal(books, "select * from Customer wher Id = '1'")
    assert (error["code"], error["Message"]) == ("4000", "Error parsing query")
    assert error["Detail"].startswith(
        'QueryParserError: Encountered " <IDENTIFIER> "wher "" at line 1, column 24.\nWas expecting one of:'
    )


@fact("15.18", "a parse error says only that it is one", query_error_details=False)
def _(books: Books) -> None:
    error = refusal(books, "select * from Customer wher Id = '1'")
    assert (error["code"], error["Detail"]) == ("4000", "Error parsing query")
    assert refusal(books, "select * from Unicorn")["Detail"] == "Invalid query"


@fact("5", "a parse error counts lines and columns")
def _(books: Books) -> None:
    assert "at line 2, column 3." in refusal(books, "select *\n  frm Item")["Detail"]


@fact("5", "where a statement ends too early the end is what was met")
def _(books: Books) -> None:
    error = refusal(books, "select * from Customer where")
    assert error["code"] == "4000"
    assert "<EOF>" in error["Detail"]


# Tax codes.


@fact("5", "a page of TaxCode has three pseudo codes more than asked for")
def _(books: Books) -> None:
    found = ids(books, "select * from TaxCode maxresults 1")
    assert len(found) == 4
    assert found[1:] == ["TAX", "NON", "CustomSalesTax"]


@fact("5", "pseudo codes come once, with the first page, and are not counted")
def _(books: Books) -> None:
    assert books.query("select * from TaxCode startposition 100") == {}
    count = books.query("select count(*) from TaxCode")["totalCount"]
    assert len(rows(books, "select * from TaxCode")) == count + 3


@fact("5", "pseudo codes pass the conditions like any other code")
def _(books: Books) -> None:
    assert ids(books, "select * from TaxCode where Name = 'NON'") == ["NON"]
    assert "TAX" in ids(books, "select * from TaxCode where Active = true")
    assert "TAX" not in ids(books, "select * from TaxCode where Name like 'Aus%'")


@fact("5", "a Canadian company has no pseudo codes", preset="canada")
def _(books: Books) -> None:
    assert len(rows(books, "select * from TaxCode maxresults 1")) == 1


# Traps.


@fact("13.10", "a backslash that is not escaped breaks out of the value: 4000")
def _(books: Books) -> None:
    assert code(books, r"select * from Customer where DisplayName = 'x\'") == "4000"
    injected = r"select * from Customer where DisplayName = 'x\' or Id = '1'"
    assert code(books, injected) == "4000"


@fact("13.11", "& and % reach the statement when they are encoded in the address")
def _(books: Books) -> None:
    made = books.post("Customer", {"DisplayName": "Salt & Pepper 100% Ltd"})
    statement = "select * from Customer where DisplayName = 'Salt & Pepper 100% Ltd'"
    assert ids(books, statement) == [made["Id"]]


@fact("13.11", "an & that is not encoded cuts the statement off: 4000")
def _(books: Books) -> None:
    target = f"/v3/company/{books.realm}/query?query=select%20*%20from%20Customer%20where%20DisplayName%20=%20'a&b'"
    assert books.raw("GET", target).status == 400


@fact("13.12", "a curly apostrophe is a lexical error: 4000")
def _(books: Books) -> None:
    error = refusal(books, "select * from Customer where DisplayName = 'Joe\u2019s'")
    assert error["code"] == "4000"
    assert 'Lexical error at line 1, column 48.  Encountered: "\\u2019" (8217), after : ' in error["Detail"]


@fact("13.12", "letters beyond ASCII are no problem, only typographic marks are")
def _(books: Books) -> None:
    made = books.post("Customer", {"DisplayName": "José Núñez"})
    assert ids(books, "select * from Customer where DisplayName = 'JOSÉ NÚÑEZ'") == [made["Id"]]


@fact("13.31", "a + in the address is a space: an offset east of Greenwich does not survive, Z does")
def _(books: Books) -> None:
    start = (
        f"/v3/company/{books.realm}/query?query=select%20*%20from%20Item%20where%20MetaData.CreateTime%20>%20"
    )
    assert books.raw("GET", f"{start}'2026-01-01T00:00:00+02:00'").status == 400
    assert books.raw("GET", f"{start}'2026-01-01T00:00:00%2B02:00'").status == 200
    assert books.raw("GET", f"{start}'2025-12-31T22:00:00Z'").status == 200


# What public clients send.


@fact("14.1", "WHERE may be followed by two spaces and AND be in lower case")
def _(books: Books) -> None:
    statement = "SELECT * FROM Item WHERE  Type = 'Service' and Active = true ORDER BY Name MAXRESULTS 2"
    assert [row["Name"] for row in rows(books, statement)] == ["Garden design", "Hedge trimming"]


@fact("14.1", "entity names in lower camel case are understood")
def _(books: Books) -> None:
    answer = books.query("select * from companyInfo")
    assert next(iter(answer)) == "CompanyInfo"


@fact("14.1", "format=json in the address is enough to get JSON")
def _(books: Books) -> None:
    target = f"/v3/company/{books.realm}/query?format=json&query=select%20*%20from%20Term"
    response = books.raw("GET", target, accept="*/*")
    assert response.headers["content-type"].startswith("application/json")
    assert "Term" in parse_json(response.body)["QueryResponse"]


@fact("14.1", "an empty answer is exactly {}")
def _(books: Books) -> None:
    target = f"/v3/company/{books.realm}/query?query=select%20*%20from%20Item%20where%20Name%20=%20'none'"
    assert b'"QueryResponse":{}' in books.raw("GET", target).body
