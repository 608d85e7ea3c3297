"""An answer that makes no sense here: what it is about fails alone, and everything else goes on."""

from __future__ import annotations

import httpx
import pytest

from bookipi_app.models import Customer, Flag, Kind
from bookipi_app.sync import rounds
from tests.engine import person
from tests.engine.bulk import ask_for, batches, flags, names_there
from tests.engine.test_bad_input import plain, spoil
from tests.engine.test_main_job import lines
from tests.engine.test_old_attempts import lose_answers
from tests.engine.world import World


def spoil_next(world: World) -> None:
    """From now on the second client is told with a phone number that is none."""
    text = b'"DisplayName":"Client 0001"'

    def told(_method: str, _path: str, response: httpx.Response) -> httpx.Response:
        spoilt = response.content.replace(text, text + b',"PrimaryPhone":{"FreeFormNumber":12}')
        return httpx.Response(response.status_code, headers=plain(response), content=spoilt)

    world.after_request = told


@pytest.mark.parametrize(("count", "path"), [(2, "customer"), (10, "batch")])
def test_what_was_made_is_linked_and_says_so_and_the_others_are_synced(
    world: World, count: int, path: str
) -> None:
    """It ended the run, and the next one: nothing of the company travelled any more."""
    ids = ask_for(world, count)
    spoil_next(world)
    world.run()
    assert world.count()[f"POST {path}"] == (1 if path == "batch" else count)
    assert flags(world, [*ids[:1], *ids[2:]]) == {Flag.SYNCED}
    record = world.record(Kind.CUSTOMER, local_id=ids[1])
    assert (record.flag, record.reason) == (Flag.ATTENTION, rounds.UNREADABLE)
    with world.still():
        world.sync()
    assert len(names_there(world)) == len(set(names_there(world))) == count


def test_once_it_can_be_read_it_is_compared_and_agreed(world: World) -> None:
    ids = ask_for(world, 10)
    spoil_next(world)
    world.sync()
    world.after_request = None
    remote_id = world.record(Kind.CUSTOMER, local_id=ids[1]).remote_id or ""
    world.change("Customer", remote_id, Notes="Gate code 4411")
    world.pass_time(minutes=1)
    person.settle(world)
    assert flags(world, ids) == {Flag.SYNCED}
    assert world.here(Customer, ids[1]).notes == "Gate code 4411"
    assert (len(batches(world)), len(names_there(world))) == (1, 10)


def test_an_update_whose_answer_cannot_be_read_is_not_sent_again(world: World) -> None:
    customer = world.customer(name="Ana Ruiz", phone="1")
    world.sync()
    remote_id = world.record(Kind.CUSTOMER, local_id=customer.id).remote_id or ""
    spoil(world, remote_id, Notes=7)
    world.customer(customer.id, name="Ana Ruiz", phone="2")
    world.run()
    assert person.flag(world, Kind.CUSTOMER, customer.id) is Flag.ATTENTION
    with world.still():
        world.sync()
    world.after_request = None
    world.change("Customer", remote_id, Notes="Gate code 4411")
    world.pass_time(minutes=1)
    person.settle(world)
    assert person.flag(world, Kind.CUSTOMER, customer.id) is Flag.SYNCED
    here = world.here(Customer, customer.id)
    assert (here.phone, here.notes) == ("2", "Gate code 4411")
    assert world.get("Customer", remote_id)["PrimaryPhone"]["FreeFormNumber"] == "2"


@pytest.mark.parametrize("kind", [Kind.CUSTOMER, Kind.INVOICE])
def test_what_is_found_of_a_lost_creation_and_cannot_be_read_is_linked_and_says_so(
    world: World, kind: Kind
) -> None:
    """It ended every run, as long as it stood there so."""
    entity = kind.value.capitalize()
    customer = world.customer(name="Ana Ruiz")
    if kind is Kind.INVOICE:
        world.sync()
    ours = (
        customer if kind is Kind.CUSTOMER else world.invoice(customer, *lines(("1", "100")), number="INV-7")
    )
    lose_answers(world, kind.value, arrives=True)
    made = max(world.all(entity), key=lambda row: int(row["Id"]))["Id"]
    spoil(world, made, **({"Notes": 7} if kind is Kind.CUSTOMER else {"DueDate": "yesterday"}))
    world.sync(8)
    record = world.record(kind, local_id=ours.id)
    assert (record.remote_id, record.flag, record.reason) == (made, Flag.ATTENTION, rounds.UNREADABLE)
    other = world.customer(name="Ben Okafor")
    world.sync()
    assert person.flag(world, Kind.CUSTOMER, other.id) is Flag.SYNCED
