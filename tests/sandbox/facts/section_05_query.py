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
