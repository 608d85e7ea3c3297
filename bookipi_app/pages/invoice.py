"""One invoice: its sheet, payments and letters, its panel."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.vars import ObjectVar

from bookipi_app.components.button import button, icon_button, opener
from bookipi_app.components.dialog import dialog, dialog_buttons
from bookipi_app.components.form_field import typed_field
from bookipi_app.components.icons import icon
from bookipi_app.components.invoice_mail import letters, link_dialog, mail_notice, send_dialog
from bookipi_app.components.invoice_paper import invoice_paper
from bookipi_app.components.link import button_link, leaving_link, link
from bookipi_app.components.menu import menu, menu_entry, menu_file, menu_line
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
        mail_notice(),
        rx.el.div(
            rx.el.div(invoice_paper(InvoicePage.paper), _payments(), letters(), class_name="stack"),
            record_panel(InvoicePage.panel),
            class_name="two invoice-two",
        ),
        rx.cond(InvoicePage.invoice.sendable, opener("Letter", InvoicePage.begin_send)),
        send_dialog(),
        link_dialog(),
        _payment_dialog(),
        _removal_dialog(),
        _void_dialog(),
        current="invoices",
        noun="invoice",
        back=("/invoices", "Invoices"),
    )


def _head() -> rx.Component:
    invoice = InvoicePage.invoice
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
                    link(
                        rx.el.bdi(invoice.customer),
                        href=f"/customers/{invoice.customer_id}",
                        class_name="plain-link",
                    ),
                    invoice.customer,
                ),
                " · ",
                rx.el.span(invoice.context, class_name="tn"),
                class_name="mut sm",
            ),
            class_name="titles",
        ),
        rx.el.div(*_acts(), class_name="acts"),
        class_name="head stack",
    )


def _acts() -> tuple[rx.Component, ...]:
    """The next step is the primary one: to send it, then to be paid."""
    state, invoice = InvoicePage, InvoicePage.invoice
    paid = button("Mark paid", look="pri w", on_click=state.mark_paid)
    anew = button("Duplicate as new", icon_name="copy", look="pri w", on_click=EndState.duplicate(invoice.id))
    return (
        rx.cond(
            ~invoice.trashed,
            leaving_link(
                icon("download"),
                "PDF",
                href=invoice.pdf,
                download=True,
                class_name="btn only-l",
                on_click=state.note_shared("pdf"),
            ),
        ),
        # Not to be seen: the browser clicks it before it prints, see `clicks.js`.
        rx.el.button(
            type="button",
            hidden=True,
            on_click=state.note_shared("print"),
            custom_attrs={"data-printed": "yes"},
        ),
        rx.cond(invoice.link != "", _copy_button()),
        rx.cond(
            invoice.editable,
            button_link("Edit", f"/invoices/{invoice.id}/edit", icon_name="edit", look="w"),
        ),
        rx.cond(
            invoice.unsent,
            rx.fragment(
                rx.cond(invoice.payable, button("Mark paid", look="only-l", on_click=state.mark_paid)),
                button("Send", icon_name="send", look="pri w", on_click=state.begin_send),
            ),
            rx.cond(invoice.payable, paid),
        ),
        rx.cond(invoice.void, anew),
        rx.cond(
            invoice.trashed,
            button("Restore", look="pri w", on_click=EndState.bring_back("invoice", invoice.id)),
            _more(),
        ),
    )


def _copy_button() -> rx.Component:
    return button(
        "Copy link",
        icon_name="link",
        look="only-l",
        custom_attrs={"data-copy": InvoicePage.invoice.link},
        on_click=InvoicePage.note_shared("link"),
    )


def _more() -> rx.Component:
    state, invoice = InvoicePage, InvoicePage.invoice
    return menu(
        icon_button("more", "More actions", look=""),
        rx.cond(
            invoice.sendable & ~invoice.unsent,
            menu_entry("Send again…", icon_name="send", on_select=state.begin_send),
        ),
        rx.cond(
            invoice.unsent & invoice.payable,
            menu_entry("Mark paid", icon_name="money", on_select=state.mark_paid),
        ),
        menu_file("Download PDF", invoice.pdf, on_select=state.note_shared("pdf")),
        rx.cond(
            invoice.receipt != "",
            menu_file("Download receipt", invoice.receipt, on_select=state.note_shared("pdf")),
        ),
        rx.cond(invoice.linkable, menu_entry("Public link…", icon_name="link", on_select=state.show_link)),
        menu_entry("Duplicate", icon_name="copy", on_select=EndState.duplicate(invoice.id)),
        menu_line(),
        rx.cond(
            invoice.voidable,
            menu_entry("Void…", icon_name="close", look="bad", on_select=state.begin_void),
        ),
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
            rx.el.span("Never shared with QuickBooks", class_name="dim sm"),
            rx.cond(
                state.invoice.payable,
                button(
                    "Add payment",
                    icon_name="plus",
                    look="s more",
                    on_click=state.begin_payment(""),
                    data_opens="Payment ",
                ),
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
            rx.el.p(state.invoice.owed_words, class_name="sm mut"),
        ),
        aria_label="Payments",
    )


def _payment(payment: ObjectVar[PaymentView]) -> rx.Component:
    state = InvoicePage
    change = menu(
        icon_button("more", f"Change the payment of {payment.amount}", look="ghost s"),
        menu_entry("Correct…", icon_name="edit", on_select=state.begin_payment(payment.id)),
        menu_entry("Remove…", icon_name="trash", look="bad", on_select=state.begin_removal(payment.id)),
        align="end",
    )
    return rx.el.tr(
        rx.el.td(payment.paid_on, class_name="tn nw"),
        rx.el.td(payment.method, class_name="mut long"),
        rx.el.td(payment.amount, class_name="num"),
        rx.el.td(
            rx.cond(
                state.invoice.editable,
                rx.fragment(change, opener(f"Payment {payment.id}", state.begin_payment(payment.id))),
            ),
            class_name="c-acts",
        ),
        key=payment.id,
    )


def _payment_dialog() -> rx.Component:
    state, payment = InvoicePage, InvoicePage.payment
    new = payment.id == ""
    return dialog(
        rx.el.form(
            rx.el.div(
                _field(
                    "amount", "Amount", rx.cond(new, state.invoice.owed, payment.number), class_name="num"
                ),
                _field("paid_on", "Paid on", payment.day, kind="date", hint="Empty means today."),
                class_name="grid2 one-s",
            ),
            _field("method", "Method", payment.method, hint="Check, card, bank transfer: as you like."),
            dialog_buttons(state, rx.cond(new, "Add payment", "Update")),
            on_submit=state.save_payment,
            key=state.form_key,
            class_name="form",
            aria_label="Payment",
            custom_attrs={"noValidate": True, "data-form": "Payment " + payment.id},
        ),
        is_open=state.dialog == "pay",
        on_open_change=state.close_dialog,
        title=rx.cond(new, "Add payment", "Correct the payment"),
        words=NOT_SHARED,
    )


def _removal_dialog() -> rx.Component:
    state = InvoicePage
    return dialog(
        rx.el.div(
            button("Keep it", on_click=state.close_dialog(False)),
            button("Remove payment", look="bad-solid", on_click=state.remove_payment),
            class_name="dialog-acts",
        ),
        is_open=state.dialog == "unpay",
        on_open_change=state.close_dialog,
        title="Remove this payment?",
        words=f"{state.payment.amount} of {state.payment.paid_on}. The invoice is then owed again to that extent. "
        "QuickBooks hears of neither.",
    )


def _field(name: str, label: str, start: Any, **more: Any) -> rx.Component:
    return typed_field("payment", name, label, {name: start}, InvoicePage.problems, **more)


PAGES = [Page("/invoices/[invoice_id]", "Invoice", view, (InvoicePage.arrive, InvoicePage.watch))]
