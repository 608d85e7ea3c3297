"""The objects of the accounting API: their fields, limits, name spaces and what queries may filter on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bookipi_app.sandbox.shapes import (
    ADDRESS,
    EMAIL,
    MEMO,
    MONEY,
    PHONE,
    PRECISE,
    WEB_ADDRESS,
    Fields,
    Reader,
    anything,
    choice,
    day,
    flag,
    ignored,
    many,
    nested,
    number,
    reference,
    text,
    whole,
)

_COMMON: Final[dict[str, Reader]] = {
    name: ignored
    for name in (
        "Id",
        "SyncToken",
        "MetaData",
        "domain",
        "sparse",
        "status",
        "AttachableRef",
        "time",
        "@context",
    )
}
_NAME_MARKS: Final = ":\t\n"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object. `name_field` is set for name lists, which are inactivated and never deleted."""

    name: str
    fields: Fields
    filters: Mapping[str, str]
    name_field: str = ""
    name_space: str = ""
    id_space: str = ""
    writable: bool = True
    notifies: bool = True
    in_cdc: bool = True

    @property
    def deletable(self) -> bool:
        """Transactions are deleted; list objects are made inactive instead."""
        return not self.name_field and self.name not in ("Preferences", "CompanyInfo")


_TIMES: Final = {"MetaData.CreateTime": "moment", "MetaData.LastUpdatedTime": "moment"}
_LIST: Final = {"Id": "id", "Active": "flag", "FullyQualifiedName": "text", **_TIMES}

