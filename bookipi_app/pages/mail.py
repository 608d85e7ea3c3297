"""Letters that no mail server took away: to be read here, as their recipients would."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.vars import ObjectVar

from bookipi_app.components import skeleton
from bookipi_app.components.frame import frame, head
from bookipi_app.components.icons import icon
from bookipi_app.components.link import link, text_link
from bookipi_app.components.some import some
from bookipi_app.pages.registry import Page
from bookipi_app.services.kept_mail import KeptLetter
from bookipi_app.state.mail import MailPage


def view() -> rx.Component:
    """The page."""
    state = MailPage
    return frame(
        head("Mail kept here", note=_why(), crumb=("/invoices", "Invoices")),
        rx.cond(
            state.loaded,
            rx.cond(
                some(state.letters),
                rx.el.div(rx.foreach(state.letters, _letter), class_name="letters"),
                rx.el.p(
                    "No letter was kept here. ", text_link("Send an invoice", "/invoices"), class_name="mut"
                ),
            ),
            skeleton.rows(6),
        ),
        current="invoices",
        back=("/invoices", "Mail kept here"),
    )


def _why() -> Any:
    return rx.cond(
        MailPage.has_server,
        "A mail server is set up now: new letters go out. These were written before.",
        "No mail server is set up (SMTP_URL), so letters are files on this machine instead of going out.",
    )


def _letter(letter: ObjectVar[KeptLetter]) -> rx.Component:
    return rx.el.article(
        rx.el.div(
            rx.el.h2(letter.subject, class_name="med any"),
            rx.el.p(
                "To ", letter.recipient, " · ", rx.el.span(letter.when, class_name="tn"), class_name="mut any"
            ),
            rx.el.p(
                rx.cond(
                    letter.number != "",
                    rx.fragment(link(letter.number, href=letter.invoice, class_name="link"), " · "),
                ),
                rx.cond(
                    letter.attached != "", rx.fragment(icon("attach", "s14"), " ", letter.attached, " · ")
                ),
                letter.file,
                class_name="xs dim any",
            ),
        ),
        rx.el.div(letter.body, class_name="letter-body"),
        class_name="letter",
        key=letter.id,
    )


PAGES = [Page("/mail", "Mail kept here", view, (MailPage.watch,))]
