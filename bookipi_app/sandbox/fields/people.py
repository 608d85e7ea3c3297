"""The fields of customers, vendors and employees."""

from typing import Final

from bookipi_app.sandbox.fields.common import (
    COMMON,
    NAME_MARKS,
    NAMED_FILTERS,
    filters,
    read_only,
    references,
)
from bookipi_app.sandbox.shapes import (
    ADDRESS,
    EMAIL,
    PHONE,
    PRECISE,
    WEB_ADDRESS,
    Reader,
    anything,
    choice,
    day,
    flag,
    reference,
    text,
)

NAME_PARTS: Final = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")
_PERSON: Final[dict[str, Reader]] = {
    **COMMON,
    "DisplayName": text(500, NAME_MARKS),
    "Title": text(16, NAME_MARKS),
    **dict.fromkeys(("GivenName", "MiddleName", "FamilyName"), text(100, NAME_MARKS)),
    "Suffix": text(16, NAME_MARKS),
    "PrintOnCheckName": text(110, NAME_MARKS),
    "Active": flag,
    "PrimaryEmailAddr": EMAIL,
    **dict.fromkeys(("PrimaryPhone", "Mobile"), PHONE),
    **read_only("V4IDPseudonym", "Balance", "OpenBalanceDate", "FullyQualifiedName"),
}
_COMPANY: Final[dict[str, Reader]] = {
    **_PERSON,
    "CompanyName": text(100),
    **dict.fromkeys(("AlternatePhone", "Fax"), PHONE),
    "WebAddr": WEB_ADDRESS,
    "BillAddr": ADDRESS,
    "Notes": text(2000),
    "CurrencyRef": reference,
    "OtherContactInfo": anything,
    **read_only("Source", "GSTIN", "PrimaryTaxIdentifier", "SecondaryTaxIdentifier"),
}
CUSTOMER: Final[dict[str, Reader]] = {
    **_COMPANY,
    "ShipAddr": ADDRESS,
    "Taxable": flag,
    "TaxExemptionReasonId": choice(*[str(number) for number in range(1, 16)]),
    "ResaleNum": text(16),
    "BusinessNumber": text(10),
    **references("DefaultTaxCodeRef", "SalesTermRef", "PaymentMethodRef", "CustomerTypeRef", "ParentRef"),
    "ARAccountRef": reference,
    **dict.fromkeys(("Job", "BillWithParent"), flag),
    "PreferredDeliveryMethod": choice("Print", "Email", "None"),
    **read_only("ClientEntityId", "IsProject", "BalanceWithJobs", "TotalRevenue", "TotalExpense", "Level"),
}
VENDOR: Final[dict[str, Reader]] = {
    **_COMPANY,
    "AcctNum": text(100),
    "TaxIdentifier": text(20),
    "TaxReportingBasis": text(50),
    "BusinessNumber": text(10),
    **dict.fromkeys(("BillRate", "CostRate"), PRECISE),
    **dict.fromkeys(("Vendor1099", "T4AEligible", "T5018Eligible", "HasTPAR"), flag),
    **references("TermRef", "APAccountRef"),
    "VendorPaymentBankDetail": anything,
    "GSTRegistrationType": text(15),
}
EMPLOYEE: Final[dict[str, Reader]] = {
    **_PERSON,
    "PrimaryAddr": ADDRESS,
    "SSN": text(100),
    "EmployeeNumber": text(100),
    "Gender": choice("Male", "Female"),
    **dict.fromkeys(("BirthDate", "HiredDate", "ReleasedDate"), day),
    **dict.fromkeys(("BillRate", "CostRate"), PRECISE),
    **dict.fromkeys(("Organization", "BillableTime"), flag),
}
PERSON_FILTERS: Final = {
    **{name: form for name, form in NAMED_FILTERS.items() if name != "Name"},
    **filters("text", ("DisplayName", "PrintOnCheckName", *NAME_PARTS)),
    "PrimaryEmailAddr": "email",
}
VENDOR_FILTERS: Final = {**PERSON_FILTERS, "CompanyName": "text", "Balance": "number", "Vendor1099": "flag"}
CUSTOMER_FILTERS: Final = {
    **PERSON_FILTERS,
    **filters("text", ("CompanyName", "FullyQualifiedName")),
    "Balance": "number",
    "ParentRef": "ref",
    **filters("flag", ("Job", "Taxable")),
}
