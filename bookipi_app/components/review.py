"""The review of a connection: many records vanished at once, or what changed on both sides while disconnected."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components.button import button
from bookipi_app.components.dialog import confirm
from bookipi_app.components.frame import section
from bookipi_app.components.icons import icon
from bookipi_app.components.link import link
from bookipi_app.components.some import some
from bookipi_app.state.card import CardState
from bookipi_app.state.review import ReviewState


def review() -> rx.Component:
    """What waits for the person; nothing outside a review."""
    state = ReviewState
    return rx.el.div(
        rx.cond(some(state.crowds), _vanished()),
        rx.cond(state.again, _changed()),
        id="review",
    )


def _vanished() -> rx.Component:
    return section(
        "Before anything ends",
        rx.el.ul(rx.foreach(ReviewState.crowds, _crowd), class_name="list"),
        rx.el.p("Nothing is sent or taken until you answer.", class_name="sm mut after-list"),
    )


def _crowd(crowd: Any) -> rx.Component:
    more = rx.cond(crowd.more > 0, rx.fragment(" and ", crowd.more, " more"))
    return rx.el.li(
        icon("attention"),
        rx.el.div(
            rx.el.b(crowd.words),
            rx.el.span(crowd.names.join(", "), more, class_name="d below"),
            class_name="grow",
        ),
        rx.el.div(
            button(crowd.reject, look="s", on_click=ReviewState.reject_crowd),
            confirm(
                button(crowd.confirm, look="s bad"),
                title=crowd.confirm + "?",
                words=crowd.words,
                act=crowd.confirm,
                keep="Not yet",
                on_confirm=ReviewState.confirm_crowd,
            ),
            class_name="end row wrap",
        ),
        key=crowd.words,
    )


def _changed() -> rx.Component:
    state: Any = ReviewState
    looking = rx.el.p(
        icon("syncing", class_name="turns"), "Reading what changed in QuickBooks …", class_name="row sm mut"
    )
    nothing = rx.el.p("Nothing changed on either side meanwhile.", class_name="sm mut")
    listed = rx.el.ul(rx.foreach(state.changed, _row), class_name="list")
    more = rx.cond(
        state.total > state.changed.length(),
        rx.el.p("And ", state.total - state.changed.length(), " more.", class_name="sm mut after-list"),
    )
    shown = rx.cond(some(state.changed), rx.fragment(listed, more), rx.cond(state.looking, looking, nothing))
    return section(
        "While you were disconnected",
        rx.el.p(
            "This is what changed here and in QuickBooks. Nothing is sent or taken until you go on; "
            "where both sides changed the same, you choose afterwards.",
            class_name="sm mut before-list",
        ),
        shown,
        rx.el.div(
            button("Go on", look="pri", on_click=state.go_on, disabled=state.looking),
            confirm(
                button("Disconnect…", look="bad"),
                title="Disconnect QuickBooks?",
                words="Both sides stay as they are, and nothing is brought together.",
                act="Disconnect",
                keep="Stay connected",
                on_confirm=CardState.disconnect,
            ),
            rx.el.span(state.total, " to bring together", class_name="sm mut tn", role="status"),
            class_name="row wrap after-list",
        ),
        note=rx.cond(state.looking & some(state.changed), rx.el.span("Still reading …", class_name="dim sm")),
    )


def _row(row: Any) -> rx.Component:
    words = (rx.el.b(row.title, class_name="in-line"), " ", rx.el.span(row.beside, class_name="mut"))
    name = rx.cond(row.href != "", link(*words, href=row.href), rx.el.span(*words))
    return rx.el.li(
        icon("both"),
        rx.el.div(name, rx.el.span(row.words, class_name="d below"), class_name="grow"),
        key=row.id,
    )
