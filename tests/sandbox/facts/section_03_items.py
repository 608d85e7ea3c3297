"""Section 3.3: products and services, categories and bundles."""

from decimal import Decimal

from tests.sandbox.client import Books, line
from tests.sandbox.facts.asking import (
    COSTS,
    INCOME,
    PRODUCT_INCOME,
    STOCK,
    below,
    category,
    change,
    end,
    said,
    service,
    stock_item,
)
from tests.sandbox.facts.table import fact

_SORTED = "us-manual-tax"


@fact("3.3", "or an item without type is refused", item_without_type="refuse")
def _(books: Books) -> None:
    assert said(books, "item", {"Name": "Raking", "IncomeAccountRef": INCOME})[:2] == ("2020", "Type")
    assert change(books, "Item", service(books, "Raking"), Sku="R")["Type"] == "Service"


@fact("3.3", "an item without type is a service", item_without_type="service")
def _(books: Books) -> None:
    assert books.post("Item", {"Name": "Raking", "IncomeAccountRef": INCOME})["Type"] == "Service"


@fact("3.3", "a new item is answered with what the service fills in")
def _(books: Books) -> None:
    made = service(books, "Raking")
    shown = {"Active": True, "Taxable": False, "UnitPrice": 0, "PurchaseCost": 0, "TrackQtyOnHand": False}
    assert {name: made[name] for name in shown} == shown
    assert made["FullyQualifiedName"] == "Raking"
    assert made["IncomeAccountRef"] == {"value": "14", "name": "Services"}


@fact("3.3", "an item needs a name")
def _(books: Books) -> None:
    for nothing in ("", " ", None):
        assert said(books, "item", {"Name": nothing, "IncomeAccountRef": INCOME})[:2] == ("2020", "Name")


@fact("3.3", "an item's name holds no colon, tab or newline")
def _(books: Books) -> None:
    for mark in ":\t\n":
        assert said(books, "item", {"Name": f"a{mark}b", "IncomeAccountRef": INCOME})[:2] == ("2040", "Name")


@fact("3.3", "every text of an item has the length of the table")
def _(books: Books) -> None:
    for name, most in {"Name": 100, "Sku": 100, "Description": 4000, "PurchaseDesc": 1000}.items():
        body = {"Name": f"With {name}", "IncomeAccountRef": INCOME}
        assert books.post("Item", {**body, name: "x" * most})[name] == "x" * most
        assert said(books, "item", {**body, name: "x" * (most + 1)})[:2] == ("2050", name)


@fact("3.3", "item names are unique without case")
def _(books: Books) -> None:
    assert said(books, "item", {"Name": "SERVICES", "IncomeAccountRef": INCOME})[0] == "6240"


@fact("3.3", "two items share a name when their categories differ", item_names="within category")
def _(books: Books) -> None:
    oaks, elms = category(books, "Oaks"), category(books, "Elms")
    first, second = (service(books, "Planting", **below(shelf, "SubItem")) for shelf in (oaks, elms))
    assert (first["FullyQualifiedName"], second["FullyQualifiedName"]) == ("Oaks:Planting", "Elms:Planting")


@fact("3.3", "two items do not share a name whatever their categories", item_names="everywhere")
def _(books: Books) -> None:
    oaks, elms = category(books, "Oaks"), category(books, "Elms")
    service(books, "Planting", **below(oaks, "SubItem"))
    body = {"Name": "Planting", "IncomeAccountRef": INCOME, **below(elms, "SubItem")}
    assert said(books, "item", body)[0] == "6240"


@fact("3.3", "prices are stored with seven decimals")
def _(books: Books) -> None:
    price = Decimal("0.53066674")
    assert service(books, "Sod by hand", UnitPrice=price)["UnitPrice"] == Decimal("0.5306667")


@fact("3.3", "prices go up to 99999999999")
def _(books: Books) -> None:
    assert service(books, "Castle", UnitPrice=99999999999)["UnitPrice"] == 99999999999
    body = {"Name": "Palace", "IncomeAccountRef": INCOME, "UnitPrice": 100000000000}
    assert said(books, "item", body)[:2] == ("2110", "UnitPrice")


@fact("3.3", "a price may come as text")
def _(books: Books) -> None:
    assert service(books, "Raking", UnitPrice="12.50")["UnitPrice"] == Decimal("12.5")


@fact("3.3", "services and goods that are sold need an income account")
def _(books: Books) -> None:
    for kind in ("Service", "NonInventory", "Inventory"):
        body = {**stock_item(Name="X", Type=kind), "IncomeAccountRef": None, "ExpenseAccountRef": None}
        assert said(books, "item", body)[:2] == ("2020", "IncomeAccountRef")


