"""Products and services: rules checked before a write."""

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.company import Record, reference_id
from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.lists import require_income_account, settle_name
from bookipi_app.sandbox.schema import KINDS
from bookipi_app.sandbox.work import Work, check_reference

_SOLD = ("Service", "NonInventory", "Inventory")
_STOCK_NEEDS = ("ExpenseAccountRef", "AssetAccountRef", "InvStartDate", "QtyOnHand", "TrackQtyOnHand")


def prepare_item(work: Work, body: JsonObject, old: Record | None) -> JsonObject:
    """The complete body of an item, or a refusal."""
    if not str(body.get("Name") or "").strip():
        raise faults.missing("Name")
    _settle_type(body, old)
    if body["Type"] in _SOLD:
        _check_accounts(work, body)
    check_reference(work, body, "ExpenseAccountRef", "Account")
    check_reference(work, body, "AssetAccountRef", "Account")
    body.setdefault("Taxable", False)
    body.setdefault("UnitPrice", 0)
    body.setdefault("PurchaseCost", 0)
    body.setdefault("TrackQtyOnHand", False)
    body.setdefault("SubItem", bool(reference_id(body, "ParentRef")))
    settle_name(work, KINDS["Item"], body, old)
    return body


def _settle_type(body: JsonObject, old: Record | None) -> None:
    held = str(old.body.get("Type")) if old else "Service"
    body.setdefault("Type", held)
    if old is not None and body["Type"] != held and "Inventory" in (held, body["Type"]):
        raise faults.business("The type of this item cannot be changed.", "Item.Type")


def _check_accounts(work: Work, body: JsonObject) -> None:
    if not reference_id(body, "IncomeAccountRef"):
        raise faults.missing("IncomeAccountRef")
    require_income_account(work, body, "IncomeAccountRef")
    if body["Type"] == "Inventory":
        for name in _STOCK_NEEDS:
            if body.get(name) in (None, False):
                raise faults.missing(name)
