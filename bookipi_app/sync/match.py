"""Match: is there already something on the other side that this is? Asked once, before a first creation.

An invoice that was deleted in QuickBooks and goes out anew is asked about again, see `anew`.

A certain candidate is linked, a doubtful one waits for a person:

              certain                                       doubtful
    customer  the name, and no other e-mail address         the name or the address alone agrees
    item      SKU and name; the name, and no other SKU      the SKU or the name alone agrees
    invoice   number, customer and total                    number and customer, but another total; number,
                                                            date and total, or lines, but another customer;
                                                            the number that it had in a backup, see below

What was never linked when a backup was brought back may have been sent since, and is looked for under the name, or
number, that it had then as well: whoever renamed it, or put it away, before QuickBooks was heard did not mean another
one. Of an invoice that number is enough to ask: customer, date, total and lines may all be others by now.

Served by the reference index on QuickBooks' side and by an indexed look-up on ours; candidates that are linked already
are out of the question. A customer or item that is inactive there has left its name to whoever takes it anew; but one
that was made there after ours is doubtful: once a backup was brought back, it may be what ours became. What arrives
waits while an invoice of ours that it may be, and that never travelled, can still be taken out of the trash by *Undo*:
it would go out as a second one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, not_, or_, text
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bookipi_app.models import (
    Answer,
    Connection,
    Customer,
    Decision,
    Invoice,
    Item,
    Kind,
    Question,
    Reference,
    RemoteState,
    Side,
    Stage,
    SyncRecord,
)
from bookipi_app.models.sync import AND, RESTORED
from bookipi_app.quickbooks.wire import Json, as_object, as_text, parse_time, ref
from bookipi_app.sync import canon, likeness, references, remote
from bookipi_app.sync.gathered import Gathered
from bookipi_app.sync.local import UNDO, Local, load_all
from bookipi_app.sync.plan import Doubt
from bookipi_app.sync.records import LocalCustomer, LocalInvoice, LocalItem
from bookipi_app.text import fold

GOES_OUT_ANEW = and_(  # of an invoice that is not in the trash: it was restored after both sides had ended
    col(SyncRecord.kind) == Kind.INVOICE,
    col(SyncRecord.ended),
    col(SyncRecord.remote_state) == RemoteState.GONE,
)
FOR_ANOTHER = ", for another customer. Choose whether it is this one."


@dataclass(frozen=True)
class Certain:
    """The one candidate: QuickBooks' id, or ours as text."""

    id: str


@dataclass(frozen=True)
class Undoable:
    """One of ours that it may be lies in the trash, and until this moment *Undo* brings it back."""

    until: datetime


Match = Certain | Doubt | None


def there(gathered: Gathered, own: Local, sent_as: Sequence[str] = ()) -> Match:
    """What in QuickBooks a record of ours already is; it may have gone there under a name of `sent_as`, folded."""
    session, connection = gathered.session, gathered.connection
    match own.record:
        case LocalCustomer():
            return _customer_there(session, connection.id, own.record, own.begun_at, sent_as)
        case LocalItem():
            return _item_there(session, connection.id, own.record, own.begun_at, sent_as)
        case LocalInvoice():
            return _invoice_there(gathered, own.record, sent_as)


def here(session: Session, connection: Connection, kind: Kind, obj: Json, now: datetime) -> Match | Undoable:
    """What here an object of QuickBooks already is."""
    match kind:
        case Kind.CUSTOMER:
            return customer_here(session, connection, obj)
        case Kind.ITEM:
            return _still_open(session, connection.id, kind, _item_here(session, connection, obj))
        case Kind.INVOICE:
            found = _invoice_here(session, connection, obj, now)
            return found if isinstance(found, Undoable) else _still_open(session, connection.id, kind, found)


def customer_here(session: Session, connection: Connection, obj: Json) -> Match:
    """What here a customer of QuickBooks already is."""
    return _still_open(session, connection.id, Kind.CUSTOMER, _customer_here(session, connection, obj))


def _still_open(session: Session, connection_id: UUID, kind: Kind, found: Match) -> Match:
    """Nobody is asked about ours again that a person called new."""
    if not isinstance(found, Doubt):
        return found
    called_new = _called_new(session, connection_id, kind, found)
    left = tuple(one for one in found.candidates if UUID(one) not in called_new)
    return Doubt(left, found.words) if left else None


