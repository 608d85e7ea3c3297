"""What leaves an invoice's page: the dialog that sends it, its letters and what became of them, its public link."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.vars import ObjectVar

from bookipi_app.components.button import button
from bookipi_app.components.dialog import dialog, dialog_buttons
from bookipi_app.components.form_field import form_problem, typed_field
from bookipi_app.components.icons import icon
from bookipi_app.components.link import text_link
from bookipi_app.components.some import some
from bookipi_app.services.invoices import LetterView
from bookipi_app.state.app import AppState
from bookipi_app.state.invoice import InvoicePage

OF_THE_INVOICE = ("customer_id", "lines", "number", "total")


def mail_notice() -> rx.Component:
    """A letter on its way, or one that failed with the way out."""
    state = InvoicePage
    failed = rx.el.div(
        icon("attention"),
        rx.el.span(state.mail_note, class_name="grow"),
        button("Try again", look="s", on_click=state.send_again(state.mail_failed)),
        class_name="notice bad spaced",
        role="status",
    )
    waiting = rx.el.div(
        icon("send"),
        rx.el.span(state.mail_note, class_name="grow"),
        class_name="notice spaced",
        role="status",
    )
    return rx.cond(state.mail_note != "", rx.cond(state.mail_failed != "", failed, waiting))


def letters() -> rx.Component:
    """The letters that went out, newest first."""
    state = InvoicePage
    return rx.cond(
        some(state.letters),
        rx.el.section(
            rx.el.div(rx.el.h2("E-mail"), class_name="sect-h"),
            rx.cond(state.keeps_mail, _kept_here()),
            rx.el.ul(rx.foreach(state.letters, _letter), class_name="list"),
            aria_label="E-mail",
        ),
    )


def _kept_here() -> rx.Component:
    return rx.el.p(
        "No mail server is set up, so letters stay on this machine, in var/mail. ",
        text_link("Read them", "/mail"),
        class_name="sm mut gap-below",
    )


def _letter(letter: ObjectVar[LetterView]) -> rx.Component:
    failed = letter.state == "failed"
    return rx.el.li(
        rx.cond(failed, icon("attention"), rx.cond(letter.state == "waiting", icon("clock"), icon("send"))),
        rx.el.div(
            rx.el.b(letter.recipient, class_name="any"),
            rx.el.span(letter.words, rx.cond(letter.is_copy, " · your copy", ""), class_name="d tn"),
            class_name="grow",
        ),
        rx.cond(
            failed,
            rx.el.div(
                button("Try again", look="s", on_click=InvoicePage.send_again(letter.id)), class_name="end"
            ),
        ),
        class_name=rx.cond(failed, "bad", ""),
        key=letter.id,
    )


def send_dialog() -> rx.Component:
    """To whom, in which words; the PDF and the link go with it."""
    state = InvoicePage
    return dialog(
        rx.el.form(
            form_problem(_of_the_invoice()),
            _field("to", "To", state.invoice.email, hint="Several with commas between."),
            _field("subject", "Subject", state.invoice.subject),
            _field("message", "Message", state.invoice.message, long=True),
            rx.el.label(
                rx.el.input(type="checkbox", name="copy", class_name="check"),
                rx.el.span("Send a copy to me, ", AppState.person.email, class_name="any"),
                class_name="row sm",
            ),
            rx.el.p(
                icon("attach", "s14"),
                "The PDF and a link to the invoice go with it.",
                class_name="row sm mut",
            ),
            dialog_buttons(state, "Send"),
            on_submit=state.send,
            key=state.form_key,
            class_name="form",
            aria_label="Letter",
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


def link_dialog() -> rx.Component:
    """The public link: copied, renewed, withdrawn."""
    state, invoice = InvoicePage, InvoicePage.invoice
    there = rx.fragment(
        rx.el.div(
            rx.el.label("Link", html_for="public-link"),
            rx.el.input(
                id="public-link",
                value=invoice.link,
                read_only=True,
                class_name="inp",
                custom_attrs={"data-select-all": "yes"},
            ),
            rx.el.span(
                "Renewing makes another link; this one then shows nothing any more.", class_name="hint"
            ),
            class_name="field",
        ),
        rx.el.div(
            button("Withdraw", look="bad", on_click=state.withdraw_link),
            button("Renew", on_click=state.renew_link),
            button(
                "Copy link",
                icon_name="link",
                look="pri",
                custom_attrs={"data-copy": invoice.link},
                on_click=[state.note_shared("link"), state.close_dialog(False)],
            ),
            class_name="dialog-acts",
        ),
    )
    withdrawn = rx.el.div(
        button("Close", on_click=state.close_dialog(False)),
        button("Make a new link", look="pri", on_click=state.renew_link),
        class_name="dialog-acts",
    )
    return dialog(
        rx.cond(invoice.link != "", there, withdrawn),
        is_open=state.dialog == "link",
        on_open_change=state.close_dialog,
        title="Public link",
        words=rx.cond(
            invoice.link != "",
            "Anyone who has it can see this invoice and its PDF, without an account.",
            "The link was withdrawn: who opens it finds nothing.",
        ),
    )


def _of_the_invoice() -> Any:
    """What is wrong with the invoice itself, not with the dialog's fields."""
    words: Any = ""
    for name in OF_THE_INVOICE:
        problem = InvoicePage.problems.get(name, "")
        words = rx.cond(problem != "", problem, words)
    return words


def _field(name: str, label: str, start: Any, **more: Any) -> rx.Component:
    return typed_field("send", name, label, {name: start}, InvoicePage.problems, **more)
