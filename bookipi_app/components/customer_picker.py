"""The customer of an invoice being written: shown, searched for, or made on the way."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components.button import opener
from bookipi_app.components.customer_form import customer_form
from bookipi_app.components.dialog import dialog
from bookipi_app.components.flag import flag
from bookipi_app.components.form_field import problem_line
from bookipi_app.components.icons import icon


def customer_picker(state: Any) -> rx.Component:
    """`state` is `InvoiceEditor`."""
    return rx.fragment(
        rx.cond(state.picking, _search(state), _chosen(state)),
        opener("Customer", state.create_customer),
        problem_line("customer", state.problems.get("customer_id", "")),
        dialog(
            customer_form(state, "Create customer", prefix="new-customer"),
            is_open=state.customer_open,
            on_open_change=state.customer_dialog,
            title="New customer",
            words="The invoice waits: nothing in it is lost.",
            wide=True,
        ),
    )


def _chosen(state: Any) -> rx.Component:
    buyer = state.buyer
    return rx.el.div(
        rx.el.button(
            rx.el.span(buyer.initials, class_name="mark round", aria_hidden="true"),
            rx.el.span(
                rx.el.span(buyer.name, class_name="med cut block"),
                rx.el.span(buyer.line, class_name="xs mut cut block"),
                class_name="grow",
            ),
            icon("down"),
            type="button",
            class_name="plain buyer-change",
            aria_label="Customer " + buyer.name + ". Change",
            on_click=state.pick_customer,
        ),
        flag(buyer.flag, buyer.flag_words, buyer.flag_tip, flush=True),
        class_name="inp buyer",
    )


def _search(state: Any) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            icon("search"),
            rx.debounce_input(
                rx.el.input(
                    id="customer",
                    value=state.buyer_search,
                    on_change=state.search_customers,
                    on_focus=state.offer_customers,
                    role="combobox",
                    auto_complete="off",
                    placeholder="Search by name or e-mail",
                    class_name="bare",
                    custom_attrs={
                        "aria-label": "Customer",
                        "aria-autocomplete": "list",
                        "aria-expanded": "true",
                        "aria-controls": "customer-choices",
                        "aria-describedby": "customer-problem",
                    },
                ),
                debounce_timeout=200,
            ),
            class_name="inp buyer",
        ),
        rx.el.ul(
            rx.foreach(state.buyer_choices, lambda choice: _choice(state, choice)),
            rx.el.li(
                icon("plus"),
                rx.cond(state.buyer_search != "", f"Create “{state.buyer_search}”", "Create a customer"),
                role="option",
                tab_index=-1,
                class_name="med",
                on_click=state.create_customer,
            ),
            id="customer-choices",
            role="listbox",
            aria_label="Customers",
            class_name="suggest",
        ),
        custom_attrs={"data-combobox": "customer"},
        class_name="picker",
    )


def _choice(state: Any, choice: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.span(choice.name, class_name="med cut block"),
            rx.el.span(
                choice.email,
                rx.cond(choice.place != "", " · " + choice.place, ""),
                class_name="xs mut cut block",
            ),
            class_name="grow",
        ),
        role="option",
        tab_index=-1,
        key=choice.id,
        on_click=state.choose_customer(choice.id),
    )
