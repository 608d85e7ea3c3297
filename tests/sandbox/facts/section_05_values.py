"""Section 5: how values are written and compared in queries."""

from tests.sandbox.client import Books
from tests.sandbox.facts.section_05_query import code, ids, rows
from tests.sandbox.facts.table import fact

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
