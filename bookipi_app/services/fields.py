"""What people type, read field by field: every mistake becomes a sentence at its field, all of them at once.

The limits are QuickBooks' own (its objects' field lengths), so that nothing saved here is cut there. Values come from
the browser and may be anything, whatever the form's types say.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import fields as dataclass_fields
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from bookipi_app.errors import InvalidInput, NotFound
from bookipi_app.ids import parse_id
from bookipi_app.money import MOST_UNITS, NotAnAmount, parse_cents, parse_scaled
from bookipi_app.text import NotText, clean

LONGEST_EMAIL = 100
EARLIEST, LATEST = date(1990, 1, 1), date(2099, 12, 31)
_EMAIL = re.compile(r"[^\s@<>\"(),;:\\\[\]]{1,64}@(?:[\w-]{1,63}\.)+[^\W\d_]{2,24}")
Choice = TypeVar("Choice", bound=StrEnum)
Form = TypeVar("Form")


class Fields:
    """Reads values and collects `errors` (field → sentence); `done()` raises them together."""

    def __init__(self) -> None:
        self.errors: dict[str, str] = {}

    def text(self, field: str, value: object, most: int, *, label: str = "", lines: bool = False) -> str:
        """Clean text of at most `most` characters; with a `label` it is required and named by it."""
        with self._at(field):
            if not isinstance(value, str):
                raise NotText("Enter a text.")
            if len(value) > 4 * most + 100:
                raise NotText(_too_long(len(value), most))
            cleaned = clean(value, lines=lines)
            if len(cleaned) > most:
                raise NotText(_too_long(len(cleaned), most))
            if label and not cleaned:
                raise NotText(f"Enter {label}.")
            return cleaned
        return ""

    def name(self, field: str, value: object, most: int, *, label: str = "") -> str:
        """A name as QuickBooks takes it: one line, no colon."""
        name = self.text(field, value, most, label=label)
        if ":" in name:
            self.errors[field] = "QuickBooks allows no colon in a name."
        return name

    def email(self, field: str, value: object, *, label: str = "", several: bool = False) -> str:
        """An e-mail address, or with `several` some with commas between; at most 100 characters in all."""
        text = self.text(field, value, LONGEST_EMAIL, label=label)
        parts = [part.strip() for part in text.split(",")] if several else [text]
        if text and not all(is_email(part) for part in parts):
            self.errors[field] = "Enter an e-mail address, such as name@example.com."
        return ", ".join(parts)

    def cents(self, field: str, value: object) -> int:
        """An amount that is not negative, in cents; empty is zero."""
        text = self._plain(field, value)
        with self._at(field):
            cents = parse_cents(text) if text else 0
            if cents < 0:
                raise NotAnAmount("This cannot be negative.")
            return cents
        return 0

    def scaled(
        self, field: str, value: object, *, empty: int = 0, negative: bool = False, most: int = MOST_UNITS
    ) -> int:
        """A price, quantity or percentage × 10⁷; `empty` is what an empty field means."""
        text = self._plain(field, value)
        with self._at(field):
            number = parse_scaled(text, most) if text else empty
            if number < 0 and not negative:
                raise NotAnAmount("This cannot be negative.")
            return number
        return empty

    def percent(self, field: str, value: object) -> int:
        """A percentage × 10⁷ from 0 to 100; the % sign may be typed."""
        text = self._plain(field, value)
        with self._at(field):
            number = parse_scaled(text.removesuffix("%")) if text else 0
            if not 0 <= number <= 100 * 10_000_000:
                raise NotAnAmount("Enter a percentage from 0 to 100.")
            return number
        return 0

    def day(self, field: str, value: object, *, empty: date | None = None) -> date:
        """A day as YYYY-MM-DD, between 1990 and 2099."""
        text = self._plain(field, value)
        if not text and empty:
            return empty
        try:
            day = date.fromisoformat(text) if len(text) == 10 else None
        except ValueError:
            day = None
        if day is None or not EARLIEST <= day <= LATEST:
            self.errors[field] = "Enter a date, such as 2026-11-24."
            return empty or EARLIEST
        return day

    def choice(self, field: str, value: object, values: type[Choice], empty: Choice) -> Choice:
        """One of an enum's values."""
        if value == "":
            return empty
        if not isinstance(value, str) or value not in {member.value for member in values}:
            self.errors[field] = "Choose one from the list."
            return empty
        return values(value)

    def reference(self, field: str, value: object, words: str) -> UUID | None:
        """The id of another record, or None when empty. Whether it exists is for the caller to look."""
        if value in ("", None):
            return None
        try:
            return parse_id(value)
        except NotFound:
            self.errors[field] = words
            return None

    def done(self) -> None:
        """Raise what was found.

        Raises:
            InvalidInput: at least one field is wrong.
        """
        if self.errors:
            raise InvalidInput(self.errors)

    def _plain(self, field: str, value: object) -> str:
        if isinstance(value, str):
            return value.strip()
        self.errors[field] = "Enter a text."
        return ""

    @contextmanager
    def _at(self, field: str) -> Generator[None]:
        try:
            yield
        except (NotText, NotAnAmount) as error:
            self.errors[field] = error.words


def is_email(text: str) -> bool:
    """True if it looks like one e-mail address, in a form that a header can hold: nothing unseen, no encoded word."""
    return (
        len(text) <= 254
        and _EMAIL.fullmatch(text) is not None
        and text.isprintable()
        and not any(part in text for part in ("..", "=?"))
    )


def form_from(kind: type[Form], values: Mapping[str, Any]) -> Form:
    """A form of texts from a browser's mapping; names that the form does not have are ignored."""
    known = {field.name for field in dataclass_fields(kind)}  # pyright: ignore[reportArgumentType]
    return kind(**{name: value for name, value in values.items() if name in known})


def _too_long(length: int, most: int) -> str:
    return f"This has {length:,} characters; the most is {most:,}."
