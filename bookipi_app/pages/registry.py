"""What a page is to the app: its address, its title, what it shows, whose state it opens with.

Every module of this package that has pages lists them as `PAGES`; the app adds them all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

import reflex as rx

from bookipi_app.state.app import AppState
from bookipi_app.state.card import CardState


@dataclass(frozen=True)
class Page:
    """One page. `on_load` is its own; behind the log-in the frame's part goes first."""

    route: str
    title: str
    view: Callable[[], rx.Component]
    on_load: tuple[Any, ...] = ()
    signed_in: bool = True

    @property
    def opens_with(self) -> list[Any]:
        """The handlers that run when the page opens."""
        frame = [AppState.enter, CardState.watch] if self.signed_in else []
        return [*frame, *self.on_load]


def pages_of(package: ModuleType) -> list[Page]:
    """The pages of every module in a package.

    Raises:
        ValueError: two of them have one address.
    """
    found: dict[str, Page] = {}
    for module in walk_packages(package.__path__, f"{package.__name__}."):
        for page in getattr(import_module(module.name), "PAGES", ()):
            if page.route in found:
                raise ValueError(f"two pages at {page.route}")
            found[page.route] = page
    return list(found.values())
