"""Judges two histories, and knows nothing else: what was asked and answered, and what both sides held in the end.

- nothing lost: a value at the end is that of an edit after which, by the answers, no other was asked;
- nothing doubled: one record here and one in QuickBooks for each creation that was done, at most one if nobody knows;
- both sides agree, or the record says in words that a person must decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.nemesis.history import Event

FOREVER = 1e12
OPEN = ("conflict", "attention")  # flags by which a person is asked
AGREED = ("synced", "differs")


@dataclass
class _Edit:
    who: str
    value: Any
    asked: float
    answered: float
    is_done: bool


@dataclass
class _Record:
    created: _Edit | None = None
    edits: list[_Edit] = field(default_factory=list["_Edit"])
    here: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    there: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


def violations(events: Iterable[Event]) -> list[str]:
    """Every way in which a history is wrong; none if it holds."""
    records = _records(list(events))
    return [f"{name}: {words}" for name, record in sorted(records.items()) for words in _judge(record)]


def _records(events: list[Event]) -> dict[str, _Record]:
    records: dict[str, _Record] = defaultdict(_Record)
    answers = {event.act: event for event in events if event.act and event.outcome != "asked"}
    for event in events:
        if event.outcome == "asked":
            _take(records[f"{event.kind} {event.record}"], event, answers.get(event.act))
        elif event.who == "end":
            row = event.more
            record = records[f"{event.kind} {row['mark']}"]
            (record.here if row["side"] == "app" else record.there).append(row)
    return records


def _take(record: _Record, asked: Event, answer: Event | None) -> None:
    if answer is not None and answer.outcome == "refused":
        return
    is_done = answer is not None and answer.outcome == "done"
    edit = _Edit(asked.who, asked.value, asked.at, answer.at if is_done and answer else FOREVER, is_done)
    if asked.about:
        record.edits.append(edit)
    else:
        record.created = edit


def _judge(record: _Record) -> Iterable[str]:
    if record.created is None:
        if record.here or record.there:
            yield f"nobody made it, and it is there: {record.here} {record.there}"
        return
    counts = len(record.here), len(record.there)
    if max(counts) > 1:
        yield f"doubled: {counts[0]} here, {counts[1]} in QuickBooks"
        return
    if record.created.is_done and not (record.here if record.created.who == "app" else record.there):
        yield "lost: it was saved, and is gone"
        return
    if not any(counts):
        return
    if not record.here:
        yield "it never arrived here"
        return
    mine = record.here[0]
    if mine["flag"] in OPEN:
        yield from _explained(mine)
        return
    if mine["flag"] not in AGREED:
        yield f"it is still {mine['flag'] or 'without a flag'}: {mine['reason']}"
    if not record.there:
        yield "it never arrived in QuickBooks"
        return
    yield from _agree(record, mine["value"], record.there[0]["value"])


def _explained(mine: dict[str, Any]) -> Iterable[str]:
    if not mine["reason"]:
        yield f"it says {mine['flag']} and not why"


def _agree(record: _Record, here: Any, there: Any) -> Iterable[str]:
    if here != there:
        yield f"both sides differ in silence: {here!r} here, {there!r} in QuickBooks"
        return
    assert record.created
    everything = [record.created, *record.edits]
    fair = [
        edit
        for edit in everything
        if not any(other.is_done and other.asked > edit.answered for other in everything)
    ]
    if here not in [edit.value for edit in fair]:
        yield f"a lost edit: {here!r} stands at the end, and {[edit.value for edit in fair]} were the last"
