"""The metric strip: one panel of four cells with hairlines, each a link."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components import skeleton
from bookipi_app.components.link import link

ROOMY = 12  # characters of an amount that fit into half of a phone in full size


def metrics(*cells: rx.Component) -> rx.Component:
    """Up to four cells in a row, two and two on small screens."""
    return rx.el.div(*cells, class_name="metrics")


def metric(
    title: str,
    amount: str | rx.Var[str],
    below: Any,
    href: str | rx.Var[str],
    *,
    loaded: bool | rx.Var[bool] = True,
    bad: bool | rx.Var[bool] = False,
) -> rx.Component:
    """One figure; `below` says what it is made of, `bad` in red."""
    value = rx.cond(loaded, amount, skeleton.bar("60%", "20px"))
    look = rx.cond(bad, "s bad", "s")
    long = rx.Var.create(amount).to(str).length() > ROOMY
    return link(
        rx.el.span(title, class_name="k"),
        rx.el.span(value, class_name=rx.cond(long, "v long", "v")),
        rx.el.span(rx.cond(loaded, below, skeleton.bar("40%", "10px")), class_name=look),
        href=href,
    )
