"""Batches: a few items carried out one after the other, each succeeding or failing alone.

No item sees what another item of the same batch does: reading items are answered from the books as they
were before, and what an item creates cannot be referred to by the next one.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, cast

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.cdc import changed_objects
from bookipi_app.sandbox.jsontext import Json, JsonObject, as_list, as_object
from bookipi_app.sandbox.schema import Kind, kind_called
from bookipi_app.sandbox.search import run_query
from bookipi_app.sandbox.send import send_invoice
from bookipi_app.sandbox.work import Work
from bookipi_app.sandbox.writes import write

_LONGEST_ID_WITH_REQUESTID: Final = 10
_AROUND: Final = ("bId", "operation", "optionsData")
_READS: Final = ("Query", "CDCQuery")


def run_batch(work: Work, incoming: JsonObject, requestid: str) -> tuple[JsonObject, int]:
    """The `BatchItemResponse` member and the number of successful reading items, which are metered."""
    items = _items(incoming, work.switches.batch_most_items)
    if requestid:
        _check_ids(items)
    allowed = work.switches.batch_items_before_throttle or len(items)
    reading = [name in _READS for name in map(_content, items)]
    answers: dict[int, JsonObject] = {}
    try:
        for position in sorted(range(len(items)), key=lambda position: not reading[position]):
            carry_out = _carry_out if position < allowed else _throttle
            answers[position] = _answer(work, items[position], carry_out)
    finally:
        work.company.hidden.clear()
    reads = sum(1 for position, answer in answers.items() if reading[position] and "Fault" not in answer)
    return {"BatchItemResponse": [answers[position] for position in range(len(items))]}, reads


def _items(incoming: JsonObject, most: int) -> list[JsonObject]:
    listed = incoming.get("BatchItemRequest")
    if listed is None:
        raise faults.missing("BatchItemRequest")
    items = as_list(listed)
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in items):
        raise faults.bad_property("Can not deserialize instance of BatchItemRequest", "BatchItemRequest")
    if len(items) > most:
        raise faults.too_many_batch_items(len(items), most)
    return cast(list[JsonObject], items)


def _check_ids(items: list[JsonObject]) -> None:
    if any(len(str(item.get("bId", ""))) > _LONGEST_ID_WITH_REQUESTID for item in items):
        raise faults.invalid_request_id()


def _content(item: JsonObject) -> str:
    """The name of the one thing that an item holds, or nothing if it does not hold exactly one."""
    names = [name for name in item if name not in _AROUND]
    return names[0] if len(names) == 1 else ""


def _answer(work: Work, item: JsonObject, carry_out: Callable[[Work, JsonObject], JsonObject]) -> JsonObject:
    echoed: JsonObject = {"bId": item["bId"]} if item.get("bId") is not None else {}
    try:
        return {**echoed, **carry_out(work, item)}
    except faults.Refusal as refusal:
        return {**echoed, "Fault": refusal.fault()}


def _throttle(work: Work, item: JsonObject) -> JsonObject:
    raise faults.throttled()


def _carry_out(work: Work, item: JsonObject) -> JsonObject:
    match _content(item):
        case "":
            raise faults.bad_property("A batch item holds exactly one object")
        case "Query":
            return {"QueryResponse": run_query(work, str(item["Query"] or ""))}
        case "CDCQuery":
            wanted = as_object(item["CDCQuery"])
            entities, since = str(wanted.get("Entities") or ""), str(wanted.get("ChangedSince") or "")
            return changed_objects(work, entities, since)
        case "ReportQuery":
            raise faults.unsupported_operation("ReportQuery")
        case name:
            return _write(work, name, item)


def _write(work: Work, name: str, item: JsonObject) -> JsonObject:
    kind = kind_called(name)
    if kind is None:
        raise faults.unknown_object(name)
    incoming: Json = item[name]
    if not isinstance(incoming, dict):
        raise faults.bad_property(f"Can not deserialize instance of {kind.name}", name)
    return _committed(work, kind, cast(JsonObject, incoming), item)


def _committed(work: Work, kind: Kind, incoming: JsonObject, item: JsonObject) -> JsonObject:
    company = work.company
    if (kind.name, str(incoming.get("Id"))) in company.hidden:
        raise faults.not_found()
    options = str(item.get("optionsData") or "").lower().split(",")
    narrowed = replace(work, include=frozenset(option.strip() for option in options if option.strip()))
    before = len(company.changes)
    written = _written(narrowed, kind, incoming, str(item.get("operation") or "").lower())
    created = [change for change in company.changes[before:] if change.operation == "Create"]
    company.hidden.update((change.kind, change.id) for change in created)
    return {kind.name: written}


def _written(work: Work, kind: Kind, incoming: JsonObject, operation: str) -> JsonObject:
    if operation == "send" and kind.name == "Invoice":
        return send_invoice(work, str(incoming.get("Id") or ""), "")
    return write(work, kind, incoming, operation)