@fact("3.3", "goods that are only bought need no income account")
def _(books: Books) -> None:
    body = {"Name": "Fuel can", "Type": "NonInventory", "ExpenseAccountRef": COSTS}
    assert "IncomeAccountRef" not in books.post("Item", body)


@fact("3.3", "an income account has a type of income")
def _(books: Books) -> None:
    for account in ("1", "3", "5", "21", "31"):
        body = {"Name": "X", "IncomeAccountRef": {"value": account}}
        assert said(books, "item", body)[:2] == ("6430", "IncomeAccountRef")


@fact("3.3", "stock is counted from a day on, with accounts for its value, cost and income")
def _(books: Books) -> None:
    made = books.post("Item", stock_item())
    assert (made["Type"], made["TrackQtyOnHand"], made["QtyOnHand"]) == ("Inventory", True, 10)
    assert made["InvStartDate"] == "2026-01-01"
    names = {
        name: made[name]["name"] for name in ("AssetAccountRef", "ExpenseAccountRef", "IncomeAccountRef")
    }
    assert list(names.values()) == ["Inventory Asset", "Cost of Goods Sold", "Sales of Product Income"]


@fact("3.3", "each of stock's own fields is required")
def _(books: Books) -> None:
    needed = ("IncomeAccountRef", "ExpenseAccountRef", "AssetAccountRef", "InvStartDate", "QtyOnHand")
    for name in (*needed, "TrackQtyOnHand"):
        body = {key: value for key, value in stock_item().items() if key != name}
        assert said(books, "item", body)[:2] == ("2020", name)
    assert said(books, "item", stock_item(TrackQtyOnHand=False))[:2] == ("2020", "TrackQtyOnHand")


@fact("3.3", "stock may start with nothing on hand")
def _(books: Books) -> None:
    assert books.post("Item", stock_item(QtyOnHand=0))["QtyOnHand"] == 0


@fact("3.3", "stock is charged to cost of goods and valued as a current asset")
def _(books: Books) -> None:
    for name, account in (("ExpenseAccountRef", "31"), ("AssetAccountRef", "7")):
        assert said(books, "item", stock_item(**{name: {"value": account}}))[:2] == ("6430", name)


@fact("3.3", "a service that is bought may be charged to any expense")
def _(books: Books) -> None:
    assert (
        service(books, "Driving", ExpenseAccountRef={"value": "31"})["ExpenseAccountRef"]["name"] == "Travel"
    )


@fact("3.3", "or a service stays a service", item_kinds_change=False)
def _(books: Books) -> None:
    body = {"Id": service(books, "Raking")["Id"], "SyncToken": "0", "sparse": True, "Type": "NonInventory"}
    assert said(books, "item", body)[:2] == ("6000", "Item.Type")


@fact(
    "3.3", "a service becomes goods that are not counted, and goods become a service", item_kinds_change=True
)
def _(books: Books) -> None:
    made = service(books, "Raking")
    assert change(books, "Item", made, Type="NonInventory")["Type"] == "NonInventory"
    assert change(books, "Item", made, Type="Service")["Type"] == "Service"


@fact("3.3", "goods become stock when everything that stock needs is given")
def _(books: Books) -> None:
    made = books.post("Item", {"Name": "Bench", "Type": "NonInventory", "IncomeAccountRef": PRODUCT_INCOME})
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Type": "Inventory"}
    assert said(books, "item", body)[0] == "2020"
    assert change(books, "Item", made, **stock_item())["Type"] == "Inventory"


@fact("3.3", "what is not stock has no number on hand")
def _(books: Books) -> None:
    made = service(books, "Raking", TrackQtyOnHand=True, QtyOnHand=4, InvStartDate="2026-01-01")
    assert made["TrackQtyOnHand"] is False
    assert not {"QtyOnHand", "InvStartDate"} & set(made)


@fact("3.3", "a new item is not taxable unless it says so", new_items_taxable=False)
def _(books: Books) -> None:
    assert service(books, "Raking")["Taxable"] is False
    assert service(books, "Selling", Taxable=True)["Taxable"] is True


@fact("3.3", "or a new item is taxable unless it says otherwise", new_items_taxable=True)
def _(books: Books) -> None:
    assert service(books, "Raking")["Taxable"] is True
    assert service(books, "Giving", Taxable=False)["Taxable"] is False


@fact("3.3", "taxable items are taxed by default, others are not")
def _(books: Books) -> None:
    taxable, free = service(books, "Fee", Taxable=True), service(books, "Free")
    codes = [
        entry["SalesItemLineDetail"]["TaxCodeRef"]["value"]
        for entry in books.invoice(line(5, taxable["Id"]), line(5, free["Id"]))["Line"][:2]
    ]
    assert codes == ["TAX", "NON"]


