"""An invoice for who has its link: the amount, the sheet, the PDF. No account, no menu."""

from __future__ import annotations

import reflex as rx

from bookipi_app.components import skeleton
from bookipi_app.components.button import button
from bookipi_app.components.icons import icon
from bookipi_app.components.invoice_paper import invoice_paper, paper_logo
from bookipi_app.components.link import leaving_link
from bookipi_app.pages.registry import Page
from bookipi_app.state.public_invoice import PublicInvoicePage


def view() -> rx.Component:
    """The page."""
    state = PublicInvoicePage
    return rx.el.div(
        rx.el.meta(name="robots", content="noindex, nofollow, noarchive"),
        rx.cond(
            state.missing,
            _nothing(),
            rx.cond(
                state.loaded,
                rx.fragment(_bar(), _sheet()),
                rx.el.main(skeleton.rows(8), class_name="pub-c"),
            ),
        ),
        class_name="pub",
    )


def _bar() -> rx.Component:
    paper = PublicInvoicePage.paper
    return rx.el.header(
        rx.el.div(
            paper_logo(paper, "in-bar"),
            rx.el.div(
                rx.el.div(paper.company_name, class_name="med cut"),
                rx.el.div(f"{paper.title} {paper.number} for {paper.customer_name}", class_name="xs mut cut"),
                class_name="grow",
            ),
            button("Print", look="only-l", custom_attrs={"data-print": "yes"}),
            leaving_link(
                icon("download"),
                "Download PDF",
                href=PublicInvoicePage.pdf,
                download=True,
                class_name="btn pri",
            ),
        ),
        class_name="pub-bar",
    )


def _sheet() -> rx.Component:
    state = PublicInvoicePage
    return rx.el.main(
        rx.el.div(
            rx.el.div(
                rx.el.p(state.due.words, class_name="sm mut"),
                rx.el.h1(state.due.amount, class_name="tn pub-amount"),
            ),
            rx.cond((state.due.email != "") | (state.due.phone != ""), _questions()),
            class_name="row between wrap pub-top",
        ),
        invoice_paper(state.paper),
        rx.el.p(
            "Sent with Bookipi. This link was made for you; anyone who has it can see this invoice.",
            class_name="xs dim pub-foot",
        ),
        class_name="pub-c",
    )


def _questions() -> rx.Component:
    due = PublicInvoicePage.due
    return rx.el.p(
        "Questions? ",
        rx.cond(due.email != "", leaving_link(due.email, href=f"mailto:{due.email}", class_name="link any")),
        rx.cond((due.email != "") & (due.phone != ""), " or ", ""),
        rx.el.span(due.phone, class_name="nw"),
        class_name="sm mut",
    )


def _nothing() -> rx.Component:
    return rx.el.main(
        rx.el.h1("This invoice is not here", class_name="title"),
        rx.el.p(
            "The link is not complete, or was withdrawn. Ask whoever sent it for a new one.", class_name="mut"
        ),
        class_name="nowhere",
    )


PAGES = [
    Page(
        "/i/[link_key]",
        "Invoice",
        view,
        (PublicInvoicePage.arrive, PublicInvoicePage.watch),
        signed_in=False,
    )
]
