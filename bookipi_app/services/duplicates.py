"""A new draft with the content of another invoice: the way on after a void, which QuickBooks cannot take back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from sqlmodel import Session

from bookipi_app.clock import today_in
from bookipi_app.ids import new_id
from bookipi_app.models import Invoice, InvoiceLine, LineKind
from bookipi_app.money import cents_text
from bookipi_app.services import records
from bookipi_app.services.invoice_form import LineForm, form_of_invoice
from bookipi_app.services.invoice_lines import lines_of
from bookipi_app.services.invoice_numbers import next_number
from bookipi_app.services.invoice_save import save
from bookipi_app.services.terms import due_date


def duplicate(
    session: Session,
    company_id: UUID,
    invoice_id: object,
    *,
    now: datetime,
    who: str,
    key: UUID | None = None,
) -> Invoice:
    """A draft of today with the next number and the same lines; payments and the past stay behind.

    With a `key` of the page that asks, asking twice makes one.

    Raises:
        InvalidInput: the old one does not pass as a new one, for instance with an archived item.
        NotFound: no such invoice in this company.
    """
    old = records.find(session, Invoice, company_id, invoice_id)
    company = records.company_of(session, company_id, lock=True)
    made_as = uuid5(key, str(old.id)) if key else new_id()
    made = session.get(Invoice, made_as)
    if made is not None:
        return made
    today = today_in(company.time_zone, now)
    lines = lines_of(session, old.id)
    form = form_of_invoice(old, lines)
    anew = replace(
        form,
        number=next_number(session, company_id),
        issue_date=today.isoformat(),
        due_date=due_date(old.terms_name, today, today + (old.due_date - old.issue_date)).isoformat(),
        lines=[_copied(form_line, line) for form_line, line in zip(form.lines, lines, strict=True)],
        version=0,
        key=str(made_as),
    )
    return save(session, company_id, None, anew, issue=False, now=now, who=who)


def _copied(form: LineForm, line: InvoiceLine) -> LineForm:
    """An ordinary line that comes to the same: QuickBooks' own kinds, and amounts that are no product, stay behind."""
    if line.kind is not LineKind.FOREIGN and line.amount_given_cents is None:
        return replace(form, id="")
    amount = cents_text(line.amount_cents) if line.amount_cents else ""
    one = "1" if amount else ""
    return replace(form, id="", quantity=one, price=amount, discount_kind="none", discount_value="")
