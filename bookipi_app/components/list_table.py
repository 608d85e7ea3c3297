"""What the three lists share: check boxes, heads that sort, the foot with its pager, the bar of what is selected.

Every part takes the page's state class, which is a `state.list_page.ListPage`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx

from bookipi_app.components.button import icon_button
from bookipi_app.components.dialog import confirm, dialog
from bookipi_app.components.icons import icon
from bookipi_app.components.link import link
from bookipi_app.components.some import some

NONE_ON_TAB = {
    "draft": "No drafts.",
    "outstanding": "Nothing is owed to you.",
    "overdue": "Nothing is overdue.",
    "paid": "Nothing is paid yet.",
    "void": "No invoice is void.",
    "trash": "The trash is empty.",
    "archived": "Nothing is archived.",
}


def list_table(state: Any, label: str, heads: Sequence[rx.Component], row: Any, noun: str) -> rx.Component:
    """The table with a box before every row and a place for its menu behind it.

    `row` draws the cells between the two and the menu: it takes a row and returns (cells, menu).
    """

    def drawn(one: Any) -> rx.Component:
        name, cells, acts = row(one)
        return rx.el.tr(
            rx.el.td(_box(state, one.id, name), class_name="w0 c-check"),
            *cells,
            rx.el.td(acts, class_name="c-acts hide-s"),
            key=one.id,
        )

    return rx.el.table(
        rx.el.thead(
            rx.el.tr(
                rx.el.th(_all_box(state), class_name="w0", scope="col"),
                *heads,
                rx.el.th(rx.el.span("Actions", class_name="vh"), scope="col"),
            )
        ),
        rx.el.tbody(
            rx.cond(
                some(state.rows),
                rx.foreach(state.rows, drawn),
                _no_match(len(heads) + 2, noun, state),
            )
        ),
        class_name="tbl cards rows selecting",
        aria_label=label,
    )


def _box(state: Any, record_id: Any, name: Any) -> rx.Component:
    """The box of a row. Its tick is the browser's own, and there at once; the key takes it back."""
    return rx.el.input(
        type="checkbox",
        aria_label=rx.Var.create("Select ") + name,
        default_checked=state.selected.contains(record_id),
        on_change=lambda ticked: state.tick(record_id, ticked),
        class_name="check",
        key=state.selection.to_string(),
    )


def _all_box(state: Any) -> rx.Component:
    mixed = some(state.selected) & ~state.all_selected
    return rx.el.input(
        type="checkbox",
        aria_label="Select all on this page",
        default_checked=state.all_selected,
        on_change=lambda _ticked: state.toggle_all,
        class_name=rx.cond(mixed, "check mixed", "check"),
        key=state.head_selection.to_string(),
    )


