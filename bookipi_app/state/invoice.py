"""One invoice: its sheet, its letters and payments, its panel. It follows live; nothing here edits the invoice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from bookipi_app.clock import today_in
from bookipi_app.errors import InvalidInput, NotFound
from bookipi_app.models import Kind
from bookipi_app.services import companies, invoices, logos, public_links, sending
from bookipi_app.services.invoices import LetterView, PaymentView
from bookipi_app.services.panel import Panel, panel_of
from bookipi_app.services.paper import Paper, paper_of
from bookipi_app.state.answers import answers, as_text
from bookipi_app.state.app import AppState, Follows, Who, system_clock
from bookipi_app.state.invoice_view import InvoiceView, view_of


@dataclass(frozen=True)
class _Found:
    view: InvoiceView
    paper: Paper
    panel: Panel
    payments: tuple[PaymentView, ...]
    letters: tuple[LetterView, ...]


class InvoicePage(Follows, AppState):
    """The page /invoices/[invoice_id]."""

    invoice: InvoiceView = InvoiceView()
    paper: Paper = Paper()
    panel: Panel = Panel()
    payments: list[PaymentView] = []
    letters: list[LetterView] = []
    mail_note: str = ""  # what the newest sending waits for, or why it failed
    mail_failed: str = ""  # the letter that *Try again* is about
    keeps_mail: bool = False  # without a mail server letters stay on this machine
    missing: bool = False
    dialog: str = ""  # the one dialog that is open: send, pay, unpay, link, void, or none
    payment: PaymentView = PaymentView("", "", "", "")  # what the dialog corrects; empty for a new one
    form_key: str = ""  # a form opened anew begins with the record's own values
    problems: dict[str, str] = {}
    done_words: str = ""

    async def _reload(self, who: Who) -> None:
        """Everything shown; what is typed in a dialog belongs to the browser."""
        try:
            found = await self._read(_find, who.company_id, self._address())
        except NotFound:
            self.missing, self.invoice = True, InvoiceView()
            return
        self.missing = False
        if found.view.id != self.invoice.id:
            self.done_words = ""
        self.invoice, self.paper, self.panel = found.view, found.paper, found.panel
        self.payments, self.letters = list(found.payments), list(found.letters)
        self.mail_note, self.mail_failed = _newest(found.letters)
        self.keeps_mail = not sending.has_server()

    @rx.event
    async def arrive(self):
        """The page opens. From the editor's *Send* the address asks for the dialog: /invoices/…?send=yes."""
        who = await self._me()
        self.dialog = self.done_words = ""
        if self.router.url.query_parameters.get("send") == "yes":
            await self._reload(who)
            self._open("send")

    def _address(self) -> str:
        return str(self.invoice_id)  # pyright: ignore[reportAttributeAccessIssue]  # the route's own variable

    @rx.event
    @answers
    async def mark_paid(self):
        """Everything still owed was paid today. It stays on this side."""
        who = await self._me()
        await self._write(
            invoices.mark_paid, who.company_id, self._address(), now=system_clock(), who=who.user_name
        )
        self.done_words = "Marked paid here. Payments are not shared with QuickBooks, where it stays open."
        await self._reload(who)

    @rx.event
    @answers
    async def begin_send(self):
        """Open the dialog that sends the invoice; one that is open stays, with what is typed in it."""
        await self._me()
        if self.dialog != "send":
            self._open("send")

    @rx.event
    @answers
    async def begin_payment(self, payment: str = ""):
        """Open the dialog that records a payment, or corrects the one that is named; one that is open stays."""
        await self._me()
        before = self.payment
        self._choose(payment)
        if self.dialog != "pay" or self.payment != before:
            self._open("pay")

    @rx.event
    @answers
    async def begin_removal(self, payment: str):
        """Ask before a payment is removed."""
        await self._me()
        self._choose(payment)
        self._open("unpay")

    @rx.event
    @answers
    async def show_link(self):
        """Open the dialog with the public link."""
        await self._me()
        self._open("link")

    @rx.event
    @answers
    async def begin_void(self):
        """Ask before the invoice is made void."""
        await self._me()
        self._open("void")

    @rx.event
    @answers
    async def close_dialog(self, is_open: bool = False):
        """Cancel, Escape, or a click beside the dialog."""
        await self._me()
        if is_open is False:
            self.dialog = ""

    @rx.event
    @answers
    async def send(self, sent: dict[str, Any]):
        """Send by e-mail; a draft is issued by it."""
        told, who, asked = _told(sent), await self._me(), self.dialog
        await self._do(
            invoices.send,
            "",  # what becomes of it is said by the letters themselves
            to=told.get("to", ""),
            subject=told.get("subject", ""),
            message=told.get("message", ""),
            copy_to=who.email if told.get("copy") else "",
        )
        if asked and not self.dialog:
            self._say("ok", "The invoice is on its way.")

    @rx.event
    @answers
    async def send_again(self, letter: str):
        """*Try again* on a letter that failed."""
        who = await self._me()
        await self._write(sending.try_again, who.company_id, as_text(letter), now=system_clock())
        await self._reload(who)

    @rx.event
    @answers
    async def save_payment(self, sent: dict[str, Any]):
        """Record a payment on this side alone, or correct one."""
        told, act = _told(sent), invoices.add_payment
        values: dict[str, Any] = {name: told.get(name, "") for name in ("amount", "paid_on", "method")}
        if self.payment.id:
            act, values = (
                invoices.change_payment,
                {**values, "payment_id": self.payment.id, "seen": self.payment},
            )
        await self._do(act, "Recorded here. Payments are not shared with QuickBooks.", **values)

    @rx.event
    @answers
    async def remove_payment(self):
        """Remove the payment that was asked about."""
        words = "Payment removed here. Payments are not shared with QuickBooks."
        await self._do(invoices.remove_payment, words, payment_id=self.payment.id, seen=self.payment)

    @rx.event
    @answers
    async def note_shared(self, words: str = ""):
        """The link was copied, the PDF taken, or it was printed: the number is known outside from now on."""
        who = await self._me()
        await self._write(public_links.note_shared, who.company_id, self._address(), now=system_clock())
        if words == "link":
            self._say("ok", "Link copied. Anyone who has it can see this invoice.")

    @rx.event
    @answers
    async def renew_link(self):
        """Another link; the one before shows nothing any more."""
        await self._change_link(public_links.renew)

    @rx.event
    @answers
    async def withdraw_link(self):
        """No link any more."""
        await self._change_link(public_links.withdraw)

    async def _change_link(self, act: Any) -> None:
        who = await self._me()
        await self._write(act, who.company_id, self._address(), now=system_clock(), who=who.user_name)
        await self._reload(who)

    def _choose(self, payment: object) -> None:
        known = {"": PaymentView("", "", "", "")} | {one.id: one for one in self.payments}
        if as_text(payment) not in known:
            raise NotFound
        self.payment = known[as_text(payment)]

    def _open(self, dialog: str) -> None:
        self.dialog, self.problems, self.done_words = dialog, {}, ""
        self.form_key = f"{dialog}-{system_clock().isoformat()}"

    async def _do(self, act: Any, done: str, **values: Any) -> None:
        """One act of a dialog; a mistake is said at its field and keeps the dialog open."""
        who = await self._me()
        if not self.dialog:  # the second of two clicks
            return
        try:
            await self._write(
                act, who.company_id, self._address(), now=system_clock(), who=who.user_name, **values
            )
        except InvalidInput as wrong:
            self.problems = dict(wrong.fields)
            return
        self.dialog, self.done_words = "", done
        await self._reload(who)


