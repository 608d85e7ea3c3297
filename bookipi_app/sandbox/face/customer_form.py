"""The form of a customer."""

from collections.abc import Iterable

from bookipi_app.sandbox.company import Record, reference_id
from bookipi_app.sandbox.face.books import Desk
from bookipi_app.sandbox.face.form import Form
from bookipi_app.sandbox.face.html import Markup, confirmed, html, joined, post_button
from bookipi_app.sandbox.jsontext import JsonObject, as_object

PLACES = {
    **{"6240": "DisplayName", "6080": "DisplayName", "PrimaryEmailAddr": "Email", "PrimaryPhone": "Phone"},
    **{"SalesTermRef": "Term", "ParentRef": "Parent"},
    **{name: name for name in ("DisplayName", "CompanyName", "GivenName", "FamilyName", "Notes")},
}
_TEXTS = ("DisplayName", "GivenName", "FamilyName", "CompanyName", "Notes")
_ADDRESS = ("Line1", "City", "CountrySubDivisionCode", "PostalCode")
_LABELS = ("Street", "City", "State or province", "ZIP or postal code")
_FOR_RESALE = "9"


def values_of(at: Desk, record: Record | None) -> dict[str, str]:
    """What the form of a customer starts with."""
    body = record.body if record else JsonObject()
    values = {name: str(body.get(name, "")) for name in _TEXTS}
    values["Email"] = str(as_object(body.get("PrimaryEmailAddr")).get("Address", ""))
    values["Phone"] = str(as_object(body.get("PrimaryPhone")).get("FreeFormNumber", ""))
    values["Term"], values["Parent"] = reference_id(body, "SalesTermRef"), reference_id(body, "ParentRef")
    values["Exempt"] = "1" if body.get("TaxExemptionReasonId") else ""
    for prefix in ("Bill", "Ship"):
        address = as_object(body.get(f"{prefix}Addr"))
        values |= {prefix + name: str(address.get(name, "")) for name in _ADDRESS}
    return values


def fields(at: Desk, form: Form, record: Record | None) -> Markup:
    """The inputs."""
    shape = """<div class="grid2 one-s">{name}{company}{given}{family}{email}{phone}{terms}{parent}</div>{exempt}
<h2 class="h">Billing address</h2><div class="grid2 one-s">{bill}</div>
<h2 class="h">Shipping address</h2><div class="grid2 one-s">{ship}</div>{notes}"""
    return html(
        shape,
        name=form.text("Display name", "DisplayName", extra=Markup("required")),
        company=form.text("Company", "CompanyName"),
        given=form.text("First name", "GivenName"),
        family=form.text("Last name", "FamilyName"),
        email=form.text("E-mail", "Email"),
        phone=form.text("Phone", "Phone", "tel"),
        terms=form.select("Terms", "Term", at.choices("Term", "None", form.value("Term"))),
        parent=at.pick(form, "Sub-customer of", "Parent", "Customer", "Nobody"),
        exempt=form.check("Exempt from sales tax", "Exempt"),
        bill=_address(form, "Bill"),
        ship=_address(form, "Ship"),
        notes=form.area("Notes", "Notes"),
    )


def _address(form: Form, prefix: str) -> Markup:
    pairs = zip(_LABELS, _ADDRESS, strict=True)
    return joined(form.text(label, prefix + name) for label, name in pairs)


def body_of(at: Desk, values: dict[str, str], record: Record | None) -> JsonObject:
    """What the form says, as a request body."""
    body: JsonObject = {name: values.get(name, "").strip() for name in _TEXTS}
    body["PrimaryEmailAddr"] = {"Address": values.get("Email", "").strip()}
    body["PrimaryPhone"] = {"FreeFormNumber": values.get("Phone", "").strip()}
    body["SalesTermRef"] = {"value": values.get("Term", "")}
    parent = at.picked(values, "Parent", "Customer")
    body |= {"ParentRef": {"value": parent}, "Job": bool(parent)}
    held_reason = str(record.body.get("TaxExemptionReasonId", "")) if record else ""
    body["TaxExemptionReasonId"] = (held_reason or _FOR_RESALE) if values.get("Exempt") else ""
    for prefix in ("Bill", "Ship"):
        held = as_object(record.body.get(f"{prefix}Addr")) if record else {}
        kept = {name: value for name, value in held.items() if name != "Id"}
        body[f"{prefix}Addr"] = {**kept, **{name: values.get(prefix + name, "").strip() for name in _ADDRESS}}
    return body


def actions(at: Desk, record: Record) -> Iterable[Markup]:
    """What else can be done with a customer."""
    base = at.path(f"customers/{record.id}")
    if not record.active:
        yield post_button(f"{base}/reactivate", "Make active")
        return
    yield html('<a class="btn" href="{path}">Merge into another…</a>', path=f"{base}/merge")
    yield confirmed(
        f"{base}/inactivate",
        "Make inactive…",
        "It leaves the lists, and “(deleted)” is added to its name. You can make it active again.",
        "Make inactive",
    )
