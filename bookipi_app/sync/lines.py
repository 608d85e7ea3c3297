"""Lines of an invoice: which of ours is which of QuickBooks', and how edits of lines on both sides come together.

QuickBooks has no place for a line's id of ours and may renumber its own, so the agreement keeps a pair for each line:
our id, its Id, and the wire line as QuickBooks gave it back. A line is found again by Id where its item and its
description or amount still agree, else by its content, in order, else by Id where nothing but its item changed, as
where two items were merged; anything else is a new line. Where that may be the one that is missing there, written
anew, and it was removed here, a person is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from bookipi_app.models.record import LineKind
from bookipi_app.sync import remote_lines
from bookipi_app.sync.remote_lines import Wire

Line = dict[str, Any]  # a line of a snapshot
Pair = dict[str, Any]  # {"local": our id, "remote": QuickBooks' Id, "wire": its line}

SHIPPING = "shipping"  # stands for our id where shipping had to travel as an ordinary line
_Key = tuple[str, int]  # ("agreed" | "ours" | "theirs", position)


def pairs(line_ids: Sequence[str], obj: Wire) -> list[Pair]:
    """Pairs of QuickBooks' lines with our ids in the same order. A line that we did not send has no id of ours."""
    lines = remote_lines.body_lines(obj)
    ids = zip_longest(lines, line_ids[: len(lines)], fillvalue="")
    return [_pair(local_id, line) for line, local_id in ids if isinstance(line, dict)]


def as_answered(line_ids: Sequence[str], sent: Wire, reply: Wire) -> list[str]:
    """Our ids of the lines that were sent, in the order in which an answer has them; empty for a line of its own.

    QuickBooks keeps the order. Where it did not, or has more or fewer, they are told by what they say; what is left is
    taken in order.
    """
    asked, came = (
        [remote_lines.canonical(line) for line in remote_lines.body_lines(obj)] for obj in (sent, reply)
    )
    found = {at: at for at in range(min(len(asked), len(came))) if _reads_alike(asked[at], came[at])}
    free = [one for one in range(len(asked)) if one not in found]
    for at, line in enumerate(came):
        hits = (one for one in free if _reads_alike(asked[one], line)) if at not in found else ()
        if (hit := next(iter(hits), None)) is not None:
            found[at] = hit
            free.remove(hit)
    left = [at for at in range(len(came)) if at not in found]
    if len(left) == len(free):
        found |= dict(zip(left, free, strict=True))
    ids = dict(enumerate(line_ids))
    return [ids.get(found.get(at, -1), "") for at in range(len(came))]


def _reads_alike(one: Line, other: Line) -> bool:
    return all(one.get(name) == other.get(name) for name in ("kind", "item", "description", "amount"))


def _pair(local_id: str, wire: Wire) -> Pair:
    return {"local": local_id, "remote": str(wire.get("Id") or ""), "wire": wire}


def match(agreed: Sequence[Pair], now: Sequence[Line]) -> list[int | None]:
    """For each of QuickBooks' lines now (canonical), the position of its pair, or None for a new line."""
    then = [remote_lines.canonical(pair["wire"]) for pair in agreed]
    found: list[int | None] = [None] * len(now)
    free = list(range(len(then)))
    for agrees in (_same_id_and_likeness, same_content, _same_but_for_its_item):
        for at, line in enumerate(now):
            hit = (
                next((index for index in free if agrees(then[index], line)), None)
                if found[at] is None
                else None
            )
            if hit is not None:
                found[at] = hit
                free.remove(hit)
    return found


def _same_id_and_likeness(then: Line, now: Line) -> bool:
    if (
        not now["id"]
        or then["id"] != now["id"]
        or then["kind"] != now["kind"]
        or then.get("item") != now.get("item")
    ):
        return False
    return then["description"] == now["description"] or then.get("amount") == now.get("amount")


def _same_but_for_its_item(then: Line, now: Line) -> bool:
    return bool(now["id"]) and "item" in then and {**then, "item": now.get("item")} == now


