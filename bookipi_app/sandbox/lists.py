"""Name lists: unique names, qualified names, parents, and what becomes of a name that is made inactive."""

import re
from collections.abc import Iterator
from itertools import count
from typing import Final

from bookipi_app.sandbox import faults, list_faults
from bookipi_app.sandbox.company import Record, reference_id, shown_name, unique_name
from bookipi_app.sandbox.jsontext import JsonObject
from bookipi_app.sandbox.schema import KINDS, Kind
from bookipi_app.sandbox.work import Work, existing

DEEPEST: Final = 5
_HIGHEST: Final = (("DueDays", 999), ("DiscountDays", 999), ("DayOfMonthDue", 31), ("DueNextMonthDays", 999))
_DELETED: Final = re.compile(r"\s\(deleted[^)]*\)(\s\d+)?$")
_NESTING_FLAGS: Final = {
    **{"Customer": "Job", "Item": "SubItem", "Account": "SubAccount"},
    **{"Class": "SubClass", "Department": "SubDepartment"},
}


def settle_name(work: Work, kind: Kind, body: JsonObject, old: Record | None) -> None:
    """Qualifies the name, renames what is made inactive, and refuses a name that is taken (6240)."""
    body.setdefault("Active", True)
    prefix = _qualifying_prefix(work, kind, body, old) if kind.nests else ""
    name = str(body[kind.name_field])
    if body["Active"] is False and not _DELETED.search(name):
        name = _name_of_inactive(work, kind, body, old, prefix)
    elif work.switches.reactivation_strips_suffix and old and not old.active and body["Active"] is True:
        name = _DELETED.sub("", name)
    _name(kind, body, name, prefix)
    if _is_taken(work, kind, body, old):
        raise list_faults.duplicate_name()


def _name(kind: Kind, body: JsonObject, name: str, prefix: str) -> None:
    body[kind.name_field] = name
    if kind.nests:
        body["FullyQualifiedName"] = prefix + name


def _is_taken(work: Work, kind: Kind, body: JsonObject, old: Record | None) -> bool:
    name, switches = unique_name(kind, body), work.switches
    holder = work.company.holder_of(kind, name)
    taken = holder is not None and holder != (kind.name, old.id if old else "")
    if taken if switches.names_ignore_case else _is_held(work, kind, name, old):
        return True
    if kind.name == "Item" and switches.item_names == "everywhere":
        own = str(body["Name"]).casefold()
        return any(str(item.body.get("Name")).casefold() == own for item in _others(work, kind, old))
    return False


def _is_held(work: Work, kind: Kind, name: str, old: Record | None) -> bool:
    """Whether somebody has the name letter by letter."""
    space = [entry for entry in KINDS.values() if entry.name_space == kind.name_space]
    others = [(entry, other) for entry in space for other in _others(work, entry, old)]
    return any(unique_name(entry, other.body) == name for entry, other in others)


def _others(work: Work, kind: Kind, old: Record | None) -> Iterator[Record]:
    return (record for record in work.company.living(kind.name) if record is not old)


def _name_of_inactive(work: Work, kind: Kind, body: JsonObject, old: Record | None, prefix: str) -> str:
    """The name with the suffix that says it is gone, counted on until nobody else has it."""
    clean = str(body[kind.name_field])
    inside = work.switches.deleted_suffix == "inside"
    for tried in count():
        counted = "" if not tried else f"-{tried}" if inside else f" {tried}"
        suffix = f" (deleted{counted})" if inside else f" (deleted){counted}"
        _name(kind, body, clean + suffix, prefix)
        if not _is_taken(work, kind, body, old):
            break
    return str(body[kind.name_field])


def _qualifying_prefix(work: Work, kind: Kind, body: JsonObject, old: Record | None) -> str:
    flag, parent_id = _NESTING_FLAGS[kind.name], reference_id(body, "ParentRef")
    if body.get(flag) is not None and bool(body[flag]) is not bool(parent_id):
        raise list_faults.parent_and_flag_differ(flag)
    body[flag] = bool(parent_id)
    if not parent_id:
        body.pop("Level", None)
        return ""
    parent = _parent(work, kind, body, old, parent_id)
    body["ParentRef"] = {"value": parent_id, "name": shown_name(parent)}
    body["Level"] = int(parent.body.get("Level", 0)) + 1
    return shown_name(parent) + ":"


