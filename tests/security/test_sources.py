"""What can be seen in the sources alone: variables that would travel to the browser, raw HTML, bandit's findings."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from bookipi_app.frontend import PROJECT
from tests.conftest import IN_CI

PACKAGE = PROJECT / "bookipi_app"
STATE_FILES = sorted((PACKAGE / "state").glob("*.py"))
# A part of a name that says: this is not for the browser.
SECRETIVE = ("token", "secret", "hash", "session", "cookie", "verifier", "sealed", "user_id")
# Vars that are meant to be seen.
SHOWN = {
    "demo_password": "the password of the demo account, in development only",
    "reset_key": "what the browser brought itself, in the link that was mailed",
    "sessions": "the caller's own browsers, by the first letters of a digest",
}


def open_variables(source: str) -> list[str]:
    """Variables of state classes that Reflex would send to the browser although their name or type says otherwise."""
    return [
        f"{owner.name}.{part.target.id}"
        for owner in ast.walk(ast.parse(source))
        if isinstance(owner, ast.ClassDef)
        and any("State" in ast.unparse(base) or "Page" in ast.unparse(base) for base in owner.bases)
        for part in owner.body
        if isinstance(part, ast.AnnAssign)
        and isinstance(part.target, ast.Name)
        and _leaks(part, part.target.id)
    ]


def _leaks(part: ast.AnnAssign, name: str) -> bool:
    kind = ast.unparse(part.annotation)
    if name.startswith("_") or name in SHOWN or kind.startswith("ClassVar"):
        return False
    return "UUID" in kind or any(word in name for word in SECRETIVE)


def test_bad_input_31_refused_a_variable_that_would_be_sent_is_found() -> None:
    planted = "class A(AppState):\n    refresh_token: str = ''\n    owner: UUID | None = None\n    words: str = ''\n"
    assert open_variables(planted) == ["A.refresh_token", "A.owner"]


def test_bad_input_31_accepted_what_is_for_the_server_begins_with_an_underscore() -> None:
    assert open_variables("class A(rx.State):\n    _token: str = ''\n    token: ClassVar[str] = ''\n") == []
    assert len(STATE_FILES) > 30
    assert [one for file in STATE_FILES for one in open_variables(file.read_text())] == []


def test_no_page_writes_html_of_its_own() -> None:
    """Text becomes text everywhere: there is nothing that would take a text for markup."""
    raw = (
        "dangerously_set_inner_html",
        "dangerouslySetInnerHTML",
        "rx.html(",
        "rx.markdown(",
        "innerHTML",
        "call_script(",
    )
    files = [*PACKAGE.rglob("*.py"), *(PROJECT / "assets").glob("*.js")]
    assert [(file.name, word) for file in files for word in raw if word in file.read_text()] == []


# What bandit cannot know, with the reason.
JUDGED = {
    ("doctor.py", "B310"): "the settings allow http and https only",
    ("parts.py", "B104"): "compared with, not listened on",
    ("doctor.py", "B104"): "compared with, not listened on",
    ("0008_cells.py", "B608"): "put together from the migration's own constants",
    ("0012_tallies.py", "B608"): "put together from the migration's own constants",
    ("0013_million.py", "B608"): "put together from the migration's own constants",
    ("client.py", "B608"): "QuickBooks' own query language, which only reads; values are escaped",
    ("html.py", "B704"): "templates are constants, values are escaped",
}


def bandit(*paths: Path) -> set[tuple[str, str]]:
    """Its findings of medium severity and more: file and rule."""
    if not find_spec("bandit"):
        pytest.fail(
            "bandit is part of the development environment: make test installs it"
        ) if IN_CI else pytest.skip()
    command = [sys.executable, "-m", "bandit", "-q", "-ll", "-f", "json", "-r", *map(str, paths)]
    found = subprocess.run(command, capture_output=True, text=True)
    assert found.returncode in (0, 1), found.stderr
    return {(Path(one["filename"]).name, one["test_id"]) for one in json.loads(found.stdout)["results"]}


def test_bad_input_72_refused_bandit_sees_what_is_dangerous(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("import pickle, sys\npickle.loads(sys.stdin.buffer.read())\n")
    assert bandit(tmp_path) == {("bad.py", "B301")}


@pytest.mark.long
def test_bad_input_72_accepted_bandit_finds_nothing_in_the_app_that_was_not_judged() -> None:
    assert bandit(PACKAGE, PROJECT / "jobs") == set(JUDGED)
