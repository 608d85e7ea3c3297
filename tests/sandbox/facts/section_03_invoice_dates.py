"""Section 3.4: the dates of invoices, and their terms."""

from datetime import UTC, datetime

from tests.sandbox.client import Books
from tests.sandbox.facts.section_03_invoices import NO_DATE, draft, problem
from tests.sandbox.facts.table import fact


@fact("3.4", "TxnDate is the company's day by default, in its own time zone")
def _(books: Books) -> None:
    books.now = datetime(2026, 11, 3, 5, tzinfo=UTC)
    books.token = books.sandbox.grant(books.realm, books.now)["access_token"]
    assert books.invoice()["TxnDate"] == "2026-11-02"


@fact("3.4", "DueDate is TxnDate plus the days of the terms")
def _(books: Books) -> None:
    assert books.invoice(TxnDate="2026-01-31", SalesTermRef={"value": "2"})["DueDate"] == "2026-02-15"


@fact("3.4", "terms are copied from the customer when omitted")
def _(books: Books) -> None:
    made = books.post("Invoice", draft(customer="1"))
    assert (made["SalesTermRef"]["value"], made["DueDate"]) == ("3", "2026-12-02")


@fact("3.4", "without any terms DueDate is TxnDate", days_without_terms=0)
def _(books: Books) -> None:
    assert books.invoice(TxnDate="2026-03-01")["DueDate"] == "2026-03-01"


@fact("3.4", "without any terms DueDate is thirty days later", days_without_terms=30)
def _(books: Books) -> None:
    assert books.invoice(TxnDate="2026-03-01")["DueDate"] == "2026-03-31"


@fact("3.4", "terms can name a day of the month, the next but one where it is too near")
def _(books: Books) -> None:
    term = {"Name": "The tenth", "Type": "DATE_DRIVEN", "DayOfMonthDue": 10, "DueNextMonthDays": 5}
    made = books.control("POST", f"companies/{books.realm}/v3/term", term)["Term"]
    due = [
        books.invoice(TxnDate=f"2026-12-{day}", SalesTermRef={"value": made["Id"]})["DueDate"]
        for day in ("04", "06", "20")
    ]
    assert due == ["2026-12-10", "2027-01-10", "2027-01-10"]


@fact("3.4", "unknown terms are 2500 with the element's name")
def _(books: Books) -> None:
    found = problem(books, draft(SalesTermRef={"value": "99"}))
    assert (found["code"], found["element"]) == ("2500", "SalesTermRef")
    assert found["Detail"] == "Invalid Reference Id : SalesTermRef"


@fact("3.4", "a sent DueDate stands whatever the terms say")
def _(books: Books) -> None:
    assert books.invoice(SalesTermRef={"value": "2"}, DueDate="2026-12-24")["DueDate"] == "2026-12-24"


@fact("3.4", "a date that is no date is 2060 or 2070")
def _(books: Books) -> None:
    for wrong in ("2026-13-45", "soon", "2026-02-30", "05/01/2026"):
        found = problem(books, draft(TxnDate=wrong))
        assert found["code"] in NO_DATE
        assert found["element"] == "TxnDate"


@fact("3.4", "a due day beyond the last year there is, is refused and breaks nothing")
def _(books: Books) -> None:
    assert books.refused("POST", "invoice", draft(customer="1", TxnDate="9999-12-31")) in NO_DATE
