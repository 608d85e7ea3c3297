"""A QuickBooks company with several currencies: what is not in US dollars stays where it is, and says so."""

from __future__ import annotations

from collections.abc import Callable

from bookipi_app.models import Customer, Flag, Kind
from tests.engine import person
from tests.engine.test_main_job import lines
from tests.engine.world import World


def test_an_invoice_for_a_customer_in_another_currency_is_not_sent(make_world: Callable[..., World]) -> None:
    """It went out without a currency: refused for a value that nobody can complete here, if not taken as euros."""
    world = make_world(preset="us-multicurrency")
    world.make("Customer", DisplayName="Anna Weiss", CurrencyRef={"value": "EUR"})
    world.make("Customer", DisplayName="Ana Ruiz")
    world.sync()
    world.pass_time(minutes=1)
    euros, dollars = (world.only(Customer, name=name) for name in ("Anna Weiss", "Ana Ruiz"))
    with world.still():
        stays = world.invoice(euros, *lines(("1", "100")), number="INV-7")
        world.sync()
    record = world.record(Kind.INVOICE, local_id=stays.id)
    assert (record.flag, record.cause) == (Flag.NOT_SYNCED, "currency")
    assert record.reason == (
        "QuickBooks keeps this customer in EUR, this invoice is in USD. Choose a customer that QuickBooks keeps in USD."
    )
    goes = world.invoice(dollars, *lines(("1", "100")), number="INV-8")
    world.sync()
    assert person.flag(world, Kind.INVOICE, goes.id) is Flag.SYNCED
    world.edit(stays.id, customer_id=str(dollars.id))
    person.settle(world)
    assert person.flag(world, Kind.INVOICE, stays.id) is Flag.SYNCED
    with world.still():
        world.edit(goes.id, customer_id=str(euros.id))
        world.sync()
    assert world.record(Kind.INVOICE, local_id=goes.id).cause == "currency"
