"""Skeletons: gray bars of the size of what comes, so that nothing jumps."""

from __future__ import annotations

import reflex as rx


def bar(width: str = "100%", height: str = "12px") -> rx.Component:
    """One gray bar."""
    return rx.el.span(class_name="sk", style={"width": width, "height": height})


def rows(number: int = 6) -> rx.Component:
    """As many gray lines as a list will have, each of a row's height."""
    line = [bar("34%"), rx.el.span(class_name="grow"), bar("72px"), bar("88px")]
    return rx.el.div(
        *(rx.el.div(*line, class_name="row sk-row") for _ in range(number)),
        aria_busy="true",
        aria_label="Loading",
    )
