"""Settings → Company: what stands at the head of an invoice, and the other companies of this account."""

from __future__ import annotations

from zoneinfo import available_timezones

import reflex as rx
from reflex.vars import ObjectVar

from bookipi_app.components import skeleton
from bookipi_app.components.button import button
from bookipi_app.components.form_field import typed_field
from bookipi_app.components.icons import icon
from bookipi_app.components.link import button_link
from bookipi_app.components.plain_form import switch_form
from bookipi_app.components.settings_frame import choice_field, settings_frame
from bookipi_app.pages.registry import Page
from bookipi_app.services.companies import CompanyChoice
from bookipi_app.state.settings import CompanyState

# Everybody's own zone is there, the US ones first; names without a place are for machines.
US_ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
)


def view() -> rx.Component:
    """The page."""
    return settings_frame(
        rx.cond(CompanyState.loaded, rx.fragment(_form(), _companies()), skeleton.rows(8)), current="Company"
    )


def zones() -> list[tuple[str, str]]:
    """The time zones to choose from, with their names as people say them."""
    places = {
        zone
        for zone in available_timezones()
        if zone.split("/")[0]
        in {"America", "Europe", "Asia", "Africa", "Australia", "Pacific", "Atlantic", "Indian"}
    }
    ordered = [*US_ZONES, *sorted(places - set(US_ZONES)), "UTC"]
    return [(zone, zone.replace("_", " ").replace("/", " / ")) for zone in ordered]


def _form() -> rx.Component:
    texts, problems = CompanyState.texts, CompanyState.problems

    def field(name: str, label: str, **props: object) -> rx.Component:
        return typed_field("company", name, label, texts, problems, **props)  # pyright: ignore[reportArgumentType]

    return rx.form(
        field("name", "Company name", required=True, auto_complete="organization"),
        rx.el.div(
            field("email", "E-mail", kind="email", auto_complete="email"),
            field("phone", "Phone", kind="tel", auto_complete="tel"),
            class_name="grid2 one-s",
        ),
        field("line1", "Address", auto_complete="address-line1"),
        field("line2", "Second line", auto_complete="address-line2"),
        rx.el.div(
            field("city", "City", auto_complete="address-level2"),
            field("region", "State", auto_complete="address-level1"),
            field("postal_code", "ZIP code", auto_complete="postal-code"),
            class_name="grid3 one-s",
        ),
        choice_field(
            "company", "time_zone", "Time zone", zones(), texts.get("time_zone", ""), problems.get("time_zone", ""),
            "Decides which day an invoice is issued on, and when it is overdue.",
        ),
        rx.el.p(
            "Country ", rx.el.b(CompanyState.country), ", currency ", rx.el.b(CompanyState.currency),
            ": as they were at sign-up.", class_name="sm mut",
        ),
        rx.el.div(rx.el.button("Save", type="submit", class_name="btn pri"), class_name="acts"),
        on_submit=CompanyState.save,
        key=CompanyState.here,
        class_name="form",
        custom_attrs={"aria-label": "Company", "noValidate": True},
    )  # fmt: skip


def _companies() -> rx.Component:
    """Several companies: which one this browser looks at, and which one QuickBooks may be connected to."""
    state = CompanyState
    return rx.el.section(
        rx.el.h2("Your companies"),
        rx.el.p(
            "Each has its own customers, items and invoices. QuickBooks can be connected to the default one; "
            "a new browser opens with it.",
            class_name="sm mut",
        ),
        rx.cond(
            state.default_problem != "",
            rx.el.div(
                icon("attention"),
                rx.el.span(state.default_problem, class_name="grow"),
                button_link("Integration", "/settings/integration", look="s"),
                class_name="notice warn",
                role="alert",
            ),
        ),
        rx.el.ul(rx.foreach(state.choices, _company), class_name="list"),
        rx.cond(state.adding, _new_company(), _add_button()),
        class_name="set-part",
        aria_label="Your companies",
    )


def _company(one: ObjectVar[CompanyChoice]) -> rx.Component:
    state, here = CompanyState, CompanyState.here == one.id
    return rx.el.li(
        rx.el.div(
            rx.el.b(one.name, class_name="any"),
            rx.el.span(
                rx.cond(one.is_default, "Default company", "Not the default company"),
                rx.cond(here, " · open here", ""),
                class_name="d",
            ),
            class_name="grow",
        ),
        rx.el.div(
            rx.cond(
                ~one.is_default,
                button("Make default", look="ghost s", on_click=state.make_default(one.id)),
            ),
            rx.cond(
                ~here, switch_form(one.id, rx.el.button("Switch to it", type="submit", class_name="btn s"))
            ),
            class_name="end",
        ),
        key=one.id,
    )


def _add_button() -> rx.Component:
    return rx.el.div(
        button("Add a company", icon_name="plus", on_click=CompanyState.begin_adding), class_name="row"
    )


def _new_company() -> rx.Component:
    state = CompanyState
    return rx.el.form(
        typed_field("new", "company_name", "Company name", {}, state.problems, required=True),
        rx.el.div(
            button("Cancel", on_click=state.stop_adding),
            button("Add company", look="pri", kind="submit"),
            class_name="row",
        ),
        on_submit=state.add_company,
        class_name="form",
        custom_attrs={"noValidate": True},
    )


PAGES = [Page("/settings/company", "Company", view, (CompanyState.open, CompanyState.watch))]
