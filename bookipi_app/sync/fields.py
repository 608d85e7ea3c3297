"""The field table: each field of the three kinds, said once.

Who owns it, what it is merged together with, its canonical form, what QuickBooks can hold of it, and how it is cleared
there. Snapshots, mapping, merge and the limits that the forms check all come from here: syncing one more field is one
more line. Limits are Intuit's (entity pages and schema of the Accounting API v3).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from bookipi_app.models.record import Kind
from bookipi_app.sync import canon


class Owner(StrEnum):
    """Who may change a field's value on both sides."""

    SHARED = "shared"  # merged
    OURS = "ours"  # never sent
    THEIRS = "theirs"  # read, never sent after the creation


class Form(StrEnum):
    """A field's canonical form in a snapshot."""

    TEXT = "text"
    LINES_OF_TEXT = "lines_of_text"
    DECIMAL = "decimal"  # text without trailing zeros
    DATE = "date"
    BOOL = "bool"
    ADDRESS = "address"  # an object of six texts
    EMAIL = "email"
    REFERENCE = "reference"  # an id of the snapshot's own side; terms: the name here, the id there
    CHOICE = "choice"
    LINES = "lines"
    DISCOUNT = "discount"
    SHIPPING = "shipping"
    TAX = "tax"


class Clearing(StrEnum):
    """How a field is emptied in QuickBooks with a sparse update."""

    EMPTY_TEXT = "empty_text"
    WHOLE_OBJECT = "whole_object"  # nested objects are replaced as wholes, so theirs is sent with empty parts
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `limit` counts characters (decimals of numbers); `refused` are characters not taken there."""

    name: str
    form: Form
    wire: str
    limit: int = 0
    clearing: Clearing = Clearing.EMPTY_TEXT
    owner: Owner = Owner.SHARED
    group: str = ""  # coupled: merged, and sent, as one
    refused: str = ""


DATES = "dates"
BILL_TO = "bill_to"  # as one only where the customer changed; each by itself otherwise
MONEY = "money"  # lines merge line by line where neither side touched discount or shipping

NAME_REFUSES = ":\t\n"
ADDRESS_LIMITS = {"line1": 500, "line2": 500, "city": 255, "region": 255, "postal_code": 30, "country": 255}
ADDRESS_WIRE = {
    "line1": "Line1",
    "line2": "Line2",
    "city": "City",
    "region": "CountrySubDivisionCode",
    "postal_code": "PostalCode",
    "country": "Country",
}
LINE_DESCRIPTION_LIMIT = 4000

TABLE: dict[Kind, tuple[Field, ...]] = {
    Kind.CUSTOMER: (
        Field("name", Form.TEXT, "DisplayName", 500, Clearing.NEVER, refused=NAME_REFUSES),
        Field("company_name", Form.TEXT, "CompanyName", 100),
        Field("given_name", Form.TEXT, "GivenName", 100, refused=NAME_REFUSES),
        Field("family_name", Form.TEXT, "FamilyName", 100, refused=NAME_REFUSES),
        Field("email", Form.EMAIL, "PrimaryEmailAddr", 100, Clearing.WHOLE_OBJECT),
        Field("phone", Form.TEXT, "PrimaryPhone", 30, Clearing.WHOLE_OBJECT),
        Field("bill_address", Form.ADDRESS, "BillAddr", 0, Clearing.WHOLE_OBJECT),
        Field("ship_address", Form.ADDRESS, "ShipAddr", 0, Clearing.WHOLE_OBJECT),
        Field("notes", Form.LINES_OF_TEXT, "Notes", 2000),
        Field("active", Form.BOOL, "Active", 0, Clearing.NEVER),
    ),
    Kind.ITEM: (
        Field("name", Form.TEXT, "Name", 100, Clearing.NEVER, refused=NAME_REFUSES),
        Field("sku", Form.TEXT, "Sku", 100),
        Field("description", Form.LINES_OF_TEXT, "Description", 4000),
        Field("price", Form.DECIMAL, "UnitPrice", 7, Clearing.NEVER),
        Field("taxable", Form.BOOL, "Taxable", 0, Clearing.NEVER),
        Field("active", Form.BOOL, "Active", 0, Clearing.NEVER),
        Field("kind", Form.CHOICE, "Type", 0, Clearing.NEVER, Owner.THEIRS),
    ),
    Kind.INVOICE: (
        Field("customer", Form.REFERENCE, "CustomerRef", 0, Clearing.NEVER, group=BILL_TO),
        Field("bill_email", Form.EMAIL, "BillEmail", 100, Clearing.WHOLE_OBJECT, group=BILL_TO),
        Field("bill_address", Form.ADDRESS, "BillAddr", 0, Clearing.WHOLE_OBJECT, group=BILL_TO),
        Field("number", Form.TEXT, "DocNumber", 21, Clearing.NEVER),
        Field("issue_date", Form.DATE, "TxnDate", 0, Clearing.NEVER, group=DATES),
        Field("terms", Form.REFERENCE, "SalesTermRef", 31, Clearing.WHOLE_OBJECT, group=DATES),
        Field("due_date", Form.DATE, "DueDate", 0, Clearing.NEVER, group=DATES),
        Field("notes", Form.LINES_OF_TEXT, "CustomerMemo", 1000, Clearing.WHOLE_OBJECT),
        Field("memo", Form.LINES_OF_TEXT, "PrivateNote", 4000),
        Field("lines", Form.LINES, "Line", 0, Clearing.NEVER, group=MONEY),
        Field("discount", Form.DISCOUNT, "Line", 0, Clearing.NEVER, group=MONEY),
        Field("shipping", Form.SHIPPING, "Line", 0, Clearing.NEVER, group=MONEY),
        Field("tax", Form.TAX, "TxnTaxDetail", 0, Clearing.NEVER, group=MONEY),
        Field("po_number", Form.TEXT, "", 30, Clearing.NEVER, Owner.OURS),
    ),
}  # fmt: skip

_BY_NAME = {kind: {field.name: field for field in rows} for kind, rows in TABLE.items()}
COUPLED: dict[str, tuple[str, ...]] = {
    group: tuple(field.name for field in TABLE[Kind.INVOICE] if field.group == group)
    for group in (DATES, BILL_TO, MONEY)
}


def field(kind: Kind, name: str) -> Field:
    """A field by its name; KeyError for a name that is not in the table."""
    return _BY_NAME[kind][name]


@cache
def names(kind: Kind, *owners: Owner) -> tuple[str, ...]:
    """The fields' names in the table's order, of these owners or of all."""
    return tuple(row.name for row in TABLE[kind] if not owners or row.owner in owners)


def limit(kind: Kind, name: str) -> int:
    """How much of a field QuickBooks holds: characters of a text, decimals of a number."""
    return field(kind, name).limit


def same(kind: Kind, name: str, one: Any, other: Any) -> bool:
    """Whether two values of one field and one side are the same.

    An address reshaped by QuickBooks is no edit; nor are new Ids of the same lines in the same order.
    """
    if one == other:
        return True
    match field(kind, name).form:
        case Form.ADDRESS:
            return canon.same_address(one, other)
        case Form.LINES:
            return [_content(line) for line in one] == [_content(line) for line in other]
        case _:
            return False


def _content(line: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in line.items() if key != "id"}
