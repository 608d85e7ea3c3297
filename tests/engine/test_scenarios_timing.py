"""Things that happen at the wrong moment: during a request, before its answer, while an earlier one is still open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from bookipi_app.models import Flag, Invoice, Kind, RemoteState, Stage
from bookipi_app.sync import feed
from tests.engine import bookkeeper, person
from tests.engine.test_ends_invoices import linked
from tests.engine.test_main_job import lines
from tests.engine.world import World, money


def during(world: World, path: str, act: Callable[[], object]) -> None:
    """Something happens while the next write to this path is under way: QuickBooks did it, and we do not know yet."""

    def answered(method: str, target: str, response: httpx.Response) -> httpx.Response:
        if method == "POST" and f"/{path}?" in target:
            world.after_request = None
            act()
        return response

    world.after_request = answered


def lose_answer(world: World, path: str, *, times: int = 1) -> None:
    """The next writes to this path are carried out, and their answers lost."""
    left = times

    def cut(method: str, target: str, response: httpx.Response) -> httpx.Response:
        nonlocal left
        if method != "POST" or f"/{path}?" not in target or not left:
            return response
        left -= 1
        raise httpx.ReadError("the connection was cut")

    world.after_request = cut


@pytest.mark.parametrize("first", ["create", "update"])
def test_an_edit_during_a_push_travels_next(world: World, first: str) -> None:
    customer = world.customer()
    world.sync()
    invoice = world.invoice(customer, *lines(("1", "100"), ("2", "25")), number="INV-7")
    if first == "update":
        world.sync()
        world.edit(invoice.id, notes="First")
    form = world.form_of(invoice.id)
    second = [replace(form.lines[0], price="110"), form.lines[1]]
    during(world, "invoice", lambda: world.edit(invoice.id, lines=second))
    before = world.count()["POST invoice"]
    person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    assert money(world.get("Invoice", record.remote_id or "")["TotalAmt"]) == 160
    assert (record.flag, world.count()["POST invoice"] - before) == (Flag.SYNCED, 2)
    assert world.here(Invoice, invoice.id).total_cents == 16000


def test_an_edit_there_during_our_push_is_kept_beside_ours(world: World) -> None:
    invoice_id, remote_id = linked(world)
    world.edit(invoice_id, notes="Ours")
    customer = world.get("Invoice", remote_id)["CustomerRef"]
    during(
        world,
        "invoice",
        lambda: world.change("Invoice", remote_id, PrivateNote="Theirs", CustomerRef=customer),
    )
    person.settle(world)
    there = world.get("Invoice", remote_id)
    assert (there["CustomerMemo"]["value"], there["PrivateNote"]) == ("Ours", "Theirs")
    here = world.here(Invoice, invoice_id)
    assert (here.notes, here.memo) == ("Ours", "Theirs")


def test_the_webhook_of_a_creation_comes_before_its_answer_is_recorded(world: World) -> None:
    """Told of it while the answer is open, and again while it is lost: it is ours, and there is one of it."""
    customer = world.customer()
    world.sync()
    before = len(world.all("Invoice"))
    invoice = world.invoice(customer, *lines(("1", "100")), number="INV-7")

    def told() -> None:
        world.pass_time(seconds=10)
        assert world.deliver()
        raise httpx.ReadError("the connection was cut")

    during(world, "invoice", told)
    world.run()
    with world.database.reading():
        assert world.record(Kind.INVOICE, local_id=invoice.id).remote_id is None
    person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    assert (record.flag, len(world.all("Invoice"))) == (Flag.SYNCED, before + 1)
    assert world.only(Invoice, number="INV-7").id == invoice.id
    assert world.record(Kind.INVOICE, remote_id=record.remote_id).id == record.id


def test_a_late_answer_older_than_what_we_hold_moves_nothing_back(world: World) -> None:
    """The repetition of an update is answered with its first answer, from before an edit there that we have read."""
    invoice_id, remote_id = linked(world)
    world.edit(invoice_id, notes="Ours")
    lose_answer(world, "invoice")
    world.run()
    customer = world.get("Invoice", remote_id)["CustomerRef"]
    world.change("Invoice", remote_id, PrivateNote="Theirs, later", CustomerRef=customer)
    newest = int(world.get("Invoice", remote_id)["SyncToken"])
    world.pass_time(seconds=0.2)  # the attempt waits a second before it is repeated
    hear_of_it(world, remote_id)
    held = world.record(Kind.INVOICE, remote_id=remote_id)
    assert (held.remote_token, (held.remote or {})["PrivateNote"]) == (newest, "Theirs, later")
    before = world.writes()
    person.settle(world)
    assert world.writes() == before + 1  # the repetition and nothing else
    record = world.record(Kind.INVOICE, remote_id=remote_id)
    assert (record.remote_token, record.base_token, record.flag) == (newest, newest, Flag.SYNCED)
    here, there = world.here(Invoice, invoice_id), world.get("Invoice", remote_id)
    assert (here.notes, here.memo) == (there["CustomerMemo"]["value"], there["PrivateNote"]) == (
        "Ours", "Theirs, later",
    )  # fmt: skip


def test_a_late_answer_moves_nothing_back_where_nothing_can_be_read_after_it(world: World) -> None:
    """What we hold stays the newest that was ever heard, also until the record is read again."""
    invoice_id, remote_id = linked(world)
    world.edit(invoice_id, notes="Ours")
    lose_answer(world, "invoice")
    world.run()
    customer = world.get("Invoice", remote_id)["CustomerRef"]
    world.change("Invoice", remote_id, PrivateNote="Theirs, later", CustomerRef=customer)
    newest = int(world.get("Invoice", remote_id)["SyncToken"])
    world.pass_time(seconds=0.2)
    hear_of_it(world, remote_id)
    world.pass_time(seconds=5)

    def silent(method: str, _path: str) -> None:
        if method == "GET":
            raise httpx.ReadError("the connection was cut")

    world.before_request = silent
    before = world.writes()
    world.run()
    record = world.record(Kind.INVOICE, remote_id=remote_id)
    assert world.writes() == before + 1
    assert (record.remote_token, (record.remote or {})["PrivateNote"]) == (newest, "Theirs, later")


def hear_of_it(world: World, remote_id: str) -> None:
    """The newest state arrives by itself, whatever else waits."""
    from bookipi_app.sync import lease, observe

    held = lease.take(world.database, world.clock, world.connection_id, "test")
    assert held is not None
    connection = world.connection()
    observe.read_one(held, connection, world.books(connection), Kind.INVOICE, remote_id)
    held.drop()


@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("end", ["trash", "void"])
def test_an_end_while_an_update_is_still_open_waits_for_it(world: World, end: str, arrived: bool) -> None:
    """The update's answer is lost three times, or QuickBooks fails; meanwhile the invoice is ended here."""
    invoice_id, remote_id = linked(world)
    world.edit(invoice_id, notes="Last words")
    if arrived:
        lose_answer(world, "invoice", times=3)
    else:
        world.sandbox.troubles.order({"answer": "system", "method": "POST", "count": 3})
    world.run()
    (person.trash if end == "trash" else person.void)(world, invoice_id)
    world.pass_time(seconds=31)
    for _ in range(4):
        world.pass_time(seconds=20)
        world.sync()
    writes = [path for method, path in world.requests if method == "POST" and "/invoice" in path]
    ends = [path for path in writes if "operation=" in path]
    assert (len(ends), writes.index(ends[0])) == (1, len(writes) - 1)
    record = world.record(Kind.INVOICE, local_id=invoice_id)
    assert record.flag is not Flag.ATTENTION
    if end == "trash":
        assert not bookkeeper.exists(world, remote_id)
        assert (record.remote_state, record.ended) == (RemoteState.GONE, True)
    else:
        assert money(world.get("Invoice", remote_id)["TotalAmt"]) == 0
        assert (world.here(Invoice, invoice_id).stage, record.flag) == (Stage.VOID, Flag.SYNCED)
    with world.still():
        world.sync()


