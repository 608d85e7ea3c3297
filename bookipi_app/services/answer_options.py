"""The answers that a question offers, one button each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from bookipi_app.models import Connection, SyncRecord, TaxSending

RECALCULATED = "tax_recalculated"
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


def options_of(name: str, detail: Mapping[str, Any], *, may_send_ours: bool) -> tuple[OptionView, ...]:
    """The buttons of a question, by its name."""
    match name:
        case "tax":
            return (
                OptionView("theirs", "Take QuickBooks’ tax"),
                *((OptionView("ours", "Send ours"),) if may_send_ours else ()),
                OptionView("leave", "Leave it as it is"),
            )
        case "number":
            return (
                OptionView("ours", f"Keep {detail.get('ours', '')}"),
                OptionView("theirs", f"Take {detail.get('theirs', '')}"),
            )
        case "match":
            return (OptionView("new", "It is a new one"),)
        case "double":
            return OptionView("same", "It is the same"), OptionView("different", "It is another one")
        case "totals":
            return (OptionView("leave", "Leave it as it is"),)
        case "retry":
            return (OptionView("retry", "Try again"),)
        case "sync":
            return (OptionView("sync", "Sync this one"),)
        case _:
            return ()