def same_content(one: Line, other: Line) -> bool:
    """Equal lines, whatever their ids."""
    return {**one, "id": ""} == {**other, "id": ""}


def same_wire(one: Wire, other: Wire) -> bool:
    """The same of QuickBooks' own lines."""
    return same_content(remote_lines.canonical(one), remote_lines.canonical(other))


def _may_be(then: Line, now: Line) -> bool:
    """Whether a new line may be a missing one that was written anew: by its Id, or by most of what it says."""
    if now["id"] and then["id"] == now["id"]:
        return True
    says = [then[name] == now.get(name) for name in ("item", "description", "amount") if name in then]
    return then["kind"] == now["kind"] and sum(says) > 1


def rematch(agreed: Sequence[Pair], obj: Wire) -> list[Pair]:
    """The pairs for QuickBooks' lines as they are now; a new line has no id of ours."""
    lines = remote_lines.body_lines(obj)
    found = match(agreed, [remote_lines.canonical(line) for line in lines])
    return [
        _pair(agreed[at]["local"] if at is not None else "", line)
        for line, at in zip(lines, found, strict=True)
    ]


def rematch_for_ours(agreed: Sequence[Pair], obj: Wire) -> list[Pair]:
    """The pairs for QuickBooks' lines as they are now, while ours are to replace them.

    Of lines that only QuickBooks can make, what was agreed is all that there is to send: it is kept, and theirs is not.
    """
    lines, then = remote_lines.body_lines(obj), [remote_lines.canonical(pair["wire"]) for pair in agreed]
    found = match(agreed, [remote_lines.canonical(line) for line in lines])
    foreign = {at for at, line in enumerate(then) if line["kind"] == LineKind.FOREIGN.value}
    kept = [
        {**_pair(agreed[at]["local"], line), **({"wire": agreed[at]["wire"]} if at in foreign else {})}
        if at is not None
        else _pair("", line)
        for line, at in zip(lines, found, strict=True)
    ]
    return kept + [{**agreed[at], "remote": ""} for at in sorted(foreign - set(found))]


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the merged invoice: ours by its id, or QuickBooks' by its position, read over ours if both."""

    local_id: str = ""
    remote: int | None = None


@dataclass(frozen=True, slots=True)
class Edits:
    """The lines of both halves of the agreement and of both sides now."""

    agreed: Sequence[Pair]
    base: Sequence[Line]  # ours
    local: Sequence[Line]
    remote: Sequence[Line]
    expected: Sequence[Line] | None = (
        None  # ours, as QuickBooks would give them back, in the order of `local`
    )
    judged: bool = False  # that no line collides was found before, with what is expected


def merge(edits: Edits) -> list[Place] | None:
    """Both sides' edits, line by line; None where the same line, or the order, was changed on both in two ways."""
    carrier = _shipping_at(edits)
    if carrier is not None:
        return _merged_beside(edits, carrier)
    if sorted(pair["local"] for pair in edits.agreed) != sorted(line["id"] for line in edits.base):
        return None  # some line was never agreed, or shipping that travelled as one: there is nothing to merge over
    merging = _Merging(edits)
    if not edits.judged and any(merging.collides(index) for index in range(len(edits.agreed))):
        return None
    order = merging.order()
    return None if order is None else [merging.place(key) for key in order]


def _shipping_at(edits: Edits) -> int | None:
    """Where the shipping that travels as a line stands there, if it is as it was."""
    found = match(edits.agreed, edits.remote)
    for at, index in enumerate(found):
        pair = edits.agreed[index] if index is not None else None
        if pair is not None and pair["local"] == SHIPPING:
            then = remote_lines.canonical(pair["wire"])
            return at if same_content(then, edits.remote[at]) else None
    return None


