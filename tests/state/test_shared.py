"""What sessions share can be changed by none of them; what can be changed, each has of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from reflex.state import BaseState

from bookipi_app import bookipi_app
from bookipi_app.state.app import AppState
from bookipi_app.state.invoices import InvoicesPage
from bookipi_app.state.palette import PaletteState
from bookipi_app.state.shared import is_unchanging


@dataclass(frozen=True)
class Frozen:
    held: Any = ()


@dataclass
class Open:
    held: Any = field(default=())


@pytest.mark.parametrize("value", ["", 1, None, Frozen(), Frozen(Frozen("x")), (Frozen(), "x")])
def test_what_nothing_can_change_is_shared(value: object) -> None:
    assert is_unchanging(value)


@pytest.mark.parametrize("value", [[], {}, set(), Open(), Frozen([]), Frozen(Open()), (Frozen({}),), Frozen])
def test_what_can_be_changed_is_not(value: object) -> None:
    assert not is_unchanging(value)


def test_two_sessions_begin_with_the_same_person_and_with_lists_of_their_own() -> None:
    assert bookipi_app.app is not None, "the app is composed"
    assert _begins(AppState, "person") is _begins(AppState, "person")
    rows, others = _begins(InvoicesPage, "rows"), _begins(InvoicesPage, "rows")
    assert rows == others == []
    assert rows is not others
    commands, again = _begins(PaletteState, "commands"), _begins(PaletteState, "commands")
    assert commands is not again
    assert all(one is other for one, other in zip(commands, again, strict=True))
    assert _begins(InvoicesPage, "hrefs").tabs is not _begins(InvoicesPage, "hrefs").tabs, "it holds dicts"


def _begins(state: type[BaseState], name: str) -> Any:
    return state.__fields__[name].default_value()