PERSON_NAMES: Final = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")
_PERSON: Final[dict[str, Reader]] = {
    **_COMMON,
    "DisplayName": text(500, _NAME_MARKS),
    "Title": text(16, _NAME_MARKS),
    "GivenName": text(100, _NAME_MARKS),
    "MiddleName": text(100, _NAME_MARKS),
    "FamilyName": text(100, _NAME_MARKS),
    "Suffix": text(16, _NAME_MARKS),
    "PrintOnCheckName": text(110, _NAME_MARKS),
    "CompanyName": text(100),
    "Active": flag,
    "PrimaryEmailAddr": EMAIL,
    **{name: PHONE for name in ("PrimaryPhone", "AlternatePhone", "Mobile", "Fax")},
    "WebAddr": WEB_ADDRESS,
    "BillAddr": ADDRESS,
    "Notes": text(2000),
    "CurrencyRef": reference,
    **{name: ignored for name in ("Balance", "OpenBalanceDate", "V4IDPseudonym", "FullyQualifiedName")},
}
_CUSTOMER: Final[dict[str, Reader]] = {
    **_PERSON,
    "ShipAddr": ADDRESS,
    "Taxable": flag,
    "TaxExemptionReasonId": choice(*[str(number) for number in range(1, 16)]),
    "ResaleNum": text(16),
    "BusinessNumber": text(10),
    **{
        name: reference
        for name in (
            "DefaultTaxCodeRef",
            "SalesTermRef",
            "PaymentMethodRef",
            "CustomerTypeRef",
            "ParentRef",
            "ARAccountRef",
        )
    },
    "Job": flag,
    "BillWithParent": flag,
    "IsProject": flag,
    "PreferredDeliveryMethod": choice("Print", "Email", "None"),
    "OtherContactInfo": anything,
    "ClientEntityId": ignored,
    "Source": ignored,
    **{
        name: ignored
        for name in (
            "BalanceWithJobs",
            "TotalRevenue",
            "TotalExpense",
            "Level",
            "PrimaryTaxIdentifier",
            "GSTIN",
        )
    },
}
_PEOPLE_FILTERS: Final = {
    **_LIST,
    **{name: "text" for name in ("DisplayName", "CompanyName", "PrintOnCheckName", *PERSON_NAMES)},
    "PrimaryEmailAddr": "email",
    "Balance": "number",
}
_ITEM: Final[dict[str, Reader]] = {
    **_COMMON,
    "Name": text(100, _NAME_MARKS),
    "Type": choice("Service", "NonInventory", "Inventory", "Group", "Category"),
    "Sku": text(100),
    "Description": text(4000),
    "PurchaseDesc": text(1000),
    "UnitPrice": PRECISE,
    "PurchaseCost": PRECISE,
    "Active": flag,
    **{
        name: flag
        for name in ("Taxable", "SalesTaxIncluded", "PurchaseTaxIncluded", "TrackQtyOnHand", "SubItem")
    },
    **{
        name: reference
        for name in (
            *(
                "IncomeAccountRef",
                "ExpenseAccountRef",
                "AssetAccountRef",
                "ParentRef",
                "TaxClassificationRef",
            ),
            *("SalesTaxCodeRef", "PurchaseTaxCodeRef", "ClassRef", "PrefVendorRef", "COGSAccountRef"),
        )
    },
    "QtyOnHand": PRECISE,
    "ReorderPoint": PRECISE,
    "InvStartDate": day,
    "ItemGroupDetail": anything,
    "PrintGroupedItems": flag,
    "ItemCategoryType": ignored,
    "Source": ignored,
    **{
        name: ignored
        for name in ("FullyQualifiedName", "Level", "AbatementRate", "ReverseChargeRate", "ManPartNum")
    },
    **{
        name: ignored
        for name in ("RatePercent", "QtyOnSalesOrder", "QtyOnPurchaseOrder", "AvgCost", "DeferredRevenue")
    },
    **{
        name: ignored
        for name in ("UOMSetRef", "SubtotalItem", "UQCId", "UQCDisplayText", "SpecialItem", "ServiceType")
    },
}
_LINE_REFERENCES: Final = {
    name: reference for name in ("ItemRef", "TaxCodeRef", "ClassRef", "TaxClassificationRef")
}
_ITEM_DETAIL: Final[dict[str, Reader]] = {
    **_LINE_REFERENCES,
    "Qty": PRECISE,
    "UnitPrice": PRECISE,
    "ServiceDate": day,
    "RatePercent": PRECISE,
    "DiscountRate": PRECISE,
    "DiscountAmt": MONEY,
    "TaxInclusiveAmt": MONEY,
    **{
        name: ignored
        for name in ("ItemAccountRef", "PriceLevelRef", "MarkupInfo", "DeferredRevenue", "UOMRef")
    },
}
_LINE_KINDS: Final = (
    *(
        "SalesItemLineDetail",
        "SubTotalLineDetail",
        "DiscountLineDetail",
        "DescriptionOnly",
        "GroupLineDetail",
    ),
    *("DescriptionLineDetail", "TaxLineDetail", "PaymentLineDetail"),
)
_PLAIN_LINE: Final[dict[str, Reader]] = {
    "Id": text(20),
    "LineNum": whole,
    "Description": text(4000),
    "Amount": MONEY,
    "DetailType": choice(*_LINE_KINDS),
    "SalesItemLineDetail": nested(_ITEM_DETAIL),
    "SubTotalLineDetail": ignored,
    "DiscountLineDetail": nested(
        {
            "PercentBased": flag,
            "DiscountPercent": PRECISE,
            **{name: reference for name in ("DiscountAccountRef", "TaxCodeRef", "ClassRef", "DiscountRef")},
        }
    ),
    "DescriptionLineDetail": nested({"ServiceDate": day, "TaxCodeRef": reference}),
    "LinkedTxn": anything,
    "CustomField": anything,
    "LineEx": ignored,
    "CustomExtensions": ignored,
}
_GROUP_DETAIL: Final[dict[str, Reader]] = {
    "GroupItemRef": reference,
    "Quantity": PRECISE,
    "UOMRef": ignored,
    "Line": many(nested(_PLAIN_LINE)),
}
_LINE: Final[dict[str, Reader]] = {**_PLAIN_LINE, "GroupLineDetail": nested(_GROUP_DETAIL)}
_TAX_DETAIL: Final = nested(
    {
        "TxnTaxCodeRef": reference,
        "TotalTax": MONEY,
        "TaxLine": many(anything),
        "UseAutomatedSalesTax": flag,
        "DefaultTaxCodeRef": reference,
    }
)
_TRANSACTION: Final[dict[str, Reader]] = {
    **_COMMON,
    "CustomerRef": reference,
    "TxnDate": day,
    "PrivateNote": text(4000),
    "CurrencyRef": reference,
    "ExchangeRate": PRECISE,
    "DepartmentRef": reference,
    "ClassRef": reference,
    "ProjectRef": reference,
    "TxnSource": text(100),
    "LinkedTxn": ignored,
    **{
        name: ignored
        for name in ("TotalAmt", "HomeTotalAmt", "HomeBalance", "RecurDataRef", "TransactionLocationType")
    },
}
_INVOICE: Final[dict[str, Reader]] = {
    **_TRANSACTION,
    "Line": many(nested(_LINE)),
    "DocNumber": text(21),
    "DueDate": day,
    "SalesTermRef": reference,
    "ARAccountRef": reference,
    **{name: EMAIL for name in ("BillEmail", "BillEmailCc", "BillEmailBcc")},
    **{name: ADDRESS for name in ("BillAddr", "ShipAddr", "ShipFromAddr")},
    "ShipDate": day,
    "TrackingNum": text(31),
    "ShipMethodRef": anything,
    "CustomerMemo": MEMO,
    "EmailStatus": choice("NotSet", "NeedToSend", "EmailSent"),
    "PrintStatus": choice("NotSet", "NeedToPrint", "PrintComplete"),
    "AllowOnlineCreditCardPayment": flag,
    "AllowOnlineACHPayment": flag,
    "AllowOnlinePayment": ignored,
    "AllowIPNPayment": ignored,
    "GlobalTaxCalculation": choice("TaxExcluded", "TaxInclusive", "NotApplicable"),
    "ApplyTaxAfterDiscount": flag,
    "ShippingTaxIncludedInTotalTax": flag,
    "Deposit": MONEY,
    "DepositToAccountRef": reference,
    "TxnTaxDetail": _TAX_DETAIL,
    "CustomField": anything,
    "TaxExemptionRef": anything,
    "FreeFormAddress": flag,
    **{
        name: ignored
        for name in ("Balance", "InvoiceLink", "DeliveryInfo", "EInvoiceStatus", "ECloudStatusTimeStamp")
    },
    **{
        name: ignored
        for name in ("invoiceStatus", "invoiceStatusLog", "callToAction", "OverDueDays", "EstimateStatus")
    },
}
_PAYMENT: Final[dict[str, Reader]] = {
    **_TRANSACTION,
    "TotalAmt": MONEY,
    "PaymentRefNum": text(21),
    **{name: reference for name in ("PaymentMethodRef", "DepositToAccountRef", "ARAccountRef")},
    "ProcessPayment": flag,
    "Line": many(nested({**_LINE, "Amount": MONEY})),
    "UnappliedAmt": ignored,
    "CreditCardPayment": anything,
}
_ACCOUNT: Final[dict[str, Reader]] = {
    **_COMMON,
    "Name": text(100, ':"'),
    "AcctNum": text(20),
    "Description": text(100),
    "Active": flag,
    "SubAccount": flag,
    "ParentRef": reference,
    "AccountType": text(100),
    "AccountSubType": text(100),
    "CurrencyRef": reference,
    "TaxCodeRef": reference,
    **{
        name: ignored
        for name in (
            "Classification",
            "FullyQualifiedName",
            "CurrentBalance",
            "CurrentBalanceWithSubAccounts",
        )
    },
}
_TERM: Final[dict[str, Reader]] = {
    **_COMMON,
    "Name": text(31),
    "Active": flag,
    "Type": choice("STANDARD", "DATE_DRIVEN"),
    "DiscountPercent": number(7),
    **{
        name: whole
        for name in ("DueDays", "DiscountDays", "DayOfMonthDue", "DueNextMonthDays", "DiscountDayOfMonth")
    },
}
_SIMPLE_LIST: Final[dict[str, Reader]] = {
    **_COMMON,
    "Name": text(100),
    "Active": flag,
    "Type": text(30),
    "SubClass": flag,
    "SubDepartment": flag,
    "ParentRef": reference,
    "FullyQualifiedName": ignored,
}


