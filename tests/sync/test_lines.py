"""Lines: found again, and merged line by line."""

from __future__ import annotations

import random
from typing import Any

import pytest

from bookipi_app.models.record import Kind
from bookipi_app.sync import lines, remote_lines
from bookipi_app.sync.snapshot import line_snapshot
from tests.sync.samples import Pair, invoice, line


def wires(count: int = 3) -> list[dict[str, Any]]:
    obj = Pair(Kind.INVOICE, invoice(lines=tuple(line(at + 1) for at in range(count)))).remote
    return [dict(entry) for entry in remote_lines.body_lines(obj)]


def agreed(found: list[dict[str, Any]]) -> list[lines.Pair]:
    return lines.pairs([f"l{at + 1}" for at in range(len(found))], {"Line": found})


def matched(then: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[int | None]:
    return lines.match(agreed(then), [remote_lines.canonical(entry) for entry in now])


def test_lines_are_found_by_id_though_their_text_changed() -> None:
    then = wires()
    now = [then[2], {**then[0], "Description": "Edited"}, then[1]]
    assert matched(then, now) == [2, 0, 1]


def test_renumbered_lines_are_found_by_content() -> None:
    then = wires()
    assert matched(then, [{**entry, "Id": str(90 + at)} for at, entry in enumerate(then)]) == [0, 1, 2]


def test_two_identical_lines_are_found_in_order() -> None:
    then = [{**wires(1)[0], "Id": one} for one in ("1", "2")]
    assert matched(then, [{**entry, "Id": f"9{entry['Id']}"} for entry in then]) == [0, 1]


def test_of_two_identical_lines_that_changed_places_the_edited_one_is_known_by_its_id() -> None:
    first = wires(1)[0]
    then = [{**first, "Id": one} for one in ("1", "2")]
    assert matched(then, [then[1], {**then[0], "Amount": 70}]) == [1, 0]


@pytest.mark.parametrize(
    ("came", "ids"),
    [
        ((0, 1, 2), ["l1", "l2", "l3"]),
        ((2, 0, 1), ["l3", "l1", "l2"]),
        ((1, 2), ["l2", "l3"]),
        ((0, 0, 1, 2), ["l1", "", "l2", "l3"]),
    ],
)
def test_lines_that_are_answered_in_another_number_or_order_are_told_by_what_they_say(
    came: tuple[int, ...], ids: list[str]
) -> None:
    """By their places each was agreed to be another one, and got what was edited of that one later."""
    sent = {"Line": wires()}
    reply = {"Line": [{**wires()[one], "Id": str(90 + at)} for at, one in enumerate(came)]}
    assert lines.as_answered(["l1", "l2", "l3"], sent, reply) == ids


def test_lines_that_come_back_changed_are_told_by_their_order() -> None:
    sent = {"Line": wires()}
    reply = {"Line": [{**line, "Description": f"Reshaped {line['Description']}"} for line in wires()]}
    assert lines.as_answered(["l1", "l2", "l3"], sent, reply) == ["l1", "l2", "l3"]


def selling(entry: dict[str, Any], item: str, **changes: Any) -> dict[str, Any]:
    return {
        **entry,
        **changes,
        "SalesItemLineDetail": {**entry["SalesItemLineDetail"], "ItemRef": {"value": item}},
    }


@pytest.mark.parametrize("changes", [{"Description": "Theirs"}, {"Amount": 70}, {"Id": "9"}])
def test_another_item_with_anything_else_is_a_new_line(changes: dict[str, Any]) -> None:
    then = wires(1)
    assert matched(then, [selling(then[0], "802", **changes)]) == [None]


def test_lines_of_which_only_the_item_changed_are_found_by_id() -> None:
    """So it is where two items were merged: as a new line it lost what QuickBooks cannot hold of it."""
    then = wires()
    now = [selling(then[1], "802"), then[2], selling(then[0], "802")]
    assert matched(then, now) == [1, 2, 0]


def test_the_same_content_counts_for_more_than_an_id_with_another_item() -> None:
    first = wires(1)[0]
    then = [{**first, "Id": "1"}, selling(first, "802", Id="2")]
    now = [selling(first, "802", Id="1"), {**first, "Id": "2"}]
    assert matched(then, now) == [1, 0]


BASE = [line_snapshot(line(at)) for at in (1, 2, 3)]


def merged(local: list[dict[str, Any]], remote: list[dict[str, Any]], then: Any = None) -> Any:
    then = then or wires()
    now = [remote_lines.canonical(entry) for entry in remote]
    found = lines.merge(lines.Edits(agreed(then), BASE, local, now))
    return found and [(place.local_id, place.remote) for place in found]


def test_edits_of_different_lines_both_survive() -> None:
    then = wires()
    remote = [{**then[0], "Description": "Theirs"}, *then[1:]]
    local = [BASE[0], {**BASE[1], "description": "Ours"}, BASE[2]]
    assert merged(local, remote, then) == [("l1", 0), ("l2", None), ("l3", None)]


def test_edits_of_the_same_line_collide() -> None:
    then = wires()
    remote = [{**then[0], "Description": "Theirs"}, *then[1:]]
    assert merged([{**BASE[0], "description": "Ours"}, *BASE[1:]], remote, then) is None


def test_a_line_removed_on_one_side_and_edited_on_the_other_collides() -> None:
    then = wires()
    assert merged(BASE[1:], [{**then[0], "Description": "Theirs"}, *then[1:]], then) is None


def test_a_line_removed_on_both_is_gone() -> None:
    then = wires()
    assert merged(BASE[1:], then[1:], then) == [("l2", None), ("l3", None)]


@pytest.mark.parametrize(
    "anew",
    [
        {"Description": "Theirs", "Amount": 70},  # under its Id
        {"Id": "9", "Amount": 70},
        {"Id": "9", "Description": "Theirs"},
    ],
)
def test_a_line_removed_here_that_may_be_written_anew_there_collides(anew: dict[str, Any]) -> None:
    then = wires()
    assert merged(BASE[1:], [{**then[0], **anew}, *then[1:]], then) is None


def test_a_line_removed_on_both_is_gone_beside_one_that_is_nothing_like_it() -> None:
    then = wires()
    new = {**then[0], "Id": "9", "Description": "New there", "Amount": 70}
    assert merged(BASE[1:], [new, *then[1:]], then) == [("", 0), ("l2", None), ("l3", None)]


def test_new_lines_of_both_stand_where_they_were_put() -> None:
    then = wires()
    new_there, new_here = {**then[0], "Id": "99", "Description": "New there"}, {**BASE[0], "id": "l9"}
    local, remote = [BASE[0], new_here, BASE[1], BASE[2]], [*then, new_there]
    assert merged(local, remote, then) == [("l1", None), ("l9", None), ("l2", None), ("l3", None), ("", 3)]


def test_the_order_of_the_side_that_moved_lines_wins() -> None:
    then = wires()
    assert merged(BASE[::-1], then, then) == [("l3", None), ("l2", None), ("l1", None)]
    assert merged(BASE, then[::-1], then) == [("l3", None), ("l2", None), ("l1", None)]


def test_two_different_orders_collide() -> None:
    then = wires()
    assert merged(BASE[::-1], [then[1], then[0], then[2]], then) is None


@pytest.mark.parametrize("seed", range(60))
def test_no_line_is_lost_or_doubled(seed: int) -> None:
    chance = random.Random(seed)
    then = wires()
    local = [entry for entry in BASE if chance.random() > 0.3] + [{**BASE[0], "id": "new"}] * (seed % 2)
    remote = [entry for entry in then if chance.random() > 0.3]
    found = merged(local, remote, then)
    survivors = {one["id"] for one in local if one["id"] == "new"}
    survivors |= {f"l{at + 1}" for at, entry in enumerate(then) if entry in remote and BASE[at] in local}
    assert found is not None
    assert sorted(key for key, _ in found) == sorted(survivors)


def beside_shipping(*remote: dict[str, Any]) -> lines.Edits:
    """Ours are two lines that nobody edited here; the second of theirs carries shipping."""
    return lines.Edits(
        agreed=lines.pairs(["l1", lines.SHIPPING, "l3"], {"Line": wires()}),
        base=[BASE[0], BASE[2]],
        local=[BASE[0], BASE[2]],
        remote=[remote_lines.canonical(one) for one in remote],
    )


def test_what_they_edited_behind_the_line_that_carries_shipping_is_read_from_its_own_place() -> None:
    first, carrier, last = wires()
    edits = beside_shipping(first, carrier, {**last, "Description": "Theirs"})
    assert lines.merge(edits) == [lines.Place("l1"), lines.Place("l3", 2)]


def test_an_edit_of_the_line_that_carries_shipping_is_no_edit_of_lines() -> None:
    first, carrier, last = wires()
    assert lines.merge(beside_shipping(first, {**carrier, "Amount": 70}, last)) is None


def test_a_line_edited_alike_on_both_sides_stays_as_ours_is() -> None:
    """Theirs, read over it, would take what QuickBooks cannot hold of it."""
    then = wires()
    alike = remote_lines.canonical({**then[0], "Description": "Alike"})
    others = [remote_lines.canonical(one) for one in then[1:]]
    ours = [{**BASE[0], "description": "Alike"}, *BASE[1:]]
    theirs = [alike, *others]
    edits = lines.Edits(agreed(then), BASE, ours, theirs, expected=theirs)
    assert lines.merge(edits) == [lines.Place("l1"), lines.Place("l2"), lines.Place("l3")]
