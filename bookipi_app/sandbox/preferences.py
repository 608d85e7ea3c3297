"""The preferences and company information that a new company starts with."""

from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.presets import Preset

_INVOICE_MESSAGE = "Here's your invoice! We appreciate your prompt payment."
_THANKS = "Thank you for your business and have a great day!"


def first_preferences(
    preset: Preset, discount_account: str, shipping_account: str, tax_code: str
) -> JsonObject:
    """The body of the Preferences object."""
    return {
        "AccountingInfoPrefs": {
            **{"UseAccountNumbers": False, "TrackDepartments": False, "ClassTrackingPerTxn": False},
            **{
                "ClassTrackingPerTxnLine": False,
                "FirstMonthOfFiscalYear": "January",
                "TaxYearMonth": "January",
            },
            **{"TaxForm": "1", "CustomerTerminology": "Customers", "DepartmentTerminology": "Location"},
        },
        "ProductAndServicesPrefs": {
            **{
                "ForSales": True,
                "ForPurchase": True,
                "QuantityWithPriceAndRate": True,
                "QuantityOnHand": True,
            },
            **{"RevenueRecognitionEnabled": False},
        },
        "SalesFormsPrefs": _sales_forms(discount_account, shipping_account),
        "EmailMessagesPrefs": {
            "InvoiceMessage": {"Subject": f"Invoice from {preset.title}", "Message": _INVOICE_MESSAGE},
            "EstimateMessage": {"Subject": f"Estimate from {preset.title}", "Message": _THANKS},
            "SalesReceiptMessage": {"Subject": f"Sales Receipt from {preset.title}", "Message": _THANKS},
            "StatementMessage": {"Subject": f"Statement from {preset.title}", "Message": _THANKS},
        },
        "VendorAndPurchasesPrefs": {
            "TrackingByCustomer": True,
            "BillableExpenseTracking": True,
            "POCustomField": [],
        },
        "TimeTrackingPrefs": {
            **{"UseServices": True, "BillCustomers": True, "ShowBillRateToAll": False},
            **{"WorkWeekStartDate": "Monday", "MarkTimeEntriesBillable": True},
        },
        "TaxPrefs": _tax(preset, tax_code),
        "CurrencyPrefs": {
            "MultiCurrencyEnabled": preset.multicurrency,
            "HomeCurrency": {"value": preset.currency},
        },
        "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
        "OtherPrefs": {
            "NameValue": [
                {"Name": "SalesFormsPrefs.DefaultCustomerMessage", "Value": _THANKS},
                {"Name": "SalesFormsPrefs.DefaultItem", "Value": "1"},
            ]
        },
    }


def _sales_forms(discount_account: str, shipping_account: str) -> JsonObject:
    return {
        **{"CustomTxnNumbers": False, "AllowDeposit": True, "AllowDiscount": True, "AllowEstimates": True},
        **{
            "AllowServiceDate": True,
            "AllowShipping": True,
            "AutoApplyCredit": False,
            "AutoApplyPayments": False,
        },
        **{"DefaultDiscountAccount": discount_account, "DefaultShippingAccount": shipping_account},
        **{"DefaultTerms": {"value": "3"}, "DefaultCustomerMessage": _THANKS, "IPNSupportEnabled": False},
        **{"ETransactionEnabledStatus": "NotApplicable", "ETransactionPaymentEnabled": False},
        **{"EmailCopyToCompany": False, "UsingPriceLevels": False, "UsingProgressInvoicing": False},
        "CustomField": [
            {
                "CustomField": [
                    {
                        "Name": f"SalesFormsPrefs.UseSalesCustom{number}",
                        "Type": "BooleanType",
                        "BooleanValue": False,
                    }
                    for number in (1, 2, 3)
                ]
            }
        ],
    }


def _tax(preset: Preset, tax_code: str) -> JsonObject:
    prefs: JsonObject = {"UsingSalesTax": preset.using_sales_tax}
    if preset.partner_tax is not None:
        prefs["PartnerTaxEnabled"] = preset.partner_tax
    if preset.using_sales_tax and not preset.partner_tax and tax_code:
        prefs["TaxGroupCodeRef"] = {"value": tax_code}
    return prefs


def first_company_info(preset: Preset, country: str, started: str) -> JsonObject:
    """The body of the CompanyInfo object."""
    place = preset.address
    address: JsonObject = {
        **{"Id": "1", "Line1": place.street, "City": place.city, "CountrySubDivisionCode": place.state},
        **{"PostalCode": place.postal_code, "Country": "USA" if preset.country == "US" else "CAN"},
    }
    status = "EXPIRED" if preset.expired else "PAID"
    names = {
        **{"NeoEnabled": "true", "IndustryType": "Services", "IndustryCode": "NAICS 561730"},
        **{"SubscriptionStatus": status, "OfferingSku": "QuickBooks Online Plus"},
        **{"PayrollFeature": "false", "AccountantFeature": "false", "ItemCategoriesFeature": "true"},
    }
    return {
        **{"CompanyName": preset.title, "LegalName": preset.title, "CompanyAddr": address},
        **{"CustomerCommunicationAddr": address, "LegalAddr": address, "PrimaryPhone": {}},
        **{"CompanyStartDate": started, "FiscalYearStartMonth": "January", "Country": country},
        **{"Email": {"Address": "office@example.com"}, "WebAddr": {}, "SupportedLanguages": "en"},
        "NameValue": [{"Name": name, "Value": value} for name, value in names.items()],
    }