def _numeric(*names: str) -> dict[str, str]:
    return {name: "number" for name in names}


def _textual(*names: str) -> dict[str, str]:
    return {name: "text" for name in names}


def _referring(*names: str) -> dict[str, str]:
    return {name: "ref" for name in names}


_ITEM_FILTERS: Final = {
    **_LIST,
    **_textual("Name", "Sku", "Type", "Description"),
    **_numeric("UnitPrice", "PurchaseCost", "QtyOnHand"),
    **_referring("ParentRef", "IncomeAccountRef", "ExpenseAccountRef", "AssetAccountRef"),
    "Taxable": "flag",
}
_INVOICE_FILTERS: Final = {
    "Id": "id",
    **_TIMES,
    **_textual("DocNumber", "EmailStatus", "PrintStatus"),
    **_numeric("TotalAmt", "Balance"),
    **_referring("CustomerRef", "SalesTermRef", "DepartmentRef", "ClassRef"),
    **{name: "day" for name in ("TxnDate", "DueDate", "ShipDate")},
}
_PAYMENT_FILTERS: Final = {
    "Id": "id",
    **_TIMES,
    **_textual("PaymentRefNum"),
    **_numeric("TotalAmt", "UnappliedAmt"),
    **_referring("CustomerRef", "PaymentMethodRef"),
    "TxnDate": "day",
}
_ACCOUNT_FILTERS: Final = {
    **_LIST,
    **_textual("Name", "AccountType", "AccountSubType", "Classification", "AcctNum", "Description"),
    **_numeric("CurrentBalance"),
    "SubAccount": "flag",
}
_NAMED_FILTERS: Final = {**_LIST, **_textual("Name", "Type")}
_SETTING_FILTERS: Final = {"Id": "id", **_TIMES}
_ATTACHABLE_FILTERS: Final = {
    **_SETTING_FILTERS,
    "AttachableRef.EntityRef.Type": "text",
    "AttachableRef.EntityRef.value": "text",
}


