"""What the three lists share: sortable heads, the foot with its pager, the line of an empty filter.

Every part takes the page's state class, which is a `state.list_page.ListPage`.
"""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components.icons import icon


def sort_head(state: Any, key: str, label: str, class_name: str = "") -> rx.Component:
    """A column head that sorts: a button in a cell that carries `aria-sort`."""
    sorted_now = state.sort == key
    return rx.el.th(
        rx.el.button(
            label,
            rx.cond(
                sorted_now,
                rx.el.span(icon("down", "s14"), class_name=rx.cond(state.descending, "", "turned")),
            ),
            class_name=rx.cond(sorted_now, "sort", "sort off"),
            type="button",
            on_click=state.sort_by(key),
        ),
        class_name=class_name,
        scope="col",
        custom_attrs={
            "aria-sort": rx.cond(sorted_now, rx.cond(state.descending, "descending", "ascending"), "none")
        },
    )


def plain_head(label: str, class_name: str = "") -> rx.Component:
    """A column head that does not sort."""
    return rx.el.th(label, class_name=class_name, scope="col")


def foot(state: Any, words: rx.Component | rx.Var[str] | str = "") -> rx.Component:
    """Under the table: the sum of the filter at the left, the pager at the right."""
    return rx.el.div(
        rx.el.span(words),
        rx.el.span(
            rx.el.span(state.position, class_name="tn", role="status"),
            rx.el.span(
                _page_button("Previous page", "left", ~state.has_previous, state.previous_page),
                _page_button("Next page", "right", ~state.has_next, state.next_page),
                class_name="row",
            ),
            class_name="pager",
        ),
        class_name="tfoot",
    )


def _page_button(label: str, picture: str, disabled: Any, on_click: Any) -> rx.Component:
    return rx.el.button(
        icon(picture, "s14"),
        class_name="btn icon s",
        type="button",
        title=label,
        aria_label=label,
        disabled=disabled,
        on_click=on_click,
    )


def no_match(columns: int, noun: str, clear: Any) -> rx.Component:
    """One line in the table: the filter leaves nothing."""
    return rx.el.tr(
        rx.el.td(
            rx.el.span(f"No {noun} matches. ", class_name="mut"),
            rx.el.button("Clear filters", class_name="link plain", type="button", on_click=clear),
            col_span=columns,
            class_name="c-none",
        )
    )
