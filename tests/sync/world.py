"""A small company on both sides, moved by a seed: what the planner's properties are tested on."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from operator import is_
from typing import Any

from bookipi_app.models.record import Kind, Side, Stage
from bookipi_app.sync import actions as act
from bookipi_app.sync import agreement as agreements
from bookipi_app.sync import mapping
from bookipi_app.sync.actions import Action, Choice, FieldConflict, Need
from bookipi_app.sync.plan import OpenConflict, Presence, RecordState, plan
from bookipi_app.sync.records import LocalInvoice, LocalRecord
from bookipi_app.sync.snapshot import (
    Agreement,
    Snapshot,
    changed,
    is_void,
    of_local,
    of_remote,
    references,
    sync_token,
)
from tests.sync import samples
from tests.sync.pretend import Links, PretendQuickBooks, counter

TEXTS = {
    Kind.CUSTOMER: ("company_name", "phone", "notes"),
    Kind.ITEM: ("sku", "description"),
    Kind.INVOICE: ("memo", "notes"),
}
WIRE = {
    "company_name": "CompanyName", "sku": "Sku", "description": "Description", "memo": "PrivateNote",
}  # fmt: skip


@dataclass
class Record:
    """One record of the company, with what the engine would store of it."""

    kind: Kind
    local: LocalRecord | None = None
    here: Presence = Presence.NEVER
    remote_id: str = ""
    version: int = 1
    agreement: Agreement | None = None
    ended: bool = False
    conflict: OpenConflict | None = None
    raised: tuple[FieldConflict, ...] = ()
    edits: dict[Side, dict[str, str]] = field(default_factory=lambda: {Side.HERE: {}, Side.QUICKBOOKS: {}})
    ends: set[Side] = field(default_factory=set)
    writes: int = 0
    quiet: tuple[Any, ...] = ()  # what the last plan that found nothing to do had looked at


class World:
    """The company, our engine in a few lines, and a pretend QuickBooks."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.quickbooks, self.links = PretendQuickBooks(), Links()
        self.context = samples.context(references=self.links, new_id=counter("n"))
        self.ids = counter("r")
        self.records: list[Record] = []
        customers = [self._new_here(Kind.CUSTOMER) for _ in range(2)]
        items = [self._new_here(Kind.ITEM)]
        for _ in range(2):
            self._new_invoice(self.chance.choice(customers), items[0])
        self.settle()

    def _new_here(self, kind: Kind) -> Record:
        key = self.ids()
        local = (
            samples.customer(id=key, name=f"Name {key}")
            if kind is Kind.CUSTOMER
            else samples.item(id=key, name=key)
        )
        self.records.append(Record(kind, local, Presence.LIVE))
        return self.records[-1]

    def _new_invoice(self, customer: Record, item: Record) -> Record:
        assert customer.local
        assert item.local
        key = self.ids()
        lines = tuple(
            samples.line(at, id=f"{key}l{at}", item_id=item.local.id, taxable=self.chance.random() < 0.5)
            for at in (1, 2, 3)
        )
        rich = samples.RICH if self.chance.random() < 0.5 else {}
        values = {**rich, "lines": lines, "id": key, "customer_id": customer.local.id, "number": f"INV-{key}"}
        self.records.append(Record(Kind.INVOICE, samples.invoice(**values), Presence.LIVE))
        return self.records[-1]

    def perturb(self) -> None:
        """Independent edits and ends on both sides, and new records on each."""
        for record in list(self.records):
            for side in Side:
                if self.chance.random() < 0.6:
                    self._edit(record, side)
                if record.kind is Kind.INVOICE and self.chance.random() < 0.5:
                    self._edit_line(record, side)
                if self.chance.random() < 0.15:
                    self._end(record, side)
        customer, item = self._new_here(Kind.CUSTOMER), self._new_here(Kind.ITEM)
        self._new_invoice(customer, item)
        self._new_there()

    def _edit(self, record: Record, side: Side) -> None:
        name = self.chance.choice(TEXTS[record.kind])
        value = f"{side.value} {self.ids()}" if self.chance.random() < 0.6 else "same"
        if side is Side.HERE and isinstance(record.local, LocalInvoice):
            record.local = replace(record.local, **{name: value})
        elif side is Side.HERE:
            assert record.local
            record.local = replace(record.local, **{name: value})  # type: ignore[type-var]
        elif name == "phone":
            self.quickbooks.edit(record.remote_id, PrimaryPhone={"FreeFormNumber": value})
        elif name == "notes" and record.kind is Kind.INVOICE:
            self.quickbooks.edit(record.remote_id, CustomerMemo={"value": value})
        else:
            self.quickbooks.edit(record.remote_id, **{WIRE.get(name, "Notes"): value})
        record.version += side is Side.HERE
        record.edits[side][name] = value

    def _edit_line(self, record: Record, side: Side) -> None:
        at, words = self.chance.randrange(3), f"{side.value} line {self.ids()}"
        if side is Side.HERE:
            assert isinstance(record.local, LocalInvoice)
            lines = list(record.local.lines)
            lines[at] = replace(lines[at], description=words)
            record.local = samples.changed(record.local, lines=tuple(lines))
            record.version += 1
        else:
            lines = [dict(line) for line in self.quickbooks.objects[record.remote_id]["Line"]]
            lines[at]["Description"] = words
            if self.chance.random() < 0.3:  # QuickBooks may renumber what it stores
                for line in lines[:3]:
                    line["Id"] = self.quickbooks.next_line()
            self.quickbooks.edit(record.remote_id, Line=lines)
        record.edits[side][f"line {at}"] = words

    def _end(self, record: Record, side: Side) -> None:
        how = self.chance.choice(("void", "delete")) if record.kind is Kind.INVOICE else "archive"
        record.ends.add(side)
        match (side, how):
            case (Side.HERE, "archive"):
                record.local = replace(record.local, active=False)  # type: ignore[type-var]
            case (Side.HERE, "void"):
                record.local, record.here = replace(record.local, stage=Stage.VOID), Presence.VOID  # type: ignore[type-var]
            case (Side.HERE, _):
                record.here = Presence.ENDED
            case (_, "archive"):
                self.quickbooks.edit(record.remote_id, Active=False)
            case (_, "void"):
                self.quickbooks.void(record.remote_id)
            case _:
                self.quickbooks.delete(record.remote_id)
        record.version += side is Side.HERE

    def _new_there(self) -> None:
        customer = self.quickbooks.create({"DisplayName": f"There {self.ids()}"})
        line = {
            "DetailType": "SalesItemLineDetail", "Amount": 7, "Description": "Made there",
            "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "TaxCodeRef": {"value": "NON"}},
        }  # fmt: skip
        body = {
            "CustomerRef": {"value": customer["Id"]},
            "DocNumber": self.ids(),
            "TxnDate": "2026-11-05",
            "Line": [line],
        }
        invoice = self.quickbooks.create(body)
        self.records.append(Record(Kind.INVOICE, remote_id=invoice["Id"]))
        self.records.append(Record(Kind.CUSTOMER, remote_id=customer["Id"]))

    def settle(self, rounds: int = 10) -> int:
        """Plan and pretend, in any order, until a whole round does nothing; the rounds it took."""
        for number in range(1, rounds + 1):
            self.chance.shuffle(self.records)
            moved = [self._step(record) for record in self.records]
            if not any(moved):
                return number
        raise AssertionError(
            f"not quiet after {rounds} rounds: {[plan(self.state(one)) for one in self.records]}"
        )

    def choose(self) -> bool:
        """Answer every open conflict; True if there was one."""
        open_ones = [
            one for one in self.records if one.conflict and one.conflict.choices == {} and one.raised
        ]
        for record in open_ones:
            assert record.conflict
            choices = {one.unit: self.chance.choice(list(Choice)) for one in record.raised}
            record.conflict = replace(record.conflict, choices=choices)
        return bool(open_ones)

    def remote(self, record: Record) -> dict[str, Any] | None:
        return self.quickbooks.objects.get(record.remote_id)

    def there(self, record: Record) -> Presence:
        obj = self.remote(record)
        if obj is None:
            return Presence.ENDED if record.remote_id else Presence.NEVER
        return Presence.VOID if is_void(obj) else Presence.LIVE

    def state(self, record: Record) -> RecordState:
        obj = self.remote(record)
        local = of_local(record.kind, record.local) if record.local else None
        remote = of_remote(record.kind, obj) if obj else None
        return RecordState(
            kind=record.kind,
            now=samples.NOW,
            local=local,
            remote=remote,
            local_state=record.here,
            remote_state=self.there(record),
            agreement=record.agreement,
            ended=record.ended,
            expected=mapping.expected(record.kind, record.local, self.context)
            if record.local and obj
            else None,
            local_version=record.version,
            remote_token=sync_token(obj) if obj else -1,
            conflict=record.conflict,
            missing_there=self._missing(record.kind, local, self.links.remote_id),
            missing_here=self._missing(record.kind, remote, self.links.local_id),
        )

    def _missing(self, kind: Kind, snapshot: Snapshot | None, find: Any) -> tuple[Need, ...]:
        wanted = references(kind, snapshot) if snapshot else ()
        return tuple(Need(*one) for one in wanted if one[1] != "1" and find(*one) is None)

    def _step(self, record: Record) -> bool:
        seen = (
            record.local,
            record.here,
            self.remote(record),
            record.agreement,
            record.ended,
            record.conflict,
        )
        if len(record.quiet) == len(seen) and all(map(is_, record.quiet, seen)):
            return False  # planned as it is now, and pure: the answer would be the same
        state = self.state(record)
        action = plan(state)
        record.quiet = seen if isinstance(action, act.Quiet) else ()
        if isinstance(action, act.Quiet | act.Wait):
            return isinstance(action, act.Wait)
        self._carry_out(record, state, action)
        return True

    def _carry_out(self, record: Record, state: RecordState, action: Action) -> None:
        match action:
            case act.CreateRemote() | act.UpdateRemote() | act.DeleteRemote() | act.VoidRemote():
                self._write_there(record, state, action)
            case act.CreateLocal():
                self._create_here(record)
            case act.UpdateLocal():
                self._update_here(record, action)
            case act.TrashLocal():
                record.here, record.version = Presence.ENDED, record.version + 1
            case act.VoidLocal():
                self._void_here(record)
            case act.Rest():
                record.ended = True
            case act.AdvanceAgreement():
                assert record.agreement
                assert state.local
                record.agreement = agreements.after_advance(
                    action, record.agreement, state.local, self.remote(record)
                )
            case act.RaiseConflict():
                record.conflict, record.raised = OpenConflict(*state.pair, {}), action.conflicts
            case _:
                raise AssertionError(f"not expected here: {action}")

    def _write_there(self, record: Record, state: RecordState, action: Action) -> None:
        assert record.local
        assert state.local
        record.writes += 1
        match action:
            case act.CreateRemote():
                rendered = mapping.render_create(record.kind, record.local, self.context)
                reply = self.quickbooks.create(rendered.body)
                record.remote_id, record.ended = reply["Id"], False
                self.links.join(record.kind, record.local.id, record.remote_id)
                record.agreement = agreements.after_create(record.kind, state.local, rendered.line_ids, reply)
            case act.UpdateRemote():
                self._update_there(record, state, action)
            case act.DeleteRemote():
                self.quickbooks.delete(record.remote_id)
            case _:
                reply = self.quickbooks.void(record.remote_id)
                assert record.agreement
                there = of_remote(record.kind, reply)
                record.agreement = agreements.after_end(record.kind, state.local, there, record.agreement)

    def _update_there(self, record: Record, state: RecordState, action: act.UpdateRemote) -> None:
        remote = self.remote(record)
        assert remote
        assert record.agreement
        assert record.local
        assert state.local
        rendered = mapping.render_update(
            record.kind, action.fields, record.local, remote, record.agreement, self.context
        )
        during = self.chance.random() < 0.1 and record.kind is not Kind.INVOICE
        if during:  # an edit made while the request is on its way
            self._edit(record, Side.HERE)
        reply = self.quickbooks.update(rendered.body)
        record.agreement = agreements.after_update(
            record.kind, action.fields, record.agreement, state.local, state.remote, rendered.line_ids, reply
        )

    def _create_here(self, record: Record) -> None:
        remote = self.remote(record)
        assert remote
        record.local = replace(mapping.read(record.kind, remote, self.context), id=self.ids())  # type: ignore[type-var]
        record.here = Presence.LIVE
        self.links.join(record.kind, record.local.id, record.remote_id)
        record.agreement = agreements.after_read(record.kind, record.local, remote)

    def _update_here(self, record: Record, action: act.UpdateLocal) -> None:
        remote = self.remote(record)
        assert remote
        assert record.agreement
        assert record.local
        taken = mapping.take(
            record.kind, action.fields, record.local, remote, record.agreement, self.context, action.over_ours
        )
        record.local, record.agreement = taken.local, taken.agreement
        record.here, record.version = Presence.LIVE if action.restore else record.here, record.version + 1

    def _void_here(self, record: Record) -> None:
        remote = self.remote(record)
        assert remote
        assert record.agreement
        assert isinstance(record.local, LocalInvoice)
        record.local, record.here = replace(record.local, stage=Stage.VOID), Presence.VOID
        record.version += 1
        mine = of_local(record.kind, record.local)
        there = of_remote(record.kind, remote)
        record.agreement = agreements.after_end(record.kind, mine, there, record.agreement)

    def differs(self, record: Record) -> bool:
        """Whether a side differs from its half of the agreement, ends included."""
        state = self.state(record)
        if record.ended:
            return Presence.LIVE in (state.local_state, state.remote_state)
        if record.agreement is None or state.local is None or state.remote is None:
            return True
        return bool(
            changed(record.kind, Side.HERE, record.agreement.local, state.local)
            or changed(record.kind, Side.QUICKBOOKS, record.agreement.remote, state.remote)
        )
