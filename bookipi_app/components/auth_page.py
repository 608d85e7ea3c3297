"""What the sign-in and sign-up pages share: the brand, the form at the left, what the product does at the right."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components.form_field import InputKind
from bookipi_app.components.icons import icon
from bookipi_app.components.plain_form import plain_form
from bookipi_app.components.status import dot
from bookipi_app.state.sign import SignState


def auth_page(form: rx.Component, below: Any = None) -> rx.Component:
    """The two halves; the right one only where there is room."""
    return rx.el.div(
        rx.el.main(
            rx.el.span(rx.el.span("B", class_name="mark", aria_hidden="true"), "Bookipi", class_name="brand"),
            rx.el.div(form, *([below] if below is not None else []), class_name="auth-c"),
            class_name="auth-f",
        ),
        rx.el.aside(_show(), class_name="auth-a", aria_hidden="true"),
        class_name="auth",
    )


def auth_form(action: str, title: str, note: Any, *fields: Any, button: str) -> rx.Component:
    """A form that the browser sends to `action`; a refusal of the form as a whole stands above its button."""
    return plain_form(
        rx.el.div(
            rx.el.h1(title, class_name="title"), rx.el.p(note, class_name="sm mut"), class_name="titles"
        ),
        *fields,
        rx.el.input(type="hidden", name="next", value=SignState.next_page, read_only=True),
        rx.cond(
            (SignState.problem != "") & (SignState.field == ""),
            rx.el.p(icon("attention", "s14"), SignState.problem, class_name="hint bad", role="alert"),
        ),
        rx.el.button(button, type="submit", class_name="btn pri l full"),
        action=action,
        method="post",
    )


def auth_field(
    name: str, label: str, kind: InputKind, complete: str, value: Any = "", beside: Any = None, **props: Any
) -> rx.Component:
    """A field of such a form, with what was typed before and the refusal that belongs to it.

    `beside` stands at the end of the label's line.
    """
    wrong = SignState.field == name
    named = rx.el.label(label, html_for=name, class_name="lab")
    return rx.el.div(
        rx.el.div(named, beside, class_name="row between") if beside is not None else named,
        rx.el.input(
            id=name,
            name=name,
            type=kind,
            auto_complete=complete,
            default_value=value,
            key=value,
            required=True,
            class_name=rx.cond(wrong, "inp l wrong", "inp l"),
            custom_attrs={
                "aria-invalid": rx.cond(wrong, "true", "false"),
                "aria-describedby": f"{name}-problem",
            },
            **props,
        ),
        auth_problem(name),
        class_name="field",
    )


def auth_problem(name: str) -> rx.Component:
    """The sentence under a field that was refused."""
    return rx.cond(
        SignState.field == name,
        rx.el.span(icon("attention", "s14"), SignState.problem, id=f"{name}-problem", class_name="hint bad"),
    )


def _show() -> rx.Component:
    return rx.el.div(
        _slip("Bookipi", "run"),
        rx.el.div(icon("synced"), "Equal to the cent, seconds after sending", class_name="same"),
        _slip("QuickBooks", "ok"),
        rx.el.p(
            "Send an invoice here and it is right in QuickBooks seconds later. What your bookkeeper changes there is "
            "right here. Nobody types anything twice.",
            class_name="sm mut story",
        ),
        class_name="show",
    )


def _slip(side: str, tone: str) -> rx.Component:
    number = rx.el.span("INV-1056", class_name="tn")
    customer = rx.el.span("Travis Heights Condominiums", class_name="med")
    return rx.el.div(
        _ends(rx.el.span(dot(tone), side, class_name="row"), number, "xs mut"),
        _ends(customer, rx.el.b("$7,910.00", class_name="tn")),
        _ends(rx.el.span("Due Dec 19"), rx.el.span("8.25% sales tax"), "sm mut"),
        class_name="panel slip",
    )


def _ends(left: rx.Component, right: rx.Component, look: str = "") -> rx.Component:
    return rx.el.div(left, right, class_name=f"row between {look}".strip())
