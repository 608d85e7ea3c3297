"""`make check`: no secret is, or ever was, in the repository. A test looks at the tree too (tests/test_secrets.py).

A small scan by form: keys and tokens as their makers shape them, and long random-looking texts that are given to
something called a secret. Whatever it finds in the history is burnt, and has to be withdrawn where it was made.
"""

from __future__ import annotations

import math
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bookipi_app.frontend import PROJECT

FORMS = {
    "private key": r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----",
    "AWS key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})",
    "GitLab token": r"\bglpat-[A-Za-z0-9_-]{20,}",
    "Slack token": r"\bxox[abprs]-[A-Za-z0-9-]{20,}",
    "Google key": r"\bAIza[0-9A-Za-z_-]{35}\b",
    "Stripe key": r"\b[rs]k_live_[0-9A-Za-z]{20,}",
    "npm token": r"\bnpm_[A-Za-z0-9]{36}\b",
    "PyPI token": r"\bpypi-[A-Za-z0-9_-]{60,}",
    "signed token": r"\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{20,}",
    "Intuit key": r"\bAB[A-Za-z0-9]{46,60}\b",
}
KINDS = list(FORMS)
ANY_FORM = re.compile("|".join(f"({form})" for form in FORMS.values()))  # one pass: the tree is large
GIVEN = re.compile(
    r"(?i)(?:secret|password|passwd|token|api_?key)[a-z0-9_]*[\"']?\s*[=:]\s*[\"']([A-Za-z0-9+/_=-]{24,})[\"']"
)
ALPHABET = "abcdefghijklmnop"  # a list of letters is random to the last bit, and no secret
RANDOM = 4.0  # bits a character; words and names stay below it
LOCK_FILES = ("reflex.lock/package-lock.json",)  # digests of packages, which are no secrets


@dataclass(frozen=True)
class Found:
    """Something that looks like a secret, and where."""

    where: str
    kind: str

    def __str__(self) -> str:
        return f"{self.where}: looks like a {self.kind}"


def secrets_in(text: str) -> Iterator[str]:
    """The kind of everything in a text that looks like a secret."""
    for match in ANY_FORM.finditer(text):
        if ALPHABET not in match[0].lower():
            yield KINDS[(match.lastindex or 1) - 1]
    given = (match[1] for match in GIVEN.finditer(text))
    yield from ("secret value" for value in given if bits(value) >= RANDOM and ALPHABET not in value.lower())


def bits(text: str) -> float:
    """How random a text looks: entropy of its characters, in bits for each."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())


def in_tree() -> list[Found]:
    """What is in the files that belong to the repository now."""
    found: list[Found] = []
    for name in _git("ls-files", "-z").split("\0"):
        file = PROJECT / name
        if name and name not in LOCK_FILES and file.is_file():
            found += [Found(name, kind) for kind in secrets_in(file.read_text(errors="ignore"))]
    return found


def in_history() -> list[Found]:
    """What any commit has added, wherever it is now."""
    return list(
        _added(
            _git("log", "--all", "--no-color", "--unified=0", "--format=commit %h", "--patch").splitlines()
        )
    )


def _added(lines: Iterable[str]) -> Iterator[Found]:
    commit = name = ""
    for line in lines:
        if line.startswith("commit "):
            commit = line.removeprefix("commit ")
        elif line.startswith("+++ b/"):
            name = line.removeprefix("+++ b/")
        elif line.startswith("+") and name not in LOCK_FILES:
            yield from (Found(f"{commit} {name}", kind) for kind in secrets_in(line))


def is_repository() -> bool:
    """False in an unpacked archive, which has no history."""
    answer = subprocess.run(["git", "rev-parse", "--git-dir"], cwd=PROJECT, capture_output=True, check=False)
    return answer.returncode == 0


def main() -> int:
    """Tree and history; the exit code is 1 if something was found."""
    if not is_repository():
        print("secrets: not checked, this is no git repository")
        return 0
    found = sorted({str(one) for one in (*in_tree(), *in_history())})
    print("\n  ".join((f"secrets: {len(found)} found in the tree and the history", *found)))
    return 1 if found else 0


def _git(*arguments: str) -> str:
    answer = subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, check=True)
    return answer.stdout.decode(errors="ignore")


if __name__ == "__main__":
    sys.exit(main())
