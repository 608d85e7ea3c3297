"""What the simulation says of the way there: each of its checks can fail."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest

from bookipi_app.ids import new_id
from bookipi_app.models import Flag, Invoice, Kind, Side, SyncRecord
from tests.engine.simulation import conduct, faces
from tests.engine.simulation.history import History
from tests.engine.simulation.journal import Journal
from tests.engine.simulation.pairs import (
    Pair,
    is_asked_about,
    is_asked_whether_same,
    is_put_away_on_both,
    mistaken_for_ours,
    twins_apart,
)
from tests.engine.simulation.run import simulate
from tests.engine.simulation.traffic import Reached, Sent, Traffic
from tests.engine.world import START, World

LOCAL = new_id()
PAIR = Pair(
    SyncRecord(connection_id=new_id(), kind=Kind.ITEM, local_id=LOCAL, remote_id="15", flag_since=START)
)


def written(*values: str) -> Journal:
    journal = Journal(lambda: START)
    for value in values:
        journal.edited(Side.HERE, Kind.ITEM, LOCAL, sku=value)
    return journal


def came(value: str, **duration: float) -> Reached:
    return Reached(Kind.ITEM, "15", {"sku": value}, START + timedelta(**duration))


def an_invoice(**face: Any) -> Pair:
    fields = {"kind": Kind.INVOICE, "flag": Flag.SYNCED, "flag_since": START, "generation": 0}
    pair = Pair(SyncRecord(connection_id=new_id(), local_id=LOCAL, remote_id="17", **fields))
    pair.here = face
    return pair


@pytest.mark.parametrize(("values", "many"), [("abc", 0), ("ac", 0), ("bac", 1), ("acb", 1), ("aab", 0)])
def test_an_older_version_after_a_newer_one_is_found(values: str, many: int) -> None:
    wrong = conduct.backwards([PAIR], written("a", "b", "c"), [came(value) for value in values])
    assert len(wrong) == many


def test_what_a_backup_took_back_is_no_newer_version() -> None:
    journal = written("a", "b")
    journal.restored.append((1, 3))
    assert conduct.backwards([PAIR], journal, [came("b"), came("a")]) == []


@pytest.mark.parametrize("joined", [True, False])
@pytest.mark.parametrize(
    ("since", "found"),
    [
        ("nothing", True), ("edited before", True), ("another kind", True), ("somebody else's", True),
        ("edited here", False), ("edited there", False), ("ended", False), ("answered", False), ("asked", False),
    ],
)  # fmt: skip
def test_what_was_typed_on_both_sides_and_left_alone_is_one_record(
    since: str, found: bool, joined: bool
) -> None:
    journal, ours = Journal(lambda: START), new_id()
    invoice = {"connection_id": new_id(), "kind": Kind.INVOICE, "flag_since": START}
    own = Pair(SyncRecord(**invoice, local_id=ours, remote_id="17" if joined else "18"))
    arrived = Pair(SyncRecord(**invoice, local_id=new_id(), remote_id="17"))
    if since == "edited before":
        journal.edited(Side.HERE, Kind.INVOICE, ours, memo="a")
    journal.twin(Kind.INVOICE, ours, "17")
    match since:
        case "another kind":
            journal.edited(Side.HERE, Kind.ITEM, ours, sku="a")
        case "somebody else's":
            journal.edited(Side.HERE, Kind.INVOICE, new_id(), memo="a")
        case "edited here":
            journal.edited(Side.HERE, Kind.INVOICE, ours, memo="a")
        case "edited there":
            journal.edited(Side.QUICKBOOKS, Kind.INVOICE, "17", memo="a")
        case "ended":
            journal.ended(Side.HERE, Kind.INVOICE, ours, "trash")
        case "answered":
            journal.chose(Kind.INVOICE, ours, "possible_double", "answered")
        case "asked":
            arrived.record.flag = Flag.ATTENTION
        case _:
            pass
    pairs = [own] if joined else [own, arrived]
    assert twins_apart(pairs, journal) == ([] if joined or not found else [pairs])


@pytest.mark.parametrize("ours", [("Heron", False), ("Heron", True), ("Egret", False)])
@pytest.mark.parametrize("active", [True, False])
@pytest.mark.parametrize("linked", [None, "19"])
def test_what_bears_the_same_name_unlinked_and_is_put_away_on_both_sides_is_in_use_nowhere(
    ours: tuple[str, bool], active: bool, linked: str | None
) -> None:
    there = faces.customer_there({"DisplayName": "Heron" if active else "Heron (deleted)", "Active": active})
    record = SyncRecord(
        connection_id=new_id(), kind=Kind.CUSTOMER, local_id=LOCAL, remote_id=linked, flag_since=START
    )
    own = Pair(record, here=dict(zip(("name", "active"), ours, strict=True)))
    away = ours == ("Heron", False) and not active and linked is None
    assert is_put_away_on_both([own], Kind.CUSTOMER, there) is away


@pytest.mark.parametrize(
    ("differs", "many"),
    [
        ({}, 0),
        ({"merged": False}, 1),
        ({"kind": Kind.ITEM}, 1),
        ({"side": Side.QUICKBOOKS}, 1),
        ({"unit": "notes"}, 1),
        ({"value": "c"}, 1),
        ({"choice": "theirs"}, 1),
        ({"asked": "phone"}, 1),
        ({"answered": "before"}, 1),
    ],
)
def test_what_a_person_chose_of_a_customer_that_was_merged_into_it_is_no_older_version(
    differs: dict[str, Any], many: int
) -> None:
    """The same was typed once more, on the one that is merged away, and a person let it stand for both."""
    case = {"merged": True, "kind": Kind.CUSTOMER, "side": Side.HERE, "unit": "name", "value": "a"} | differs
    kind, journal = case["kind"], Journal(lambda: START)
    survivor, loser = (
        SyncRecord(connection_id=new_id(), kind=kind, local_id=new_id(), remote_id=one, flag_since=START)
        for one in ("20", "21")
    )
    loser.alias_of = survivor.id if case["merged"] else None
    choice = kind, survivor.local_id, case.get("asked", "name"), case.get("choice", "ours")
    journal.edited(Side.HERE, kind, survivor.local_id, name="a")
    if before := "answered" in case:
        journal.chose(*choice)
    key = loser.local_id if case["side"] is Side.HERE else loser.remote_id
    journal.edited(case["side"], kind, key, **{case["unit"]: case["value"]})
    journal.edited(Side.HERE, kind, survivor.local_id, name="b")
    if not before:
        journal.chose(*choice)
    reached = [Reached(kind, "20", {"name": value, "notes": "", "phone": ""}, START) for value in "aba"]
    assert len(conduct.backwards([Pair(survivor), Pair(loser)], journal, reached)) == many


@pytest.mark.parametrize("asked", ["open", "answered", "another", "another sum", "another note", ""])
@pytest.mark.parametrize("number", ["since", "before", "here", "here, and sent", ""])
@pytest.mark.parametrize("restored", [True, False])
def test_what_came_back_under_another_number_after_a_backup_is_no_double_if_a_person_is_asked(
    asked: str, number: str, restored: bool
) -> None:
    journal, local_id = Journal(lambda: START), new_id()
    double_of = new_id() if asked == "open" else None
    record = SyncRecord(
        connection_id=new_id(), kind=Kind.INVOICE, local_id=local_id, remote_id="18", flag_since=START,
        double_of=double_of,
    )  # fmt: skip
    if number == "before":
        journal.edited(Side.QUICKBOOKS, Kind.INVOICE, "18", number="T7")
    if restored:
        journal.restored.append((journal.tell("a backup is made"), journal.tell("and brought back")))
    if number in ("since", "here"):
        side, key = (Side.QUICKBOOKS, "18") if number == "since" else (Side.HERE, str(local_id))
        journal.edited(side, Kind.INVOICE, key, number="T7")
    if number == "here, and sent" and restored:
        journal.under_another_number.add((Kind.INVOICE, "18"))
    if asked in ("answered", "another"):
        journal.chose(
            Kind.INVOICE, local_id if asked == "answered" else new_id(), "possible_double", "answered"
        )
    if asked in ("another sum", "another note"):
        unit = "line T2" if asked == "another sum" else "notes"
        journal.edited(Side.QUICKBOOKS, Kind.INVOICE, "18", **{unit: None})
    excused = asked in ("open", "answered", "another sum")
    known = restored and number in ("since", "here, and sent") and excused
    assert is_asked_whether_same(Pair(record), journal) is known


@pytest.mark.parametrize(
    ("tries", "minutes", "effects", "wrong"), [(12, 1, 0, 0), (13, 1, 0, 1), (13, 6, 0, 0), (20, 1, 10, 0)]
)
def test_more_than_twelve_writes_of_one_record_in_an_hour_without_an_effect_are_found(
    tries: int, minutes: int, effects: int, wrong: int
) -> None:
    sent = [Sent(START + timedelta(minutes=minutes * at), (Kind.ITEM, "15")) for at in range(tries)]
    reached = [came("a", minutes=minutes * at) for at in range(effects)]
    assert len(conduct.in_vain(sent, reached)) == wrong


def test_what_quickbooks_turned_away_was_no_try() -> None:
    traffic = Traffic()
    request = httpx.Request("POST", "https://books.test/v3/company/1/item", content=b'{"Id": "15"}')
    for _ in range(20):
        traffic.turned_away(traffic.leaves(request, START))
    assert traffic.sent == []
    for _ in range(13):
        traffic.leaves(request, START)
    assert len(conduct.in_vain(traffic.sent, [])) == 1


ASKED: dict[str, Any] = {"flag": Flag.ATTENTION, "cause": "match", "remote_id": None}


@pytest.mark.parametrize(
    ("lost", "changed", "sent", "excused"),
    [
        (["20"], {}, True, True),
        (["20"], {"flag": Flag.SYNCED}, True, False),
        (["20"], {"cause": "name_taken"}, True, False),
        (["20"], {"remote_id": "21"}, True, False),
        (["20"], {"kind": Kind.CUSTOMER}, True, False),
        (["20"], {}, False, False),
        (["22"], {}, True, False),
        (["20", "22"], {}, True, False),
        (["20", "21"], {}, True, False),
    ],
)
def test_what_was_made_and_linked_to_nothing_is_no_double_while_a_person_is_asked_about_it(
    lost: list[str], changed: dict[str, Any], sent: bool, excused: bool
) -> None:
    """One question excuses one, and only one that was sent and has no answer: two were made for it otherwise."""
    detail = {"candidates": [{"id": "20"}, {"id": "21"}]}
    fields = {"kind": Kind.ITEM, **ASKED, **changed, "detail": detail, "flag_since": START}
    asks = Pair(SyncRecord(connection_id=new_id(), local_id=LOCAL, **fields))
    unanswered = {asks.record.id} if sent else set[UUID]()
    assert is_asked_about([asks, PAIR], unanswered, lost, Kind.ITEM) is excused


SWAPPED = (("21", "name", "Heron"), ("20", "name", "Egret"))


@pytest.mark.parametrize(
    ("edits", "origin", "excused"),
    [
        (SWAPPED, Side.HERE, True),
        ((("21", "name", "Heron"), ("20", "name", "Ibis")), Side.HERE, False),  # nobody got its name
        ((*SWAPPED, ("20", "name", "Ibis")), Side.HERE, False),  # nobody has it any more
        ((("21", "notes", "Heron"), ("20", "name", "Egret")), Side.HERE, False),  # it kept it
        (SWAPPED, Side.QUICKBOOKS, False),  # ours is not linked to that
    ],
)
def test_what_was_made_and_changed_names_there_before_its_lost_answer_was_looked_for_is_no_double(
    edits: tuple[tuple[str, str, str], ...], origin: Side, excused: bool
) -> None:
    """Ours goes on with the one that has its name, and what it was called since goes out to that."""
    journal = Journal(lambda: START)
    for key, unit, value in edits:
        journal.edited(Side.QUICKBOOKS, Kind.CUSTOMER, key, **{unit: value})
    fields: dict[str, Any] = {
        "kind": Kind.CUSTOMER,
        "flag": Flag.SYNCED,
        "flag_since": START,
        "generation": 0,
    }
    bears, arrived = (
        Pair(SyncRecord(connection_id=new_id(), local_id=new_id(), remote_id=key, **fields), row, face, face)
        for key, row, face in (
            ("20", SimpleNamespace(origin=origin), {"name": "Ours since", "active": True, "_notes": "Heron"}),
            (
                "21",
                SimpleNamespace(origin=Side.QUICKBOOKS),
                {"name": "Heron", "active": True, "_notes": "Heron"},
            ),
        )
    )
    found = mistaken_for_ours([bears, arrived], journal, {(Kind.CUSTOMER, "21"): "Egret"})
    assert [(one.made, one.taken_for_it) for one in found] == [(arrived.key, bears.key)] * excused
    lost = History([bears, arrived], journal, found).violations()
    assert bool(lost) is not excused


@pytest.mark.parametrize(
    ("price", "inclusive", "lost"),
    [
        ("214.03", True, False),
        ("197.718", True, False),  # without the tax that it contained
        ("197.718", False, True),
        ("203.3285", True, True),  # less the discount that stood beside it
        ("187.832", True, True),  # less both
    ],
)
def test_a_price_may_lose_the_tax_that_it_contained_and_nothing_else(
    price: str, inclusive: bool, lost: bool
) -> None:
    journal = Journal(lambda: START)
    journal.edited(Side.HERE, Kind.INVOICE, LOCAL, **{"line H5 price": Decimal("214.03")})
    journal.reckoned.add("H5")
    if inclusive:
        journal.inclusive.add(str(LOCAL))
    invoice = an_invoice(lines={"H5": {"price": Decimal(price)}})
    assert bool(History([invoice], journal).violations()) is lost


@pytest.mark.parametrize("unit", ["line T5", "line T5 quantity", "notes"])
@pytest.mark.parametrize("flag", [Flag.ATTENTION, Flag.SYNCED])
def test_a_line_waits_whole_with_its_invoice_for_an_answer_about_another_record(
    unit: str, flag: Flag
) -> None:
    """Not only that there is such a line: its parts as well."""
    journal = Journal(lambda: START)
    journal.edited(Side.QUICKBOOKS, Kind.INVOICE, "17", **{unit: True if unit == "line T5" else "3"})
    invoice, other = an_invoice(lines={}, notes=""), an_invoice()
    invoice.record.flag, invoice.record.reason = Flag.SYNCING, "Waits for another."
    other.record.flag, other.record.local_id, other.record.remote_id = flag, new_id(), "18"
    assert bool(History([invoice, other], journal).violations()) is (flag is Flag.SYNCED)


DAYS = [f"2026-11-0{day}" for day in range(10)]


@pytest.mark.parametrize(
    ("here", "there", "final", "lost"),
    [
        ([8, 2], [8, 9], [8, 9], False),  # ours gave one day, the same that they gave, and left the other
        ([8, 9], [8, 2], [8, 9], False),
        ([8, 3], [8, 9], [8, 9], True),
        ([8, 2], [7, 9], [7, 9], True),
        ([8, 2], [8, 9], [8, 7], True),  # a day that nobody gave
        ([8, 9], [8, 2], [8, 2], True),
    ],
)
def test_a_day_that_one_side_left_is_the_other_ones_if_they_gave_the_same_other_day(
    here: list[int], there: list[int], final: list[int], lost: bool
) -> None:
    journal, before = Journal(lambda: START), [DAYS[2], DAYS[2]]
    for side, key, days in ((Side.QUICKBOOKS, "17", there), (Side.HERE, LOCAL, here)):
        journal.edited(side, Kind.INVOICE, key, before=before, dates=[DAYS[day] for day in days])
    assert bool(History([an_invoice(dates=[DAYS[day] for day in final])], journal).violations()) is lost


@pytest.mark.parametrize(
    ("shown", "active", "name"),
    [
        ("Ada (deleted)", False, "Ada"),
        ("Ada (deleted) 1", False, "Ada"),
        ("Ada (deleted) 12", False, "Ada"),
        ("Ada 1", False, "Ada 1"),
        ("Ada (deleted) b", False, "Ada (deleted) b"),
        ("Ada (deleted) 1", True, "Ada (deleted) 1"),
    ],
)
def test_what_is_inactive_there_has_its_name_without_the_mark_and_its_count(
    shown: str, active: bool, name: str
) -> None:
    """The second of a name that QuickBooks ends is counted; what is active is called what it is called."""
    assert faces.customer_there({"DisplayName": shown, "Active": active})["name"] == name
    assert faces.item_there({"Name": shown, "Active": active})["name"] == name


def acknowledged(**changed: Any) -> list[str]:
    there: dict[str, Any] = {"rows": {Kind.ITEM: [LOCAL]}, "entries": [(str(LOCAL), START)]}
    return conduct.forgotten(written("a"), **{**there, **changed})


def test_what_was_saved_and_is_not_here_is_found() -> None:
    late: datetime = START + timedelta(seconds=1)
    assert acknowledged() == []
    assert acknowledged(rows={Kind.ITEM: []}) != []
    assert acknowledged(entries=[(str(LOCAL), late)]) != []


@pytest.mark.long
def test_a_save_that_stores_nothing_is_found_by_the_simulation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Acknowledged before it is stored: the page says that the invoice is saved, and nothing is."""

    def saved(world: World, invoice_id: Any, **_fields: Any) -> Any:
        return world.here(Invoice, invoice_id)

    monkeypatch.setattr(World, "edit", saved)
    assert any("is not here" in wrong.words for seed in range(1, 10) for wrong in simulate(seed, 30).wrong)
