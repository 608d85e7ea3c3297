"""Ids of records: UUID version 7 (RFC 9562), sortable by creation and not guessable."""

from __future__ import annotations

import secrets
import time
from uuid import UUID

from bookipi_app.errors import NotFound


def new_id() -> UUID:
    """A UUIDv7: 48 bits of Unix milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (2**48 - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return UUID(int=value)


def parse_id(text: object) -> UUID:
    """An id that came from outside. Anything that is not one is *not found*, never an error of ours."""
    if isinstance(text, UUID):
        return text
    if not isinstance(text, str) or len(text) not in (32, 36) or not text.isascii():
        raise NotFound
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
