"""Sample answers, compared member by member: names, nesting, kinds of value, and constants.

A golden file holds `sample` and `varies`, the paths whose values differ from answer to answer. Array members share
the path of their array.
"""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


def assert_golden(name: str, actual: Any) -> None:
    """Fails with the path of the first member that is not as in the golden file of this name."""
    golden = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"), parse_float=Decimal)
    _compare(golden["sample"], actual, "", frozenset(golden["varies"]))


def _compare(sample: Any, actual: Any, path: str, varies: frozenset[str]) -> None:
    assert _kind(actual) == _kind(sample), f"{path}: {actual!r}"
    if isinstance(sample, dict):
        assert set(actual) == set(sample), f"{path}: {sorted(set(actual) ^ set(sample))}"
        for name, member in sample.items():
            _compare(member, actual[name], f"{path}.{name}".strip("."), varies)
    elif isinstance(sample, list):
        assert len(actual) == len(sample), f"{path}: {len(actual)} members"
        for expected, member in zip(sample, actual, strict=True):
            _compare(expected, member, path, varies)
    elif path not in varies:
        assert actual == sample, f"{path}: {actual!r}"


def _kind(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return str(type(value))
    return "number" if isinstance(value, (int, float, Decimal)) else type(value).__name__
