"""The QuickBooks page: how the connection does, what is on its way, what needs a person, what happened lately."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from bookipi_app.services import activity, connections
from bookipi_app.services.activity import LogRow, RecordNote
from bookipi_app.state.app import AppState, Follows, Who, system_clock

DASH = "–"


@dataclass(frozen=True)
class Health:
    """The connection in figures, as words."""

    connected: bool = False
    line: str = ""
    arrives_in: str = DASH
    heard: str = ""
    leaves_in: str = DASH
    equal: str = DASH
    pending: str = "0"
    pending_note: str = ""


class QuickBooksState(Follows, AppState):
    """The page."""

    health: Health = Health()
    needs: list[RecordNote] = []
    pending: list[RecordNote] = []
    log: list[LogRow] = []

    async def _reload(self, who: Who) -> None:
        self.health, self.needs, self.pending, self.log = await self._read(_look, who)


def _look(session: Session, who: Who) -> tuple[Health, list[RecordNote], list[RecordNote], list[LogRow]]:
    now = system_clock()
    view = connections.card(session, who.company_id, now)
    pending = activity.on_its_way(session, who.company_id, now)
    health = _health(view, pending)
    return (
        health,
        activity.needs_you(session, who.company_id, now),
        pending,
        activity.log(session, who.company_id, now),
    )


def _health(view: connections.CardView, pending: list[RecordNote]) -> Health:
    line = (
        f"Connected to {view.quickbooks_name} since {view.connected_since}" if view.connected else view.line
    )
    return Health(
        connected=view.connected,
        line=line,
        arrives_in=view.lag or DASH,
        heard=f"Last heard {view.heard}" if view.heard else "Nothing heard yet",
        equal=f"{view.equal:,} of {view.total:,}" if view.total else DASH,
        pending=f"{view.pending:,}",
        pending_note=f"Oldest since {pending[0].since}" if pending else "Nothing waits",
    )
