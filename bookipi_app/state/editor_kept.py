"""An invoice that is typed is kept with every edit, and a page that opens again finds it.

The same tab goes on by itself, after a reload as after a restart of the server. Another tab, or a new one after that
was closed, is asked first: two tabs may type two invoices.
"""

# What the editor's state brings along (`_me`, `_read`, `_open` …) is unknown to a mixin.
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from bookipi_app.errors import NotFound
from bookipi_app.ids import new_id
from bookipi_app.models import Invoice
from bookipi_app.services import invoices, unsaved
from bookipi_app.services.auth import Who
from bookipi_app.services.fields import form_from
from bookipi_app.services.invoices import InvoiceForm, LineForm
from bookipi_app.services.unsaved import Kept, Typed
from bookipi_app.state.answers import answers
from bookipi_app.state.app import system_clock
from bookipi_app.state.editor_customer import Buyer, buyer_of
from bookipi_app.state.editor_lines import EditorLine
from bookipi_app.state.editor_opening import Opened, open_invoice, open_new

GOES_ON = "Not saved yet: {}, is here again as it was."
OFFERED = "Not saved: {}."


class EditorKept(rx.State, mixin=True):
    """Mix into the editor's state, which keeps itself in `_keep` after each edit."""

    goes_on: str = ""  # says that the form is what was typed before
    offered: str = ""  # says what another tab typed; it may be gone on with
    _key: str = ""  # under which this form is kept
    _offered_key: str = ""
    _loaded_form: InvoiceForm = InvoiceForm()

    def _tab(self) -> str:
        return self.router.session.client_token

    def _begin_keeping(self, form: InvoiceForm) -> None:
        """A form opens as it is saved, or empty."""
        self._key, self.goes_on, self.offered, self._offered_key = form.key or str(new_id()), "", "", ""

    async def _keep(self) -> None:
        """The form as it stands; nothing, once it says again what is saved."""
        who, form = await self._me(), self._form_now()
        if form == self._loaded_form:
            await self._write(unsaved.forget, who.company_id, self._key)
            return
        content = {
            "form": asdict(form),
            "loaded": asdict(self._loaded_form),
            "lines": [asdict(line) for line in self.lines],
        }
        typed = Typed(self._key, self._opened_for, self.record, self._tab(), self.buyer.name, content)
        await self._write(unsaved.keep, who.company_id, typed, system_clock())

    async def _find_kept(self, who: Who) -> None:
        """What was typed at this address before: this tab's goes on, another's is offered."""
        if self.missing:
            return
        now = system_clock()
        kept = await self._read(unsaved.typed_in, who.company_id, self._opened_for, self._tab(), now)
        if kept is None:
            await self._offer_kept(who)
        elif await self._take_kept(who, kept):
            self.goes_on = GOES_ON.format(kept.words)

    async def _say_goes_on(self, who: Who) -> None:
        """The server still knew the form: a reload, or a connection that was lost for a moment."""
        kept = await self._read(unsaved.find, who.company_id, self._key, system_clock())
        self.goes_on = GOES_ON.format(kept.words) if kept else ""

    async def _offer_kept(self, who: Who) -> None:
        other = await self._read(
            unsaved.typed_elsewhere, who.company_id, self.record, self._tab(), system_clock()
        )
        self.offered, self._offered_key = (OFFERED.format(other.words), other.key) if other else ("", "")

    async def _take_kept(self, who: Who, kept: Kept) -> bool:
        """Go on from what was typed. An invoice that is gone meanwhile has nothing to go on with."""
        try:
            opened, now_saved = await self._read(_reopened, who.company_id, kept)
        except NotFound:
            return False
        self._take(opened)
        self.record = kept.invoice_id
        self._loaded_form, self._dirty, self._key = _form_of(kept.content["loaded"]), True, kept.key
        await self._work_out()
        if kept.invoice_id and now_saved.form.version != opened.form.version:
            self._announce(now_saved)
        return True

    @rx.event
    @answers
    async def take_offered(self):
        """Go on with what another tab typed. If that one is still open, it keeps its own."""
        who = await self._me()
        kept = await self._read(unsaved.find, who.company_id, self._offered_key, system_clock())
        if kept is None or not await self._take_kept(who, kept):
            raise NotFound
        self._key = str(new_id())
        if not kept.invoice_id:
            self._form = replace(self._form, key=self._key)
        await self._write(unsaved.forget, who.company_id, kept.key)
        await self._keep()
        self.offered = self._offered_key = ""

    @rx.event
    @answers
    async def forget_offered(self):
        """What another tab typed is not wanted; the one before it may be."""
        who = await self._me()
        await self._write(unsaved.forget, who.company_id, self._offered_key)
        await self._offer_kept(who)

    @rx.event
    @answers
    async def start_afresh(self):
        """What was typed before is not wanted: back to what is saved, or to an empty form."""
        who = await self._me()
        await self._write(unsaved.forget, who.company_id, self._key)
        await self._open(who, self._address())


def save_and_forget(
    session: Session, company_id: UUID, record: str | None, form: InvoiceForm, key: str, **told: Any
) -> Invoice:
    """Save what was typed; from then on it is not kept any more."""
    invoice = invoices.save(session, company_id, record, form, **told)
    unsaved.forget(session, company_id, key)
    return invoice


def _reopened(session: Session, company_id: UUID, kept: Kept) -> tuple[Opened, Opened]:
    """The form with what was typed, and as it is saved now."""
    opened = (open_invoice if kept.invoice_id else open_new)(session, company_id, kept.invoice_id)
    form = _form_of(kept.content["form"])
    lines = [form_from(EditorLine, line) for line in kept.content["lines"]]
    return replace(opened, form=form, lines=lines, buyer=_buyer(session, company_id, form)), opened


def _buyer(session: Session, company_id: UUID, form: InvoiceForm) -> Buyer:
    try:
        return buyer_of(session, company_id, form.customer_id)
    except NotFound:
        return Buyer()


def _form_of(values: dict[str, Any]) -> InvoiceForm:
    lines = [form_from(LineForm, line) for line in values["lines"]]
    return replace(form_from(InvoiceForm, values), lines=lines)
