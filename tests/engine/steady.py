"""What a connection costs once it is quiet: fixed doings, counted by QuickBooks itself.

The sandbox meters reads as Intuit does. What they were for is in our own counts; the two have to agree. Shared by
`test_steady_state` and `make bench`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import httpx
from sqlmodel import select

from bookipi_app.models import Invoice, ReadCount
from tests.engine.bulk import ask_for
from tests.engine.test_main_job import lines
from tests.engine.world import World

EDITS, BURST = 100, 100
FEED = timedelta(minutes=15)  # as where webhooks arrive


@dataclass(frozen=True)
class Cost:
    """The realm's writes, the app's metered reads, and those by what they were for."""

    writes: int
    reads: int
    by_purpose: dict[str, int]

    @property
    def event_reads(self) -> int:
        """Reads that an event or a person caused: what the sandbox metered, without floor, start and recovery."""
        return self.reads - sum(count for name, count in self.by_purpose.items() if name != "event")

    def since(self, before: Cost) -> Cost:
        """What has been added."""
        purposes = {name: count - before.by_purpose.get(name, 0) for name, count in self.by_purpose.items()}
        return Cost(self.writes - before.writes, self.reads - before.reads, purposes)


def cost(world: World) -> Cost:
    """All that the app has cost until now."""
    with world.database.reading() as session:
        purposes: dict[str, int] = {}
        for one in session.exec(select(ReadCount)):
            purposes[one.purpose] = purposes.get(one.purpose, 0) + one.count
    metered = sum(
        count for month, count in world.sandbox.world.metered.items() if month.startswith("client ")
    )
    return Cost(world.sandbox.world.counters[world.realm].get("writes", 0), metered, purposes)


def local_edits(world: World) -> tuple[Cost, Invoice]:
    """A hundred edits here, of a customer and an invoice in turn, with their echoes."""
    world.feed_interval = FEED
    customer = world.customer()
    invoice = world.invoice(customer, *lines(("1", "100")))
    world.sync()
    before = cost(world)
    for number in range(EDITS):
        if number % 2:
            world.edit(invoice.id, notes=f"Round {number}")
        else:
            world.customer(customer.id, name=customer.name, phone=f"512 555 0{number:03}")
        world.run()
        world.pass_time(seconds=7)
        world.deliver()
        world.run()
    return cost(world).since(before), invoice


def remote_burst(world: World) -> Cost:
    """A hundred edits there within a minute, told in deliveries of ten."""
    world.feed_interval = FEED
    made = [world.make("Customer", DisplayName=f"There {number:03}") for number in range(BURST)]
    world.sync()
    before = cost(world)
    with world.still():
        for number, one in enumerate(made):
            world.change("Customer", one["Id"], Notes=f"Edited {number}")
            if number % 10 == 9:
                world.pass_time(seconds=6)
                world.deliver()
                world.run()
        world.sync()
    return cost(world).since(before)


@dataclass(frozen=True)
class Day:
    """A whole day by the calendar on which nothing happens."""

    reads: float
    floor: int
    others: int
    linked: int

    @property
    def target(self) -> float:
        """Change feed, daily comparison and pre-flight."""
        return 110 + self.linked / 1000


def quiet_day(world: World) -> Day:
    """A day between readings of the feed every 15 minutes, with one comparison of the books and one pre-flight."""
    world.feed_interval = FEED
    older = ask_for(world, 40)
    some = [world.invoice(world.customer(name=f"New {at}"), *lines(("1", "10"))) for at in range(10)]
    world.sync()
    begun, before = world.now, cost(world)
    day_one = world.now.date() + timedelta(days=1)
    with world.still():
        while world.now.date() <= day_one:
            world.pass_time(minutes=5)
            world.deliver()
            world.run()
    with world.database.reading() as session:
        counts = {
            one.purpose: one.count for one in session.exec(select(ReadCount).where(ReadCount.day == day_one))
        }
    reads = cost(world).since(before).reads * timedelta(days=1) / (world.now - begun)
    return Day(reads, counts.pop("floor"), sum(counts.values()), len(older) + 2 * len(some))


def recovery(world: World) -> Cost:
    """A worker is away for 40 days, and comes back with a creation whose answer was lost."""
    world.feed_interval = FEED
    world.sync()
    world.customer(name="Ana Ruiz")

    def cut(method: str, target: str, response: httpx.Response) -> httpx.Response:
        if method == "POST" and "/customer" in target:
            raise httpx.ReadError("cut")
        return response

    world.after_request = cut
    world.run()
    world.after_request = None
    before = cost(world)
    world.pass_time(days=40)
    world.sync()
    return cost(world).since(before)
