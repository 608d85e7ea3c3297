"""What must be true once the faults are over and the engine is quiet. Reads both sides itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app.models import (
    Attempt,
    ConnectionStatus,
    Customer,
    Flag,
    HistoryEntry,
    InboxEvent,
    Invoice,
    InvoiceLine,
    Item,
    Kind,
    Operation,
    Outcome,
    Payment,
    Side,
    Stage,
    SyncRecord,
)
from tests.engine.simulation import conduct, untouched
from tests.engine.simulation.faces import Face
from tests.engine.simulation.history import History
from tests.engine.simulation.invariants import Invariant, Violation
from tests.engine.simulation.journal import Journal
from tests.engine.simulation.pairs import (
    OPEN,
    Mistaken,
    Pair,
    face_here,
    face_there,
    is_asked_about,
    is_asked_whether_same,
    is_put_away_on_both,
    mistaken_for_ours,
    remote_id,
    twins_apart,
    waits_for_somebody,
    was_put_away_unheard,
    was_renamed_unheard,
    was_trashed_first,
)
from tests.engine.simulation.world import Simulated
from tests.engine.world import START

TABLES: dict[Kind, type[Any]] = {Kind.CUSTOMER: Customer, Kind.ITEM: Item, Kind.INVOICE: Invoice}
FILLED_IN = ("bill_email",)


@dataclass
class Verdict:
    """Everything that is wrong; empty is good."""

    world: Simulated
    journal: Journal
    wrong: list[Violation] = field(default_factory=list[Violation])
    pairs: list[Pair] = field(default_factory=list[Pair])
    rows: dict[Kind, dict[UUID | None, Any]] = field(default_factory=dict[Kind, dict[UUID | None, Any]])
    paid: Counter[UUID] = field(default_factory=Counter[UUID])

    def check(self) -> list[Violation]:
        """All of it."""
        self._read()
        self._at_rest()
        self._no_doubles()
        self._nothing_missing()
        self._no_twins()
        self._converged()
        self._conduct()
        for words in History(self.pairs, self.journal, self._mistaken()).violations():
            self._finds(Invariant.NO_LOST_EDIT, words)
        invoices = self.rows[Kind.INVOICE].values()
        for words in untouched.payments(self.world, self.journal, invoices, self.paid):
            self._finds(Invariant.MONEY_UNTOUCHED, words)
        for words in untouched.foreign_lines(self.world, self.journal):
            self._finds(Invariant.UNKNOWN_FIELDS, words)
        for words in untouched.unknown_fields(self.world, self.journal):
            self._finds(Invariant.UNKNOWN_FIELDS, words)
        for words in untouched.mixed(self.world, self.journal):
            self._finds(Invariant.ISOLATION, words)
        return self.wrong

    def _conduct(self) -> None:
        """What must hold on the way there."""
        traffic = self.world.traffic
        found = {
            Invariant.ORDER: conduct.backwards(self.pairs, self.journal, traffic.reached),
            Invariant.BOUNDED_EFFORT: conduct.in_vain(
                traffic.sent, traffic.reached, conduct.asked_by_people(self.pairs, self.journal)
            )
            + [f"limited by our own fault: {target}" for target in traffic.limited],
            Invariant.ACKNOWLEDGED: conduct.forgotten(self.journal, self.rows, self._entries())
            + [
                f"a notice that was taken is not here: {one}" for one in sorted(traffic.heard - self._heard())
            ],
        }
        for invariant, words in found.items():
            for one in words:
                self._finds(invariant, one)

    def _entries(self) -> list[tuple[str, datetime]]:
        """Of the append-only history: which record, and when."""
        with self.world.database.reading() as session:
            found = select(HistoryEntry.local_id, HistoryEntry.at).where(HistoryEntry.side == Side.HERE)
            return [(str(local_id), at) for local_id, at in session.exec(found)]

    def _heard(self) -> set[str]:
        with self.world.database.reading() as session:
            return set(session.exec(select(InboxEvent.id)))

    def _finds(self, invariant: Invariant, words: str) -> None:
        self.wrong.append(Violation(invariant, words))

    def _read(self) -> None:
        with self.world.database.reading() as session:
            self.rows = {
                kind: _by_id(session, table, self.world.company_id) for kind, table in TABLES.items()
            }
            lines: defaultdict[UUID, list[InvoiceLine]] = defaultdict(list)
            for line in session.exec(select(InvoiceLine)):
                lines[line.invoice_id].append(line)
            for payment in session.exec(select(Payment)):
                self.paid[payment.invoice_id] += payment.amount_cents
            found = select(SyncRecord).where(SyncRecord.connection_id == self.world.connection_id)
            self.pairs = [Pair(record) for record in session.exec(found.order_by(col(SyncRecord.id)))]
        for pair in self.pairs:
            kind = pair.record.kind
            pair.row = self.rows[kind].get(pair.record.local_id)
            if pair.row is not None:
                pair.here = face_here(kind, pair.row, lines[pair.row.id])
                pair.trashed = getattr(pair.row, "trashed_at", None) is not None
            there = self._object(kind, pair.record.remote_id)
            pair.there = face_there(kind, there) if there else None

    def _object(self, kind: Kind, remote_id: str | None) -> Face | None:
        company = self.world.sandbox.company(self.world.realm)
        record = company.find(kind.value.capitalize(), remote_id or "")
        return self.world.shown(record) if record else None

    # -- at rest, and every rest has its reason ------------------------------------------------------------------------

    def _at_rest(self) -> None:
        with self.world.database.reading() as session:
            attempts = session.exec(select(Attempt).where(Attempt.outcome == Outcome.OPEN)).all()
            unread = session.exec(select(InboxEvent).where(col(InboxEvent.done_at).is_(None))).all()
        connection = self.world.connection()
        asked = {one.record.id for one in self.pairs if one.record.flag in OPEN}
        waiting = {one.record_id for one in attempts} - asked
        if waiting:
            self._finds(
                Invariant.LIVENESS, f"writes without an outcome: {[str(one) for one in sorted(waiting)]}"
            )
        if unread:
            self._finds(Invariant.LIVENESS, f"{len(unread)} events are not read")
        if connection.status is not ConnectionStatus.CONNECTED or connection.paused_until:
            self._finds(
                Invariant.LIVENESS, f"the connection is {connection.status.value}: {connection.problem}"
            )
        elif self.world.comparing(connection):
            self._finds(Invariant.LIVENESS, "the books are due to be compared, and are not")
        for pair in self.pairs:
            record = pair.record
            if record.alias_of is not None or record.ended:
                continue
            stuck = record.due_at is not None or record.flag is Flag.SYNCING
            if stuck and not waits_for_somebody(pair, self.pairs):
                self._finds(Invariant.LIVENESS, f"not at rest: {pair.name}, due {record.due_at}")
            if record.flag not in (Flag.SYNCED, Flag.SYNCING) and not record.reason:
                self._finds(Invariant.NOTHING_SILENT, f"no reason: {pair.name}")

    # -- nothing twice, nothing missing --------------------------------------------------------------------------------

    def _no_doubles(self) -> None:
        for kind, ids in self._linked_to_nothing().items():
            if not is_asked_about(self.pairs, self._unanswered_creations(), ids, kind):
                for one in ids:
                    words = f"made in QuickBooks and linked to nothing: {kind.value} {one}"
                    self._finds(Invariant.NO_DOUBLE, words)
        counted = Counter((one.record.kind, one.record.local_id) for one in self.pairs if one.record.local_id)
        for (kind, one), many in counted.items():
            if many > 1:
                self._finds(Invariant.NO_DOUBLE, f"two links for {kind.value} {one}")
        made_by_us, mistaken = self._made_by_us(), {one.made for one in self._mistaken()}
        for pair in self.pairs:
            theirs = pair.row is not None and pair.row.origin is Side.QUICKBOOKS
            if (
                theirs
                and not pair.record.generation
                and (pair.record.kind, pair.record.remote_id) not in self.journal.orphans
                and not was_trashed_first(self.pairs, self.journal, pair)
                and not was_renamed_unheard(pair, self.journal)
                and pair.key not in mistaken
                and (pair.record.kind, pair.record.remote_id) in made_by_us
                and not is_asked_whether_same(pair, self.journal)
            ):
                self._finds(Invariant.NO_DOUBLE, f"came back from QuickBooks as another record: {pair.name}")

    def _made_by_us(self) -> set[tuple[Kind, str]]:
        return {
            (Kind(one.kind.lower()), one.id)
            for one in self.world.sandbox.world.commits
            if one.actor == "app:client"
            and one.operation == "Create"
            and one.kind in ("Customer", "Item", "Invoice")
        }

    def _mistaken(self) -> list[Mistaken]:
        """See `mistaken_for_ours`."""
        made_as: dict[tuple[Kind, str], str] = {}
        ours = self._made_by_us()
        for one in self.world.traffic.reached:
            if (one.kind, one.remote_id) in ours:
                made_as.setdefault((one.kind, one.remote_id), str(one.face.get("name", "")))
        return mistaken_for_ours(self.pairs, self.journal, made_as)

    def _linked_to_nothing(self) -> dict[Kind, list[str]]:
        """What we made there and no record here stands for."""
        ours = {(one.record.kind, one.record.remote_id) for one in self.pairs if one.record.local_id}
        lost: defaultdict[Kind, list[str]] = defaultdict(list)
        for commit in self.world.sandbox.world.commits:
            if commit.actor != "app:client" or commit.operation != "Create":
                continue
            kind = Kind(commit.kind.lower())
            if (kind, commit.id) in ours or self._is_asked_again(kind, commit.id):
                continue
            if self._object(kind, commit.id):
                lost[kind].append(commit.id)
        return lost

    def _unanswered_creations(self) -> set[UUID]:
        """The records whose creation was sent, and has no answer."""
        sent = select(Attempt.record_id).where(
            Attempt.outcome == Outcome.OPEN, Attempt.operation == Operation.CREATE, Attempt.tries > 0
        )
        with self.world.database.reading() as session:
            return set(session.exec(sent))

    def _is_asked_again(self, kind: Kind, key: str) -> bool:
        """After a backup was brought back, what was made before it is found again, or a person is asked about it."""
        known = [one for one in self.pairs if one.record.kind is kind and one.record.remote_id == key]
        asked = any(one.record.kind is kind and one.record.flag in OPEN for one in self.pairs)
        return bool(self.journal.restored and known) and (
            asked
            or (kind, key) in self.journal.orphans
            or is_put_away_on_both(self.pairs, kind, known[0].there)
            or was_put_away_unheard(known[0], self.journal)
        )

    def _no_twins(self) -> None:
        """What was typed on both sides is one record, or a person is asked, or was."""
        for found in twins_apart(self.pairs, self.journal):
            self._finds(Invariant.NO_DOUBLE, f"twins apart: {[one.name for one in found]}")

    def _nothing_missing(self) -> None:
        known_here = {(one.record.kind, one.record.local_id) for one in self.pairs}
        known_there = {(one.record.kind, one.record.remote_id) for one in self.pairs}
        for kind, rows in self.rows.items():
            for row in rows.values():
                if (kind, row.id) not in known_here and not self._never_travelled(row):
                    self._finds(Invariant.CONVERGENCE, f"unknown to the sync: {kind.value} {row.id} of ours")
            for record in self.world.records_there(kind.value.capitalize()):
                if record.created >= START and record.active and (kind, record.id) not in known_there:
                    self._finds(
                        Invariant.CONVERGENCE, f"unknown to the sync: {kind.value} {record.id} of QuickBooks"
                    )

    def _never_travelled(self, row: Any) -> bool:
        """A copy that was made of a void invoice and is a draft, or what was made and trashed while disconnected."""
        if not isinstance(row, Invoice):
            return False
        apart = {("make", str(row.id)), ("trash", str(row.id))} <= self.journal.apart
        return row.stage is Stage.DRAFT or (apart and row.trashed_at is not None)

    # -- both sides hold the same, or somebody is told -----------------------------------------------------------------

    def _converged(self) -> None:
        for pair in self.pairs:
            record = pair.record
            if (
                pair.is_asked
                or record.flag in (Flag.NOT_SYNCED, Flag.SYNCING)
                or record.alias_of
                or record.base_local is None
            ):
                continue
            if pair.here is None or pair.there is None or pair.trashed:
                self._one_sided(pair)
                continue
            if pair.here.get("void") and pair.there.get("void"):
                continue
            for unit, value in pair.here.items():
                if unit.startswith("_") or (unit in ("total", "tax") and record.flag is Flag.DIFFERS):
                    continue
                if unit in FILLED_IN and not value:
                    continue  # QuickBooks takes it from the customer; agreed as it is, and nobody's edit
                if not self._same(pair, unit, value, pair.there[unit]):
                    self._finds(
                        Invariant.CONVERGENCE,
                        f"{unit} differs, {value!r} and {pair.there[unit]!r}: {pair.name}",
                    )

    def _one_sided(self, pair: Pair) -> None:
        ended_here = pair.trashed or _has_ended(pair.here)
        ended_there = _has_ended(pair.there)
        if ended_here is not ended_there:
            self._finds(
                Invariant.CONVERGENCE,
                f"ended on one side only, here {ended_here}, there {ended_there}: {pair.name}",
            )
        thrown = any(
            one.what == "trash" and one.key == str(pair.record.local_id) for one in self.journal.ends
        )
        if pair.trashed and pair.there is not None and pair.there.get("void") and not thrown:
            self._finds(Invariant.CONVERGENCE, f"void there, in the trash here: {pair.name}")

    def _same(self, pair: Pair, unit: str, here: Any, there: Any) -> bool:
        match unit:
            case "customer":
                return there == remote_id(self.pairs, Kind.CUSTOMER, here)
            case "lines":
                ours = {token: self._crossed(line) for token, line in here.items()}
                return self._comparable(ours) == self._comparable(there)
            case "discount" | "shipping" if str(pair.record.local_id) in self.journal.inclusive:
                return True  # with the tax in it here, without it there; the totals are compared
            case _:
                return bool(here == there)

    def _comparable(self, lines: Face) -> Face:
        """Of a line whose price travels in another form, what does not."""
        return {
            token: {name: line[name] for name in ("item", "description")}
            if token in self.journal.reckoned
            else line
            for token, line in lines.items()
        }

    def _crossed(self, line: Face) -> Face:
        item = remote_id(self.pairs, Kind.ITEM, line["item"]) if line["item"] else "1"
        return {**line, "item": item}


def _by_id(session: Session, table: type[Any], company_id: UUID) -> dict[UUID | None, Any]:
    return {row.id: row for row in session.exec(select(table).where(table.company_id == company_id))}


def _has_ended(face: Face | None) -> bool:
    return face is None or not face.get("active", True) or face.get("void", False)
