"""Section 2.4: the codes that objects of lists raise, with status, element and text."""

from typing import Any

from tests.sandbox.client import Books, line
from tests.sandbox.facts.asking import (
    INCOME,
    below,
    category,
    change,
    customer,
    end,
    refusal,
    said,
    service,
    stock_item,
)
from tests.sandbox.facts.table import fact


@fact("2.4", "500: a name list cannot be deleted", list_delete_code="500")
def _(books: Books) -> None:
    error = refusal(books, "customer", {"Id": "3", "SyncToken": "0"}, operation="delete")
    assert error == {
        "Message": "Unsupported Operation",
        "Detail": "Operation Delete is not supported.",
        "code": "500",
        "element": "Operation",
    }


@fact("2.4", "2010: or the deletion of a name list is an unsupported property", list_delete_code="2010")
def _(books: Books) -> None:
    assert said(books, "customer", {"Id": "3", "SyncToken": "0"}, operation="delete")[:2] == (
        *("2010", "operation"),
    )


@fact("2.4", "500: tax codes and rates are not created directly")
def _(books: Books) -> None:
    for path in ("taxcode", "taxrate"):
        wanted = ("500", "Operation", "Operation Create is not supported.")
        assert said(books, path, {"Name": "City", "RateValue": 5}) == wanted


@fact("2.4", "500: a company is not created over the API")
def _(books: Books) -> None:
    assert said(books, "companyinfo", {"CompanyName": "Another"})[0] == "500"


@fact("2.4", "610: an id that never existed is HTTP 400, not 404")
def _(books: Books) -> None:
    status, answer = books.call("GET", "customer/99999")
    error = answer["Fault"]["Error"][0]
    assert status == 400
    assert (error["code"], error["Message"], error["element"]) == ("610", "Object Not Found", "")
    assert error["Detail"] == (
        "Object Not Found : Something you're trying to use has been made inactive. "
        "Check the fields with accounts, customers, items, vendors or employees."
    )


@fact("2.4", "610: a deleted object says that another user deleted it")
def _(books: Books) -> None:
    note = books.post("Attachable", {"Note": "n"})
    books.post("Attachable", {"Id": note["Id"], "SyncToken": "0"}, operation="delete")
    _, answer = books.call("GET", f"attachable/{note['Id']}")
    detail = answer["Fault"]["Error"][0]["Detail"]
    assert detail == "Object Not Found : Another user has deleted this transaction."


@fact("2.4", "700: an item lies below a category or an item of its own type only")
def _(books: Books) -> None:
    goods = {"ParentRef": {"value": "9"}, "SubItem": True}
    code, element, detail = said(books, "item", {"Name": "Laying", "IncomeAccountRef": INCOME, **goods})
    assert (code, element) == ("700", "ParentRef")
    assert detail.endswith("The parent isn't a valid reference.")
    nested = service(books, "Night mowing", ParentRef={"value": "4"}, SubItem=True)
    assert nested["FullyQualifiedName"] == "Lawn mowing:Night mowing"


@fact("2.4", "900: a parent cannot be its own descendant")
def _(books: Books) -> None:
    top = customer(books, "Top")
    middle = customer(books, "Middle", **below(top))
    body = {"Id": top["Id"], "SyncToken": "0", "sparse": True, **below(middle)}
    assert said(books, "customer", body) == (
        *("900", "ParentRef"),
        "The same object can't be the parent or child of itself.",
    )


@fact("2.4", "2010: an unknown property is refused by name")
def _(books: Books) -> None:
    code, element, detail = said(books, "customer", {"DisplayName": "A", "Colour": "red"})
    assert (code, element) == ("2010", "Colour")
    assert detail == 'Property Name:Unrecognized field "Colour" specified is unsupported or invalid'


@fact("2.4", "2010: an unknown property inside an object is refused with its path")
def _(books: Books) -> None:
    body = {"DisplayName": "A", "BillAddr": {"Street": "12 Lake View"}}
    assert said(books, "customer", body)[:2] == ("2010", "BillAddr.Street")


