"""The names and figures of the seed companies. Nothing here is a real business."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from bookipi_app.sandbox.jsontext import JsonObject


@dataclass(frozen=True, slots=True)
class TaxCodeSeed:
    """A tax code with its rates as (name, agency, percent)."""

    name: str
    rates: tuple[tuple[str, str, str], ...]


# Name, type, price, description, taxable
ItemSeed: TypeAlias = tuple[str, str, str, str, bool]


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category, the products in it, and a bundle of (item, quantity) that is sorted into it too."""

    category: str
    items: tuple[ItemSeed, ...]
    bundle: str
    parts: tuple[tuple[str, int], ...]


def _account(name: str, kind: str, subtype: str) -> JsonObject:
    return {"Name": name, "AccountType": kind, "AccountSubType": subtype}


ACCOUNTS: Final = (
    _account("Checking", "Bank", "Checking"),
    _account("Savings", "Bank", "Savings"),
    _account("Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    _account("Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    _account("Inventory Asset", "Other Current Asset", "Inventory"),
    _account("Prepaid Expenses", "Other Current Asset", "PrepaidExpenses"),
    _account("Truck", "Fixed Asset", "Vehicles"),
    _account("Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    _account("Company Card", "Credit Card", "CreditCard"),
    _account("Sales Tax Payable", "Other Current Liability", "SalesTaxPayable"),
    _account("Loan Payable", "Other Current Liability", "OtherCurrentLiabilities"),
    _account("Opening Balance Equity", "Equity", "OpeningBalanceEquity"),
    _account("Retained Earnings", "Equity", "RetainedEarnings"),
    _account("Services", "Income", "ServiceFeeIncome"),
    _account("Sales of Product Income", "Income", "SalesOfProductIncome"),
    _account("Landscaping Services", "Income", "OtherPrimaryIncome"),
    _account("Discounts given", "Income", "DiscountsRefundsGiven"),
    _account("Shipping Income", "Income", "OtherPrimaryIncome"),
    _account("Billable Expense Income", "Income", "ServiceFeeIncome"),
    _account("Interest Earned", "Other Income", "InterestEarned"),
    _account("Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    _account("Shipping and Delivery", "Cost of Goods Sold", "ShippingFreightDeliveryCos"),
    _account("Freight", "Expense", "ShippingFreightDelivery"),
    _account("Advertising", "Expense", "AdvertisingPromotional"),
    _account("Fuel", "Expense", "Auto"),
    _account("Insurance", "Expense", "Insurance"),
    _account("Job Materials", "Expense", "SuppliesMaterials"),
    _account("Office Expenses", "Expense", "OfficeGeneralAdministrativeExpenses"),
    _account("Rent or Lease", "Expense", "RentOrLeaseOfBuildings"),
    _account("Repair and Maintenance", "Expense", "RepairMaintenance"),
    _account("Travel", "Expense", "Travel"),
    _account("Utilities", "Expense", "Utilities"),
    _account("Depreciation", "Other Expense", "Depreciation"),
)
TERMS: Final[tuple[JsonObject, ...]] = (
    {"Name": "Due on receipt", "DueDays": 0},
    {"Name": "Net 15", "DueDays": 15},
    {"Name": "Net 30", "DueDays": 30},
    {"Name": "Net 60", "DueDays": 60},
)
METHODS: Final[tuple[JsonObject, ...]] = (
    {"Name": "Cash", "Type": "NON_CREDIT_CARD"},
    {"Name": "Check", "Type": "NON_CREDIT_CARD"},
    {"Name": "Credit Card", "Type": "CREDIT_CARD"},
)
ITEMS: Final[tuple[ItemSeed, ...]] = (
    ("Services", "Service", "0", "General services", False),
    ("Hours", "Service", "0", "Time worked", False),
    ("Garden design", "Service", "75", "Custom garden design, per hour", False),
    ("Lawn mowing", "Service", "45", "Mowing and edging", False),
    ("Hedge trimming", "Service", "35", "Trimming and clean-up, per hour", False),
    ("Irrigation check", "Service", "120", "Inspection and adjustment", False),
    ("Tree removal", "Service", "650", "Felling and removal", False),
    ("Installation", "Service", "58.50", "Installation work, per hour", False),
    ("River stone", "NonInventory", "89.95", "River stone, per cubic yard", True),
    ("Cedar mulch", "NonInventory", "42.75", "Cedar mulch, per cubic yard", True),
    ("Topsoil", "NonInventory", "31.20", "Screened topsoil, per cubic yard", True),
    ("Sod", "NonInventory", "0.5306667", "Sod, per square foot", True),
    ("Garden lights", "Inventory", "24.50", "Low-voltage path light", True),
    ("Fountain pump", "Inventory", "138", "Pump, 800 litres per hour", True),
)
# One company sorts what it sells and has a bundle; in the others everything lies side by side.
CATALOGUES: Final[Mapping[str, tuple[Shelf, ...]]] = {
    "us-manual-tax": (
        Shelf(
            "Planting",
            (("Live oak", "NonInventory", "185", "Live oak, 15 gallon", True),),
            "Front garden",
            (("River stone", 2), ("Planting:Live oak", 1), ("Installation", 6)),
        ),
    )
}
CUSTOMERS: Final[tuple[JsonObject, ...]] = (
    {
        **{"DisplayName": "Amy's Bird Sanctuary", "GivenName": "Amy", "FamilyName": "Lauterbach"},
        **{"PrimaryEmailAddr": {"Address": "amy@birds.example"}, "Street": "4581 Finch Street"},
        "SalesTermRef": {"value": "3"},
    },
    {
        **{"DisplayName": "Blue Heron Cafe", "CompanyName": "Blue Heron Cafe", "Street": "12 Lake View"},
        **{"PrimaryEmailAddr": {"Address": "office@blueheron.example"}, "SalesTermRef": {"value": "2"}},
    },
    {"DisplayName": "Daniel Okafor", "GivenName": "Daniel", "FamilyName": "Okafor", "Street": "77 Elm Court"},
    {
        **{"DisplayName": "Lakeline Homeowners Association", "Street": "900 Lakeline Boulevard"},
        **{"PrimaryEmailAddr": {"Address": "board@lakeline.example"}, "SalesTermRef": {"value": "3"}},
    },
    {"DisplayName": "Lakeline Pool House", "ParentRef": {"value": "4"}, "Job": True},
    {"DisplayName": "Lakeline Playground", "ParentRef": {"value": "4"}, "Job": True},
    {
        **{"DisplayName": "Pecan Grove Apartments", "CompanyName": "Pecan Grove Apartments LP"},
        **{"PrimaryEmailAddr": {"Address": "manager@pecangrove.example"}, "Street": "31 Pecan Grove"},
    },
    {"DisplayName": "Priya Raman", "GivenName": "Priya", "FamilyName": "Raman", "Street": "5 Juniper Way"},
    {"DisplayName": "Rosewood Estates", "CompanyName": "Rosewood Estates Inc.", "Street": "1 Rosewood Drive"},
    {"DisplayName": "Sunrise Bakery", "CompanyName": "Sunrise Bakery", "Street": "208 Main Street"},
    {
        **{"DisplayName": "Travis Heights Condominiums", "Street": "610 Travis Heights Boulevard"},
        "SalesTermRef": {"value": "3"},
    },
    {"DisplayName": "Westlake Montessori School", "CompanyName": "Westlake Montessori School"},
)
VENDORS: Final[tuple[JsonObject, ...]] = (
    {"DisplayName": "Hill Country Nursery", "CompanyName": "Hill Country Nursery"},
    {"DisplayName": "Norton Lumber and Building Materials"},
    {"DisplayName": "Office Supply Depot"},
    {"DisplayName": "Bob's Gravel"},
)
EMPLOYEES: Final[tuple[JsonObject, ...]] = (
    {"DisplayName": "Emily Platt", "GivenName": "Emily", "FamilyName": "Platt"},
    {"DisplayName": "John Johnson", "GivenName": "John", "FamilyName": "Johnson"},
    {"DisplayName": "Maria Santos", "GivenName": "Maria", "FamilyName": "Santos"},
)
# Customer, age in days, lines of (item, quantity, price), share that is paid
INVOICES: Final = (
    ("Amy's Bird Sanctuary", 52, (("Garden design", "4.5", "75"), ("Cedar mulch", "3", "42.75")), "1"),
    ("Blue Heron Cafe", 47, (("Lawn mowing", "4", "45"),), "1"),
    ("Pecan Grove Apartments", 40, (("River stone", "12", "89.95"), ("Installation", "16", "58.50")), "0.5"),
    ("Daniel Okafor", 33, (("Hedge trimming", "6.5", "35"),), "1"),
    ("Sunrise Bakery", 26, (("Irrigation check", "1", "120"), ("Garden lights", "8", "24.50")), "1"),
    ("Lakeline Pool House", 19, (("Tree removal", "2", "650"),), ""),
    ("Lakeline Homeowners Association", 14, (("Lawn mowing", "40", "45"), ("Topsoil", "25", "31.20")), ""),
    ("Priya Raman", 9, (("Fountain pump", "1", "138"), ("Installation", "3", "58.50")), ""),
    ("Travis Heights Condominiums", 4, (("Sod", "1200", "0.53"), ("Hours", "10", "48")), ""),
    ("Westlake Montessori School", 2, (("Garden design", "12", "75"),), ""),
)
_TEXAS = "Texas Comptroller of Public Accounts"
_CALIFORNIA = "California Department of Tax and Fee Administration"
_STATE = ("Texas State", _TEXAS, "6.25")
_CALIFORNIA_STATE = ("California State", _CALIFORNIA, "6.25")
US_CODES: Final = (
    TaxCodeSeed("California", (_CALIFORNIA_STATE, ("Santa Clara County", _CALIFORNIA, "3.125"))),
    TaxCodeSeed("Austin", (_STATE, ("Austin City", _TEXAS, "1"), ("Austin Transit", _TEXAS, "1"))),
    TaxCodeSeed("Round Rock", (_STATE, ("Round Rock City", _TEXAS, "1.75"))),
    TaxCodeSeed("San Francisco", (_CALIFORNIA_STATE, ("San Francisco District", _CALIFORNIA, "2.375"))),
    TaxCodeSeed("Seattle", (("Washington State", "Washington Department of Revenue", "6.5"),)),
    TaxCodeSeed("Tucson", (("Arizona State", "Arizona Department of Revenue", "5.6"),)),
)
_REVENUE = "Canada Revenue Agency"
CANADIAN_CODES: Final = (
    TaxCodeSeed("HST ON", (("HST (ON)", _REVENUE, "13"),)),
    TaxCodeSeed("GST", (("GST", _REVENUE, "5"),)),
    TaxCodeSeed("GST/QST QC", (("GST", _REVENUE, "5"), ("QST", "Revenu Québec", "9.975"))),
    TaxCodeSeed("Zero-rated", (("Zero-rated", _REVENUE, "0"),)),
    TaxCodeSeed("Exempt", ()),
)
ZIP_CODES: Final = {
    **{
        zip_code: "Austin"
        for zip_code in ("78701", "78702", "78703", "78704", "78705", "78731", "78745", "78759")
    },
    **{zip_code: "Round Rock" for zip_code in ("78664", "78665", "78681")},
    **{zip_code: "California" for zip_code in ("95110", "95112", "95125")},
    **{zip_code: "San Francisco" for zip_code in ("94102", "94103", "94107", "94110")},
    **{zip_code: "Seattle" for zip_code in ("98101", "98104", "98109")},
    **{zip_code: "Tucson" for zip_code in ("85701", "85719")},
}
