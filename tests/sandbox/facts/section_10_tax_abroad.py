"""Section 14.3: tax outside the US."""

from decimal import Decimal

from tests.sandbox.client import Books, line
from tests.sandbox.facts.section_03_invoices import change, draft, problem
from tests.sandbox.facts.section_10_tax import CANADA, by_name, cents, tax_lines, tax_of
from tests.sandbox.facts.table import fact


@fact("14.3", "outside the US each line has its own tax code", preset=CANADA)
def _(books: Books) -> None:
    ontario, quebec = by_name(books, "HST ON"), by_name(books, "GST/QST QC")
    exempt = by_name(books, "Exempt")
    made = books.invoice(line(100, tax=ontario), line(100, tax=quebec), line(100, tax=exempt))
    assert tax_of(made) == cents("27.98")
    assert [percent for percent, _, _ in tax_lines(made)] == [13, 5, cents("9.975")]


@fact("14.3", "outside the US TAX and NON are unknown codes", preset=CANADA)
def _(books: Books) -> None:
    assert books.refused("POST", "invoice", draft(line(1, tax="TAX"))) == "2500"


@fact("14.3", "outside the US a line without a tax code is 6000", preset=CANADA, tax_code_needed_abroad=True)
def _(books: Books) -> None:
    found = problem(books, draft(line(1)))
    assert found["code"] == "6000"
    assert found["Detail"].endswith("have a GST/HST rate before you save.")


@fact(
    "14.3", "outside the US a line without a tax code is untaxed", preset=CANADA, tax_code_needed_abroad=False
)
def _(books: Books) -> None:
    assert tax_of(books.invoice(line(1))) == 0


@fact("14.3", "outside the US tax comes on top by default", preset=CANADA)
def _(books: Books) -> None:
    made = books.invoice(line(100, tax=by_name(books, "HST ON")))
    assert (made["GlobalTaxCalculation"], made["TotalAmt"]) == ("TaxExcluded", 113)


@fact("14.3", "TaxInclusive amounts contain their tax", preset=CANADA)
def _(books: Books) -> None:
    code = by_name(books, "HST ON")
    made = books.invoice(line(113, tax=code), GlobalTaxCalculation="TaxInclusive")
    assert (made["TotalAmt"], tax_of(made)) == (113, 13)
    assert tax_lines(made) == [(13, 100, 13)]


@fact("14.3", "NotApplicable means no tax, and no code is needed", preset=CANADA)
def _(books: Books) -> None:
    assert books.invoice(line(100), GlobalTaxCalculation="NotApplicable")["TotalAmt"] == 100
    made = books.invoice(line(100, tax=by_name(books, "HST ON")), GlobalTaxCalculation="NotApplicable")
    assert (made["TotalAmt"], tax_of(made)) == (100, 0)


@fact("14.3", "a change of GlobalTaxCalculation computes the tax anew", preset=CANADA)
def _(books: Books) -> None:
    made = books.invoice(line(100, tax=by_name(books, "HST ON")))
    assert tax_of(change(books, made, GlobalTaxCalculation="NotApplicable")) == 0


@fact("14.3", "GlobalTaxCalculation is one of three words", preset=CANADA)
def _(books: Books) -> None:
    assert books.refused("POST", "invoice", draft(GlobalTaxCalculation="Perhaps")) == "2170"


@fact("14.3", "4495.16 at 9.975 percent are 448.39, in two lines they can be 448.40", preset=CANADA)
def _(books: Books) -> None:
    code = by_name(books, "GST/QST QC")
    amounts = [cents("665.43"), cents("3829.73")]
    together = books.invoice(line(sum(amounts, Decimal(0)), tax=code))
    apart = books.invoice(*(line(amount, tax=code) for amount in amounts))
    assert [amount for _, _, amount in tax_lines(together)] == [cents("224.76"), cents("448.39")]
    assert [amount for _, _, amount in tax_lines(apart)] == [cents("224.76"), cents("448.40")]


@fact("14.3", "the rates of one tax code may belong to several agencies", preset=CANADA)
def _(books: Books) -> None:
    rates = books.read("TaxCode", by_name(books, "GST/QST QC"))["SalesTaxRateList"]["TaxRateDetail"]
    agencies = [books.read("TaxRate", rate["TaxRateRef"]["value"])["AgencyRef"]["value"] for rate in rates]
    names = [books.read("TaxAgency", agency)["DisplayName"] for agency in agencies]
    assert names == ["Canada Revenue Agency", "Revenu Québec"]
