"""The change feed: every object changed since a moment, once, in its present state; deletions as tombstones."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.company import Company, Record, render, whole_second
from bookipi_app.sandbox.elsewhere import is_elsewhere_in_cdc
from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.ordering import Key, SortedKeys
from bookipi_app.sandbox.schema import Kind, kind_called
from bookipi_app.sandbox.search import rows_of
from bookipi_app.sandbox.times import parse_moment, seconds_stamp
from bookipi_app.sandbox.work import Work

WINDOW: Final = timedelta(days=30)


def changed_objects(work: Work, entities: str, changed_since: str) -> JsonObject:
    """The `CDCResponse` member, ready for the envelope."""
    # An entity that is named twice is answered once.
    kinds = {name.lower(): _kind(name) for name in _names(entities)}
    since = _since(work, changed_since)
    cap = work.switches.cdc_cap
    answers: list[JsonObject] = []
    for kind in kinds.values():
        rows = _rows(work.company, kind, since, cap) if kind else []
        cap -= len(rows) if work.switches.cdc_cap_scope == "total" else 0
        answers.append(rows_of(kind, rows) if kind else {})
    if not work.switches.cdc_empty_elements:
        answers = [answer for answer in answers if answer] or [{}]
    return {"CDCResponse": [{"QueryResponse": answers}]}


def _names(entities: str) -> list[str]:
    names = [name.strip() for name in entities.split(",") if name.strip()]
    if not names:
        raise faults.missing("entities")
    return names


def _kind(name: str) -> Kind | None:
    if is_elsewhere_in_cdc(name):
        return None
    kind = kind_called(name)
    if kind is None or not kind.in_cdc:
        raise faults.unknown_object(name)
    return kind


def _since(work: Work, changed_since: str) -> datetime:
    if not changed_since.strip():
        raise faults.missing("changedSince")
    since = parse_moment(changed_since, work.switches.naive_times)
    if since is None:
        raise faults.invalid_date("changedSince", changed_since)
    if since < work.now - WINDOW:
        raise faults.invalid_date_range(work.switches.cdc_too_old_code)
    return since


def _rows(company: Company, kind: Kind, since: datetime, most: int) -> list[JsonObject]:
    """The changed objects, the longest ago first; no more of them than the answer may hold."""
    orders, second = company.order_of(kind.name), whole_second(since)
    keys = sorted([*_from(orders.by_time, second, most), *_from(orders.gone, second, most)])
    changed = [company.records[kind.name][str(key[-1])] for key in keys[:most]]
    return [_tombstone(record) if record.deleted else render(company, record) for record in changed]


def _from(keys: SortedKeys, second: int, most: int) -> Iterator[Key]:
    first = keys.position((second,))
    return iter(keys.all()[first : first + most])


def _tombstone(record: Record) -> JsonObject:
    time = {"LastUpdatedTime": seconds_stamp(record.updated)}
    return {"domain": "QBO", "status": "Deleted", "Id": record.id, "MetaData": time}
