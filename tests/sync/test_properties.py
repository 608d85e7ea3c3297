"""What must hold whatever happens: seeded companies, perturbed on both sides, planned until quiet."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pytest

from bookipi_app.models.record import Kind, Side
from bookipi_app.sync import actions as act
from bookipi_app.sync.actions import Cause
from bookipi_app.sync.conflicts import RECORD
from bookipi_app.sync.merge import MergeResult, Sides, merge
from bookipi_app.sync.plan import Presence, RecordState, plan
from bookipi_app.sync.records import LocalInvoice
from bookipi_app.sync.snapshot import Agreement, Snapshot, is_void, of_remote
from tests.sync import moves, rarer_moves, samples
from tests.sync import world as companies
from tests.sync.rows import Row, row
from tests.sync.samples import NOW, Pair
from tests.sync.world import Record, World

COMPANY = 50  # so many ways to move each company
SHORT, LONG = (0, 10_000, 500), (10_000, 110_000, 5_000)  # seeds: from, to, so many in a test


@lru_cache(maxsize=1)
def agreed(company: int) -> World:
    """A company that is the same on both sides."""
    return World.agreed(company)


def check(seed: int) -> None:
    world = agreed(seed // COMPANY).copy(seed)
    moves.perturb(world)
    rarer_moves.strike(world)
    world.settle()
    for record in world.records:
        if record.conflict is None and not record.asked:
            survives(world, record)
            assert not world.differs(record), (seed, plan(world.state(record)))
    nothing_vanished(world)
    at_rest(world)
    all_is_answered(world, seed)
    if rarer_moves.restore(world):
        world.settle()
        all_is_answered(world, seed)


def all_is_answered(world: World, seed: int) -> None:
    """A person answers whatever is open: then nothing differs but what only a duplicate can bring back."""
    while world.choose():
        world.settle()
    at_rest(world)
    payments_are_untouched(world)
    for record in world.records:
        assert record.asked <= {Cause.VOID_THERE}, (seed, record.asked)
        if not record.asked:
            assert not world.differs(record), (seed, plan(world.state(record)))
            agrees_to_the_cent(world, record)
            survives(world, record)


def agrees_to_the_cent(world: World, record: Record) -> None:
    obj = world.remote(record)
    if isinstance(record.local, LocalInvoice) and record.here is Presence.LIVE and obj:
        assert obj["TotalAmt"] * 100 == record.local.total_cents


def payments_are_untouched(world: World) -> None:
    """Nobody but QuickBooks' own people ends what is paid there, or touches its payment."""
    for record in world.records:
        if record.paid and Side.QUICKBOOKS not in record.ends:
            obj = world.remote(record)
            assert obj
            assert (obj["LinkedTxn"], is_void(obj)) == (rarer_moves.PAYMENT, False)


def survives(world: World, record: Record) -> None:
    """An edit on one side alone is on both sides now, unless its record was ended for good."""
    has_ended = record.ends and (record.kind is Kind.INVOICE or not world.remote(record))
    if record.local is None or has_ended or RECORD in record.chosen:
        return
    state = world.state(record)
    assert state.local
    assert state.remote
    for side, other in ((Side.HERE, Side.QUICKBOOKS), (Side.QUICKBOOKS, Side.HERE)):
        for name, value in record.edits[side].items():
            if ("lines" if name.startswith("line ") else name) in record.chosen:
                continue
            if name in record.edits[other]:
                asked_or_agreed(record, name, value, record.edits[other][name])
                continue
            for snapshot in (state.local, state.remote):
                assert is_there(snapshot, name, value), (name, value, snapshot)
    if record.kind is not Kind.INVOICE and not record.late and not record.chosen:
        assert state.local["active"] is state.remote["active"] is comes_back(record), (
            record.ends,
            record.edits,
        )


def comes_back(record: Record) -> bool:
    """What was put away on one side and edited on the other is in use again."""
    if len(record.ends) != 1:
        return not record.ends
    [side] = record.ends
    [other] = set(Side) - record.ends
    return any(record.edits[side].get(name) != value for name, value in record.edits[other].items())


def asked_or_agreed(record: Record, name: str, one: str, other: str) -> None:
    """Unasked, nobody chose between two values for one field: there were none. (Lines merge in parts.)"""
    assert record.late or name.startswith("line ") or one == other, (name, one, other)


def is_there(snapshot: Snapshot, name: str, value: str) -> bool:
    if not name.startswith("line "):
        return snapshot[name] == value
    words = [line["description"].split(" (")[0] for line in snapshot["lines"]]
    if value.startswith("without "):
        return value.removeprefix("without ") not in words
    if value.startswith("price "):
        return Decimal(value.removeprefix("price ")) in (
            Decimal(line["price"] or 0) for line in snapshot["lines"]
        )
    return value in words


def nothing_vanished(world: World) -> None:
    for record in world.records:
        if record.ends:
            continue
        assert (record.here, world.there(record)) == (Presence.LIVE, Presence.LIVE)
        if isinstance(record.local, LocalInvoice):
            obj = world.remote(record)
            assert obj
            assert obj["TotalAmt"] * 100 == record.local.total_cents or record.conflict or record.asked
    ids = [record.remote_id for record in world.records]
    assert len(set(ids)) == len(ids)
    assert set(world.quickbooks.objects) <= set(ids)


def at_rest(world: World) -> None:
    """One more round does nothing at all."""
    writes = [record.writes for record in world.records]
    assert world.settle(1) == 1
    assert world.records
    assert sorted(writes) == sorted(one.writes for one in world.records)


