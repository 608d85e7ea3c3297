"""A small company on both sides, moved by a seed: what the planner's properties are tested on."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from operator import is_
from typing import Any

from bookipi_app.models.record import Kind, Side, Stage
from bookipi_app.sync import actions as act
from bookipi_app.sync import agreement as agreements
from bookipi_app.sync import mapping
from bookipi_app.sync.actions import Action, Cause, Choice, Need
from bookipi_app.sync.plan import OpenConflict, Presence, RecordState, Refusal, plan
from bookipi_app.sync.records import LocalInvoice
from bookipi_app.sync.snapshot import (
    Snapshot,
    carries_payment,
    changed,
    is_void,
    of_local,
    of_remote,
    references,
    sync_token,
)
from tests.sync import moves, samples
from tests.sync.moved import Record
from tests.sync.pretend import Links, Numbered, PretendQuickBooks

ROUND = timedelta(seconds=10)  # so long is one round of plans
ASKED_ONCE = {Cause.TAX_RECALCULATED: "tax", Cause.NUMBER: "number"}


class World:
    """The company, our engine in a few lines, and a pretend QuickBooks."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.quickbooks, self.links = PretendQuickBooks(), Links()
        self.ids, self.new_line = Numbered("r"), Numbered("n")
        self.context = samples.context(references=self.links, new_id=self.new_line)
        self.records: list[Record] = []
        self.now = samples.NOW

    @classmethod
    def agreed(cls, seed: int) -> World:
        """A company that is the same on both sides."""
        world = cls(seed)
        customers = [world.new_here(Kind.CUSTOMER) for _ in range(world.chance.choice((1, 2)))]
        item = world.new_here(Kind.ITEM)
        for _ in range(world.chance.choice((1, 2))):
            world.new_invoice(world.chance.choice(customers), item)
        world.settle()
        return world

    def copy(self, seed: int) -> World:
        """The same company once more, to be moved in another way: what is stored in it is never changed in place."""
        other = World(seed)
        other.quickbooks, other.links = self.quickbooks.copy(), self.links.copy()
        other.ids, other.new_line = replace(self.ids), replace(self.new_line)
        other.context = replace(self.context, references=other.links, new_id=other.new_line)
        other.records = [one.copy() for one in self.records]
        return other

    def new_here(self, kind: Kind) -> Record:
        key = self.ids()
        local = (
            samples.customer(id=key, name=f"Name {key}")
            if kind is Kind.CUSTOMER
            else samples.item(id=key, name=key)
        )
        self.records.append(Record(kind, local, Presence.LIVE))
        return self.records[-1]

    def new_invoice(self, customer: Record, item: Record) -> Record:
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

    def settle(self, rounds: int = 10) -> int:
        """Plan and pretend, in any order, until a whole round does nothing; the rounds it took."""
        for number in range(1, rounds + 1):
            self.now += ROUND
            self.chance.shuffle(self.records)
            moved = [self._step(record) for record in self.records]
            if not any(moved):
                return number
        raise AssertionError(
            f"not quiet after {rounds} rounds: {[plan(self.state(one)) for one in self.records]}"
        )

    def choose(self) -> bool:
        """Answer every open conflict and every question; True if there was one."""
        asked = [one for one in self.records if one.asked & ASKED_ONCE.keys() and not one.answers]
        for record in asked:
            question = min(record.asked & ASKED_ONCE.keys())
            record.answers = {ASKED_ONCE[question]: self.chance.choice(list(Choice))}
            record.chosen.add(ASKED_ONCE[question])
            record.asked.discard(question)
        open_ones = [
            one for one in self.records if one.conflict and one.conflict.choices == {} and one.raised
        ]
        for record in open_ones:
            assert record.conflict
            choices = {one.unit: self.chance.choice(list(Choice)) for one in record.raised}
            record.conflict = replace(record.conflict, choices=choices)
        return bool(open_ones or asked)

    def remote(self, record: Record) -> dict[str, Any] | None:
        return self.quickbooks.objects.get(record.remote_id)

    def there(self, record: Record) -> Presence:
        obj = self.remote(record)
        if obj is None:
            return Presence.ENDED if record.remote_id else Presence.NEVER
        return Presence.VOID if is_void(obj) else Presence.LIVE

    def state(self, record: Record) -> RecordState:
        obj = self.remote(record)
        mine, kind = record.local, record.kind
        local = record.once("local", (mine,), lambda: of_local(kind, mine)) if mine else None
        remote = record.once("remote", (obj,), lambda: of_remote(kind, obj)) if obj else None
        expected: Snapshot | None = None
        if mine and obj and self._both_moved(record, local, remote):
            known = (mine, len(self.links.there))
            expected = record.once("expected", known, lambda: mapping.expected(kind, mine, self.context))
        return RecordState(
            kind=record.kind,
            now=self.now,
            local=local,
            remote=remote,
            local_state=record.here,
            remote_state=self.there(record),
            agreement=record.agreement,
            ended=record.ended,
            expected=expected,
            local_version=record.version,
            remote_token=sync_token(obj) if obj else -1,
            conflict=record.conflict,
            undo_until=record.undo_until,
            sent_or_paid=record.sent,
            remote_carries_payment=obj is not None and carries_payment(obj),
            refusal=record.refusal,
            answers=record.answers,
            missing_there=self._missing(record.kind, local, self.links.remote_id),
            missing_here=self._missing(record.kind, remote, self.links.local_id),
        )

    def _both_moved(self, record: Record, local: Any, remote: Any) -> bool:
        """Only then is it asked what ours would be there."""
        agreed, kind = record.agreement, record.kind
        return agreed is None or bool(
            changed(kind, Side.HERE, agreed.local, local)
            and changed(kind, Side.QUICKBOOKS, agreed.remote, remote)
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
            record.refusal,
            record.answers,
        )
        if len(record.quiet) == len(seen) and all(map(is_, record.quiet, seen)):
            return False  # planned as it is now, and pure: the answer would be the same
        state = self.state(record)
        action = plan(state)
        record.quiet = seen if isinstance(action, act.Quiet | act.NeedsAttention) else ()
        match action:
            case act.Quiet():
                return False
            case act.NeedsAttention():
                record.asked.add(action.cause)
                return False
            case act.Wait():
                if action.until is not None and self.chance.random() < 0.2:
                    self._undo(record)
                return True
            case _:
                self._carry_out(record, state, action)
                return True

    def _carry_out(  # noqa: C901  one case for each action, and nothing else
        self, record: Record, state: RecordState, action: Action
    ) -> None:
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
            case act.RestoreLocal():
                record.refusal = None
                self._undo(record)
            case act.Link():
                self._link(record)
            case act.Rest():
                record.ended = True
            case act.AdvanceAgreement():
                assert record.agreement
                assert state.local
                record.agreement = agreements.after_advance(
                    action, record.agreement, state.local, self.remote(record)
                )
                record.asked |= {action.cause} & ASKED_ONCE.keys()
            case act.RaiseConflict():
                record.conflict, record.raised = OpenConflict(*state.pair, {}), action.conflicts
                record.chosen |= {name for one in action.conflicts for name in one.fields or (one.unit,)}
            case _:
                raise AssertionError(f"not expected here: {action}")

    def _write_there(self, record: Record, state: RecordState, action: Action) -> None:
        assert record.local
        assert state.local
        if record.refuses and _ends(action, state):
            record.refusal = Refusal(Cause.REFUSED, "QuickBooks does not take it.")
            return
        record.writes += 1
        match action:
            case act.CreateRemote(next_generation):
                assert next_generation is (record.agreement is not None), (
                    "a life there has its own request id"
                )
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
        self._use_answer(record, action.fields)
        rendered = mapping.render_update(
            record.kind, action.fields, record.local, remote, record.agreement, self.context
        )
        during = self.chance.random() < 0.1 and record.kind is not Kind.INVOICE
        if during:  # an edit made while the request is on its way
            moves.edit(self, record, Side.HERE)
            record.late = True
        reply = self.quickbooks.update(rendered.body)
        record.agreement = agreements.after_update(
            record.kind,
            action.fields,
            record.agreement,
            state.local,
            state.remote,
            rendered.body,
            rendered.line_ids,
            reply,
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
        self._use_answer(record, action.fields)
        taken = mapping.take(
            record.kind, action.fields, record.local, remote, record.agreement, self.context, action.over_ours
        )
        record.local, record.agreement = taken.local, taken.agreement
        record.here, record.version = Presence.LIVE if action.restore else record.here, record.version + 1

    def _use_answer(self, record: Record, names: tuple[str, ...]) -> None:
        if set(record.answers) & set(names):
            record.answers = {}

    def _undo(self, record: Record) -> None:
        """Out of the trash, or in use again: by a person here in time, or because QuickBooks did not take the end."""
        assert record.local
        again = {"stage": Stage.ISSUED} if record.kind is Kind.INVOICE else {"active": True}
        record.local, record.here = replace(record.local, **again), Presence.LIVE  # type: ignore[type-var]
        record.undo_until, record.version = None, record.version + 1
        record.ends.discard(Side.HERE)

    def _link(self, record: Record) -> None:
        remote = self.remote(record)
        assert remote
        assert record.local
        self.links.join(record.kind, record.local.id, record.remote_id)
        record.agreement = agreements.link(record.kind, record.local, remote, self.context)

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
            archived = state.local is not None and not state.local.get("active", True)
            return state.remote_state is Presence.LIVE or (record.here is Presence.LIVE and not archived)
        if record.agreement is None or state.local is None or state.remote is None:
            return True
        return bool(
            changed(record.kind, Side.HERE, record.agreement.local, state.local)
            or changed(record.kind, Side.QUICKBOOKS, record.agreement.remote, state.remote)
        )


def _ends(action: Action, state: RecordState) -> bool:
    """Whether a write ends the record there."""
    match action:
        case act.DeleteRemote() | act.VoidRemote():
            return True
        case act.UpdateRemote(fields=names):
            return "active" in names and state.local is not None and not state.local["active"]
        case _:
            return False
