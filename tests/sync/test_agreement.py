"""A choice of ours wins over all that they changed in the same coupled group, and nothing is left half agreed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bookipi_app.models.record import Kind
from bookipi_app.sync import agreement as agreements
from bookipi_app.sync import mapping
from bookipi_app.sync.actions import AdvanceAgreement, Choice, Quiet, UpdateLocal, UpdateRemote
from bookipi_app.sync.plan import OpenConflict, plan
from bookipi_app.sync.records import LocalInvoice
from bookipi_app.sync.snapshot import Agreement
from tests.sync.samples import Pair, changed, customer, invoice


def choose_ours(one: Pair, unit: str) -> None:
    """Answer the open conflict with ours, and carry out what the planner makes of it until it is quiet."""
    state = one.state()
    action = plan(replace(state, conflict=OpenConflict(*state.pair, {unit: Choice.OURS})))
    assert isinstance(action, AdvanceAgreement)
    assert state.local
    one.agreement = agreements.after_advance(action, one.agreement, state.local, one.remote)
    state = one.state()
    update = plan(state)
    assert isinstance(update, UpdateRemote)
    assert state.local
    rendered = mapping.render_update(
        one.kind, update.fields, one.local, one.remote, one.agreement, one.context
    )
    reply = one.quickbooks.update(rendered.body)
    one.agreement = agreements.after_update(
        one.kind,
        update.fields,
        one.agreement,
        state.local,
        state.remote,
        rendered.body,
        rendered.line_ids,
        reply,
    )
    assert plan(one.state()) == Quiet()


def conflict(**ours: Any) -> Pair:
    one = Pair(Kind.INVOICE, invoice())
    one.local = changed(invoice(), **ours)
    return one


def test_our_customer_stays_where_only_our_email_was_edited() -> None:
    one = conflict(bill_email="new@lane.test")
    one.quickbooks.edit(one.id, CustomerRef={"value": "902"})
    choose_ours(one, "bill_to")
    assert (one.remote["CustomerRef"], one.remote["BillEmail"]) == (
        {"value": "901"},
        {"Address": "new@lane.test"},
    )


def test_our_lines_stay_where_only_our_shipping_was_edited() -> None:
    one = conflict(shipping_cents=500)
    lines = [dict(line) for line in one.remote["Line"]]
    lines[0]["Description"] = "Theirs"
    one.quickbooks.edit(one.id, Line=lines)
    choose_ours(one, "money")
    assert [line.get("Description") for line in one.remote["Line"]][:3] == ["Work 1", "Work 2", "Work 3"]


def test_lines_that_are_still_to_be_taken_show_what_was_edited_of_them_after_an_answer() -> None:
    one = Pair(Kind.INVOICE, invoice())
    lines = [dict(line) for line in one.remote["Line"]]
    lines[0]["Description"] = "Theirs"
    one.quickbooks.edit(one.id, Line=lines)
    one.local = changed(invoice(), notes="Ours")
    state, then = one.state(), one.agreement
    assert state.local
    rendered = mapping.render_update(one.kind, ("notes",), one.local, one.remote, then, one.context)
    reply = one.quickbooks.update(rendered.body)
    one.agreement = agreements.after_update(
        one.kind, ("notes",), then, state.local, state.remote, rendered.body, rendered.line_ids, reply
    )
    assert one.agreement.lines == then.lines
    action = plan(one.state())
    assert isinstance(action, UpdateLocal)
    taken = mapping.take(one.kind, action.fields, one.local, one.remote, one.agreement, one.context)
    assert isinstance(taken.local, LocalInvoice)
    assert [line.description for line in taken.local.lines] == ["Theirs", "Work 2", "Work 3"]


def sent_as(name: str) -> Agreement:
    """A customer, "Bo Hill" here, became active there, and this name was sent with that."""
    one = Pair(Kind.CUSTOMER, customer())
    agreement, rendered = one.agreement, {**one.agreement.local, "name": "Bo Hill"}
    head = {"Id": one.id, "SyncToken": one.remote["SyncToken"], "sparse": True}
    sent = {**head, "DisplayName": name, "Active": True}
    reply = one.quickbooks.update(sent)
    return agreements.after_update(one.kind, ("active",), agreement, rendered, None, sent, (), reply)


def test_a_temporary_name_is_agreed_there_and_leaves_ours_open_whatever_it_becomes() -> None:
    agreed = sent_as("Bo Hill (renaming)")
    assert ("name" in agreed.local, agreed.remote["name"]) == (False, "Bo Hill (renaming)")


def test_the_name_that_what_becomes_active_again_carries_is_no_temporary_one() -> None:
    assert "name" in sent_as("Bo Hill").local


def test_a_number_that_quickbooks_gives_in_the_place_of_an_edited_one_stays_open() -> None:
    one = conflict(number="INV-9")
    state = one.state()
    assert plan(state) == UpdateRemote(("number",))
    rendered = mapping.render_update(one.kind, ("number",), one.local, one.remote, one.agreement, one.context)
    reply = one.quickbooks.update({**rendered.body, "DocNumber": "1042"})
    assert state.local
    one.agreement = agreements.after_update(
        one.kind,
        ("number",),
        one.agreement,
        state.local,
        state.remote,
        rendered.body,
        rendered.line_ids,
        reply,
    )
    assert one.agreement.remote["number"] == "INV-9"
    assert plan(one.state()) == UpdateLocal(("number",))
