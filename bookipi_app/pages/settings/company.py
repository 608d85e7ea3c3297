"""Settings → Company: what stands at the head of an invoice."""

from __future__ import annotations

from zoneinfo import available_timezones

import reflex as rx

from bookipi_app.components import skeleton
from bookipi_app.components.form_field import typed_field
from bookipi_app.components.settings_frame import choice_field, settings_frame
from bookipi_app.pages.registry import Page
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
    return settings_frame(rx.cond(CompanyState.loaded, _form(), skeleton.rows(8)), current="Company")


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
        class_name="form",
    )  # fmt: skip


PAGES = [Page("/settings/company", "Company", view, (CompanyState.open,))]
