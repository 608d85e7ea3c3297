"""The bar on top of the page while the server cannot be reached. What is typed stays, and goes out afterwards.

Reflex keeps the events of the page until the socket is back, and connects again by itself. The browser's own word that
the network is gone (`assets/keys.js`) shows the bar at once; the socket notices some seconds later.
"""

from __future__ import annotations

import reflex as rx

from bookipi_app.components.icons import icon

LOST = "The connection is lost. What you type stays here and is saved when it is back."


def connection_bar(stateful: bool) -> rx.Component | None:
    """Around every page that has a state."""
    if not stateful:
        return None
    bar = rx.el.div(icon("attention", "s14"), LOST, class_name="lost-bar")
    offline = rx.el.div(icon("attention", "s14"), LOST, class_name="lost-bar only-offline")
    # A fragment: Reflex puts the page inside of what it gets here.
    return rx.fragment(rx.el.div(rx.connection_banner(bar), offline, role="status", aria_live="polite"))
