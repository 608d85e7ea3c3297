"""Section 3.5: the amounts of invoice lines."""

from decimal import Decimal
from typing import Any

from tests.sandbox.client import Books, line
from tests.sandbox.facts.section_03_invoices import NO_NUMBER, draft, problem
from tests.sandbox.facts.table import fact

PRODUCT: dict[str, Any] = {"Qty": Decimal("128.350"), "UnitPrice": Decimal("14.50")}


@fact("3.5", "Amount must be the exact product rounded half up: 1861.08, not 1861.07")
def _(books: Books) -> None:
    assert books.invoice(line(Decimal("1861.08"), **PRODUCT))["TotalAmt"] == Decimal("1861.08")
    assert books.refused("POST", "invoice", draft(line(Decimal("1861.07"), **PRODUCT))) == "6070"


@fact("3.5", "6070 names the amount with a comma and the element Line.Amount")
def _(books: Books) -> None:
    found = problem(books, draft(line(1000, Qty=3, UnitPrice=5)))
    assert found["Detail"] == "Amount is not equal to UnitPrice * Qty. Supplied value:1,000"
    assert (found["code"], found["element"]) == ("6070", "Line.Amount")
    assert found["Message"] == "Amount calculation incorrect in the request."


@fact("3.5", "the product is exact beyond the digits of a double: 12345678.9012345 times 999.9999999")
def _(books: Books) -> None:
    wide: dict[str, Any] = {"Qty": Decimal("12345678.9012345"), "UnitPrice": Decimal("999.9999999")}
    assert books.invoice(line(Decimal(12345678900), **wide))["TotalAmt"] == Decimal(12345678900)
    tie: dict[str, Any] = {"Qty": Decimal("100000001.5"), "UnitPrice": Decimal("0.01")}
    assert books.invoice(line(Decimal("1000000.02"), **tie))["TotalAmt"] == Decimal("1000000.02")


@fact("3.5", "negative products are rounded half up away from zero")
def _(books: Books) -> None:
    back: dict[str, Any] = {**PRODUCT, "Qty": Decimal("-128.350")}
    made = books.invoice(line(5000), line(Decimal("-1861.08"), **back))
    assert made["TotalAmt"] == Decimal("3138.92")


@fact("3.5", "without quantity or price the amount stands alone")
def _(books: Books) -> None:
    assert books.invoice(line(100), line(7, Qty=3), line(5, UnitPrice=2))["TotalAmt"] == 112


@fact("3.5", "with quantity 0 and price 0 the amount is accepted")
def _(books: Books) -> None:
    assert books.invoice(line(100, Qty=0, UnitPrice=0))["TotalAmt"] == 100


@fact("3.5", "quantity and price keep seven decimals, the amount two")
def _(books: Books) -> None:
    sold = books.invoice(line(Decimal("0.53"), "12", Qty=1, UnitPrice=Decimal("0.5306667")))["Line"][0]
    assert sold["SalesItemLineDetail"]["UnitPrice"] == Decimal("0.5306667")
    assert books.invoice(line(Decimal("2.005")))["Line"][0]["Amount"] == Decimal("2.01")


@fact("3.5", "negative lines are allowed as credits while the total is not negative")
def _(books: Books) -> None:
    assert books.invoice(line(100), line(-100))["TotalAmt"] == 0


@fact("3.5", "a negative total is 6000")
def _(books: Books) -> None:
    assert books.refused("POST", "invoice", draft(line(100), line(Decimal("-100.01")))) == "6000"


@fact("3.5", "numbers may arrive as strings")
def _(books: Books) -> None:
    made = books.invoice(line("1861.08", Qty="128.350", UnitPrice="14.50"))
    assert made["Line"][0]["Amount"] == Decimal("1861.08")


@fact("3.5", "words and 30-digit numbers are no amounts: 2080 to 2110")
def _(books: Books) -> None:
    for wrong in ("x", "NaN", "Infinity", "1e309", 10**29, -(10**29), "12.5.1"):
        found = problem(books, draft(line(wrong)))
        assert found["code"] in NO_NUMBER
        assert found["element"] == "Line.Amount"


@fact("3.5", "objects, lists and booleans are no amounts: 2010")
def _(books: Books) -> None:
    wrong_types: list[Any] = [{"a": 1}, [1], True]
    for wrong in wrong_types:
        assert books.refused("POST", "invoice", draft(line(wrong))) == "2010"


@fact("3.5", "NaN, Infinity and 1e309 as bare JSON words are no JSON: 2010")
def _(books: Books) -> None:
    for word in (b"NaN", b"-Infinity", b"1e309", b"1E-400"):
        body = (
            b'{"CustomerRef":{"value":"3"},"Line":[{"DetailType":"SalesItemLineDetail","Amount":%s}]}' % word
        )
        assert books.refused("POST", "invoice", body) == "2010"


@fact("3.5", "Line must be an array of objects")
def _(books: Books) -> None:
    lines: list[Any] = ["text", {"Amount": 1}, [1], [[line(1)]], ["x"]]
    for wrong in lines:
        assert books.refused("POST", "invoice", {"CustomerRef": {"value": "3"}, "Line": wrong}) == "2010"
