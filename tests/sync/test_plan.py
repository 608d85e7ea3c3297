"""The policy, row by row: the name of a test is the meaning of its row."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bookipi_app.models.record import Kind, Stage
from bookipi_app.sync.actions import (
    AdvanceAgreement,
    Cause,
    Choice,
    CreateLocal,
    CreateRemote,
    DeleteRemote,
    Link,
    Need,
    NeedsAttention,
    Quiet,
    RaiseConflict,
    Rest,
    RestoreLocal,
    TrashLocal,
    UpdateLocal,
    UpdateRemote,
    VoidLocal,
    VoidRemote,
    Wait,
)  # fmt: skip
from bookipi_app.sync.agreement import after_advance
from bookipi_app.sync.plan import (
    TOMBSTONE,
    ClashKind,
    Doubt,
    NameClash,
    OpenConflict,
    Presence,
    RecordState,
    Refusal,
    plan,
)  # fmt: skip
from bookipi_app.sync.snapshot import of_local, of_remote
from tests.sync.samples import NOW, Pair, changed, customer, invoice, line

OURS, THEIRS = Choice.OURS, Choice.THEIRS


def pair(**values: Any) -> Pair:
    return Pair(Kind.INVOICE, invoice(**values))


def edited_here(one: Pair, **values: Any) -> None:
    one.local = changed(one.local, **values) if one.kind is Kind.INVOICE else replace(one.local, **values)  # type: ignore[arg-type]


def void_there(one: Pair) -> RecordState:
    one.quickbooks.void(one.id)
    return one.state(remote_state=Presence.VOID)


def void_here(one: Pair, **values: Any) -> RecordState:
    one.local = replace(one.local, stage=Stage.VOID)  # type: ignore[arg-type]
    return one.state(local_state=Presence.VOID, **values)


def chosen(state: RecordState, **choices: Choice) -> RecordState:
    return replace(state, conflict=OpenConflict(*state.pair, choices))


def lone(side: str, **values: Any) -> RecordState:
    one = pair()
    here = {"local": of_local(one.kind, one.local), "local_state": Presence.LIVE}
    there = {"remote": of_remote(one.kind, one.remote), "remote_state": Presence.LIVE}
    sides = {"here": here, "there": there, "both": {**here, **there}}
    return RecordState(kind=one.kind, now=NOW, **{**sides[side], **values})


def test_made_here() -> None:
    assert plan(lone("here")) == CreateRemote()


def test_made_there() -> None:
    assert plan(lone("there")) == CreateLocal()


def test_the_same_thing_found_by_match() -> None:
    assert plan(lone("both")) == Link()


def test_what_was_found_by_match_is_linked_also_where_it_ended_there() -> None:
    """Void, or archived: it is that one, and not made a second time."""
    assert plan(lone("both", remote={"void": True}, remote_state=Presence.VOID)) == Link()
    archived = {**of_remote(Kind.INVOICE, pair().remote), "active": False}
    assert plan(lone("both", remote=archived)) == Link()
    assert plan(lone("here", remote_state=Presence.ENDED)) == CreateRemote(next_generation=True)


def test_what_was_archived_before_its_match_is_left_behind_unless_it_may_have_been_sent() -> None:
    archived = {**of_local(Kind.INVOICE, pair().local), "active": False}
    assert plan(lone("both", local=archived)) == CreateLocal()
    assert plan(lone("both", local=archived, forgotten=True)) == Link()
    assert plan(lone("both", local_state=Presence.ENDED, forgotten=True)) == CreateLocal()


def test_a_doubtful_match_waits_for_a_person() -> None:
    action = plan(lone("here", doubt=Doubt(("12", "13"), "Two are alike.")))
    assert action == NeedsAttention(Cause.MATCH, "Two are alike.", ("12", "13"))


@pytest.mark.parametrize("side", ["here", "there"])
def test_what_does_not_travel_stays(side: str) -> None:
    assert isinstance(plan(lone(side, travels=False)), Quiet)


@pytest.mark.parametrize("presence", [Presence.VOID, Presence.ENDED])
def test_ended_before_it_ever_travelled(presence: Presence) -> None:
    assert isinstance(plan(lone("here", local_state=presence)), Quiet)
    assert isinstance(plan(lone("there", remote_state=presence)), Quiet)


def test_quiet() -> None:
    assert plan(pair().state()) == Quiet()


def test_edited_here() -> None:
    one = pair()
    edited_here(one, memo="Gate code 12")
    assert plan(one.state()) == UpdateRemote(("memo",))


def test_edited_there() -> None:
    one = pair()
    one.quickbooks.edit(one.id, PrivateNote="Gate code 12")
    assert plan(one.state()) == UpdateLocal(("memo",))


def tax_alone(one: Pair) -> Pair:
    one.quickbooks.edit(one.id, TxnTaxDetail={"TotalTax": Decimal("1.23")})
    return one


def test_tax_recalculated_before_it_was_sent() -> None:
    assert plan(tax_alone(pair()).state()) == UpdateLocal(("tax",))


def test_tax_recalculated_after_it_was_sent_or_paid() -> None:
    action = plan(tax_alone(pair()).state(sent_or_paid=True))
    assert action == AdvanceAgreement(Kind.INVOICE, (), ("tax",), Cause.TAX_RECALCULATED)


@pytest.mark.parametrize(
    ("choice", "action"),
    [
        (THEIRS, UpdateLocal(("tax",), over_ours=True)),
        (OURS, UpdateRemote(("lines", "discount", "shipping", "tax"))),
    ],
)
def test_the_tax_question_is_answered(choice: Choice, action: Any) -> None:
    assert plan(pair().state(sent_or_paid=True, answers={"tax": choice})) == action


def test_tax_recalculated_by_an_edit_of_the_memo() -> None:
    one = tax_alone(pair())
    one.quickbooks.edit(one.id, PrivateNote="Edited")
    assert plan(one.state(sent_or_paid=True)) == UpdateLocal(("memo",))


def test_tax_recalculated_follows_our_edited_lines() -> None:
    one = tax_alone(pair())
    edited_here(one, lines=(line(1), line(2)))
    assert plan(one.state(sent_or_paid=True)) == UpdateRemote(("lines", "discount", "shipping", "tax"))


def test_both_same_result() -> None:
    one = pair()
    edited_here(one, memo="Same")
    one.quickbooks.edit(one.id, PrivateNote=" Same ")
    assert plan(one.state()) == AdvanceAgreement(Kind.INVOICE, ("memo",), ("memo",), Cause.SAME_RESULT)


def test_both_different_fields_take_theirs_first() -> None:
    one = pair()
    edited_here(one, memo="Ours")
    one.quickbooks.edit(one.id, CustomerMemo={"value": "Theirs"})
    assert plan(one.state()) == UpdateLocal(("notes",))


def test_both_same_field() -> None:
    one = pair()
    edited_here(one, memo="Ours", notes="Also ours")
    one.quickbooks.edit(one.id, PrivateNote="Theirs")
    action = plan(one.state())
    assert isinstance(action, RaiseConflict)
    assert [conflict.unit for conflict in action.conflicts] == ["memo"]
    assert action.conflicts[0].local == {"memo": "Ours"}
    assert action.conflicts[0].remote == {"memo": "Theirs"}


def conflicting() -> Pair:
    one = pair()
    edited_here(one, memo="Ours", notes="Ours")
    one.quickbooks.edit(one.id, PrivateNote="Theirs", CustomerMemo={"value": "Theirs"})
    return one


def test_an_open_conflict_is_quiet_until_all_is_chosen() -> None:
    state = conflicting().state()
    assert isinstance(plan(chosen(state)), Quiet)
    assert isinstance(plan(chosen(state, memo=OURS)), Quiet)


def test_a_resolved_conflict_settles_ours_then_theirs() -> None:
    state = conflicting().state()
    assert plan(chosen(state, memo=OURS, notes=THEIRS)) == AdvanceAgreement(
        Kind.INVOICE, (), ("memo",), Cause.CHOSEN
    )
    assert plan(chosen(state, memo=THEIRS, notes=THEIRS)) == UpdateLocal(("notes", "memo"), over_ours=True)


def test_a_further_move_raises_the_conflict_anew() -> None:
    state = chosen(conflicting().state(), memo=OURS, notes=OURS)
    assert isinstance(plan(replace(state, local_version=2)), RaiseConflict)
    assert isinstance(plan(replace(state, remote_token=99)), RaiseConflict)


def test_a_deletion_there_drops_the_choices_of_a_field_conflict() -> None:
    state = chosen(conflicting().state(), memo=OURS, notes=OURS)
    gone = replace(state, remote=None, remote_state=Presence.ENDED)
    assert gone.pair[1] == TOMBSTONE
    action = plan(gone)
    assert isinstance(action, RaiseConflict)
    assert action.conflicts[0].unit == "record"


def test_coupled_dates_conflict_as_one() -> None:
    one = pair()
    edited_here(one, issue_date=date(2026, 11, 3))
    one.quickbooks.edit(one.id, DueDate="2026-12-24")
    action = plan(one.state())
    assert isinstance(action, RaiseConflict)
    assert [conflict.unit for conflict in action.conflicts] == ["dates"]


def test_discount_here_and_lines_there_conflict_as_one() -> None:
    one = pair()
    edited_here(one, shipping_cents=500)
    lines = [dict(entry) for entry in one.remote["Line"]]
    lines[0]["Description"] = "Edited"
    one.quickbooks.edit(one.id, Line=lines)
    action = plan(one.state())
    assert isinstance(action, RaiseConflict)
    assert action.conflicts[0].unit == "money"


@pytest.mark.parametrize(
    "touch", [lambda one: None, lambda one: one.quickbooks.edit(one.id, PrivateNote="x")]
)
def test_trashed_here_with_the_undo_window_open(touch: Any) -> None:
    one = pair()
    touch(one)
    until = NOW + timedelta(seconds=30)
    action = plan(one.state(local_state=Presence.ENDED, undo_until=until))
    assert isinstance(action, Wait)
    assert action.until == until


def test_deleted_here() -> None:
    assert plan(pair().state(local_state=Presence.ENDED, undo_until=NOW)) == DeleteRemote()


def test_deleted_here_with_a_payment_there() -> None:
    action = plan(pair().state(local_state=Presence.ENDED, remote_carries_payment=True))
    assert isinstance(action, RestoreLocal)
    assert action.cause is Cause.PAYMENT


def test_deleted_here_and_refused_there() -> None:
    refusal = Refusal(Cause.REFUSED, "The books are closed.")
    assert plan(pair().state(local_state=Presence.ENDED, refusal=refusal)) == RestoreLocal(
        Cause.REFUSED, "The books are closed."
    )


def test_voided_here() -> None:
    assert plan(void_here(pair())) == VoidRemote()


def test_voided_here_with_a_payment_there() -> None:
    assert isinstance(plan(void_here(pair(), remote_carries_payment=True)), RestoreLocal)


def test_voided_there() -> None:
    assert plan(void_there(pair())) == VoidLocal()


def test_deleted_there() -> None:
    one = pair()
    one.quickbooks.delete(one.id)
    assert plan(one.state()) == TrashLocal()


def test_edited_here_deleted_there() -> None:
    one = pair()
    edited_here(one, memo="Ours")
    one.quickbooks.delete(one.id)
    state = one.state()
    assert isinstance(plan(state), RaiseConflict)
    assert plan(chosen(state, record=THEIRS)) == TrashLocal()
    assert plan(chosen(state, record=OURS)) == CreateRemote(next_generation=True)


def test_edited_here_voided_there() -> None:
    one = pair()
    edited_here(one, memo="Ours")
    state = void_there(one)
    assert isinstance(plan(state), RaiseConflict)
    assert plan(chosen(state, record=THEIRS)) == VoidLocal()
    assert plan(chosen(state, record=OURS)) == VoidLocal(duplicate=True)


@pytest.mark.parametrize("how", ["void", "trash"])
def test_ended_here_edited_there(how: str) -> None:
    one = pair()
    one.quickbooks.edit(one.id, PrivateNote="Theirs")
    state = void_here(one) if how == "void" else one.state(local_state=Presence.ENDED)
    assert isinstance(plan(state), RaiseConflict)
    theirs, ours = plan(chosen(state, record=THEIRS)), plan(chosen(state, record=OURS))
    assert isinstance(theirs, UpdateLocal)
    assert (theirs.over_ours, theirs.restore) == (True, True)
    assert isinstance(ours, AdvanceAgreement)
    assert (ours.local_fields, ours.cause) == ((), Cause.CHOSEN)


@pytest.mark.parametrize("here", [Presence.VOID, Presence.ENDED])
def test_ended_on_both(here: Presence) -> None:
    one = pair()
    one.quickbooks.delete(one.id)
    assert plan(one.state(local_state=here)) == Rest()


def test_void_on_both() -> None:
    one = pair()
    one.quickbooks.void(one.id)
    action = plan(void_here(one, remote_state=Presence.VOID))
    assert isinstance(action, AdvanceAgreement)
    assert action.cause is Cause.VOID_ON_BOTH


def test_restored_from_trash() -> None:
    one = pair()
    one.quickbooks.delete(one.id)
    assert plan(one.state(ended=True)) == CreateRemote(next_generation=True)


def test_restored_over_a_void() -> None:
    one = pair()
    one.quickbooks.void(one.id)
    action = plan(one.state(ended=True, remote_state=Presence.VOID))
    assert isinstance(action, NeedsAttention)


def test_ended_stays_ended() -> None:
    one = pair()
    one.quickbooks.delete(one.id)
    assert plan(one.state(ended=True, local_state=Presence.ENDED)) == Quiet()


def test_the_number_is_theirs_until_it_was_sent() -> None:
    one = pair()
    one.quickbooks.edit(one.id, DocNumber="77")
    assert plan(one.state()) == UpdateLocal(("number",))
    action = plan(one.state(sent_or_paid=True))
    assert isinstance(action, NeedsAttention)
    assert action.cause is Cause.NUMBER
    assert plan(one.state(sent_or_paid=True, answers={"number": OURS})) == UpdateRemote(("number",))


def test_edited_here_archived_there_comes_back() -> None:
    one = Pair(Kind.CUSTOMER, customer())
    edited_here(one, phone="555 0100")
    one.quickbooks.edit(one.id, Active=False)
    assert plan(one.state()) == UpdateRemote(("phone", "active"))


def test_archived_here_edited_there_comes_back() -> None:
    one = Pair(Kind.CUSTOMER, customer())
    edited_here(one, active=False)
    one.quickbooks.edit(one.id, Notes="Edited")
    assert plan(one.state()) == UpdateLocal(("notes", "active"))


def inactive_on_both() -> Pair:
    one = Pair(Kind.CUSTOMER, customer())
    edited_here(one, active=False)
    one.quickbooks.edit(one.id, Active=False)
    agreed = plan(one.state())
    assert isinstance(agreed, AdvanceAgreement)
    one.agreement = after_advance(agreed, one.agreement, of_local(one.kind, one.local), one.remote)
    return one


def test_reactivated_on_one_side_and_edited_on_the_other_it_is_in_use_with_the_edit() -> None:
    one = inactive_on_both()
    edited_here(one, phone="555 0100")
    one.quickbooks.edit(one.id, Active=True, DisplayName="Ada Lane")
    assert plan(one.state()) == UpdateLocal(("active",))
    one = inactive_on_both()
    edited_here(one, active=True)
    one.quickbooks.edit(one.id, Notes="Edited")
    assert plan(one.state()) == UpdateLocal(("notes",))


def test_a_name_taken_meanwhile_is_asked_about_before_it_comes_back() -> None:
    one = Pair(Kind.CUSTOMER, customer())
    edited_here(one, phone="555 0100")
    one.quickbooks.edit(one.id, Active=False)
    action = plan(one.state(name_clash=NameClash(ClashKind.KEEPS_IT, suggestion="Ada Lane (2)")))
    assert isinstance(action, NeedsAttention)
    assert action.cause is Cause.NAME_TAKEN


def test_archived_on_both_is_the_same_result() -> None:
    one = Pair(Kind.CUSTOMER, customer())
    edited_here(one, active=False)
    one.quickbooks.edit(one.id, Active=False)
    assert plan(one.state()) == AdvanceAgreement(Kind.CUSTOMER, ("active",), ("active",), Cause.SAME_RESULT)


def test_an_archiving_waits_for_its_undo_window() -> None:
    one = Pair(Kind.CUSTOMER, customer())
    edited_here(one, active=False)
    assert isinstance(plan(one.state(undo_until=NOW + timedelta(seconds=1))), Wait)
    assert plan(one.state(undo_until=NOW)) == UpdateRemote(("active",))


def test_a_refused_archiving_is_put_back() -> None:
    one = Pair(Kind.CUSTOMER, customer())
    edited_here(one, active=False)
    assert isinstance(plan(one.state(refusal=Refusal(Cause.REFUSED, "Open balance."))), RestoreLocal)


def test_a_customer_gone_there_is_archived_here_and_then_rests() -> None:
    one = Pair(Kind.CUSTOMER, customer())
    one.quickbooks.delete(one.id)
    assert plan(one.state()) == TrashLocal()
    edited_here(one, active=False)
    assert plan(one.state()) == Rest()


def test_an_invoice_waits_for_what_it_refers_to() -> None:
    need = (Need(Kind.CUSTOMER, "cus9"),)
    for state in (lone("here", missing_there=need), lone("there", missing_here=need)):
        action = plan(state)
        assert isinstance(action, Wait)
        assert action.on == need


def test_what_is_agreed_already_is_not_waited_for() -> None:
    one = pair(lines=(line(1, item_id=""),))
    one.quickbooks.edit(one.id, Line=[{**one.remote["Line"][0], "Description": "Edited"}])
    assert plan(one.state(missing_here=(Need(Kind.ITEM, "1"),))) == UpdateLocal(("lines", "tax"))


def test_names_that_are_taken_there() -> None:
    one = Pair(Kind.CUSTOMER, customer())
    edited_here(one, name="Bo Hill")
    waits = plan(one.state(name_clash=NameClash(ClashKind.GIVES_IT_UP, "Bo Hill")))
    asks = plan(one.state(name_clash=NameClash(ClashKind.KEEPS_IT, suggestion="Bo Hill (2)")))
    turns = plan(one.state(name_clash=NameClash(ClashKind.CIRCLE, suggestion="Bo Hill ~")))
    assert isinstance(waits, Wait)
    assert isinstance(asks, NeedsAttention)
    assert asks.detail == ("Bo Hill (2)",)
    assert turns == UpdateRemote(("name",), temporary_name="Bo Hill ~")


def test_a_payment_there_changes_nothing_here() -> None:
    one = pair()
    one.quickbooks.edit(one.id, Balance=Decimal(0), LinkedTxn=[{"TxnId": "9", "TxnType": "Payment"}])
    assert plan(one.state(remote_carries_payment=True)) == Quiet()