def _called_new(session: Session, connection_id: UUID, kind: Kind, doubt: Doubt) -> set[UUID | None]:
    """Those of ours that are to be made in QuickBooks, as a person said, and still wait for that."""
    said = (
        select(SyncRecord.local_id)
        .join(Decision, col(Decision.record_id) == col(SyncRecord.id))
        .where(
            SyncRecord.connection_id == connection_id,
            SyncRecord.kind == kind,
            col(SyncRecord.local_id).in_([UUID(one) for one in doubt.candidates]),
            Decision.question == Question.MATCH,
            Decision.answer == Answer.NEW,
        )
    )
    return set(session.exec(said))


def is_free(session: Session, connection_id: UUID, kind: Kind, remote_id: str) -> bool:
    """True for something in QuickBooks that exists and is not the other half of a link."""
    known = session.get(Reference, (connection_id, kind.value, remote_id))
    return known is not None and bool(_unlinked(session, connection_id, [known]))


def _customer_there(
    session: Session, connection_id: UUID, local: LocalCustomer, begun_at: datetime, sent_as: Sequence[str]
) -> Match:
    named = _named(session, connection_id, "customer", begun_at, local.name, *sent_as)
    reached = references.with_second_key(session, connection_id, "customer", local.email)
    found = _unlinked(session, connection_id, _once(named + reached))
    certain = [row for row in found if row in named and row.active and _agrees(row, local.email)]
    if len(certain) == 1 and len(found) == 1:
        return Certain(certain[0].remote_id)
    both = [row for row in certain if row in reached]
    if len(both) == 1:
        return Certain(both[0].remote_id)
    return _doubt(found, f"QuickBooks has {_what(found, named)}. Choose whether it is this customer.")


def _item_there(
    session: Session, connection_id: UUID, local: LocalItem, begun_at: datetime, sent_as: Sequence[str]
) -> Match:
    named = _named(session, connection_id, "item", begun_at, local.name, *sent_as)
    reached = references.with_second_key(session, connection_id, "item", local.sku)
    found = _unlinked(session, connection_id, _once(reached + named))
    both = [row for row in found if row in named and row in reached]
    if len(both) == 1:
        return Certain(both[0].remote_id)
    if len(found) == 1 and found[0] in named and found[0].active and _agrees(found[0], local.sku):
        return Certain(found[0].remote_id)
    return _doubt(found, f"QuickBooks has {_what(found, named)}. Choose whether it is this item.")


def _named(
    session: Session, connection_id: UUID, entity: str, begun_at: datetime, *names: str
) -> list[Reference]:
    """Those that bear one of the names of ours, or did until they were put away, if they were made after it."""
    found = [references.bearing(session, connection_id, (entity,), name) for name in names if name]
    return _once([row for rows in found for row in rows if row.active or _is_made_since(row, begun_at)])


def _is_made_since(row: Reference, begun_at: datetime) -> bool:
    """By QuickBooks' clock, which may be off ours."""
    made = parse_time((row.fields or {}).get("made"))
    return made is not None and made >= begun_at - likeness.OUR_CLOCK


def _invoice_there(gathered: Gathered, local: LocalInvoice, sent_as: Sequence[str]) -> Match:
    customer = gathered.links.remote_id(Kind.CUSTOMER, local.customer_id)
    if not local.number or not customer:
        return None
    same_number = _once([row for number in (local.number, *sent_as) for row in gathered.numbered(number)])
    unlinked = _unlinked(gathered.session, gathered.connection.id, same_number)
    free = [(row, row.fields or {}) for row in unlinked]
    same_customer = [row for row, known in free if known.get("customer") == customer]
    same_total = [row for row, known in free if cents_of(known.get("total")) == local.total_cents]
    certain = [row for row in same_customer if row in same_total]
    if len(certain) == 1:
        return Certain(certain[0].remote_id)
    if same_customer:
        words = " for this customer already. Choose whether it is this one."
        return _doubt_about_invoice(certain or same_customer, words)
    same_day = [row for row, known in free if known.get("date") == local.issue_date.isoformat()]
    if alike := [row for row in same_total if row in same_day]:
        return _doubt_about_invoice(alike, f" of the same date and total{FOR_ANOTHER}")
    if same_lines := [row for row in same_day if _has_lines_of(gathered, local, row)]:
        return _doubt_about_invoice(same_lines, f" of the same date and with the same lines{FOR_ANOTHER}")
    forgotten = [row for row in unlinked if row.name_key in sent_as and _is_new(gathered, row)]
    return _doubt_about_invoice(forgotten, f", perhaps sent before a backup was brought back{FOR_ANOTHER}")


