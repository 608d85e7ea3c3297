"""Where Intuit leads somebody who disconnected the app inside QuickBooks: what happened, what it means, what to do."""

from __future__ import annotations

import reflex as rx

from bookipi_app.components.link import button_link, leaving_link
from bookipi_app.pages.registry import Page


def view() -> rx.Component:
    """The page. It is the same for a stranger: whose connection it was, only the engine learns, from Intuit."""
    return rx.el.main(
        rx.el.section(
            rx.el.h1("Disconnected in QuickBooks", class_name="title"),
            rx.el.p(
                "Sharing has stopped. Records stay on both sides, and what waits here is kept. "
                "Reconnect the same company, and it goes on from where it stopped.",
                class_name="mut",
            ),
            rx.el.div(
                leaving_link("Reconnect", href="/oauth/quickbooks/start", class_name="btn pri"),
                button_link("QuickBooks in the settings", "/settings/integration"),
                class_name="acts wrap",
            ),
            class_name="nowhere",
        ),
        class_name="main",
    )


PAGES = [Page("/quickbooks/disconnected", "Disconnected", view, signed_in=False)]