@fact("2.4", "2010: a value of another type cannot be deserialized")
def _(books: Books) -> None:
    code, element, detail = said(books, "customer", {"DisplayName": {"a": 1}})
    assert (code, element) == ("2010", "DisplayName")
    assert "Can not deserialize instance of java.lang.String out of START_OBJECT token" in detail


@fact("2.4", "2010: lists, objects, flags and references of the wrong type are all refused")
def _(books: Books) -> None:
    wrong: tuple[dict[str, Any], ...] = (
        {"Active": "perhaps"},
        {"BillAddr": "12 Lake View"},
        {"BillAddr": ["12 Lake View"]},
        {"SalesTermRef": "3"},
        {"PrimaryEmailAddr": ["a@b.example"]},
        {"Notes": ["n"]},
    )
    for fields in wrong:
        assert said(books, "customer", {"DisplayName": "A", **fields})[0] == "2010"


@fact("2.4", "2010: what is nested too deeply is refused, whether it is read or kept")
def _(books: Books) -> None:
    deep: Any = "x"
    for _level in range(60):
        deep = {"a": deep}
    assert said(books, "customer", {"DisplayName": "A", "OtherContactInfo": deep})[0] == "2010"
    bottomless = b'{"DisplayName":"A","OtherContactInfo":' + b"[" * 100_000
    assert books.refused("POST", "customer", bottomless) == "2010"


@fact("2.4", "2020: what is required is named")
def _(books: Books) -> None:
    error = refusal(books, "item", {"Type": "Service", "IncomeAccountRef": INCOME})
    assert error == {
        "Message": "Required param missing, need to supply the required value for the API",
        "Detail": "Required parameter Name is missing in the request",
        "code": "2020",
        "element": "Name",
    }


@fact("2.4", "2030: an id is a number")
def _(books: Books) -> None:
    _, answer = books.call("GET", "customer/abc")
    error = answer["Fault"]["Error"][0]
    assert (error["code"], error["Detail"]) == ("2030", "Id should be a valid number. Supplied value:abc")


@fact("2.4", "2040: control characters are not supported")
def _(books: Books) -> None:
    for fields in ({"DisplayName": "A\u0007"}, {"DisplayName": "A", "Notes": "\u0000"}):
        assert said(books, "customer", fields)[0] == "2040"
    assert (
        said(books, "customer", {"DisplayName": "A", "OtherContactInfo": [{"Type": "\u0001"}]})[0] == "2040"
    )


@fact("2.4", "2050: a text that is too long is answered with both lengths")
def _(books: Books) -> None:
    code, element, detail = said(books, "customer", {"DisplayName": "A", "ResaleNum": "9" * 33})
    assert (code, element) == ("2050", "ResaleNum")
    assert detail == (
        "String length specified does not match the supported length. "
        "Min:0 Max:16 supported. Supplied length:33"
    )


@fact("2.4", "2060 is a text that is no date, 2070 a day that no calendar has")
def _(books: Books) -> None:
    for value, wanted in (("soon", "2060"), ("1/2/2026", "2060"), ("2026-02-30", "2070"), (20260101, "2060")):
        code, element, _ = said(books, "item", stock_item(InvStartDate=value))
        assert (code, element) == (wanted, "InvStartDate")


@fact("2.4", "2080 and 2090 are whole numbers, badly written and out of range")
def _(books: Books) -> None:
    for value, wanted in ((1.5, "2080"), (1000, "2090"), (-1, "2090")):
        assert said(books, "term", {"Name": "T", "DueDays": value})[:2] == (wanted, "DueDays")


@fact("2.4", "2100 and 2110 are decimals, badly written and out of range")
def _(books: Books) -> None:
    body = {"Name": "X", "IncomeAccountRef": INCOME}
    wrong = (("x", "2100"), ("1_000", "2100"), ("NaN", "2100"), (10**11, "2110"), ("1e90", "2110"))
    for value, wanted in wrong:
        assert said(books, "item", {**body, "UnitPrice": value})[:2] == (wanted, "UnitPrice")


