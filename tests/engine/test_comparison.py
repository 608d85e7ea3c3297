"""Do the books agree? Every linked record is compared; what differs is news, and nothing is overwritten by looking."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update
from sqlmodel import col

from bookipi_app import exactjson
from bookipi_app.models import Connection, Customer, Flag, Invoice, Kind
from bookipi_app.services import books_agree
from bookipi_app.sync import comparison
from tests.engine import bookkeeper, person
from tests.engine.person import after_undo
from tests.engine.test_deaths import run_into_death
from tests.engine.test_main_job import lines
from tests.engine.world import Killed, World


def compare(world: World) -> dict[str, Any]:
    """Ask for a comparison as the page does, and let it run; its result."""
    with world.database.transaction() as session:
        books_agree.ask(session, world.company_id, world.now)
    world.pass_time(seconds=1)
    world.run()
    found = world.connection().comparison
    assert found is not None
    return found


def some_records(world: World) -> list[Any]:
    """A customer, an item and two invoices on both sides; the timers rest for long."""
    world.feed_interval = timedelta(days=20)
    customer, item = world.customer(email="office@cedar-lane.example"), world.item()
    made = [world.invoice(customer, *lines(("1", price))) for price in ("100", "19.99")]
    world.sync()
    world.pass_time(minutes=5)
    return [customer, item, *made]


def unheard(world: World) -> None:
    """Webhooks that are due are sent to nobody."""
    world.pass_time(seconds=10)
    for delivery in world.sandbox.due_webhooks(world.now):
        world.sandbox.delivered(delivery, 200, world.now)


def test_books_that_agree_say_so_with_the_number(world: World) -> None:
    some_records(world)
    with world.still():
        found = compare(world)
    assert (found["compared"], found["differing"], found["list"]) == (4, 0, [])
    with world.database.reading() as session:
        view = books_agree.last(session, world.company_id, world.now)
    assert view.words == "4 compared, 0 differ"
    assert not view.running


def test_what_changed_there_unheard_is_listed_and_arrives(world: World) -> None:
    records = some_records(world)
    remote_id = world.record(Kind.INVOICE, local_id=records[2].id).remote_id or ""
    world.change("Invoice", remote_id, PrivateNote="From the books")
    unheard(world)
    with world.still():
        found = compare(world)
    assert (found["compared"], found["differing"]) == (4, 1)
    [one] = found["list"]
    assert (one["local_id"], one["words"]) == (str(records[2].id), "Changed in QuickBooks: memo.")
    with world.database.reading() as session:
        view = books_agree.last(session, world.company_id, world.now)
    assert view.words == "4 compared, 1 differs"
    assert [(row.title, row.href) for row in view.rows] == [(records[2].number, f"/invoices/{records[2].id}")]
    assert world.here(Invoice, records[2].id).memo == "From the books"
    assert compare(world)["differing"] == 0


def test_what_changed_here_unmarked_is_listed_and_travels(world: World) -> None:
    customer = some_records(world)[0]
    with world.database.transaction() as session:
        changed = {"phone": "512 555 0177", "version": Customer.version + 1}
        session.exec(update(Customer).where(col(Customer.id) == customer.id).values(**changed))
    found = compare(world)
    assert [one["words"] for one in found["list"]] == ["Changed here: phone."]
    there = world.get("Customer", world.record(Kind.CUSTOMER, local_id=customer.id).remote_id or "")
    assert there["PrimaryPhone"]["FreeFormNumber"] == "512 555 0177"


def test_what_a_person_must_decide_stays_listed_and_untouched(world: World) -> None:
    customer = some_records(world)[0]
    remote_id = world.record(Kind.CUSTOMER, local_id=customer.id).remote_id or ""
    world.change("Customer", remote_id, CompanyName="Theirs")
    world.customer(customer.id, name=customer.name, email=customer.email, company_name="Ours")
    world.sync()
    assert world.record(Kind.CUSTOMER, local_id=customer.id).flag is Flag.CONFLICT
    for _ in range(2):
        with world.still():
            found = compare(world)
        assert "changed on both sides" in found["list"][0]["words"].lower()
        assert found["differing"] == 1
    assert world.record(Kind.CUSTOMER, local_id=customer.id).flag is Flag.CONFLICT


def test_what_is_on_its_way_is_not_called_different(world: World) -> None:
    customer = some_records(world)[0]
    world.customer(customer.id, name=customer.name, email=customer.email, phone="512 555 0100")
    world.sandbox.troubles.order({"answer": "system", "method": "POST", "count": 2})
    for _ in range(2):
        world.run()
        with world.database.transaction() as session:
            session.get_one(Connection, world.connection_id).paused_until = None
        world.pass_time(seconds=1)
    world.now -= timedelta(seconds=1)
    found = compare(world)
    assert (found["compared"], found["differing"], found["waiting"]) == (4, 0, 1)


def test_lesson_16_a_deletion_that_nobody_heard_of_is_found(world: World) -> None:
    records = some_records(world)
    remote_id = world.record(Kind.INVOICE, local_id=records[2].id).remote_id or ""
    token = world.get("Invoice", remote_id)["SyncToken"]
    world.there("POST", "/invoice?operation=delete", {"Id": remote_id, "SyncToken": token})
    unheard(world)
    found = compare(world)
    assert [one["words"] for one in found["list"]] == ["Deleted in QuickBooks."]
    assert world.here(Invoice, records[2].id).trashed_at is not None


def test_one_reading_that_lacks_a_record_concludes_nothing(world: World) -> None:
    records = some_records(world)
    remote_id = world.record(Kind.INVOICE, local_id=records[2].id).remote_id or ""
    world.after_request = without(world, remote_id, times=2)
    assert compare(world)["differing"] == 0
    assert world.here(Invoice, records[2].id).trashed_at is None


def without(world: World, remote_id: str, times: int) -> Any:
    """So many answers about invoices overlook one of them."""
    left = times

    def answered(method: str, path: str, response: httpx.Response) -> httpx.Response:
        nonlocal left
        if "FROM+Invoice" not in path or not left:
            return response
        left -= 1
        answer: Any = exactjson.loads(response.content)
        rows = answer["QueryResponse"].get("Invoice", [])
        answer["QueryResponse"]["Invoice"] = [row for row in rows if row["Id"] != remote_id]
        return httpx.Response(200, headers=response.headers, content=exactjson.dumps(answer).encode())

    return answered


def test_an_empty_answer_ends_nothing(world: World) -> None:
    world.feed_interval = timedelta(days=20)
    customer = world.customer()
    made = [world.invoice(customer, *lines(("1", str(number + 1)))) for number in range(12)]
    world.sync()

    def empty(method: str, path: str, response: httpx.Response) -> httpx.Response:
        body = b'{"QueryResponse":{},"time":"2026-11-22T08:00:00.000-08:00"}'
        return httpx.Response(200, content=body) if "FROM+Invoice" in path else response

    world.after_request = empty
    found = compare(world)
    assert {one["words"] for one in found["list"]} == {comparison.NOT_CONCLUDED}
    assert all(world.here(Invoice, one.id).trashed_at is None for one in made)


def test_older_records_are_compared_by_their_ids(world: World) -> None:
    world.feed_interval = timedelta(days=20)
    older = world.all("Customer")[0]
    world.make("Invoice", CustomerRef={"value": older["Id"]}, DocNumber="QB-9",
               Line=[{"Amount": 120, "DetailType": "SalesItemLineDetail",
                      "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "Qty": 4, "UnitPrice": 30}}])  # fmt: skip
    world.sync()
    world.change("Customer", older["Id"], Notes="Older, and linked")
    unheard(world)
    found = compare(world)
    assert [one["words"] for one in found["list"]] == ["Changed in QuickBooks: note."]


def test_a_worker_that_dies_goes_on_where_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    some_records(world)
    steps, really = 0, comparison._store

    def dying(*arguments: Any) -> None:
        nonlocal steps
        steps += 1
        if steps == 3:
            raise Killed
        really(*arguments)

    monkeypatch.setattr(comparison, "_store", dying)
    with world.database.transaction() as session:
        books_agree.ask(session, world.company_id, world.now)
    run_into_death(world)
    pages = len([one for one in world.requests if "FROM+Customer" in one[1]])
    world.run()
    assert (world.connection().comparison or {})["compared"] == 4
    assert len([one for one in world.requests if "FROM+Customer" in one[1]]) == pages


def test_a_save_goes_before_the_rest_of_a_comparison(world: World) -> None:
    customer = some_records(world)[0]
    seen: list[str] = []

    def watch(method: str, path: str) -> None:
        seen.append(method)
        if len(seen) == 1:
            world.customer(customer.id, name=customer.name, email=customer.email, phone="512 555 0111")

    world.before_request = watch
    compare(world)
    assert seen[:2] == ["GET", "POST"]


def test_what_a_person_is_asked_about_and_is_equal_does_not_count_as_differing(world: World) -> None:
    """An invoice that came back because it is paid there, and one that may be there twice, are alike on both sides."""
    records = some_records(world)
    remote_id = world.record(Kind.INVOICE, local_id=records[2].id).remote_id or ""
    bookkeeper.pay(world, remote_id)
    there = world.get("Invoice", remote_id)
    sold = [line for line in there["Line"] if "SalesItemLineDetail" in line]
    world.make(
        "Invoice",
        CustomerRef=there["CustomerRef"],
        DocNumber="QB-9",
        TxnDate=there["TxnDate"],
        Line=[{key: value for key, value in line.items() if key not in ("Id", "LineNum")} for line in sold],
    )
    world.feed_interval = timedelta(seconds=60)
    world.sync()
    person.trash(world, records[2].id)
    after_undo(world)
    double = world.only(Invoice, number="QB-9")
    assert person.flag(world, Kind.INVOICE, double.id) == Flag.ATTENTION
    assert person.flag(world, Kind.INVOICE, records[2].id) == Flag.ATTENTION
    with world.still():
        found = compare(world)
    assert (found["compared"], found["differing"], found["list"]) == (6, 0, [])
    assert person.flag(world, Kind.INVOICE, double.id) == Flag.ATTENTION
    assert person.flag(world, Kind.INVOICE, records[2].id) == Flag.ATTENTION
