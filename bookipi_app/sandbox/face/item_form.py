"""The form of a product or service."""

from collections.abc import Iterable

from bookipi_app.sandbox.company import Record, reference_id
from bookipi_app.sandbox.face.books import Desk
from bookipi_app.sandbox.face.form import Form, amount_text
from bookipi_app.sandbox.face.html import Markup, confirmed, html, plain, post_button
from bookipi_app.sandbox.jsontext import JsonObject

PLACES = {
    **{"6240": "Name", "IncomeAccountRef": "Account", "Type": "Type"},
    **{name: name for name in ("Name", "Sku", "UnitPrice", "Description")},
}
_TYPES = (("Service", "Service"), ("NonInventory", "Non-inventory product"))


def values_of(at: Desk, record: Record | None) -> dict[str, str]:
    """What the form of an item starts with."""
    body = record.body if record else JsonObject()
    values = {name: str(body.get(name, "")) for name in ("Name", "Sku", "Description")}
    values["Type"] = str(body.get("Type", "Service"))
    values["UnitPrice"] = plain(body.get("UnitPrice"))
    values["Account"] = reference_id(body, "IncomeAccountRef")
    values["Taxable"] = "1" if body.get("Taxable") is True else ""
    return values


def fields(at: Desk, form: Form, record: Record | None) -> Markup:
    """The inputs."""
    held = form.value("Type")
    types = _TYPES if held in ("", "Service", "NonInventory") else ((held, held),)
    shape = """<div class="grid2 one-s">{name}{sku}{type}{price}{account}</div>{description}{taxable}"""
    return html(
        shape,
        name=form.text("Name", "Name", extra=Markup("required")),
        sku=form.text("SKU", "Sku"),
        type=form.select("Type", "Type", types),
        price=form.amount("Price", "UnitPrice"),
        account=form.select("Income account", "Account", _accounts(at, form.value("Account"))),
        description=form.area("Description", "Description"),
        taxable=form.check("Taxable", "Taxable"),
    )


def _accounts(at: Desk, held: str) -> list[tuple[str, str]]:
    found = (at.company.find("Account", choice[0]) for choice in at.choices("Account", held=held))
    return [
        (account.id, str(account.body.get("Name", "")))
        for account in found
        if account is not None and account.body.get("AccountType") in ("Income", "Other Income")
    ]


def body_of(at: Desk, values: dict[str, str], record: Record | None) -> JsonObject:
    """What the form says, as a request body."""
    body: JsonObject = {name: values.get(name, "").strip() for name in ("Name", "Sku", "Type", "Description")}
    body["UnitPrice"] = amount_text(values.get("UnitPrice", ""))
    body["Taxable"] = "Taxable" in values
    body["IncomeAccountRef"] = {"value": values.get("Account", "")}
    return body


def actions(at: Desk, record: Record) -> Iterable[Markup]:
    """What else can be done with an item."""
    base = at.path(f"items/{record.id}")
    if record.active:
        yield html('<a class="btn" href="{path}">Merge into another…</a>', path=f"{base}/merge")
        yield confirmed(
            f"{base}/inactivate",
            "Make inactive…",
            "It leaves the lists, and “(deleted)” is added to its name. You can make it active again.",
            "Make inactive",
        )
    else:
        yield post_button(f"{base}/reactivate", "Make active")