@fact("3.3", "a category has a name and a place and neither price nor account")
def _(books: Books) -> None:
    made = category(books, "Trees", UnitPrice=5, IncomeAccountRef=INCOME)
    assert (made["Type"], made["FullyQualifiedName"], made["Active"]) == ("Category", "Trees", True)
    assert not {"UnitPrice", "IncomeAccountRef", "Taxable", "TrackQtyOnHand"} & set(made)


@fact("3.3", "an item in a category has a qualified name and a level")
def _(books: Books) -> None:
    made = service(books, "Felling", **below(category(books, "Trees"), "SubItem"))
    assert (made["Name"], made["FullyQualifiedName"]) == ("Felling", "Trees:Felling")
    assert (made["SubItem"], made["Level"], made["ParentRef"]["name"]) == (True, 1, "Trees")


@fact("3.3", "categories lie in categories")
def _(books: Books) -> None:
    inner = category(books, "Oaks", **below(category(books, "Trees"), "SubItem"))
    made = service(books, "Felling", **below(inner, "SubItem"))
    assert made["FullyQualifiedName"] == "Trees:Oaks:Felling"


@fact("3.3", "invoices show the qualified name of an item")
def _(books: Books) -> None:
    made = service(books, "Felling", **below(category(books, "Trees"), "SubItem"))
    shown = books.invoice(line(5, made["Id"]))["Line"][0]["SalesItemLineDetail"]["ItemRef"]
    assert shown == {"value": made["Id"], "name": "Trees:Felling"}


@fact("3.3", "renaming a category renames what lies in it")
def _(books: Books) -> None:
    trees = category(books, "Trees")
    made = service(books, "Felling", **below(trees, "SubItem"))
    change(books, "Item", trees, Name="Shrubs")
    assert books.read("Item", made["Id"])["FullyQualifiedName"] == "Shrubs:Felling"


@fact("3.3", "a category does not become a product")
def _(books: Books) -> None:
    made = category(books, "Trees")
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Type": "Service", "IncomeAccountRef": INCOME}
    assert said(books, "item", body)[:2] == ("6000", "Item.Type")


@fact("3.3", "a bundle can be read, with the items that it consists of", preset=_SORTED)
def _(books: Books) -> None:
    bundle = books.query("select * from Item where Type = 'Group'")["Item"][0]
    rows = bundle["ItemGroupDetail"]["ItemGroupLine"]
    assert [(row["ItemRef"]["name"], row["Qty"]) for row in rows] == [
        *(("River stone", 2), ("Planting:Live oak", 1), ("Installation", 6)),
    ]
    assert bundle["FullyQualifiedName"] == "Planting:Front garden"


@fact("3.3", "a bundle cannot be made over the API")
def _(books: Books) -> None:
    detail = {"ItemGroupLine": [{"ItemRef": {"value": "3"}, "Qty": 1}]}
    assert said(books, "item", {"Name": "Set", "Type": "Group", "ItemGroupDetail": detail})[0] == "500"


@fact("3.3", "a bundle keeps what it consists of whatever an update says", preset=_SORTED)
def _(books: Books) -> None:
    bundle = books.query("select * from Item where Type = 'Group'")["Item"][0]
    changed = change(books, "Item", bundle, Description="All of it", ItemGroupDetail={"ItemGroupLine": []})
    assert changed["Description"] == "All of it"
    assert changed["ItemGroupDetail"] == bundle["ItemGroupDetail"]


@fact("3.3", "an item is found by type and by stock keeping unit")
def _(books: Books) -> None:
    made = service(books, "Raking", Sku="RK-1")
    found = books.query("select *, Sku from Item where Type = 'Service' and Sku = 'RK-1'")["Item"]
    assert [(entry["Id"], entry["Sku"]) for entry in found] == [(made["Id"], "RK-1")]


@fact("3.3", "an inactive item is not sold")
def _(books: Books) -> None:
    made = service(books, "Raking")
    end(books, "Item", made)
    body = {"CustomerRef": {"value": "3"}, "Line": [line(5, made["Id"])]}
    assert said(books, "invoice", body)[:2] == ("2500", "Line.SalesItemLineDetail.ItemRef")


@fact("3.3", "the asset account of goods must exist")
def _(books: Books) -> None:
    assert said(books, "item", stock_item(AssetAccountRef={"value": "999"}))[:2] == (
        "2500",
        "AssetAccountRef",
    )
    assert books.post("Item", stock_item(AssetAccountRef=STOCK))
