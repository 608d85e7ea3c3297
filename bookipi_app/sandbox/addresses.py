"""Addresses as they are read back: ids of their own, three-letter countries, free-form lines."""

from collections.abc import Mapping
from typing import Final

from bookipi_app.sandbox.company import Record, reference_id
from bookipi_app.sandbox.countries import ADDRESSES, iso_country
from bookipi_app.sandbox.jsontext import JsonObject, as_object
from bookipi_app.sandbox.work import Work

_LINES: Final = tuple(f"Line{position}" for position in range(1, 6))
_PLACE: Final = ("City", "CountrySubDivisionCode", "PostalCode", "Country")


def give_address_ids(work: Work, body: JsonObject, old: Record | None) -> None:
    """Addresses keep the id they have; a new one gets a fresh id."""
    for name in ADDRESSES:
        address = as_object(body.get(name))
        if not address:
            continue
        held = as_object(old.body.get(name)) if old else {}
        written = {part: value for part, value in address.items() if part != "Id"}
        body[name] = {"Id": held.get("Id") or new_address_id(work), **written}


def new_address_id(work: Work) -> str:
    """A fresh id for an address; addresses have a counter of their own."""
    work.company.counters["Address"] = work.company.counters.get("Address", 0) + 1
    return str(work.company.counters["Address"])


def company_address(address: JsonObject) -> JsonObject:
    """A company's address: the country with three letters whatever was written, and no coordinates."""
    kept: JsonObject = {name: value for name, value in address.items() if name not in ("Lat", "Long")}
    return {**kept, "Country": iso_country(str(kept["Country"]))} if "Country" in kept else kept


def loosen_addresses(work: Work, body: JsonObject, given: frozenset[str]) -> JsonObject:
    """The document as it is after addresses were changed inside it, when the switch says so.

    The first lines turn into the customer's and the company's name, the rest follows as text, and the
    members that could be read by a program are gone.
    """
    if not work.switches.free_form_addresses:
        return body
    customer = work.company.find("Customer", reference_id(body, "CustomerRef"))
    if customer is None:
        return body
    changed: JsonObject = {}
    for name in {"BillAddr", "ShipAddr"} & given:
        address, own = as_object(body.get(name)), as_object(customer.body.get(name))
        if _is_structured(address) and _text_of(address) != _text_of(own):
            changed[name] = _free_form(address, customer.body)
    return {**body, **changed}


def _is_structured(address: JsonObject) -> bool:
    return any(address.get(name) for name in _PLACE)


def _text_of(address: JsonObject) -> dict[str, str]:
    return {name: str(address[name]) for name in (*_LINES, *_PLACE) if address.get(name)}


def _free_form(address: JsonObject, customer: Mapping[str, object]) -> JsonObject:
    region = " ".join(str(address[name]) for name in _PLACE[1:3] if address.get(name))
    place = ", ".join(part for part in (str(address.get("City", "")), region) if part)
    written = [str(address[name]) for name in _LINES if address.get(name)]
    rows = [
        *(str(customer[name]) for name in ("DisplayName", "CompanyName") if customer.get(name)),
        *written,
        *(part for part in (place, str(address.get("Country", ""))) if part),
    ]
    if len(rows) > len(_LINES):
        rows = [*rows[:4], ", ".join(rows[4:])]
    return {"Id": address.get("Id"), **dict(zip(_LINES, rows, strict=False))}
