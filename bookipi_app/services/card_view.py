"""What the QuickBooks card says, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CardState(StrEnum):
    """Which of its faces the card shows."""

    NOT_CONNECTED = "not_connected"
    NOT_ELIGIBLE = "not_eligible"
    OTHER_COMPANY = "other_company"
    CONNECTED = "connected"
    SYNCING = "syncing"
    NEEDS_YOU = "needs_you"
    ENDING = "ending"  # connected, and access ends within days
    PAUSED = "paused"
    RECONNECT = "reconnect"
    REVIEW = "review"
    DISCONNECTING = "disconnecting"
    FROZEN = "frozen"


@dataclass(frozen=True)
class CardFact:
    """A label and its value."""

    label: str
    value: str


@dataclass(frozen=True)
class CardView:
    """Everything the card says, display-ready.

    `line` is the state line of the header and `tone` its dot (quiet, good, busy, warn, bad, frozen). `strong` begins
    the body, `words` goes on; `facts` stand instead where all is well. `compact` is the one line of the compact card.
    `button` and `link` are words with the address they lead to; an empty word means that there is none. Addresses
    that begin with `/oauth/` leave the app and must be plain links.
    """

    state: str
    tone: str
    line: str
    compact: str
    strong: str = ""
    words: str = ""
    facts: tuple[CardFact, ...] = ()
    button: str = ""
    button_to: str = ""
    link: str = ""
    link_to: str = ""
    connected: bool = False  # there is a living connection: settings offer Disconnect
    quickbooks_name: str = ""
    company_name: str = ""
    connected_since: str = ""
    heard: str = ""
    lag: str = ""  # how long the last change from QuickBooks was on its way
    lag_out: str = ""  # and the last one to QuickBooks
    equal: int = 0
    pending: int = 0
    needs_you: int = 0
    total: int = 0
    income_account: str = ""
    default_item: str = ""
