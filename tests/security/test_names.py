"""Each bad input of the list is tested in both forms, by the name of its test: `bad_input_17_refused`, `…_accepted`.

One test may show several numbers (`bad_input_01_03_…`), or both forms of one (`…_both_…`). Names are read and not
imported, so that this takes no time.
"""

from __future__ import annotations

import re
from pathlib import Path

LAST = 72
NOT_HERE = {
    22: "one user per account: there are no roles",
    59: "no file of values is read in",
    69: "one user per account: there are no roles to lose",
}
NAME = re.compile(r"^def test_\w*?bad_input_(\d\d(?:_\d\d)*)_(refused|accepted|both)_", re.MULTILINE)
TESTS = Path(__file__).resolve().parent.parent


def forms() -> dict[int, set[str]]:
    """What is tested of each number."""
    found: dict[int, set[str]] = {number: set() for number in range(1, LAST + 1) if number not in NOT_HERE}
    for file in TESTS.rglob("test_*.py"):
        for numbers, form in NAME.findall(file.read_text()):
            for number in map(int, numbers.split("_")):
                found[number] |= {"refused", "accepted"} if form == "both" else {form}
    return found


def test_every_bad_input_is_refused_and_its_good_sibling_accepted() -> None:
    missing = {number: {"refused", "accepted"} - seen for number, seen in forms().items()}
    assert {number: lack for number, lack in missing.items() if lack} == {}


def test_the_list_has_72_numbers_less_those_that_do_not_apply() -> None:
    assert len(forms()) == LAST - len(NOT_HERE) == 69
