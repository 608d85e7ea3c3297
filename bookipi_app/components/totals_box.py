"""Subtotal, discount, shipping, tax and total of an invoice being written. The sums come from the server."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components.form_field import problem_line


def totals_box(state: Any) -> rx.Component:
    """The sums under the lines, with their inputs; `state` is `InvoiceEditor`."""
    return rx.el.div(
        rx.el.div(_label("Subtotal"), rx.el.span(), rx.el.span(state.subtotal, class_name="num")),
        _row(
            state, "Discount", "discount_value", state.discount_value, state.discount,
            _kind(state),
        ),
        _row(state, "Shipping", "shipping", state.shipping, state.shipping_amount),
        _row(state, "Sales tax", "tax_rate", state.tax_rate, state.tax, unit="%"),
        rx.el.div(
            rx.el.span("Total"),
            rx.el.span(state.total, class_name="num", custom_attrs={"data-testid": "total"}),
            class_name="tot",
        ),
        rx.el.p(f"Total {state.total}", class_name="vh", role="status"),
        class_name="sums",
        style={"margin": "16px 0 0 auto", "maxWidth": "400px"},
    )  # fmt: skip


def _label(word: str) -> rx.Component:
    return rx.el.span(word, class_name="mut")


def _row(
    state: Any, label: str, name: str, value: Any, amount: Any, *before: rx.Component, unit: str = ""
) -> rx.Component:
    problem = state.problems.get(name, "")
    return rx.el.div(
        _label(label),
        rx.el.span(
            *before,
            rx.el.span(
                rx.debounce_input(
                    rx.el.input(
                        id=name,
                        value=value,
                        on_change=state.set_field(name),
                        auto_complete="off",
                        input_mode="decimal",
                        class_name="bare num",
                        custom_attrs={
                            "aria-label": f"{label}, percent" if unit else label,
                            "aria-invalid": rx.cond(problem != "", "true", "false"),
                            "aria-describedby": f"{name}-problem",
                        },
                    ),
                    debounce_timeout=300,
                ),
                unit,
                class_name=rx.cond(problem != "", "mini-inp wrong", "mini-inp"),
            ),
            class_name="row",
            style={"gap": "6px"},
        ),
        rx.el.span(amount, class_name="num"),
        rx.cond(problem != "", rx.el.div(problem_line(name, problem), class_name="sums-problem")),
    )


def _kind(state: Any) -> rx.Component:
    return rx.el.span(
        _kind_button(state, "percent", "%", "Discount in percent"),
        _kind_button(state, "fixed", "$", "Discount as an amount"),
        class_name="seg",
        role="group",
        aria_label="Discount kind",
    )


def _kind_button(state: Any, kind: str, sign: str, label: str) -> rx.Component:
    chosen = state.discount_kind == kind
    return rx.el.button(
        sign,
        type="button",
        aria_label=label,
        class_name=rx.cond(chosen, "on", ""),
        on_click=state.choose_discount(kind),
        custom_attrs={"aria-pressed": rx.cond(chosen, "true", "false")},
    )
