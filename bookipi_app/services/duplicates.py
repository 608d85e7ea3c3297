"""A new draft with the content of another invoice: the way on after a void, which QuickBooks cannot take back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from sqlmodel import Session

from bookipi_app.clock import today_in
from bookipi_app.ids import new_id
from bookipi_app.models import Invoice
from bookipi_app.services import records
from bookipi_app.services.invoice_form import form_of_invoice
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
    form = form_of_invoice(old, lines_of(session, old.id))
    anew = replace(
        form,
        number=next_number(session, company_id),
        issue_date=today.isoformat(),
        due_date=due_date(old.terms_name, today, today + (old.due_date - old.issue_date)).isoformat(),
        lines=[replace(line, id="") for line in form.lines],
        version=0,
        key=str(made_as),
    )
    return save(session, company_id, None, anew, issue=False, now=now, who=who)
