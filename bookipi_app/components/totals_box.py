"""Subtotal, discount, shipping, tax and total of an invoice being written. The sums come from the server."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components.discount_kind import discount_kinds
from bookipi_app.components.form_field import problem_line

MODES = (
    ("exclusive", "added to the prices"),
    ("inclusive", "contained in the prices"),
    ("deductible", "deducted from the total"),
)


def totals_box(state: Any) -> rx.Component:
    """The sums under the lines, with their inputs; `state` is `InvoiceEditor`."""
    return rx.el.div(
        rx.el.div(_label("Subtotal"), rx.el.span(), rx.el.span(state.subtotal, class_name="num")),
        _row(
            state, "discount_value", state.discount_label, _label(state.discount_label), state.discount_value,
            state.discount, discount_kinds(state.discount_kind, state.choose_discount, "Discount kind"),
        ),
        _row(
            state, "shipping", "Shipping", _label("Shipping", _shipping_taxed(state)), state.shipping,
            state.shipping_amount,
        ),
        _first_tax(state),
        rx.cond(state.has_second_tax, _second_tax(state), _no_second_tax(state)),
        _total(state),
        class_name="sums",
        style={"margin": "16px 0 0 auto", "maxWidth": "400px"},
    )  # fmt: skip


def _total(state: Any) -> rx.Component:
    problem = state.problems.get("total", "")
    return rx.fragment(
        rx.el.div(
            rx.el.span("Total"),
            rx.el.span(state.total, class_name="num", custom_attrs={"data-testid": "total"}),
            class_name="tot",
        ),
        rx.cond(problem != "", rx.el.p(problem_line("total", problem), class_name="sums-problem")),
        rx.el.p(f"Total {state.total}", class_name="vh", role="status"),
    )


def _label(word: Any, below: rx.Component | None = None) -> rx.Component:
    """The word at the left, and what is quietly said or chosen below it."""
    small = [] if below is None else [below]
    return rx.el.span(rx.el.span(word, class_name="mut"), *small, class_name="sums-label")


def _row(
    state: Any,
    name: str,
    spoken: Any,
    label: rx.Component,
    value: Any,
    amount: Any,
    *before: rx.Component,
    unit: str = "",
) -> rx.Component:
    """One sum with its input. `spoken` is what a screen reader says of the input."""
    problem = state.problems.get(name, "")
    return rx.el.div(
        label,
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
                            "aria-label": f"{spoken}, percent" if unit else spoken,
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


def _shipping_taxed(state: Any) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="checkbox",
            class_name="check small",
            checked=state.shipping_taxable,
            on_change=state.tax_shipping,
            custom_attrs={"aria-label": "Shipping is taxable"},
        ),
        "taxable",
        class_name="quiet",
    )


def _first_tax(state: Any) -> rx.Component:
    name = rx.cond(state.has_second_tax, _tax_name(state, "tax_name", state.tax_name, "first"), "Sales tax")
    below = rx.cond(
        state.tax_as_billed,
        rx.el.span(
            "as QuickBooks has it", class_name="quiet", title="It stands until lines or tax are edited."
        ),
        _mode(state),
    )
    return _row(state, "tax_rate", "Sales tax", _label(name, below), state.tax_rate, state.tax, unit="%")


def _mode(state: Any) -> rx.Component:
    return rx.el.select(
        *(rx.el.option(words, value=value) for value, words in MODES),
        value=state.tax_mode,
        on_change=state.set_field("tax_mode"),
        aria_label="Tax is",
        class_name="quiet-select",
    )


def _second_tax(state: Any) -> rx.Component:
    remove = rx.el.button("Remove", type="button", class_name="quiet", aria_label="Remove the second tax",
                          on_click=state.remove_second_tax)  # fmt: skip
    name = _tax_name(state, "tax2_name", state.tax2_name, "second")
    return _row(state, "tax2_rate", "Second tax", _label(name, remove), state.tax2_rate, state.tax2, unit="%")


def _no_second_tax(state: Any) -> rx.Component:
    return rx.el.div(
        rx.el.button("Add a second tax", type="button", class_name="quiet", on_click=state.add_second_tax),
        class_name="sums-more",
    )


def _tax_name(state: Any, field: str, value: Any, which: str) -> rx.Component:
    return rx.debounce_input(
        rx.el.input(
            id=field,
            value=value,
            on_change=state.set_field(field),
            auto_complete="off",
            max_length=40,
            class_name="bare tax-name",
            custom_attrs={"aria-label": f"Name of the {which} tax"},
        ),
        debounce_timeout=300,
    )
