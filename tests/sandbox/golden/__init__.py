"""Sample answers, compared member by member: names and their order, nesting, kinds of value, and constants.

In a sample `*` stands for any value, `* text` and `* number` for any of that kind, and a member `...` for others
that are not looked at.
"""

from decimal import Decimal
from pathlib import Path
from typing import Any

from bookipi_app.sandbox.jsontext import parse_json

_FOLDER = Path(__file__).parent
NAMES = sorted(path.stem for path in _FOLDER.glob("*.json"))


def assert_golden(name: str, actual: Any) -> None:
    """Fails with the path of the first member that is not as in the golden file of this name."""
    _compare(parse_json((_FOLDER / f"{name}.json").read_text("utf-8")), actual, name)


def _compare(sample: Any, actual: Any, path: str) -> None:
    if sample == "*":
        return
    if isinstance(sample, dict):
        _compare_objects(sample, actual, path)
    elif isinstance(sample, list):
        assert isinstance(actual, list), path
        assert len(actual) == len(sample), f"{path}: {len(actual)} members"
        for position, member in enumerate(sample):
            _compare(member, actual[position], f"{path}[{position}]")
    elif sample in ("* text", "* number"):
        assert _kind(actual) == sample, f"{path}: {actual!r}"
    else:
        assert (_kind(actual), actual) == (_kind(sample), sample), f"{path}: {actual!r}"


def _compare_objects(sample: dict[str, Any], actual: Any, path: str) -> None:
    assert isinstance(actual, dict), path
    names = [name for name in sample if name != "..."]
    if "..." in sample:
        assert set(names) <= set(actual), f"{path}: {sorted(set(names) - set(actual))}"
    else:
        assert list(actual) == names, path
    for name in names:
        _compare(sample[name], actual[name], f"{path}.{name}")


def _kind(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return str(value)
    return "* number" if isinstance(value, (int, float, Decimal)) else f"* {_KINDS[type(value)]}"


_KINDS = {str: "text", dict: "object", list: "array"}
