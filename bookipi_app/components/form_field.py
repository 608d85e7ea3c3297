"""One field of a form: label above, input, hint or error below, tied together for screen readers."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import reflex as rx

from bookipi_app.components.icons import icon

InputKind: TypeAlias = Literal["text", "email", "tel", "password", "date"]


def problem_line(field_id: str, problem: Any) -> rx.Component:
    """The sentence under a field that is wrong; empty while it is right."""
    return rx.cond(
        problem != "",
        rx.el.span(icon("attention", "s14"), problem, id=f"{field_id}-problem", class_name="hint bad"),
    )


def typed_field(
    prefix: str,
    name: str,
    label: str,
    texts: Any,
    problems: Any,
    *,
    kind: InputKind = "text",
    hint: str = "",
    required: bool = False,
    long: bool = False,
    auto_complete: str = "off",
    class_name: str = "",
) -> rx.Component:
    """A field whose text belongs to the browser until the form is sent.

    `texts` and `problems` are dicts of the state by field name: what the field starts with, and what is wrong with it.
    """
    field_id = f"{prefix}-{name}"
    problem = problems.get(name, "")
    shared: dict[str, Any] = {
        "id": field_id,
        "name": name,
        "default_value": texts.get(name, ""),
        "auto_complete": auto_complete,
        "class_name": rx.cond(problem != "", f"inp {class_name} wrong", f"inp {class_name}"),
        "custom_attrs": {
            "aria-invalid": rx.cond(problem != "", "true", "false"),
            "aria-describedby": f"{field_id}-problem {field_id}-hint",
            "aria-required": "true" if required else "false",
        },
    }
    control = rx.el.textarea(rows="3", **shared) if long else rx.el.input(type=kind, **shared)
    return rx.el.div(
        rx.el.label(label, html_for=field_id),
        control,
        problem_line(field_id, problem),
        rx.el.span(hint, id=f"{field_id}-hint", class_name="hint") if hint else rx.fragment(),
        class_name="field",
    )


def form_problem(problem: Any) -> rx.Component:
    """A save that failed as a whole."""
    return rx.cond(
        problem != "",
        rx.el.div(
            icon("attention"), rx.el.span(problem, class_name="grow"), class_name="notice bad", role="alert"
        ),
    )


def form_done(words: Any) -> rx.Component:
    """What a form that the browser sent has brought about; nothing while there is nothing to say."""
    told = rx.el.div(
        icon("tick"),
        rx.el.span(words, class_name="grow"),
        class_name="notice ok",
        role="status",
    )
    return rx.cond(words != "", told)
