"""An invoice being written, new or again. Sums, rules and refusals are the services'; here is what is typed.

What is typed is never lost: a refused save keeps it, a change that arrives meanwhile is only announced, and a page
that reconnects finds it again. One form makes one invoice, however often it is sent: its key is made when it opens.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any

import reflex as rx

from bookipi_app.errors import InvalidInput, NotFound, UserMustAct
from bookipi_app.ids import parse_id
from bookipi_app.services import invoices, items, unsaved
from bookipi_app.services.items import ItemChoice
from bookipi_app.services.terms import CHOICES
from bookipi_app.services.words import clock_words
from bookipi_app.state.answers import answers, as_text
from bookipi_app.state.app import AppState, Follows, Who, system_clock
from bookipi_app.state.editor_customer import Buyer
from bookipi_app.state.editor_form import FIELDS, EditorForm
from bookipi_app.state.editor_kept import save_and_forget
from bookipi_app.state.editor_lines import CELLS, new_line, with_cell, with_discount, with_item, worked_out
from bookipi_app.state.editor_opening import Opened, open_invoice, open_new
from bookipi_app.state.editor_review import EditorReview

MOST_LINES = 750


class InvoiceEditor(EditorReview, EditorForm, Follows, AppState):
    """The pages /invoices/new and /invoices/[invoice_id]/edit."""

    title: str = "New invoice"
    record: str = ""  # the invoice's id, once there is one
    issued: bool = False
    missing: bool = False
    number_words: str = ""
    terms_choices: list[str] = []
    open_line: str = ""
    choices_for: str = ""
    item_choices: list[ItemChoice] = []
    problem: str = ""
    _zone: str = "America/New_York"
    _taxable: bool = False
    _opened_for: str = ""
    _opened_in: str = ""

    # Opening and following

    @rx.event
    @answers
    async def arrive(self):
        """The page opens. After a lost connection or a reload, what was being typed goes on."""
        await self._arrive()

    async def _ready(self, handler: str) -> None:
        """What was typed while the server was gone comes before the page's own opening."""
        if not self._opened_for and handler != "arrive":
            await self._arrive()

    async def _arrive(self) -> None:
        who, address, socket = await self._me(), self._address(), self.router.session.session_id
        went_on = self._dirty and self._opened_for == (address or unsaved.NEW) and self._opened_in != socket
        self._opened_in = socket
        if went_on:
            await self._say_goes_on(who)
        else:
            await self._open(who, address)
            await self._find_kept(who)

    def _address(self) -> str:
        return str(self.invoice_id)  # pyright: ignore[reportAttributeAccessIssue]  # the route's own variable

    async def _open(self, who: Who, address: str) -> None:
        self._opened_for, self.missing = address or unsaved.NEW, False
        try:
            opened = await self._read(open_invoice if address else open_new, who.company_id, address)
        except NotFound:
            self.missing, self.record = True, ""
            return
        self._take(opened)
        self._begin_keeping(opened.form)
        self._dirty = False
        self.saved_words, self.problem, self.problems, self.number_words = "", opened.closed, {}, ""
        await self._work_out()
        self._loaded_form = self._form_now()

    def _take(self, opened: Opened) -> None:
        form = opened.form
        self._form, self.buyer, self.picking = form, opened.buyer, not opened.buyer.id
        self.buyer_search, self.buyer_choices = "", []  # what was searched for belongs to the form before
        self.record, self.issued = (self._address() if opened.number_of_record else ""), opened.issued
        self.title = f"Edit {opened.number_of_record}" if opened.number_of_record else "New invoice"
        self._letterhead, self._zone, self._taxable = opened.letterhead, opened.zone, opened.taxable
        self.discount_label = opened.discount_label
        for name in FIELDS:
            setattr(self, name, getattr(form, name))
        self.discount_kind = form.discount_kind if form.discount_kind != "none" else "percent"
        self._take_taxes(form)
        self.took = ""
        known = form.terms_name in CHOICES
        self.terms_choices = list(CHOICES) if known else [form.terms_name, *CHOICES]
        self.lines = opened.lines or [new_line(opened.taxable)]
        self.open_line, self.choices_for = self.lines[-1].id if not opened.lines else "", ""
        self.changed, self.reviewing, self.review = "", False, []
        self._close_customer()

    async def _reload(self, who: Who) -> None:
        """Something changed. What is typed is not touched: if it is this invoice, the page says so."""
        if not self.missing and self.lines:  # QuickBooks' settings may be others by now
            with contextlib.suppress(NotFound):
                await self._look_ahead(self._form_now())
        if not self.record or self.missing:
            return
        try:
            opened = await self._read(open_invoice, who.company_id, self.record)
        except NotFound:
            return
        self.buyer = (
            replace(self.buyer, **_flag_of(opened.buyer)) if opened.buyer.id == self.buyer.id else self.buyer
        )
        if opened.form.version == self._form.version:
            return
        if not self._dirty:
            await self._open(who, self.record)
            return
        self._announce(opened)

    # Typing

    @rx.event
    @answers
    async def set_field(self, name: str, text: str):
        """One of the plain fields was typed in or chosen."""
        if as_text(name) not in FIELDS:
            raise NotFound
        setattr(self, name, as_text(text))
        if name == "number":
            await self._check_number()
        await self._edited()

    @rx.event
    @answers
    async def choose_discount(self, kind: str):
        """Percent, or an amount."""
        if as_text(kind) in ("percent", "fixed"):
            self.discount_kind = kind
            await self._edited()

    @rx.event
    @answers
    async def add_line(self):
        """One more row, with the focus in it."""
        if len(self.lines) < MOST_LINES:
            row = new_line(self._taxable, fresh=True)
            self.lines = [*(replace(line, fresh=False) for line in self.lines), row]
            self.open_line = row.id
            await self._edited()

    @rx.event
    @answers
    async def remove_line(self, line: str):
        """Take a row away; the last one leaves an empty one."""
        kept = [row for row in self.lines if row.id != as_text(line)]
        self.lines = kept or [new_line(self._taxable)]
        await self._edited()

    @rx.event
    @answers
    async def open_or_close_line(self, line: str):
        """On a small screen: open a row in place, or close it."""
        self.open_line = "" if as_text(line) == self.open_line else line

    @rx.event
    @answers
    async def set_line(self, line: str, cell: str, text: str):
        """A cell of a row was typed in."""
        if as_text(cell) not in CELLS:
            raise NotFound
        self._replace_line(as_text(line), lambda row: with_cell(row, cell, as_text(text)))
        if cell == "item_text":
            await self._offer(line, text)
        await self._edited()

    @rx.event
    @answers
    async def set_taxable(self, line: str, taxable: bool):
        """The tax box of a row was ticked or cleared."""
        self._replace_line(as_text(line), lambda row: replace(row, taxable=taxable is True))
        await self._edited()

    @rx.event
    @answers
    async def discount_line(self, line: str, is_open: bool):
        """Open the field of a row's discount, or take the discount away."""
        self._replace_line(as_text(line), lambda row: with_discount(row, is_open is True))
        await self._edited()

    @rx.event
    @answers
    async def choose_line_discount(self, line: str, kind: str):
        """A row's discount in percent, or as an amount."""
        if as_text(kind) in ("percent", "fixed"):
            self._replace_line(as_text(line), lambda row: replace(row, discount_kind=kind))
            await self._edited()

    @rx.event
    @answers
    async def offer_items(self, line: str, text: str = ""):
        """The item cell of a row took the focus: offer items."""
        row = next((row for row in self.lines if row.id == as_text(line)), None)
        if row is not None:
            await self._offer(row.id, "" if row.item_id else as_text(text))

    @rx.event
    @answers
    async def choose_item(self, line: str, item: str):
        """An item was chosen for a row: its words, price and tax come with it."""
        choice = next((choice for choice in self.item_choices if choice.id == as_text(item)), None)
        if choice is None:
            raise NotFound
        self._replace_line(as_text(line), lambda row: with_item(row, choice))
        self.choices_for = ""
        await self._edited()

    def _replace_line(self, line_id: str, change: Any) -> None:
        if all(row.id != line_id for row in self.lines):
            raise NotFound
        self.lines = [change(row) if row.id == line_id and not row.foreign else row for row in self.lines]

    async def _offer(self, line_id: str, text: str) -> None:
        who = await self._me()
        self.item_choices = await self._read(items.pick, who.company_id, text, 8)
        self.choices_for = line_id

    async def _check_number(self) -> None:
        who = await self._me()
        mine = parse_id(self.record) if self.record else None
        words = await self._read(invoices.warning_words, who.company_id, self.number, mine)
        self.problems = {**self.problems, "number": words}
        free = (
            "" if words or not self.number.strip() else await self._read(invoices.free_words, who.company_id)
        )
        self.number_words = free

    # Saving

    @rx.event
    @answers
    async def save_draft(self):
        """Keep it as it is. It stays here until it is continued or sent."""
        saved = await self._save(issue=False)
        if saved:
            self.saved_words = f"Draft saved {clock_words(system_clock(), self._zone)}"

    @rx.event
    @answers
    async def go_on(self):
        """*Continue*, or *Update* on an issued invoice: save, issue, and show the invoice."""
        saved = await self._save(issue=True)
        return rx.redirect(f"/invoices/{saved}") if saved else None

    @rx.event
    @answers
    async def save_and_send(self):
        """Save, and go on to the dialog that sends it."""
        saved = await self._save(issue=True)
        return rx.redirect(f"/invoices/{saved}?send=yes") if saved else None

    async def _save(self, *, issue: bool) -> str:
        """The saved invoice's id, or nothing if it was refused; then the words stand at the fields."""
        who = await self._me()
        self.problem = ""
        try:
            invoice = await self._write(
                save_and_forget,
                who.company_id,
                self.record or None,
                self._form_now(),
                self._key,
                issue=issue,
                now=system_clock(),
                who=who.user_name,
            )
        except InvalidInput as wrong:
            await self._refused(who, wrong)
            return ""
        except UserMustAct as refusal:
            self.problem = refusal.words
            return ""
        await self._saved(who, str(invoice.id))
        return str(invoice.id)

    async def _refused(self, who: Who, wrong: InvalidInput) -> None:
        if "version" in wrong.fields:
            self._announce(await self._read(open_invoice, who.company_id, self.record or self._form.key))
            return
        self.problems = dict(wrong.fields)
        self.lines = worked_out(self.lines, [line.amount for line in self.lines], wrong.fields)
        self.problem = "Not saved. " + wrong.words
        at = next((int(name.split(".")[1]) for name in wrong.fields if name.startswith("lines.")), None)
        if at is not None and at < len(self.lines):
            self.open_line = self.lines[at].id

    async def _saved(self, who: Who, record: str) -> None:
        """From here on the form is about the saved invoice; its lines have their ids."""
        opened = await self._read(open_invoice, who.company_id, record)
        self._take(opened)
        self.record = record
        self.problems, self.number_words, self.goes_on, self._dirty = {}, "", "", False
        await self._work_out()
        self._loaded_form = self._form_now()


def _flag_of(buyer: Buyer) -> dict[str, str]:
    return {"flag": buyer.flag, "flag_words": buyer.flag_words, "flag_tip": buyer.flag_tip}
