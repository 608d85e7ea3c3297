"""How the app behaved on the way: order per record, bounded effort, and what it acknowledged."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from bookipi_app.models import Kind, Side
from tests.engine.simulation.journal import Edit, Journal
from tests.engine.simulation.pairs import Pair, value_of
from tests.engine.simulation.traffic import Key, Reached, Sent

HOUR = timedelta(hours=1)
MOST_IN_VAIN = 12  # writes of one record in an hour that changed nothing
PARTS = ("quantity", "price", "description")
Ranks = Mapping[str, list[Edit]]


# -- order -------------------------------------------------------------------------------------------------------------


def backwards(pairs: Iterable[Pair], journal: Journal, reached: Iterable[Reached]) -> list[str]:
    """An older value of ours that came to QuickBooks after a newer one. Values that were given twice tell nothing."""
    known = list(pairs)
    ranks = {pair.key: _ranks(pair, known, journal) for pair in known if pair.record.local_id}
    newest: dict[tuple[Key, str], Edit] = {}
    wrong: list[str] = []
    for one in reached:
        key = one.kind, one.remote_id
        for unit, edits in ranks.get(key, {}).items() if one.face else ():
            came = next((edit for edit in edits if edit.value == _value(one, unit)), None)
            if came is None:
                continue
            before = newest.get((key, unit), came)
            if came.at < before.at and not journal.is_taken_back(before):
                words = f"{unit} = {came.value!r} ({came.at}) came after {before.value!r} ({before.at})"
                wrong.append(f"{words}: {one.kind.value} {one.remote_id}")
            newest[key, unit] = max(before, came, key=lambda edit: edit.at)
    return wrong


def _ranks(pair: Pair, pairs: Iterable[Pair], journal: Journal) -> Ranks:
    """The values that only one edit of this record gave, and that one here, by unit."""
    keys = {str(pair.record.local_id), pair.record.remote_id}
    edits = [one for one in journal.edits if one.kind is pair.record.kind and one.key in keys]
    given = [*edits, *_carried_over(pair, pairs, journal)]
    counted = Counter((one.unit, str(one.value)) for one in given)
    found: defaultdict[str, list[Edit]] = defaultdict(list)
    for one in edits:
        if one.side is Side.HERE and counted[one.unit, str(one.value)] == 1 and _is_told(one.unit):
            found[one.unit].append(one)
    return {unit: those for unit, those in found.items() if len(those) > 1}


def _carried_over(pair: Pair, pairs: Iterable[Pair], journal: Journal) -> list[Edit]:
    """What was given here to a customer that QuickBooks merged into this one, and a person then let stand for both.

    What had not travelled is asked about on the survivor, and reaches it by that answer alone: it gives its value there
    once more. Items carry nothing over, and neither does an answer from before the edit, of another unit, or *theirs*.
    """
    if pair.record.kind is not Kind.CUSTOMER:
        return []
    losers = {str(one.record.local_id) for one in pairs if one.record.alias_of == pair.record.id}
    key = str(pair.record.local_id)
    kept = [one for one in journal.chosen if (one.kind, one.key, one.choice) == (Kind.CUSTOMER, key, "ours")]
    return [
        edit
        for edit in journal.edits
        if (edit.side, edit.kind) == (Side.HERE, Kind.CUSTOMER)
        and edit.key in losers
        and any(one.unit == edit.unit and one.at > edit.at for one in kept)
    ]


def _is_told(unit: str) -> bool:
    """A customer is another id there, a percentage an amount, and a line is there or not."""
    return unit not in ("customer", "percent") and (
        not unit.startswith("line ") or unit.rsplit(" ", maxsplit=1)[-1] in PARTS
    )


def _value(one: Reached, unit: str) -> Any:
    return value_of(one.face, unit)


# -- effort ------------------------------------------------------------------------------------------------------------


def in_vain(
    sent: Iterable[Sent], reached: Iterable[Reached], asked: Mapping[Key, int] | None = None
) -> list[str]:
    """Records that were written more often in an hour than they changed by it, and more than twelve times so.

    What QuickBooks turned away with 429 was no try: it says itself when to come again, and until then nothing leaves.
    What a person asked for by an answer, *Retry* above all, is not the engine's impatience.
    """
    tried, changed = defaultdict[Key, list[datetime]](list), defaultdict[Key, list[datetime]](list)
    for one in sent:
        tried[one.key].append(one.at)
    for done in reached:
        changed[done.kind, done.remote_id].append(done.at)
    return [
        f"{many} writes of {kind.value} {name} in an hour in vain"
        for (kind, name), moments in tried.items()
        if (many := _most(sorted(moments), sorted(changed[kind, name])))
        > MOST_IN_VAIN + (asked or {}).get((kind, name), 0)
    ]


def asked_by_people(pairs: Iterable[Pair], journal: Journal) -> Mapping[Key, int]:
    """How often somebody answered about a record, by whatever it may be called on the wire."""
    answered = Counter((one.kind, one.key) for one in journal.chosen)
    found: Counter[Key] = Counter()
    for pair in pairs:
        kind = pair.record.kind
        name = getattr(pair.row, "number" if kind is Kind.INVOICE else "name", "")
        for called in {pair.record.remote_id, name} - {None, ""}:
            found[kind, str(called)] += answered[kind, str(pair.record.local_id)]
    return found


def _most(tried: list[datetime], changed: list[datetime]) -> int:
    """The most in any hour that begins with one of them, without those that changed something in it."""
    return max(_within(tried, since) - _within(changed, since) for since in tried)


def _within(moments: list[datetime], since: datetime) -> int:
    return bisect_left(moments, since + HOUR) - bisect_left(moments, since)


# -- what was acknowledged ---------------------------------------------------------------------------------------------


def forgotten(
    journal: Journal, rows: Mapping[Kind, Iterable[object]], entries: Iterable[tuple[str, datetime]]
) -> list[str]:
    """What a page said was saved, and of which nothing is here: no row, or no line in the append-only history."""
    known = {(kind, str(local_id)) for kind, ids in rows.items() for local_id in ids}
    told = set(entries)
    return [
        f"{what} at {when:%d %H:%M:%S} is not here: {kind.value} {key}"
        for kind, key, when, what in _acknowledged(journal)
        if (kind, key) not in known or (what != "made" and (key, when) not in told)
    ]


def _acknowledged(journal: Journal) -> Iterator[tuple[Kind, str, datetime, str]]:
    """What people were told had been saved, without what was lost with their knowledge by an older backup."""
    for edit in journal.edits:
        if edit.side is Side.HERE and not journal.is_taken_back(edit):
            yield edit.kind, edit.key, edit.when, edit.unit if _is_always_a_change(edit) else "made"
    for end in journal.ends:
        if end.side is Side.HERE and not journal.is_lost(end.at):
            yield end.kind, end.key, end.when, end.what


def _is_always_a_change(edit: Edit) -> bool:
    """A counted word was never there before; a number may have been, and bulk comes without a page."""
    counted = isinstance(edit.value, str) and edit.unit != "customer"
    return counted and not str(edit.value).startswith("Older")
