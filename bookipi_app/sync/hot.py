"""Hot records: what is changed in QuickBooks before each of our writes is sent ever less often, and not in a circle.

A few times at once, as a person saves twice in a row; from then on after a minute, two, four, and a quarter of an hour
at most. So no record is sent more than twelve times in an hour, whoever edits it there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from bookipi_app.models import Attempt

AT_ONCE = 5  # so often
STALE = "5010"
HOUR = timedelta(hours=1)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
LATELY = (
    select(Attempt.record_id, Attempt.code, Attempt.answered_at)
    .where(
        col(Attempt.record_id).in_(bindparam("these", expanding=True)),
        col(Attempt.created_at) > bindparam("since"),
    )
    .order_by(col(Attempt.created_at).desc())
)
WORDS = "QuickBooks changes this again and again. It is sent again in a while."


@dataclass(frozen=True)
class Sent:
    """A write of the last hour: how QuickBooks refused it, if it did, and when it answered."""

    code: str
    answered_at: datetime | None


def sent(session: Session, record_ids: Sequence[UUID], now: datetime) -> dict[UUID, list[Sent]]:
    """What was written of some records lately, the newest first; those of which nothing was have none."""
    found: dict[UUID, list[Sent]] = {record_id: [] for record_id in record_ids}
    lately = {"these": record_ids, "since": now - HOUR}
    for record_id, code, answered_at in session.exec(LATELY, params=lately) if found else ():
        found[record_id].append(Sent(code, answered_at))
    return found


def until(found: Sequence[Sent], now: datetime) -> datetime | None:
    """When a record may be written again of which this was written lately; None for now."""
    overtaken = next((at for at, one in enumerate(found) if one.code != STALE), len(found))
    if overtaken < AT_ONCE:
        return None
    wait = min(FIRST_WAIT * 2 ** min(overtaken - AT_ONCE, 4), LONGEST_WAIT)
    again = min((found[0].answered_at or now) + wait, now + LONGEST_WAIT)
    return again if again > now else None
