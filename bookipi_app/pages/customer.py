"""One customer: what is known, its invoices, its panel."""

from __future__ import annotations

import reflex as rx
from reflex.vars import ObjectVar

from bookipi_app.components.button import button
from bookipi_app.components.customer_form import customer_form
from bookipi_app.components.flag import record_flag
from bookipi_app.components.frame import head, section
from bookipi_app.components.link import link, text_link
from bookipi_app.components.record_page import changed_notice, facts, record_frame
from bookipi_app.components.record_panel import record_panel
from bookipi_app.components.some import some
from bookipi_app.components.status import status_pill
from bookipi_app.pages.registry import Page
from bookipi_app.services.invoices import InvoiceRow
from bookipi_app.state.customer import CustomerPage

CHANGED = "Changed while you were typing, as it stands below. Your text is kept."


def view() -> rx.Component:
    """The page."""
    state = CustomerPage
    edit = button(
        "Edit",
        icon_name="edit",
        look="pri w",
        on_click=state.edit_customer,
        disabled=state.customer_open,
        custom_attrs={"data-opens": "Customer"},
    )
    archive = rx.cond(
        state.customer.active,
        button("Archive", look="w", on_click=state.archive_customer),
        button("Restore", look="w", on_click=state.restore_customer),
    )
    note = rx.cond(state.customer.active, state.customer.email, "Archived")
    return record_frame(
        state,
        head(
            state.customer.name,
            note=note,
            actions=[archive, edit],
            crumb=("/customers", "Customers"),
            stack=True,
        ),
        rx.el.div(
            rx.el.div(_form(), _facts(), _invoices(), class_name="stack"),
            record_panel(state.panel),
            class_name="two",
        ),
        current="customers",
        noun="customer",
        back=("/customers", "Customers"),
    )


def _form() -> rx.Component:
    state = CustomerPage
    return rx.cond(
        state.customer_open,
        rx.el.section(
            rx.cond(
                state.customer_changed,
                changed_notice(CHANGED, None, state.keep_my_customer, state.take_customer),
            ),
            customer_form(state, "Save"),
            class_name="panel pad",
            aria_label="Edit customer",
        ),
    )


def _facts() -> rx.Component:
    customer = CustomerPage.customer
    return section(
        "Details",
        facts(
            ("Name", customer.name),
            ("E-mail", customer.email),
            ("Phone", customer.phone),
            ("Company", customer.company_name),
            ("Contact", customer.person),
            ("Billing address", customer.bill_to),
            ("Shipping address", customer.ship_to),
            ("Notes", customer.notes),
        ),
    )


def _invoices() -> rx.Component:
    rows = CustomerPage.invoices
    table = rx.el.table(
        rx.el.tbody(rx.foreach(rows, _invoice)), class_name="tbl cards flush rows", aria_label="Invoices"
    )
    return section(
        "Invoices",
        rx.cond(
            some(rows),
            table,
            rx.el.p("No invoice yet. ", text_link("Create an invoice", "/invoices/new"), class_name="sm mut"),
        ),
    )


def _invoice(row: ObjectVar[InvoiceRow]) -> rx.Component:
    page = f"/invoices/{row.id}"
    return rx.el.tr(
        rx.el.td(link(row.number, href=page, class_name="name tn"), class_name="c-name"),
        rx.el.td(row.issued, class_name="mut tn c-sub"),
        rx.el.td(status_pill(row.status, row.status_word), class_name="c-status"),
        rx.el.td(record_flag("invoice", row, page), class_name="c-flag"),
        rx.el.td(row.amount, class_name="num c-amt"),
        key=row.id,
    )


PAGES = [Page("/customers/[customer_id]", "Customer", view, (CustomerPage.watch,))]
