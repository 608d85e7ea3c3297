"""Which of a user's companies a browser looks at."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app.errors import NotFound
from bookipi_app.ids import parse_id
from bookipi_app.models import Company, LoginSession


def look_at(session: Session, user_id: UUID, session_id: str, company_id: object) -> None:
    """From now on this signed-in browser looks at another company of the same user.

    Raises:
        NotFound: no such company of this user, or no such session.
    """
    wanted = select(Company.id).where(
        col(Company.id) == parse_id(company_id), col(Company.user_id) == user_id
    )
    chosen, row = session.exec(wanted).one_or_none(), session.get(LoginSession, session_id)
    if chosen is None or row is None or row.user_id != user_id:
        raise NotFound
    row.company_id = chosen
    session.add(row)
