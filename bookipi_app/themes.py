"""Radix Themes for its behaviour only: dialogs, menus, popovers, tooltips. Their looks are ours.

The package's style sheet is four fifths of all that a page would have to wait for before its first paint, and its
whole JavaScript would be sent along for components that a server makes up while it runs, of which there are none. So
neither is loaded; what the few used parts need is written in `assets/css/overlays.css`. A part that is not dressed
there is refused while the pages are compiled, because it would appear naked.
"""

from __future__ import annotations

from typing import Any

import reflex as rx

DRESSED = {"Theme", "AlertDialog", "Dialog", "DropdownMenu", "Flex", "Popover", "Tooltip"}


class UndressedPart(Exception):
    """A page uses a component of Radix Themes for which no style is loaded."""


class LeanThemes(rx.plugins.RadixThemesPlugin):
    """Reflex' own plugin without the style sheet, and without the parts that no page uses."""

    def get_stylesheet_paths(self, **context: Any) -> tuple[str, ...]:
        """No style sheet: `assets/css/overlays.css` is in its place."""
        return ()

    def get_frontend_dependencies(self, **context: Any) -> tuple[str, ...]:
        """Nothing to be sent as a whole; npm learns of the package by the components that pages use."""
        return ()

    def enter_component(self, comp: Any, /, **context: Any) -> None:
        """Every component of every page passes here.

        Raises:
            UndressedPart: it has no style.
        """
        family = part_of(comp)
        if family and family not in DRESSED:
            raise UndressedPart(
                f"Radix Themes' {family} has no style here: write its rules into assets/css/overlays.css and its name"
                " into bookipi_app/themes.py, or use plain elements."
            )
        super().enter_component(comp, **context)


def part_of(component: Any) -> str:
    """`Dialog` for the content of a dialog; empty for everything that is not of Radix Themes."""
    if not str(getattr(component, "library", None) or "").startswith("@radix-ui/themes"):
        return ""
    return str(component.tag or "").split(".")[0]
