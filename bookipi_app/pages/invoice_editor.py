"""Writing an invoice: the form left, QuickBooks and the preview right."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.vars import ObjectVar

from bookipi_app.components.button import button
from bookipi_app.components.card import quickbooks_line
from bookipi_app.components.customer_picker import customer_picker
from bookipi_app.components.editor_keys import editor_keys
from bookipi_app.components.forecast import forecast_row
from bookipi_app.components.form_field import InputKind, form_problem, problem_line
from bookipi_app.components.frame import frame
from bookipi_app.components.icons import icon
from bookipi_app.components.invoice_paper import invoice_paper
from bookipi_app.components.line_editor import line_editor
from bookipi_app.components.link import link
from bookipi_app.components.record_page import changed_notice, missing_record
from bookipi_app.components.some import some
from bookipi_app.components.totals_box import totals_box
from bookipi_app.pages.registry import Page
from bookipi_app.services.terms import CUSTOM
from bookipi_app.state.editor_review import Difference
from bookipi_app.state.invoice_editor import InvoiceEditor

BACK = ("/invoices", "Invoices")


def view() -> rx.Component:
    """The page."""
    state = InvoiceEditor
    written = editor_keys(
        rx.el.div(
            _head(),
            _small_title(),
            _notices(),
            _customer(),
            _details(),
            _lines(),
            _more(),
            class_name="ed-form",
        ),
        _aside(),
        class_name="editor",
    )
    return frame(
        rx.cond(state.missing, rx.el.div(missing_record("invoice", *_all()), class_name="main"), written),
        current="invoices",
        back=("/invoices", "Invoice"),
        bare=True,
    )


def _all() -> tuple[str, str]:
    return BACK[0], "All invoices"


def _head() -> rx.Component:
    state = InvoiceEditor
    return rx.el.div(
        rx.el.div(
            link(icon("back", "s14"), "Invoices", href="/invoices", class_name="crumb"),
            rx.el.h1(state.title),
            class_name="titles",
        ),
        rx.el.div(_saved(), *_acts(), class_name="acts"),
        class_name="head stack only-l",
    )


def _small_title() -> rx.Component:
    """On a phone the top bar names the page; its heading is there to be heard."""
    return rx.el.h1(InvoiceEditor.title, class_name="vh only-s")


def _saved() -> rx.Component:
    words = InvoiceEditor.saved_words
    return rx.el.span(
        rx.cond(words != "", icon("tick", "s14")), words, class_name="xs dim row saved", role="status"
    )


def _acts() -> tuple[rx.Component, ...]:
    """Save draft, Send, Continue; an issued invoice is updated."""
    state = InvoiceEditor
    return (
        rx.cond(
            state.issued,
            rx.fragment(),
            button("Save draft", on_click=state.save_draft, custom_attrs={"data-key-save": "draft"}),
        ),
        button("Send", icon_name="send", on_click=state.save_and_send),
        rx.cond(
            state.issued,
            button("Update", look="pri", on_click=state.go_on, custom_attrs={"data-key-save": "update"}),
            button("Continue", look="pri", on_click=state.go_on),
        ),
    )


def _notices() -> rx.Component:
    state = InvoiceEditor
    return rx.fragment(
        rx.cond(
            state.changed != "",
            rx.el.div(
                changed_notice(state.changed, state.review_change, state.keep_mine, state.take_theirs),
                rx.cond(state.reviewing, _review()),
                class_name="spaced",
            ),
        ),
        _kept_notice(state.goes_on, button("Start afresh", look="s", on_click=state.start_afresh)),
        _kept_notice(
            state.offered,
            button("Go on with it", look="s", on_click=state.take_offered),
            button("Discard", look="ghost s", on_click=state.forget_offered),
        ),
        form_problem(state.problem),
    )


def _kept_notice(words: Any, *acts: rx.Component) -> rx.Component:
    """What was typed before and not saved; nothing while there is none."""
    told = rx.el.div(
        icon("edit"),
        rx.el.span(words, class_name="grow"),
        rx.el.span(*acts, class_name="row wrap"),
        class_name="notice info wide",
        role="status",
    )
    return rx.cond(words != "", told)


def _review() -> rx.Component:
    review = InvoiceEditor.review
    table = rx.el.table(
        rx.el.thead(
            rx.el.tr(
                rx.el.th("Field", scope="col"),
                rx.el.th("Typed here", scope="col"),
                rx.el.th("Saved now", scope="col"),
            )
        ),
        rx.el.tbody(rx.foreach(review, _difference)),
        class_name="tbl tight",
        aria_label="What changed",
    )
    return rx.cond(some(review), table, rx.el.p("Nothing differs any more.", class_name="sm mut"))


def _difference(row: ObjectVar[Difference]) -> rx.Component:
    return rx.el.tr(
        rx.el.td(row.label, class_name="med"),
        rx.el.td(row.mine, class_name="pre tn"),
        rx.el.td(row.now, class_name="pre tn"),
        key=row.label,
    )


def _customer() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Customer"), customer_picker(InvoiceEditor), class_name="ed-sec", aria_label="Customer"
    )


def _details() -> rx.Component:
    state = InvoiceEditor
    return rx.el.section(
        rx.el.h2("Details"),
        rx.el.div(
            _field("number", "Number", state.number, note=_number_note()),
            _field("issue_date", "Issued", state.issue_date, kind="date"),
            _terms(),
            class_name="grid3",
        ),
        class_name="ed-sec",
        aria_label="Details",
    )


def _number_note() -> rx.Component:
    words = InvoiceEditor.number_words
    return rx.cond(words != "", rx.el.span(icon("tick", "s14"), words, class_name="hint ok", role="status"))


def _terms() -> rx.Component:
    state = InvoiceEditor
    problem = state.problems.get("terms_name", "")
    return rx.el.div(
        rx.el.label("Terms", html_for="terms_name"),
        rx.el.select(
            rx.foreach(state.terms_choices, lambda word: rx.el.option(word, value=word)),
            id="terms_name",
            value=state.terms_name,
            on_change=state.set_field("terms_name"),
            class_name="inp select",
            custom_attrs={"aria-describedby": "terms_name-problem terms_name-due"},
        ),
        problem_line("terms_name", problem),
        rx.cond(
            state.terms_name == CUSTOM,
            _field("due_date", "Due", state.due_date, kind="date"),
            rx.el.span(state.due_words, id="terms_name-due", class_name="hint tn kept"),
        ),
        class_name="field",
    )


def _field(
    name: str, label: str, value: Any, *, kind: InputKind = "text", note: Any = None, long: bool = False
) -> rx.Component:
    """A field whose text the server hears 300 ms after the last key, and at once when it is left.

    `long`: of several lines; it grows with what is typed.
    """
    state = InvoiceEditor
    problem = state.problems.get(name, "")
    shared: dict[str, Any] = {
        "id": name,
        "value": value,
        "on_change": state.set_field(name),
        "auto_complete": "off",
        "class_name": rx.cond(problem != "", "inp tn wrong", "inp tn"),
        "custom_attrs": {
            "aria-invalid": rx.cond(problem != "", "true", "false"),
            "aria-describedby": f"{name}-problem",
        },
    }
    control = rx.el.textarea(rows="2", **shared) if long else rx.el.input(type=kind, **shared)
    return rx.el.div(
        rx.el.label(label, html_for=name),
        rx.debounce_input(control, debounce_timeout=300),
        problem_line(name, problem),
        *([note] if note is not None else []),
        class_name="field",
    )


def _lines() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2("Lines", class_name="h"),
            rx.el.span("All amounts in US dollars", class_name="xs mut only-l"),
            class_name="row between lines-h",
        ),
        line_editor(InvoiceEditor),
        totals_box(InvoiceEditor),
        class_name="ed-sec",
        aria_label="Lines",
    )


def _more() -> rx.Component:
    state = InvoiceEditor
    return rx.el.section(
        rx.el.h2("More"),
        rx.el.div(
            _field("po_number", "PO number", state.po_number),
            _field("notes", "Note to the customer", state.notes, long=True),
            class_name="grid2 one-s",
        ),
        class_name="ed-sec",
        aria_label="More",
    )


def _aside() -> rx.Component:
    return rx.el.aside(
        quickbooks_line(forecast_row(InvoiceEditor), narrow=True),
        rx.el.div(
            rx.el.h2("Preview", class_name="h", style={"marginBottom": "16px"}),
            invoice_paper(InvoiceEditor.paper, mini=True),
            class_name="only-l",
        ),
        rx.el.div(rx.el.div(*_acts(), class_name="row grow-all"), _saved(), class_name="only-s"),
        class_name="ed-side",
        aria_label="QuickBooks and preview",
    )


OPENS = (InvoiceEditor.arrive, InvoiceEditor.watch)
PAGES = [
    Page("/invoices/new", "New invoice", view, OPENS),
    Page("/invoices/[invoice_id]/edit", "Edit invoice", view, OPENS),
]
