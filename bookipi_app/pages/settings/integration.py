"""Settings → Integration: the card, what is shared, QuickBooks' settings that matter, the choices, *Disconnect*."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.vars import ObjectVar

from bookipi_app.components.button import button
from bookipi_app.components.card import quickbooks_card
from bookipi_app.components.dialog import confirm
from bookipi_app.components.frame import section
from bookipi_app.components.icons import icon
from bookipi_app.components.link import button_link, leaving_link
from bookipi_app.components.settings_frame import fact, facts_list, settings_frame
from bookipi_app.components.some import some
from bookipi_app.pages.registry import Page
from bookipi_app.services.older import Older
from bookipi_app.services.preflight import SettingFact
from bookipi_app.state.card import CardState
from bookipi_app.state.integration import IntegrationState


def view() -> rx.Component:
    """The page."""
    return settings_frame(
        _problem(),
        quickbooks_card(in_settings=True),
        _shared(),
        rx.cond(CardState.look.connected, rx.fragment(_settings(), _choices(), _older())),
        rx.cond(CardState.look.may_disconnect, _disconnect()),
        current="Integration",
    )


def _problem() -> rx.Component:
    """Why connecting did not work, with the way out."""
    href = IntegrationState.problem_href
    away = rx.cond(
        href.startswith("/oauth/"),
        leaving_link(IntegrationState.problem_button, href=href, class_name="btn s"),
        button_link(IntegrationState.problem_button, href, look="s"),
    )
    return rx.cond(
        IntegrationState.problem_words != "",
        rx.el.div(
            icon("attention"),
            rx.el.span(
                rx.el.b(IntegrationState.problem_title, ". "),
                IntegrationState.problem_words,
                class_name="grow",
            ),
            rx.cond(IntegrationState.problem_button != "", away),
            class_name="notice warn gap-below",
            role="status",
        ),
    )


def _shared() -> rx.Component:
    since = IntegrationState.since
    begun = rx.cond(since != "", f" since {since}.", ".")
    return section(
        "What is shared",
        facts_list(
            fact(
                "Invoices, customers and items",
                rx.fragment("Created or changed on either side", begun),
                mark="both",
                end="Both ways",
            ),
            fact(
                "Payment status and payments",
                "Each side keeps its own. A payment there changes nothing here.",
                mark="lock",
                end="Never",
            ),
            fact("Drafts", "Stay here until you continue or send them.", mark="edit", end="Never"),
            fact(
                "Records older than the connection",
                rx.fragment("Stay as they are, unless a newer invoice needs them."),
                mark="clock",
                end="On request",
            ),
        ),
    )


def _settings() -> rx.Component:
    read = rx.el.span("Read ", IntegrationState.facts_read, class_name="dim sm only-l")
    return rx.cond(
        some(IntegrationState.facts),
        section(
            "QuickBooks settings that matter",
            rx.el.ul(rx.foreach(IntegrationState.facts, _setting), class_name="list"),
            note=read,
            more=button(
                "Check again", icon_name="syncing", look="ghost s", on_click=IntegrationState.check_again
            ),
        ),
    )


def _setting(found: rx.vars.ObjectVar[SettingFact]) -> rx.Component:
    return fact(found.title, found.words, mark=found.mark, tone=found.tone)


def _choices() -> rx.Component:
    state = IntegrationState
    account, item, offers = state.income_account, state.default_item, state.offers
    return section(
        "Choices",
        facts_list(
            _sales_tax(),
            _shipping(),
            _discount(),
            fact(
                "Income account for new items",
                "Used when an item made here is first created in QuickBooks.",
                end=_pick(
                    "Income account for new items",
                    offers.accounts,
                    offers.account,
                    state.choose_account,
                    account,
                ),
            ),
            fact(
                "Item for lines without one",
                "QuickBooks wants an item on every line.",
                end=_pick("Item for lines without one", offers.goods, offers.item, state.choose_item, item),
            ),
            fact(
                "Terms that QuickBooks does not know",
                "The name stays here.",
                end="Only the due date goes over",
            ),
        ),
    )


def _sales_tax() -> rx.Component:
    state: Any = IntegrationState  # the stubs know no switch whose change is a bool
    money = state.money
    switch = rx.el.input(
        type="checkbox",
        role="switch",
        class_name="tog",
        checked=money.as_billed,
        on_change=state.tax_as_billed,
        custom_attrs={"aria-label": "Sales tax as billed here", "aria-describedby": "choice-tax"},
    )
    return fact("Sales tax as billed here", rx.el.span(money.tax_words, id="choice-tax"), end=switch)


def _shipping() -> rx.Component:
    money = IntegrationState.money
    listed = rx.el.select(
        rx.el.option("A line on Shipping", value="item"),
        rx.foreach(
            money.shipping_offers, lambda offer: rx.el.option("A line on " + offer.name, value=offer.id)
        ),
        rx.el.option("Nowhere: it waits", value="refuse"),
        value=money.shipping,
        on_change=IntegrationState.choose_shipping,
        class_name="inp pick-inp",
        custom_attrs={
            "aria-label": "Shipping, while QuickBooks has no box for it",
            "aria-describedby": "choice-shipping",
        },
    )
    words = rx.el.span(money.shipping_words, id="choice-shipping")
    return fact("Shipping, while QuickBooks has no box for it", words, end=listed)


def _discount() -> rx.Component:
    """Asked once a company has given its *Discount* field another name."""
    money = IntegrationState.money
    listed = rx.el.select(
        rx.cond(money.asks, rx.el.option("Choose …", value="unasked")),
        rx.el.option("A discount", value="discount"),
        rx.el.option("Something else", value="something_else"),
        value=money.discount,
        on_change=IntegrationState.choose_discount,
        class_name="inp pick-inp",
        custom_attrs={"aria-label": "What it means", "aria-describedby": "choice-discount"},
    )
    asked = fact(
        f"What “{money.discount_name}” means",
        rx.el.span(money.discount_words, id="choice-discount"),
        tone=rx.cond(money.asks, "warn", ""),
        end=listed,
    )
    return rx.cond(money.discount_name != "", asked)


def _pick(label: str, offers: Any, chosen: Any, on_change: Any, name: Any) -> rx.Component:
    """The browser's own list of what QuickBooks has; only the name while the list is not read."""
    listed = rx.el.select(
        rx.cond(chosen == "", rx.el.option("Choose …", value="")),
        rx.foreach(offers, lambda offer: rx.el.option(offer.name, value=offer.id)),
        value=chosen,
        on_change=on_change,
        aria_label=label,
        class_name="inp pick-inp",
    )
    return rx.cond(some(offers), listed, rx.el.span(rx.cond(name != "", name, "None yet")))