def _doubt_about_invoice(found: list[Reference], words: str) -> Doubt | None:
    return _doubt(found, f"QuickBooks has an invoice {found[0].name}{words}") if found else None


def _has_lines_of(gathered: Gathered, local: LocalInvoice, row: Reference) -> bool:
    told = _told(gathered, row)
    return told is not None and likeness.has_the_lines_of(local, told)


def _is_new(gathered: Gathered, row: Reference) -> bool:
    """What is older than the connection was not made by us."""
    told = _told(gathered, row)
    return told is not None and remote.made_since(gathered.connection, told)


def _told(gathered: Gathered, row: Reference) -> Json | None:
    """None for one that the index alone knows, as it is older than the connection."""
    known = gathered.links.record(Kind.INVOICE, Side.QUICKBOOKS, row.remote_id)
    return known.remote if known is not None else None


def _doubt(found: list[Reference], words: str) -> Doubt | None:
    return Doubt(tuple(row.remote_id for row in found), words) if found else None


def _what(found: list[Reference], named: list[Reference]) -> str:
    """The evidence in words."""
    if len(found) > 1:
        return "several records that could be this one"
    if not found:
        return ""
    if not found[0].active:
        return f"{found[0].name}, made there since and inactive by now"
    what = "SKU" if found[0].entity == "item" else "e-mail address"
    return f"{found[0].name} with " + (f"another {what}" if found[0] in named else f"the same {what}")


def _agrees(row: Reference, second: str) -> bool:
    """True unless both have an address, or a SKU, and not the same."""
    return not second or not row.second_key or fold(second, 100) == row.second_key


def _once(rows: list[Reference]) -> list[Reference]:
    return list({row.remote_id: row for row in rows}.values())


def _customer_here(session: Session, connection: Connection, obj: Json) -> Match:
    name = fold(as_text(obj.get("DisplayName")), 500)
    email = fold(as_text(as_object(obj.get("PrimaryEmailAddr")).get("Address")))
    mine = col(Customer.company_id) == connection.company_id  # in each branch, which has an index of its own
    sent = _sent_as(session, connection.id, Kind.CUSTOMER, name)
    alike = and_(mine, col(Customer.name_key) == name) | and_(mine, col(Customer.id).in_(sent))
    if email:
        alike = alike | and_(mine, func.lower(col(Customer.email)) == email)
    rows = session.exec(
        select(Customer)
        .where(alike, or_(col(Customer.active), col(Customer.id).in_(sent)))
        .order_by(col(Customer.name_key) != name, col(Customer.created_at))
    ).all()
    named = {row.id for row in rows if row.name_key == name} | sent
    free = [row for row in rows if _is_unlinked(session, connection.id, Kind.CUSTOMER, row.id)]
    whole = [row for row in free if row.id in named and email and fold(row.email) == email]
    if len(whole) == 1:
        return Certain(str(whole[0].id))
    return _only([(row.id, row.id in named and _alike(row.email, email)) for row in free])


def _item_here(session: Session, connection: Connection, obj: Json) -> Match:
    name, mine = fold(as_text(obj.get("Name")), 100), col(Item.company_id) == connection.company_id
    sent = _sent_as(session, connection.id, Kind.ITEM, name)
    called = and_(mine, col(Item.name_key) == name) | and_(mine, col(Item.id).in_(sent))
    living = or_(col(Item.active), col(Item.id).in_(sent))
    rows = session.exec(select(Item).where(called, living)).all()
    free = [row for row in rows if _is_unlinked(session, connection.id, Kind.ITEM, row.id)]
    return _only([(row.id, _alike(row.sku, as_text(obj.get("Sku")))) for row in free])


def _invoice_here(session: Session, connection: Connection, obj: Json, now: datetime) -> Match | Undoable:
    customer = references.Links(session, connection.id).local_id(Kind.CUSTOMER, ref(obj, "CustomerRef"))
    number = fold(as_text(obj.get("DocNumber")), 21)
    if not customer or not number:
        return None
    trashed_at, mine = col(Invoice.trashed_at), col(Invoice.company_id) == connection.company_id
    sent = _sent_as(session, connection.id, Kind.INVOICE, number)
    rows = session.exec(
        select(Invoice).where(
            and_(mine, col(Invoice.number_key) == number) | and_(mine, col(Invoice.id).in_(sent)),
            Invoice.stage == Stage.ISSUED,
            or_(trashed_at.is_(None), trashed_at > now - UNDO),
        )
    ).all()
    living = [row for row in rows if row.trashed_at is None]
    free = [row for row in living if _is_unlinked(session, connection.id, Kind.INVOICE, row.id)]
    trashed = [row for row in rows if row.trashed_at is not None]
    return _alike_here(session, free, sent, UUID(customer), obj) or _undoable(
        session, connection, trashed, sent, UUID(customer), obj
    )