def _parent(work: Work, kind: Kind, body: JsonObject, old: Record | None, parent_id: str) -> Record:
    moved = old is None or reference_id(old.body, "ParentRef") != parent_id
    held = None if moved else work.company.find(kind.name, parent_id)
    # A parent that became inactive stays where it is; only a new one must be active.
    parent = held or existing(work, kind.name, parent_id, "ParentRef")
    if old is not None and _is_below(work, parent, old.id):
        raise list_faults.own_parent()
    if not _can_hold(kind, parent, body):
        raise list_faults.invalid_parent()
    depth = _depth_below(work, old) if old is not None else 0
    if int(parent.body.get("Level", 0)) + 1 + depth >= DEEPEST:
        raise list_faults.too_deep()
    return parent


def _can_hold(kind: Kind, parent: Record, body: JsonObject) -> bool:
    if kind.name == "Item":
        return parent.body.get("Type") in ("Category", body.get("Type"))
    return kind.name != "Account" or parent.body.get("AccountType") == body.get("AccountType")


def _is_below(work: Work, record: Record | None, ancestor: str) -> bool:
    while record is not None:
        if record.id == ancestor:
            return True
        record = work.company.find(record.kind, reference_id(record.body, "ParentRef"))
    return False


def children_of(work: Work, record: Record) -> list[Record]:
    """The living records right below a record, in the order of their ids."""
    ids = sorted(work.company.children.get(f"{record.kind}/{record.id}", ()), key=int)
    found = (work.company.find(record.kind, child_id) for child_id in ids)
    return [child for child in found if child is not None]


def _depth_below(work: Work, record: Record) -> int:
    return max((1 + _depth_below(work, child) for child in children_of(work, record)), default=0)


def carry_name_down(work: Work, record: Record) -> None:
    """What is below a record has the record's name in front of its own, and its level, and changes with them."""
    for child in children_of(work, record):
        changed = place_below(record, child)
        if any(child.body.get(name) != value for name, value in changed.items()):
            work.company.touch(child, changed, work.now, raise_token=True)
            carry_name_down(work, child)


def place_below(record: Record, child: Record) -> JsonObject:
    """The full name and the level of a record below another one."""
    own = str(child.body.get(KINDS[child.kind].name_field, ""))
    level = int(record.body.get("Level", 0)) + 1
    return {"FullyQualifiedName": f"{shown_name(record)}:{own}", "Level": level}


def prepare_named(work: Work, kind_name: str, body: JsonObject, old: Record | None) -> JsonObject:
    """A list object without rules beyond its name."""
    kind = KINDS[kind_name]
    if not str(body.get(kind.name_field) or "").strip():
        raise faults.missing(kind.name_field)
    if kind_name == "PaymentMethod":
        body.setdefault("Type", "NON_CREDIT_CARD")
    settle_name(work, kind, body, old)
    return body


def prepare_term(work: Work, body: JsonObject, old: Record | None) -> JsonObject:
    """The complete body of a term, or a refusal. Its type cannot be chosen: it follows from what is given."""
    by_day = body.get("DayOfMonthDue") is not None
    if body.get("DueDays") is None and not by_day:
        raise faults.missing("DueDays")
    for name, highest in _HIGHEST:
        if not 0 <= int(body.get(name) or 0) <= highest:
            raise faults.whole_out_of_range(name, str(body[name]))
    body["Type"] = "DATE_DRIVEN" if by_day else "STANDARD"
    return prepare_named(work, "Term", body, old)


def prepare_agency(work: Work, body: JsonObject, old: Record | None) -> JsonObject:
    """A tax agency; it can be created and read, but neither changed nor made inactive."""
    if old is not None:
        raise faults.unsupported_operation("Update")
    if not str(body.get("DisplayName") or "").strip():
        raise faults.missing("DisplayName")
    body.setdefault("TaxTrackedOnSales", True)
    body.setdefault("TaxTrackedOnPurchases", False)
    if work.company.holder_of(KINDS["TaxAgency"], str(body["DisplayName"])) is not None:
        raise list_faults.duplicate_name()
    return body
