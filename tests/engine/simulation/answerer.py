"""The person who is asked: conflicts, taken names, candidates, doubles, numbers, and what is simply tried again."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from sqlmodel import Session, col, select

from bookipi_app.models import Flag, Kind, Side, SyncRecord
from bookipi_app.services import decision_views, decisions
from bookipi_app.services.decision_views import QuestionView
from tests.engine.simulation.journal import Journal, Nothing
from tests.engine.simulation.world import Simulated
from tests.engine.world import WHO


@dataclass
class Answerer:
    """One person at the pages that ask."""

    world: Simulated
    chance: Random
    journal: Journal
    made: int = 0

    def resolves(self) -> None:
        """Resolve one conflict."""
        self.answers((Flag.CONFLICT,))

    def answers(self, flags: tuple[Flag, ...] = (Flag.CONFLICT, Flag.ATTENTION, Flag.DIFFERS)) -> None:
        """Answer one open question, if there is one."""
        with self.world.database.reading() as session:
            asked = select(SyncRecord).where(
                SyncRecord.connection_id == self.world.connection_id,
                col(SyncRecord.flag).in_(flags),
                col(SyncRecord.local_id).is_not(None),
            )
            found = list(session.exec(asked.order_by(col(SyncRecord.id))))
        if not found:
            raise Nothing
        record = self.chance.choice(found)
        if record.flag is Flag.CONFLICT:
            self._resolve(record)
        else:
            self._answer(record)

    def _resolve(self, record: SyncRecord) -> None:
        with self.world.database.transaction() as session:
            view = decision_views.conflict(session, self.world.company_id, str(record.id), now=self.world.now)
            if view is None:
                raise Nothing
            made = {unit.unit: self.chance.choice(("ours", "theirs")) for unit in view.units}
            decisions.choose(
                session, self.world.company_id, view.record_id, made, view.pair, now=self.world.now, who=WHO
            )
        for unit, choice in made.items():
            self.journal.chose(record.kind, record.local_id, unit, choice)

    def _answer(self, record: SyncRecord) -> None:
        """Other questions: a suggested name, a candidate, a possible double, or simply again."""
        arguments: dict[str, Any] = {"now": self.world.now, "who": WHO}
        company, row = self.world.company_id, str(record.id)
        given: dict[str, str] = {}
        with self.world.database.transaction() as session:
            view = decision_views.question(session, company, row, now=self.world.now)
            match record.cause:
                case "name_taken":
                    self.made += 1
                    given["name"] = f"Free {self.made}"
                    decisions.rename(session, company, row, given["name"], **arguments)
                case "match" if view is not None:
                    ours = [one.id for one in view.candidates if self._is_from_here(record.kind, one.id)]
                    if ours:
                        decisions.link_to(session, company, row, ours[0], view.pair, **arguments)
                    else:
                        decisions.is_new(session, company, row, view.pair, **arguments)
                case "possible_double":
                    decisions.answer_double(session, company, row, same=False, **arguments)
                case "kept_in_quickbooks":
                    decisions.answer_kept(session, company, row, "leave", **arguments)
                case "number" if view is not None:
                    decisions.answer_number(session, company, row, "ours", view.pair, **arguments)
                case _ if view is not None and view.question in ("number_taken", "number_here"):
                    given |= self._renumber(session, view)
                case _ if record.flag is Flag.ATTENTION:
                    decisions.retry(session, company, row, now=self.world.now)
                case _:
                    raise Nothing
        self.journal.edited(Side.HERE, record.kind, record.local_id, **given)
        self.journal.chose(record.kind, record.local_id, record.cause, "answered")

    def _renumber(self, session: Session, view: QuestionView) -> dict[str, str]:
        """Another number for one that is taken; where two here have the same, every third time both keep it."""
        arguments: dict[str, Any] = {"now": self.world.now, "who": WHO}
        self.made += 1
        if view.question == "number_here" and not self.made % 3:
            decisions.leave_number(session, self.world.company_id, view.record_id, **arguments)
            return {}
        number = view.suggestion if self.made % 2 else f"FREE-{self.made}"
        decisions.renumber(session, self.world.company_id, view.record_id, number, **arguments)
        return {"number": number}

    def _is_from_here(self, kind: Kind, remote_id: str) -> bool:
        """A person knows it again, whatever it is called by now."""
        return any(
            (one.actor, one.operation, one.kind, one.id)
            == ("app:client", "Create", kind.value.capitalize(), remote_id)
            for one in self.world.sandbox.world.commits
        )
