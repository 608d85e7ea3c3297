"""The invoice as it is printed: one mark-up for the preview, the invoice's page and the public page."""

from __future__ import annotations

from typing import Any

import reflex as rx


def invoice_paper(paper: Any, mini: bool = False) -> rx.Component:
    """A sheet. `paper` is a `services.paper.Paper`: strings that are ready to be shown."""
    return rx.el.article(
        _letterhead(paper),
        _facts(paper, mini),
        rx.el.table(
            rx.el.thead(
                rx.el.tr(
                    rx.el.th("Item", scope="col"),
                    rx.el.th("Qty", class_name="num hide-s", scope="col"),
                    rx.el.th("Price", class_name="num hide-s", scope="col"),
                    rx.el.th("Amount", class_name="num", scope="col"),
                )
            ),
            rx.el.tbody(rx.foreach(paper.lines, _line)),
        ),
        rx.el.div(
            rx.foreach(paper.sums, _sum),
            rx.el.div(rx.el.span(paper.due_label), rx.el.span(paper.due), class_name="tot"),
            class_name="paper-sum",
        ),
        rx.cond(paper.note != "", rx.el.div(paper.note, class_name="paper-note pre")),
        class_name="paper mini" if mini else "paper",
        aria_label="Invoice " + paper.number,
    )


def _letterhead(paper: Any) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            paper_logo(paper),
            rx.el.div(paper.company_name, style={"fontWeight": "var(--weight-bold)"}),
            rx.el.div(paper.company_address, class_name="mut pre"),
        ),
        rx.el.div(
            rx.el.h2(paper.title),
            rx.el.div(paper.number, class_name="tn mut"),
            rx.cond(paper.mark != "", rx.el.div(paper.mark, class_name="tn paper-mark")),
            style={"textAlign": "right"},
        ),
        class_name="paper-h",
    )


def paper_logo(paper: Any, look: str = "") -> rx.Component:
    """The company's logo, or its initials in its place."""
    return rx.cond(
        paper.logo != "",
        rx.el.img(src=paper.logo, alt=paper.company_name, class_name=f"paper-picture {look}".strip()),
        rx.el.span(paper.company_initials, class_name=f"paper-logo {look}".strip(), aria_hidden="true"),
    )


def _facts(paper: Any, mini: bool) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            _key("Billed to"),
            rx.el.div(paper.customer_name, style={"fontWeight": "var(--weight-medium)"}),
            rx.el.div(paper.customer_address, class_name="mut pre"),
        ),
        rx.el.div(_key("Issued"), rx.el.div(paper.issued, class_name="tn")),
        rx.el.div(
            _key("Due"),
            rx.el.div(paper.due_date, class_name="tn"),
            rx.el.div(paper.terms, class_name="mut"),
        ),
        rx.fragment()
        if mini
        else rx.cond(paper.po_number != "", rx.el.div(_key("PO number"), rx.el.div(paper.po_number))),
        class_name="paper-meta",
    )


def _key(word: str) -> rx.Component:
    return rx.el.div(word, class_name="k")


def _line(line: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            line.name,
            rx.cond(line.description != "", rx.el.small(line.description, class_name="pre")),
            rx.cond(line.price != "", rx.el.small(f"{line.quantity} × {line.price}", class_name="small-row")),
        ),
        rx.el.td(line.quantity, class_name="num hide-s"),
        rx.el.td(line.price, class_name="num hide-s"),
        rx.el.td(line.amount, class_name="num"),
        key=line.id,
    )


def _sum(row: Any) -> rx.Component:
    return rx.el.div(rx.el.span(row.label, class_name="mut"), rx.el.span(row.amount), key=row.label)
