"""Icons, drawn once in `assets/icons.svg` and used by name, so that a state may choose one.

The names of the seven flags are `models.Flag`'s values; those of the kinds are `models.Kind`'s.
"""

from __future__ import annotations

from typing import Literal

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML

SHEET = "/icons.svg"
Size = Literal["", "s14", "s20"]


class Drawing(BaseHTML):
    """An `<svg>` that shows a symbol of the sheet. Reflex' own makes a component of its own of every single icon."""

    tag = "svg"

    view_box: rx.Var[str]


def icon(name: str | rx.Var[str], size: Size = "", class_name: str = "") -> rx.Component:
    """An icon of 16 px (`s14`, `s20`: 14 and 20 px) in the colour of the words around it; unseen by screen readers."""
    return Drawing.create(
        rx.el.svg.use(href=f"{SHEET}#{name}"),
        view_box="0 0 24 24",
        class_name=" ".join(filter(None, ("i", size, class_name))),
        custom_attrs={"aria-hidden": "true", "focusable": "false"},
    )
