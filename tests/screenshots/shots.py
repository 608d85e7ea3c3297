"""The table of pictures: a name, whose page it is, where, and what is done before it is taken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.screenshots import acts
from tests.screenshots.accounts import FACES
from tests.screenshots.acts import Act, chain, click, follow, menu, press, select_rows, type_text

SMALL, WIDE = range(900), range(900, 10_000)
SENT = re.compile("Sent")  # not *Unsent*
VISITOR, NEWCOMER, MONTH_END, DEMO = "visitor", "newcomer", "month-end", "demo"


@dataclass(frozen=True)
class Shot:
    """One picture. `window`: what floats is taken with the window and not with the whole page; `each_width`: the page
    is opened anew for each, because what is open moves with the window; `widths`: where there is such a thing."""

    who: str
    path: str
    act: Act = acts.nothing
    window: bool = False
    each_width: bool = False
    widths: range = range(10_000)


def floating(who: str, path: str, *act: Act, widths: range = range(10_000)) -> Shot:
    """A shot of what lies above the page, opened anew at each width."""
    return Shot(who, path, chain(*act), window=True, each_width=True, widths=widths)


FOR_EVERYBODY = {
    "sign-in": Shot(VISITOR, "/sign-in"),
    "sign-in-wrong": Shot(VISITOR, "/sign-in?error=wrong"),
    "sign-up": Shot(VISITOR, "/sign-up"),
    "forgot-password": Shot(VISITOR, "/forgot-password"),
    "reset-password": Shot(VISITOR, "/reset-password?key=none"),
    "not-found": Shot(VISITOR, "/nowhere"),
    "public-gone": Shot(VISITOR, "/i/none"),
    "quickbooks-disconnected": Shot(VISITOR, "/quickbooks/disconnected"),
}
EVERY_PAGE = {
    "dashboard": "/dashboard",
    "invoices": "/invoices",
    "invoices-trash": "/invoices?tab=trash",
    "invoices-no-match": "/invoices?search=zzzz",
    "invoice-new": "/invoices/new",
    "customers": "/customers",
    "items": "/items",
    "quickbooks": "/quickbooks",
    "mail": "/mail",
    "settings-profile": "/settings/profile",
    "settings-company": "/settings/company",
    "settings-invoicing": "/settings/invoicing",
    "settings-integration": "/settings/integration",
}
EMPTY = {f"empty-{name}": Shot(NEWCOMER, path) for name, path in EVERY_PAGE.items()}
CARDS = {
    f"card-{who}-{name}": Shot(who, path)
    for who in (*FACES, "abroad", "second")
    for name, path in (("dashboard", "/dashboard"), ("line", "/items"))
} | {
    "card-frozen-integration": Shot("frozen", "/settings/integration"),
    "card-abroad-integration": Shot("abroad", "/settings/integration"),
    "card-second-invoice-new": Shot("second", "/invoices/new"),
    "card-reconnect-invoice-new": Shot("reconnect", "/invoices/new"),
    "card-vanished-quickbooks": Shot("vanished", "/quickbooks"),
    "card-review-quickbooks": Shot("review", "/quickbooks"),
    "card-reconnect-quickbooks": Shot("reconnect", "/quickbooks"),
    "card-frozen-quickbooks": Shot("frozen", "/quickbooks"),
    "card-frozen-customer": Shot("frozen", "/customers", follow("Blue Heron")),
    "card-paused-quickbooks": Shot("paused", "/quickbooks"),
    "integration-problem": Shot(NEWCOMER, "/settings/integration?problem=taken"),
}
LONG = {f"long-{name}": Shot(MONTH_END, path) for name, path in EVERY_PAGE.items()} | {
    "long-invoice-40": Shot(MONTH_END, "/invoices", follow("INV-1001")),
    "long-invoice-40-edit": Shot(MONTH_END, "/invoices", chain(follow("INV-1001"), acts.go("/edit"))),
    "long-invoice-paid": Shot(MONTH_END, "/invoices?tab=paid", follow(re.compile("INV-10"))),
    "long-invoice-void": Shot(MONTH_END, "/invoices?tab=void", follow(re.compile("INV-10"))),
    "long-invoice-trashed": Shot(MONTH_END, "/invoices?tab=trash", follow(re.compile("INV-10"))),
    "long-invoice-differs": Shot(MONTH_END, "/invoices?flag=differs", follow(re.compile("INV-10"))),
    "long-invoice-refused": Shot(MONTH_END, "/invoices?flag=attention", follow(re.compile("INV-10"))),
    "long-invoice-conflict": Shot(MONTH_END, "/invoices?flag=conflict", follow(re.compile("INV-10"))),
    "long-conflict": Shot(MONTH_END, "/invoices?flag=conflict", acts.conflict("INV-10")),
    "long-customer": Shot(MONTH_END, "/customers", follow("Lakeline Home")),
    "long-item": Shot(MONTH_END, "/items", follow("Complete")),
    "long-public": Shot(MONTH_END, "/invoices", chain(follow("INV-1001"), acts.public_page)),
    "long-public-paid": Shot(
        MONTH_END, "/invoices?tab=paid", chain(follow(re.compile("INV-10")), acts.public_page)
    ),
    "long-public-void": Shot(
        MONTH_END, "/invoices?tab=void", chain(follow(re.compile("INV-10")), acts.public_page)
    ),
    "long-public-overdue": Shot(
        MONTH_END, "/invoices?tab=overdue", chain(follow(re.compile("INV-10")), acts.public_page)
    ),
    "long-bulk-bar": floating(MONTH_END, "/invoices", select_rows(3)),
    "long-bulk-question": floating(
        MONTH_END, "/invoices", select_rows(3), click("Send", within="[role=toolbar]")
    ),
    "long-palette": floating(MONTH_END, "/dashboard", press("Control+k"), type_text("INV")),
    "long-company-menu": floating(MONTH_END, "/dashboard", menu("Company and its settings")),
}
DAY = {name: Shot(DEMO, path) for name, path in EVERY_PAGE.items()} | {
    "invoice": Shot(DEMO, "/invoices?tab=outstanding", follow(SENT)),
    "invoice-paid": Shot(DEMO, "/invoices?tab=paid", follow("Paid")),
    "invoice-draft": Shot(DEMO, "/invoices?tab=draft", follow("Draft")),
    "invoice-differs": Shot(DEMO, "/invoices?flag=differs", follow("Daniel")),
    "invoice-filled": Shot(DEMO, "/invoices/new", acts.fill_lines),
    "customer": Shot(DEMO, "/customers", follow("Daniel")),
    "customer-refused": Shot(DEMO, "/customers", follow("Zilker")),
    "customer-conflict": Shot(DEMO, "/customers", follow("Rosewood")),
    "item": Shot(DEMO, "/items", follow("Drip line")),
    "connected": Shot(DEMO, "/settings/integration/connected"),
    "conflict-chosen": Shot(DEMO, "/customers", chain(acts.conflict("Rosewood"), click("All from here"))),
    "conflict": Shot(DEMO, "/customers", acts.conflict("Rosewood")),
    "public": Shot(DEMO, "/invoices?tab=outstanding", chain(follow(SENT), acts.public_page)),
    "palette": floating(DEMO, "/dashboard", press("Control+k")),
    "keys": floating(DEMO, "/dashboard", press("?")),
    "menu-sheet": floating(DEMO, "/dashboard", click("Open menu"), widths=SMALL),
    "account-menu": floating(DEMO, "/dashboard", menu("Your account")),
    "new-customer": floating(DEMO, "/customers/new"),
    "new-customer-wrong": floating(DEMO, "/customers/new", click("Create customer")),
    "new-item": floating(DEMO, "/items/new"),
    "row-menu": floating(DEMO, "/invoices", menu(re.compile("^More for")), widths=WIDE),
    "bulk-bar": floating(DEMO, "/invoices", select_rows(2)),
    "chip-issued": floating(DEMO, "/invoices", click("Issued")),
    "chip-customer": floating(DEMO, "/invoices", click("Customer", within="main .finder")),
    "invoice-menu": floating(DEMO, "/invoices?tab=outstanding", follow(SENT), menu("More actions")),
    "send": floating(DEMO, "/invoices?tab=outstanding", follow(SENT), menu("More actions", "Send again…")),
    "public-link": floating(
        DEMO, "/invoices?tab=outstanding", follow(SENT), menu("More actions", "Public link…")
    ),
    "void": floating(DEMO, "/invoices?tab=outstanding", follow(SENT), menu("More actions", "Void…")),
    "payment": floating(DEMO, "/invoices?tab=outstanding", follow(SENT), click("Add payment")),
    "disconnect": floating(DEMO, "/settings/integration", click("Disconnect…")),
    "toast-undo": floating(DEMO, "/invoices?tab=draft", follow("Draft"), acts.put_away, click("Undo")),
    "offline": floating(DEMO, "/invoices/new", acts.lose_connection),
}
SHOTS: Mapping[str, Shot] = FOR_EVERYBODY | EMPTY | CARDS | LONG | DAY
