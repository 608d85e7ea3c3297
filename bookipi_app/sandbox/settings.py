"""Changing the preferences: the groups that are sent, member by member, each of the kind it had before."""

from decimal import Decimal
from typing import Final

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.company import Record, render
from bookipi_app.sandbox.jsontext import Json, JsonObject, as_object
from bookipi_app.sandbox.shapes import PRECISE, Reader, anything, day, flag, reference, text
from bookipi_app.sandbox.work import Work, existing

_ENVELOPE: Final = frozenset({"Id", "SyncToken", "MetaData", "domain", "sparse", "time"})
_LONGEST_TEXT: Final = 4000
# Members that a new company does not have yet.
_MORE: Final[dict[str, dict[str, Reader]]] = {
    "AccountingInfoPrefs": {"BookCloseDate": day},
    "TaxPrefs": {
        **{"UsingSalesTax": flag, "PartnerTaxEnabled": flag, "HideTaxManagement": flag},
        **{"PaySalesTax": text(40), "TaxGroupCodeRef": reference, "NonTaxableSalesTaxCodeRef": reference},
    },
    "SalesFormsPrefs": {
        **{"DefaultTerms": reference, "DefaultShipMethod": reference, "DefaultItem": anything},
        **{"DefaultDiscountAccount": text(40), "DefaultShippingAccount": text(40)},
        **{"DefaultDeliveryMethod": text(40), "SalesEmailCc": anything, "SalesEmailBcc": anything},
        **{"ETransactionAttachPDF": flag, "EstimateMessage": text(1000), "AllowEstimates": flag},
    },
    "CurrencyPrefs": {"HomeCurrency": reference, "MultiCurrencyEnabled": flag},
}
_ACCOUNTS: Final = ("DefaultDiscountAccount", "DefaultShippingAccount")


def change_preferences(work: Work, incoming: JsonObject) -> JsonObject:
    """Carries out an update of the preferences and returns them as the API shows them."""
    record = work.company.find("Preferences", "1")
    if record is None:
        raise faults.not_found()
    _check_token(work, record, incoming)
    body: JsonObject = {**record.body}
    for name, group in incoming.items():
        if name not in _ENVELOPE and group is not None:
            body[name] = _changed_group(record, name, group)
    _check_rules(work, record, body)
    work.company.update(record, body, work.now)
    return render(work.company, record)


def _check_token(work: Work, record: Record, incoming: JsonObject) -> None:
    token = incoming.get("SyncToken")
    if token is None and not work.by_person:
        raise faults.missing("SyncToken")
    if token is not None and str(token) != str(record.token):
        raise faults.stale("A bookkeeper")


def _changed_group(record: Record, name: str, group: Json) -> JsonObject:
    held = record.body.get(name)
    if not isinstance(held, dict):
        raise faults.bad_property(f'Unrecognized field "{name[:60]}"', name)
    if not isinstance(group, dict):
        raise faults.bad_property("Can not deserialize instance of object", name)
    changed = dict(as_object(held))
    for member, value in as_object(group).items():
        path = f"{name}.{member}"
        if value in (None, "") and member not in changed:
            continue
        reader = _MORE.get(name, {}).get(member) or _reader_like(changed.get(member), member, path)
        read = reader(value, path)
        if read is None:
            changed.pop(member, None)
        else:
            changed[member] = read
    return changed


def _reader_like(held: Json, member: str, path: str) -> Reader:
    match held:
        case None:
            raise faults.bad_property(f'Unrecognized field "{member[:60]}"', path)
        case bool():
            return flag
        case str():
            return text(_LONGEST_TEXT)
        case int() | Decimal():
            return PRECISE
        case _:
            return _same_shape(held)


def _same_shape(held: Json) -> Reader:
    def read(value: Json, path: str) -> Json:
        if value in (None, ""):
            return None
        if type(value) is not type(held):
            raise faults.bad_property("Can not deserialize instance of the preference", path)
        return value

    return read


def _check_rules(work: Work, record: Record, body: JsonObject) -> None:
    before, after = as_object(record.body["CurrencyPrefs"]), as_object(body["CurrencyPrefs"])
    if after.get("HomeCurrency") != before.get("HomeCurrency"):
        raise faults.business("The home currency cannot be changed.", "CurrencyPrefs.HomeCurrency")
    if before.get("MultiCurrencyEnabled") is True and after.get("MultiCurrencyEnabled") is not True:
        text_of_rule = "Multicurrency cannot be turned off once it is on."
        raise faults.business(text_of_rule, "CurrencyPrefs.MultiCurrencyEnabled")
    forms = as_object(body["SalesFormsPrefs"])
    for name in _ACCOUNTS:
        if forms.get(name):
            existing(work, "Account", str(forms[name]), f"SalesFormsPrefs.{name}")
