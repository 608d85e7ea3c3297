"""`bookipi backup` and `bookipi restore`: the embedded database as one file, taken while the app runs.

A restored database is older than QuickBooks. Nothing is lost or doubled by that as long as QuickBooks is heard before
anything is sent: what was made or changed since comes back through the change feed, and what waits here to be created
is matched with it first, by its name and, if it gets another one before that, by the name that it had when the backup
was brought back. So a restored database begins with every connection's feed due, and its books to be compared.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    and_,
    case,
    func,
    make_url,
    or_,
    select,
    true,
    update,
)
from sqlmodel import Session, col

from bookipi_app.db import Database, alembic_config
from bookipi_app.models import (
    Attempt,
    Batch,
    Connection,
    ConnectionStatus,
    Customer,
    Invoice,
    Item,
    Kind,
    SyncRecord,
)
from bookipi_app.models.conditions import IS_UNANSWERED
from bookipi_app.models.sync import AND
from bookipi_app.quickbooks import keys
from bookipi_app.settings import Settings

CALLED = {  # what a record is known by, as it is compared, and whether it may travel
    Kind.CUSTOMER: (col(Customer.id), col(Customer.name_key), col(Customer.active)),
    Kind.ITEM: (col(Item.id), col(Item.name_key), col(Item.active)),
    Kind.INVOICE: (col(Invoice.id), col(Invoice.number_key), true()),
}
LONGEST_KEY = 500
BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a database


class CannotBackUp(Exception):
    """It was not done, and nothing was changed; the message is one sentence with what to do."""


def back_up(settings: Settings, wanted: Path, *, force: bool, now: datetime) -> Path:
    """Copy the database as it is at one moment into a file (or a new file in a folder); the file.

    Raises:
        CannotBackUp: another kind of database, none yet, or a file that would be overwritten.
    """
    source = database_file(settings)
    if not source.exists():
        raise CannotBackUp(f"There is no database at {source} yet.")
    target = wanted / f"bookipi-{now:%Y%m%d-%H%M%S}.db" if wanted.is_dir() else wanted
    if target.resolve() == source.resolve():
        raise CannotBackUp(f"{target} is the database itself; name another file.")
    if target.exists() and not force:
        raise CannotBackUp(f"{target} exists; add --force to replace it, or name another file.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with _unfinished(target) as unfinished:
        _copy(source, unfinished)
        check(unfinished)
    return target


def restore(settings: Settings, source: Path, *, force: bool, now: datetime) -> Path | None:
    """Put a backup in the database's place and prepare it for a QuickBooks that went on; where the former one is kept.

    Raises:
        CannotBackUp: the app runs, the backup is damaged or of a later version, or a database would be replaced.
    """
    target = database_file(settings)
    with _while_nothing_runs(settings.var):
        if not source.is_file():
            raise CannotBackUp(f"There is no backup at {source}.")
        check(source)
        if target.exists() and not force:
            raise CannotBackUp(
                f"{target} exists; add --force to put the backup in its place (it is kept beside)."
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        with _unfinished(target) as unfinished:
            _copy(source, unfinished)
            _prepare(unfinished, now)
            return _put_aside(target, now)


def check(file: Path) -> None:
    """Refuse what is no whole database of this app, or one that a later version wrote.

    Raises:
        CannotBackUp: with the reason.
    """
    try:
        with closing(_opened(file)) as connection:
            answers = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
            strays = connection.execute("PRAGMA foreign_key_check").fetchall()
            revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise CannotBackUp(f"{file} is not a database of this app: {error}.") from None
    if answers != ["ok"] or strays:
        raise CannotBackUp(
            f"{file} is damaged: {answers[0] if answers != ['ok'] else 'rows refer to nothing'}."
        )
    if not revision or revision[0] not in known_revisions():
        raise CannotBackUp(f"{file} was written by a later version of Bookipi; install that one first.")


def known_revisions() -> set[str]:
    """The revisions of the schema that this version knows, from the first to its own."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(alembic_config("sqlite://"))
    return {script.revision for script in scripts.walk_revisions()}


def database_file(settings: Settings) -> Path:
    """The embedded database's file.

    Raises:
        CannotBackUp: the database is a server, which has better tools of its own.
    """
    address = make_url(settings.database_url)
    if address.get_backend_name() != "sqlite" or not address.database:
        raise CannotBackUp(
            "The database is a server: save it with pg_dump and bring it back with pg_restore, and then, before"
            " anything starts, bookipi migrate --restored: so QuickBooks is read before anything is sent."
        )
    return Path(address.database)


