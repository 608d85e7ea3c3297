"""The field table is whole, and its comparisons ignore what is no edit."""

from __future__ import annotations

from dataclasses import fields as attributes

import pytest

from bookipi_app.models.record import Kind
from bookipi_app.sync import fields
from bookipi_app.sync.countries import alpha2
from bookipi_app.sync.records import LocalCustomer, LocalItem


@pytest.mark.parametrize(("kind", "record"), [(Kind.CUSTOMER, LocalCustomer), (Kind.ITEM, LocalItem)])
def test_every_attribute_of_a_record_is_in_the_table(kind: Kind, record: type) -> None:
    assert {one.name for one in attributes(record)} - {"id"} == set(fields.names(kind))


def test_coupled_groups() -> None:
    assert fields.COUPLED == {
        "dates": ("issue_date", "terms", "due_date"),
        "bill_to": ("customer", "bill_email", "bill_address"),
        "money": ("lines", "discount", "shipping", "tax"),
    }


def test_limits_are_quickbooks_own() -> None:
    assert fields.limit(Kind.CUSTOMER, "name") == 500
    assert fields.limit(Kind.INVOICE, "number") == 21
    assert fields.limit(Kind.ITEM, "price") == 7


@pytest.mark.parametrize("written", ["US", "usa", "USA ", "United States", "u.s.a."])
def test_a_country_has_one_form(written: str) -> None:
    assert alpha2(written) == "US"


def test_an_unknown_country_stays_as_written() -> None:
    assert alpha2(" Freedonia ") == "Freedonia"


BLOCK = {
    "line1": "1 Oak St",
    "line2": "",
    "city": "Austin",
    "region": "TX",
    "postal_code": "78701",
    "country": "US",
}
NONE = dict.fromkeys(BLOCK, "")


def same(one: dict[str, str], other: dict[str, str]) -> bool:
    return fields.same(Kind.INVOICE, "bill_address", one, other)


def test_an_address_reshaped_by_quickbooks_is_no_edit() -> None:
    assert same(BLOCK, {**NONE, "line1": "Ada Lane", "line2": "Lane LLC, 1 Oak St, Austin, TX 78701"})
    assert same(BLOCK, {**NONE, "line1": "1 Oak St", "line2": "Austin TX 78701 US"})


def test_an_address_edited_is_an_edit() -> None:
    assert not same(BLOCK, {**BLOCK, "line1": "2 Oak St"})
    assert not same(BLOCK, {**NONE, "line1": "Ada Lane", "line2": "2 Oak St, Austin TX 78701"})
    assert not same(BLOCK, NONE)
