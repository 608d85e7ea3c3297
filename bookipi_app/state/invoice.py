"""One invoice: its sheet, its payments, its panel. It follows live; nothing here edits the invoice itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from bookipi_app.errors import InvalidInput, NotFound
from bookipi_app.models import Kind, Stage
from bookipi_app.money import cents_text
from bookipi_app.services import companies, invoices
from bookipi_app.services.invoices import InvoiceDetail, PaymentView, Status
from bookipi_app.services.panel import Panel, panel_of
from bookipi_app.services.paper import Paper, paper_of
from bookipi_app.state.answers import answers
from bookipi_app.state.app import AppState, Follows, Who, system_clock


@dataclass(frozen=True)
class InvoiceView:
    """What the page's head and buttons need."""

    id: str = ""
    number: str = ""
    status: str = ""
    status_word: str = ""
    customer: str = ""
    customer_id: str = ""
    email: str = ""
    context: str = ""
    outstanding: str = ""
    owed: str = ""  # the same as text for a field
    draft: bool = False
    payable: bool = False
    editable: bool = False
    trashed: bool = False
    void: bool = False
    voidable: bool = False


@dataclass(frozen=True)
class _Found:
    view: InvoiceView
    paper: Paper
    panel: Panel
    payments: tuple[PaymentView, ...]


class InvoicePage(Follows, AppState):
    """The page /invoices/[invoice_id]."""

    invoice: InvoiceView = InvoiceView()
    paper: Paper = Paper()
    panel: Panel = Panel()
    payments: list[PaymentView] = []
    missing: bool = False
    dialog: str = ""  # the one dialog that is open: send, pay, void, or none
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
        self.payments = list(found.payments)

    @rx.event
    async def arrive(self):
        """The page opens. From the editor's *Send* the address asks for the dialog: /invoices/…?send=yes."""
        self.dialog = self.done_words = ""
        if self.router.url.query_parameters.get("send") == "yes":
            await self._reload(await self._me())
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
        """Open the dialog that sends the invoice."""
        self._open("send")

    @rx.event
    @answers
    async def begin_payment(self):
        """Open the dialog that records a payment."""
        self._open("pay")

    @rx.event
    @answers
    async def begin_void(self):
        """Ask before the invoice is made void."""
        self._open("void")

    @rx.event
    @answers
    async def close_dialog(self, is_open: bool = False):
        """Cancel, Escape, or a click beside the dialog."""
        if is_open is False:
            self.dialog = ""

    @rx.event
    @answers
    async def send(self, sent: dict[str, Any]):
        """Send by e-mail; a draft is issued by it."""
        told = _told(sent)
        await self._do(
            invoices.send,
            f"Sent to {told.get('to', '')}.",
            to=told.get("to", ""),
            message=told.get("message", ""),
        )

    @rx.event
    @answers
    async def add_payment(self, sent: dict[str, Any]):
        """Record a payment on this side alone."""
        told = _told(sent)
        await self._do(
            invoices.add_payment,
            "Payment recorded here. Payments are not shared with QuickBooks.",
            amount=told.get("amount", ""),
            paid_on=told.get("paid_on", ""),
            method=told.get("method", ""),
        )

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
    paper = paper_of(companies.get(session, company_id), detail)
    panel = panel_of(session, Kind.INVOICE, detail.invoice, now=now)
    return _Found(_view(detail), paper, panel, detail.payments)


def _view(detail: InvoiceDetail) -> InvoiceView:
    invoice, owed = detail.invoice, max(detail.invoice.total_cents - detail.invoice.paid_cents, 0)
    living = invoice.trashed_at is None and invoice.stage is not Stage.VOID
    return InvoiceView(
        id=str(invoice.id),
        number=invoice.number,
        status=detail.status.value,
        status_word=detail.status_word,
        customer=detail.customer.name if detail.customer else "No customer yet",
        customer_id=str(invoice.customer_id or ""),
        email=invoice.bill_email or (detail.customer.email if detail.customer else ""),
        context=_context(detail),
        outstanding=detail.outstanding,
        owed=cents_text(owed),
        draft=invoice.stage is Stage.DRAFT,
        payable=living and invoice.stage is Stage.ISSUED and owed > 0,
        editable=living,
        trashed=invoice.trashed_at is not None,
        void=invoice.trashed_at is None and invoice.stage is Stage.VOID,
        voidable=living and invoice.stage is Stage.ISSUED,
    )


def _context(detail: InvoiceDetail) -> str:
    match detail.status:
        case Status.PAID:
            return f"{detail.total} paid"
        case Status.VOID:
            return f"{detail.total}, void"
        case Status.DRAFT:
            return f"{detail.total}, not issued yet"
        case _:
            return f"{detail.outstanding} due {detail.due}"