def _told(sent: object) -> dict[str, Any]:
    if not isinstance(sent, dict):
        raise NotFound
    return sent


def _find(session: Session, company_id: UUID, invoice_id: str) -> _Found:
    now = system_clock()
    detail = invoices.get(session, company_id, invoice_id, now=now)
    company = companies.get(session, company_id)
    paper = paper_of(company, detail, logo=logos.address(session, company_id))
    panel = panel_of(session, Kind.INVOICE, detail.invoice, now=now)
    letters = sending.letters_of(session, company_id, detail.invoice.id, now=now)
    return _Found(
        view_of(detail, paper, today_in(company.time_zone, now)), paper, panel, detail.payments, letters
    )


def _newest(letters: tuple[LetterView, ...]) -> tuple[str, str]:
    """What the page says at its head: of a letter that failed (the second part names it), or of one on its way.

    Of each address only the newest letter counts: what was sent anew since is no news any more.
    """
    last = {letter.recipient: letter for letter in reversed(letters)}.values()
    failed = next((letter for letter in last if letter.state == "failed"), None)
    if failed is not None:
        return f"Not delivered to {failed.recipient}. {failed.words}", failed.id
    waiting = ", ".join(letter.recipient for letter in last if letter.state == "waiting")
    return (f"On its way to {waiting}." if waiting else ""), ""
