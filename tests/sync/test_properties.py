"""What must hold whatever happens: seeded companies, perturbed on both sides, planned until quiet."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pytest

from bookipi_app.models.record import Kind, Side
from bookipi_app.sync import actions as act
from bookipi_app.sync.merge import MergeResult, Sides, merge
from bookipi_app.sync.plan import Presence, RecordState, plan
from bookipi_app.sync.records import LocalInvoice
from bookipi_app.sync.snapshot import Agreement, Snapshot, of_remote
from tests.sync import moves
from tests.sync.samples import NOW, Pair, invoice
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
    world.settle()
    for record in world.records:
        if record.conflict is None:
            survives(world, record)
            assert not world.differs(record), (seed, plan(world.state(record)))
    nothing_vanished(world)
    at_rest(world)
    while world.choose():
        world.settle()
    at_rest(world)
    for record in world.records:
        assert not world.differs(record), (seed, plan(world.state(record)))


def survives(world: World, record: Record) -> None:
    """An edit on one side alone is on both sides now, unless its record was ended."""
    if record.ends or record.local is None:
        return
    state = world.state(record)
    assert state.local
    assert state.remote
    for side, other in ((Side.HERE, Side.QUICKBOOKS), (Side.QUICKBOOKS, Side.HERE)):
        for name, value in record.edits[side].items():
            if name in record.edits[other]:
                asked_or_agreed(record, name, value, record.edits[other][name])
                continue
            for snapshot in (state.local, state.remote):
                assert is_there(snapshot, name, value), (name, value, snapshot)


def asked_or_agreed(record: Record, name: str, one: str, other: str) -> None:
    """Without a conflict, nobody chose between two values for one field: there were none. (Lines merge in parts.)"""
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
            assert obj["TotalAmt"] * 100 == record.local.total_cents or record.conflict
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


HEADER = ("customer", "bill_email", "number", "issue_date", "terms", "due_date", "notes", "memo")
UNIT = {name: "dates" for name in ("issue_date", "terms", "due_date")}
MIRRORED: dict[type, type] = {
    act.UpdateLocal: act.UpdateRemote, act.TrashLocal: act.DeleteRemote, act.VoidLocal: act.VoidRemote,
}  # fmt: skip
MIRRORED |= {there: here for here, there in MIRRORED.items()}


def symmetric_state(chance: random.Random, one: Snapshot) -> RecordState:
    """Both sides in one form, so that they can be swapped: header fields, ends and voids."""
    sides: list[dict[str, Any]] = []
    for _ in range(2):
        now = dict(one)
        for name in chance.sample(HEADER, chance.randrange(3)):
            now[name] = chance.choice(("a", "b"))
        presence = chance.choice((Presence.LIVE, Presence.LIVE, Presence.LIVE, Presence.VOID, Presence.ENDED))
        sides.append({"now": {**now, "void": presence is Presence.VOID}, "presence": presence})
    here, there = sides
    return RecordState(
        kind=Kind.INVOICE,
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


def check_mirror(seed: int, base: Snapshot) -> None:
    state = symmetric_state(random.Random(seed), base)
    mirror = swapped(state)
    if state.local_state is state.remote_state is Presence.LIVE:
        mirrors_fields(state, mirror)
    else:
        mirrors_ends(plan(state), plan(mirror))


@pytest.fixture(scope="module")
def base() -> Snapshot:
    return of_remote(Kind.INVOICE, Pair(Kind.INVOICE, invoice()).remote)


@pytest.mark.parametrize("start", range(*SHORT))
def test_swapping_the_sides_mirrors_the_plan(start: int, base: Snapshot) -> None:
    for seed in range(start, start + SHORT[2]):
        check_mirror(seed, base)


@pytest.mark.long
@pytest.mark.parametrize("start", range(*LONG))
def test_swapping_the_sides_mirrors_many_plans(start: int, base: Snapshot) -> None:
    for seed in range(start, start + LONG[2]):
        check_mirror(seed, base)


def mirrors_fields(state: RecordState, mirror: RecordState) -> None:
    one, other = merged(state), merged(mirror)
    assert state.agreement
    moved = {
        name
        for name in HEADER
        for now in (state.local, state.remote)
        if now and now[name] != state.agreement.local[name]
    }
    assert units(one.theirs, moved) == units(other.ours, moved)
    assert units(one.ours, moved) == units(other.theirs, moved)
    assert set(one.same) == set(other.same)
    assert [conflict.unit for conflict in one.conflicts] == [conflict.unit for conflict in other.conflicts]


def mirrors_ends(one: act.Action, other: act.Action) -> None:
    assert MIRRORED.get(type(one), type(one)) is type(other), (one, other)
