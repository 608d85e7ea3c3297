"""Hot records: what is changed in QuickBooks before each of our writes is sent ever less often, and not in a circle.

A few times at once, as a person saves twice in a row; from then on after a minute, two, four, and a quarter of an hour
at most. So no record is sent more than twelve times in an hour, whoever edits it there.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bookipi_app.models import Attempt, SyncRecord

AT_ONCE = 5  # so often
STALE = "5010"
HOUR = timedelta(hours=1)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
WORDS = "QuickBooks changes this again and again. It is sent again in a while."


def until(session: Session, record: SyncRecord, now: datetime) -> datetime | None:
    """When the record may be written again; None for now."""
    found = session.exec(
        select(Attempt.code, Attempt.answered_at)
        .where(Attempt.record_id == record.id, col(Attempt.created_at) > now - HOUR)
        .order_by(col(Attempt.created_at).desc())
    ).all()
    overtaken = next((at for at, (code, _) in enumerate(found) if code != STALE), len(found))
    if overtaken < AT_ONCE:
        return None
    wait = min(FIRST_WAIT * 2 ** min(overtaken - AT_ONCE, 4), LONGEST_WAIT)
    again = min((found[0][1] or now) + wait, now + LONGEST_WAIT)
    return again if again > now else None
