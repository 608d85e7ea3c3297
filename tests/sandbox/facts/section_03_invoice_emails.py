"""Section 3.4: the e-mail addresses of invoices, and whether they were sent."""

from tests.sandbox.client import Books
from tests.sandbox.facts.section_03_invoices import change, draft, problem
from tests.sandbox.facts.table import fact


@fact("3.4", "BillEmail comes from the customer when omitted", bill_email_from_customer=True)
def _(books: Books) -> None:
    assert books.post("Invoice", draft(customer="1"))["BillEmail"]["Address"] == "amy@birds.example"


@fact("3.4", "BillEmail stays empty when omitted", bill_email_from_customer=False)
def _(books: Books) -> None:
    assert "BillEmail" not in books.post("Invoice", draft(customer="1"))


@fact("3.4", "what the customer gains later does not enter an invoice by an update")
def _(books: Books) -> None:
    made = books.invoice()
    books.post(
        "Customer",
        {"Id": "3", "SyncToken": "0", "sparse": True, "PrimaryEmailAddr": {"Address": "a@b.example"}},
    )
    assert "BillEmail" not in change(books, made, PrivateNote="x")


@fact("3.4", "BillEmail may hold several addresses with commas between, 100 characters in all")
def _(books: Books) -> None:
    several = "a@b.example, c@d.example"
    assert books.invoice(BillEmail={"Address": several})["BillEmail"]["Address"] == several
    long = ",".join(["someone@somewhere.example"] * 4)
    assert books.refused("POST", "invoice", draft(BillEmail={"Address": long})) == "2050"


@fact("3.4", "an address without @ and dot is 2210 wherever it stands in BillEmail")
def _(books: Books) -> None:
    found = problem(books, draft(BillEmail={"Address": "a@b.example,nobody"}))
    assert (found["code"], found["element"]) == ("2210", "BillEmail")
    assert "does not conform to the syntax rules of RFC 822" in found["Detail"]


@fact("3.4", "EmailStatus NeedToSend needs a BillEmail")
def _(books: Books) -> None:
    assert problem(books, draft(EmailStatus="NeedToSend"))["element"] == "BillEmail"
    sent = books.invoice(EmailStatus="NeedToSend", BillEmail={"Address": "a@b.example"})
    assert sent["EmailStatus"] == "NeedToSend"


@fact("3.4", "EmailStatus is one of three words, NotSet at first")
def _(books: Books) -> None:
    assert books.refused("POST", "invoice", draft(EmailStatus="Sent")) == "2170"
    assert books.invoice()["EmailStatus"] == "NotSet"
