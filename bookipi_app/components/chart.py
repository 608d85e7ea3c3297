"""The chart *Invoiced by month*, drawn from the shapes of `state.chart`: no chart library in the bundle."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components.icons import Drawing
from bookipi_app.components.link import link
from bookipi_app.state.chart import Age, Bar, Rule

WIDE, NARROW = (648, 212), (328, 180)


def month_chart(chart: Any, size: tuple[int, int], class_name: str) -> rx.Component:
    """One drawing of a `Chart`; the page shows the wide or the narrow one by the width of the screen."""
    return Drawing.create(
        rx.foreach(chart.rules, _rule),
        rx.foreach(chart.bars, lambda bar: _bar(bar, size[1] - 14)),
        view_box=f"0 0 {size[0]} {size[1]}",
        class_name=f"chart {class_name}",
        role="img",
        aria_label=chart.words,
    )


def age_chart(ages: Any) -> rx.Component:
    """What is owed by how late it is: lines that lead to the invoices they are made of."""
    return rx.el.ul(rx.foreach(ages, _age), class_name="ages")


def _age(age: rx.vars.ObjectVar[Age]) -> rx.Component:
    line = rx.el.span(rx.el.span(style={"width": age.width}, class_name="bar"), class_name="track")
    return rx.el.li(
        link(
            rx.el.span(age.label, class_name="k"),
            line,
            rx.el.span(age.amount, class_name="num"),
            rx.el.span(age.note, class_name="dim note"),
            href=age.href,
            class_name=f"age {age.look}",
        ),
        key=age.label,
    )


def legend() -> rx.Component:
    """What the two colours mean."""
    return rx.el.span(
        rx.el.span("Paid", class_name="legend"),
        rx.el.span("Open", class_name="legend open"),
        class_name="row xs mut legends",
    )


def _rule(rule: rx.vars.ObjectVar[Rule]) -> rx.Component:
    return rx.fragment(
        rx.el.svg.path(d=rule.path, class_name=rule.look),
        rx.el.svg.text(rule.words, x="36", y=rule.y, class_name="end"),
    )


def _bar(bar: rx.vars.ObjectVar[Bar], words_at: int) -> rx.Component:
    return rx.el.svg.g(
        rx.el.svg.title(bar.tip),
        rx.el.svg.path(d=bar.paid, class_name="paid"),
        rx.el.svg.path(d=bar.open, class_name="open"),
        rx.el.svg.text(bar.month, x=bar.middle, y=str(words_at), class_name=bar.look),
    )
