"""The query language against a few lines that filter and sort plain objects, and against any text at all."""

import operator
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bookipi_app.sandbox.company import Company
from tests.sandbox.client import Books, line

Row = dict[str, Any]
LETTERS = "abAB1' \\%_é"
SETTINGS = settings(max_examples=400, deadline=None, derandomize=True)


@cache
def filled() -> Books:
    """Books with sixty invoices and thirty items that differ in whatever can be asked for."""
    books = Books()
    for number in range(60):
        books.later(seconds=number % 3)
        fields: Row = {"DocNumber": f"{'aB'[number % 2]}{number % 7}"} if number % 5 else {}
        fields |= {"ShipDate": f"2026-11-{number % 9 + 1:02}"} if number % 4 else {}
        books.prefer(SalesFormsPrefs={"CustomTxnNumbers": True})
        books.invoice(line(number % 11 + 1), CustomerRef={"value": str(number % 4 + 1)}, **fields)
    invoices = books.query("select * from Invoice maxresults 1000")["Invoice"]
    for number in range(25):
        books.later(seconds=number % 2)
        head = {name: invoices[number * 7 % 60][name] for name in ("Id", "SyncToken", "CustomerRef")}
        books.post("Invoice", {**head, "sparse": True, "PrivateNote": "x"})
    for number in range(30):
        name = "".join(LETTERS[number * step % len(LETTERS)] for step in (1, 3, 7)) + str(number)
        item = books.post(
            "Item", {"Name": name, "IncomeAccountRef": {"value": "14"}, "UnitPrice": number % 6}
        )
        if number % 3 == 0:
            books.post("Item", {"Id": item["Id"], "SyncToken": "0", "sparse": True, "Active": False})
    return books


@cache
def all_rows(entity: str) -> list[Row]:
    active = " where Active in (true, false)" if entity == "Item" else ""
    return filled().query(f"select * from {entity}{active} maxresults 1000")[entity]


def seen(row: Row, name: str) -> Any:
    """The value of a property of a plain object."""
    if name.startswith("MetaData."):
        return datetime.fromisoformat(row["MetaData"][name.removeprefix("MetaData.")])
    value = row.get(name)
    if name.endswith("Ref"):
        return value and value["value"]
    if name == "Id":
        return int(row["Id"])
    if isinstance(value, str) and name in TEXTS:
        return value.casefold() or None
    return value


def matches(pattern: str, text: str | None) -> bool:
    """LIKE by recursion, as simple as it gets."""
    if text is None:
        return False
    if not pattern:
        return not text
    if pattern[0] == "%":
        return matches(pattern[1:], text) or (bool(text) and matches(pattern, text[1:]))
    return bool(text) and pattern[0] == text[0] and matches(pattern[1:], text[1:])


def passes(row: Row, name: str, used: str, values: list[Any]) -> bool:
    value = seen(row, name)
    if used == "in":
        return value in values
    if used == "like":
        return matches(values[0], value)
    return value is not None and COMPARE[used](value, values[0])


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    **{"=": operator.eq, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge},
}
TEXTS = ("DocNumber", "Name")
PROPERTIES = {
    "Invoice": ("Id", "DocNumber", "TotalAmt", "CustomerRef", "ShipDate", "MetaData.LastUpdatedTime"),
    "Item": ("Id", "Name", "UnitPrice", "Taxable", "Active", "MetaData.LastUpdatedTime"),
}
ORDERS = ("=", "<", ">", "<=", ">=", "in")
OPERATORS = {name: ("=", "in") for name in ("Id", "CustomerRef", "Taxable", "Active")}
OPERATORS |= {name: (*ORDERS, "like") for name in TEXTS}


@st.composite
def values_of(draw: st.DrawFn, entity: str, name: str, used: str) -> Any:
    """Mostly a value that some object has, so that conditions often find something."""
    held = [value for row in all_rows(entity) if (value := seen(row, name)) is not None]
    recent = sorted(held)[-12:] if name.startswith("MetaData.") else held
    value = draw(st.one_of(st.sampled_from(held), st.sampled_from(recent)))
    if name in TEXTS and draw(st.booleans()):
        value = draw(st.text(LETTERS, min_size=1, max_size=4).filter(str.strip)).casefold()
    if used == "like":
        cut = draw(st.integers(0, len(value)))
        value = draw(
            st.sampled_from([f"{value[:cut]}%", f"%{value[cut:]}", f"%{value[cut : cut + 2]}%", value])
        )
    return value


def names_of(entity: str) -> st.SearchStrategy[str]:
    """Any property, and often the time of the last change, which has an index of its own."""
    return st.one_of(st.just("MetaData.LastUpdatedTime"), st.sampled_from(PROPERTIES[entity]))


def written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return f"'{value.isoformat()}'"
    if isinstance(value, (int, Decimal)):
        return f"'{value}'"
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


