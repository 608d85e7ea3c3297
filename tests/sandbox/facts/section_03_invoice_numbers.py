"""Section 3.4: the numbers of invoices."""

from tests.sandbox.client import Books, line
from tests.sandbox.facts.section_03_invoices import change, custom_numbers, draft, problem
from tests.sandbox.facts.table import fact


@fact("3.4", "with custom numbers off an omitted DocNumber is the last one plus one")
def _(books: Books) -> None:
    assert [books.invoice()["DocNumber"] for _ in range(2)] == ["1011", "1012"]


@fact("3.4", "with custom numbers off a sent DocNumber is stored and does not advance the counter")
def _(books: Books) -> None:
    assert books.invoice(DocNumber="2000")["DocNumber"] == "2000"
    assert books.invoice()["DocNumber"] == "1011"


@fact("3.4", "with custom numbers on a sent DocNumber is kept")
def _(books: Books) -> None:
    custom_numbers(books)
    assert books.invoice(DocNumber="A/7 b")["DocNumber"] == "A/7 b"


@fact("3.4", "with custom numbers on an omitted DocNumber stays absent")
def _(books: Books) -> None:
    custom_numbers(books)
    assert "DocNumber" not in books.invoice()


@fact("3.4", "AUTO_GENERATE numbers an invoice although custom numbers are on")
def _(books: Books) -> None:
    custom_numbers(books)
    assert books.invoice(DocNumber="AUTO_GENERATE")["DocNumber"] == "1011"


@fact("3.4", "AUTO_GENERATE numbers an invoice with custom numbers off as well")
def _(books: Books) -> None:
    assert books.invoice(DocNumber="AUTO_GENERATE")["DocNumber"] == "1011"


@fact("3.4", "the next number counts on the numeric tail: INV-9 becomes INV-10")
def _(books: Books) -> None:
    custom_numbers(books)
    books.invoice(DocNumber="INV-9")
    assert books.invoice(DocNumber="AUTO_GENERATE")["DocNumber"] == "INV-10"


@fact("3.4", "the numeric tail keeps its leading zeros: A-099 becomes A-100")
def _(books: Books) -> None:
    custom_numbers(books)
    books.invoice(DocNumber="A-099")
    assert books.invoice(DocNumber="AUTO_GENERATE")["DocNumber"] == "A-100"


@fact("3.4", "a number that no longer fits after counting on is refused")
def _(books: Books) -> None:
    custom_numbers(books)
    books.invoice(DocNumber="9" * 21)
    assert books.refused("POST", "invoice", draft(DocNumber="AUTO_GENERATE")) == "2050"


@fact("3.4", "a refused invoice uses up no number")
def _(books: Books) -> None:
    assert books.refused("POST", "invoice", draft(line(5, Qty=2, UnitPrice=3))) == "6070"
    assert books.refused("POST", "invoice", draft(line(-5))) == "6000"
    assert books.invoice()["DocNumber"] == "1011"


@fact("3.4", "duplicate numbers are accepted while custom numbers are off", warn_duplicate_number=True)
def _(books: Books) -> None:
    books.invoice(DocNumber="A1")
    assert books.invoice(DocNumber="A1")["DocNumber"] == "A1"


@fact("3.4", "duplicate numbers are accepted while the company is not warned", warn_duplicate_number=False)
def _(books: Books) -> None:
    custom_numbers(books)
    books.invoice(DocNumber="A1")
    assert books.invoice(DocNumber="A1")["DocNumber"] == "A1"


@fact("3.4", "a duplicate number is 6140, naming number, type and holder", warn_duplicate_number=True)
def _(books: Books) -> None:
    custom_numbers(books)
    holder = books.invoice(DocNumber="A1")
    found = problem(books, draft(DocNumber="A1"))
    assert (found["code"], found["Message"]) == ("6140", "Duplicate Document Number Error")
    assert found["Detail"].endswith(f"DocNumber=A1 is assigned to TxnType=Invoice with TxnId={holder['Id']}")


@fact("3.4", "include=allowduplicatedocnum accepts the duplicate", warn_duplicate_number=True)
def _(books: Books) -> None:
    custom_numbers(books)
    books.invoice(DocNumber="A1")
    assert books.post("Invoice", draft(DocNumber="A1"), include="allowduplicatedocnum")["DocNumber"] == "A1"


@fact("3.4", "an invoice may keep its own number when it is updated", warn_duplicate_number=True)
def _(books: Books) -> None:
    custom_numbers(books)
    made = books.invoice(DocNumber="A1")
    assert change(books, made, DocNumber="A1", PrivateNote="x")["DocNumber"] == "A1"


@fact("3.4", "the number of a deleted invoice is free again", warn_duplicate_number=True)
def _(books: Books) -> None:
    custom_numbers(books)
    made = books.invoice(DocNumber="A1")
    books.post("Invoice", {"Id": made["Id"], "SyncToken": "0"}, operation="delete")
    assert books.invoice(DocNumber="A1")["DocNumber"] == "A1"
