"""Section 4: what becomes of the objects of lists that are made inactive, and of their names."""

from tests.sandbox.client import Books, line
from tests.sandbox.facts.asking import below, category, change, customer, end, said, service
from tests.sandbox.facts.table import fact


@fact("4", "an inactive customer is renamed, but neither its company nor its name on checks")
def _(books: Books) -> None:
    gone = end(books, "Customer", customer(books, "Ada", CompanyName="Ada Ltd"))
    assert (gone["DisplayName"], gone["FullyQualifiedName"]) == ("Ada (deleted)", "Ada (deleted)")
    assert (gone["CompanyName"], gone["PrintOnCheckName"], gone["Active"]) == ("Ada Ltd", "Ada", False)


@fact("4", "items, terms and classes are renamed likewise")
def _(books: Books) -> None:
    assert end(books, "Item", service(books, "Raking"))["Name"] == "Raking (deleted)"
    assert end(books, "Term", {"Id": "4"})["Name"] == "Net 60 (deleted)"
    assert (
        end(books, "Class", books.post("Class", {"Name": "North"}))["FullyQualifiedName"] == "North (deleted)"
    )


@fact("4", "the name of an inactive object is free at once")
def _(books: Books) -> None:
    end(books, "Customer", customer(books, "Ada"))
    assert customer(books, "Ada")["DisplayName"] == "Ada"


@fact("4", "an inactive sub-customer keeps its place")
def _(books: Books) -> None:
    gone = end(books, "Customer", customer(books, "Garage", ParentRef={"value": "1"}, Job=True))
    assert gone["FullyQualifiedName"] == "Amy's Bird Sanctuary:Garage (deleted)"


@fact("4", "what lies below an inactive object carries its new name")
def _(books: Books) -> None:
    trees = category(books, "Trees")
    made = service(books, "Felling", **below(trees, "SubItem"))
    end(books, "Item", trees)
    assert books.read("Item", made["Id"])["FullyQualifiedName"] == "Trees (deleted):Felling"


@fact("4", "an inactive object is read by its id")
def _(books: Books) -> None:
    made = customer(books, "Ada")
    end(books, "Customer", made)
    assert books.read("Customer", made["Id"])["Active"] is False


@fact("4", "an inactive object stays on the transactions that have it, under its new name")
def _(books: Books) -> None:
    made = service(books, "Raking")
    invoice = books.invoice(line(5, made["Id"]))
    end(books, "Item", made)
    shown = books.read("Invoice", invoice["Id"])["Line"][0]["SalesItemLineDetail"]["ItemRef"]
    assert shown == {"value": made["Id"], "name": "Raking (deleted)"}


@fact("4", "an inactive customer gets no new transaction")
def _(books: Books) -> None:
    made = customer(books, "Ada")
    end(books, "Customer", made)
    body = {"CustomerRef": {"value": made["Id"]}, "Line": [line(5)]}
    assert said(books, "invoice", body)[:2] == ("2500", "CustomerRef")


@fact("4", "an inactive parent takes no new children and keeps the old ones")
def _(books: Books) -> None:
    top = customer(books, "Top")
    child = customer(books, "Child", **below(top))
    end(books, "Customer", top)
    assert said(books, "customer", {"DisplayName": "New", **below(top)})[:2] == ("2500", "ParentRef")
    assert change(books, "Customer", child, Notes="still here")["Notes"] == "still here"


@fact("4", "a client that sends an inactive object back changes nothing about its name")
def _(books: Books) -> None:
    gone = end(books, "Customer", customer(books, "Ada"))
    again = books.post("Customer", {**gone, "Notes": "n"})
    assert (again["DisplayName"], again["Active"], again["Notes"]) == ("Ada (deleted)", False, "n")


@fact("4", "a full update that does not speak of Active leaves it")
def _(books: Books) -> None:
    gone = end(books, "Customer", customer(books, "Ada"))
    head = {"Id": gone["Id"], "SyncToken": "1", "DisplayName": gone["DisplayName"]}
    assert books.post("Customer", head)["Active"] is False


@fact("4", "a customer is made active under the name that is sent along")
def _(books: Books) -> None:
    made = customer(books, "Ada")
    end(books, "Customer", made)
    back = change(books, "Customer", made, Active=True, DisplayName="Ada")
    assert (back["DisplayName"], back["FullyQualifiedName"], back["Active"]) == ("Ada", "Ada", True)


@fact("4", "nobody is made active under a name that was taken meanwhile")
def _(books: Books) -> None:
    made = customer(books, "Ada")
    end(books, "Customer", made)
    books.post("Vendor", {"DisplayName": "Ada"})
    body = {"Id": made["Id"], "SyncToken": "1", "sparse": True, "Active": True, "DisplayName": "Ada"}
    assert said(books, "customer", body)[0] == "6240"
    assert books.read("Customer", made["Id"])["Active"] is False


@fact("4", "a rename to the name of another is refused and merges nothing")
def _(books: Books) -> None:
    made = customer(books, "Ada")
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "DisplayName": "Priya Raman"}
    assert said(books, "customer", body)[0] == "6240"
    assert books.query("select count(*) from Customer")["totalCount"] == 13


@fact("4", "a rename frees the old name")
def _(books: Books) -> None:
    made = customer(books, "Ada")
    change(books, "Customer", made, DisplayName="Bea")
    assert customer(books, "Ada")["DisplayName"] == "Ada"


@fact("4", "a rename may change only the case of a name")
def _(books: Books) -> None:
    assert change(books, "Customer", customer(books, "Ada"), DisplayName="ADA")["DisplayName"] == "ADA"


@fact("4", "an inactive object comes in the change feed in full, not as a tombstone")
def _(books: Books) -> None:
    made = customer(books, "Ada")
    end(books, "Customer", made)
    answer = books.ok("GET", "cdc", entities="customer", changedSince="2026-11-02T00:00:00-08:00")
    row = answer["CDCResponse"][0]["QueryResponse"][0]["Customer"][0]
    assert (row["Active"], row["DisplayName"]) == (False, "Ada (deleted)")
    assert "status" not in row


@fact("4", "a balance that is paid no longer keeps a customer active")
def _(books: Books) -> None:
    made = customer(books, "Ada")
    owed = books.post("Invoice", {"CustomerRef": {"value": made["Id"]}, "Line": [line(5)]})
    books.pay(owed, 5)
    assert end(books, "Customer", made)["Active"] is False


@fact("4", "money that a customer has in advance keeps it active too")
def _(books: Books) -> None:
    made = customer(books, "Ada")
    books.post("Payment", {"CustomerRef": {"value": made["Id"]}, "TotalAmt": 5})
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Active": False}
    assert said(books, "customer", body)[0] == "6220"
