"""The change feed: every object changed since a moment, once, in its present state; deletions as tombstones."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.company import Company, Record, render
from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.schema import Kind, kind_called
from bookipi_app.sandbox.search import moment_of
from bookipi_app.sandbox.times import seconds_stamp
from bookipi_app.sandbox.work import Work

WINDOW = timedelta(days=30)


def changed_objects(work: Work, entities: str, changed_since: str) -> JsonObject:
    """The `CDCResponse` member, ready for the envelope."""
    kinds = [_kind(name.strip()) for name in entities.split(",") if name.strip()]
    if not kinds:
        raise faults.missing("entities")
    if not changed_since:
        raise faults.missing("changedSince")
    since = moment_of(changed_since)
    if since is None:
        raise faults.invalid_date("changedSince", changed_since)
    if since < work.now - WINDOW:
        raise faults.invalid_date_range(work.switches.cdc_too_old_code)
    left = work.switches.cdc_cap
    answers: list[JsonObject] = []
    for kind in kinds:
        found = _since(work.company, kind, since, left)
        left -= len(found)
        answers.append(_answer(work.company, kind, found))
    filled = [answer for answer in answers if answer]
    return {"CDCResponse": [{"QueryResponse": filled or [{}]}]}


def _kind(name: str) -> Kind:
    kind = kind_called(name)
    if kind is None or not kind.in_cdc:
        raise faults.unknown_object(name)
    return kind


def _since(company: Company, kind: Kind, since: datetime, most: int) -> list[Record]:
    moment = since.replace(microsecond=0)
    found = list(_walk(company, kind, moment))
    found.sort(key=lambda record: record.updated)
    return found[:most]


def _walk(company: Company, kind: Kind, since: datetime) -> Iterator[Record]:
    for record in company.newest_first(kind.name):
        if record.updated >= since:
            yield record
        elif company.in_order:
            return


def _answer(company: Company, kind: Kind, found: list[Record]) -> JsonObject:
    if not found:
        return {}
    rows = [_tombstone(record) if record.deleted else render(company, record) for record in found]
    return {kind.name: rows, "startPosition": 1, "maxResults": len(rows), "totalCount": len(rows)}


def _tombstone(record: Record) -> JsonObject:
    time = {"LastUpdatedTime": seconds_stamp(record.updated)}
    return {"domain": "QBO", "status": "Deleted", "Id": record.id, "MetaData": time}
