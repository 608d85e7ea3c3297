"""The bookkeeper in QuickBooks: ends, payments, closed books, merges."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bookipi_app import exactjson
from bookipi_app.sandbox.core import Request
from tests.engine.world import World


def invoice(world: World, number: str) -> dict[str, Any]:
    """An invoice over $120.00, typed there for the first of its customers."""
    line = {"Amount": 120, "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "Qty": 4, "UnitPrice": 30}}  # fmt: skip
    customer = {"value": world.all("Customer")[0]["Id"]}
    return world.make("Invoice", CustomerRef=customer, DocNumber=number, Line=[line])


def delete(world: World, remote_id: str) -> None:
    """Delete an invoice."""
    token = world.get("Invoice", remote_id)["SyncToken"]
    world.there("POST", "/invoice?operation=delete", {"Id": remote_id, "SyncToken": token})


def void(world: World, remote_id: str) -> None:
    """Void an invoice."""
    token = world.get("Invoice", remote_id)["SyncToken"]
    world.there("POST", "/invoice?operation=void", {"Id": remote_id, "SyncToken": token})


def pay(world: World, remote_id: str, amount: int = 100) -> dict[str, Any]:
    """Apply a payment to an invoice."""
    customer = world.get("Invoice", remote_id)["CustomerRef"]
    applied = [{"Amount": amount, "LinkedTxn": [{"TxnId": remote_id, "TxnType": "Invoice"}]}]
    return world.make("Payment", CustomerRef=customer, TotalAmt=amount, Line=applied)


def set_memo(world: World, remote_id: str, memo: str) -> None:
    """Edit an invoice's note to the customer."""
    customer = world.get("Invoice", remote_id)["CustomerRef"]
    world.change("Invoice", remote_id, CustomerMemo={"value": memo}, CustomerRef=customer)


def set_price(world: World, remote_id: str, price: int) -> None:
    """Change the price of an invoice's first line."""
    there = world.get("Invoice", remote_id)
    kept = [line for line in there["Line"] if line["DetailType"] == "SalesItemLineDetail"]
    inner = kept[0]["SalesItemLineDetail"]
    inner["UnitPrice"], kept[0]["Amount"] = Decimal(price), Decimal(price) * inner["Qty"]
    world.change("Invoice", remote_id, Line=kept, CustomerRef=there["CustomerRef"])


def control(world: World, path: str, **body: Any) -> Any:
    """The sandbox's own controls for this company."""
    request = Request.to("POST", f"/sandbox/companies/{world.realm}{path}",
                         {"content-type": "application/json"}, exactjson.dumps(body).encode())  # fmt: skip
    answer = world.sandbox.handle(request, world.now)
    assert answer.status == 200, answer.body
    return exactjson.loads(answer.body)


def close_books(world: World, day: str) -> None:
    """Set the closing date."""
    token = world.there("GET", "/preferences")["Preferences"]["SyncToken"]
    control(world, "", preferences={"Id": "1", "SyncToken": token, "sparse": True,
                                    "AccountingInfoPrefs": {"BookCloseDate": day}})  # fmt: skip


def merge(world: World, *, winner: str, loser: str) -> None:
    """Merge a customer into another."""
    control(world, "/merge", winner=winner, loser=loser)


def exists(world: World, remote_id: str) -> bool:
    """Whether an invoice is still there."""
    return any(row["Id"] == remote_id for row in world.all("Invoice"))
