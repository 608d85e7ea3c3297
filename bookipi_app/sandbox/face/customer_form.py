"""The form of a customer."""

from collections.abc import Iterable

from bookipi_app.sandbox.company import Record, reference_id
from bookipi_app.sandbox.face.books import Desk
from bookipi_app.sandbox.face.html import Markup, field, html, post_button, select, text_area
from bookipi_app.sandbox.jsontext import JsonObject, as_object

_TEXTS = ("DisplayName", "GivenName", "FamilyName", "CompanyName", "Notes")
_ADDRESS = ("Line1", "City", "CountrySubDivisionCode", "PostalCode")


def fields(at: Desk, record: Record | None, body: JsonObject) -> Markup:
    """The inputs, filled from a customer's body."""
    bill, ship = as_object(body.get("BillAddr")), as_object(body.get("ShipAddr"))
    shape = """<div class="grid2 one-s">{name}{company}{given}{family}{email}{phone}{terms}</div>
<h2 class="h">Billing address</h2><div class="grid2 one-s">{bill}</div>
<h2 class="h">Shipping address</h2><div class="grid2 one-s">{ship}</div>{notes}"""
    phone = as_object(body.get("PrimaryPhone")).get("FreeFormNumber", "")
    return html(
        shape,
        name=field("Display name", "DisplayName", body.get("DisplayName", ""), extra=Markup("required")),
        company=field("Company", "CompanyName", body.get("CompanyName", "")),
        given=field("First name", "GivenName", body.get("GivenName", "")),
        family=field("Last name", "FamilyName", body.get("FamilyName", "")),
        email=field("E-mail", "Email", as_object(body.get("PrimaryEmailAddr")).get("Address", ""), "email"),
        phone=field("Phone", "Phone", phone),
        terms=select("Terms", "Term", at.choices("Term", "None"), reference_id(body, "SalesTermRef")),
        bill=_address("Bill", bill),
        ship=_address("Ship", ship),
        notes=text_area("Notes", "Notes", body.get("Notes", "")),
    )


def _address(prefix: str, address: JsonObject) -> Markup:
    labels = ("Street", "City", "State or province", "ZIP or postal code")
    pairs = zip(labels, _ADDRESS, strict=True)
    return Markup("").join(field(label, prefix + name, address.get(name, "")) for label, name in pairs)


def body_of(at: Desk, form: dict[str, str], record: Record | None) -> JsonObject:
    """What the form says, as a request body."""
    body: JsonObject = {name: form.get(name, "").strip() for name in _TEXTS}
    body["PrimaryEmailAddr"] = {"Address": form.get("Email", "").strip()}
    body["PrimaryPhone"] = {"FreeFormNumber": form.get("Phone", "").strip()}
    body["SalesTermRef"] = {"value": form.get("Term", "")}
    for prefix in ("Bill", "Ship"):
        held = as_object(record.body.get(f"{prefix}Addr")) if record else {}
        kept = {name: value for name, value in held.items() if name != "Id"}
        body[f"{prefix}Addr"] = {**kept, **{name: form.get(prefix + name, "").strip() for name in _ADDRESS}}
    return body


def actions(at: Desk, record: Record) -> Iterable[Markup]:
    """What else can be done with a customer."""
    base = at.path(f"customers/{record.id}")
    if not record.active:
        yield post_button(f"{base}/reactivate", "Make active")
        return
    yield post_button(f"{base}/inactivate", "Make inactive", "bad")
    others = [choice for choice in at.choices("Customer") if choice[0] != record.id]
    shape = """<form method="post" action="{action}" class="inline row">
{select}<button class="btn bad">Merge into it</button></form>"""
    chosen = select("Merge into another customer", "winner", others)
    yield html(shape, action=f"{base}/merge", select=chosen)
