"""What the simulation found: each a small story, told without chance."""

from __future__ import annotations

from bookipi_app.errors import TryLater
from bookipi_app.models import Customer, Flag, Invoice, Kind
from bookipi_app.services import activity, customers
from bookipi_app.services.invoice_form import LineForm
from tests.engine import bookkeeper, person
from tests.engine.test_main_job import lines
from tests.engine.world import WHO, World


def test_one_of_ours_that_was_refused_is_linked_when_the_same_arrives(world: World) -> None:
    """Its record made room for the arriving one: what had been sent for it forbade that, and ended every run."""
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


def test_one_archived_before_it_travelled_keeps_its_record_when_the_same_arrives(world: World) -> None:
    """The arriving customer became a new one here and took the record over: ours had no flag and no reason any more."""
    customer = world.customer(name="Both Sides")
    with world.database.transaction() as session:
        customers.archive(session, world.company_id, customer.id, now=world.now, who=WHO)
    remote_id = world.make("Customer", DisplayName="Both Sides")["Id"]
    world.pass_time(seconds=61)
    world.sync()
    ours = world.record(Kind.CUSTOMER, local_id=customer.id)
    assert (ours.flag, ours.remote_id) == (Flag.NOT_SYNCED, None)
    assert ours.reason
    theirs = world.record(Kind.CUSTOMER, remote_id=remote_id)
    assert theirs.flag is Flag.SYNCED
    assert world.here(Customer, theirs.local_id).active  # pyright: ignore[reportArgumentType]


def test_a_person_may_try_again_as_often_as_they_like(world: World) -> None:
    """Each refusal counted as a look that changes nothing: the thirteenth was put off for a minute."""
    customer, item = world.customer(), world.item()
    world.sync()
    invoice = world.invoice(
        customer, LineForm(item_id=str(item.id), description="Work", quantity="1", price="10")
    )
    remote_item = world.record(Kind.ITEM, local_id=item.id).remote_id or ""
    world.sync()
    world.sandbox.switches.change({"webhook_delay": 9999})
    world.change("Item", remote_item, Active=False)
    world.edit(invoice.id, notes="Again", shipping="5.00")
    for _ in range(14):
        world.run()
        record = world.record(Kind.INVOICE, local_id=invoice.id)
        assert (record.flag, record.due_at) == (Flag.ATTENTION, None)
        person.retry(world, Kind.INVOICE, invoice.id)


def test_what_was_wrong_is_not_said_any_more_once_a_person_has_ended_the_pause(world: World) -> None:
    """*Sync now* ended the pause and not its sentence, which then stood on the card for ever."""

    def busy(_method: str, _path: str) -> None:
        world.before_request = None
        raise TryLater("QuickBooks did not answer.")

    world.customer(name="Ada")
    world.before_request = busy
    world.run()
    assert world.connection().problem == "QuickBooks did not answer."
    with world.database.transaction() as session:
        activity.sync_now(session, world.company_id, now=world.now)
    world.run()
    assert (world.connection().problem, world.connection().paused_until) == ("", None)


def test_theirs_of_the_money_takes_no_shipping_where_they_have_none(world: World) -> None:
    """Ours stayed on it, as if it had travelled as a line: the totals differed at once."""
    invoice = world.invoice(world.customer(), *lines(("1", "100")))
    world.sync()
    world.pass_time(minutes=1)
    remote_id = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    world.edit(invoice.id, shipping="5.00")
    bookkeeper.set_price(world, remote_id, 120)
    world.pass_time(seconds=6)
    world.sync()
    person.choose(world, Kind.INVOICE, invoice.id, money="theirs")
    person.settle(world)
    taken = world.here(Invoice, invoice.id)
    assert (taken.shipping_cents, taken.total_cents) == (0, 12000)
    assert person.flag(world, Kind.INVOICE, invoice.id) is Flag.SYNCED
