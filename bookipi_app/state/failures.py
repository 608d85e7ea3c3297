"""The last net: what a page does when a handler failed. Refusals become words; a bug is logged in full and admitted."""

from __future__ import annotations

import logging
from typing import cast

import reflex as rx
from reflex.event import EventSpec

from bookipi_app.db import Trouble, trouble
from bookipi_app.errors import TryLater, UserMustAct
from bookipi_app.state.app import AppState
from bookipi_app.state.identity import SignedOut

log = logging.getLogger(__name__)
BUG_WORDS = "That did not work, and it is our fault. It was written down; nothing you saved is lost."
FULL_WORDS = (
    "This was not saved: the disk of the computer that runs Bookipi is full. Make room, then save again."
)
SILENT_WORDS = (
    "This was not done: the database does not answer now. What you saved is safe; try again in a minute."
)
WORDS: dict[Trouble | None, str] = {Trouble.FULL: FULL_WORDS, Trouble.SILENT: SILENT_WORDS}


def answer_failure(exception: Exception) -> EventSpec:
    """What to tell the page. Nothing of an unexpected failure reaches the browser."""
    match exception:
        case SignedOut():
            return rx.redirect("/sign-in")
        case UserMustAct():
            return _say("bad", exception.words)
        case TryLater():
            return _say("warn", exception.reason)
        case _:
            log.error("a handler failed", exc_info=exception)
            return _say("bad", WORDS.get(trouble(exception), BUG_WORDS))


def _say(tone: str, words: str) -> EventSpec:
    """The event that shows a message. Reflex' types do not follow a handler that is called by its class."""
    return cast(EventSpec, AppState.say(tone, words))
