"""Section 5: what a refused query says."""

from tests.sandbox.client import Books
from tests.sandbox.facts.section_05_query import refusal
from tests.sandbox.facts.table import fact


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
