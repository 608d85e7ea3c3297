"""`/settings` by itself leads to its first part."""

from __future__ import annotations

import reflex as rx

from bookipi_app.components.settings_frame import settings_frame
from bookipi_app.pages.registry import Page


def view() -> rx.Component:
    """Nothing of its own: the address is left at once."""
    return settings_frame(current="")


PAGES = [Page("/settings", "Settings", view, (rx.redirect("/settings/profile", replace=True),))]
