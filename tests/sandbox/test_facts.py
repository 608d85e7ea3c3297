"""Every fact of the table, asked of the core itself and of the core behind a real socket."""

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.sandbox import facts
from tests.sandbox.client import Books
from tests.sandbox.facts.table import FACTS, Fact
from tests.sandbox.wire_client import Wire, WiredBooks

for module in pkgutil.iter_modules(facts.__path__):
    importlib.import_module(f"{facts.__name__}.{module.name}")


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with Wire() as running:
        yield running


def _named(entry: Fact) -> str:
    return entry.name


def test_every_fact_has_a_name_of_its_own():
    doubled = [name for name, count in Counter(entry.name for entry in FACTS).items() if count > 1]
    assert not doubled


def test_the_table_is_long():
    assert len({entry.words for entry in FACTS}) >= 250


@pytest.mark.parametrize("entry", FACTS, ids=_named)
def test_in_process(entry: Fact):
    entry.check(Books(entry.preset, {"webhook_delay": 0, **entry.switches}))


@pytest.mark.parametrize("entry", FACTS, ids=_named)
def test_over_http(entry: Fact, wire: Wire):
    entry.check(WiredBooks(entry.preset, {"webhook_delay": 0, **entry.switches}, wire=wire))
