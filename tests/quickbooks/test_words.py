"""Every refusal is a plain sentence with a next step, whatever Intuit's own text says."""

from __future__ import annotations

import re

import pytest

from bookipi_app.quickbooks.words import words_for

MET = [
    "100",
    "110",
    "120",
    "130",
    "140",
    "150",
    "500",
    "600",
    "610",
    "620",
    "630",
    "700",
    "800",
    "900",
    "1000",
    "1010",
    "1020",
    "1040",
    "2000",
    "2010",
    "2020",
    "2030",
    "2040",
    "2050",
    "2060",
    "2070",
    "2080",
    "2090",
    "2100",
    "2110",
    "2120",
    "2130",
    "2150",
    "2160",
    "2170",
    "2180",
    "2190",
    "2210",
    "2250",
    "2280",
    "2290",
    "2500",
    "3100",
    "3200",
    "4000",
    "4001",
    "4002",
    "5000",
    "5010",
    "5020",
    "5030",
    "6000",
    "6070",
    "6080",
    "6090",
    "6100",
    "6140",
    "6160",
    "6170",
    "6190",
    "6200",
    "6210",
    "6220",
    "6230",
    "6240",
    "6250",
    "6280",
    "6420",
    "6430",
    "6440",
    "6540",
    "10000",
    "10100",
    "10200",
    "413",
    "9999",
]


@pytest.mark.parametrize("code", MET)
def test_words_are_sentences_without_codes_blame_or_exclamation(code: str) -> None:
    for detail in ("", "null", "Business Validation Error: The total is negative", "x\x00\u202ey" * 500):
        words = words_for(code, detail, "")
        assert 20 <= len(words) <= 260
        assert words[0].isupper()
        assert words.endswith((".", "”"))
        assert not re.search(r"(?i)please|oops|!|error|\bnull\b", words.replace("Validation Error", ""))
        assert code not in words
        assert words.isprintable() or "\u202e" in words


def test_a_taken_number_is_named() -> None:
    detail = (
        "Duplicate Document Number Error : You must specify a different number. This number has already been used. "
        "DocNumber=INV-1059 is assigned to TxnType=Invoice with TxnId=3632"
    )
    said = words_for("6140", detail)
    assert said == "QuickBooks already has another invoice with the number INV-1059. Choose another number."
    assert "3632" not in said


def test_a_field_is_named_in_our_words() -> None:
    assert words_for("2050", "Min:0 Max:21", "DocNumber").startswith("The number is longer")
    assert words_for("2050", "", "Notes").startswith("The text of the notes is longer")
    assert words_for("2050", "", "Invoice.CustomerMemo.value").startswith(
        "The note to the customer is longer"
    )
    assert words_for("2020", "", "CustomerRef").startswith("QuickBooks needs the customer")


def test_one_code_for_many_reasons_shows_intuit_s_own_reason() -> None:
    said = words_for("6000", "Business Validation Error: Transaction amount must be 0 or greater.")
    assert "“Transaction amount must be 0 or greater.”" in said


STEPS = ("Choose", "Change", "Try again", "Complete", "Remove", "Correct", "Add", "Set", "Settle", "Shorten", "Split",
         "Renew", "Reconnect", "reconnect", "Give", "Mark", "Use 0 to 100", "by itself", "by themselves",
         "It stays on both sides")  # fmt: skip


@pytest.mark.parametrize("code", MET)
def test_every_code_names_a_next_step_that_exists(code: str) -> None:
    """*Sync now* is offered by what is on its way, and *Try again* by what was refused."""
    words = words_for(code)
    assert any(step in words for step in STEPS), words
    assert "Sync now" not in words
