"""The panel *QuickBooks* beside a record: its flag, the reason in words, facts, history."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components.comparison import comparison
from bookipi_app.components.fix import fix
from bookipi_app.components.flag import flag
from bookipi_app.components.history_list import history_list
from bookipi_app.components.icons import icon
from bookipi_app.components.link import outside_link, text_link
from bookipi_app.components.some import some


def record_panel(panel: Any) -> rx.Component:
    """`panel` is a `services.panel.Panel` of the state."""
    return rx.el.aside(
        rx.el.div(
            icon("ledger"),
            rx.el.h2("QuickBooks"),
            rx.el.span(
                flag(panel.flag, panel.flag_words, panel.flag_tip, flush=True), style={"marginLeft": "auto"}
            ),
            class_name="ph",
        ),
        rx.cond(
            panel.flag != "",
            rx.el.div(
                rx.cond(some(panel.compared), comparison(panel)),
                rx.el.p(panel.reason, class_name="sm mut", role="status"),
                fix(panel),
                rx.cond(panel.link != "", outside_link("Open in QuickBooks", panel.link, "link sm out-link")),
                class_name="pb",
            ),
            rx.el.div(
                rx.el.p("Not connected. Nothing leaves this side.", class_name="sm mut"),
                text_link("Connect QuickBooks", "/settings/integration", "sm"),
                class_name="pb",
            ),
        ),
        rx.cond(
            panel.facts.length() > 0,
            rx.el.div(rx.el.dl(rx.foreach(panel.facts, _fact), class_name="kv sm"), class_name="pb"),
        ),
        history_list(panel.history, panel.whole_history),
        class_name="panel",
        aria_label="QuickBooks",
    )


def _fact(fact: Any) -> rx.Component:
    return rx.el.div(rx.el.dt(fact.label), rx.el.dd(fact.words), key=fact.label)