@st.composite
def queries(draw: st.DrawFn) -> tuple[str, str, list[Any], list[Any], int, int]:
    """Entity, where clause, conditions, order, start and limit."""
    entity = draw(st.sampled_from(sorted(PROPERTIES)))
    conditions: list[Any] = []
    texts: list[str] = []
    for name in draw(st.lists(names_of(entity), max_size=3)):
        used = draw(st.sampled_from(OPERATORS.get(name, ORDERS)))
        count = draw(st.integers(1, 4)) if used == "in" else 1
        values = [draw(values_of(entity, name, used)) for _ in range(count)]
        listed = ", ".join(written(value) for value in values)
        cased = draw(st.sampled_from([name, name.lower(), name.upper()]))
        texts.append(f"{cased} {used} ({listed})" if used == "in" else f"{cased} {used} {listed}")
        conditions.append((name, used, values))
    names = draw(st.lists(names_of(entity), max_size=2, unique=True))
    order = [(name, draw(st.booleans())) for name in names]
    where = " where " + " and ".join(texts) if texts else ""
    return entity, where, conditions, order, draw(st.integers(1, 40)), draw(st.integers(1, 40))


def expected(entity: str, conditions: list[Any], order: list[Any]) -> list[str]:
    """The reference: what is found, in order; equals stand by id, in the direction of the last property."""
    if all(name != "Active" for name, *_ in conditions):
        conditions = [*conditions, ("Active", "in", [True, None])]
    found = [row for row in all_rows(entity) if all(passes(row, *condition) for condition in conditions)]
    for name, descending in reversed([*order, ("Id", bool(order) and order[-1][1])]):
        absent = [row for row in found if seen(row, name) is None]
        present = [row for row in found if seen(row, name) is not None]
        present.sort(key=lambda row, name=name: seen(row, name), reverse=descending)
        found = present + absent if descending else absent + present
    return [row["Id"] for row in found]


@SETTINGS
@given(queries())
def test_pages_agree_with_the_reference(query: tuple[str, str, list[Any], list[Any], int, int]):
    entity, where, conditions, order, start, limit = query
    wanted = expected(entity, conditions, order)
    by = ", ".join(f"{name}{' desc' if descending else ''}" for name, descending in order)
    statement = f"select * from {entity}{where}{' orderby ' + by if by else ''}"
    page = filled().query(f"{statement} startposition {start} maxresults {limit}")
    assert [row["Id"] for row in page.get(entity, [])] == wanted[start - 1 : start - 1 + limit]
    assert filled().query(f"select count(*) from {entity}{where}") == {"totalCount": len(wanted)}


WORDS = (
    *("select", "SELECT", "*", "count", "(", ")", ",", "from", "Item", "Invoice", "where", "and", "or", "in"),
    *("like", "=", "<", ">=", "!=", "'x'", "'2026-11-02'", "'%'", "5", "-1", "0", "1.5", "true", "'", "\\"),
    *("Id", "Name", "TotalAmt", "TxnDate", "MetaData.LastUpdatedTime", "Active", "orderby", "order", "by"),
    *(
        "desc",
        "startposition",
        "maxresults",
        "current_date",
        "\u2019",
        "\x00",
        ";",
        "--",
        "é",
        "\u00a0",
        "\n",
    ),
    *(
        "'0001-01-01T00:00:00+14:00'",
        "'9999-12-31'",
        "99999999999999",
        "''",
        "' '",
        "UnitPrice",
        "CustomerRef",
    ),
)
STATEMENTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join),
    st.tuples(
        st.sampled_from(("Id", "Name", "UnitPrice", "Active", "ParentRef", "MetaData.CreateTime", "Sku")),
        st.sampled_from(("=", "<", ">", "<=", ">=", "like")),
        st.text(max_size=30),
    ).map(lambda parts: f"select * from Item where {parts[0]} {parts[1]} '{parts[2]}'"),
)


@settings(SETTINGS, max_examples=800)
@given(STATEMENTS)
def test_any_text_is_answered_or_refused(statement: str):
    books = filled()
    status, answer = books.call("POST", "query", statement.encode())
    if status == 200:
        assert "QueryResponse" in answer
    else:
        assert status == 400
        assert answer["Fault"]["Error"][0]["code"] in ("4000", "4001", "4002")


STEPS = st.lists(st.tuples(st.sampled_from("cutdr"), st.integers(0, 30), st.integers(-50, 50)), max_size=60)


@SETTINGS
@given(STEPS)
def test_orders_follow_every_change(steps: list[tuple[str, int, int]]):
    """Whatever is created, updated, touched, deleted and restored, at whatever times, also backwards."""
    company = Company("1", "us-automated-tax")
    now = datetime.fromisoformat("2026-11-02T09:00:00Z")
    for what, which, seconds in steps:
        now += timedelta(seconds=seconds, milliseconds=which)
        record = company.find("Invoice", str(which))
        if what == "c":
            company.create("Invoice", {}, now)
        elif record is None:
            continue
        elif what == "u":
            company.update(record, {}, now)
        elif what == "t":
            company.touch(record, {}, now, raise_token=bool(which % 2))
        elif what == "d":
            company.delete(record, now)
        else:
            company.restore(record)
    check_orders(company)


def check_orders(company: Company) -> None:
    records = company.records.get("Invoice", {}).values()
    living = [record for record in records if not record.deleted]
    orders = company.order_of("Invoice")
    assert [key[-1] for key in orders.by_id.all()] == sorted((entry.id for entry in living), key=int)
    by_time = [(int(entry.updated.timestamp()), int(entry.id), entry.id) for entry in living]
    assert orders.by_time.all() == sorted(by_time)
    gone = [(int(entry.updated.timestamp()), int(entry.id), entry.id) for entry in records if entry.deleted]
    assert orders.gone.all() == sorted(gone)
