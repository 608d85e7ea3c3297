"""Section 10.1: making tax codes, rates and agencies."""

from typing import Any

from tests.sandbox.client import Books, line
from tests.sandbox.facts.asking import said
from tests.sandbox.facts.table import fact

_SERVICE = "taxservice/taxcode"
_RATE = {"TaxRateName": "Hutto City", "RateValue": 10, "TaxAgencyId": 1, "TaxApplicableOn": "Sales"}


def _code(**fields: Any) -> dict[str, Any]:
    return {"TaxCode": "Hutto", "TaxRateDetails": [_RATE], **fields}


@fact("10.1", "the tax service answers without envelope and with ids as text")
def _(books: Books) -> None:
    answer = books.ok("POST", _SERVICE, _code())
    assert set(answer) == {"TaxCode", "TaxCodeId", "TaxRateDetails"}
    assert answer["TaxCode"] == "Hutto"
    assert isinstance(answer["TaxCodeId"], str)
    assert answer["TaxRateDetails"] == [
        {
            **{"TaxRateName": "Hutto City", "TaxRateId": answer["TaxRateDetails"][0]["TaxRateId"]},
            **{"RateValue": 10, "TaxAgencyId": "1", "TaxApplicableOn": "Sales"},
        }
    ]


@fact("10.1", "a code made by the tax service is read with its rates")
def _(books: Books) -> None:
    answer = books.ok("POST", _SERVICE, _code())
    code = books.read("TaxCode", answer["TaxCodeId"])
    rates = code["SalesTaxRateList"]["TaxRateDetail"]
    rate = books.read("TaxRate", rates[0]["TaxRateRef"]["value"])
    assert (code["Name"], code["Taxable"], code["TaxGroup"]) == ("Hutto", True, True)
    assert (rate["Name"], rate["RateValue"], rate["AgencyRef"]["value"]) == ("Hutto City", 10, "1")


@fact("10.1", "a code groups rates that exist with new ones")
def _(books: Books) -> None:
    answer = books.ok("POST", _SERVICE, _code(TaxRateDetails=[{"TaxRateId": "1"}, _RATE]))
    first = answer["TaxRateDetails"][0]
    assert (first["TaxRateId"], first["TaxRateName"]) == ("1", books.read("TaxRate", "1")["Name"])
    code = books.read("TaxCode", answer["TaxCodeId"])
    assert len(code["SalesTaxRateList"]["TaxRateDetail"]) == 2


@fact("10.1", "an invoice can be taxed with a code that the tax service made", preset="us-manual-tax")
def _(books: Books) -> None:
    code = books.ok("POST", _SERVICE, _code())["TaxCodeId"]
    taxed = line(100, "9", "TAX")
    made = books.invoice(taxed, TxnTaxDetail={"TxnTaxCodeRef": {"value": code}})
    assert made["TxnTaxDetail"]["TotalTax"] == 10


@fact("10.1", "a rate on purchases is listed apart")
def _(books: Books) -> None:
    details = [{**_RATE, "TaxApplicableOn": "Purchase"}]
    code = books.read("TaxCode", books.ok("POST", _SERVICE, _code(TaxRateDetails=details))["TaxCodeId"])
    assert code["SalesTaxRateList"]["TaxRateDetail"] == []
    assert len(code["PurchaseTaxRateList"]["TaxRateDetail"]) == 1


@fact("10.1", "a tax code or rate of a taken name is a duplicate")
def _(books: Books) -> None:
    assert said(books, _SERVICE, _code(TaxCode="austin"))[0] == "6240"
    assert said(books, _SERVICE, _code(TaxRateDetails=[{**_RATE, "TaxRateName": "austin city"}]))[0] == "6240"
    assert said(books, _SERVICE, _code(TaxRateDetails=[_RATE, _RATE]))[0] == "6240"


@fact("10.1", "a tax code cannot be changed: its own id makes a duplicate of it")
def _(books: Books) -> None:
    made = books.ok("POST", _SERVICE, _code())
    assert said(books, _SERVICE, {**made, "RateValue": 5})[0] == "2010"
    assert said(books, _SERVICE, made)[0] == "6240"


@fact("10.1", "a tax code needs a name, rates, and of each new rate name, value and agency")
def _(books: Books) -> None:
    assert said(books, _SERVICE, _code(TaxCode=""))[:2] == ("2020", "TaxCode")
    assert said(books, _SERVICE, _code(TaxRateDetails=[]))[:2] == ("2020", "TaxCode.TaxRateDetails")
    for name in ("TaxRateName", "RateValue", "TaxAgencyId"):
        details = [{key: value for key, value in _RATE.items() if key != name}]
        assert said(books, _SERVICE, _code(TaxRateDetails=details))[:2] == ("2020", f"TaxRateDetails.{name}")


@fact("10.1", "rates and agencies that a tax code names must exist")
def _(books: Books) -> None:
    for detail, name in (({"TaxRateId": "99"}, "TaxRateId"), ({**_RATE, "TaxAgencyId": "99"}, "TaxAgencyId")):
        wanted = ("2500", f"TaxRateDetails.{name}")
        assert said(books, _SERVICE, _code(TaxRateDetails=[detail]))[:2] == wanted


@fact("10.1", "a rate is a percentage, also with its sign")
def _(books: Books) -> None:
    answer = books.ok("POST", _SERVICE, _code(TaxRateDetails=[{**_RATE, "RateValue": "8%"}]))
    assert answer["TaxRateDetails"][0]["RateValue"] == 8
    details = [{**_RATE, "TaxRateName": "Other", "RateValue": 101}]
    assert said(books, _SERVICE, _code(TaxCode="Other", TaxRateDetails=details))[0] == "2150"


@fact("10.1", "a refused tax code leaves no rate behind")
def _(books: Books) -> None:
    before = books.query("select count(*) from TaxRate")
    details = [_RATE, {"TaxRateId": "99"}]
    said(books, _SERVICE, _code(TaxRateDetails=details))
    assert books.query("select count(*) from TaxRate") == before


@fact("10.1", "a tax agency is made with its name and tracks sales")
def _(books: Books) -> None:
    made = books.post(
        "TaxAgency", {"DisplayName": "City of Hutto", "TaxRegistrationNumber": "", "sparse": False}
    )
    assert books.read("TaxAgency", made["Id"])["DisplayName"] == "City of Hutto"
    assert (made["TaxTrackedOnSales"], made["TaxTrackedOnPurchases"]) == (True, False)
    assert not {"Active", "FullyQualifiedName"} & set(made)


@fact("10.1", "a tax agency has a name of its own and is not changed")
def _(books: Books) -> None:
    assert said(books, "taxagency", {"DisplayName": "texas comptroller of public accounts"})[0] == "6240"
    assert said(books, "taxagency", {"TaxTrackedOnSales": True})[:2] == ("2020", "DisplayName")
    agency = books.read("TaxAgency", "1")
    assert said(books, "taxagency", {**agency, "DisplayName": "Other"})[0] == "500"


@fact("10.1", "tax codes and rates can be listed and read, not changed")
def _(books: Books) -> None:
    for kind in ("TaxCode", "TaxRate"):
        found = books.read(kind, "1")
        assert said(books, kind.lower(), {**found, "Name": "Other"}, operation="update") == (
            *("500", "Operation"),
            "Operation Update is not supported.",
        )


@fact("10.1", "the tax service needs the permission to make tax codes", not_permitted="TaxCode")
def _(books: Books) -> None:
    status, answer = books.call("POST", _SERVICE, _code())
    assert (status, answer["Fault"]["Error"][0]["code"]) == (403, "5020")
