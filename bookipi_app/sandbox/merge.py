"""Merging two records, as the bookkeeper does it: over the API a taken name is only refused."""

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.company import Change, Record, reference_id, render, shown_name
from bookipi_app.sandbox.jsontext import JsonObject, as_object, objects
from bookipi_app.sandbox.lists import carry_name_down, children_of, place_below
from bookipi_app.sandbox.sums import DETAIL, inner_lines
from bookipi_app.sandbox.work import Work


def merge_records(work: Work, wanted: JsonObject) -> JsonObject:
    """Merges two customers, or with `"kind": "Item"` two items."""
    return merge_items(work, wanted) if wanted.get("kind") == "Item" else merge_customers(work, wanted)


def merge_customers(work: Work, wanted: JsonObject) -> JsonObject:
    """Moves everything of `loser` to `winner` and removes the loser; both are customer ids."""
    winner, loser = _pair(work, "Customer", wanted)
    if reference_id(winner.body, "CurrencyRef") != reference_id(loser.body, "CurrencyRef"):
        raise faults.business("Customers in different currencies cannot be merged.")
    if _is_below(work, winner, loser.id):
        raise faults.business("A customer cannot be merged into one of its own sub-customers.")
    for kind in ("Invoice", "Payment"):
        for record in list(work.company.living(kind)):
            if reference_id(record.body, "CustomerRef") == loser.id:
                work.company.touch(record, {"CustomerRef": _reference(winner)}, work.now, raise_token=True)
    _adopt_children(work, winner, loser)
    return _finish(work, winner, loser)


def _adopt_children(work: Work, winner: Record, loser: Record) -> None:
    for child in children_of(work, loser):
        moved: JsonObject = {"ParentRef": _reference(winner), **place_below(winner, child)}
        work.company.touch(child, moved, work.now, raise_token=True)
        carry_name_down(work, child)


def _is_below(work: Work, record: Record | None, ancestor: str) -> bool:
    while record is not None:
        parent = reference_id(record.body, "ParentRef")
        if parent == ancestor:
            return True
        record = work.company.find("Customer", parent)
    return False


def merge_items(work: Work, wanted: JsonObject) -> JsonObject:
    """Lets every invoice line of the item `loser` name `winner`, and removes the loser."""
    winner, loser = _pair(work, "Item", wanted)
    if winner.body.get("Type") != loser.body.get("Type"):
        raise faults.business("Items of different types cannot be merged.")
    for record in list(work.company.living("Invoice")):
        if sells(record, loser.id):
            moved = [_with_item(line, loser.id, winner) for line in objects(record.body.get("Line"))]
            work.company.touch(record, {"Line": moved}, work.now, raise_token=True)
    return _finish(work, winner, loser)


def sells(invoice: Record, item_id: str) -> bool:
    """Whether a line of the invoice, or one inside a bundle of it, sells this item."""
    lines = objects(invoice.body.get("Line"))
    every = [entry for line in lines for entry in (line, *inner_lines(line))]
    return any(reference_id(as_object(entry.get(DETAIL)), "ItemRef") == item_id for entry in every)


def _with_item(line: JsonObject, loser_id: str, winner: Record) -> JsonObject:
    group = as_object(line.get("GroupLineDetail"))
    if group:
        inner = [_with_item(entry, loser_id, winner) for entry in objects(group.get("Line"))]
        return {**line, "GroupLineDetail": {**group, "Line": inner}}
    detail = as_object(line.get(DETAIL))
    if reference_id(detail, "ItemRef") != loser_id:
        return line
    return {**line, DETAIL: {**detail, "ItemRef": _reference(winner)}}


def _pair(work: Work, kind: str, wanted: JsonObject) -> tuple[Record, Record]:
    winner, loser = _record(work, kind, wanted.get("winner")), _record(work, kind, wanted.get("loser"))
    if winner is loser:
        raise faults.business("A record cannot be merged with itself.")
    if not winner.active:
        raise faults.inactive_reference("winner")
    return winner, loser


def _record(work: Work, kind: str, record_id: object) -> Record:
    record = work.company.find(kind, str(record_id or ""))
    if record is None:
        raise faults.not_found()
    return record


def _reference(winner: Record) -> JsonObject:
    return {"value": winner.id, "name": shown_name(winner)}


def _finish(work: Work, winner: Record, loser: Record) -> JsonObject:
    company = work.company
    company.delete(loser, work.now)
    company.touch(winner, {}, work.now, raise_token=True)
    # The one event that tells of it names the survivor; what moved along is not announced.
    company.changes = [Change(winner.kind, winner.id, "Merge", winner.token, work.now, loser.id)]
    return {winner.kind: render(company, winner)}
