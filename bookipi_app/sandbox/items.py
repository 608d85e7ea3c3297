"""Products and services, bundles and categories: rules checked before a write."""

from typing import Final

from bookipi_app.sandbox import faults, list_faults
from bookipi_app.sandbox.accounts import check_account
from bookipi_app.sandbox.company import Record, reference_id, shown_name
from bookipi_app.sandbox.jsontext import JsonObject, as_object, objects
from bookipi_app.sandbox.lists import settle_name
from bookipi_app.sandbox.schema import KINDS
from bookipi_app.sandbox.work import Work, check_reference, existing

_INCOME: Final = ("Income", "Other Income")
_COSTS: Final = ("Cost of Goods Sold", "Expense", "Other Expense")
_STOCK: Final = ("Other Current Asset",)
_STOCK_NEEDS: Final = ("ExpenseAccountRef", "AssetAccountRef", "InvStartDate", "QtyOnHand", "TrackQtyOnHand")
_SORTED_ONLY: Final = ("Name", "Type", "Active", "SubItem", "ParentRef", "Level", "FullyQualifiedName")
_FIXED_TYPES: Final = ("Inventory", "Group", "Category")


def prepare_item(work: Work, body: JsonObject, old: Record | None) -> JsonObject:
    """The complete body of an item, or a refusal."""
    if not str(body.get("Name") or "").strip():
        raise faults.missing("Name")
    _settle_type(work, body, old)
    match body["Type"]:
        case "Category":
            for name in [name for name in body if name not in _SORTED_ONLY]:
                del body[name]
        case "Group":
            _complete_bundle(work, body, old)
        case _:
            _complete_product(work, body)
    settle_name(work, KINDS["Item"], body, old)
    return body


def _settle_type(work: Work, body: JsonObject, old: Record | None) -> None:
    if old is None and "Type" not in body and work.switches.item_without_type == "refuse":
        raise faults.missing("Type")
    held = str(old.body.get("Type")) if old else "Service"
    kind = str(body.setdefault("Type", held))
    fixed = held in _FIXED_TYPES or kind in ("Group", "Category") or not work.switches.item_kinds_change
    if old is not None and kind != held and fixed:
        raise faults.business("The type of this item cannot be changed.", "Item.Type")
    if old is None and kind == "Group" and not work.by_person:
        raise faults.unsupported_operation("Create Group")
    if (
        kind == "Inventory"
        and work.company.preference("ProductAndServicesPrefs", "QuantityOnHand") is not True
    ):
        raise list_faults.feature_off("Tracking of quantity on hand")


def _complete_product(work: Work, body: JsonObject) -> None:
    _check_needs(body)
    stocked = body["Type"] == "Inventory"
    check_account(work, body, "IncomeAccountRef", _INCOME)
    check_account(work, body, "ExpenseAccountRef", _COSTS[:1] if stocked else _COSTS)
    check_account(work, body, "AssetAccountRef", _STOCK)
    check_reference(work, body, "PrefVendorRef", "Vendor")
    check_reference(work, body, "ClassRef", "Class")
    body.setdefault("Taxable", work.switches.new_items_taxable)
    body.setdefault("UnitPrice", 0)
    body.setdefault("PurchaseCost", 0)
    if not stocked:
        body["TrackQtyOnHand"] = False
        for name in ("QtyOnHand", "InvStartDate"):
            body.pop(name, None)


def _check_needs(body: JsonObject) -> None:
    only_bought = body["Type"] == "NonInventory" and reference_id(body, "ExpenseAccountRef")
    if not only_bought and not reference_id(body, "IncomeAccountRef"):
        raise faults.missing("IncomeAccountRef")
    if body["Type"] == "Inventory":
        for name in _STOCK_NEEDS:
            if body.get(name) is None or body[name] is False:
                raise faults.missing(name)


def _complete_bundle(work: Work, body: JsonObject, old: Record | None) -> None:
    """What a bundle consists of is put together by a person; an app cannot change it."""
    if old is not None and not work.by_person:
        body["ItemGroupDetail"] = as_object(old.body.get("ItemGroupDetail"))
    else:
        rows = objects(as_object(body.get("ItemGroupDetail")).get("ItemGroupLine"))
        if not rows:
            raise faults.missing("ItemGroupDetail")
        body["ItemGroupDetail"] = {"ItemGroupLine": [_bundle_row(work, row) for row in rows]}
    body.setdefault("PrintGroupedItems", False)
    body.setdefault("Taxable", False)
    body["TrackQtyOnHand"] = False


def _bundle_row(work: Work, row: JsonObject) -> JsonObject:
    item = existing(work, "Item", reference_id(row, "ItemRef"), "ItemGroupDetail.ItemGroupLine.ItemRef")
    reference = {"value": item.id, "name": shown_name(item), "type": item.body.get("Type")}
    return {"ItemRef": reference, "Qty": row.get("Qty", 1)}
