"""The fields of products and services, of bundles and of the categories they are sorted into."""

from typing import Final

from bookipi_app.sandbox.fields.common import (
    COMMON,
    NAME_MARKS,
    NAMED_FILTERS,
    filters,
    read_only,
    references,
)
from bookipi_app.sandbox.shapes import PRECISE, Reader, anything, choice, day, flag, quantity, text

ITEM: Final[dict[str, Reader]] = {
    **COMMON,
    "Name": text(100, NAME_MARKS),
    "Type": choice("Service", "NonInventory", "Inventory", "Group", "Category"),
    "Sku": text(100),
    "Description": text(4000),
    "PurchaseDesc": text(1000),
    **dict.fromkeys(("UnitPrice", "PurchaseCost", "ReorderPoint"), PRECISE),
    "QtyOnHand": quantity,
    "InvStartDate": day,
    **dict.fromkeys(("Active", "Taxable", "SalesTaxIncluded", "PurchaseTaxIncluded"), flag),
    **dict.fromkeys(("TrackQtyOnHand", "SubItem", "PrintGroupedItems"), flag),
    **references("IncomeAccountRef", "ExpenseAccountRef", "AssetAccountRef", "COGSAccountRef"),
    **references("ParentRef", "TaxClassificationRef", "SalesTaxCodeRef", "PurchaseTaxCodeRef"),
    **references("ClassRef", "PrefVendorRef"),
    "ItemGroupDetail": anything,
    **read_only("FullyQualifiedName", "Level", "ItemCategoryType", "Source", "ManPartNum", "AvgCost"),
    **read_only("AbatementRate", "ReverseChargeRate", "RatePercent", "DeferredRevenue", "ServiceType"),
    **read_only("QtyOnSalesOrder", "QtyOnPurchaseOrder", "UOMSetRef", "SubtotalItem", "SpecialItem"),
    **read_only("UQCId", "UQCDisplayText"),
}
ITEM_FILTERS: Final = {
    **NAMED_FILTERS,
    **filters("text", ("FullyQualifiedName", "Sku", "Type", "Description")),
    **filters("number", ("UnitPrice", "PurchaseCost", "QtyOnHand")),
    **filters("ref", ("ParentRef", "IncomeAccountRef", "ExpenseAccountRef", "AssetAccountRef")),
    "Taxable": "flag",
}