def _older() -> rx.Component:
    listed = rx.el.ul(rx.foreach(IntegrationState.older, _older_kind), class_name="list")
    return rx.cond(some(IntegrationState.older), section("Older than the connection", listed))


def _older_kind(found: ObjectVar[Older]) -> rx.Component:
    asked = confirm(
        button("Sync these", look="s"),
        title="Sync older records?",
        words=rx.fragment(
            found.words,
            " will be linked where QuickBooks has the same already, and created there otherwise. "
            "Up to 500 at a time.",
        ),
        act="Sync these",
        on_confirm=IntegrationState.bring_over(found.kind),
    )
    return fact(
        found.words,
        "They stay here until you ask. One by one, from each record’s own page, works too.",
        mark=found.kind,
        end=rx.el.span(button_link("Show", found.href, look="ghost s"), asked, class_name="row"),
    )


def _disconnect() -> rx.Component:
    asked = confirm(
        button("Disconnect…", look="bad"),
        title="Disconnect QuickBooks?",
        words=(
            "Sharing stops at once and access is given back. Records stay on both sides and are no longer updated. "
            "Connecting the same company again resumes."
        ),
        act="Disconnect",
        keep="Stay connected",
        on_confirm=CardState.disconnect,
    )
    words = rx.fragment(
        "Sharing stops at once. Records stay on both sides; their flags read ",
        rx.el.em("Frozen"),
        ". Connecting the same company again resumes.",
    )
    return rx.el.section(
        facts_list(fact("Disconnect QuickBooks", words, end=asked)),
        class_name="sect",
        aria_label="Disconnect",
    )


PAGES = [
    Page("/settings/integration", "Integration", view, (IntegrationState.open, IntegrationState.watch)),
]
