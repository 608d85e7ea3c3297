"""`bookipi plan`: says what the engine would do, and does nothing."""

from __future__ import annotations

from bookipi_app.models import Kind
from bookipi_app.sync.foretelling import tell
from tests.engine.test_conflicts import linked_customer
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
        "2 would be done. Nothing was.",
    ]
    assert (world.writes(), world.record(Kind.CUSTOMER, local_id=customer.id).model_dump()) == before
    assert world.get("Customer", remote_id)["PrimaryPhone"]["FreeFormNumber"] == "512 555 0100"


def test_a_quiet_company_has_nothing_to_do(world: World) -> None:
    linked_customer(world)
    assert told(world, str(world.company_id))[1][-1] == "Nothing to do."


def test_an_unknown_company_is_said(world: World) -> None:
    assert told(world, "Nobody & Co.") == (1, ["No company 'Nobody & Co.'."])
