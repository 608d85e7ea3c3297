"""One invoice: its sheet and payments, its panel."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.vars import ObjectVar

from bookipi_app.components.button import button, icon_button
from bookipi_app.components.dialog import dialog
from bookipi_app.components.form_field import form_problem, typed_field
from bookipi_app.components.icons import icon
from bookipi_app.components.invoice_paper import invoice_paper
from bookipi_app.components.link import button_link, link
from bookipi_app.components.menu import menu, menu_entry, menu_line
from bookipi_app.components.record_page import record_frame
from bookipi_app.components.record_panel import record_panel
from bookipi_app.components.some import some
from bookipi_app.components.status import status_pill
from bookipi_app.pages.registry import Page
from bookipi_app.services.invoices import PaymentView
from bookipi_app.state.ends import EndState
from bookipi_app.state.invoice import InvoicePage

NOT_SHARED = "Payments are not shared with QuickBooks: paid here stays open there, and the other way round."


def view() -> rx.Component:
    """The page."""
    return record_frame(
        InvoicePage,
        _head(),
        rx.cond(
            InvoicePage.done_words != "",
            rx.el.div(
                icon("tick"),
                rx.el.span(InvoicePage.done_words, class_name="grow"),
                class_name="notice ok spaced",
                role="status",
            ),
        ),
        _in_trash(),
        rx.el.div(
            rx.el.div(invoice_paper(InvoicePage.paper), _payments(), class_name="stack"),
            record_panel(InvoicePage.panel),
            class_name="two invoice-two",
        ),
        _send_dialog(),
        _payment_dialog(),
        _void_dialog(),
        current="invoices",
        noun="invoice",
        back=("/invoices", "Invoices"),
    )


def _head() -> rx.Component:
    state, invoice = InvoicePage, InvoicePage.invoice
    return rx.el.div(
        rx.el.div(
            link(icon("back", "s14"), "Invoices", href="/invoices", class_name="crumb only-l"),
            rx.el.div(
                rx.el.h1(invoice.number, class_name="title tn"),
                status_pill(invoice.status, invoice.status_word),
                class_name="row wrap title-row",
            ),
            rx.el.p(
                rx.cond(
                    invoice.customer_id != "",
                    link(invoice.customer, href=f"/customers/{invoice.customer_id}", class_name="plain-link"),
                    invoice.customer,
                ),
                " · ",
                rx.el.span(invoice.context, class_name="tn"),
                class_name="mut sm",
            ),
            class_name="titles",
        ),
        rx.el.div(
            rx.cond(
                invoice.editable,
                rx.fragment(
                    button_link("Edit", f"/invoices/{invoice.id}/edit", icon_name="edit", look="w"),
                    button("Send", icon_name="send", look="w", on_click=state.begin_send),
                ),
            ),
            rx.cond(invoice.payable, button("Mark paid", look="pri w", on_click=state.mark_paid)),
            rx.cond(
                invoice.void,
                button(
                    "Duplicate as new",
                    icon_name="copy",
                    look="pri w",
                    on_click=EndState.duplicate(invoice.id),
                ),
            ),
            rx.cond(
                invoice.trashed,
                button("Restore", look="pri w", on_click=EndState.bring_back("invoice", invoice.id)),
                _more(),
            ),
            class_name="acts",
        ),
        class_name="head stack",
    )


def _more() -> rx.Component:
    state, invoice = InvoicePage, InvoicePage.invoice
    voiding = menu_entry("Void…", icon_name="close", look="bad", on_select=state.begin_void)
    return menu(
        icon_button("more", "More actions", look=""),
        menu_entry("Duplicate", icon_name="copy", on_select=EndState.duplicate(invoice.id)),
        menu_line(),
        rx.cond(invoice.voidable, voiding),
        menu_entry(
            "Move to trash", icon_name="trash", look="bad", on_select=EndState.put_away("invoice", invoice.id)
        ),
        align="end",
    )


def _in_trash() -> rx.Component:
    """Where the invoice is now, and what that means for QuickBooks."""
    return rx.cond(
        InvoicePage.invoice.trashed,
        rx.el.div(
            icon("trash"),
            rx.el.span(
                "In the trash. QuickBooks hears of it 30 seconds after that; restored later, it is created there anew.",
                class_name="grow",
            ),
            class_name="notice spaced",
        ),
    )


def _void_dialog() -> rx.Component:
    state = InvoicePage
    return dialog(
        rx.el.div(
            button("Keep it", on_click=state.close_dialog(False)),
            button(
                "Void invoice",
                look="bad-solid",
                on_click=[state.close_dialog(False), EndState.void(state.invoice.id)],
            ),
            class_name="dialog-acts",
        ),
        is_open=state.dialog == "void",
        on_open_change=state.close_dialog,
        title=f"Void {state.invoice.number}?",
        words="It stays in both books with nothing owed. QuickBooks cannot take that back; "
        "a new one can be made of it.",
    )


def _payments() -> rx.Component:
    state = InvoicePage
    return rx.el.section(
        rx.el.div(
            rx.el.h2("Payments"),
            rx.el.span("Never shared with QuickBooks", class_name="dim sm only-l"),
            rx.cond(
                state.invoice.payable,
                button("Add payment", icon_name="plus", look="s more", on_click=state.begin_payment),
            ),
            class_name="sect-h",
        ),
        rx.cond(
            some(state.payments),
            rx.el.table(
                rx.el.tbody(rx.foreach(state.payments, _payment)),
                class_name="tbl flush",
                aria_label="Payments",
            ),
            rx.el.p("No payment yet.", class_name="sm mut"),
        ),
        aria_label="Payments",
    )


def _payment(payment: ObjectVar[PaymentView]) -> rx.Component:
    return rx.el.tr(
        rx.el.td(payment.paid_on, class_name="tn"),
        rx.el.td(payment.method, class_name="mut"),
        rx.el.td(payment.amount, class_name="num"),
        key=payment.id,
    )


def _send_dialog() -> rx.Component:
    state = InvoicePage
    return dialog(
        rx.el.form(
            form_problem(_rest(state, ("customer_id", "lines", "total"))),
            _field("send", "to", "To", state.invoice.email, hint="Several with commas between."),
            _field("send", "message", "Message", "", long=True),
            _buttons("Send"),
            on_submit=state.send,
            key=state.form_key,
            class_name="form",
            custom_attrs={"noValidate": True},
        ),
        is_open=state.dialog == "send",
        on_open_change=state.close_dialog,
        title=f"Send {state.invoice.number}",
        words=rx.cond(
            state.invoice.draft,
            "Sending issues the draft: it then goes to QuickBooks too.",
            "By e-mail, to your customer.",
        ),
    )


def _payment_dialog() -> rx.Component:
    state = InvoicePage
    return dialog(
        rx.el.form(
            rx.el.div(
                _field("payment", "amount", "Amount", state.invoice.owed, class_name="num"),
                _field("payment", "paid_on", "Paid on", "", kind="date", hint="Empty means today."),
                class_name="grid2 one-s",
            ),
            _field("payment", "method", "Method", "", hint="Check, card, bank transfer: as you like."),
            _buttons("Add payment"),
            on_submit=state.add_payment,
            key=state.form_key,
            class_name="form",
            custom_attrs={"noValidate": True},
        ),
        is_open=state.dialog == "pay",
        on_open_change=state.close_dialog,
        title="Add payment",
        words=NOT_SHARED,
    )


def _field(prefix: str, name: str, label: str, start: Any, **more: Any) -> rx.Component:
    return typed_field(prefix, name, label, {name: start}, InvoicePage.problems, **more)


def _rest(state: Any, names: tuple[str, ...]) -> Any:
    """What is wrong with the invoice itself, not with the dialog's fields."""
    words: Any = ""
    for name in names:
        problem = state.problems.get(name, "")
        words = rx.cond(problem != "", problem, words)
    return words


def _buttons(act: str) -> rx.Component:
    return rx.el.div(
        button("Cancel", on_click=InvoicePage.close_dialog(False)),
        button(act, look="pri", kind="submit"),
        class_name="dialog-acts",
    )


PAGES = [Page("/invoices/[invoice_id]", "Invoice", view, (InvoicePage.arrive, InvoicePage.watch))]
