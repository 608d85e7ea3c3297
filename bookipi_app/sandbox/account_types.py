"""The types of account in a US company, what each counts as, and the subtypes it has; the first is the default."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class AccountType:
    """One type of account."""

    classification: str
    subtypes: tuple[str, ...]


_EXPENSES: Final = (
    *("OtherMiscellaneousServiceCost", "AdvertisingPromotional", "Auto", "BadDebts", "BankCharges"),
    *("CharitableContributions", "CommissionsAndFees", "CostOfLabor", "DuesSubscriptions", "Entertainment"),
    *("EntertainmentMeals", "EquipmentRental", "FinanceCosts", "GlobalTaxExpense", "IncomeTaxExpense"),
    *("Insurance", "InterestPaid", "LegalProfessionalFees", "OfficeExpenses", "PayrollExpenses"),
    *("OfficeGeneralAdministrativeExpenses", "OtherBusinessExpenses", "PromotionalMeals"),
    *("RentOrLeaseOfBuildings", "RepairMaintenance", "ShippingFreightDelivery", "SuppliesMaterials"),
    *("TaxesPaid", "Travel", "TravelMeals", "UnappliedCashBillPaymentExpense", "Utilities"),
)
ACCOUNT_TYPES: Final[Mapping[str, AccountType]] = {
    "Bank": AccountType(
        "Asset", ("Checking", "CashOnHand", "MoneyMarket", "RentsHeldInTrust", "Savings", "TrustAccounts")
    ),
    "Accounts Receivable": AccountType("Asset", ("AccountsReceivable",)),
    "Other Current Asset": AccountType(
        "Asset",
        (
            *("OtherCurrentAssets", "AllowanceForBadDebts", "DevelopmentCosts", "EmployeeCashAdvances"),
            *("Inventory", "Investment_Other", "LoansToOfficers", "LoansToOthers", "LoansToStockholders"),
            *("PrepaidExpenses", "Retainage", "UndepositedFunds"),
        ),
    ),
    "Fixed Asset": AccountType(
        "Asset",
        (
            *("OtherFixedAssets", "AccumulatedDepreciation", "Buildings", "FurnitureAndFixtures", "Land"),
            *("LeaseholdImprovements", "MachineryAndEquipment", "Vehicles", "IntangibleAssets"),
        ),
    ),
    "Other Asset": AccountType("Asset", ("OtherLongTermAssets", "Goodwill", "Licenses", "SecurityDeposits")),
    "Accounts Payable": AccountType("Liability", ("AccountsPayable",)),
    "Credit Card": AccountType("Liability", ("CreditCard",)),
    "Other Current Liability": AccountType(
        "Liability",
        (
            *("OtherCurrentLiabilities", "DeferredRevenue", "LineOfCredit", "LoanPayable", "PayrollClearing"),
            *("PayrollTaxPayable", "SalesTaxPayable", "GlobalTaxPayable", "InsurancePayable"),
        ),
    ),
    "Long Term Liability": AccountType(
        "Liability", ("OtherLongTermLiabilities", "NotesPayable", "ShareholderNotesPayable")
    ),
    "Equity": AccountType(
        "Equity",
        (
            *("OpeningBalanceEquity", "CommonStock", "OwnersEquity", "PaidInCapitalOrSurplus"),
            *("PartnerContributions", "PartnerDistributions", "PartnersEquity", "PreferredStock"),
            *("RetainedEarnings", "TreasuryStock"),
        ),
    ),
    "Income": AccountType(
        "Revenue",
        (
            *("OtherPrimaryIncome", "DiscountsRefundsGiven", "NonProfitIncome", "SalesOfProductIncome"),
            *("ServiceFeeIncome", "UnappliedCashPaymentIncome"),
        ),
    ),
    "Other Income": AccountType(
        "Revenue",
        ("OtherMiscellaneousIncome", "DividendIncome", "InterestEarned", "OtherInvestmentIncome"),
    ),
    "Cost of Goods Sold": AccountType(
        "Expense",
        (
            *("SuppliesMaterialsCogs", "CostOfLaborCos", "EquipmentRentalCos", "OtherCostsOfServiceCos"),
            *("ShippingFreightDeliveryCos",),
        ),
    ),
    "Expense": AccountType("Expense", _EXPENSES),
    "Other Expense": AccountType(
        "Expense",
        (
            "OtherMiscellaneousExpense",
            "Amortization",
            "Depreciation",
            "ExchangeGainOrLoss",
            "PenaltiesSettlements",
        ),
    ),
}
TYPE_OF_SUBTYPE: Final[Mapping[str, str]] = {
    subtype: name for name, entry in ACCOUNT_TYPES.items() for subtype in entry.subtypes
}
