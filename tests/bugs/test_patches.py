"""The seeded bugs are kept in step with the code: each patch applies, and what it leaves can be imported.

Whether the harnesses catch them is `make prove BUGS=1`'s question, which takes minutes.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.bugs import part
from tests.bugs.hunt import Catch
from tests.bugs.part import run, sound
from tests.bugs.seeded import ROOT, Bug, DoesNotApply, bugs, copy_with


def test_there_are_twenty_and_each_says_what_it_is() -> None:
    assert len(bugs()) == 20
    assert all(bug.title and bug.first and (ROOT / bug.suite).exists() for bug in bugs())


def test_each_patch_applies_and_its_app_can_be_imported() -> None:
    with copy_with(None) as folder:
        done = run(folder, "-m", "tests.bugs.imports")
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.count("imported") == len(bugs())


def test_a_patch_that_does_not_apply_any_more_is_said_by_name(tmp_path: Path) -> None:
    patch = tmp_path / "21-of-yesterday.patch"
    patch.write_text(re.sub(r"(?m)^-(?= )", "-# Yesterday: ", bugs()[0].path.read_text()))
    with (
        pytest.raises(DoesNotApply, match=r"21-of-yesterday\.patch does not apply any more"),
        copy_with(Bug(patch, "", "", "")),
    ):
        pytest.fail("it applied")


@pytest.mark.parametrize(
    ("without", "counts"),
    [
        (Catch("crashes", False, 5, 1.0), True),
        (Catch("crashes", True, 1, 1.0, "the stage is broken"), False),
        (Catch("crashes", False, 0, 0.0, "the harness cannot be imported"), False),
    ],
)
def test_a_catch_counts_only_if_the_app_without_the_bug_passes(
    monkeypatch: pytest.MonkeyPatch, without: Catch, counts: bool
) -> None:
    monkeypatch.setattr(part, "_hunted", lambda *_: without)
    judged = sound(Catch("crashes", True, 5, 1.0, "a record is lost"), "customer created here")
    assert judged.caught is counts
    assert counts or without.words in judged.words
