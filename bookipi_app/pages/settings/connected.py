"""After connecting: what happened, and what will."""

from __future__ import annotations

import reflex as rx

from bookipi_app.components import skeleton
from bookipi_app.components.frame import section
from bookipi_app.components.icons import icon
from bookipi_app.components.link import button_link
from bookipi_app.components.settings_frame import fact, settings_frame
from bookipi_app.pages.registry import Page
from bookipi_app.services.connections import CardFact
from bookipi_app.state.integration import ConnectedState


def view() -> rx.Component:
    """The page."""
    return settings_frame(rx.cond(ConnectedState.loaded, _told(), skeleton.rows(5)), current="Integration")


def _told() -> rx.Component:
    return rx.fragment(
        rx.el.section(
            rx.el.div(
                rx.el.span(icon("synced", "s20"), class_name="flag-mark synced"),
                rx.el.h2("Connected to ", ConnectedState.company, class_name="h"),
                class_name="ph",
            ),
            rx.el.div(
                rx.foreach(ConnectedState.sentences, _sentence),
                class_name="pb stack-s",
            ),
            rx.el.div(
                button_link("Create an invoice", "/invoices/new", look="pri"),
                button_link("Go to the dashboard", "/dashboard", look="ghost"),
                class_name="pf",
            ),
            class_name="panel",
            role="status",
        ),
        section("What was chosen", rx.el.ul(rx.foreach(ConnectedState.choices, _choice), class_name="list")),
        rx.el.p(button_link("QuickBooks in the settings", "/settings/integration"), class_name="sect"),
    )


def _sentence(words: rx.Var[str]) -> rx.Component:
    return rx.el.p(words)


def _choice(chosen: rx.vars.ObjectVar[CardFact]) -> rx.Component:
    return fact(chosen.label, "", end=chosen.value)


PAGES = [Page("/settings/integration/connected", "Connected", view, (ConnectedState.open,))]
