import pytest

from tests.sandbox.client import Books
from tests.sandbox.person import Person


@pytest.fixture
def books() -> Books:
    return Books()


@pytest.fixture
def joan(books: Books) -> Person:
    return Person(books)
