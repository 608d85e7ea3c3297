"""A letter's headers: what was typed stays a text in them, whatever it looks like."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from bookipi_app.documents.letter import Letter, message_of
from tests.services.conftest import NOW

LETTER = Letter(
    sender="Bookipi <mail@bookipi.example>",
    recipient="ap@b.co",
    subject="Invoice",
    body="Hello",
    message_id="00ff",
    domain="books.example.com",
)
ENCODED = "=?utf-8?q?=0d=0aBcc=3a_thief=40x.yz?="


def sent(letter: Letter) -> bytes:
    return bytes(message_of(letter, NOW))


@pytest.mark.parametrize(
    "text", [ENCODED, f"a {ENCODED} {ENCODED}", "=?utf-8?b?DQpCY2M6IHRAeC55eg==?=", f"={ENCODED}"]
)
def test_bad_input_63_refused_an_encoded_word_adds_no_header(text: str) -> None:
    whole = sent(replace(LETTER, subject=text, from_name=text))
    lines = whole.split(b"\n")
    assert not [line for line in lines if line.lower().startswith(b"bcc")]
    assert b"\r" not in whole
    read = message_from_bytes(whole, policy=policy.default)
    assert [name for name, _ in read.items()].count("Bcc") == 0
    assert read["From"].addresses[0].addr_spec == "mail@bookipi.example"


def test_a_letter_that_is_made_twice_has_one_id() -> None:
    assert (
        message_of(LETTER, NOW)["Message-ID"]
        == message_of(LETTER, NOW)["Message-ID"]
        == "<00ff@books.example.com>"
    )


def test_a_domain_with_an_umlaut_is_written_as_name_servers_know_it() -> None:
    made = message_of(replace(LETTER, recipient="bob@müller.de", reply_to="a@müller.de"), NOW)
    assert (made["To"], made["Reply-To"]) == ("bob@xn--mller-kva.de", "a@xn--mller-kva.de")
