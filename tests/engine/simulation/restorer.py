"""The database is brought back from a backup: it is older than QuickBooks, and what was typed since is lost here."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from bookipi_app import backup
from bookipi_app.models import (
    Answer,
    Attempt,
    Batch,
    Customer,
    Decision,
    Invoice,
    Item,
    Kind,
    Outcome,
    Question,
    Stage,
    SyncRecord,
)
from tests.engine.simulation.faces import clean_name
from tests.engine.simulation.journal import Journal, Nothing
from tests.engine.simulation.kinds import Fault
from tests.engine.simulation.world import Simulated
from tests.engine.world import Killed


@dataclass
class Restorer:
    """Whoever keeps the backups."""

    world: Simulated
    journal: Journal
    struck: Callable[[Fault], None]
    kept: sqlite3.Connection | None = None
    kept_at: int = 0

    def backs_up(self) -> None:
        """Keep the database as it is now."""
        self.kept = self.world.bordered.copy()
        self.kept_at = self.journal.tell("here is a backup made")

    def restores(self) -> None:
        """Bring it back as `bookipi restore` does: nobody holds anything, and QuickBooks is heard first."""
        if self.kept is None:
            raise Nothing
        linked, sent = self._links(), self._sent()
        self._put_in_place(self.kept)
        self.kept = None
        self.world.traffic.heard.clear()  # what was heard since is lost as well, and asked for again
        kept = {(kind, local_id): remote_id for kind, local_id, remote_id in self._links()}
        self.journal.orphans |= {
            (kind, there or "")
            for kind, here, there in linked
            if (kind, here) not in kept
            or (kept[kind, here] is None and not self._is_looked_for(kind, here, there))
            or (kept[kind, here] not in (None, there) and not self._goes_out_anew(kind, here))
        } | self._made_by({request for request, kind, here in sent if (kind, here) not in kept})
        self.journal.released = {
            str(here): (kind, there)
            for kind, here, there in linked
            if kind is Kind.INVOICE and there and kept.get((kind, here), there) is None
        }
        self.journal.under_another_number |= {
            became for here, became in self.journal.released.items() if self._is_renumbered(here, became[1])
        }
        waits = {one[:2] for one in linked if one[2] is None and kept.get(one[:2], "") is None}
        self.journal.orphans |= self._made_unheard([one for one in sent if one[1:] in waits])
        self.journal.called |= self._called([one for one in sent if kept.get(one[1:], "") is None])
        self.struck(Fault.RESTORED)
        self.journal.restored.append((self.kept_at, self.journal.tell("here is the backup brought back")))

    def _put_in_place(self, kept: sqlite3.Connection) -> None:
        """All of it or nothing: the command readies the file aside, and one that cannot be is put nowhere."""
        with closing(self.world.bordered.copy()) as former:
            self.world.bordered.become(kept)
            try:
                backup.hear_first(self.world.database, self.world.now)
            except (OperationalError, Killed):
                self.world.bordered.become(former)
                raise

    def _links(self) -> list[tuple[Kind, Any, str | None]]:
        found = select(col(SyncRecord.kind), col(SyncRecord.local_id), col(SyncRecord.remote_id))
        with self.world.database.reading() as session:
            return [
                (kind, here, there)
                for kind, here, there in session.exec(found.where(col(SyncRecord.local_id).is_not(None)))
            ]

    def _made_unheard(self, sent: list[tuple[str, Kind, Any]]) -> set[tuple[Kind, str]]:
        """Made since for what waits in the backup, the answer lost, and like none of that by now.

        Had the answer come, it would be among the links. What the backup holds is sent again, and answered.
        """
        again = {request for request, _, _ in self._sent()}
        made_for: defaultdict[tuple[Kind, str], list[Any]] = defaultdict(list)
        for request, kind, here in sent:
            for made in self._made_by({request} - again):
                if made[0] is kind:  # a batch makes several, of several kinds
                    made_for[made].append(here)
        return {
            (kind, there)
            for (kind, there), ours in made_for.items()
            if not any(self._is_looked_for(kind, here, there) for here in ours)
        }

    def _called(self, sent: list[tuple[str, Kind, Any]]) -> dict[tuple[Kind, str], tuple[str, int]]:
        """What waits in the backup became since, and is called like that: by its name alone it is known again."""
        made = [(kind, here, one) for request, kind, here in sent for one in self._made_by({request})]
        return {
            (kind, there): (self._name_there(kind, there), self.journal.count)
            for kind, here, (made_kind, there) in made
            if made_kind is kind  # a batch makes several, of several kinds
            and kind is not Kind.INVOICE
            and self._is_known_again(kind, here, there)
            and not self._is_on_its_way(kind, here)
        }

    def _is_looked_for(self, kind: Kind, here: Any, there: str | None) -> bool:
        """What lies in the trash and was never sent goes nowhere: what it became is like a bookkeeper's own."""
        if kind is Kind.INVOICE and self._is_put_away(here):
            return False
        return self._is_known_again(kind, here, there)

    def _is_put_away(self, here: Any) -> bool:
        """An invoice in the trash of which no creation was under way."""
        with self.world.database.reading() as session:
            own = session.get(Invoice, here)
        return own is not None and own.trashed_at is not None and not self._is_on_its_way(Kind.INVOICE, here)

    def _is_on_its_way(self, kind: Kind, here: Any) -> bool:
        sent = (
            select(Attempt.id)
            .join(SyncRecord, col(SyncRecord.id) == col(Attempt.record_id))
            .where(SyncRecord.kind == kind, SyncRecord.local_id == here)
            .where(Attempt.outcome == Outcome.OPEN)
        )
        with self.world.database.reading() as session:
            return session.exec(sent).first() is not None

    def _is_known_again(self, kind: Kind, here: Any, there: str | None) -> bool:
        """By its name, which is all that a customer or an item has: it may have got another since, on either side.

        What QuickBooks appends to the name of what was put away is none of it.
        """
        name = "" if kind is Kind.INVOICE else self._name_there(kind, there)
        if not name:
            return True
        with self.world.database.reading() as session:
            own = session.get(Customer if kind is Kind.CUSTOMER else Item, here)
        return own is None or own.name == name

    def _name_there(self, kind: Kind, there: str | None) -> str:
        found = self.world.sandbox.company(self.world.realm).find(kind.value.capitalize(), there or "")
        if found is None:
            return ""
        return clean_name(self.world.shown(found), "DisplayName" if kind is Kind.CUSTOMER else "Name")

    def _is_renumbered(self, here: str, there: str) -> bool:
        """Since the backup, on whichever side: what was typed here is lost, and had reached QuickBooks."""
        found = self.world.sandbox.company(self.world.realm).find("Invoice", there)
        with self.world.database.reading() as session:
            own = session.get(Invoice, UUID(here))
        return found is not None and own is not None and own.number != found.body.get("DocNumber")

    def _goes_out_anew(self, kind: Kind, here: Any) -> bool:
        """Deleted in QuickBooks, and the backup holds that somebody wants it there again: then it is looked for.

        Had that been said later, what was made since is like what a bookkeeper typed after the deletion.
        """
        mine = select(SyncRecord).where(SyncRecord.kind == kind, SyncRecord.local_id == here)
        with self.world.database.reading() as session:
            record = session.exec(mine).one()
            own = session.get(Invoice, here) if kind is Kind.INVOICE else None
            kept = select(Decision.id).where(
                Decision.record_id == record.id,
                Decision.question == Question.CONFLICT,
                Decision.answer == Answer.OURS,
            )
            wanted = record.ended or session.exec(kept).first() is not None
        return wanted and own is not None and own.stage is Stage.ISSUED and own.trashed_at is None

    def _sent(self) -> list[tuple[str, Kind, Any]]:
        """Request ids of creations, with what they were for."""
        found = (
            select(Attempt.request_id, Batch.request_id, SyncRecord.kind, SyncRecord.local_id)
            .join(SyncRecord, col(SyncRecord.id) == col(Attempt.record_id))
            .join(Batch, col(Batch.id) == col(Attempt.batch_id), isouter=True)
        )
        with self.world.database.reading() as session:
            rows = session.exec(found).all()
        return [(one or "", Kind(kind), here) for own, whole, kind, here in rows for one in (own, whole)]

    def _made_by(self, requests: set[str]) -> set[tuple[Kind, str]]:
        """Made for what the backup knows nothing of, whether or not the answer had come: nobody here can know it."""
        return {
            (Kind(one.kind.lower()), one.id)
            for one in self.world.sandbox.world.commits
            if one.operation == "Create" and one.requestid in requests - {""}
        }
