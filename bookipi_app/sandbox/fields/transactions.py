"""The fields of invoices and payments and of their lines."""

from typing import Final

from bookipi_app.sandbox.fields.common import COMMON, TIME_FILTERS, filters, read_only, references
from bookipi_app.sandbox.shapes import (
    ADDRESS,
    EMAIL,
    MEMO,
    MONEY,
    PRECISE,
    Reader,
    anything,
    choice,
    day,
    flag,
    ignored,
    many,
    nested,
    reference,
    text,
    whole,
)

_ITEM_DETAIL: Final[dict[str, Reader]] = {
    **references("ItemRef", "TaxCodeRef", "ClassRef", "TaxClassificationRef"),
    **dict.fromkeys(("Qty", "UnitPrice", "RatePercent", "DiscountRate"), PRECISE),
    "ServiceDate": day,
    **dict.fromkeys(("DiscountAmt", "TaxInclusiveAmt"), MONEY),
    **read_only("ItemAccountRef", "PriceLevelRef", "MarkupInfo", "DeferredRevenue", "UOMRef"),
}
_LINE_KINDS: Final = (
    *("SalesItemLineDetail", "SubTotalLineDetail", "DiscountLineDetail", "DescriptionOnly"),
    *("GroupLineDetail", "DescriptionLineDetail", "TaxLineDetail", "PaymentLineDetail"),
)
_DISCOUNT_DETAIL: Final[dict[str, Reader]] = {
    "PercentBased": flag,
    "DiscountPercent": PRECISE,
    **references("DiscountAccountRef", "TaxCodeRef", "ClassRef", "DiscountRef"),
}
_PLAIN_LINE: Final[dict[str, Reader]] = {
    "Id": text(20),
    "LineNum": whole,
    "Description": text(4000),
    "Amount": MONEY,
    "DetailType": choice(*_LINE_KINDS),
    "SalesItemLineDetail": nested(_ITEM_DETAIL),
    "SubTotalLineDetail": ignored,
    "DiscountLineDetail": nested(_DISCOUNT_DETAIL),
    "DescriptionLineDetail": nested({"ServiceDate": day, "TaxCodeRef": reference}),
    **dict.fromkeys(("LinkedTxn", "CustomField"), anything),
    **read_only("LineEx", "CustomExtensions"),
}
_GROUP_DETAIL: Final[dict[str, Reader]] = {
    "GroupItemRef": reference,
    "Quantity": PRECISE,
    "UOMRef": ignored,
    "Line": many(nested(_PLAIN_LINE)),
}
_LINE: Final[dict[str, Reader]] = {**_PLAIN_LINE, "GroupLineDetail": nested(_GROUP_DETAIL)}
_TAX_DETAIL: Final[dict[str, Reader]] = {
    **references("TxnTaxCodeRef", "DefaultTaxCodeRef"),
    "TotalTax": MONEY,
    "TaxLine": many(anything),
    "UseAutomatedSalesTax": flag,
}
_TRANSACTION: Final[dict[str, Reader]] = {
    **COMMON,
    **references("CustomerRef", "CurrencyRef", "DepartmentRef", "ClassRef", "ProjectRef"),
    "TxnDate": day,
    "PrivateNote": text(4000),
    "ExchangeRate": PRECISE,
    "TxnSource": text(100),
    **read_only("LinkedTxn", "TotalAmt", "HomeTotalAmt", "HomeBalance", "RecurDataRef"),
    "TransactionLocationType": ignored,
}
INVOICE: Final[dict[str, Reader]] = {
    **_TRANSACTION,
    "Line": many(nested(_LINE)),
    "DocNumber": text(21),
    **dict.fromkeys(("DueDate", "ShipDate"), day),
    **references("SalesTermRef", "ARAccountRef", "DepositToAccountRef"),
    **dict.fromkeys(("BillEmail", "BillEmailCc", "BillEmailBcc"), EMAIL),
    **dict.fromkeys(("BillAddr", "ShipAddr", "ShipFromAddr"), ADDRESS),
    "TrackingNum": text(31),
    "CustomerMemo": MEMO,
    "EmailStatus": choice("NotSet", "NeedToSend", "EmailSent"),
    "PrintStatus": choice("NotSet", "NeedToPrint", "PrintComplete"),
    "GlobalTaxCalculation": choice("TaxExcluded", "TaxInclusive", "NotApplicable"),
    **dict.fromkeys(("AllowOnlineCreditCardPayment", "AllowOnlineACHPayment", "FreeFormAddress"), flag),
    **dict.fromkeys(("ApplyTaxAfterDiscount", "ShippingTaxIncludedInTotalTax"), flag),
    "Deposit": MONEY,
    "TxnTaxDetail": nested(_TAX_DETAIL),
    **dict.fromkeys(("ShipMethodRef", "CustomField", "TaxExemptionRef"), anything),
    **read_only("AllowOnlinePayment", "AllowIPNPayment", "Balance", "InvoiceLink", "DeliveryInfo"),
    **read_only("EInvoiceStatus", "ECloudStatusTimeStamp", "invoiceStatus", "invoiceStatusLog"),
    **read_only("callToAction", "OverDueDays", "EstimateStatus"),
}
PAYMENT: Final[dict[str, Reader]] = {
    **_TRANSACTION,
    "TotalAmt": MONEY,
    "PaymentRefNum": text(21),
    **references("PaymentMethodRef", "DepositToAccountRef", "ARAccountRef"),
    "ProcessPayment": flag,
    "Line": many(nested(_LINE)),
    "UnappliedAmt": ignored,
    "CreditCardPayment": anything,
}
INVOICE_FILTERS: Final = {
    "Id": "id",
    **TIME_FILTERS,
    **filters("text", ("DocNumber", "EmailStatus", "PrintStatus")),
    **filters("number", ("TotalAmt", "Balance")),
    **filters("ref", ("CustomerRef", "SalesTermRef", "DepartmentRef", "ClassRef")),
    **filters("day", ("TxnDate", "DueDate", "ShipDate")),
}
PAYMENT_FILTERS: Final = {
    "Id": "id",
    **TIME_FILTERS,
    "PaymentRefNum": "text",
    **filters("number", ("TotalAmt", "UnappliedAmt")),
    **filters("ref", ("CustomerRef", "PaymentMethodRef")),
    "TxnDate": "day",
}
