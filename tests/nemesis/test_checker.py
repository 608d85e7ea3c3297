"""The checker sees each way in which a history can be wrong, and lets a right one pass."""

from __future__ import annotations

from typing import Any

from tests.nemesis.checker import violations
from tests.nemesis.history import Event


class Told:
    """A history that is told step by step, a second for each."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._acts = 0

    def act(self, who: str, value: str, about: str = "", answer: Any = "done") -> Told:
        self._acts += 1
        for outcome in ("asked", answer):
            if outcome:
                self.events.append(
                    Event(
                        float(len(self.events)), who, self._acts, outcome, "customer", "C00001", about, value
                    )
                )
        return self

    def end(
        self, here: str | None, there: str | None, flag: str = "synced", reason: str = "", times: int = 1
    ) -> list[str]:
        rows = [
            *([{"side": "app", "value": here, "flag": flag, "reason": reason}] if here else []),
            *([{"side": "books", "value": there}] * times if there else []),
        ]
        ends = [Event(99.0, "end", 0, "done", "customer", more={"mark": "C00001", **row}) for row in rows]
        return violations([*self.events, *ends])


def test_what_was_saved_stands_on_both_sides() -> None:
    assert Told().act("app", "p1").end("p1", "p1") == []


def test_a_record_that_was_saved_and_is_gone_is_lost() -> None:
    assert Told().act("app", "p1").end(None, None)
    assert Told().act("app", "p1").end("p1", None)
    assert Told().act("books", "p1").end(None, "p1")


def test_two_records_of_one_creation_are_one_too_many() -> None:
    assert "doubled" in Told().act("app", "p1").end("p1", "p1", times=2)[0]


def test_what_nobody_made_may_not_be_there() -> None:
    assert Told().end("p1", "p1")
    assert Told().act("app", "p1", answer="refused").end("p1", "p1")
    assert Told().act("app", "p1", answer="refused").end(None, None) == []


def test_of_a_creation_without_an_answer_there_may_be_one_or_none() -> None:
    for answer in ("unknown", None):
        assert Told().act("app", "p1", answer=answer).end(None, None) == []
        assert Told().act("app", "p1", answer=answer).end("p1", "p1") == []
        assert Told().act("app", "p1", answer=answer).end("p1", "p1", times=2)


def test_the_last_edit_stands() -> None:
    told = Told().act("app", "p1").act("app", "p2", "phone").act("books", "p3", "phone")
    assert told.end("p3", "p3") == []
    assert "lost edit" in told.end("p2", "p2")[0]
    assert "differ in silence" in told.end("p2", "p3")[0]


def test_edits_at_the_same_time_may_end_either_way() -> None:
    told = Told().act("app", "p1")
    first = Event(10.0, "app", 90, "asked", "customer", "C00001", "phone", "p2")
    second = Event(11.0, "books", 91, "asked", "customer", "C00001", "phone", "p3")
    answers = [
        Event(12.0, "app", 90, "done", "customer", "C00001", "phone", "p2"),
        Event(13.0, "books", 91, "done", "customer", "C00001", "phone", "p3"),
    ]
    told.events += [first, second, *answers]
    assert told.end("p2", "p2") == []
    assert told.end("p3", "p3") == []
    assert told.end("p1", "p1")


def test_a_question_to_a_person_needs_its_words() -> None:
    told = Told().act("app", "p1").act("app", "p2", "phone").act("books", "p3", "phone")
    assert told.end("p2", "p3", "conflict", "Both sides changed the phone.") == []
    assert "not why" in told.end("p2", "p3", "conflict")[0]


def test_what_is_still_under_way_at_the_end_is_wrong() -> None:
    assert "still syncing" in Told().act("app", "p1").end("p1", "p1", "syncing")[0]
