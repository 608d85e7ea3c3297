"""How access to QuickBooks ends, said before it does and once it has: when, and by one e-mail each.

A grant ends when nobody uses it for about a hundred days, five years after the consent whatever is done, or when it is
withdrawn in QuickBooks, which nobody announces. The timers ask here what has to be told.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, update
from sqlmodel import Session, col, select

from bookipi_app.clock import today_in
from bookipi_app.models import Company, Connection, ConnectionStatus, User
from bookipi_app.services import mailer
from bookipi_app.services.words import long_day
from bookipi_app.settings import settings

SAID_BEFORE = timedelta(days=21)  # how long before its end an ending access is shown and told
AT_WORK = (ConnectionStatus.CONNECTED, ConnectionStatus.REVIEW)

LOST = """QuickBooks no longer lets Bookipi in for {company}: {problem}

Nothing is lost. What you change meanwhile is kept and goes over as soon as you reconnect:
{address}

Payment status is never shared. You get this message once.
"""
ENDING = """Access to QuickBooks ends on {day} for {company}. Intuit lets a permission last for a limited time.

Reconnect before then and nothing is interrupted:
{address}

You get this message once.
"""


def ending(connection: Connection, now: datetime) -> datetime | None:
    """When access ends, if that is so near that it has to be said."""
    ends = [one for one in (connection.refresh_expires_at, connection.grant_expires_at) if one is not None]
    nearest = min(ends, default=None)
    return nearest if nearest is not None and nearest - now <= SAID_BEFORE else None


def due(session: Session, now: datetime) -> list[UUID]:
    """The connections whose owner has to be told that access ended, or will."""
    return list(session.exec(select(Connection.id).where(or_(_lost(), _near(now)))))


def tell(session: Session, connection_id: UUID, now: datetime) -> bool:
    """Queue the e-mail of one connection, each kind once for each grant; True if there was one to send."""
    told = _claim(session, connection_id, _lost(), told_lost_at=now)
    if told:
        return _mail(session, connection_id, now, "Reconnect QuickBooks", LOST)
    if _claim(session, connection_id, _near(now), told_expiry_at=now):
        return _mail(session, connection_id, now, "Access to QuickBooks ends soon", ENDING)
    return False


def _lost() -> ColumnElement[bool]:
    return and_(col(Connection.status) == ConnectionStatus.RECONNECT, col(Connection.told_lost_at).is_(None))


def _near(now: datetime) -> ColumnElement[bool]:
    soon = now + SAID_BEFORE
    return and_(
        col(Connection.status).in_(AT_WORK),
        col(Connection.told_expiry_at).is_(None),
        or_(col(Connection.refresh_expires_at) <= soon, col(Connection.grant_expires_at) <= soon),
    )


def _claim(session: Session, connection_id: UUID, which: ColumnElement[bool], **told: datetime) -> bool:
    """Who changes the row sends the e-mail: two timers send one."""
    mine = update(Connection).where(col(Connection.id) == connection_id, which).values(**told)
    return session.exec(mine).rowcount == 1


def _mail(session: Session, connection_id: UUID, now: datetime, subject: str, body: str) -> bool:
    connection = session.get_one(Connection, connection_id, populate_existing=True)
    company = session.get_one(Company, connection.company_id)
    ends_at = ending(connection, now) or now
    mailer.queue_mail(
        session,
        recipient=session.get_one(User, company.user_id).email,
        subject=f"{subject}: {company.name}",
        body=body.format(
            company=company.name,
            problem=connection.problem or "access was withdrawn there.",
            day=long_day(today_in(company.time_zone, ends_at)),
            address=f"{settings().public_url}/settings/integration",
        ),
        now=now,
        company_id=company.id,
    )
    return True
