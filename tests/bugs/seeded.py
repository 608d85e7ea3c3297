"""A seeded bug: its patch, and a copy of the app that has it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATCHES = Path(__file__).with_name("patches")
LINKED = ("tests", "jobs", "pyproject.toml")  # what a copy shares with the project
HEAD = ("Suite", "First")


class DoesNotApply(Exception):
    """The code has moved on, and the patch has not."""


@dataclass(frozen=True)
class Bug:
    """One mistake."""

    path: Path
    title: str
    suite: str  # the tests that were written for it
    first: str  # where the deaths at every step begin to look

    @property
    def name(self) -> str:
        """Its number and short name."""
        return self.path.stem


def bugs(*wanted: str) -> list[Bug]:
    """All, or those whose names begin so."""
    found = [_read(path) for path in sorted(PATCHES.glob("*.patch"))]
    return [bug for bug in found if not wanted or bug.name.startswith(wanted)]


def _read(path: Path) -> Bug:
    title, *rest = path.read_text().splitlines()
    said = dict(line.split(": ", 1) for line in rest[: len(HEAD)] if line.startswith(HEAD))
    return Bug(path, title, said["Suite"], said["First"])


@contextmanager
def copy_with(bug: Bug | None) -> Iterator[Path]:
    """A folder in which `python -m` runs the project with a bug in it.

    Raises:
        DoesNotApply: the patch has to be made anew.
    """
    with tempfile.TemporaryDirectory(prefix="bug-") as name:
        folder = Path(name)
        shutil.copytree(
            ROOT / "bookipi_app", folder / "bookipi_app"
        )  # with what was compiled, which saves seconds
        for one in LINKED:
            (folder / one).symlink_to(ROOT / one)
        if bug is not None:
            apply(bug, folder)
        yield folder


def apply(bug: Bug, folder: Path, *, reverse: bool = False) -> None:
    """Put a bug into a copy, or take it out again.

    Raises:
        DoesNotApply: see there.
    """
    command = ["git", "apply", "--whitespace=nowarn", *(["-R"] if reverse else []), str(bug.path)]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env=_alone(folder)
    )
    if done.returncode:
        raise DoesNotApply(f"{bug.name}.patch does not apply any more, make it anew: {done.stderr.strip()}")


def _alone(folder: Path) -> dict[str, str]:
    """Git looks for no repository above the folder: inside one it would leave out what lies elsewhere."""
    return {"PATH": "/usr/bin:/bin:/usr/local/bin", "GIT_CEILING_DIRECTORIES": str(folder.parent)}
