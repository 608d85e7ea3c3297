"""What a person decides once about money that QuickBooks keeps in another way (Settings, Integration)."""

from __future__ import annotations

from enum import StrEnum


class TaxSending(StrEnum):
    """Whose sales tax counts in QuickBooks."""

    AS_BILLED = "as_billed"  # ours, to the cent: the amount travels and QuickBooks is told to keep it
    AS_COMPUTED = "as_computed"  # QuickBooks works it out by its own rates; no amount travels


class ShippingFallback(StrEnum):
    """Where shipping goes while QuickBooks' own shipping box is switched off."""

    ITEM = "item"  # an ordinary line on a service item called Shipping
    REFUSE = "refuse"  # the invoice does not travel until the box is switched on


class DiscountMeaning(StrEnum):
    """What the invoice's *Discount* field means once a person gave it another name."""

    UNASKED = "unasked"
    DISCOUNT = "discount"  # still a discount, under another name
    SOMETHING_ELSE = (
        "something_else"  # a deposit, for instance: sent as a discount it would lower the revenue
    )
