"""The records of one kind in the orders that pages are read in: by id, and by the time of the last change.

A key ends in the record's id. Nearly every key is larger than those before it, so that adding one costs
next to nothing however many there are; pages are then slices, whatever page is asked for.
"""

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from typing import TypeAlias

Key: TypeAlias = tuple[int | str, ...]


class SortedKeys:
    """Keys in order, without doubles."""

    __slots__ = ("_keys",)

    def __init__(self) -> None:
        self._keys: list[Key] = []

    def add(self, key: Key) -> None:
        """Adds a key."""
        if not self._keys or key > self._keys[-1]:
            self._keys.append(key)
        else:
            insort(self._keys, key)

    def remove(self, key: Key) -> None:
        """Takes a key out, if it is there."""
        position = self.position(key)
        if position < len(self._keys) and self._keys[position] == key:
            del self._keys[position]

    def all(self) -> list[Key]:
        """The keys in order; to be read only."""
        return self._keys

    def position(self, key: Key) -> int:
        """Where the first key stands that is not before this one; a shorter key is before its extensions."""
        return bisect_left(self._keys, key)


@dataclass(slots=True)
class Orders:
    """The living records of one kind by id and by the second of their last change; tombstones by the latter."""

    by_id: SortedKeys = field(default_factory=SortedKeys)
    by_time: SortedKeys = field(default_factory=SortedKeys)
    gone: SortedKeys = field(default_factory=SortedKeys)

    def add(self, record_id: str, second: int, deleted: bool) -> None:
        """Enters a record."""
        key = id_key(record_id)
        if deleted:
            self.gone.add((second, *key))
        else:
            self.by_id.add(key)
            self.by_time.add((second, *key))

    def remove(self, record_id: str, second: int, deleted: bool) -> None:
        """Forgets a record as it was entered."""
        key = id_key(record_id)
        if deleted:
            self.gone.remove((second, *key))
        else:
            self.by_id.remove(key)
            self.by_time.remove((second, *key))


def id_key(record_id: str) -> tuple[int, str]:
    """Ids are numbers and are sorted as such; what is no number comes first."""
    numeric = record_id.isascii() and record_id.isdecimal() and len(record_id) < 20
    return (int(record_id) if numeric else -1, record_id)