@pytest.mark.parametrize("end", ["delete", "void"])
def test_an_end_there_while_our_update_is_still_open(world: World, end: str) -> None:
    """The update did arrive, so both sides had it when QuickBooks ended the invoice: nothing is asked."""
    invoice_id, remote_id = linked(world)
    world.edit(invoice_id, notes="Last words")
    lose_answer(world, "invoice", times=2)
    world.run()
    (bookkeeper.delete if end == "delete" else bookkeeper.void)(world, remote_id)
    for _ in range(4):
        world.pass_time(seconds=20)
        world.sync()
    here: Invoice = world.here(Invoice, invoice_id)
    assert here.notes == "Last words"
    if end == "delete":
        assert here.trashed_at is not None
    else:
        assert (here.trashed_at, here.stage) == (None, Stage.VOID)
    assert person.flag(world, Kind.INVOICE, invoice_id) is not Flag.CONFLICT


def test_two_edits_during_one_push_travel_as_one(world: World) -> None:
    invoice_id, remote_id = linked(world)

    def twice() -> None:
        world.edit(invoice_id, notes="Second")
        world.edit(invoice_id, notes="Third")

    world.edit(invoice_id, notes="First")
    during(world, "invoice", twice)
    before = world.writes()
    person.settle(world)
    assert world.writes() == before + 2
    assert world.get("Invoice", remote_id)["CustomerMemo"]["value"] == "Third"


def test_after_a_repetition_the_record_is_read_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its answer is the first one, from before an edit there of which neither a webhook nor the feed has told."""
    invoice_id, remote_id = linked(world)
    monkeypatch.setattr(feed, "read", lambda *_: False)
    world.edit(invoice_id, notes="Ours")
    lose_answer(world, "invoice")
    world.run()
    customer = world.get("Invoice", remote_id)["CustomerRef"]
    world.change("Invoice", remote_id, PrivateNote="Theirs, later", CustomerRef=customer)
    for _ in range(3):
        world.pass_time(seconds=20)
        world.sandbox.due_webhooks(world.now)  # lost
        world.run()
    here = world.here(Invoice, invoice_id)
    assert (here.notes, here.memo) == ("Ours", "Theirs, later")
    assert person.flag(world, Kind.INVOICE, invoice_id) is Flag.SYNCED
