"""An address that leads nowhere, or to somebody else's record: the same plain page."""

from __future__ import annotations

import reflex as rx

from bookipi_app.components.link import button_link


def not_found_page() -> rx.Component:
    """The page, without the frame: it needs no log-in."""
    return rx.el.main(
        rx.el.h1("This page does not exist, or is not yours", class_name="title"),
        rx.el.p("The address may be mistyped, or the record was removed.", class_name="mut"),
        rx.el.div(
            button_link("Go to the dashboard", "/dashboard", look="pri"),
            button_link("See all invoices", "/invoices"),
            class_name="acts",
        ),
        class_name="nowhere",
    )
