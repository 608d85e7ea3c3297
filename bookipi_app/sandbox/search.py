"""Running a parsed query over a company's records."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any, TypeAlias

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.company import Company, Record, reference_id, render
from bookipi_app.sandbox.jsontext import JsonObject, as_object, to_decimal
from bookipi_app.sandbox.query import Condition, Query, parse_query
from bookipi_app.sandbox.schema import Kind, kind_called
from bookipi_app.sandbox.times import parse_day, parse_moment
from bookipi_app.sandbox.work import Work, check_permitted

_Value: TypeAlias = Any
_Test: TypeAlias = Callable[[Record], bool]
_PSEUDO_CODES = ("TAX", "NON", "CustomSalesTax")


def run_query(work: Work, statement: str) -> JsonObject:
    """The `QueryResponse` member for a statement."""
    query = parse_query(statement)
    kind = kind_called(query.entity)
    if kind is None:
        raise faults.query_invalid(f"Invalid context declaration {query.entity[:60]}")
    check_permitted(work, kind.name)
    tests = [_test(work, kind, condition) for condition in query.conditions]
    matching = (
        record for record in _candidates(work.company, kind, query) if all(test(record) for test in tests)
    )
    if query.count:
        return {"totalCount": sum(1 for _ in matching)}
    ordered = _ordered(work.company, kind, query, matching)
    page = islice(ordered, query.start - 1, query.start - 1 + query.limit)
    rows = [_projected(work.company, kind, query, record) for record in page]
    if kind.name == "TaxCode" and work.company.is_us and not tests:
        rows += [_pseudo_code(name) for name in _PSEUDO_CODES]
    return _response(kind, rows, query.start)


def _response(kind: Kind, rows: list[JsonObject], start: int) -> JsonObject:
    if not rows:
        return {}
    shown: JsonObject = {kind.name: rows, "startPosition": start, "maxResults": len(rows)}
    return {**shown, "totalCount": len(rows)} if kind.name == "Invoice" else shown


def _candidates(company: Company, kind: Kind, query: Query) -> Iterable[Record]:
    """Living records; by id if the query names ids, active ones only unless it speaks of `Active`."""
    records: Iterable[Record] = company.living(kind.name)
    for condition in query.conditions:
        if condition.name.lower() == "id" and condition.operator in ("=", "in"):
            found = (company.find(kind.name, value) for value in sorted(set(condition.values), key=_id_order))
            records = (record for record in found if record is not None)
            break
    if kind.name_field and all(condition.name.lower() != "active" for condition in query.conditions):
        return (record for record in records if record.active)
    return records


def _id_order(text: str) -> tuple[int, str]:
    return (int(text), "") if text.isascii() and text.isdecimal() and len(text) < 20 else (0, text)


def _filter_name(kind: Kind, name: str) -> str:
    for known in kind.filters:
        if known.lower() == name.lower():
            return known
    raise faults.query_invalid(f"Property {name[:60]} not found for Entity {kind.name}")


def _reader(company: Company, kind: Kind, name: str) -> Callable[[Record], _Value]:
    """How to take the value of a property from a record, ready to compare."""
    match kind.filters[name]:
        case "id":
            return lambda record: _id_order(record.id)
        case "moment":
            created = name.endswith("CreateTime")
            return lambda record: (record.created if created else record.updated).replace(microsecond=0)
        case "ref":
            return lambda record: reference_id(record.body, name)
        case "email":
            return lambda record: str(as_object(record.body.get(name)).get("Address", "")).casefold()
        case "number" if kind.name == "Customer" and name == "Balance":
            return lambda record: company.balances.get(record.id, Decimal(0))
        case "number":
            return lambda record: to_decimal(record.body.get(name))
        case "flag":
            return lambda record: bool(record.body.get(name, name == "Active"))
        case _:
            return lambda record: str(record.body.get(name, "")).casefold()


def _literal(work: Work, kind: Kind, name: str, value: str) -> _Value:
    """A value of the statement in the same form as the property's."""
    text = work.today.isoformat() if value.lower() == "current_date" else value.strip()
    wrong = faults.query_invalid(f"Invalid value {text[:60]} for property {name}")
    match kind.filters[name]:
        case "id":
            return _id_order(text)
        case "moment":
            return _known(parse_moment(text), wrong).astimezone(UTC).replace(microsecond=0)
        case "day":
            moment = parse_day(text)
            return _known(moment, wrong).isoformat()
        case "number":
            return _number(text, wrong)
        case "flag":
            if text.lower() not in ("true", "false"):
                raise wrong
            return text.lower() == "true"
        case "ref":
            return text
        case _:
            return text.casefold()


def _known(value: _Value, wrong: faults.Refusal) -> _Value:
    if value is None:
        raise wrong
    return value


def _number(text: str, wrong: faults.Refusal) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise wrong from error
    if not number.is_finite():
        raise wrong
    return number


def _test(work: Work, kind: Kind, condition: Condition) -> _Test:
    name = _filter_name(kind, condition.name)
    read = _reader(work.company, kind, name)
    if condition.operator == "like":
        return _like(kind, name, read, condition.values[0])
    wanted = [_literal(work, kind, name, value) for value in condition.values]
    first = wanted[0]
    if kind.filters[name] == "id" and condition.operator not in ("=", "in"):
        raise faults.query_invalid("Operator not supported for property Id")
    match condition.operator:
        case "in":
            return lambda record: read(record) in wanted
        case "=":
            return lambda record: read(record) == first
        case "<":
            return lambda record: read(record) < first
        case ">":
            return lambda record: read(record) > first
        case "<=":
            return lambda record: read(record) <= first
        case _:
            return lambda record: read(record) >= first


def _like(kind: Kind, name: str, read: Callable[[Record], _Value], value: str) -> _Test:
    if kind.filters[name] not in ("text", "email"):
        raise faults.query_invalid(f"Operator LIKE is not supported for property {name}")
    pattern = re.compile(".*".join(re.escape(part) for part in value.casefold().split("%")), re.DOTALL)
    return lambda record: pattern.fullmatch(read(record)) is not None


def _ordered(company: Company, kind: Kind, query: Query, matching: Iterable[Record]) -> Iterable[Record]:
    order = [(_filter_name(kind, name), descending) for name, descending in query.order]
    if not order or order[0] == ("Id", False):
        return matching
    records = list(matching)
    for name, descending in reversed(order):
        records.sort(key=_reader(company, kind, name), reverse=descending)
    return records


def _projected(company: Company, kind: Kind, query: Query, record: Record) -> JsonObject:
    shown = render(company, record)
    if not query.columns:
        return shown
    wanted = {name.lower().split(".")[0] for name in query.columns}
    known = {name.lower() for name in (*kind.fields, *shown)}
    for name in wanted - known:
        raise faults.query_invalid(f"Property {name[:60]} not found for Entity {kind.name}")
    kept = {name: value for name, value in shown.items() if name.lower() in wanted}
    return {**kept, "domain": "QBO", "sparse": True}


def _pseudo_code(name: str) -> JsonObject:
    return {
        **{"Name": name, "Description": name, "Active": True, "Taxable": name != "NON", "TaxGroup": False},
        **{"domain": "QBO", "sparse": False, "Id": name},
    }


def moment_of(text: str) -> datetime | None:
    """A date or date-time as the change feed takes it."""
    return parse_moment(text.strip().replace(" ", "+"))
