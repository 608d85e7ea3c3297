"""The three custom fields of sales forms: kept where the company switched them on, dropped elsewhere."""

from collections.abc import Iterator

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.jsontext import Json, JsonObject, as_list, objects
from bookipi_app.sandbox.shapes import Fields, choice, ignored, many, nested, text
from bookipi_app.sandbox.work import Work

_NUMBERS = ("1", "2", "3")
_FIELD: Fields = {
    "DefinitionId": choice(*_NUMBERS),
    "Name": ignored,
    "Type": choice("StringType"),
    "StringValue": text(31),
}
_read = many(nested(_FIELD))


def settle_custom_fields(work: Work, body: JsonObject) -> None:
    """Every field that is switched on is shown, with its value if it has one."""
    values = _values(body["CustomField"]) if "CustomField" in body else {}
    body["CustomField"] = [_field(number, name, values.get(number)) for number, name in switched_on(work)]


def _values(sent: Json) -> dict[str, Json]:
    values: dict[str, Json] = {}
    for entry in objects(_read(sent, "CustomField")):
        if "DefinitionId" not in entry:
            raise faults.missing("CustomField.DefinitionId")
        values[str(entry["DefinitionId"])] = entry.get("StringValue")
    return values


def _field(number: str, name: str, value: Json) -> JsonObject:
    shown: JsonObject = {"DefinitionId": number, "Name": name, "Type": "StringType"}
    return shown if value is None else {**shown, "StringValue": value}


def switched_on(work: Work) -> Iterator[tuple[str, str]]:
    """Number and name of each custom field that the company uses."""
    outer = as_list(work.company.preference("SalesFormsPrefs", "CustomField"))
    entries = [entry for group in objects(outer) for entry in objects(group.get("CustomField"))]
    if not any(entry.get("BooleanValue") is True for entry in entries):
        return
    said = {str(entry.get("Name")): entry for entry in entries}
    for number in _NUMBERS:
        if said.get(f"SalesFormsPrefs.UseSalesCustom{number}", {}).get("BooleanValue") is True:
            named = said.get(f"SalesFormsPrefs.SalesCustomName{number}", {}).get("StringValue")
            yield number, str(named or f"Custom {number}")
