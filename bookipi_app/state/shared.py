"""What every session begins with is one value for all of them, where nothing can change it.

Reflex gives each session a copy of its own of every default that is an object. Those of ours are frozen, and what they
hold cannot be changed either: a hundred copies for every open page would be equal for ever.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import Any
from uuid import UUID

from reflex.state import BaseState

UNCHANGING = (str, bytes, int, float, bool, type(None), Decimal, date, UUID, Enum)


def share_defaults(state: type[BaseState]) -> None:
    """Have the sessions share the unchanging defaults of a state and of all below it."""
    for field in state.__fields__.values():
        made = field.default_factory
        if isinstance(made, partial) and made.func is copy.deepcopy:
            field.set_default(default_factory=partial(_copier(made.args[0]), made.args[0]))
    for below in state.get_substates():
        share_defaults(below)


def is_unchanging(value: object) -> bool:
    """True if neither the value nor anything that it holds can be changed."""
    if isinstance(value, tuple | frozenset):
        return all(map(is_unchanging, value))
    if is_dataclass(value) and not isinstance(value, type):
        frozen = type(value).__dataclass_params__.frozen  # pyright: ignore[reportAttributeAccessIssue]
        return frozen and all(is_unchanging(getattr(value, one.name)) for one in fields(value))
    return isinstance(value, UNCHANGING)


def _copier(value: object) -> Callable[[Any], Any]:
    if is_unchanging(value):
        return _same
    if type(value) is list and all(map(is_unchanging, value)):
        return copy.copy  # a list of its own, of the same rows
    return copy.deepcopy


def _same(value: Any) -> Any:
    return value
