"""A believable company to start with: accounts, items, customers, a few invoices and payments, tax."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from bookipi_app.sandbox.company import Company
from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.preferences import first_company_info, first_preferences
from bookipi_app.sandbox.presets import Preset
from bookipi_app.sandbox.schema import KINDS
from bookipi_app.sandbox.seed_data import (
    ACCOUNTS,
    CANADIAN_CODES,
    CATALOGUES,
    CUSTOMERS,
    EMPLOYEES,
    INVOICES,
    ITEMS,
    METHODS,
    TERMS,
    US_CODES,
    VENDORS,
    ZIP_CODES,
    ItemSeed,
    Shelf,
    TaxCodeSeed,
)
from bookipi_app.sandbox.switches import Switches
from bookipi_app.sandbox.tax_service import code_body, rate_body
from bookipi_app.sandbox.work import Work
from bookipi_app.sandbox.writes import write

_HISTORY = timedelta(days=60)


def open_company(preset: Preset, realm: str, born: datetime, switches: Switches) -> Company:
    """A new company with two months of history behind it."""
    company = Company(realm, preset.name, preset.country, preset.currency, switches=switches)
    work = Work(company, replace(switches), born - _HISTORY)
    _create_all(work, "Account", ACCOUNTS)
    codes = _create_tax(work, US_CODES if company.is_us else CANADIAN_CODES)
    _create_settings(work, preset, next(iter(codes.values()), ""))
    company.zip_codes = {zip_code: codes[name] for zip_code, name in ZIP_CODES.items() if name in codes}
    _create_all(work, "Term", TERMS)
    _create_all(work, "PaymentMethod", METHODS)
    _create_all(work, "Item", [_item(company, entry) for entry in ITEMS])
    _create_catalogue(work, CATALOGUES.get(preset.name, ()))
    _create_all(work, "Customer", [_at_home(preset, entry) for entry in CUSTOMERS])
    _create_all(work, "Vendor", VENDORS)
    _create_all(work, "Employee", EMPLOYEES)
    _create_invoices(work, born)
    company.expired = preset.expired
    company.changes.clear()
    return company


def _create_all(work: Work, kind: str, entries: Iterable[JsonObject]) -> None:
    for entry in entries:
        write(work, KINDS[kind], entry, "create")


def _account(company: Company, name: str) -> str:
    holder = company.holder_of(KINDS["Account"], name)
    return holder[1] if holder else ""


def _create_settings(work: Work, preset: Preset, tax_code: str) -> None:
    discount, shipping = _account(work.company, "Discounts given"), _account(work.company, "Shipping Income")
    work.company.create("Preferences", first_preferences(preset, discount, shipping, tax_code), work.now)
    started = work.today.isoformat()
    work.company.create("CompanyInfo", first_company_info(preset, preset.country, started), work.now)


def _create_tax(work: Work, codes: Iterable[TaxCodeSeed]) -> dict[str, str]:
    """Agencies, rates and codes; returns the ids of the codes by name."""
    company = work.company
    agencies: dict[str, str] = {}
    made: dict[str, str] = {}
    rates: dict[str, str] = {}
    for code in codes:
        for name, agency, percent in code.rates:
            if agency not in agencies:
                agencies[agency] = company.create("TaxAgency", _agency(agency), work.now).id
            if name not in rates:
                rate = rate_body(name, Decimal(percent), agencies[agency])
                rates[name] = company.create("TaxRate", rate, work.now).id
        body = code_body(code.name, [(rates[name], name) for name, _, _ in code.rates], [])
        made[code.name] = company.create("TaxCode", body, work.now).id
    return made


def _agency(name: str) -> JsonObject:
    return {"DisplayName": name, "TaxTrackedOnSales": True, "TaxTrackedOnPurchases": False}


def _item(company: Company, entry: ItemSeed) -> JsonObject:
    name, kind, price, description, taxable = entry
    account = "Services" if kind == "Service" else "Sales of Product Income"
    body: JsonObject = {
        **{"Name": name, "Type": kind, "UnitPrice": Decimal(price), "Description": description},
        **{"Taxable": taxable, "IncomeAccountRef": {"value": _account(company, account)}},
    }
    if kind == "Inventory":
        cost, stock = _account(company, "Cost of Goods Sold"), _account(company, "Inventory Asset")
        body |= {"ExpenseAccountRef": {"value": cost}, "AssetAccountRef": {"value": stock}}
        body |= {"TrackQtyOnHand": True, "QtyOnHand": 40, "InvStartDate": "2026-01-01"}
    return body


def _create_catalogue(work: Work, shelves: Iterable[Shelf]) -> None:
    """Categories with the products in them, and bundles of what there is."""
    for shelf in shelves:
        category = write(work, KINDS["Item"], {"Name": shelf.category, "Type": "Category"}, "create")
        sorted_in = {"SubItem": True, "ParentRef": {"value": category["Id"]}}
        _create_all(work, "Item", [{**_item(work.company, entry), **sorted_in} for entry in shelf.items])
        rows = [
            {"ItemRef": {"value": _item_id(work.company, item)}, "Qty": count} for item, count in shelf.parts
        ]
        detail = {"ItemGroupLine": rows}
        body = {"Name": shelf.bundle, "Type": "Group", "ItemGroupDetail": detail, **sorted_in}
        write(work, KINDS["Item"], body, "create")


def _item_id(company: Company, name: str) -> str:
    holder = company.holder_of(KINDS["Item"], name)
    return holder[1] if holder else "1"


def _at_home(preset: Preset, entry: JsonObject) -> JsonObject:
    """Customers live where the company is, unless their entry says otherwise."""
    place = preset.address
    street = entry.get("Street")
    body = {name: value for name, value in entry.items() if name != "Street"}
    if street:
        body["BillAddr"] = {
            **{"Line1": street, "City": place.city, "CountrySubDivisionCode": place.state},
            "PostalCode": place.postal_code,
        }
        body["ShipAddr"] = body["BillAddr"]
    return body


def _create_invoices(work: Work, born: datetime) -> None:
    for position, (customer, age, lines, paid) in enumerate(INVOICES):
        moment = born - timedelta(days=age, minutes=position)
        now = replace(work, now=moment)
        holder = work.company.holder_of(KINDS["Customer"], customer)
        customer_ref = {"value": holder[1] if holder else "1"}
        body: JsonObject = {"CustomerRef": customer_ref, "Line": [_line(work, *line) for line in lines]}
        invoice = write(now, KINDS["Invoice"], body, "create")
        if paid:
            _pay(replace(now, now=moment + timedelta(days=3)), invoice, Decimal(paid))


def _line(work: Work, item: str, quantity: str, price: str) -> JsonObject:
    amount = Decimal(quantity) * Decimal(price)
    detail: JsonObject = {"ItemRef": {"value": _item_id(work.company, item)}}
    detail |= {"Qty": Decimal(quantity), "UnitPrice": Decimal(price)}
    return {"DetailType": "SalesItemLineDetail", "Amount": amount, "SalesItemLineDetail": detail}


def _pay(work: Work, invoice: JsonObject, share: Decimal) -> None:
    """Records a payment of a share of the invoice, to the cent."""
    amount = (invoice["TotalAmt"] * share).quantize(Decimal("0.01"))
    link = {"TxnId": invoice["Id"], "TxnType": "Invoice"}
    body: JsonObject = {
        **{"CustomerRef": invoice["CustomerRef"], "TotalAmt": amount, "PaymentMethodRef": {"value": "2"}},
        "Line": [{"Amount": amount, "LinkedTxn": [link]}],
    }
    write(work, KINDS["Payment"], body, "create")