def _undoable(
    session: Session,
    connection: Connection,
    trashed: list[Invoice],
    sent: set[UUID],
    customer: UUID,
    obj: Json,
) -> Undoable | None:
    free = [row for row in trashed if not _ever_linked(session, connection.id, Kind.INVOICE, row.id)]
    if _alike_here(session, free, sent, customer, obj) is None:
        return None
    return Undoable(max(row.trashed_at for row in free if row.trashed_at is not None) + UNDO)


def _alike_here(session: Session, free: list[Invoice], sent: set[UUID], customer: UUID, obj: Json) -> Match:
    """Of invoices with its number, those that it may be: any that may have been `sent` with that."""
    same_total = {row.id for row in free if row.total_cents == cents_of(obj.get("TotalAmt"))}
    same_customer = [row for row in free if row.customer_id == customer]
    if same_customer:
        return _only([(row.id, row.id in same_total) for row in same_customer])
    same_day = [row for row in free if str(row.issue_date) == as_text(obj.get("TxnDate"))]
    alike = [row for row in same_day if row.id in same_total] or _with_lines_of(session, same_day, obj)
    return _only([(row.id, False) for row in alike or [row for row in free if row.id in sent]])


def _with_lines_of(session: Session, rows: list[Invoice], obj: Json) -> list[Invoice]:
    found = load_all(session, Kind.INVOICE, [row.id for row in rows])
    ours = {key: one.record for key, one in found.items() if isinstance(one.record, LocalInvoice)}
    return [row for row in rows if row.id in ours and likeness.has_the_lines_of(ours[row.id], obj)]


def _alike(ours: str, theirs: str) -> bool:
    return not ours or not theirs or fold(ours) == fold(theirs)


def _sent_as(session: Session, connection_id: UUID, kind: Kind, name: str) -> set[UUID]:
    """Those of ours that may have gone out under a name, or number, before a backup was brought back."""
    key = col(SyncRecord.restored_key)
    found = select(SyncRecord.local_id, SyncRecord.restored_key).where(
        SyncRecord.connection_id == connection_id,
        SyncRecord.kind == kind,
        or_(key == name, key.contains(AND)),
        text(RESTORED),
    )
    return {one for one, names in session.exec(found) if one is not None and name in names.split(AND)}


def _only(free: list[tuple[UUID, bool]]) -> Match:
    """Of those that may be meant, each with whether it fits wholly: the one that does, or a doubt about all."""
    certain = [local_id for local_id, fits in free if fits]
    if len(certain) == 1 and len(free) == 1:
        return Certain(str(certain[0]))
    return Doubt(tuple(str(local_id) for local_id, _ in free), "") if free else None


def _unlinked(session: Session, connection_id: UUID, rows: list[Reference]) -> list[Reference]:
    """Those that are not the other half of a link: a record without one of ours may still be joined."""
    links = references.Links(session, connection_id)
    return [row for row in rows if links.local_id(Kind(row.entity), row.remote_id) is None]


def _is_unlinked(session: Session, connection_id: UUID, kind: Kind, local_id: UUID) -> bool:
    linked = _links_of(connection_id, kind, local_id).where(not_(GOES_OUT_ANEW))
    return session.exec(linked).first() is None


def _ever_linked(session: Session, connection_id: UUID, kind: Kind, local_id: UUID) -> bool:
    return session.exec(_links_of(connection_id, kind, local_id)).first() is not None


def _links_of(connection_id: UUID, kind: Kind, local_id: UUID) -> SelectOfScalar[UUID]:
    return select(SyncRecord.id).where(
        SyncRecord.connection_id == connection_id,
        SyncRecord.kind == kind,
        SyncRecord.local_id == local_id,
        col(SyncRecord.remote_id).is_not(None),
    )


def cents_of(total: object) -> int | None:
    """A total of the index in cents; None for one that is none."""
    try:
        found = canon.number(total)
    except canon.Unreadable:
        return None
    return None if found is None else int(found * 100)
