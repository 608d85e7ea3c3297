"""What is refused, or fails, is said on the page; nothing has to be evaluated as a script for it."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy.exc import OperationalError

from bookipi_app.errors import TryLater, UserMustAct
from bookipi_app.frontend import PROJECT
from bookipi_app.state.failures import BUG_WORDS, SILENT_WORDS, answer_failure
from bookipi_app.state.identity import SignedOut

EVALUATED = re.compile(r"rx\.(toast\.\w|call_script|run_script|call_function|set_clipboard)")


@pytest.mark.parametrize(
    ("failure", "tone", "words"),
    [
        (UserMustAct("Choose another number."), "bad", "Choose another number."),
        (TryLater("QuickBooks is silent."), "warn", "QuickBooks is silent."),
        (RuntimeError("a secret"), "bad", BUG_WORDS),
        (
            OperationalError("COMMIT", None, sqlite3.OperationalError("database is locked")),
            "bad",
            SILENT_WORDS,
        ),
    ],
)
def test_a_failure_is_said_in_words(failure: Exception, tone: str, words: str) -> None:
    event = answer_failure(failure)
    assert event.handler.fn.__name__ == "say"
    said = {str(name): cast(Any, value)._var_value for name, value in event.args}
    assert said == {"tone": tone, "words": words}


def test_who_is_signed_out_is_led_to_the_log_in() -> None:
    assert "/sign-in" in str(answer_failure(SignedOut()))


def test_no_handler_sends_what_the_pages_policy_forbids() -> None:
    sources = Path(PROJECT, "bookipi_app").rglob("*.py")
    assert [
        file.name for file in sources if EVALUATED.search(file.read_text().replace("rx.toast.provider", ""))
    ] == []
