"""The second row of the compact card while an invoice is written: what QuickBooks will show, and the ways out."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.vars import ObjectVar

from bookipi_app.components.button import button
from bookipi_app.components.icons import icon
from bookipi_app.components.link import button_link, outside_link
from bookipi_app.components.some import some
from bookipi_app.services.forecasts import WayView


def forecast_row(state: Any) -> rx.Component:
    """The forecast of `state`, which is `InvoiceEditor`; nothing while there is nothing to say."""
    found = state.forecast
    said = rx.el.div(
        icon(found.mark),
        rx.el.div(
            rx.el.p(rx.el.b(found.strong), " ", rx.el.span(found.words, class_name="tn"), role="status"),
            rx.cond(some(found.ways), _ways(state)),
            class_name="grow",
        ),
        class_name="forecast " + found.kind,
        custom_attrs={"data-testid": "forecast"},
    )
    return rx.fragment(rx.cond(found.kind != "", said), rx.cond(state.took != "", _took(state)))


def _ways(state: Any) -> rx.Component:
    return rx.el.div(
        rx.foreach(state.forecast.ways, lambda way, index: _way(state, way, index)), class_name="fix"
    )


def _way(state: Any, way: ObjectVar[WayView], index: Any) -> rx.Component:
    """The first is the one that changes least; the others are quieter."""
    look = rx.cond(index == 0, "s", "s ghost")
    return rx.cond(
        way.href == "",
        button(way.label, look=look, on_click=state.take_way(way.code)),
        rx.cond(
            way.outside,
            outside_link(way.label, way.href, "btn s ghost"),
            button_link(way.label, way.href, look=look),
        ),
    )


def _took(state: Any) -> rx.Component:
    """What a way out changed, until the next edit."""
    return rx.el.div(
        icon("tick"),
        rx.el.p(state.took, class_name="grow", role="status"),
        rx.cond(state.may_undo, button("Undo", look="s ghost", on_click=state.undo_way)),
        class_name="forecast took",
    )
