"""A pretend QuickBooks for the planner's tests: a dict of objects that behaves, and normalises, as QuickBooks does.

It is much less than the sandbox and shares no code with the app: enough to answer what the mapping renders.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Wire = dict[str, Any]
CENT = Decimal("0.01")


@dataclass
class Links:
    """Who is who: our id ↔ QuickBooks' id, by kind."""

    there: dict[tuple[str, str], str] = field(default_factory=dict)
    here: dict[tuple[str, str], str] = field(default_factory=dict)

    def join(self, kind: str, local_id: str, remote_id: str) -> None:
        self.there[kind, local_id] = remote_id
        self.here[kind, remote_id] = local_id

    def copy(self) -> Links:
        """The same links, to be joined in another way."""
        return Links(dict(self.there), dict(self.here))

    def remote_id(self, kind: str, local_id: str) -> str | None:
        return self.there.get((str(kind), local_id))

    def local_id(self, kind: str, remote_id: str) -> str | None:
        return self.here.get((str(kind), remote_id))


@dataclass
class Numbered:
    """Ids that are the same in every run."""

    prefix: str = ""
    count: int = 0

    def __call__(self) -> str:
        self.count += 1
        return f"{self.prefix}{self.count}"


class PretendQuickBooks:
    """Objects by id. A stored object is never changed, every write stores another one with the next SyncToken."""

    def __init__(self) -> None:
        self.objects: dict[str, Wire] = {}
        self.gone: set[str] = set()
        self.next_id = Numbered()
        self.next_line = Numbered()

    def copy(self) -> PretendQuickBooks:
        """The same books once more, to be moved in another way."""
        other = PretendQuickBooks()
        other.objects, other.gone = dict(self.objects), set(self.gone)
        other.next_id, other.next_line = replace(self.next_id), replace(self.next_line)
        return other

    def create(self, body: Wire) -> Wire:
        obj: Wire = {"Active": True} if "Line" not in body else {}
        obj |= body
        obj["Id"], obj["SyncToken"] = self.next_id(), "-1"
        return self._store(obj)

    def update(self, body: Wire) -> Wire:
        old = self.objects[body["Id"]]
        assert body["SyncToken"] == old["SyncToken"], "5010: stale"
        assert body["sparse"] is True
        return self._store({**old, **{k: v for k, v in body.items() if k != "sparse"}})

    def edit(self, remote_id: str, **values: Any) -> Wire:
        return self._store({**self.objects[remote_id], **values})

    def void(self, remote_id: str) -> Wire:
        obj = copy.deepcopy(self.objects[remote_id])
        obj["PrivateNote"] = f"Voided {obj.get('PrivateNote', '')}".strip()
        obj["TxnTaxDetail"] = {"TotalTax": 0}
        for line in obj["Line"]:
            line["Amount"] = 0
            if "SalesItemLineDetail" in line:
                line["SalesItemLineDetail"] |= {"Qty": 0}
        return self._store(obj)

    def delete(self, remote_id: str) -> None:
        del self.objects[remote_id]
        self.gone.add(remote_id)

    def _store(self, obj: Wire) -> Wire:
        obj = _given(obj)
        obj["SyncToken"] = str(int(obj["SyncToken"]) + 1)
        obj["MetaData"] = {"LastUpdatedTime": "2026-11-22T10:00:00-08:00"}
        if "Line" in obj:
            self._total(obj)
        if obj.get("Active") is False and not obj.get("DisplayName", " (deleted)").endswith(" (deleted)"):
            obj["DisplayName"] += " (deleted)"
        self.objects[obj["Id"]] = obj
        return obj

    def _total(self, obj: Wire) -> None:
        body = [line for line in obj["Line"] if line.get("DetailType") != "SubTotalLineDetail"]
        for number, line in enumerate(body, 1):
            _check_6070(line)
            if line.get("DetailType") != "DiscountLineDetail" and not line.get("Id"):
                line["Id"] = self.next_line()
            line["LineNum"] = number
        sales = [line for line in body if line.get("DetailType") == "SalesItemLineDetail"]
        goods = sum(Decimal(line.get("Amount", 0)) for line in sales if not _is_shipping(line))
        sums = [Decimal(line.get("Amount", 0)) for line in sales]
        for line in body:
            if line.get("DetailType") == "DiscountLineDetail":
                _work_out_percent(line, goods)
                sums.append(-Decimal(line["Amount"]))
        tax = Decimal(obj.setdefault("TxnTaxDetail", {"TotalTax": 0})["TotalTax"])
        obj["TotalAmt"] = obj["Balance"] = sum(sums, tax)
        obj["Line"] = [*body, {"DetailType": "SubTotalLineDetail", "Amount": sum(sums, Decimal(0))}]


def _given(value: Any) -> Any:
    """A copy as QuickBooks keeps it: texts are trimmed, empty values are absent."""
    kind = type(value)
    if kind is str:
        return value.strip()
    if kind is dict:
        kept = ((key, _given(inner)) for key, inner in value.items())
        return {key: inner for key, inner in kept if inner is not None and inner not in ("", {})}
    if kind is list:
        return [_given(inner) for inner in value]
    return value


def _is_shipping(line: Wire) -> bool:
    return line.get("SalesItemLineDetail", {}).get("ItemRef") == {"value": "SHIPPING_ITEM_ID"}


def _work_out_percent(line: Wire, goods: Decimal | int) -> None:
    """A discount in percent follows the lines."""
    percent = line.get("DiscountLineDetail", {}).get("DiscountPercent")
    if percent:
        line["Amount"] = (goods * Decimal(percent) / 100).quantize(CENT, ROUND_HALF_UP)


def _check_6070(line: Wire) -> None:
    detail = line.get("SalesItemLineDetail", {})
    count, price = detail.get("Qty"), detail.get("UnitPrice")
    if count and price:
        wanted = (Decimal(count) * Decimal(price)).quantize(CENT, ROUND_HALF_UP)
        assert wanted == line["Amount"], f"6070: {count} × {price} is {wanted}, not {line['Amount']}"
