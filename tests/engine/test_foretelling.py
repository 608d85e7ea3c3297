"""`bookipi plan`: says what the engine would do, and does nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from uuid import UUID

import httpx
import pytest

from bookipi_app.models import Company, Connection, ConnectionStatus, Kind, User
from bookipi_app.sync.foretelling import tell
from bookipi_app.sync.review import UNANSWERED
from tests.engine import bookkeeper, person
from tests.engine.test_conflicts import linked_customer
from tests.engine.test_main_job import lines
from tests.engine.world import World


def told(world: World, company: str = "Cedar & Stone") -> tuple[int, list[str]]:
    said: list[str] = []
    code = tell(company, said.append, world.database, world.now)
    return code, said


def test_each_due_record_says_what_would_be_done_and_nothing_is_done(world: World) -> None:
    customer, remote_id = linked_customer(world, phone="512 555 0100")
    world.customer(name="Barton Springs Florist")
    world.customer(customer.id, phone="512 555 0101")
    before = (world.writes(), world.record(Kind.CUSTOMER, local_id=customer.id).model_dump())
    code, said = told(world)
    assert code == 0
    assert said[1:] == [
        "  customer Lakeline Homeowners: Edited here: phone. QuickBooks will follow.",
        "  customer Barton Springs Florist: Made here meanwhile. It will be linked or created in QuickBooks.",
        "2 records would be looked at. Nothing was done.",
    ]
    assert (world.writes(), world.record(Kind.CUSTOMER, local_id=customer.id).model_dump()) == before
    assert world.get("Customer", remote_id)["PrimaryPhone"]["FreeFormNumber"] == "512 555 0100"


def test_a_quiet_company_has_nothing_to_do(world: World) -> None:
    linked_customer(world)
    assert told(world, str(world.company_id))[1][-1] == "Nothing to do."


def test_an_unknown_company_is_said(world: World) -> None:
    assert told(world, "Nobody & Co.") == (1, ["No company 'Nobody & Co.'."])


def everything(world: World) -> tuple[str, int]:
    """The whole database in text, and how many requests were made."""
    with closing(sqlite3.connect(world.database.url.removeprefix("sqlite:///"))) as file:
        return "\n".join(file.iterdump()), len(world.requests)


def test_with_pending_work_of_every_kind_it_tells_all_and_touches_nothing(world: World) -> None:
    buyers = [world.customer(name=f"Buyer {at}") for at in range(8)]
    made = [world.invoice(buyer, *lines(("1", "100")), number=f"I-{at}") for at, buyer in enumerate(buyers)]
    world.sync(8)
    world.pass_time(minutes=1)
    there = [world.record(Kind.INVOICE, local_id=one.id).remote_id or "" for one in made]
    world.edit(made[0].id, notes="x")
    person.trash(world, made[1].id)
    world.pass_time(seconds=31)
    person.trash(world, made[2].id)
    person.void(world, made[3].id)
    bookkeeper.set_memo(world, there[4], "edited there")
    bookkeeper.delete(world, there[5])
    world.invoice(world.customer(name="Barton Springs Florist"), *lines(("1", "5")), number="I-8")
    world.pass_time(seconds=6)
    world.deliver()
    before = everything(world)
    code, said = told(world)
    assert everything(world) == before
    assert code == 0
    assert said[1:] == [
        "  2 notices from QuickBooks would be read.",
        "  The change feed would be read.",
        "  customer Barton Springs Florist: Made here meanwhile. It will be linked or created in QuickBooks.",
        "  invoice  I-0: Edited here: note. QuickBooks will follow.",
        "  invoice  I-1: In the trash here. It will be deleted in QuickBooks.",
        "  invoice  I-2: In Trash: it can be restored for a moment.",
        "  invoice  I-3: Void here. It will be void in QuickBooks.",
        "  invoice  I-8: Made here meanwhile. It will be linked or created in QuickBooks.",
        "6 records would be looked at. Nothing was done.",
    ]


def test_a_write_without_an_answer_is_told_before_it_is_sent_again(world: World) -> None:
    world.sync()

    def lost(method: str, path: str, response: httpx.Response) -> httpx.Response:
        if method == "POST":
            raise httpx.ReadTimeout("no answer")
        return response

    world.after_request = lost
    world.customer(name="Barton Springs Florist")
    world.run()
    before = everything(world)
    said = told(world)[1]
    assert everything(world) == before
    assert said[1].startswith("  Paused until ")
    assert said[2:] == [
        "  1 write was sent and not answered: it would be sent again.",
        f"  customer Barton Springs Florist: {UNANSWERED}",
        "1 record would be looked at. Nothing was done.",
    ]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (ConnectionStatus.RECONNECT, "  Access has ended: nothing is done until somebody reconnects. Then:"),
        (ConnectionStatus.REVIEW, "  It is under review: nothing is done until somebody goes on. Then:"),
        (ConnectionStatus.DISCONNECTING, "  Access would be given back, and every record frozen as it is."),
    ],
)
def test_a_connection_that_does_not_work_says_that_first(
    world: World, status: ConnectionStatus, words: str
) -> None:
    world.sync()
    with world.database.transaction() as session:
        session.get_one(Connection, world.connection_id).status = status
    assert told(world)[1][1] == words


def test_of_several_companies_of_a_name_none_is_chosen_and_of_an_owner_the_default_one(world: World) -> None:
    with world.database.transaction() as session:
        company = session.get_one(Company, world.company_id)
        user = session.get_one(User, company.user_id)
        other = Company(
            id=UUID(int=1), user_id=user.id, name=company.name, country="US", created_at=world.now
        )
        session.add(other)
        email = user.email
    code, said = told(world)
    assert (code, len(said)) == (1, 3)
    assert said[0] == "2 companies are called 'Cedar & Stone'. Say which one by its id:"
    assert f"  {world.company_id} of {email}" in said
    assert told(world, email)[1][0].startswith("Cedar & Stone and ")
    assert told(world, str(world.company_id))[0] == 0
