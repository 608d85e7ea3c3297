"""Accounts: type and subtype, which go together, and the rules about who may use which account."""

from bookipi_app.sandbox import faults, list_faults
from bookipi_app.sandbox.account_types import ACCOUNT_TYPES, TYPE_OF_SUBTYPE
from bookipi_app.sandbox.company import Record, reference_id
from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.lists import prepare_named
from bookipi_app.sandbox.work import Work, check_currency, existing, shown_name


def prepare_account(work: Work, body: JsonObject, old: Record | None) -> JsonObject:
    """The complete body of an account, or a refusal."""
    _settle_type(body)
    for name in ("CurrentBalance", "CurrentBalanceWithSubAccounts"):
        body[name] = old.body.get(name, 0) if old else body.get("OpeningBalance", 0)
    for name in ("OpeningBalance", "OpeningBalanceDate"):
        body.pop(name, None)
    check_currency(work, body, old)
    return prepare_named(work, "Account", body, old)


def _settle_type(body: JsonObject) -> None:
    """The type follows from the subtype and the subtype from the type; given both, they must fit."""
    subtype = str(body.get("AccountSubType") or "")
    kind = str(body.get("AccountType") or TYPE_OF_SUBTYPE.get(subtype, ""))
    if not kind and subtype:
        raise faults.invalid_choice("AccountSubType", subtype)
    if not kind:
        raise list_faults.no_account_type()
    known = ACCOUNT_TYPES.get(kind)
    if known is None:
        raise faults.invalid_choice("AccountType", kind)
    if TYPE_OF_SUBTYPE.get(subtype, kind) != kind:
        raise faults.invalid_type("AccountSubType", subtype)
    body["AccountType"], body["AccountSubType"] = kind, subtype or known.subtypes[0]
    body["Classification"] = known.classification


def check_account(work: Work, body: JsonObject, name: str, kinds: tuple[str, ...]) -> None:
    """Checks that the reference, if given, points to an account of one of these types (6430 otherwise)."""
    if not reference_id(body, name):
        return
    account = existing(work, "Account", reference_id(body, name), name)
    if account.body.get("AccountType") not in kinds:
        raise list_faults.wrong_account(name)
    body[name] = {"value": account.id, "name": shown_name(account)}
