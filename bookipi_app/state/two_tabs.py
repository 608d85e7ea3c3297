"""A form that two tabs may have open: field by field, nothing that another tab saved is replaced unseen."""

from __future__ import annotations

from collections.abc import Mapping

LONGEST_SHOWN = 60


def settled(
    begun: Mapping[str, str], sent: Mapping[str, str], stored: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """What to save of a form, and a sentence for each field that was changed here and on another page.

    `begun` is what the form began with, `sent` what it says now, `stored` what is saved. A field that nobody touched
    here stays as it is stored.
    """
    known = {name: text for name, text in sent.items() if name in stored}
    touched = {name: text for name, text in known.items() if text not in (begun.get(name, ""), stored[name])}
    clashes = {
        name: f"Changed on another page to {_shown(stored[name])}. Save again to replace it."
        for name in touched
        if stored[name] != begun.get(name, "")
    }
    return {**stored, **touched}, clashes


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line[:LONGEST_SHOWN]}{'…' if len(line) > LONGEST_SHOWN else ''}”" if line else "nothing"
