"""What the simulation found: each a small story, told without chance."""

from __future__ import annotations

from bookipi_app.models import Flag, Kind
from tests.engine.world import World


def test_one_of_ours_that_was_refused_is_linked_when_the_same_arrives(world: World) -> None:
    """Its record was thrown away for the arriving one; what had been sent for it forbade that, and every run ended so."""
    world.sandbox.switches.change({"webhook_delay": 600})
    customer = world.customer(name="Both Sides", email="both@example.com")

    def first(method: str, path: str) -> None:
        if method == "POST" and "/customer" in path:
            world.before_request = None
            world.make("Customer", DisplayName="Both Sides", PrimaryEmailAddr={"Address": "both@example.com"})

    world.before_request = first
    world.run()
    assert world.record(Kind.CUSTOMER, local_id=customer.id).flag is Flag.ATTENTION
    world.pass_time(minutes=11)
    world.sync()
    linked = world.record(Kind.CUSTOMER, local_id=customer.id)
    assert (linked.flag, linked.remote_id) == (Flag.SYNCED, world.all("Customer")[-1]["Id"])
    with world.still():
        world.sync(3)
