"""One company's books in memory: records by kind and id, indexes, and the list of what changed.

Nothing is checked here. The modules of the single kinds check a write completely before they save it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from bookipi_app.sandbox.countries import with_iso_countries
from bookipi_app.sandbox.jsontext import JsonObject, as_list, as_object, to_decimal
from bookipi_app.sandbox.names import with_present_names
from bookipi_app.sandbox.ordering import Orders
from bookipi_app.sandbox.schema import KINDS, Kind
from bookipi_app.sandbox.switches import Switches
from bookipi_app.sandbox.times import seconds_stamp


@dataclass(slots=True)
class Record:
    """One object. A deleted transaction stays as a tombstone, so that the change feed can tell of it."""

    kind: str
    id: str
    token: int
    created: datetime
    updated: datetime
    body: JsonObject
    deleted: bool = False

    @property
    def active(self) -> bool:
        """Whether a list object can be used; transactions always count as active."""
        return not self.deleted and self.body.get("Active", True) is not False

    @property
    def second(self) -> int:
        """The whole second of the last change: what `LastUpdatedTime` shows and queries compare with."""
        return whole_second(self.updated)


@dataclass(frozen=True, slots=True)
class Change:
    """One committed change, as webhooks and the log of commits tell it."""

    kind: str
    id: str
    operation: str
    token: int
    time: datetime
    deleted_id: str = ""
    indirect: bool = False


@dataclass(slots=True)
class Reply:
    """The stored answer to a `requestid`."""

    status: int
    content_type: str
    body: bytes
    time: datetime
    digest: str = ""


@dataclass(slots=True)
class Company:
    """The books of one realm."""

    realm: str
    preset: str
    country: str = "US"
    currency: str = "USD"
    zip_codes: dict[str, str] = field(default_factory=dict[str, str])
    clock_offset: float = 0.0
    expired: bool = False
    records: dict[str, dict[str, Record]] = field(default_factory=dict[str, dict[str, Record]])
    orders: dict[str, Orders] = field(default_factory=dict[str, Orders])
    hidden: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    names: dict[tuple[str, str], tuple[str, str]] = field(
        default_factory=dict[tuple[str, str], tuple[str, str]]
    )
    numbers: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    counters: dict[str, int] = field(default_factory=dict[str, int])
    balances: dict[str, Decimal] = field(default_factory=dict[str, Decimal])
    children: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    last_number: str = ""
    replies: dict[str, Reply] = field(default_factory=dict[str, Reply])
    changes: list[Change] = field(default_factory=list[Change])
    dirty: dict[tuple[str, str], None] = field(default_factory=dict[tuple[str, str], None])
    new_replies: list[str] = field(default_factory=list[str])
    switches: Switches = field(default_factory=Switches)
    # As long as no object of a list was ever changed, every stored name is the present one.
    lists_changed: bool = False
    journaled: JsonObject = field(default_factory=dict[str, Any])

    @property
    def is_us(self) -> bool:
        """Whether US rules (TAX and NON, automated sales tax) apply."""
        return self.country == "US"

    def find(self, kind: str, record_id: str) -> Record | None:
        """The living record with this id; not one that an item of a batch must not see yet."""
        record = self.records.get(kind, {}).get(record_id)
        if record is None or record.deleted or (kind, record_id) in self.hidden:
            return None
        return record

    def order_of(self, kind: str) -> Orders:
        """The records of a kind in their orders."""
        orders = self.orders.get(kind)
        if orders is None:
            orders = self.orders[kind] = Orders()
        return orders

    def living(self, kind: str) -> Iterator[Record]:
        """All records of a kind in the order of their ids, without tombstones."""
        records = self.records.get(kind, {})
        return (records[str(key[-1])] for key in self.order_of(kind).by_id.all())

    def holder_of(self, kind: Kind, name: str) -> tuple[str, str] | None:
        """Kind and id of whoever has this name in the kind's name space."""
        return self.names.get((kind.name_space, name.casefold()))

    def name_of(self, kind: str, record_id: str) -> str | None:
        """How references call the record of this kind and id, if there is one."""
        record = self.find(kind, record_id)
        return None if record is None else shown_name(record)

    def preference(self, group: str, name: str) -> object:
        """One member of the company's preferences, or None."""
        try:
            return self.records["Preferences"]["1"].body[group][name]
        except KeyError:
            return None

    def preference_group(self, group: str) -> JsonObject:
        """One group of the company's preferences."""
        record = self.records["Preferences"].get("1") if "Preferences" in self.records else None
        return record.body.get(group, {}) if record else {}

    def next_id(self, kind: Kind) -> str:
        """A fresh id; kinds that share an id space never collide."""
        space = kind.id_space or kind.name
        self.counters[space] = self.counters.get(space, 0) + 1
        return str(self.counters[space])

    def create(self, kind: str, body: JsonObject, now: datetime, record_id: str = "") -> Record:
        """Stores a new record."""
        record = Record(kind, record_id or self.next_id(KINDS[kind]), 0, now, now, body)
        self._commit(record, "Create")
        return record

    def update(self, record: Record, body: JsonObject, now: datetime, operation: str = "Update") -> Record:
        """Replaces the body of a record and raises its SyncToken."""
        self._unindex(record)
        record.body, record.updated = body, now
        record.token += 1
        self._commit(record, operation)
        return record

    def touch(self, record: Record, changed: JsonObject, now: datetime, raise_token: bool) -> None:
        """A change that follows from another record's, such as a payment applied to an invoice."""
        self._unindex(record)
        record.body = {**record.body, **changed}
        record.updated = now
        record.token += 1 if raise_token else 0
        self._commit(record, "Update", indirect=True)

    def delete(self, record: Record, now: datetime) -> None:
        """Turns a record into a tombstone."""
        self._unindex(record)
        record.body, record.updated, record.deleted = {}, now, True
        self._commit(record, "Delete")

    def restore(self, record: Record) -> None:
        """Puts a record back as it was stored, without telling anyone."""
        previous = self.records.get(record.kind, {}).get(record.id)
        if previous is not None:
            self._unindex(previous)
        self._index(record)

    def _commit(self, record: Record, operation: str, indirect: bool = False) -> None:
        self._index(record)
        change = Change(record.kind, record.id, operation, record.token, record.updated, indirect=indirect)
        self.changes.append(change)
        self.dirty[(record.kind, record.id)] = None

    def _index(self, record: Record) -> None:
        kind = KINDS[record.kind]
        self.records.setdefault(record.kind, {})[record.id] = record
        self.order_of(record.kind).add(record.id, record.second, record.deleted)
        space = kind.id_space or kind.name
        if record.id.isdecimal():
            self.counters[space] = max(self.counters.get(space, 0), int(record.id))
        self.lists_changed |= record.token > 0 and kind.name_field != ""
        if not record.deleted:
            self._index_body(kind, record)

    def _index_body(self, kind: Kind, record: Record) -> None:
        if kind.name_field:
            self.names[(kind.name_space, unique_name(kind, record.body).casefold())] = (kind.name, record.id)
        if number := record.body.get("DocNumber"):
            self.numbers.setdefault(str(number), set()).add(record.id)
        if parent := reference_id(record.body, "ParentRef"):
            self.children.setdefault(f"{kind.name}/{parent}", set()).add(record.id)
        self._add_balance(record, 1)

    def _unindex(self, record: Record) -> None:
        kind = KINDS[record.kind]
        self.order_of(record.kind).remove(record.id, record.second, record.deleted)
        if kind.name_field:
            key = (kind.name_space, unique_name(kind, record.body).casefold())
            if self.names.get(key) == (kind.name, record.id):
                del self.names[key]
        if number := record.body.get("DocNumber"):
            self.numbers.get(str(number), set()).discard(record.id)
        if parent := reference_id(record.body, "ParentRef"):
            self.children.get(f"{kind.name}/{parent}", set()).discard(record.id)
        self._add_balance(record, -1)

    def _add_balance(self, record: Record, sign: int) -> None:
        owed = _owed(record)
        if owed:
            customer = reference_id(record.body, "CustomerRef")
            self.balances[customer] = self.balances.get(customer, Decimal(0)) + sign * owed

    def balance_with_jobs(self, customer: str) -> Decimal:
        """What a customer and its sub-customers owe."""
        below = self.children.get(f"Customer/{customer}", ())
        return self.balances.get(customer, Decimal(0)) + sum(
            (self.balance_with_jobs(child) for child in below), Decimal(0)
        )


