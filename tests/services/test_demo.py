"""The demo account: believable, the same each time, and made once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from bookipi_app.clock import today_in
from bookipi_app.db import AFTER_COMMIT, Database
from bookipi_app.models import Company, Invoice, Mail, MailStatus, Payment, Stage
from bookipi_app.services import auth, customers, demo, invoices, items
from bookipi_app.services.lists import ListQuery
from tests.services.conftest import NOW


def test_a_year_of_business_made_once(store: Database) -> None:
    with store.transaction() as session:
        assert demo.seed_demo(session, NOW)
        assert not demo.seed_demo(session, NOW)
        session.info.pop(AFTER_COMMIT)
    with store.reading() as session:
        company = session.exec(select(Company)).one()
        found = session.exec(select(Invoice).order_by(Invoice.number)).all()
        today = today_in(company.time_zone, NOW)
        shown = invoices.figures(session, company.id, today)
        assert customers.count(session, company.id, ListQuery()) == 12
        assert items.count(session, company.id, ListQuery()) == 12
        letters = set(session.exec(select(Mail.status)))
    assert len(found) == 40
    assert all(one.created_at < NOW and one.issue_date <= today for one in found)
    assert sum(one.stage is Stage.DRAFT for one in found) == shown.drafts_count == 4
    assert shown.overdue_count >= 2
    assert shown.outstanding_count > shown.overdue_count
    assert shown.paid_count >= 1
    assert {MailStatus.SENT} == letters
    assert len({one.total_cents for one in found}) > 20


def test_the_printed_log_in_works(store: Database) -> None:
    with store.transaction() as session:
        demo.seed_demo(session, NOW)
        session.info.pop(AFTER_COMMIT)
    user = auth.sign_in(
        store, email=demo.DEMO_EMAIL, password=demo.DEMO_PASSWORD, address="127.0.0.1", now=NOW
    )
    assert user.country == "US"


@pytest.mark.parametrize("minute", range(20, 60, 10))
def test_it_is_made_in_the_hour_in_which_a_day_of_payment_lies_beyond_the_end_of_summer_time(
    store: Database, minute: int
) -> None:
    """An invoice of half past midnight in summer time, so many times 24 hours later, is still of the day before."""
    now = datetime(2026, 11, 27, 18, minute, tzinfo=UTC)
    with store.transaction() as session:
        assert demo.seed_demo(session, now)
        session.info.pop(AFTER_COMMIT)
    with store.reading() as session:
        paid = session.exec(select(Payment)).all()
        issued = {one.id: one.issue_date for one in session.exec(select(Invoice))}
    assert len(paid) > 20
    assert all(issued[one.invoice_id] < one.paid_on <= now.date() for one in paid)
