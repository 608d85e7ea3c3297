"""Batches: up to 30 items carried out one after the other, each succeeding or failing alone."""

from dataclasses import replace

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.cdc import changed_objects
from bookipi_app.sandbox.jsontext import Json, JsonObject, as_object, objects
from bookipi_app.sandbox.schema import Kind, kind_called
from bookipi_app.sandbox.search import run_query
from bookipi_app.sandbox.work import Work
from bookipi_app.sandbox.writes import write

MOST_ITEMS = 30
_LONGEST_ID_WITH_REQUESTID = 10


def run_batch(work: Work, incoming: JsonObject, requestid: str) -> tuple[JsonObject, int]:
    """The `BatchItemResponse` member and the number of reading items, which are metered."""
    listed = incoming.get("BatchItemRequest")
    if not isinstance(listed, list):
        raise faults.missing("BatchItemRequest")
    items = objects(listed)
    if len(items) > MOST_ITEMS:
        raise faults.too_many_batch_items(len(items))
    if requestid:
        _check_ids(items)
    answers = [_answer(work, item) for item in items]
    reads = sum(1 for item in items if "Query" in item or "CDCQuery" in item)
    return {"BatchItemResponse": answers}, reads


def _check_ids(items: list[JsonObject]) -> None:
    if any(len(str(item.get("bId", ""))) > _LONGEST_ID_WITH_REQUESTID for item in items):
        raise faults.invalid_request_id()


def _answer(work: Work, item: JsonObject) -> JsonObject:
    echoed: JsonObject = {"bId": item["bId"]} if "bId" in item else {}
    try:
        return {**echoed, **_carry_out(work, item)}
    except faults.Refusal as refusal:
        return {**echoed, "Fault": refusal.fault()}


def _carry_out(work: Work, item: JsonObject) -> JsonObject:
    if "Query" in item:
        return {"QueryResponse": run_query(work, str(item["Query"]))}
    if "CDCQuery" in item:
        wanted = as_object(item["CDCQuery"])
        return changed_objects(work, str(wanted.get("Entities", "")), str(wanted.get("ChangedSince", "")))
    kind, incoming = _entity(item)
    options = frozenset(
        part.strip() for part in str(item.get("optionsData") or "").split(",") if part.strip()
    )
    narrowed = replace(work, include=options)
    return {kind.name: write(narrowed, kind, incoming, str(item.get("operation") or "").lower())}


def _entity(item: JsonObject) -> tuple[Kind, JsonObject]:
    named: list[tuple[str, Json]] = [
        (name, value) for name, value in item.items() if name not in ("bId", "operation", "optionsData")
    ]
    if len(named) != 1:
        raise faults.bad_property("A batch item holds exactly one object")
    name, value = named[0]
    kind = kind_called(name)
    if kind is None:
        raise faults.unknown_object(name)
    return kind, as_object(value)
