"""Who strikes with which of the 69 faults: the list that a run is held against, so that none of them is left out.

A fault may be struck by several: by the simulation (a kind of its storm, or an act of people), by a test of its own,
or by the nemesis, which has real processes to kill. The numbers are those of the fault table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.engine.simulation.kinds import Fault
from tests.prove.report import Report

TESTS = Path(__file__).parents[1]


@dataclass(frozen=True)
class Kinds:
    """Kinds of the simulation's storm: each of them has to have struck."""

    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Acts:
    """Acts of the simulation's people: each of them has to have been done."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """A test of its own, which has to be there; `make test` runs it."""

    file: str
    name: str

    @property
    def is_there(self) -> bool:
        """Whether there is such a test."""
        path = TESTS / self.file
        return path.is_file() and f"def {self.name}(" in path.read_text()


@dataclass(frozen=True)
class Nemesis:
    """Real processes, sockets and clocks: struck by the part of that name, under the same number."""


Striker = Kinds | Acts | Case | Nemesis


def _kinds(*faults: Fault) -> Kinds:
    return Kinds(faults)


F = Fault
NEMESIS = Nemesis()
STRIKES: Mapping[int, tuple[Striker, ...]] = {
    1: (_kinds(F.THROTTLED, F.THROTTLED_SILENTLY),),
    2: (_kinds(F.LIMITED_LONG),),
    3: (_kinds(F.FAILED_BEFORE),),
    4: (_kinds(F.FAILED_AFTER),),
    5: (_kinds(F.GATEWAY, F.BAD_GATEWAY),),
    6: (_kinds(F.DOWN_LONG),),
    7: (_kinds(F.TIME_OUT_BEFORE),),
    8: (_kinds(F.TIME_OUT_AFTER),),
    9: (_kinds(F.FORGOTTEN),),
    10: (_kinds(F.CUT_SENDING, F.CUT_OFF), NEMESIS),
    11: (_kinds(F.TRUNCATED),),
    12: (_kinds(F.FAULT_IN_200, F.BATCH_LIMITED),),
    13: (_kinds(F.BATCH_INCOMPLETE),),
    14: (_kinds(F.SLOW), NEMESIS),
    15: (_kinds(F.ENDLESS), Case("quickbooks/test_client.py", "test_a_dripping_answer_ends_at_the_deadline")),
    16: (_kinds(F.REDIRECTED),),
    17: (_kinds(F.UNREACHABLE),),
    18: (_kinds(F.EDIT_THERE),),
    19: (_kinds(F.HOT),),
    20: (
        Case("engine/test_names_and_numbers.py", "test_a_name_held_by_a_vendor_or_employee_suggests_another"),
        Acts(("Both.type_customer",)),
    ),
    21: (
        _kinds(F.NUMBER_TAKEN),
        Case(
            "engine/test_names_and_numbers.py",
            "test_a_number_taken_there_shows_the_other_invoice_and_renumbers_in_one_click",
        ),
    ),
    22: (
        _kinds(F.NUMBER_GIVEN),
        Case("engine/test_names_and_numbers.py", "test_once_sent_a_person_says_which_number_stays"),
    ),
    23: (Acts(("Closer.hides",)),),
    24: (
        _kinds(F.FIELD_REFUSED),
        Case("quickbooks/test_client.py", "test_of_several_errors_the_one_that_changes_what_we_do_counts"),
    ),
    25: (
        Acts(("Bookkeeper.closes_books",)),
        Case("quickbooks/test_client.py", "test_an_expired_company_is_read_only"),
    ),
    26: (_kinds(F.TOKEN_EXPIRED),),
    27: (_kinds(F.CLOCK_OFF),),
    28: (
        _kinds(F.SECOND_REFRESH),
        Case("quickbooks/test_token_races.py", "test_lesson_22_a_thousand_races_call_intuit_once_each"),
    ),
    29: (_kinds(F.REFRESH_LOST),),
    30: (_kinds(F.DEATH_IN_REFRESH),),
    31: (_kinds(F.REVOKED),),
    32: (
        _kinds(F.FORBIDDEN),
        Case("quickbooks/test_client.py", "test_a_token_of_another_company_is_forbidden"),
    ),
    33: (
        _kinds(F.IDLE_LONG),
        Case(
            "engine/test_grant.py", "test_an_ending_access_is_shown_and_told_once_at_least_two_weeks_before"
        ),
    ),
    34: (_kinds(F.WEBHOOK_LOST),),
    35: (_kinds(F.WEBHOOK_DOUBLED),),
    36: (_kinds(F.WEBHOOKS_REORDERED),),
    37: (_kinds(F.WEBHOOK_LATE),),
    38: (
        _kinds(F.FORGED, F.REPLAYED),
        Case(
            "api/test_quickbooks_webhook.py",
            "test_lesson_31_bad_input_45_refused_a_wrong_signature_stores_nothing",
        ),
    ),
    39: (_kinds(F.STRANGE_WEBHOOK),),
    40: (_kinds(F.OLD_FORM),),
    41: (
        _kinds(F.BURST),
        Case(
            "engine/test_steady_state.py",
            "test_lesson_30_a_burst_of_a_hundred_remote_edits_is_read_in_few_calls",
        ),
    ),
    42: (_kinds(F.DEAF),),
    43: (_kinds(F.UNSTORED),),
    44: (
        _kinds(F.ECHO),
        Case("engine/test_steady_state.py", "test_a_local_edit_costs_one_write_and_its_echo_no_read"),
    ),
    45: (_kinds(F.LONG_AWAY),),
    46: (_kinds(F.FEED_TRUNCATED),),
    47: (_kinds(F.CLOCK_OFF),),
    48: (
        _kinds(F.PAGES_SHIFTED),
        Case(
            "quickbooks/test_client.py",
            "test_queries_find_the_inactive_too_and_page_without_losing_or_doubling_one",
        ),
    ),
    49: (
        _kinds(F.DEATH_BEFORE_REQUEST, F.DEATH_AFTER_REQUEST, F.DEATH_BEFORE_COMMIT, F.DEATH_AFTER_COMMIT),
        NEMESIS,
    ),
    50: (
        _kinds(F.WEB_DIES_SAVING, F.WEB_DIES_SAVED),
        Case("test_run.py", "test_kill_9_of_the_launcher_leaves_no_process_and_loses_no_data"),
        NEMESIS,
    ),
    51: (_kinds(F.LEASE_EXPIRES), NEMESIS),
    52: (
        _kinds(F.REDIS_DOWN),
        Case("stories/test_trouble.py", "test_a_silent_redis_delays_but_loses_nothing"),
        NEMESIS,
    ),
    53: (
        _kinds(F.REDIS_FLUSHED),
        Case("stories/test_trouble.py", "test_a_dead_redis_is_started_again_and_the_open_page_follows"),
        NEMESIS,
    ),
    54: (_kinds(F.REDIS_FULL), Case("test_broker.py", "test_nobody_waits_for_a_silent_redis"), NEMESIS),
    55: (_kinds(F.DATABASE_BUSY),),
    56: (
        _kinds(F.DISK_FULL),
        Case("services/test_disk_full.py", "test_a_save_on_a_full_disk_is_refused_and_nothing_half_written"),
        NEMESIS,
    ),
    57: (_kinds(F.RESTORED),),
    58: (_kinds(F.SECOND_WORKER),),
    59: (_kinds(F.CLOCK_BACK, F.CLOCK_JUMPS),),
    60: (_kinds(F.DISCONNECTED),),
    61: (Acts(("Connector.acts_on_status",)),),
    62: (_kinds(F.OTHER_REALM),),
    63: (_kinds(F.OTHER_TENANT),),
    64: (Acts(("Owner.edits_invoice", "Bookkeeper.edits_invoice")),),
    65: (Acts(("Owner.edits_customer", "Bookkeeper.edits_customer")),),
    66: (Acts(("Owner.edits_lines", "Bookkeeper.edits_lines")),),
    67: (Acts(("Owner.trashes", "Owner.voids", "Closer.deletes", "Closer.voids", "Closer.pays")),),
    68: (Acts(("Owner.swaps_names", "Bookkeeper.swaps_names")),),
    69: (Acts(("Closer.merges", "Closer.merges_items", "Closer.nests", "Closer.hides")),),
}
COUNT = 69


def missing(report: Report, nemesis: Mapping[int, int] | None) -> list[str]:
    """Faults that nobody strikes, and tests that are said to strike and are not there.

    Args:
        report: What the simulation did.
        nemesis: How often the nemesis struck, by number; None if it was not run.
    """
    wrong = [
        f"fault {number} is struck by nobody" for number in range(1, COUNT + 1) if not STRIKES.get(number)
    ]
    for number, strikers in STRIKES.items():
        told = [_missing(one, number, report, nemesis) for one in strikers]
        wrong += [f"fault {number}: {words}" for words in told if words]
    return wrong


def _missing(striker: Striker, number: int, report: Report, nemesis: Mapping[int, int] | None) -> str:
    match striker:
        case Kinds(faults):
            never = [fault.value for fault in faults if not report.struck[fault]]
            return f"never {', never '.join(never)}" if never else ""
        case Acts(names):
            never = [name for name in names if not report.done[name]]
            return f"nobody did {', '.join(never)}" if never else ""
        case Case(file, name):
            return "" if striker.is_there else f"there is no {name} in tests/{file}"
        case Nemesis():
            return "the nemesis did not strike" if nemesis is not None and not nemesis.get(number) else ""


def rows(report: Report, struck: Mapping[str, Mapping[int, int]]) -> Sequence[tuple[int, int, str]]:
    """By number: how often it was struck, and by whom. `struck` are the other harnesses' own counts."""
    return [(number, *_row(number, report, struck)) for number in sorted(STRIKES)]


def _row(number: int, report: Report, struck: Mapping[str, Mapping[int, int]]) -> tuple[int, str]:
    times, by = sum(one.get(number, 0) for one in struck.values()), list[str]()
    for striker in STRIKES[number]:
        match striker:
            case Kinds(faults):
                times += sum(report.struck[fault] for fault in faults)
                by.append("simulation")
            case Acts(names):
                times += sum(report.done[name] for name in names)
                by.append("simulation (people)")
            case Case(file):
                by.append(f"tests/{file}")
            case Nemesis():
                by += [] if struck.get("nemesis", {}).get(number) else ["nemesis (not in this run)"]
    return times, ", ".join([*by, *(name for name, one in struck.items() if one.get(number))])