@pytest.mark.parametrize("start", range(*SHORT))
def test_a_company_perturbed_on_both_sides(start: int) -> None:
    for seed in range(start, start + SHORT[2]):
        check(seed)


@pytest.mark.long
@pytest.mark.parametrize("start", range(*LONG))
def test_many_companies_perturbed_on_both_sides(start: int) -> None:
    for seed in range(start, start + LONG[2]):
        check(seed)


def test_a_thousand_companies_reach_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that no company comes to is one of which nothing above says anything."""
    reached: Counter[Row | None] = Counter()

    def counted(state: RecordState) -> act.Action:
        action = plan(state)
        reached[row(state, action)] += 1
        return action

    monkeypatch.setattr(companies, "plan", counted)
    for seed in range(1000):
        check(seed)
    assert set(Row) - reached.keys() == set()


HEADER = {
    Kind.INVOICE: ("customer", "bill_email", "number", "issue_date", "terms", "due_date", "notes", "memo"),
    Kind.CUSTOMER: ("name", "company_name", "phone", "notes", "active"),
    Kind.ITEM: ("name", "sku", "description", "active"),
}
UNIT = {name: "dates" for name in ("issue_date", "terms", "due_date")}
MIRRORED: dict[type, type] = {
    act.UpdateLocal: act.UpdateRemote, act.TrashLocal: act.DeleteRemote, act.VoidLocal: act.VoidRemote,
}  # fmt: skip
MIRRORED |= {there: here for here, there in MIRRORED.items()}


@lru_cache
def agreed_as(kind: Kind) -> Snapshot:
    """What both sides hold before they are moved."""
    mine = {Kind.INVOICE: samples.invoice, Kind.CUSTOMER: samples.customer, Kind.ITEM: samples.item}[kind]()
    return of_remote(kind, Pair(kind, mine).remote)


def symmetric_state(chance: random.Random) -> RecordState:
    """Both sides in one form, so that they can be swapped: header fields, what is put away, ends and voids."""
    kind = chance.choice((Kind.INVOICE, Kind.INVOICE, Kind.CUSTOMER, Kind.ITEM))
    one, sides = agreed_as(kind), list[dict[str, Any]]()
    for _ in range(2):
        now = dict(one)
        for name in chance.sample(HEADER[kind], chance.randrange(3)):
            now[name] = chance.choice(("a", "b")) if name != "active" else False
        presence = Presence.LIVE
        if kind is Kind.INVOICE:
            presence = chance.choice((presence, presence, presence, Presence.VOID, Presence.ENDED))
        sides.append({"now": {**now, "void": presence is Presence.VOID}, "presence": presence})
    here, there = sides
    return RecordState(
        kind=kind,
        now=NOW,
        agreement=Agreement(one, one),
        local=here["now"],
        expected=here["now"],
        local_state=here["presence"],
        remote=there["now"],
        remote_state=there["presence"],
    )


def swapped(state: RecordState) -> RecordState:
    return replace(
        state,
        local=state.remote,
        expected=state.remote,
        remote=state.local,
        local_state=state.remote_state,
        remote_state=state.local_state,
    )


def merged(state: RecordState) -> MergeResult:
    assert state.agreement
    assert state.local
    assert state.remote
    return merge(Sides(state.kind, state.agreement, state.local, state.remote, state.expected))


def units(names: tuple[str, ...], moved: set[str]) -> set[str]:
    """Coupled fields are sent as one and taken field by field: the unit is what mirrors."""
    bill_to = (
        dict.fromkeys(("customer", "bill_email", "bill_address"), "bill_to") if "customer" in moved else {}
    )
    return {{**UNIT, **bill_to}.get(name, name) for name in names}


def check_mirror(seed: int) -> None:
    state = symmetric_state(random.Random(seed))
    mirror = swapped(state)
    if state.local_state is state.remote_state is Presence.LIVE:
        mirrors_fields(state, mirror)
    else:
        mirrors_actions(plan(state), plan(mirror))


@pytest.mark.parametrize("start", range(*SHORT))
def test_swapping_the_sides_mirrors_the_plan(start: int) -> None:
    for seed in range(start, start + SHORT[2]):
        check_mirror(seed)


@pytest.mark.long
@pytest.mark.parametrize("start", range(*LONG))
def test_swapping_the_sides_mirrors_many_plans(start: int) -> None:
    for seed in range(start, start + LONG[2]):
        check_mirror(seed)


def mirrors_fields(state: RecordState, mirror: RecordState) -> None:
    one, other = merged(state), merged(mirror)
    assert state.agreement
    moved = {
        name
        for name in HEADER[state.kind]
        for now in (state.local, state.remote)
        if now and now[name] != state.agreement.local[name]
    }
    assert units(one.theirs, moved) == units(other.ours, moved)
    assert units(one.ours, moved) == units(other.theirs, moved)
    assert set(one.same) == set(other.same)
    assert [conflict.unit for conflict in one.conflicts] == [conflict.unit for conflict in other.conflicts]
    if one.theirs and one.ours and not one.same and not one.conflicts:
        for theirs_first in (plan(state), plan(mirror)):
            assert isinstance(theirs_first, act.UpdateLocal)
    else:
        mirrors_actions(plan(state), plan(mirror))


def mirrors_actions(one: act.Action, other: act.Action) -> None:
    assert MIRRORED.get(type(one), type(one)) is type(other), (one, other)
