"""The frame of every page behind the log-in: menu, top bar of small screens, the place for the page itself.

    frame(head("Customers", actions=[...]), ..., current="customers")

Between 900 and 1199 px the menu is a rail of icons, below 900 px it opens from the top bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex.style import set_color_mode

from bookipi_app.components.icons import icon
from bookipi_app.components.link import leaving_link, link
from bookipi_app.components.menu import Align, Side, menu, menu_entry, menu_head, menu_line
from bookipi_app.components.palette import palette
from bookipi_app.components.plain_form import plain_form
from bookipi_app.components.toast import toast
from bookipi_app.services.companies import CompanyChoice
from bookipi_app.state.app import AppState
from bookipi_app.state.card import CardState

SHEET_ID = "menu-sheet"
SIGN_OUT_ID, SWITCH_ID = "sign-out", "switch-company"  # `assets/keys.js` sends them
SWITCH_LABEL = "Company and its settings"


@dataclass(frozen=True)
class Entry:
    """An entry of the menu; `count` names a field of `MenuCounts`."""

    name: str
    words: str
    href: str
    icon_name: str
    count: str = ""


ENTRIES = (
    Entry("dashboard", "Dashboard", "/dashboard", "home"),
    Entry("invoices", "Invoices", "/invoices", "invoice", "invoice_count"),
    Entry("customers", "Customers", "/customers", "customer", "customer_count"),
    Entry("items", "Items", "/items", "item", "item_count"),
    Entry("quickbooks", "QuickBooks", "/quickbooks", "ledger", "needs"),
    Entry("settings", "Settings", "/settings/profile", "sliders"),
)


def frame(
    *children: Any,
    current: str,
    back: tuple[str, str] | None = None,
    bare: bool = False,
) -> rx.Component:
    """The page inside its frame.

    `current` marks an entry of the menu. `back` (address, name) makes the top bar of small screens show a back arrow
    and the page's name, for pages below an entry. `bare` leaves out the padded column, for the editor's two halves.
    """
    page = children if bare else (rx.el.div(*children, class_name="page"),)
    return rx.el.div(
        leaving_link("Skip to the page", href="#page", class_name="skip"),
        rx.el.div(
            _side(current),
            rx.el.div(
                _topbar(back),
                rx.el.main(*page, id="page", tab_index=-1, class_name="" if bare else "main"),
                class_name="app-body",
            ),
            class_name="app",
        ),
        _sheet(current),
        toast(),
        palette(),
        plain_form(id=SIGN_OUT_ID, action="/auth/sign-out", method="post", hidden=True),
        plain_form(
            rx.el.input(type="hidden", name="company", default_value=""),
            id=SWITCH_ID,
            action="/auth/company",
            method="post",
            hidden=True,
        ),
    )


def head(
    title: str | rx.Var[str] | rx.Component,
    *,
    note: Any = None,
    actions: Sequence[rx.Component] = (),
    crumb: tuple[str, str] | None = None,
    stack: bool = False,
) -> rx.Component:
    """The head of a page: title left, one line of context, actions right with the primary one last.

    `crumb` (address, name) leads back; `stack` puts the actions below the title on small screens.
    """
    lines: list[rx.Component] = []
    if crumb:
        lines.append(link(icon("back", "s14"), crumb[1], href=crumb[0], class_name="crumb only-l"))
    lines.append(rx.el.h1(title))
    if note is not None:
        lines.append(rx.el.p(note, class_name="kept"))
    parts = [rx.el.div(*lines, class_name="titles")]
    if actions:
        parts.append(rx.el.div(*actions, class_name="acts"))
    return rx.el.div(*parts, class_name="head stack" if stack else "head")


def section(title: str, *children: Any, more: Any = None, note: Any = None, label: str = "") -> rx.Component:
    """A part of a page under its own small title."""
    top: list[Any] = [rx.el.h2(title)]
    if note is not None:
        top.append(note)
    if more is not None:
        top.append(rx.el.span(more, class_name="more"))
    return rx.el.section(
        rx.el.div(*top, class_name="sect-h"), *children, class_name="sect", aria_label=label or title
    )


def _side(current: str) -> rx.Component:
    return rx.el.aside(
        _company_menu(),
        _search(),
        _nav(current, "Main"),
        rx.el.div(_person_menu(_person_switch(), "top", "start"), class_name="foot"),
        class_name="side",
    )


def _nav(current: str, label: str) -> rx.Component:
    return rx.el.nav(
        *(_nav_link(entry, entry.name == current) for entry in ENTRIES), class_name="nav", aria_label=label
    )


def _nav_link(entry: Entry, is_current: bool) -> rx.Component:
    marks = {"aria_current": "page"} if is_current else {}
    return link(
        icon(entry.icon_name),
        rx.el.span(entry.words),
        *([_count(entry)] if entry.count else []),
        href=entry.href,
        title=entry.words,
        **marks,
    )


def _count(entry: Entry) -> rx.Component:
    words = getattr(CardState.counts, entry.count)
    if entry.count != "needs":
        return rx.el.span(words, class_name="count")
    return rx.cond(
        words != "", rx.el.span(words, rx.el.span(" need you", class_name="vh"), class_name="count hot")
    )


def _search() -> rx.Component:
    return plain_form(
        rx.el.label(
            icon("search", "s14"),
            rx.el.input(
                type="search",
                name="search",
                placeholder="Search",
                aria_label="Search invoices",
                auto_complete="off",
                data_key="search",
            ),
            rx.el.kbd("/", aria_hidden="true"),
            class_name="find",
        ),
        action="/invoices",
        method="get",
        role="search",
    )


def _company_menu() -> rx.Component:
    trigger = rx.el.button(
        rx.el.span(AppState.person.company_initials, class_name="mark", aria_hidden="true"),
        rx.el.span(
            rx.el.b(AppState.person.company, class_name="cut"),
            rx.el.small(AppState.person.company_note),
            class_name="grow",
        ),
        icon("updown", "s14"),
        type="button",
        class_name="switch",
        aria_label=SWITCH_LABEL,
    )
    return menu(trigger, *_company_entries())


def _company_name_menu() -> rx.Component:
    """The same menu in the top bar of small screens, where the name alone opens it."""
    trigger = rx.el.button(
        rx.el.span(AppState.person.company, class_name="cut"),
        icon("updown", "s14"),
        type="button",
        class_name="plain switch-name",
        aria_label=SWITCH_LABEL,
    )
    return menu(trigger, *_company_entries())


def _company_entries() -> tuple[rx.Component, ...]:
    return (
        menu_head("Companies"),
        rx.foreach(AppState.companies, _company_entry),
        menu_line(),
        menu_entry("Company settings", icon_name="sliders", on_select=rx.redirect("/settings/company")),
        menu_entry(
            "QuickBooks connection", icon_name="ledger", on_select=rx.redirect("/settings/integration")
        ),
    )


def _company_entry(company: rx.vars.ObjectVar[CompanyChoice]) -> rx.Component:
    """A company of the user; the one that is looked at carries a tick."""
    here = company.id == AppState.person.company_id
    return rx.dropdown_menu.item(
        rx.cond(here, icon("tick"), rx.el.span(class_name="i")),
        rx.el.span(company.name, class_name="cut"),
        rx.cond(here, rx.el.span("shown now", class_name="vh")),
        rx.cond(company.is_default, rx.el.span("Default", class_name="dim xs end")),
        class_name="menu-entry",
        data_switch=company.id,
        key=company.id,
    )


def _person_switch() -> rx.Component:
    return rx.el.button(
        rx.el.span(AppState.person.initials, class_name="mark round", aria_hidden="true"),
        rx.el.span(
            rx.el.b(AppState.person.name, class_name="cut"),
            rx.el.small(AppState.person.email, class_name="cut"),
            class_name="grow",
        ),
        icon("updown", "s14"),
        type="button",
        class_name="switch",
        aria_label="Your account",
    )


def _person_menu(trigger: rx.Component, side: Side, align: Align) -> rx.Component:
    return menu(
        trigger,
        menu_head(AppState.person.name, rx.el.small(AppState.person.email)),
        menu_line(),
        menu_entry("Profile", icon_name="person", on_select=rx.redirect("/settings/profile")),
        rx.color_mode_cond(
            light=menu_entry("Dark colours", icon_name="moon", on_select=set_color_mode("dark")),
            dark=menu_entry("Light colours", icon_name="sun", on_select=set_color_mode("light")),
        ),
        menu_entry("Colours of this computer", icon_name="here", on_select=set_color_mode("system")),
        menu_entry("Keys", icon_name="keys", data_press="keys"),
        menu_line(),
        menu_entry("Sign out", icon_name="leave", data_sign_out="yes"),
        side=side,
        align=align,
    )


def _topbar(back: tuple[str, str] | None) -> rx.Component:
    if back:
        left = link(icon("back", "s20"), href=back[0], class_name="btn icon", aria_label="Back")
        name: Any = rx.el.span(back[1], class_name="t cut")
    else:
        left = rx.el.button(
            icon("menu", "s20"),
            type="button",
            class_name="btn icon",
            aria_label="Open menu",
            custom_attrs={"popoverTarget": SHEET_ID},
        )
        name = rx.el.span(_company_name_menu(), class_name="t")
    round_mark = rx.el.button(
        rx.el.span(AppState.person.initials, class_name="mark round", aria_hidden="true"),
        type="button",
        class_name="btn icon",
        aria_label="Your account",
    )
    find = rx.el.button(
        icon("search", "s20"),
        type="button",
        class_name="btn icon",
        aria_label="Search and commands",
        data_press="palette",
    )
    return rx.el.header(left, name, find, _person_menu(round_mark, "bottom", "end"), class_name="topbar")


def _sheet(current: str) -> rx.Component:
    """The menu of small screens: a popover of the browser, closed by Esc, by a tap beside it, or by going somewhere."""
    return rx.el.div(
        rx.el.div(
            rx.el.span(AppState.person.company_initials, class_name="mark", aria_hidden="true"),
            rx.el.span(
                rx.el.b(AppState.person.company, class_name="cut"),
                rx.el.small(AppState.person.company_note),
                class_name="grow",
            ),
            rx.el.button(
                icon("close", "s20"),
                type="button",
                class_name="btn icon ghost",
                aria_label="Close menu",
                custom_attrs={"popoverTarget": SHEET_ID, "popoverTargetAction": "hide"},
            ),
            class_name="switch",
        ),
        _nav(current, "Menu"),
        id=SHEET_ID,
        class_name="sheet",
        custom_attrs={"popover": "auto"},
    )
