"""Running a parsed query over a company's records."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.company import Company, Record, render
from bookipi_app.sandbox.elsewhere import is_elsewhere
from bookipi_app.sandbox.filters import Read, Test, literal, property_of, reader, tests_of
from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.ordering import Key, id_key
from bookipi_app.sandbox.query import LARGEST_PAGE, Condition, Query, parse_query
from bookipi_app.sandbox.schema import Kind, kind_called
from bookipi_app.sandbox.work import Work, check_permitted

_PSEUDO_CODES: Final = ("TAX", "NON", "CustomSalesTax")
_CHANGED: Final = "MetaData.LastUpdatedTime"
_FEW: Final = 4
_ALWAYS_THERE: Final = frozenset({"id", "synctoken", "metadata", "domain", "sparse"})


def run_query(work: Work, statement: str) -> JsonObject:
    """The `QueryResponse` member for a statement."""
    try:
        return _answer(work, parse_query(statement))
    except faults.Refusal as refusal:
        if work.switches.query_error_details:
            raise
        raise faults.without_details(refusal) from refusal


def rows_of(kind: Kind, rows: Sequence[JsonObject], start: int = 1) -> JsonObject:
    """Rows as answers hold them, with the count of them under both of its names; nothing if there are none."""
    if not rows:
        return {}
    shown: JsonObject = {kind.name: rows, "startPosition": start, "maxResults": len(rows)}
    return {**shown, "totalCount": len(rows)} if kind.name == "Invoice" else shown


def _answer(work: Work, query: Query) -> JsonObject:
    if is_elsewhere(query.entity):
        return {"totalCount": 0} if query.count else {}
    kind = kind_called(query.entity)
    if kind is None:
        raise faults.query_invalid(f"Invalid context declaration {query.entity[:60]}")
    check_permitted(work, kind.name)
    _check_columns(work.company, kind, query)
    _limit_page(work, query)
    found = _found(work, kind, query)
    if query.count:
        return {"totalCount": found.count()}
    rows = [_projected(query, render(work.company, record)) for record in found.page(query)]
    if kind.name == "TaxCode" and work.company.is_us and query.start == 1:
        tests = list(tests_of(work, kind, query.conditions).values())
        rows += [_projected(query, code) for code in _pseudo_codes(work, tests)]
    return rows_of(kind, rows, query.start)


def _limit_page(work: Work, query: Query) -> None:
    if query.limit > LARGEST_PAGE:
        if work.switches.oversized_page == "refuse":
            raise faults.query_invalid(
                f"value {query.limit} is too large. Max allowed value is {LARGEST_PAGE}"
            )
        query.limit = LARGEST_PAGE


@dataclass(frozen=True, slots=True)
class _Found:
    """Records in the order asked for, as positions in a list of keys, and what they have yet to pass."""

    records: dict[str, Record]
    keys: Sequence[Key]
    positions: range
    tests: list[Test]

    def _all(self, positions: range) -> Iterator[Record]:
        return (self.records[str(self.keys[position][-1])] for position in positions)

    def passing(self) -> Iterator[Record]:
        """All of them that pass."""
        return (record for record in self._all(self.positions) if all(test(record) for test in self.tests))

    def page(self, query: Query) -> Iterable[Record]:
        """One page; without tests it is a slice, however far back it lies."""
        first, last = query.start - 1, query.start - 1 + query.limit
        if self.tests:
            return islice(self.passing(), first, last)
        return self._all(self.positions[first:last])

    def count(self) -> int:
        """How many records there are in all."""
        return sum(1 for _ in self.passing()) if self.tests else len(self.positions)


def _found(work: Work, kind: Kind, query: Query) -> _Found:
    company, order = work.company, _order(kind, query)
    tests = tests_of(work, kind, query.conditions)
    by_time = _is_natural(order, _CHANGED)
    keys, positions, left = _candidates(work, kind, query, by_time)
    records = company.records.get(kind.name, {})
    remaining = [tests[condition] for condition in left] + _usually_wanted(kind, query)
    by_number = not query.order or work.switches.orderby_id == "number"
    if (_is_natural(order, "Id") and by_number) or (by_time and not _named_ids(query)):
        return _Found(records, keys, positions[::-1] if order[0][1] else positions, remaining)
    unordered = _Found(records, keys, positions, remaining)
    ordered = [id_key(record.id) for record in _sorted(work, kind, order, unordered.passing())]
    return _Found(records, ordered, range(len(ordered)), [])


def _order(kind: Kind, query: Query) -> list[tuple[str, bool]]:
    """The wanted order; the id decides between equals, in the direction of what stands before it."""
    order = [(property_of(kind, name), descending) for name, descending in query.order]
    return [*order, ("Id", order[-1][1] if order else False)]


def _is_natural(order: list[tuple[str, bool]], name: str) -> bool:
    """Whether the records are kept in this order: by `name`, and by id where that is equal."""
    names = [entry for entry, _ in order]
    return names in ([name, "Id"], ["Id"] if name == "Id" else []) and len({down for _, down in order}) == 1


def _usually_wanted(kind: Kind, query: Query) -> list[Test]:
    """Of the name lists only what is active is shown, unless the query speaks of `Active`."""
    if not kind.name_field or any(condition.name.lower() == "active" for condition in query.conditions):
        return []
    return [lambda record: record.active]


def _candidates(
    work: Work, kind: Kind, query: Query, by_time: bool
) -> tuple[Sequence[Key], range, Sequence[Condition]]:
    """Keys that hold everything the query can find, and the conditions that are yet to be tested."""
    orders = work.company.order_of(kind.name)
    ids = _named_ids(query)
    if ids:
        living = sorted(id_key(name) for name in ids if work.company.find(kind.name, name))
        return living, range(len(living)), query.conditions
    span = _changed_within(work, kind, query)
    others = [condition for condition in query.conditions if not _is_about_change(condition)]
    recent = orders.by_time.all()
    if by_time:
        return recent, span, others
    if len(span) * _FEW < len(recent):
        changed = sorted(recent[position][1:] for position in span)
        return changed, range(len(changed)), others
    return orders.by_id.all(), range(len(recent)), query.conditions


def _named_ids(query: Query) -> set[str]:
    """The ids that the query asks for, if it does."""
    for condition in query.conditions:
        if condition.name.lower() == "id" and condition.operator in ("=", "in"):
            return {value.text.strip() for value in condition.values}
    return set()


def _is_about_change(condition: Condition) -> bool:
    return condition.name.lower() == _CHANGED.lower() and condition.operator != "in"


def _changed_within(work: Work, kind: Kind, query: Query) -> range:
    """Which positions of the keys by time the query's conditions on the time of change leave."""
    keys = work.company.order_of(kind.name).by_time
    first, end = 0, len(keys.all())
    for condition in query.conditions:
        if not _is_about_change(condition):
            continue
        second: int = literal(work, kind, _CHANGED, condition.values[0])
        if condition.operator in ("=", ">=", ">"):
            first = max(first, keys.position((second + (condition.operator == ">"),)))
        if condition.operator in ("=", "<=", "<"):
            end = min(end, keys.position((second + (condition.operator != "<"),)))
    return range(first, end)