def _named(name: str, fields: Fields, **more: bool) -> Kind:
    return Kind(name, fields, _NAMED_FILTERS, "Name", name, name, **more)


_ALL: Final = (
    Kind("Invoice", _INVOICE, _INVOICE_FILTERS, id_space="Transaction"),
    Kind("Payment", _PAYMENT, _PAYMENT_FILTERS, id_space="Transaction"),
    Kind(
        "Customer",
        _CUSTOMER,
        {**_PEOPLE_FILTERS, "ParentRef": "ref", "Job": "flag", "Taxable": "flag"},
        *("DisplayName", "Person", "Person"),
    ),
    Kind("Vendor", _PERSON, _PEOPLE_FILTERS, "DisplayName", "Person", "Person", writable=False),
    Kind("Employee", _PERSON, _PEOPLE_FILTERS, "DisplayName", "Person", "Person", writable=False),
    Kind("Item", _ITEM, _ITEM_FILTERS, "Name", "Item", "Item"),
    Kind("Account", _ACCOUNT, _ACCOUNT_FILTERS, "Name", "Account", "Account"),
    Kind("Term", _TERM, {**_NAMED_FILTERS, "DueDays": "number"}, "Name", "Term", "Term"),
    _named("PaymentMethod", _SIMPLE_LIST),
    _named("Class", _SIMPLE_LIST),
    _named("Department", _SIMPLE_LIST),
    _named("TaxCode", _SIMPLE_LIST, writable=False, notifies=False, in_cdc=False),
    _named("TaxRate", _SIMPLE_LIST, writable=False, notifies=False, in_cdc=False),
    Kind(
        "TaxAgency",
        {**_COMMON, "DisplayName": text(100), "TaxRegistrationNumber": text(100)},
        {**_SETTING_FILTERS, "DisplayName": "text"},
        *("DisplayName", "TaxAgency", "TaxAgency"),
        notifies=False,
        in_cdc=False,
    ),
    Kind("Preferences", {}, _SETTING_FILTERS, id_space="Preferences"),
    Kind(
        "CompanyInfo",
        {},
        {**_SETTING_FILTERS, **_textual("CompanyName")},
        id_space="CompanyInfo",
        writable=False,
        notifies=False,
    ),
    Kind(
        "Attachable",
        {},
        {**_SETTING_FILTERS, "AttachableRef.EntityRef.Type": "text", "AttachableRef.EntityRef.value": "text"},
        id_space="Attachable",
        writable=False,
    ),
)
KINDS: Final[Mapping[str, Kind]] = {kind.name: kind for kind in _ALL}
_BY_LOWER: Final = {kind.name.lower(): kind for kind in _ALL}


def kind_called(name: str) -> Kind | None:
    """The kind with this name in any casing."""
    return _BY_LOWER.get(name.lower())