def also_to_save(settings: Settings) -> list[str]:
    """What a backup does not hold, and a restored app needs."""
    where = f"{settings.var / 'secret.key'}" if not settings.secret_keys else "BOOKIPI_SECRET_KEY"
    wanted = [f"{where}, apart from the backup: without it QuickBooks has to be connected again"]
    if settings.own_sandbox:
        wanted.append(
            f"{settings.var / 'sandbox'}: the practice books that the links of this database lead to"
        )
    if settings.smtp_url is None:
        wanted.append(f"{settings.var / 'mail'}: letters that were written there instead of being sent")
    return wanted


def _prepare(file: Path, now: datetime) -> None:
    database = Database(f"sqlite:///{file}")
    database.migrate()
    keys.require(database)
    hear_first(database, now)
    database.engine.dispose()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # all of it in the one file again


def hear_first(database: Database, now: datetime) -> None:
    """After a restoration: nobody holds anything, and QuickBooks is heard before anything is sent."""
    living = col(Connection.status) != ConnectionStatus.FROZEN
    with database.transaction() as session:
        session.connection().execute(
            update(Connection)
            .where(living)
            .values(
                feed_due_at=now,
                compare_due_at=now,
                comparing=None,
                paused_until=None,
                lease_holder=None,
                lease_until=None,
                refresh_claim=None,
                refresh_claim_until=None,
                fence=col(Connection.fence) + 1,
            )
        )
        _may_have_been_sent(session, now)
        _keep_names(session)


def _may_have_been_sent(session: Session, now: datetime) -> None:
    """Whatever waits for its answer, or to be sent at all, may have been sent since the backup, until just now.

    It counts as sent once more, so that sending it is a repetition. What stood alone and was never sent may have gone
    out in a batch, whose id the backup does not know: a creation of that sort is looked for first.
    """
    fresh = and_(IS_UNANSWERED, col(Attempt.tries) == 0, col(Attempt.batch_id).is_(None))
    for change in (
        update(Attempt).where(fresh).values(unsure=True),
        update(Attempt).where(IS_UNANSWERED).values(tries=col(Attempt.tries) + 1, next_try_at=now),
        update(Batch).where(col(Batch.body) != "").values(tries=col(Batch.tries) + 1),
    ):
        session.connection().execute(change)


def _keep_names(session: Session) -> None:
    """What was never linked is looked for in QuickBooks by its name, or number, and may get another one before that.

    If it was sent since the backup, it went out under the name of now. What is archived now was not sent since. If it
    was brought back before, and QuickBooks not heard since, the name that it had then still counts, too.
    """
    kept = col(SyncRecord.restored_key)
    for kind, (key, name, travels) in CALLED.items():
        called = select(name).where(key == col(SyncRecord.local_id), travels).scalar_subquery()
        session.connection().execute(
            update(SyncRecord)
            .where(
                col(SyncRecord.kind) == kind,
                col(SyncRecord.local_id).is_not(None),
                col(SyncRecord.remote_id).is_(None),
            )
            .values(restored_key=_both(kept, func.coalesce(called, "")))
        )


def _both(kept: SQLColumnExpression[str], called: ColumnElement[str]) -> ColumnElement[str]:
    """The names of two restorations, as far as there is room for them; else the later one."""
    fits = func.length(kept) + len(AND) + func.length(called) <= LONGEST_KEY
    return case(
        (called == "", kept),
        (or_(kept == "", kept == called), called),
        (fits, kept.op("||")(AND).op("||")(called)),
        else_=called,
    )


def _copy(source: Path, target: Path) -> None:
    """SQLite's own online backup: one consistent moment, whatever is being written meanwhile."""
    with closing(_opened(source)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here)
        here.execute("PRAGMA journal_mode=DELETE")
    descriptor = os.open(target, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=10)


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """A file that takes the target's name once it is whole; readable by its owner alone from its first byte."""
    unfinished = target.with_name(target.name + ".new")
    for name in ("", *BESIDE):
        unfinished.with_name(unfinished.name + name).unlink(missing_ok=True)
    unfinished.touch(0o600)
    try:
        yield unfinished
        unfinished.replace(target)
    finally:
        for name in ("", *BESIDE):
            unfinished.with_name(unfinished.name + name).unlink(missing_ok=True)


def _put_aside(target: Path, now: datetime) -> Path | None:
    """Give the former database a second name; its own is taken over by the backup in one step.

    A journal left beside it must not meet the other file: it is written into its own, or goes along if that is damaged.
    """
    if not target.exists():
        return None
    kept = target.with_name(f"{target.name}.before-{now:%Y%m%d-%H%M%S}")
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(target)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    for name in BESIDE:
        part = target.with_name(target.name + name)
        if part.exists():
            part.replace(kept.with_name(kept.name + name))
    kept.hardlink_to(target)
    return kept


@contextmanager
def _while_nothing_runs(var: Path) -> Iterator[None]:
    """Hold the lock that a run of the app holds, so that neither starts while the other is at work."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "run.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotBackUp(f"Bookipi runs with the data in {var}: stop it first.") from None
        yield
