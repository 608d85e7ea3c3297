"""What is chosen at connecting, and the reference index."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import select

from bookipi_app.models import Reference
from bookipi_app.quickbooks import index, realm
from bookipi_app.quickbooks.realm import Chosen, Realm
from bookipi_app.quickbooks.wire import Entity, parse_time
from tests.quickbooks.books import START, Books
from tests.quickbooks.test_auth import Row


def test_looking_at_a_us_company_chooses_account_and_item() -> None:
    books = Books("us-manual-tax")
    found = realm.look(books.client())
    assert found.american
    assert found.name == "Green Thumb LLC"
    assert found.income_account.name == "Sales of Product Income"
    assert found.default_item.name == "Services"
    assert found.preferences["SalesFormsPrefs"]["CustomTxnNumbers"] in (True, False)


def test_a_canadian_company_is_not_american() -> None:
    assert not realm.look(Books("canada").client()).american


@pytest.mark.parametrize(
    ("country", "currency", "american"),
    [
        ("US", "USD", True),
        ("usa", "USD", True),
        ("United States", "usd", True),
        ("US", "CAD", False),
        ("CA", "USD", False),
        ("", "USD", False),
        ("US", "", False),
    ],
)
def test_country_and_currency(country: str, currency: str, american: bool) -> None:
    assert Realm("1", "x", country, currency, {}, Chosen(), Chosen()).american is american


def _account(number: int, name: str, subtype: str = "", **more: object) -> dict[str, object]:
    return {"Id": str(number), "Name": name, "AccountType": "Income", "AccountSubType": subtype, **more}


def test_the_income_account_falls_back_step_by_step() -> None:
    product = _account(9, "Product sales", "SalesOfProductIncome")
    services = _account(10, "Services", "ServiceFeeIncome")
    first, tips = _account(2, "Rent received"), _account(11, "Tips")
    hidden = _account(1, "Old", "SalesOfProductIncome", Active=False)
    choose = realm.choose_income_account
    assert choose([tips, services, product, hidden]).id == "9"
    assert choose([tips, services, first]).id == "10"
    assert choose([tips, first]).id == "2"
    assert choose([hidden, {**first, "AccountType": "Expense"}]) == Chosen()


def test_the_item_falls_back_step_by_step() -> None:
    def item(number: int, name: str, **more: object) -> dict[str, object]:
        return {"Id": str(number), "Name": name, "Type": "Service", **more}

    assert realm.choose_item([item(5, "Hours"), item(7, "sales"), item(9, "Services")]).id == "9"
    assert realm.choose_item([item(10, "Hours"), item(7, "Sales")]).id == "7"
    assert realm.choose_item([item(10, "Hours"), item(9, "Mowing")]).id == "9"
    assert (
        realm.choose_item([item(1, "Services", Active=False), item(2, "Rock", Type="Inventory")]) == Chosen()
    )


def test_the_index_is_read_whole_stored_once_and_kept(tmp_path: Path) -> None:
    row = Row(tmp_path)
    books = row.books.client()
    for _ in range(2):
        index.read_whole(row.database.transaction, books, row.id)
    with row.database.reading() as session:
        found = session.exec(select(Reference)).all()
    names = {(one.entity, one.name) for one in found}
    assert {one.entity for one in found} >= {
        "account",
        "term",
        "item",
        "customer",
        "vendor",
        "employee",
        "taxcode",
    }
    assert ("item", "Services") in names
    assert all(one.name_key == one.name_key.casefold() for one in found)
    assert row.stored().cursor == START - timedelta(minutes=10)

    gone = next(one for one in found if one.entity == "customer")
    with row.database.transaction() as session:
        changed = {"Id": gone.remote_id, "DisplayName": "Zoë  Weaver", "Active": False}
        index.store(session, row.id, [index.row(Entity.CUSTOMER, changed)])
    with row.database.reading() as session:
        kept = session.get_one(Reference, (row.id, "customer", gone.remote_id))
        assert (kept.name_key, kept.active) == ("zoë weaver", False)
    with row.database.transaction() as session:
        index.forget(session, row.id, Entity.CUSTOMER, [gone.remote_id])
        assert session.get(Reference, (row.id, "customer", gone.remote_id)) is None


def test_what_the_index_keeps_of_an_invoice() -> None:
    invoice = {"Id": "7", "DocNumber": "INV-9", "TotalAmt": Decimal("12.50"), "CustomerRef": {"value": "3"}}
    kept = index.row(Entity.INVOICE, {**invoice, "TxnDate": "2026-11-22"})
    assert kept["fields"] == {"customer": "3", "total": "12.50", "date": "2026-11-22"}
    assert kept["name"] == "INV-9"
    assert index.row(Entity.INVOICE, {"Id": "8"})["name"] == ""


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2015-07-24T10:48:27.082-07:00", "2015-07-24T17:48:27.082000+00:00"),
        ("2025-09-10T21:31:25.179851517Z", "2025-09-10T21:31:25.179851+00:00"),
        ("2015-10-05T14:42:19-0700", "2015-10-05T21:42:19+00:00"),
        ("2015-10-05T14:42:19", None), ("nonsense", None), ("", None), (5, None), ("9999-12-31T23:59:59-14:00", None),
    ],
)  # fmt: skip
def test_times_of_quickbooks(text: object, moment: str | None) -> None:
    found = parse_time(text)
    assert (found.isoformat() if found else None) == moment


def test_what_is_inactive_is_found_by_its_former_name_with_the_time_when_it_was_made() -> None:
    obj = {
        "Id": "7",
        "DisplayName": "Zoë (deleted) 2",
        "MetaData": {"CreateTime": "2026-11-22T07:00:00-08:00"},
    }
    away, active = (index.row(Entity.CUSTOMER, {**obj, "Active": one}) for one in (False, True))
    assert (away["name"], away["name_key"]) == ("Zoë (deleted) 2", "zoë")
    assert away["fields"] == {"made": "2026-11-22T15:00:00Z"}
    assert (active["name_key"], active["fields"]) == ("zoë (deleted) 2", {})
