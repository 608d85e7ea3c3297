"""Sections 13 and 14.1: statements as real clients write them."""

from bookipi_app.sandbox.jsontext import parse_json
from tests.sandbox.client import Books
from tests.sandbox.facts.section_05_query import code, ids, refusal, rows
from tests.sandbox.facts.table import fact

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
