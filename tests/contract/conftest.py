"""The public Python clients against a running sandbox, ours or Intuit's."""

from collections.abc import Iterator

import pytest
from quickbooks import QuickBooks

from tests.contract.place import Place, at_intuit, intuits, ours, pointed_at
from tests.contract.running import Started


@pytest.fixture(scope="session")
def place() -> Iterator[Place]:
    if at_intuit():
        with intuits() as found:
            yield found
        return
    with Started() as started, pointed_at(started.address):
        yield ours(started)


@pytest.fixture(scope="session")
def books(place: Place) -> QuickBooks:
    return place.books()


@pytest.fixture
def sandbox(place: Place) -> Started:
    """The control API, which only our sandbox has."""
    if place.sandbox is None:
        pytest.skip("Intuit's sandbox has no control API")
    return place.sandbox
