"""Disconnected, edited on both sides, connected again: the plan is shown, and nothing moves before *Go on*."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, select

from bookipi_app.errors import NotAllowed
from bookipi_app.models import Company, Connection, ConnectionStatus, Customer, Flag, Kind, SyncRecord
from bookipi_app.quickbooks.oauth import TokenPair
from bookipi_app.services import connections, decisions, review
from bookipi_app.services.auth import Who
from bookipi_app.services.connections import Grant
from bookipi_app.services.panel import Panel, panel_of
from bookipi_app.services.review import Changed
from bookipi_app.sync import due
from tests.engine import person
from tests.engine.test_conflicts import linked_customer
from tests.engine.world import WHO, World


def disconnect(world: World) -> None:
    with world.database.transaction() as session:
        connections.request_disconnect(session, world.company_id, world.now)
    world.sync()
    assert world.connection().status is ConnectionStatus.FROZEN


def connect_again(world: World, realm: str = "") -> None:
    """What the callback does, with a fresh grant of the same company, or of another one."""
    realm = realm or world.realm
    grant: Any = world.sandbox.grant(realm, world.now)
    access, refresh = world.now + timedelta(hours=1), world.now + timedelta(days=100)
    pair = TokenPair(grant["access_token"], grant["refresh_token"], access, refresh)
    sealed = world.vault.seal(pair, world.company_id, realm)
    fresh = Grant(realm, "Green Thumb LLC", sealed, access, refresh, "", "", "", "", {}, None)
    with world.database.transaction() as session:
        company = session.get_one(Company, world.company_id)
        who = Who(company.user_id, company.id, "", WHO, "", "US", company.name, True, False)
        world.connection_id = connections.finish(session, who, fresh, world.now).id
        world.realm = realm


def shown(world: World) -> Changed:
    with world.database.reading() as session:
        return review.changed(session, world.company_id, world.now)


def go_on(world: World) -> None:
    with world.database.transaction() as session:
        review.resume(session, world.company_id, now=world.now)
    world.sync()


def edited_on_both_sides(world: World) -> tuple[UUID, str, UUID, str]:
    """One customer edited here alone, one on both sides in the same field; both while disconnected."""
    first, first_there = linked_customer(world, name="Lakeline Homeowners", phone="512 555 0100")
    second, second_there = linked_customer(world, name="Hill Country Brewing", phone="512 555 0200")
    disconnect(world)
    world.customer(first.id, phone="512 555 0100", notes="Gate code 4411")
    world.customer(second.id, name="Hill Country Brewing", phone="512 555 0201")
    world.change("Customer", second_there, PrimaryPhone={"FreeFormNumber": "512 555 0299"})
    world.pass_time(hours=1)
    return first.id, first_there, second.id, second_there


def test_connecting_again_shows_the_plan_and_overwrites_nothing(world: World) -> None:
    _, first_there, second, second_there = edited_on_both_sides(world)
    connect_again(world)
    before = world.writes()
    world.sync()
    assert world.connection().status is ConnectionStatus.REVIEW
    assert {(row.title, row.words) for row in shown(world).rows} == {
        ("Lakeline Homeowners", "Edited here: note. QuickBooks will follow."),
        ("Hill Country Brewing", "Changed on both sides: phone. You will choose; nothing is overwritten."),
    }
    assert world.writes() == before
    assert "Notes" not in world.get("Customer", first_there)
    assert world.get("Customer", second_there)["PrimaryPhone"]["FreeFormNumber"] == "512 555 0299"
    assert world.here(Customer, second).phone == "512 555 0201"


def test_going_on_carries_out_what_was_shown_and_asks_where_both_changed(world: World) -> None:
    first, first_there, second, _ = edited_on_both_sides(world)
    connect_again(world)
    world.sync()
    go_on(world)
    assert world.connection().status is ConnectionStatus.CONNECTED
    assert world.get("Customer", first_there)["Notes"] == "Gate code 4411"
    assert person.flag(world, Kind.CUSTOMER, first) == Flag.SYNCED
    assert person.flag(world, Kind.CUSTOMER, second) == Flag.CONFLICT


def test_an_edit_during_the_review_is_planned_anew(world: World) -> None:
    first, first_there, _, _ = edited_on_both_sides(world)
    connect_again(world)
    world.sync()
    world.customer(first, phone="512 555 0111", notes="Gate code 4411")
    before = world.writes()
    world.sync()
    words = {row.title: row.words for row in shown(world).rows}
    assert words["Lakeline Homeowners"] == "Edited here: phone and note. QuickBooks will follow."
    assert world.writes() == before
    assert world.get("Customer", first_there)["PrimaryPhone"]["FreeFormNumber"] == "512 555 0100"


def test_what_was_made_here_meanwhile_travels_after_going_on(world: World) -> None:
    linked_customer(world)
    disconnect(world)
    made = world.customer(name="Barton Springs Florist")
    connect_again(world)
    world.sync()
    assert [row.title for row in shown(world).rows] == ["Barton Springs Florist"]
    go_on(world)
    assert person.flag(world, Kind.CUSTOMER, made.id) == Flag.SYNCED


def test_nothing_goes_on_before_quickbooks_was_read(world: World) -> None:
    linked_customer(world)
    disconnect(world)
    connect_again(world)
    with pytest.raises(NotAllowed), world.database.transaction() as session:
        review.resume(session, world.company_id, now=world.now)
    assert world.connection().status is ConnectionStatus.REVIEW


def test_a_grant_that_was_lost_and_renewed_needs_no_review(world: World) -> None:
    linked_customer(world)
    with world.database.transaction() as session:
        session.get_one(Connection, world.connection_id).status = ConnectionStatus.RECONNECT
    connect_again(world)
    assert world.connection().status is ConnectionStatus.CONNECTED


def test_a_review_that_was_cut_off_by_a_lost_grant_is_shown_again(world: World) -> None:
    _, first_there, _, _ = edited_on_both_sides(world)
    connect_again(world)
    world.sync()
    with world.database.transaction() as session:
        session.get_one(Connection, world.connection_id).status = ConnectionStatus.RECONNECT
    connect_again(world)
    world.sync()
    assert world.connection().status is ConnectionStatus.REVIEW
    assert shown(world).total == 2
    go_on(world)
    assert world.get("Customer", first_there)["Notes"] == "Gate code 4411"


def test_the_same_edit_on_both_sides_is_agreed_on_without_being_shown(world: World) -> None:
    customer, remote_id = linked_customer(world, phone="512 555 0100")
    disconnect(world)
    world.customer(customer.id, phone="512 555 0101")
    world.change("Customer", remote_id, PrimaryPhone={"FreeFormNumber": "512 555 0101"})
    world.pass_time(hours=1)
    connect_again(world)
    world.sync()
    assert shown(world).rows == ()
    before = world.writes()
    go_on(world)
    assert world.writes() == before
    world.customer(customer.id, phone="512 555 0102")
    world.sync()
    assert person.flag(world, Kind.CUSTOMER, customer.id) == Flag.SYNCED
    assert world.get("Customer", remote_id)["PrimaryPhone"]["FreeFormNumber"] == "512 555 0102"


def test_a_conflict_that_was_open_at_the_disconnection_is_asked_again(world: World) -> None:
    customer, remote_id = linked_customer(world, phone="512 555 0100")
    world.customer(customer.id, phone="512 555 0101")
    world.change("Customer", remote_id, PrimaryPhone={"FreeFormNumber": "512 555 0199"})
    world.sync()
    assert person.flag(world, Kind.CUSTOMER, customer.id) == Flag.CONFLICT
    disconnect(world)
    connect_again(world)
    world.sync()
    [row] = shown(world).rows
    assert row.words == "Changed on both sides: phone. You will choose; nothing is overwritten."
    go_on(world)
    assert person.flag(world, Kind.CUSTOMER, customer.id) == Flag.CONFLICT
    person.choose(world, Kind.CUSTOMER, customer.id, phone="theirs")
    person.settle(world)
    assert world.here(Customer, customer.id).phone == "512 555 0199"


def test_a_connection_under_review_is_woken_to_read_and_then_left_alone(world: World) -> None:
    linked_customer(world)
    disconnect(world)
    connect_again(world)
    world.sync()
    for minutes, expected in ((0, []), (2, [world.connection_id])):  # the feed is due every minute
        world.pass_time(minutes=minutes)
        with world.database.reading() as session:
            assert [one for one, _ in due.connections(session, world.now)] == expected


def test_after_forty_days_the_review_still_shows_what_changed(world: World) -> None:
    customer, remote_id = linked_customer(world, phone="512 555 0100")
    disconnect(world)
    world.change("Customer", remote_id, PrimaryPhone={"FreeFormNumber": "512 555 0199"})
    world.pass_time(days=40)
    connect_again(world)
    world.sync()
    assert [row.words for row in shown(world).rows] == [
        "Edited in QuickBooks: phone. It will be changed here."
    ]
    assert world.here(Customer, customer.id).phone == "512 555 0100"
    go_on(world)
    assert world.here(Customer, customer.id).phone == "512 555 0199"


def links(world: World, connection_id: UUID) -> dict[UUID | None, tuple[str | None, Flag]]:
    with world.database.reading() as session:
        found = session.exec(select(SyncRecord).where(SyncRecord.connection_id == connection_id))
        return {one.local_id: (one.remote_id, one.flag) for one in found}


def test_another_quickbooks_company_starts_afresh_and_leaves_the_old_links_frozen(
    make_world: Callable[..., World],
) -> None:
    world = make_world(place=1)
    first, other = world.realm, world.sandbox.realms[0]
    customer, remote_id = linked_customer(world, phone="1")
    old = world.connection_id
    disconnect(world)
    frozen = links(world, old)
    assert frozen == {customer.id: (remote_id, Flag.FROZEN)}
    world.pass_time(hours=1)
    connect_again(world, other)
    assert world.connection_id != old
    assert world.connection().status is ConnectionStatus.CONNECTED  # nothing to review: it is new
    world.sync()
    world.customer(customer.id, name=customer.name, phone="2")
    world.sync()
    assert links(world, old) == frozen
    assert links(world, world.connection_id).get(customer.id, ("", None))[0] in (None, "")
    assert [row for row in world.all("Customer") if row["DisplayName"] == customer.name] == []
    with world.database.transaction() as session:
        assert _panel(world, session, customer.id).may_sync
        decisions.sync_this(session, world.company_id, Kind.CUSTOMER, customer.id, now=world.now)
    world.sync()
    assert [row["PrimaryPhone"]["FreeFormNumber"] for row in world.all("Customer")
            if row["DisplayName"] == customer.name] == ["2"]  # fmt: skip
    assert links(world, old) == frozen
    disconnect(world)
    world.pass_time(hours=1)
    connect_again(world, first)
    assert world.connection_id == old
    world.sync()
    assert [row.words for row in shown(world).rows] == ["Edited here: phone. QuickBooks will follow."]
    go_on(world)
    assert world.get("Customer", remote_id)["PrimaryPhone"]["FreeFormNumber"] == "2"


def test_a_frozen_record_shows_its_state_of_then_and_may_be_edited(world: World) -> None:
    customer, remote_id = linked_customer(world, phone="1")
    disconnect(world)
    with world.still():
        world.customer(customer.id, name=customer.name, phone="2")
        world.pass_time(days=2)
        world.sync()
    with world.database.reading() as session:
        panel = _panel(world, session, customer.id)
    assert (panel.flag, panel.flag_words) == ("frozen", "Frozen · Nov 22")
    assert "Frozen since Nov 22" in panel.reason
    assert "edited here since" in panel.reason
    assert (panel.may_sync, panel.may_hurry, panel.asks.question, panel.conflict) == (False, False, "", "")
    assert panel.history[0].words == "Phone changed"
    assert remote_id in panel.link


def _panel(world: World, session: Session, customer_id: UUID) -> Panel:
    return panel_of(session, Kind.CUSTOMER, session.get_one(Customer, customer_id), now=world.now)