@fact("2.4", "2120: a subtype of another type does not fit an account")
def _(books: Books) -> None:
    body = {"Name": "Till", "AccountType": "Bank", "AccountSubType": "Travel"}
    assert said(books, "account", body)[:2] == ("2120", "AccountSubType")


@fact("2.4", "2150: a percentage is between 0 and 100")
def _(books: Books) -> None:
    body = {"Name": "T", "DueDays": 30, "DiscountPercent": 101}
    assert said(books, "term", body)[:2] == ("2150", "DiscountPercent")


@fact("2.4", "2160: there are never fewer than no pieces")
def _(books: Books) -> None:
    assert said(books, "item", stock_item(QtyOnHand=-1))[:2] == ("2160", "QtyOnHand")


@fact("2.4", "2170: a word that is none of the allowed ones")
def _(books: Books) -> None:
    body = {"DisplayName": "A", "PreferredDeliveryMethod": "Pigeon"}
    code, element, detail = said(books, "customer", body)
    assert (code, element) == ("2170", "PreferredDeliveryMethod")
    assert detail.endswith("Supplied value:Pigeon")


@fact("2.4", "2210: an e-mail address needs an at sign and a dot")
def _(books: Books) -> None:
    for address in ("nobody", "nobody@home", "no.body"):
        code, _, detail = said(
            books, "customer", {"DisplayName": "A", "PrimaryEmailAddr": {"Address": address}}
        )
        assert code == "2210"
        assert (
            detail
            == f"Email Address does not conform to the syntax rules of RFC 822. Supplied value:{address}"
        )


@fact("2.4", "2500: a reference to nothing names its own path")
def _(books: Books) -> None:
    error = refusal(books, "customer", {"DisplayName": "A", "SalesTermRef": {"value": "99"}})
    assert error == {
        "Message": "Invalid Reference Id",
        "Detail": "Invalid Reference Id : SalesTermRef",
        "code": "2500",
        "element": "SalesTermRef",
    }


@fact("2.4", "2500: a line with an unknown item has the path of the reference as element")
def _(books: Books) -> None:
    body = {"CustomerRef": {"value": "3"}, "Line": [line(5, "999")]}
    path = "Line.SalesItemLineDetail.ItemRef"
    assert said(books, "invoice", body) == ("2500", path, f"Invalid Reference Id : {path}")


@fact("2.4", "5020: stock needs the feature that counts it, and a feature that is off is HTTP 400")
def _(books: Books) -> None:
    books.prefer(ProductAndServicesPrefs={"QuantityOnHand": False})
    error = refusal(books, "item", stock_item(), status=400)
    assert (error["code"], error["Message"]) == ("5020", "Permission Denied")


@fact("2.4", "5010: a stale token names who was faster")
def _(books: Books) -> None:
    made = category(books, "Trees")
    change(books, "Item", made, Name="Shrubs")
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Name": "Hedges"}
    code, _, detail = said(books, "item", body)
    assert code == "5010"
    assert detail.startswith("Stale Object Error : You and ")
    assert detail.endswith("so your work was not saved.")


@fact("2.4", "2500: a reference to something inactive says so", inactive_reference_code="2500")
def _(books: Books) -> None:
    term = books.post("Term", {"Name": "Net 7", "DueDays": 7})
    end(books, "Term", term)
    code, _, detail = said(books, "customer", {"DisplayName": "A", "SalesTermRef": {"value": term["Id"]}})
    assert code == "2500"
    assert detail.startswith("Invalid Reference Id : Something you're trying to use has been made inactive.")


@fact(
    "2.4", "610: or a reference to something inactive is an object not found", inactive_reference_code="610"
)
def _(books: Books) -> None:
    term = books.post("Term", {"Name": "Net 7", "DueDays": 7})
    end(books, "Term", term)
    code, _, detail = said(books, "customer", {"DisplayName": "A", "SalesTermRef": {"value": term["Id"]}})
    assert code == "610"
    assert detail.startswith("Object Not Found : Something you're trying to use has been made inactive.")
