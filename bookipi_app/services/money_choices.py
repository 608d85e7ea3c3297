"""What a person decides once about money that QuickBooks keeps in another way: tax, shipping, a renamed discount.

A choice counts for what travels from now on. What QuickBooks has already stays as it is until somebody edits it, and
what was refused for want of the choice is tried again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlmodel import Session

from bookipi_app import live
from bookipi_app.db import after_commit
from bookipi_app.errors import InvalidInput, NotAllowed
from bookipi_app.models import Connection, DiscountMeaning, ShippingFallback, TaxSending
from bookipi_app.services import asked, choices, sync_requests
from bookipi_app.services.choices import Offer
from bookipi_app.services.records import company_of

REFUSE = ShippingFallback.REFUSE.value
OWN_ITEM = ShippingFallback.ITEM.value  # the one called Shipping
DISCOUNT = "Discount"


@dataclass(frozen=True)
class MoneyChoices:
    """What is chosen, each with one sentence that says what it means; nothing without a connection.

    `shipping` is `item`, `refuse`, or QuickBooks' id of another item. `discount_name` is empty while the field is
    called *Discount*; `asks` says that nobody has said yet what a renamed one means.
    """

    connected: bool = False
    as_billed: bool = True
    tax_words: str = ""
    shipping: str = OWN_ITEM
    shipping_words: str = ""
    shipping_offers: tuple[Offer, ...] = ()
    discount_name: str = ""
    discount: str = DiscountMeaning.UNASKED.value
    discount_words: str = ""
    asks: bool = False


def money_choices(session: Session, company_id: UUID) -> MoneyChoices:
    """What is chosen for the living connection."""
    try:
        connection = asked.connection(session, company_id)
    except NotAllowed:
        return MoneyChoices()
    name = renamed_discount(session, company_id)
    shipping = _shipping(connection)
    return MoneyChoices(
        connected=True,
        as_billed=connection.tax_sending is TaxSending.AS_BILLED,
        tax_words=TAX_WORDS[connection.tax_sending],
        shipping=shipping,
        shipping_words=_shipping_words(connection, shipping),
        shipping_offers=choices.sold(session, connection),
        discount_name=name,
        discount=connection.discount_meaning.value,
        discount_words=_discount_words(connection.discount_meaning, name),
        asks=bool(name) and connection.discount_meaning is DiscountMeaning.UNASKED,
    )


TAX_WORDS = {
    TaxSending.AS_BILLED: "The amount on your invoice counts in QuickBooks too, to the cent.",
    TaxSending.AS_COMPUTED: "QuickBooks works it out by its own rates, and totals can differ.",
}


def renamed_discount(session: Session, company_id: UUID) -> str:
    """What the company calls its *Discount* field; empty where it has no other name."""
    label = company_of(session, company_id).discount_label.strip()
    return "" if label.casefold() in ("", DISCOUNT.casefold()) else label


def choose_tax(session: Session, company_id: UUID, sending: str, *, now: datetime) -> None:
    """Tax as billed here, or as QuickBooks works it out.

    Raises:
        InvalidInput: neither of the two.
        NotAllowed: not connected.
    """
    connection = asked.connection(session, company_id)
    connection.tax_sending = _one_of(TaxSending, sending)
    _chosen(session, connection, now)


def choose_shipping(session: Session, company_id: UUID, goes_to: str, *, now: datetime) -> None:
    """Where shipping goes while QuickBooks has no box for it: `item`, `refuse`, or an item of QuickBooks by its id.

    Raises:
        InvalidInput: not one of those that are offered.
        NotAllowed: not connected.
    """
    connection = asked.connection(session, company_id)
    offers: Mapping[str, str] = {one.id: one.name for one in choices.sold(session, connection)}
    if goes_to in (OWN_ITEM, REFUSE):
        connection.shipping_fallback = ShippingFallback(goes_to)
        connection.shipping_item_id = connection.shipping_item_name = ""
    elif goes_to in offers:
        connection.shipping_fallback = ShippingFallback.ITEM
        connection.shipping_item_id, connection.shipping_item_name = goes_to, offers[goes_to]
    else:
        raise InvalidInput({"shipping": "Choose one of these."})
    _chosen(session, connection, now)


def choose_discount(session: Session, company_id: UUID, meaning: str, *, now: datetime) -> None:
    """What the renamed *Discount* field means.

    Raises:
        InvalidInput: no meaning that a person can choose.
        NotAllowed: not connected.
    """
    connection = asked.connection(session, company_id)
    chosen = _one_of(DiscountMeaning, meaning)
    if chosen is DiscountMeaning.UNASKED:
        raise InvalidInput({"choice": "Choose one of these."})
    connection.discount_meaning = chosen
    _chosen(session, connection, now)


def settle_money(session: Session, company_id: UUID, answer: str, *, now: datetime) -> None:
    """What a refused invoice asked: a choice for all invoices, after which everything refused is tried again.

    Raises:
        InvalidInput: none of the answers.
        NotAllowed: not connected.
    """
    if answer in set(DiscountMeaning):
        choose_discount(session, company_id, answer, now=now)
    else:
        choose_shipping(session, company_id, answer, now=now)


def _one_of(kind: Any, value: object) -> Any:
    if not isinstance(value, str) or value not in {member.value for member in kind}:
        raise InvalidInput({"choice": "Choose one of these."})
    return kind(value)


def _chosen(session: Session, connection: Connection, now: datetime) -> None:
    session.add(connection)
    session.flush()
    sync_requests.retry_all(session, connection.company_id, now=now)
    after_commit(session, partial(live.publish, connection.company_id, "connection"))


def _shipping(connection: Connection) -> str:
    if connection.shipping_fallback is ShippingFallback.REFUSE:
        return REFUSE
    return connection.shipping_item_id or OWN_ITEM


def _shipping_words(connection: Connection, shipping: str) -> str:
    if shipping == REFUSE:
        return "An invoice with shipping waits here until the box is switched on in QuickBooks, under Sales."
    name = connection.shipping_item_name or "Shipping"
    return f"It goes over as an ordinary line on the item {name}, and the total stays the same."


def _discount_words(meaning: DiscountMeaning, name: str) -> str:
    match meaning:
        case DiscountMeaning.UNASKED:
            return f"Until you choose, an invoice with {name or DISCOUNT} on it waits here."
        case DiscountMeaning.DISCOUNT:
            return "It goes over as QuickBooks’ discount, which lowers what you have earned."
        case DiscountMeaning.SOMETHING_ELSE:
            return "QuickBooks has nothing like it: an invoice that uses it stays here, and says so."
