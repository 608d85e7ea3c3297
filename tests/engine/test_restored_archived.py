"""Fault 57: what waits in the backup is put away before QuickBooks is heard, and went there meanwhile."""

from __future__ import annotations

import pytest
from sqlmodel import select

from bookipi_app.models import Customer, Flag, Item, Kind
from tests.engine import person
from tests.engine.safe import Safe
from tests.engine.test_ends_lists import set_active
from tests.engine.test_restored_renamed import ENTITIES, made, rename, went_out_and_is_forgotten
from tests.engine.world import World

ADDRESS_BOOK = (Kind.CUSTOMER, Kind.ITEM)
TABLES = {Kind.CUSTOMER: Customer, Kind.ITEM: Item}


def ours(world: World, kind: Kind) -> list[tuple[str, bool]]:
    with world.database.reading() as session:
        rows = session.exec(select(TABLES[kind])).all()
    return [(row.name, row.active) for row in rows]


def named_there(world: World, kind: Kind, name: str) -> str:
    if kind is Kind.CUSTOMER:
        return world.make("Customer", DisplayName=name)["Id"]
    account = {"value": world.income_account()}
    return world.make("Item", Name=name, Type="Service", IncomeAccountRef=account, UnitPrice=60)["Id"]


@pytest.mark.parametrize("kind", ADDRESS_BOOK)
@pytest.mark.parametrize("renamed", [False, True])
def test_it_is_the_same_one_and_put_away_there_too(
    world: World, safe: Safe, kind: Kind, renamed: bool
) -> None:
    local_id, remote_id = went_out_and_is_forgotten(world, safe, kind)
    if renamed:
        rename(world, kind, local_id, "Egret")
    set_active(world, kind, local_id, False)
    world.pass_time(seconds=40)
    person.settle(world)
    record = world.record(kind, local_id=local_id)
    assert (record.remote_id, record.flag) == (remote_id, Flag.SYNCED)
    assert ours(world, kind) == [("Egret" if renamed else "Heron", False)]
    assert not world.get(ENTITIES[kind], remote_id)["Active"]


@pytest.mark.parametrize("kind", ADDRESS_BOOK)
def test_what_quickbooks_put_away_too_stays_put_away(world: World, safe: Safe, kind: Kind) -> None:
    local_id, remote_id = went_out_and_is_forgotten(world, safe, kind)
    set_active(world, kind, local_id, False)
    world.change(ENTITIES[kind], remote_id, Active=False)
    world.pass_time(seconds=40)
    person.settle(world)
    assert [active for _, active in ours(world, kind)] == [False]
    assert not world.get(ENTITIES[kind], remote_id)["Active"]


@pytest.mark.parametrize("kind", ADDRESS_BOOK)
def test_put_away_and_taken_back_nothing_is_put_away(world: World, safe: Safe, kind: Kind) -> None:
    local_id, remote_id = went_out_and_is_forgotten(world, safe, kind)
    set_active(world, kind, local_id, False)
    set_active(world, kind, local_id, True)
    person.settle(world)
    assert world.record(kind, local_id=local_id).remote_id == remote_id
    assert ours(world, kind) == [("Heron", True)]
    assert world.get(ENTITIES[kind], remote_id)["Active"]


@pytest.mark.parametrize("kind", ADDRESS_BOOK)
def test_without_a_restoration_what_is_put_away_is_not_what_arrives_under_its_name(
    world: World, kind: Kind
) -> None:
    local_id = made(world, kind)
    set_active(world, kind, local_id, False)
    there = named_there(world, kind, "Heron")
    world.pass_time(seconds=40)
    person.settle(world)
    assert world.record(kind, remote_id=there).local_id not in (None, local_id)
    assert sorted(ours(world, kind)) == [("Heron", False), ("Heron", True)]
