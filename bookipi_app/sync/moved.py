"""Which fields really moved, for words: what is merged, or sent, as one is named only where it differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bookipi_app.models.record import Kind, Side
from bookipi_app.sync import fields
from bookipi_app.sync.record_state import RecordState
from bookipi_app.sync.snapshot import Snapshot
from bookipi_app.sync.value_words import EMPTY, NameOf, words


def of(kind: Kind, names: Sequence[str], before: Snapshot, now: Snapshot) -> tuple[str, ...]:
    """Those of the fields that one side has changed; all of them if that cannot be told."""
    return tuple(_differing(kind, names, before, now)) or tuple(names)


def _differing(kind: Kind, names: Sequence[str], before: Snapshot, now: Snapshot) -> Iterator[str]:
    for name in names:
        if name in now and (name not in before or not fields.same(kind, name, before[name], now[name])):
            yield name


def here(state: RecordState, names: Sequence[str]) -> tuple[str, ...]:
    """What was edited here."""
    base = state.agreement.local if state.agreement else {}
    return of(state.kind, names, base, state.local or {})


def there(state: RecordState, names: Sequence[str]) -> tuple[str, ...]:
    """What was edited in QuickBooks."""
    base = state.agreement.remote if state.agreement else {}
    return of(state.kind, names, base, state.remote or {})


def on_either_side(state: RecordState, names: Iterable[str]) -> tuple[str, ...]:
    """What was edited here or in QuickBooks, in the order of the table; all of it if that cannot be told."""
    asked = set(names)
    ordered = tuple(name for name in fields.names(state.kind) if name in asked)
    if state.agreement is None:
        return ordered
    edited = {
        *_differing(state.kind, ordered, state.agreement.local, state.local or {}),
        *_differing(state.kind, ordered, state.agreement.remote, state.remote or {}),
    }
    return tuple(name for name in ordered if name in edited) or ordered


def values(
    kind: Kind, names: Sequence[str], before: Snapshot, now: Snapshot, name_of: NameOf
) -> dict[str, list[str]]:
    """What QuickBooks' fields were and are, in words: `{field: [old, new]}`; an empty value is an empty text."""

    def said(name: str, side: Snapshot) -> str:
        text = words(kind, Side.QUICKBOOKS, name, side.get(name), name_of)
        return "" if text == EMPTY else text

    return {name: [said(name, before), said(name, now)] for name in names}
