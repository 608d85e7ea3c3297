"""The form of a product or service."""

from collections.abc import Iterable

from bookipi_app.sandbox.company import Record, reference_id
from bookipi_app.sandbox.face.books import Desk
from bookipi_app.sandbox.face.html import (
    Markup,
    check_box,
    field,
    html,
    plain,
    post_button,
    select,
    text_area,
)
from bookipi_app.sandbox.jsontext import JsonObject

_TEXTS = ("Name", "Sku", "Type", "UnitPrice", "Description")
_TYPES = (("Service", "Service"), ("NonInventory", "Non-inventory product"))


def fields(at: Desk, record: Record | None, body: JsonObject) -> Markup:
    """The inputs, filled from an item's body."""
    held = str(body.get("Type", "Service"))
    types = _TYPES if held in ("Service", "NonInventory") else ((held, held),)
    shape = """<div class="grid2 one-s">{name}{sku}{type}{price}{account}</div>{description}{taxable}"""
    return html(
        shape,
        name=field("Name", "Name", body.get("Name", ""), extra=Markup("required")),
        sku=field("SKU", "Sku", body.get("Sku", "")),
        type=select("Type", "Type", types, held),
        price=field("Price", "UnitPrice", plain(body.get("UnitPrice")), extra=Markup('inputmode="decimal"')),
        account=select("Income account", "Account", _accounts(at), reference_id(body, "IncomeAccountRef")),
        description=text_area("Description", "Description", body.get("Description", "")),
        taxable=check_box("Taxable", "Taxable", body.get("Taxable") is True),
    )


def _accounts(at: Desk) -> list[tuple[str, str]]:
    found = (at.company.find("Account", choice[0]) for choice in at.choices("Account"))
    return [
        (account.id, str(account.body.get("Name", "")))
        for account in found
        if account is not None and account.body.get("AccountType") in ("Income", "Other Income")
    ]


def body_of(at: Desk, form: dict[str, str], record: Record | None) -> JsonObject:
    """What the form says, as a request body."""
    body: JsonObject = {
        name: form.get(name, "").strip() for name in ("Name", "Sku", "Type", "UnitPrice", "Description")
    }
    body["Taxable"] = "Taxable" in form
    body["IncomeAccountRef"] = {"value": form.get("Account", "")}
    return body


def actions(at: Desk, record: Record) -> Iterable[Markup]:
    """What else can be done with an item."""
    base = at.path(f"items/{record.id}")
    if record.active:
        yield post_button(f"{base}/inactivate", "Make inactive", "bad")
    else:
        yield post_button(f"{base}/reactivate", "Make active")