def sort_head(state: Any, key: str, label: str, class_name: str = "") -> rx.Component:
    """A column head that sorts: a link in a cell that carries `aria-sort`."""
    sorted_now = state.sort == key
    arrow = rx.el.span(icon("down", "s14"), class_name=rx.cond(state.descending, "", "turned"))
    return rx.el.th(
        link(
            label,
            rx.cond(sorted_now, arrow),
            class_name=rx.cond(sorted_now, "sort", "sort off"),
            href=state.hrefs.sorts.get(key, ""),
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
    """Under the table: the sum of the filter at the left, the pager at the right. Its pages are links."""
    before = _page_link("Previous page", "left", state.hrefs.previous)
    return _foot(state, words, before, _page_link("Next page", "right", state.hrefs.next))


def button_foot(state: Any) -> rx.Component:
    """The same for a list whose page is not in the address."""
    before = _page_button("Previous page", "left", ~state.has_previous, state.previous_page)
    return _foot(state, "", before, _page_button("Next page", "right", ~state.has_next, state.next_page))


def _foot(state: Any, words: Any, before: rx.Component, after: rx.Component) -> rx.Component:
    return rx.el.div(
        rx.el.span(words),
        rx.el.span(
            rx.el.span(state.position, class_name="tn", role="status"),
            rx.cond(state.position != "", rx.el.span(before, after, class_name="row")),
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


def _page_link(label: str, picture: str, href: rx.Var[str]) -> rx.Component:
    drawing, look = icon(picture, "s14"), "btn icon s"
    still = rx.el.button(drawing, class_name=look, type="button", aria_label=label, disabled=True)
    return rx.cond(
        href != "", link(drawing, class_name=look, href=href, title=label, aria_label=label), still
    )


def _no_match(columns: int, noun: str, state: Any) -> rx.Component:
    """One line in the table: the filter leaves nothing, or there is nothing yet of what the tab is for."""
    none = rx.match(state.tab, *NONE_ON_TAB.items(), f"No {noun} matches.")
    words = rx.cond(state.only_tab, none, f"No {noun} matches.")
    return rx.el.tr(
        rx.el.td(
            rx.el.span(words, " ", class_name="mut"),
            link(
                rx.cond(state.only_tab, "Show all", "Clear filters"),
                class_name="link plain",
                href=state.hrefs.clear,
            ),
            col_span=columns,
            class_name="c-none",
        ),
        class_name="off",
    )


def bulk_bar(state: Any, *acts: rx.Component) -> rx.Component:
    """What floats above the foot while rows are selected."""
    offered = rx.fragment(
        *acts, icon_button("close", "Clear selection", look="bulk-act", on_click=state.select_none)
    )
    bar = rx.el.div(
        rx.el.span(
            rx.el.span(_bar_words(state), class_name="n", role="status"),
            rx.cond(state.selected_words != "", rx.el.span(state.selected_words, class_name="sum")),
            class_name="what",
        ),
        rx.cond(state.acting.of > 0, _progress(state.acting), offered),
        class_name="bulk",
        role="toolbar",
        aria_label="With the selected",
    )
    return rx.cond(some(state.selected), bar)


def _bar_words(state: Any) -> rx.Var[str]:
    """`12 selected`; while something is done with them, how far it is."""
    selected = state.selected.length().to_string() + " selected"
    done = state.acting.done.to_string() + " of " + state.acting.of.to_string() + " done"
    return rx.cond(state.acting.of > 0, done, selected)


def _progress(acting: Any) -> rx.Component:
    """In place of the acts: nothing starts twice."""
    return rx.el.progress(
        value=acting.done, max=acting.of, aria_label="Done so far", class_name="bulk-so-far"
    )


def bulk_act(words: str, picture: str, on_click: Any = None, class_name: str = "") -> rx.Component:
    """One act of the bar; only its icon on small screens. Without `on_click` it opens a question (`bulk_question`)."""
    props = {} if on_click is None else {"on_click": on_click}
    return rx.el.button(
        icon(picture),
        rx.el.span(words, class_name="lbl"),
        type="button",
        aria_label=words,
        class_name=f"bulk-act {class_name}".strip(),
        **props,
    )


def bulk_question(
    state: Any, name: str, words: str, picture: str, *, title: str, told: Any, act: str
) -> rx.Component:
    """An act that cannot be taken back: asked first."""
    return confirm(
        bulk_act(words, picture), title=title, words=told, act=act, on_confirm=state.act(name), calm=True
    )


def results(state: Any) -> rx.Component:
    """What became of each record, when something was refused for one of them."""

    def drawn(one: Any) -> rx.Component:
        return rx.el.li(
            rx.cond(one.fine, icon("tick", "s14"), icon("attention", "s14")),
            rx.el.span(one.name, class_name="med cut"),
            rx.el.span(one.words, class_name="mut grow"),
            class_name=rx.cond(one.fine, "row top sm", "row top sm refused"),
            key=one.id,
        )

    return dialog(
        rx.el.ul(rx.foreach(state.results, drawn), class_name="results"),
        rx.el.div(
            rx.el.button("Close", type="button", class_name="btn pri", on_click=state.close_results),
            class_name="dialog-acts",
        ),
        is_open=some(state.results),
        on_open_change=lambda _open: state.close_results,
        title=state.results_words,
        words="What could be done is done. The others are as they were.",
    )
