"""The lines of an invoice being written: one markup, a table on wide screens, rows that open in place on small ones."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components.discount_kind import discount_kinds
from bookipi_app.components.form_field import problem_line
from bookipi_app.components.icons import icon


def line_editor(state: Any) -> rx.Component:
    """The table of lines and the button under it; `state` is `InvoiceEditor`."""
    return rx.fragment(
        rx.el.table(
            rx.el.thead(
                rx.el.tr(
                    rx.el.th("Item", scope="col"),
                    rx.el.th("Qty", class_name="num", scope="col"),
                    rx.el.th("Price", class_name="num", scope="col"),
                    rx.el.th("Tax", class_name="mid", scope="col"),
                    rx.el.th("Amount", class_name="num", scope="col"),
                    rx.el.th(rx.el.span("Remove", class_name="vh"), scope="col"),
                )
            ),
            rx.el.tbody(rx.foreach(state.lines, lambda line, index: _line(state, line, index + 1))),
            class_name="lines edit",
            aria_label="Lines",
        ),
        rx.el.div(
            rx.el.button(
                icon("plus"),
                "Add line",
                id="add-line",
                class_name="btn s",
                type="button",
                on_click=state.add_line,
            ),
            problem_line("lines", state.problems.get("lines", "")),
            class_name="row wrap",
            style={"marginTop": "12px"},
        ),
    )


def _line(state: Any, line: Any, number: Any) -> rx.Component:
    return rx.el.tr(
        _summary(state, line, number),
        rx.el.td(_item_cell(state, line, number), class_name="l-item"),
        _number_cell(
            state, line, number, "quantity", "Quantity", line.quantity, line.quantity_problem, "l-qty"
        ),
        _number_cell(state, line, number, "price", "Price", line.price, line.price_problem, "l-price"),
        _tax_cell(state, line, number),
        rx.el.td(
            rx.el.div(
                rx.el.span("Amount", class_name="only-s lab"),
                rx.el.span(line.amount, class_name="block l-sum-amount"),
                _discount_button(state, line, number),
                class_name="cell num still",
            ),
            class_name="l-amount last",
        ),
        rx.el.td(
            rx.el.button(
                icon("close", "s14"),
                rx.el.span("Remove", class_name="only-s"),
                class_name="btn ghost icon s",
                type="button",
                title="Remove this line",
                aria_label=f"Remove line {number}",
                on_click=state.remove_line(line.id),
            ),
            class_name="l-remove",
        ),
        key=line.id,
        class_name=rx.cond(state.open_line == line.id, "open", ""),
        custom_attrs={"data-line": line.id, "data-testid": f"line-{number}"},
    )


def _summary(state: Any, line: Any, number: Any) -> rx.Component:
    """What a closed row shows on a small screen; a click opens it in place."""
    return rx.el.td(
        rx.el.button(
            rx.el.span(
                rx.el.span(rx.cond(line.item_text != "", line.item_text, "New line"), class_name="med cut"),
                rx.cond(
                    line.price != "", rx.el.span(f"{line.quantity} × {line.each}", class_name="sm mut tn")
                ),
                class_name="grow",
            ),
            rx.el.span(line.amount, class_name="num"),
            type="button",
            class_name="row top plain",
            on_click=state.open_or_close_line(line.id),
            custom_attrs={"aria-expanded": rx.cond(state.open_line == line.id, "true", "false")},
        ),
        class_name="l-sum only-s",
    )


def _item_cell(state: Any, line: Any, number: Any) -> rx.Component:
    problem_id = f"line-{line.id}-item"
    return rx.el.div(
        rx.el.span("Item", class_name="only-s lab", aria_hidden="true"),
        rx.debounce_input(
            rx.el.input(
                value=line.item_text,
                on_change=state.set_line(line.id, "item_text"),
                on_focus=state.offer_items(line.id),
                auto_focus=line.fresh,
                auto_complete="off",
                role="combobox",
                placeholder="Item",
                class_name="bare med",
                disabled=line.foreign,
                custom_attrs={
                    "aria-label": f"Item, line {number}",
                    "aria-autocomplete": "list",
                    "aria-expanded": rx.cond(state.choices_for == line.id, "true", "false"),
                    "aria-controls": f"choices-{line.id}",
                    "aria-invalid": rx.cond(line.item_problem != "", "true", "false"),
                    "aria-describedby": f"{problem_id}-problem",
                },
            ),
            debounce_timeout=200,
        ),
        rx.debounce_input(
            rx.el.textarea(
                value=line.description,
                on_change=state.set_line(line.id, "description"),
                rows="1",
                auto_complete="off",
                placeholder="Description",
                class_name="bare sub",
                disabled=line.foreign,
                custom_attrs={"aria-label": f"Description, line {number}"},
            ),
            debounce_timeout=300,
        ),
        problem_line(problem_id, line.item_problem),
        rx.cond(line.discounting, _discount(state, line, number)),
        rx.cond(
            (state.choices_for == line.id) & (state.item_choices.length() > 0),
            rx.el.ul(
                rx.foreach(state.item_choices, lambda choice: _item_choice(state, line, choice)),
                id=f"choices-{line.id}",
                role="listbox",
                aria_label="Items",
                class_name="suggest",
            ),
        ),
        class_name="cell",
        custom_attrs={"data-combobox": "item"},
    )


def _discount_button(state: Any, line: Any, number: Any) -> rx.Component:
    """Shown while the row is pointed at or typed in; a row with a discount has its field already."""
    return rx.cond(
        line.discounting | line.foreign,
        rx.fragment(),
        rx.el.button(
            "Discount",
            type="button",
            class_name="quiet reveal",
            on_click=state.discount_line(line.id, True),
            aria_label=f"Discount on line {number}",
        ),
    )


def _discount(state: Any, line: Any, number: Any) -> rx.Component:
    """The discount of one line: in percent or as an amount."""
    problem_id = f"line-{line.id}-discount"
    field = rx.el.input(
        value=line.discount_value,
        on_change=state.set_line(line.id, "discount_value"),
        auto_complete="off",
        input_mode="decimal",
        class_name="bare num",
        custom_attrs={
            "aria-label": f"Discount, line {number}",
            "aria-invalid": rx.cond(line.discount_problem != "", "true", "false"),
            "aria-describedby": f"{problem_id}-problem",
        },
    )
    return rx.fragment(
        rx.el.div(
            rx.el.span("Discount", class_name="quiet"),
            discount_kinds(
                line.discount_kind,
                lambda kind: state.choose_line_discount(line.id, kind),
                f"Discount kind, line {number}",
            ),
            rx.el.span(
                rx.debounce_input(field, debounce_timeout=300),
                class_name=rx.cond(line.discount_problem != "", "mini-inp wrong", "mini-inp"),
            ),
            rx.el.button(
                "Remove",
                type="button",
                class_name="quiet",
                aria_label=f"Remove the discount on line {number}",
                on_click=state.discount_line(line.id, False),
            ),
            class_name="l-disc",
        ),
        problem_line(problem_id, line.discount_problem),
    )


def _item_choice(state: Any, line: Any, choice: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.span(choice.name, class_name="med cut"),
            rx.el.span(choice.description, class_name="xs mut cut"),
            class_name="grow",
        ),
        rx.el.span(choice.price, class_name="num mut"),
        role="option",
        tab_index=-1,
        key=choice.id,
        on_click=state.choose_item(line.id, choice.id),
    )


def _number_cell(
    state: Any, line: Any, number: Any, name: str, label: str, value: Any, problem: Any, class_name: str
) -> rx.Component:
    problem_id = f"line-{line.id}-{name}"
    return rx.el.td(
        rx.el.div(
            rx.el.span(label, class_name="only-s lab", aria_hidden="true"),
            rx.debounce_input(
                rx.el.input(
                    value=value,
                    on_change=state.set_line(line.id, name),
                    auto_complete="off",
                    input_mode="decimal",
                    class_name="bare num",
                    disabled=line.foreign,
                    custom_attrs={
                        "aria-label": f"{label}, line {number}",
                        "data-field": name,
                        "aria-invalid": rx.cond(problem != "", "true", "false"),
                        "aria-describedby": f"{problem_id}-problem",
                    },
                ),
                debounce_timeout=300,
            ),
            problem_line(problem_id, problem),
            class_name=rx.cond(problem != "", "cell num wrong", "cell num"),
        ),
        class_name=class_name,
    )


def _tax_cell(state: Any, line: Any, number: Any) -> rx.Component:
    return rx.el.td(
        rx.el.label(
            rx.el.input(
                type="checkbox",
                class_name="check",
                checked=line.taxable,
                on_change=state.set_taxable(line.id),
                disabled=line.foreign,
                custom_attrs={"aria-label": f"Taxable, line {number}"},
            ),
            rx.el.span("Taxable", class_name="only-s sm", aria_hidden="true"),
            class_name="cell tick",
        ),
        class_name="l-tax",
    )
