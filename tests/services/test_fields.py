"""What people type, whatever it is: a clean value, or a sentence at the field."""

from __future__ import annotations

import pytest

from bookipi_app.errors import InvalidInput
from bookipi_app.money import SCALE
from bookipi_app.services.customers import CustomerForm
from bookipi_app.services.fields import Fields, form_from, is_email
from bookipi_app.services.sign_forms import Typed, local_path, pack, typed_in
from bookipi_app.text import NotText, clean, fold, like_pattern


def refused(fields: Fields, name: str) -> str:
    with pytest.raises(InvalidInput) as refusal:
        fields.done()
    return refusal.value.fields[name]


def test_bad_input_57_both_text_is_trimmed_composed_and_without_nul() -> None:
    assert clean("  Cafe\u0301 \0 Nu\0ll ") == "Café  Null"
    assert clean("a\r\nb\rc", lines=True) == "a\nb\nc"
    for broken in ("a\ud800b", "a\x07b", "a\x85b", "a\tb", "a\nb"):
        with pytest.raises(NotText):
            clean(broken)


@pytest.mark.parametrize("value", [None, 5, 1.5, True, [], {}, b"x"])
def test_values_of_any_type_get_a_sentence(value: object) -> None:
    for read in ("text", "email", "cents", "scaled", "percent", "day"):
        fields = Fields()
        getattr(fields, read)("x", value, *([10] if read == "text" else []))
        assert refused(fields, "x").endswith(".")


def test_bad_input_52_both_names_take_neither_colon_nor_tab_nor_10_000_characters() -> None:
    for name in ("Smith: Garden", "Smith\tGarden", "Smith\nGarden", "x" * 10_000, "x" * 501, "   "):
        fields = Fields()
        fields.name("name", name, 500, label="a name")
        assert refused(fields, "name").endswith(".")
    fields = Fields()
    assert fields.name("name", "Robert'); DROP TABLE invoice;--", 500) == "Robert'); DROP TABLE invoice;--"
    fields.done()


@pytest.mark.parametrize("text", ["a@b.co", "first.last+tag@sub.example.com", "ü@exämple.de"])
def test_addresses_that_look_like_one(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@",
        "@b.co",
        "a@b",
        "a b@c.de",
        "a@b..co",
        "a@b.co\nBcc: x@y.zz",
        "a@b.co,c@d.ee",
        "<a@b.co>",
    ],
)
def test_addresses_that_do_not(text: str) -> None:
    assert not is_email(text)


def test_several_addresses_share_a_hundred_characters() -> None:
    fields = Fields()
    assert fields.email("to", "a@b.co ,c@d.ee", several=True) == "a@b.co, c@d.ee"
    fields.email("long", ",".join(["someone@example.com"] * 6), several=True)
    assert "100" in refused(fields, "long")


@pytest.mark.parametrize("text", ["100.1", "-1", "101%", "1000", "abc", "8.123456789"])
def test_percentages_out_of_range(text: str) -> None:
    fields = Fields()
    fields.percent("rate", text)
    assert refused(fields, "rate")


def test_a_percentage_may_have_its_sign() -> None:
    assert Fields().percent("rate", "8.25 %") == 82_500_000
    assert Fields().percent("rate", "100") == 100 * SCALE


@pytest.mark.parametrize(
    "text", ["2026-02-30", "24.11.2026", "1066-10-14", "2150-01-01", "20261124", "tomorrow", "2026-W01"]
)
def test_days_that_are_none(text: str) -> None:
    fields = Fields()
    fields.day("issue_date", text)
    assert refused(fields, "issue_date")


def test_bad_input_66_refused_unknown_names_of_a_form_are_ignored() -> None:
    form = form_from(CustomerForm, {"name": "A", "company_id": "x", "__class__": "y"})
    assert form == CustomerForm(name="A")


def test_folding_and_searching_are_literal() -> None:
    assert fold("  ＳＴＲＡＳＳＥ  Straße ") == "strasse strasse"
    assert len(fold("\ufdfa" * 500)) == 500
    assert like_pattern("50%_\\") == "%50\\%\\_\\\\%"


@pytest.mark.parametrize(
    "text", ["//evil.example", "/\\evil", "https:evil", "javascript:alert(1)", "%2f%2fevil", "/%09/evil", "/a//b",
             "/../x", "", None, "/" + "a" * 400, "/a\nb", "evil", "/@evil"]
)  # fmt: skip
def test_bad_input_39_refused_only_paths_of_this_site_are_gone_on_to(text: object) -> None:
    assert local_path(text) == "/"


def test_bad_input_39_accepted_a_path_of_this_site_is() -> None:
    assert local_path("/invoices/0198-ab?tab=overdue") == "/invoices/0198-ab?tab=overdue"


def test_what_was_typed_comes_back_and_garbage_does_not() -> None:
    header = f"other=1; bookipi_typed={pack({'email': 'ü@b.co', 'password': 'secret', 'name': 'A; b=c'})}"
    assert typed_in(header) == Typed(email="ü@b.co", name="A; b=c")
    for broken in ("", "bookipi_typed=!!", "bookipi_typed=W10", "bookipi_typed=" + "W1tbW1tb" * 400, "é=é"):
        assert typed_in(broken) == Typed()


@pytest.mark.parametrize("text", ["=?utf-8?q?a=0d=0a?=@b.co", "a\u200bb@b.co", "a\u202eb@b.co", "a\x7f@b.co"])
def test_what_would_hide_in_a_header_is_no_address(text: str) -> None:
    assert not is_email(text)
