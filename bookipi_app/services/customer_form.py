"""A customer's form: texts in, checked values out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bookipi_app.models import Customer
from bookipi_app.services.fields import Fields
from bookipi_app.text import fold

ADDRESS = {"line1": 500, "line2": 500, "city": 255, "region": 255, "postal_code": 30, "country": 255}
LABELS = {
    "email": "e-mail",
    "given_name": "first name",
    "family_name": "last name",
    "company_name": "company",
    **{f"bill_{part}": "billing address" for part in ADDRESS},
    **{f"ship_{part}": "shipping address" for part in ADDRESS},
}


@dataclass(frozen=True)
class CustomerForm:
    """What the page sends. `key` is a uuid made by the page for a new record; `version` the one it was filled from."""

    name: str = ""
    company_name: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    phone: str = ""
    bill_line1: str = ""
    bill_line2: str = ""
    bill_city: str = ""
    bill_region: str = ""
    bill_postal_code: str = ""
    bill_country: str = ""
    ship_line1: str = ""
    ship_line2: str = ""
    ship_city: str = ""
    ship_region: str = ""
    ship_postal_code: str = ""
    ship_country: str = ""
    notes: str = ""
    key: str = ""
    version: int = 0


def read_customer(form: CustomerForm) -> dict[str, Any]:
    """The columns of a customer.

    Raises:
        InvalidInput: a sentence for each field that is wrong.
    """
    fields = Fields()
    name = fields.name("name", form.name, 500, label="a name")
    values: dict[str, Any] = {
        "name": name,
        "name_key": fold(name),
        "company_name": fields.text("company_name", form.company_name, 100),
        "given_name": fields.name("given_name", form.given_name, 100),
        "family_name": fields.name("family_name", form.family_name, 100),
        "email": fields.email("email", form.email),
        "phone": fields.text("phone", form.phone, 30),
        "notes": fields.text("notes", form.notes, 2000, lines=True),
    }
    for block in ("bill", "ship"):
        for part, most in ADDRESS.items():
            field = f"{block}_{part}"
            values[field] = fields.text(field, getattr(form, field), most)
    fields.done()
    return values


def form_of_customer(customer: Customer) -> CustomerForm:
    """The form filled with a customer, for editing."""
    texts = {name: getattr(customer, name) for name in CustomerForm.__dataclass_fields__ if name != "key"}
    return CustomerForm(**texts)
