"""The conditions of a query: how a property is read from a record, and how it is compared."""

import operator
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.company import Company, Record, reference_id, whole_second
from bookipi_app.sandbox.jsontext import as_object, objects, to_decimal
from bookipi_app.sandbox.ordering import id_key
from bookipi_app.sandbox.query import Condition, Value
from bookipi_app.sandbox.schema import Kind
from bookipi_app.sandbox.times import parse_day, parse_moment
from bookipi_app.sandbox.work import Work

# A property's value in the form that compares: None where the record has none.
Comparable: TypeAlias = Any
Test: TypeAlias = Callable[[Record], bool]
ValueTest: TypeAlias = Callable[[Comparable], bool]
Read: TypeAlias = Callable[[Record], Comparable]

_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_EQUALITY: Final = ("=", "in")
_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?", re.ASCII)


def property_of(kind: Kind, name: str) -> str:
    """The name of a property that can be filtered and sorted by, as it is spelled in objects."""
    for known in kind.filters:
        if known.lower() == name.lower():
            return known
    raise faults.query_invalid(f"Property {name[:60]} not found for Entity {kind.name}")


def reader(company: Company, kind: Kind, name: str) -> Read:
    """How to take the value of a property from a record, ready to compare."""
    match kind.filters[name]:
        case "id":
            return lambda record: id_key(record.id)
        case "moment" if name.endswith("CreateTime"):
            return lambda record: whole_second(record.created)
        case "moment":
            return lambda record: record.second
        case "ref":
            return lambda record: reference_id(record.body, name) or None
        case "email":
            return lambda record: _folded(as_object(record.body.get(name)).get("Address"))
        case "number" if kind.name == "Customer" and name == "Balance":
            return lambda record: company.balances.get(record.id, Decimal(0))
        case "number":
            return lambda record: to_decimal(record.body.get(name))
        case "attached":
            return lambda record: next(iter(_attached(record, name)), None)
        case "flag":
            return lambda record: bool(record.body.get(name, name == "Active"))
        case _:
            return lambda record: _folded(record.body.get(name))


def _folded(value: object) -> str | None:
    return None if value is None or value == "" else str(value).casefold()


def literal(work: Work, kind: Kind, name: str, value: Value) -> Comparable:
    """A value of the statement in the same form as the property's; a blank text stands for no value."""
    text = work.today.isoformat() if value.today else value.text
    match kind.filters[name]:
        case "id":
            return id_key(text.strip())
        case "moment":
            return whole_second(_known(parse_moment(text, work.switches.naive_times), name, text))
        case "number":
            return _number(name, text)
        case "flag":
            return _flag(name, text)
        case _ if not text.strip():
            return None
        case "day":
            return _known(parse_day(text.strip()), name, text).isoformat()
        case "ref":
            return text.strip()
        case _:
            return text.casefold()


def _wrong(name: str, text: str) -> faults.Refusal:
    return faults.query_invalid(f"Invalid value {text[:60]} for property {name}")


def _known(value: Comparable, name: str, text: str) -> Comparable:
    if value is None:
        raise _wrong(name, text)
    return value


def _number(name: str, text: str) -> Decimal:
    if not _NUMBER.fullmatch(text.strip()):
        raise _wrong(name, text)
    return Decimal(text.strip())


def _flag(name: str, text: str) -> bool:
    if text.strip().lower() not in ("true", "false"):
        raise _wrong(name, text)
    return text.strip().lower() == "true"


def tests_of(work: Work, kind: Kind, conditions: Sequence[Condition]) -> dict[Condition, Test]:
    """The tests that conditions put records to; refused with 4001 if one makes no sense."""
    tests = {condition: _test_of(work, kind, condition) for condition in conditions}
    attached = [condition for condition in tests if _is_attached(kind, condition)]
    if len(attached) > 1:
        tests |= dict.fromkeys(attached, _one_reference_passing(work, kind, attached))
    return tests


def _test_of(work: Work, kind: Kind, condition: Condition) -> Test:
    name = property_of(kind, condition.name)
    passes = _value_test(work, kind, name, condition)
    if kind.filters[name] == "attached":
        return lambda record: any(map(passes, _attached(record, name)))
    read = reader(work.company, kind, name)
    return lambda record: passes(read(record))


def _is_attached(kind: Kind, condition: Condition) -> bool:
    return kind.filters[property_of(kind, condition.name)] == "attached"


def _one_reference_passing(work: Work, kind: Kind, conditions: Sequence[Condition]) -> Test:
    """An attachment hangs on several objects: the type and the id that are asked for are those of one of them."""
    names = [property_of(kind, condition.name) for condition in conditions]
    asked = zip(names, conditions, strict=True)
    tests = [_value_test(work, kind, name, condition) for name, condition in asked]

    def passes(record: Record) -> bool:
        references = zip(*(_attached(record, name) for name in names), strict=True)
        return any(
            all(test(value) for test, value in zip(tests, values, strict=True)) for values in references
        )

    return passes


def _attached(record: Record, name: str) -> list[str | None]:
    """This member of each reference that an attachment has."""
    member = name.rpartition(".")[2].lower()
    entries = objects(record.body.get("AttachableRef"))
    return [_folded(as_object(entry.get("EntityRef")).get(member)) for entry in entries]


def _value_test(work: Work, kind: Kind, name: str, condition: Condition) -> ValueTest:
    _check_operator(kind, name, condition.operator)
    if condition.operator == "like":
        return _like(condition.values[0])
    wanted = [literal(work, kind, name, value) for value in condition.values]
    if condition.operator in _EQUALITY:
        return lambda value: value in wanted
    return _comparison(_COMPARE[condition.operator], wanted[0])


def _check_operator(kind: Kind, name: str, used: str) -> None:
    form = kind.filters[name]
    only_equality = form in ("id", "ref", "flag") and used not in _EQUALITY
    if only_equality or (used == "like" and form not in ("text", "email", "attached")):
        raise faults.query_invalid(f"Operator {used.upper()} is not supported for property {name}")


def _comparison(compare: Callable[[Any, Any], bool], wanted: Comparable) -> ValueTest:
    return lambda value: value is not None and wanted is not None and compare(value, wanted)


def _like(value: Value) -> ValueTest:
    first, *others = value.text.casefold().split("%")
    return lambda found: found is not None and _is_like(found, first, others)


def _is_like(text: str, first: str, others: list[str]) -> bool:
    """Whether the text is `first`, then the others with anything between; takes the earliest place for each."""
    if not others:
        return text == first
    if not text.startswith(first):
        return False
    position = len(first)
    for part in others[:-1]:
        position = text.find(part, position)
        if position < 0:
            return False
        position += len(part)
    return text.endswith(others[-1]) and len(text) - len(others[-1]) >= position
