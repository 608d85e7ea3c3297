"""Name lists: unique names, qualified names, the ` (deleted)` rename and the plain lists without own rules."""

import re

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.company import Record, reference_id, unique_name
from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.schema import KINDS, Kind
from bookipi_app.sandbox.work import Work, existing, shown_name

DEEPEST = 5
_DELETED = re.compile(r"\s\(deleted[^)]*\)(\s\d+)?$")
_INCOME = ("Income", "Other Income")
_CLASSIFICATION = {
    "Bank": "Asset",
    "Accounts Receivable": "Asset",
    "Other Current Asset": "Asset",
    "Fixed Asset": "Asset",
    "Accounts Payable": "Liability",
    "Credit Card": "Liability",
    "Other Current Liability": "Liability",
    "Long Term Liability": "Liability",
    "Equity": "Equity",
    "Income": "Revenue",
    "Other Income": "Revenue",
    "Expense": "Expense",
    "Other Expense": "Expense",
    "Cost of Goods Sold": "Expense",
}


def settle_name(work: Work, kind: Kind, body: JsonObject, old: Record | None) -> None:
    """Qualifies the name, renames what is inactive, and refuses a name that is taken (6240)."""
    body.setdefault("Active", True)
    name = str(body[kind.name_field])
    prefix = _qualifying_prefix(work, kind, body, old)
    _name(kind, body, name, prefix)
    if body["Active"] is False and not _DELETED.search(name):
        _rename_inactive(work, kind, body, old, name, prefix)
    holder = work.company.holder_of(kind, unique_name(kind, body))
    if holder is not None and holder != (kind.name, old.id if old else ""):
        raise faults.duplicate_name()


def _name(kind: Kind, body: JsonObject, name: str, prefix: str) -> None:
    body[kind.name_field] = name
    if kind.name != "Term":
        body["FullyQualifiedName"] = prefix + name


def _rename_inactive(
    work: Work, kind: Kind, body: JsonObject, old: Record | None, name: str, prefix: str
) -> None:
    tried = 0
    while True:
        _name(kind, body, f"{name} (deleted)" + (f" {tried}" if tried else ""), prefix)
        holder = work.company.holder_of(kind, unique_name(kind, body))
        if holder is None or (old is not None and holder == (kind.name, old.id)):
            return
        tried += 1


def _qualifying_prefix(work: Work, kind: Kind, body: JsonObject, old: Record | None) -> str:
    parent_id = reference_id(body, "ParentRef")
    if not parent_id:
        body.pop("Level", None)
        return ""
    parent = existing(work, kind.name, parent_id, "ParentRef")
    level = int(parent.body.get("Level", 0)) + 1
    if level >= DEEPEST or (old is not None and _is_below(work, parent, old.id)):
        raise faults.bad_reference("ParentRef")
    body["ParentRef"] = {"value": parent_id, "name": shown_name(parent)}
    body["Level"] = level
    return shown_name(parent) + ":"


def _is_below(work: Work, record: Record | None, ancestor: str) -> bool:
    while record is not None:
        if record.id == ancestor:
            return True
        record = work.company.find(record.kind, reference_id(record.body, "ParentRef"))
    return False


def require_income_account(work: Work, body: JsonObject, name: str) -> None:
    """Checks that the reference points to an account that can hold income (6430 otherwise)."""
    account = existing(work, "Account", reference_id(body, name), name)
    if account.body.get("AccountType") not in _INCOME:
        raise faults.wrong_account(name)
    body[name] = {"value": account.id, "name": shown_name(account)}


def prepare_named(work: Work, kind_name: str, body: JsonObject, old: Record | None) -> JsonObject:
    """A list object without rules beyond its name."""
    kind = KINDS[kind_name]
    if not body.get(kind.name_field):
        raise faults.missing(kind.name_field)
    settle_name(work, kind, body, old)
    if kind_name == "Term":
        body.setdefault("Type", "STANDARD")
        body.setdefault("DueDays", 0)
    return body


def prepare_account(work: Work, body: JsonObject, old: Record | None) -> JsonObject:
    """An account; its classification follows from its type."""
    if not body.get("AccountType") and not body.get("AccountSubType"):
        raise faults.missing("AccountType")
    body.setdefault("AccountType", (old.body if old else {}).get("AccountType", "Expense"))
    if body["AccountType"] not in _CLASSIFICATION:
        raise faults.invalid_choice("AccountType", str(body["AccountType"]))
    body["Classification"] = _CLASSIFICATION[str(body["AccountType"])]
    body.setdefault("SubAccount", bool(reference_id(body, "ParentRef")))
    body.setdefault("CurrentBalance", 0)
    body.setdefault("CurrentBalanceWithSubAccounts", 0)
    body["CurrencyRef"] = {"value": work.company.currency}
    return prepare_named(work, "Account", body, old)
