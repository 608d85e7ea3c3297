"""The fields of the smaller lists, of attachments and of what a company says about itself."""

from typing import Final

from bookipi_app.sandbox.fields.common import (
    COMMON,
    NAME_MARKS,
    NAMED_FILTERS,
    SETTING_FILTERS,
    filters,
    read_only,
)
from bookipi_app.sandbox.shapes import (
    ADDRESS,
    EMAIL,
    MONEY,
    PHONE,
    WEB_ADDRESS,
    Reader,
    anything,
    choice,
    day,
    flag,
    ignored,
    many,
    nested,
    percent,
    reference,
    text,
    typed_reference,
    whole,
)

ACCOUNT: Final[dict[str, Reader]] = {
    **COMMON,
    "Name": text(100, NAME_MARKS + '"'),
    "AcctNum": text(20),
    "Description": text(100),
    **dict.fromkeys(("Active", "SubAccount"), flag),
    **dict.fromkeys(("AccountType", "AccountSubType"), text(100)),
    **dict.fromkeys(("ParentRef", "CurrencyRef", "TaxCodeRef"), reference),
    "OpeningBalance": MONEY,
    "OpeningBalanceDate": day,
    **read_only("Classification", "FullyQualifiedName", "CurrentBalance", "CurrentBalanceWithSubAccounts"),
    **read_only("AccountAlias", "TxnLocationType", "Level"),
}
TERM: Final[dict[str, Reader]] = {
    **COMMON,
    "Name": text(31),
    "Active": flag,
    "Type": ignored,
    "DiscountPercent": percent,
    **dict.fromkeys(("DueDays", "DiscountDays", "DayOfMonthDue", "DueNextMonthDays"), whole),
    "DiscountDayOfMonth": whole,
}
PAYMENT_METHOD: Final[dict[str, Reader]] = {
    **COMMON,
    "Name": text(31),
    "Active": flag,
    "Type": choice("CREDIT_CARD", "NON_CREDIT_CARD"),
}
CLASS: Final[dict[str, Reader]] = {
    **COMMON,
    "Name": text(100, NAME_MARKS),
    **dict.fromkeys(("Active", "SubClass"), flag),
    "ParentRef": reference,
    **read_only("FullyQualifiedName", "Level"),
}
DEPARTMENT: Final[dict[str, Reader]] = {
    **{name: reader for name, reader in CLASS.items() if name != "SubClass"},
    "SubDepartment": flag,
    "Address": ADDRESS,
}
TAX_AGENCY: Final[dict[str, Reader]] = {
    **COMMON,
    "DisplayName": text(100, NAME_MARKS),
    "TaxRegistrationNumber": text(30),
    **dict.fromkeys(("TaxTrackedOnSales", "TaxTrackedOnPurchases"), flag),
    **read_only("LastFileDate", "TaxAgencyConfig"),
}
TAX_RATE_REQUEST: Final[dict[str, Reader]] = {
    "TaxRateName": text(100, NAME_MARKS),
    "TaxRateId": text(20),
    "RateValue": percent,
    "TaxAgencyId": text(20),
    "TaxApplicableOn": choice("Sales", "Purchase"),
}
TAX_CODE_REQUEST: Final[dict[str, Reader]] = {
    **COMMON,
    "TaxCode": text(100, NAME_MARKS),
    "TaxCodeId": ignored,
    "TaxRateDetails": many(nested(TAX_RATE_REQUEST)),
}
_ATTACHED_TO: Final[dict[str, Reader]] = {
    "EntityRef": typed_reference,
    **dict.fromkeys(("IncludeOnSend", "NoRefOnly", "Inactive"), flag),
    "LineInfo": text(20),
    "CustomField": anything,
    "Ref": ignored,
    "SubEntityRef": ignored,
}
ATTACHABLE: Final[dict[str, Reader]] = {
    **COMMON,
    "AttachableRef": many(nested(_ATTACHED_TO)),
    "FileName": text(1000),
    "Note": text(2000),
    "ContentType": text(100),
    "Category": choice(*("Contact Photo", "Document", "Image", "Receipt", "Signature", "Sound", "Other")),
    **dict.fromkeys(("Lat", "Long"), text(100)),
    "PlaceName": text(2000),
    "Tag": text(2000),
    **read_only("FileAccessUri", "TempDownloadUri", "Size", "ThumbnailFileAccessUri"),
    "ThumbnailTempDownloadUri": ignored,
}
COMPANY: Final[dict[str, Reader]] = {
    **COMMON,
    **dict.fromkeys(("CompanyName", "LegalName"), text(1024)),
    **dict.fromkeys(("CompanyAddr", "LegalAddr", "CustomerCommunicationAddr"), ADDRESS),
    **dict.fromkeys(("Email", "CustomerCommunicationEmailAddr"), EMAIL),
    "PrimaryPhone": PHONE,
    "WebAddr": WEB_ADDRESS,
    "EmployerId": text(100),
    **read_only("CompanyStartDate", "FiscalYearStartMonth", "Country", "SupportedLanguages", "NameValue"),
    **read_only("DefaultTimeZone", "MultiByteCharsSupported", "CompanyFileName", "FlavorStratum"),
}
ACCOUNT_FILTERS: Final = {
    **NAMED_FILTERS,
    **filters("text", ("FullyQualifiedName", "AccountType", "AccountSubType", "Classification")),
    **filters("text", ("AcctNum", "Description")),
    "CurrentBalance": "number",
    "SubAccount": "flag",
}
TERM_FILTERS: Final = {**NAMED_FILTERS, "Type": "text", "DueDays": "number"}
METHOD_FILTERS: Final = {**NAMED_FILTERS, "Type": "text"}
NESTED_FILTERS: Final = {**NAMED_FILTERS, "FullyQualifiedName": "text", "ParentRef": "ref"}
AGENCY_FILTERS: Final = {**SETTING_FILTERS, "DisplayName": "text"}
COMPANY_FILTERS: Final = {**SETTING_FILTERS, "CompanyName": "text"}
ATTACHABLE_FILTERS: Final = {
    **SETTING_FILTERS,
    **filters("attached", ("AttachableRef.EntityRef.Type", "AttachableRef.EntityRef.value")),
    "FileName": "text",
}
