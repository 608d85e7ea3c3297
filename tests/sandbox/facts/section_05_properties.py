"""Section 5: what can be queried, and by which properties."""

from tests.sandbox.client import Books
from tests.sandbox.facts.section_05_query import code, ids, posted, refusal, rows
from tests.sandbox.facts.table import fact

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
