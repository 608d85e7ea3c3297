"""Text that came from outside: made safe to store, and folded for search and sorting."""

from __future__ import annotations

import unicodedata

_ALLOWED_CONTROLS = {"\n", "\t"}


class NotText(ValueError):
    """A text that cannot be stored; `words` is the sentence for the field."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def clean(text: str, *, lines: bool = False) -> str:
    """Trimmed text in Unicode's composed form (NFC), without NUL. With `lines` it may have several lines.

    Raises:
        NotText: it holds control characters or half a character (a lone surrogate), or a line break where none fits.
    """
    composed = (
        unicodedata.normalize("NFC", text.replace("\0", "")).replace("\r\n", "\n").replace("\r", "\n").strip()
    )
    for character in composed:
        category = unicodedata.category(character)
        if category == "Cs":
            raise NotText("This holds a broken character. Type it again.")
        if category == "Cc" and not (lines and character in _ALLOWED_CONTROLS):
            words = (
                "Use one line, without tabs."
                if character in _ALLOWED_CONTROLS
                else "Remove the invisible characters."
            )
            raise NotText(words)
    return composed


def fold(text: str, most: int = 500) -> str:
    """The form in which names and numbers are searched, sorted and compared: case and width do not count.

    Cut to `most` characters, since folding can make a text longer than the column that holds it.
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())[:most]


def with_suffix(name: str, suffix: str, most: int) -> str:
    """A name with a word in brackets behind it; of a long one so much that both fit in `most` characters."""
    tail = f" ({suffix})"
    return name[: most - len(tail)].rstrip() + tail


def like_pattern(text: str) -> str:
    """A pattern for `LIKE … ESCAPE '\\'` that finds `text` anywhere, literally."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
