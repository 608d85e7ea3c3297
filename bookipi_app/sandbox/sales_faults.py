"""What QuickBooks says when it refuses a sale or a payment, beside the faults that every object can raise."""

from bookipi_app.sandbox.faults import Problem, Refusal, business

_TAX_LINE = "TxnTaxDetail.TaxLine"


def cannot_be_linked(element: str) -> Refusal:
    """620: the line names no transaction that can be linked here."""
    return Refusal(Problem("620", "Txn ID cannot be linked", "Transaction cannot be linked", element))


def invalid_percent(element: str, value: str) -> Refusal:
    """2150: no percentage between nothing and all."""
    detail = f"Percent should be between 0 and 100. Supplied value:{value[:60]}"
    return Refusal(Problem("2150", "Invalid Percent", detail, element))


def missing_tax_amount() -> Refusal:
    """2280: a tax line without its amount."""
    detail = "The tax amount of a tax line is missing."
    return Refusal(Problem("2280", "Missing tax amount", detail, f"{_TAX_LINE}.Amount"))


def negative_amount(element: str, value: str) -> Refusal:
    """2290: an amount that only makes sense from zero up."""
    return Refusal(
        Problem(
            "2290", "Negative Amount", f"The amount cannot be negative. Supplied value:{value[:60]}", element
        )
    )


def invalid_tax_code(value: str) -> Refusal:
    """6160: one of the pseudo codes where a tax code of the company is needed."""
    detail = f"Invalid TaxCodeRef. Supplied value:{value[:40]}"
    return Refusal(Problem("6160", "Invalid TaxCodeRef", detail, "TxnTaxDetail.TxnTaxCodeRef"))


def contradicting_tax() -> Refusal:
    """6170: the tax lines do not add up to the total tax."""
    detail = "The amounts of the tax lines do not add up to TotalTax."
    return Refusal(Problem("6170", "Invalid TxnTaxDetail", detail, _TAX_LINE))


def no_tax_rate() -> Refusal:
    """6000: outside the US, a sale without a tax code."""
    return business("Make sure all your transactions have a GST/HST rate before you save.")


def closed_books_without_password() -> Refusal:
    """6200: the period is closed, and no password opens it."""
    detail = "The account period has closed and the account books cannot be updated."
    return Refusal(Problem("6200", "Account Period Closed", detail, ""))


def no_product() -> Refusal:
    """6440: a line with an amount but without a product or service."""
    detail = "Each split line with an amount needs a product/service."
    element = "Line.SalesItemLineDetail.ItemRef"
    return Refusal(Problem("6440", "Product or service missing", detail, element))
