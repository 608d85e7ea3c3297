"""The names that references show: always the present name of what they point to, whenever it was written."""

from collections.abc import Callable
from typing import Final, cast

from bookipi_app.sandbox.jsontext import Json, JsonObject

NameOf = Callable[[str, str], str | None]
_POINTS_TO: Final = {
    **{"CustomerRef": "Customer", "ItemRef": "Item", "GroupItemRef": "Item", "ItemAccountRef": "Account"},
    **{"DiscountAccountRef": "Account", "IncomeAccountRef": "Account", "ExpenseAccountRef": "Account"},
    **{"AssetAccountRef": "Account", "DepositToAccountRef": "Account", "PaymentMethodRef": "PaymentMethod"},
    **{"ClassRef": "Class", "DepartmentRef": "Department", "PrefVendorRef": "Vendor"},
}


def with_present_names(kind: str, body: JsonObject, name_of: NameOf) -> JsonObject:
    """The body with every shown name brought up to date; what needs no change is not copied."""
    return cast(JsonObject, _renamed({**_POINTS_TO, "ParentRef": kind}, body, name_of))


def _renamed(points_to: dict[str, str], value: Json, name_of: NameOf) -> Json:
    if isinstance(value, dict):
        return _object(points_to, cast(JsonObject, value), name_of)
    if isinstance(value, list):
        members = cast(list[Json], value)
        renamed = [_renamed(points_to, member, name_of) for member in members]
        same = all(new is old for new, old in zip(renamed, members, strict=True))
        return members if same else renamed
    return value


def _object(points_to: dict[str, str], body: JsonObject, name_of: NameOf) -> JsonObject:
    changed: JsonObject = {}
    for name, member in body.items():
        if not isinstance(member, (dict, list)):
            continue
        if name in points_to:
            renamed = _reference(points_to[name], cast(JsonObject, member), name_of)
        else:
            renamed = _renamed(points_to, member, name_of)
        if renamed is not member:
            changed[name] = renamed
    return {**body, **changed} if changed else body


def _reference(kind: str, reference: JsonObject, name_of: NameOf) -> JsonObject:
    if "name" not in reference:
        return reference
    present = name_of(kind, str(reference.get("value", "")))
    return reference if present is None or present == reference["name"] else {**reference, "name": present}
