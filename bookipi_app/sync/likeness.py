"""Likeness: whether an object in QuickBooks is, or may be, what was sent to be created there long ago.

And whether an invoice there bills what one of ours does, of which nobody here knows whether it was ever sent.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bookipi_app.models.record import Kind, LineKind
from bookipi_app.quickbooks.wire import Json, as_text, ref
from bookipi_app.sync import canon, fields, remote_lines, snapshot, wire_lines
from bookipi_app.sync.records import LocalInvoice, LocalLine
from bookipi_app.text import fold

TELLING = (
    "email",
    "phone",
    "company_name",
    "given_name",
    "family_name",
    "notes",
    "sku",
    "description",
    "price",
)
NOTHING = (None, "", "0")
OUR_CLOCK = timedelta(minutes=20)  # how far ours may be off QuickBooks'


def may_be(kind: Kind, sent: Json, obj: Json) -> bool:
    """Whether it may be what was sent, edited there since; of what cannot be read, nobody can say that it is not."""
    try:
        return _may_be(kind, sent, obj)
    except canon.Unreadable:
        return True


def _may_be(kind: Kind, sent: Json, obj: Json) -> bool:
    """An invoice with our number may have been edited there since, or its customer been merged: not both."""
    ours, theirs = _mark(kind, sent), _mark(kind, obj)
    if kind is not Kind.INVOICE:
        return ours == theirs or _may_be_renamed(kind, sent, obj)
    if number(sent) and number(sent) == number(obj):
        return ours[0] == theirs[0] or ours[1:] == theirs[1:]
    return ours == theirs


def _may_be_renamed(kind: Kind, sent: Json, obj: Json) -> bool:
    """Edited there since, and it shares something that was sent; or nothing but a name was sent, and it has no more."""
    if not snapshot.sync_token(obj):
        return False
    had, has = snapshot.of_remote(kind, sent), snapshot.of_remote(kind, obj)
    told = [name for name in TELLING if had.get(name) not in NOTHING]
    if told:
        return any(fields.same(kind, name, had[name], has.get(name)) for name in told)
    return all(has.get(name) in NOTHING for name in TELLING)


def may_be_edited(kind: Kind, sent: Json, obj: Json) -> bool:
    """Of what was made at the very time of the sending: edited there since, it may be that with nothing left as sent.

    An invoice keeps its customer, its number or its lines: nobody makes another one of it altogether.
    """
    if not snapshot.sync_token(obj):
        return False
    if kind is not Kind.INVOICE:
        return True
    try:
        ours, theirs = _mark(kind, sent), _mark(kind, obj)
    except canon.Unreadable:
        return True
    same_number = bool(number(sent)) and number(sent) == number(obj)
    return same_number or ours[0] == theirs[0] or ours[1:] == theirs[1:]


def _mark(kind: Kind, obj: Json) -> tuple[Any, ...]:
    """What an object is known by, as we send it and as QuickBooks gives it back."""
    match kind:
        case Kind.CUSTOMER | Kind.ITEM:
            name = as_text(obj.get("DisplayName" if kind is Kind.CUSTOMER else "Name"))
            return (fold(canon.clean_name(name, active=obj.get("Active") is not False)),)
        case Kind.INVOICE:
            body = remote_lines.body_lines(obj)
            sold = [line for line in body if line.get("DetailType") == "SalesItemLineDetail"]
            said = tuple(
                (canon.number(one.get("Amount")), canon.lines_of_text(one.get("Description"))) for one in sold
            )
            return ref(obj, "CustomerRef"), *said


def is_as_sent(kind: Kind, sent: Json, obj: Json) -> bool:
    """Whether it has the name, or the number or the total, that were sent: one of them tells enough."""
    if kind is not Kind.INVOICE:
        return _mark(kind, sent) == _mark(kind, obj)
    if number(sent) and number(sent) == number(obj):
        return True
    parts = snapshot.of_remote(kind, sent)["totals"]
    total = parts["subtotal"] - parts["discount"] + parts["shipping"] + parts["tax"]
    try:
        return canon.cents(obj.get("TotalAmt")) == total
    except canon.Unreadable:
        return False


def has_the_lines_of(invoice: LocalInvoice, obj: Json) -> bool:
    """Whether it bills the same, line for line in any order, whatever was taken off, shipped and taxed."""
    ours = [(one.amount_cents, _words_of(one)) for one in invoice.lines if one.kind is not LineKind.TEXT]
    try:
        theirs = [
            (remote_lines.amount(one), canon.lines_of_text(one.get("Description")))
            for one in remote_lines.body_lines(obj)
            if remote_lines.kind_of(one) is not LineKind.TEXT
        ]
    except canon.Unreadable:
        return False
    return any(cents for cents, _ in ours) and sorted(ours) == sorted(theirs)


def _words_of(line: LocalLine) -> str:
    words = wire_lines.with_words(canon.lines_of_text(line.description), wire_lines.discount_words(line))
    return canon.lines_of_text(words)


def called(kind: Kind, obj: Json) -> str:
    """The name of a customer or item, the number of an invoice, as QuickBooks compares it."""
    return number(obj) if kind is Kind.INVOICE else str(_mark(kind, obj)[0])


def number(obj: Json) -> str:
    """An invoice's number as QuickBooks compares it; empty without one."""
    return fold(as_text(obj.get("DocNumber")), 21)