def _merged_beside(edits: Edits, carrier: int) -> list[Place] | None:
    """The other lines merge as if that one were not there."""
    others = replace(
        edits,
        agreed=[pair for pair in edits.agreed if pair["local"] != SHIPPING],
        remote=[line for at, line in enumerate(edits.remote) if at != carrier],
    )
    places = merge(others)
    if places is None:
        return None
    return [_after(place, carrier) for place in places]


def _after(place: Place, carrier: int) -> Place:
    """A place among all lines again."""
    if place.remote is None or place.remote < carrier:
        return place
    return replace(place, remote=place.remote + 1)


class _Merging:
    """The look-ups of one merge. Agreed lines are known by the position of their pair."""

    def __init__(self, edits: Edits) -> None:
        self.edits = edits
        base = {line["id"]: line for line in edits.base}
        self.base = [base[pair["local"]] for pair in edits.agreed]
        self.position = {pair["local"]: index for index, pair in enumerate(edits.agreed)}
        self.local = {
            self.position[line["id"]]: at
            for at, line in enumerate(edits.local)
            if line["id"] in self.position
        }
        self.remote_key = match(edits.agreed, edits.remote)
        self.remote = {index: at for at, index in enumerate(self.remote_key) if index is not None}
        self.new_there = [
            line for line, index in zip(edits.remote, self.remote_key, strict=True) if index is None
        ]

    def changed_here(self, index: int) -> bool:
        at = self.local.get(index)
        return at is None or not same_content(self.base[index], self.edits.local[at])

    def changed_there(self, index: int) -> bool:
        at = self.remote.get(index)
        if at is None:
            return True
        return not same_content(self._then(index), self.edits.remote[at])

    def _then(self, index: int) -> Line:
        return remote_lines.canonical(self.edits.agreed[index]["wire"])

    def collides(self, index: int) -> bool:
        return self.changed_here(index) and self.changed_there(index) and not self._same_result(index)

    def _same_result(self, index: int) -> bool:
        here, there = self.local.get(index), self.remote.get(index)
        if here is None and there is None:
            return not any(_may_be(self._then(index), line) for line in self.new_there)
        if here is None or there is None:
            return False
        if self.edits.expected is None:
            return False
        return same_content(self.edits.expected[here], self.edits.remote[there])

    def order(self) -> list[_Key] | None:
        """All lines that survive: in the order of the side that moved them, the other side's new ones after theirs."""
        ours = [self._local_key(at) for at in range(len(self.edits.local))]
        theirs = [self._remote_key(at) for at in range(len(self.edits.remote))]
        ours = [key for key in ours if key[0] != "agreed" or key[1] in self.remote]
        theirs = [key for key in theirs if key[0] != "agreed" or key[1] in self.local]
        here, there = ([key for key in keys if key[0] == "agreed"] for keys in (ours, theirs))
        before = sorted(here)
        if here not in (before, there) and there != before:
            return None
        return _woven(theirs, ours) if here == before else _woven(ours, theirs)

    def place(self, key: _Key) -> Place:
        match key:
            case ("agreed", index):
                local_id = self.edits.agreed[index]["local"]
                # Edited alike on both sides, ours stays.
                theirs = self.changed_there(index) and not self.changed_here(index)
                return Place(local_id, self.remote[index]) if theirs else Place(local_id)
            case ("ours", at):
                return Place(self.edits.local[at]["id"])
            case (_, at):
                return Place(remote=at)

    def _local_key(self, at: int) -> _Key:
        index = self.position.get(self.edits.local[at]["id"])
        return ("ours", at) if index is None else ("agreed", index)

    def _remote_key(self, at: int) -> _Key:
        index = self.remote_key[at]
        return ("theirs", at) if index is None else ("agreed", index)


def _woven(skeleton: Sequence[_Key], other: Sequence[_Key]) -> list[_Key]:
    """The skeleton with the other side's new lines, each after the line that it followed there."""
    woven = list(skeleton)
    for at, key in enumerate(other):
        if key[0] != "agreed":
            woven.insert(woven.index(other[at - 1]) + 1 if at else 0, key)
    return woven
