"""What a person may decide about a record, written as rows that the engine reads.

Nothing here touches QuickBooks: each decision makes its record due and wakes the connection after the commit. `pair` is
the text that a view of `decision_views` carries; it names the versions that the question was asked for. A decision for
any other versions is refused (`StaleQuestion`), and the engine asks anew.

Records are named by the id of their sync record, as `RecordNote.id` and the views have it; `record_id_of` finds it
for a record's own page. Every function raises `NotFound` for an id that is unknown or another company's. The caller
commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from bookipi_app.errors import InvalidInput, NotAllowed
from bookipi_app.models import (
    SAID_TO_BE,
    Answer,
    Customer,
    EndVerdict,
    Flag,
    Invoice,
    Item,
    Kind,
    Question,
    Stage,
    SyncRecord,
)
from bookipi_app.services import answer_options as options
from bookipi_app.services import customers, invoice_ends, items, marks
from bookipi_app.services.activity import Named, names_of
from bookipi_app.services.asked import StaleQuestion, asked, decide, find, note, record_id_of, row_of
from bookipi_app.services.customer_form import form_of_customer
from bookipi_app.services.decision_views import question
from bookipi_app.services.invoice_form import form_of_invoice
from bookipi_app.services.invoice_lines import lines_of
from bookipi_app.services.invoice_save import save
from bookipi_app.services.items import form_of_item
from bookipi_app.services.sync_requests import retry, retry_all, sync_these, sync_this

__all__ = [
    "StaleQuestion", "answer_double", "answer_kept", "answer_number", "answer_tax", "choose", "choose_all", "find",
    "is_new", "leave_number", "leave_totals", "link_to", "record_id_of", "rename", "renumber", "retry", "retry_all",
    "sync_these", "sync_this",
]  # fmt: skip


SAME_NUMBER = "same_number"  # SyncRecord.cause of one whose number another invoice here has


def choose(
    session: Session,
    company_id: UUID,
    record_id: object,
    choices: Mapping[str, str],
    pair: str,
    *,
    now: datetime,
    who: str,
) -> None:
    """Choose in a conflict: for each unit `ours` or `theirs`. Units left out stay open, and nothing moves until then.

    Raises:
        InvalidInput: a unit that is not in this conflict, or a choice that is none.
        StaleQuestion: it is not this conflict any more.
    """
    record = asked(session, company_id, record_id, pair)
    if record.flag is not Flag.CONFLICT:
        raise StaleQuestion
    known = {unit["unit"] for unit in (record.detail or {}).get("units", ())}
    for unit, choice in choices.items():
        if unit not in known or choice not in (Answer.OURS, Answer.THEIRS):
            raise InvalidInput({unit: "Choose ours or theirs."})
        decide(session, record, Question.CONFLICT, Answer(choice), now=now, who=who, unit=unit)
    marks.look_again(session, company_id, record, now)


def choose_all(
    session: Session, company_id: UUID, record_id: object, choice: str, pair: str, *, now: datetime, who: str
) -> None:
    """Choose one side, `ours` or `theirs`, for everything in a conflict. Raises as `choose`."""
    record = find(session, company_id, record_id)
    units = [unit["unit"] for unit in (record.detail or {}).get("units", ())]
    choose(session, company_id, record_id, dict.fromkeys(units, choice), pair, now=now, who=who)


def answer_tax(
    session: Session, company_id: UUID, record_id: object, answer: str, pair: str, *, now: datetime, who: str
) -> None:
    """QuickBooks worked the tax of a sent or paid invoice out again: `theirs`, `ours` or `leave` as it is.

    Raises:
        InvalidInput: none of the three.
        StaleQuestion: either side has moved, or the totals agree by now.
    """
    if answer == "leave":
        leave_totals(session, company_id, record_id, pair, now=now, who=who)
        return
    record = asked(session, company_id, record_id, pair)
    if record.flag is not Flag.DIFFERS:
        raise StaleQuestion
    _answer_once(session, company_id, record, Question.TAX, answer, now=now, who=who)


def answer_number(
    session: Session, company_id: UUID, record_id: object, answer: str, pair: str, *, now: datetime, who: str
) -> None:
    """QuickBooks gave a sent invoice another number: `ours` sends ours again, `theirs` takes QuickBooks'.

    Raises:
        InvalidInput: neither.
        StaleQuestion: it is not asked any more.
    """
    record = asked(session, company_id, record_id, pair, cause="number")
    _answer_once(session, company_id, record, Question.NUMBER, answer, now=now, who=who)


def leave_totals(
    session: Session, company_id: UUID, record_id: object, pair: str, *, now: datetime, who: str
) -> None:
    """Leave totals that differ as they are: the flag still says so, but nobody is asked until either side moves.

    Raises:
        StaleQuestion: either side has moved, or the totals agree by now.
    """
    record = asked(session, company_id, record_id, pair)
    if record.flag is not Flag.DIFFERS:
        raise StaleQuestion
    record.left_as_is = True
    session.add(record)
    note(session, company_id, record, "Totals left as they are", now=now, who=who)
    marks.publish(session, company_id, record)


def link_to(
    session: Session,
    company_id: UUID,
    record_id: object,
    candidate: str,
    pair: str,
    *,
    now: datetime,
    who: str,
) -> None:
    """This record is that candidate in QuickBooks (`CandidateView.id`): link the two and merge what they hold.

    Raises:
        InvalidInput: not one of the candidates that were shown.
        StaleQuestion: it is not asked any more, or the record is linked already.
    """
    record = asked(session, company_id, record_id, pair)
    if record.base_local is not None:
        raise StaleQuestion
    view = question(session, company_id, record_id, now=now)
    titles = {one.id: one.title for one in (view.candidates if view else ())}
    if candidate not in titles:
        raise InvalidInput({"candidate": "Choose one of these."})
    decide(session, record, Question.MATCH, Answer.LINK, now=now, who=who, value=candidate)
    note(session, company_id, record, f"Said to be {titles[candidate]} in QuickBooks", now=now, who=who)
    marks.hurry(session, [record.id], now)
    marks.look_again(session, company_id, record, now)


def is_new(
    session: Session, company_id: UUID, record_id: object, pair: str, *, now: datetime, who: str
) -> None:
    """None of the candidates is this record: create it in QuickBooks. Raises StaleQuestion as `link_to`."""
    record = asked(session, company_id, record_id, pair, cause="match")
    decide(session, record, Question.MATCH, Answer.NEW, now=now, who=who)
    note(session, company_id, record, "Said to be new to QuickBooks", now=now, who=who)
    marks.hurry(session, [record.id], now)
    marks.look_again(session, company_id, record, now)


def rename(
    session: Session, company_id: UUID, record_id: object, name: str, *, now: datetime, who: str
) -> None:
    """Give a customer or item another name (the one suggested, or any): an ordinary edit, which then travels.

    Raises:
        InvalidInput: not a usable name.
        NotAllowed: an invoice, which has no name.
    """
    record = find(session, company_id, record_id, lock=True)
    row = row_of(session, record)
    if isinstance(row, Customer):
        customer = replace(form_of_customer(row), name=name, version=0)
        customers.save(session, company_id, row.id, customer, now=now, who=who)
    elif isinstance(row, Item):
        item = replace(form_of_item(row), name=name, version=0)
        items.save(session, company_id, row.id, item, now=now, who=who)
    else:
        raise NotAllowed("Only customers and items have a name that can be taken.")


def renumber(
    session: Session, company_id: UUID, record_id: object, number: str, *, now: datetime, who: str
) -> None:
    """Give an invoice another number (the one suggested, or any): an ordinary edit, which then travels.

    Raises:
        InvalidInput: not a usable number, or one that is taken here.
        NotAllowed: not an invoice, or one that cannot be edited any more.
    """
    row = row_of(session, find(session, company_id, record_id, lock=True))
    if not isinstance(row, Invoice):
        raise NotAllowed("Only invoices have a number.")
    form = replace(form_of_invoice(row, lines_of(session, row.id)), number=number, version=0)
    save(session, company_id, row.id, form, issue=False, now=now, who=who)


def answer_double(
    session: Session, company_id: UUID, record_id: object, same: bool, *, now: datetime, who: str
) -> None:
    """A possible double: *different* leaves both.

    *Same* moves an invoice that arrived to the trash, here and then there: that can be undone for 30 seconds, and a
    payment on the QuickBooks invoice brings it back with the reason. Of a customer the engine makes one of the two.

    Raises:
        StaleQuestion: it is not asked any more.
    """
    record = find(session, company_id, record_id, lock=True)
    if record.double_of is None or record.local_id is None or record.cause == SAME_NUMBER:
        raise StaleQuestion
    if same and record.kind is Kind.INVOICE and _has_ended(session, record.double_of):
        raise StaleQuestion  # both would be away
    key = (record.kind, record.double_of)
    other = names_of(session, company_id, [key]).get(key, Named()).title
    verdict = "the same as" if same else "another than"
    note(session, company_id, record, f"Said to be {verdict} {record.kind.value} {other}", now=now, who=who)
    if same and record.kind is Kind.CUSTOMER:
        marks.look_again(session, company_id, record, now)
        record.cause = SAID_TO_BE
        return
    record.double_of = None
    session.add(record)
    if same:
        invoice_ends.trash(session, company_id, record.local_id, now=now, who=who)
    else:
        marks.look_again(session, company_id, record, now)


def leave_number(session: Session, company_id: UUID, record_id: object, *, now: datetime, who: str) -> None:
    """Two invoices here have one number, and keep it.

    Raises:
        StaleQuestion: it is not asked any more.
    """
    record = find(session, company_id, record_id, lock=True)
    if record.double_of is None or record.cause != SAME_NUMBER:
        raise StaleQuestion
    record.double_of = None
    note(session, company_id, record, "Number left as it is", now=now, who=who)
    marks.look_again(session, company_id, record, now)


def _has_ended(session: Session, invoice_id: UUID) -> bool:
    invoice = session.get(Invoice, invoice_id)
    return invoice is None or invoice.trashed_at is not None or invoice.stage is Stage.VOID


def answer_kept(
    session: Session, company_id: UUID, record_id: object, answer: str, *, now: datetime, who: str
) -> None:
    """What could not end on both sides: `again` ends it as before, `leave` leaves it on both.

    Of what vanished in QuickBooks in a crowd, and was kept here, `end` ends it here too.

    Raises:
        InvalidInput: not one of the answers that were offered.
        NotAllowed: it cannot be made void here.
        StaleQuestion: it is not asked any more.
    """
    record = find(session, company_id, record_id, lock=True)
    if record.flag is not Flag.ATTENTION or record.cause not in (options.KEPT_THERE, options.KEPT_HERE):
        raise StaleQuestion
    match (record.cause, answer):
        case (options.KEPT_THERE, "again"):
            _end_again(session, company_id, record, now=now, who=who)
        case (options.KEPT_THERE, "leave"):
            note(session, company_id, record, "Left as it is on both sides", now=now, who=who)
            marks.look_again(session, company_id, record, now)
        case (options.KEPT_HERE, "end"):
            record.end_verdict = EndVerdict.CONFIRMED
            note(session, company_id, record, "Ended here too", now=now, who=who)
            marks.look_again(session, company_id, record, now)
        case _:
            raise InvalidInput({"answer": "Choose one of these."})


def _end_again(session: Session, company_id: UUID, record: SyncRecord, *, now: datetime, who: str) -> None:
    """With the half minute of *Undo* that it had before."""
    match (record.detail or {}).get("ended_by"):
        case "trash":
            invoice_ends.trash(session, company_id, record.local_id, now=now, who=who)
        case "void":
            invoice_ends.void(session, company_id, record.local_id, now=now, who=who)
        case "archive" if record.kind is Kind.CUSTOMER:
            customers.archive(session, company_id, record.local_id, now=now, who=who)
        case "archive":
            items.archive(session, company_id, record.local_id, now=now, who=who)
        case _:
            raise StaleQuestion


def _answer_once(
    session: Session,
    company_id: UUID,
    record: SyncRecord,
    question: Question,
    answer: str,
    *,
    now: datetime,
    who: str,
) -> None:
    if answer not in (Answer.OURS, Answer.THEIRS):
        raise InvalidInput({"answer": "Choose ours or theirs."})
    decide(session, record, question, Answer(answer), now=now, who=who)
    side = "ours" if answer == Answer.OURS else "QuickBooks’"
    note(session, company_id, record, f"Chose {side}: {question.value}", now=now, who=who)
    marks.look_again(session, company_id, record, now)
