"""QuickBooks' settings in words: what was read is said, what was not is left out."""

from __future__ import annotations

from bookipi_app.services.preflight import facts_of


def test_everything_is_on() -> None:
    facts = facts_of(
        {
            "SalesFormsPrefs": {"AllowDiscount": True, "AllowShipping": True, "CustomTxnNumbers": True},
            "TaxPrefs": {"UsingSalesTax": True, "PartnerTaxEnabled": True},
            "AccountingInfoPrefs": {},
        }
    )
    assert [fact.tone for fact in facts] == ["ok"] * 4
    assert "by address" in facts[0].words


def test_what_is_off_warns_and_closed_books_are_red() -> None:
    facts = facts_of(
        {
            "SalesFormsPrefs": {"AllowShipping": False, "AllowDiscount": "false"},
            "TaxPrefs": {"UsingSalesTax": False},
            "AccountingInfoPrefs": {"BookCloseDate": "2026-10-31"},
        }
    )
    assert [fact.title for fact in facts] == [
        "Sales tax is off",
        "Discounts are off",
        "Shipping is off",
        "Books are closed up to Oct 31, 2026",
    ]
    assert facts[-1].tone == "bad"


def test_nothing_is_guessed() -> None:
    assert facts_of({}) == ()
    assert facts_of({"SalesFormsPrefs": None, "AccountingInfoPrefs": {"BookCloseDate": "soon"}}) == ()
