"""The invoice as a PDF, set by typst: offline, from our own fonts, and without ever taking a text for markup.

A document is a few milliseconds of work; callers on an event loop hand it to a thread. The same paper gives the same
bytes, whenever and however often it is set.
"""

from __future__ import annotations

import json
import re
import threading
import unicodedata
from dataclasses import asdict
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bookipi_app.documents.paper import Paper

if TYPE_CHECKING:
    from typst import Compiler

HERE = Path(__file__).parent
EPOCH = 946_684_800  # 2000-01-01: a document carries no moment of its making
LONGEST_WORD = 24
MAY_BREAK = "\u200b"
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_JOINERS = "\u200c\u200d"  # the only unseen characters that a script needs
_MARKS = re.compile(
    r"([\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff]{4})[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff]+"
)
_BREAKS = dict.fromkeys(map(ord, "\n\t"))
_FOOTER = 60
_setting = (
    threading.Lock()
)  # typst's compiler keeps its fonts and its last document, and serves one at a time


def invoice_pdf(paper: Paper, logo: bytes | None = None) -> bytes:
    """The PDF of a sheet; `logo` is a PNG. Who asks for the same one again and again costs nobody else's time."""
    with _setting:
        return _kept(paper, logo)


def set_type(paper: Paper, logo: bytes | None = None, **how: Any) -> bytes | list[bytes] | None:
    """The document in any of typst's formats: a test looks at its pages as pictures."""
    with _setting:
        return _set(paper, logo, **how)


@lru_cache(maxsize=16)
def _kept(paper: Paper, logo: bytes | None) -> bytes:
    """The last few: 750 lines take seconds, and a public link is asked as often as its holder likes."""
    made = _set(paper, logo, format="pdf", timestamp=EPOCH)
    assert isinstance(made, bytes)
    return made


def _set(paper: Paper, logo: bytes | None, **how: Any) -> bytes | list[bytes] | None:
    texts = _printable(asdict(paper) | {"footer": paper.company_name[:_FOOTER]})
    inputs = {"paper": json.dumps(texts), "logo": json.dumps(list(logo or b""))}
    return _compiler().compile(sys_inputs=inputs, **how)


@cache
def _compiler() -> Compiler:
    """Inter first; a character that it lacks comes from a font of the machine, or is a box if none has it."""
    import typst  # forty megabytes that most processes never need

    return typst.Compiler(HERE / "invoice.typ", root=HERE, font_paths=[HERE / "fonts"])


def _printable(value: Any) -> Any:
    """Every text of the sheet as it can be set: without what is no character, with long words that may break."""
    if isinstance(value, str):
        return _LONG_WORD.sub(_with_breaks, _characters(value))
    if isinstance(value, dict):
        return {name: _printable(one) for name, one in value.items()}
    return [_printable(one) for one in value]


def _characters(text: str) -> str:
    """Without what is no character or turns its neighbours around; a letter carries at most four marks."""
    if text.isascii() and text.translate(_BREAKS).isprintable():
        return text  # nothing of that is among the letters of a keyboard
    kept = (one for one in unicodedata.normalize("NFC", text) if one in "\n\t" or _is_shown(one))
    return _MARKS.sub(r"\1", "".join(kept))


def _is_shown(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def _with_breaks(word: re.Match[str]) -> str:
    """Between any two groups of letters, but never before a mark that belongs to the letter in front of it."""
    parts: list[str] = []
    for at, one in enumerate(word.group()):
        if at and at % 8 == 0 and not unicodedata.combining(one) and one not in "\u200d\ufe0f":
            parts.append(MAY_BREAK)
        parts.append(one)
    return "".join(parts)
