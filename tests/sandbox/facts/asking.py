"""Short ways for the facts about objects to ask and to name what the seed company holds."""

from typing import Any

from tests.sandbox.client import Books

INCOME, PRODUCT_INCOME, COSTS, STOCK = ({"value": number} for number in ("14", "15", "21", "5"))
RECEIVABLE = {"value": "3"}


def refusal(books: Books, path: str, body: Any, status: int = 400, **params: str) -> dict[str, Any]:
    """The first error of the fault that a POST is answered with."""
    found, answer = books.call("POST", path, body, **params)
    assert found == status, answer
    return answer["Fault"]["Error"][0]


def said(books: Books, path: str, body: Any, **params: str) -> tuple[str, str, str]:
    """Code, element and detail of a refusal, which is always 400 and a ValidationFault."""
    found, answer = books.call("POST", path, body, **params)
    assert (found, answer["Fault"]["type"]) == (400, "ValidationFault"), answer
    error = answer["Fault"]["Error"][0]
    return error["code"], error.get("element", ""), error["Detail"]


def head(record: dict[str, Any]) -> dict[str, Any]:
    """What every update, deletion and void begins with."""
    return {"Id": record["Id"], "SyncToken": record["SyncToken"]}


def customers(books: Books) -> int:
    return books.query("select count(*) from Customer")["totalCount"]


def change(books: Books, kind: str, made: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A sparse update with the present token."""
    token = books.read(kind, made["Id"])["SyncToken"]
    return books.post(kind, {"Id": made["Id"], "SyncToken": token, "sparse": True, **fields})


def end(books: Books, kind: str, made: dict[str, Any]) -> dict[str, Any]:
    """Makes an object of a list inactive."""
    return change(books, kind, made, Active=False)


def customer(books: Books, name: str, **fields: Any) -> dict[str, Any]:
    return books.post("Customer", {"DisplayName": name, **fields})


def below(parent: dict[str, Any], flag: str = "Job") -> dict[str, Any]:
    """What makes an object a sub-object of another."""
    return {"ParentRef": {"value": parent["Id"]}, flag: True}


def service(books: Books, name: str, **fields: Any) -> dict[str, Any]:
    body = {"Name": name, "Type": "Service", "IncomeAccountRef": INCOME, **fields}
    return books.post("Item", body)


def category(books: Books, name: str, **fields: Any) -> dict[str, Any]:
    return books.post("Item", {"Name": name, "Type": "Category", **fields})


def stock_item(**fields: Any) -> dict[str, Any]:
    """Everything an inventory item needs, and whatever else is said."""
    return {
        **{"Name": "Bench", "Type": "Inventory", "TrackQtyOnHand": True, "QtyOnHand": 10},
        **{"InvStartDate": "2026-01-01", "IncomeAccountRef": PRODUCT_INCOME},
        **{"ExpenseAccountRef": COSTS, "AssetAccountRef": STOCK, **fields},
    }
