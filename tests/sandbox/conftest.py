import pytest

from tests.sandbox.client import Books


@pytest.fixture
def books() -> Books:
    return Books()
