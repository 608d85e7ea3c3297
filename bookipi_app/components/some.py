"""Whether a list of the state holds anything."""

from __future__ import annotations

from typing import Any

import reflex as rx


def some(rows: Any) -> rx.Var[bool]:
    """True while there are rows. A state declares a list; a page that is being drawn has the list's Var."""
    return rows.length() > 0