def _sorted(work: Work, kind: Kind, order: list[tuple[str, bool]], passing: Iterable[Record]) -> list[Record]:
    records = list(passing)
    for name, descending in reversed(order):
        as_text = name == "Id" and work.switches.orderby_id == "text"
        read: Read = (lambda record: record.id) if as_text else reader(work.company, kind, name)
        records.sort(key=_present_first(read), reverse=descending)
    return records


def _present_first(read: Read) -> Read:
    """Makes an absent value comparable: it is less than any other."""

    def key(record: Record) -> tuple[bool, object]:
        value = read(record)
        return (value is not None, 0 if value is None else value)

    return key


def _check_columns(company: Company, kind: Kind, query: Query) -> None:
    """Refuses a column that no object of the kind has."""
    known = {name.lower().split(".")[0] for name in (*kind.fields, *kind.filters)} | _ALWAYS_THERE
    unknown = [name for name in query.columns if _head(name) not in known]
    for name in unknown:
        records = company.records.get(kind.name, {}).values()
        if not any(_head(name) == held.lower() for record in records for held in record.body):
            raise faults.query_invalid(f"Property {name[:60]} not found for Entity {kind.name}")


def _head(name: str) -> str:
    return name.lower().split(".")[0]


def _projected(query: Query, shown: JsonObject) -> JsonObject:
    if query.everything or not query.columns:
        return shown
    wanted = {_head(name) for name in query.columns}
    kept = {name: value for name, value in shown.items() if name.lower() in wanted}
    return {**kept, "domain": "QBO", "sparse": True}


def _pseudo_codes(work: Work, tests: list[Test]) -> list[JsonObject]:
    """The codes that US lines carry. They are no objects of their own and come on top of any page."""
    records = [
        Record("TaxCode", name, 0, work.now, work.now, {"Name": name, "Active": True})
        for name in _PSEUDO_CODES
    ]
    return [_pseudo_code(record.id) for record in records if all(test(record) for test in tests)]


def _pseudo_code(name: str) -> JsonObject:
    return {
        **{"Name": name, "Description": name, "Active": True, "Taxable": name != "NON", "TaxGroup": False},
        **{"domain": "QBO", "sparse": False, "Id": name},
    }
