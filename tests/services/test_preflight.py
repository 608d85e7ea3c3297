"""QuickBooks' settings in words: what was read is said, what was not is left out."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize(
    ("custom", "tone", "words"),
    [
        (True, "ok", "Your invoice numbers are kept."),
        (
            False,
            "warn",
            "QuickBooks may give its own. They are taken here; once an invoice left the house, you are asked.",
        ),
    ],
)
def test_what_the_companys_numbering_means(custom: bool, tone: str, words: str) -> None:
    [fact] = facts_of({"SalesFormsPrefs": {"CustomTxnNumbers": custom}})[-1:]
    assert (fact.tone, fact.words.removesuffix(" Turn custom numbers on there under Sales.")) == (tone, words)


def test_nothing_is_guessed() -> None:
    assert facts_of({}) == ()
    assert facts_of({"SalesFormsPrefs": None, "AccountingInfoPrefs": {"BookCloseDate": "soon"}}) == ()


def test_a_company_that_is_fit_says_so_of_country_currency_and_subscription() -> None:
    facts = facts_of(
        {"CurrencyPrefs": {"HomeCurrency": {"value": "USD"}, "MultiCurrencyEnabled": False}},
        {"Country": "USA", "SubscriptionStatus": "PAID"},
    )
    assert [(fact.tone, fact.title, fact.words) for fact in facts] == [
        ("ok", "A US company that keeps its books in US dollars", "Amounts carry over as they are."),
        ("ok", "The subscription is paid", "QuickBooks takes what is sent."),
    ]


def test_country_and_currency_are_called_right_only_if_both_were_read() -> None:
    assert facts_of({}, {"Country": "US"}) == ()
    assert facts_of({"CurrencyPrefs": {"HomeCurrency": {"value": "USD"}}}) == ()


def test_what_changed_for_the_worse_in_quickbooks_is_said() -> None:
    facts = facts_of(
        {"CurrencyPrefs": {"HomeCurrency": {"value": "CAD"}, "MultiCurrencyEnabled": "true"}},
        {"Country": "CA", "SubscriptionStatus": "EXPIRED"},
    )
    assert [(fact.tone, fact.title) for fact in facts] == [
        ("bad", "Not a US company"),
        ("bad", "The home currency is CAD"),
        ("warn", "Several currencies are on"),
        ("bad", "The subscription has ended"),
    ]
    assert [fact.tone for fact in facts_of({}, {"SubscriptionStatus": "TRIAL"})] == ["warn"]
