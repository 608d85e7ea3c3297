"""The answers that a question offers, one button each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from bookipi_app.models import Connection, SyncRecord, TaxSending

RECALCULATED = "tax_recalculated"
MENDED_HERE = (
    "deductible_tax", "discounts_off", "shipping_off", "renamed_discount", "not_a_discount", "default_item",
)  # fmt: skip
"""Causes for which the editor's forecast has ways out, or a setting."""
KEPT_THERE, KEPT_HERE = "kept_in_quickbooks", "kept_here"
"""Causes of a record that could not end: QuickBooks refused it, or a person kept what vanished there in a crowd."""
SENT_AGAIN = (RECALCULATED, "automatic_tax", "edited_in_quickbooks")


@dataclass(frozen=True)
class OptionView:
    """One button: `answer` is what the service takes, `label` what it says."""

    answer: str
    label: str


def only_tax(detail: Mapping[str, Any]) -> bool:
    """Lines, discount and shipping come to the same, so that taking the other tax makes both totals equal."""
    apart = {one["name"]: int(one["there"]) - int(one["here"]) for one in detail.get("parts", ())}
    return bool(apart.get("tax")) and apart["tax"] == apart.get("total") and not apart.get("discount")


def may_send_ours(session: Session, record: SyncRecord) -> bool:
    """Sending our tax again helps only where QuickBooks would keep it."""
    connection = session.get_one(Connection, record.connection_id)
    return connection.tax_sending is TaxSending.AS_BILLED and record.cause in SENT_AGAIN


_ENDED_BY = {"trash": "Delete it again", "void": "Void it again", "archive": "Archive it again"}
LEFT, AGAIN = OptionView("leave", "Leave it as it is"), OptionView("retry", "Try again")
_ALWAYS = {
    "match": (OptionView("new", "It is a new one"),),
    "double": (OptionView("same", "It is the same"), OptionView("different", "It is another one")),
    "totals": (LEFT,),
    "number_here": (LEFT,),
    "retry": (AGAIN,),
    "name": (AGAIN,),  # once the other one was changed in QuickBooks
    "number_taken": (AGAIN,),
    "sync": (OptionView("sync", "Sync this one"),),
}
_SETTLED_BY = {
    "renamed_discount": (
        OptionView("discount", "It is a discount"),
        OptionView("something_else", "It is something else"),
    ),
    "not_a_discount": (OptionView("discount", "It is a discount"),),
    "shipping_off": (OptionView("item", "Always send it as a line"),),
}


def options_of(
    name: str, detail: Mapping[str, Any], *, cause: str, may_send_ours: bool
) -> tuple[OptionView, ...]:
    """The buttons of a question, by its name."""
    match name:
        case "tax":
            return (
                OptionView("theirs", "Take QuickBooks’ tax"),
                *((OptionView("ours", "Send ours"),) if may_send_ours else ()),
                LEFT,
            )
        case "number":
            return (
                OptionView("ours", f"Keep {detail.get('ours', '')}"),
                OptionView("theirs", f"Take {detail.get('theirs', '')}"),
            )
        case "kept" if cause == KEPT_HERE:
            return (OptionView("end", "End it here too"),)
        case "kept":
            again = _ENDED_BY.get(detail.get("ended_by", ""))
            return (OptionView("again", again), LEFT) if again else (LEFT,)
        case "money":
            return (*_SETTLED_BY.get(cause, ()), AGAIN)
        case _:
            return _ALWAYS.get(name, ())


def way_of(name: str, cause: str, href: str) -> tuple[str, str]:
    """Where what QuickBooks cannot hold is changed, and the words of that link; empty for other questions."""
    if name != "money":
        return "", ""
    if cause == "default_item":
        return "/settings/integration", "Choose the item"
    return f"{href}/edit", "Change the invoice"