_OBJECT: Any = dict


def whole_second(moment: datetime) -> int:
    """Seconds since 1970, rounded down."""
    return math.floor(moment.timestamp())


def _owed(record: Record) -> Decimal:
    if record.kind == "Invoice":
        return to_decimal(record.body.get("Balance"))
    return -to_decimal(record.body.get("UnappliedAmt")) if record.kind == "Payment" else Decimal(0)


def unique_name(kind: Kind, body: JsonObject) -> str:
    """The name that must be unique in the kind's name space; items compare with their category."""
    if kind.name_space in ("Person", "TaxAgency"):
        return str(body.get(kind.name_field, ""))
    return str(body.get("FullyQualifiedName") or body.get(kind.name_field, ""))


def reference_id(body: JsonObject, name: str) -> str:
    """The id that a reference of the body points to, or an empty string."""
    target: Any = body.get(name)
    return str(target.get("value", "")) if isinstance(target, _OBJECT) else ""


def linked_invoices(body: JsonObject) -> dict[str, Decimal]:
    """What a payment's lines apply to each invoice."""
    applied: dict[str, Decimal] = {}
    for line in as_list(body.get("Line")):
        entry = as_object(line)
        for link in as_list(entry.get("LinkedTxn")):
            target = as_object(link)
            if target.get("TxnType") == "Invoice":
                invoice = str(target.get("TxnId", ""))
                applied[invoice] = applied.get(invoice, Decimal(0)) + to_decimal(entry.get("Amount"))
    return applied


def shown_name(record: Record) -> str:
    """How references to this record call it."""
    named = record.body.get("FullyQualifiedName") or record.body.get("DisplayName") or record.body.get("Name")
    return str(named or record.id)


def render(company: Company, record: Record) -> JsonObject:
    """The record as the API shows it."""
    body = record.body
    if company.lists_changed:
        body = with_present_names(record.kind, body, company.name_of)
    shown: JsonObject = {**body, "domain": "QBO", "sparse": False}
    shown["Id"], shown["SyncToken"] = record.id, str(record.token)
    shown["MetaData"] = {
        "CreateTime": (created := seconds_stamp(record.created)),
        "LastUpdatedTime": created if record.updated is record.created else seconds_stamp(record.updated),
    }
    if record.kind == "Customer":
        shown["Balance"] = company.balances.get(record.id, Decimal(0))
        shown["BalanceWithJobs"] = company.balance_with_jobs(record.id)
    if record.kind == "CompanyInfo" and shown.get("Country") == "US":
        shown["Country"] = company.switches.company_country_style
    return with_iso_countries(shown) if company.switches.iso_countries_everywhere else shown
