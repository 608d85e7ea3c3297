"""The command palette: pages, acts, and the company's own records, by what is typed."""

from __future__ import annotations

from dataclasses import dataclass

import reflex as rx

from bookipi_app.services.find import Found, find
from bookipi_app.services.lists import searched
from bookipi_app.state.answers import answers, as_text
from bookipi_app.state.app import AppState, system_clock

LONGEST = 100


@dataclass(frozen=True)
class Command:
    """A line of the palette: what it leads to, and what kind of thing that is."""

    id: str
    words: str
    beside: str
    icon: str
    href: str
    amount: str = ""


PLACES = (
    Command("new-invoice", "New invoice", "C", "plus", "/invoices/new"),
    Command("new-customer", "New customer", "", "plus", "/customers/new"),
    Command("new-item", "New item", "", "plus", "/items/new"),
    Command("dashboard", "Dashboard", "Page", "home", "/dashboard"),
    Command("invoices", "Invoices", "Page", "invoice", "/invoices"),
    Command("overdue", "Overdue invoices", "Page", "invoice", "/invoices?tab=overdue"),
    Command("drafts", "Drafts", "Page", "invoice", "/invoices?tab=draft"),
    Command("trash", "Trash", "Page", "trash", "/invoices?tab=trash"),
    Command("customers", "Customers", "Page", "customer", "/customers"),
    Command("items", "Items", "Page", "item", "/items"),
    Command("quickbooks", "QuickBooks activity", "Page", "ledger", "/quickbooks"),
    Command("needs", "Invoices that need you", "Page", "attention", "/invoices?flag=needs"),
    Command("profile", "Profile", "Settings", "person", "/settings/profile"),
    Command("company", "Company settings", "Settings", "sliders", "/settings/company"),
    Command("invoicing", "Invoicing settings", "Settings", "sliders", "/settings/invoicing"),
    Command("integration", "QuickBooks connection", "Settings", "ledger", "/settings/integration"),
)


class PaletteState(AppState):
    """What the palette offers."""

    typed: str = ""
    commands: list[Command] = list(PLACES)

    @rx.event
    @answers
    async def begin(self, _is_open: bool):
        """Opened or closed: it begins empty each time."""
        await self._me()
        self.typed, self.commands = "", list(PLACES)

    @rx.event
    @answers
    async def look_for(self, text: str):
        """What is typed names a place, or some of the company's records."""
        who, self.typed = await self._me(), as_text(text)[:LONGEST]
        records = await self._read(find, who.company_id, self.typed, now=system_clock())
        self.commands = [*_places(self.typed), *map(_record, records)]

    @rx.event
    @answers
    async def go_to(self, href: str):
        """One of the lines was chosen: its page opens."""
        await self._me()
        known = {command.href for command in self.commands}
        return rx.redirect(href) if as_text(href) in known else None


def _places(text: str) -> list[Command]:
    """The places whose words begin with the words typed, in any order."""
    typed = searched(text).split()
    return [
        place
        for place in PLACES
        if all(any(word.startswith(part) for word in searched(place.words).split()) for part in typed)
    ]


def _record(found: Found) -> Command:
    return Command(found.href, found.title, found.beside, found.kind, found.href, found.amount)
