"""`bookipi backup` and `bookipi restore`: whole, private, never over something by accident, never beside a run."""

from __future__ import annotations

import fcntl
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bookipi_app import backup, cli
from bookipi_app.backup import CannotBackUp
from bookipi_app.db import Database
from bookipi_app.models import Company, Connection
from bookipi_app.settings import Settings, read_settings, settings
from tests.sealed import NOW, fill
from tests.stores import new_file

KEY = "a key for tests"


@pytest.fixture
def chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setenv("BOOKIPI_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("BOOKIPI_SECRET_KEY", KEY)
    for name in ("DATABASE_URL", "PUBLIC_URL", "INTUIT_CLIENT_ID"):
        monkeypatch.delenv(name, raising=False)
    settings.cache_clear()
    (tmp_path / "var").mkdir()
    database = new_file(tmp_path / "var" / "bookipi.db")
    later = NOW + timedelta(days=9)
    fill(database, KEY, feed_due_at=later, lease_holder="gone-1", lease_until=later)
    yield read_settings()
    settings.cache_clear()


def save(chosen: Settings, path: Path, force: bool = False) -> Path:
    return backup.back_up(chosen, path, force=force, now=NOW)


def bring_back(chosen: Settings, path: Path, force: bool = True) -> Path | None:
    return backup.restore(chosen, path, force=force, now=NOW)


def rename_company(chosen: Settings, name: str) -> None:
    with Database(chosen.database_url).transaction() as session:
        session.exec(select(Company)).one().name = name


def company_name(url: str) -> str:
    with Database(url).reading() as session:
        return session.exec(select(Company)).one().name


def test_a_backup_is_one_private_file_with_everything(chosen: Settings, tmp_path: Path) -> None:
    with Database(chosen.database_url).reading() as session:  # somebody is reading: the journal is in use
        session.exec(select(Company)).all()
        file = save(chosen, tmp_path / "kept" / "one.db")
    assert [one.name for one in file.parent.iterdir()] == ["one.db"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT name FROM company").fetchall() == [("First",)]


def test_a_folder_gets_a_file_named_by_the_moment(chosen: Settings, tmp_path: Path) -> None:
    assert save(chosen, tmp_path).name == "bookipi-20261126-120000.db"


def test_no_file_is_replaced_without_being_told_to(chosen: Settings, tmp_path: Path) -> None:
    file = tmp_path / "one.db"
    file.write_text("dear to somebody")
    with pytest.raises(CannotBackUp, match="--force"):
        save(chosen, file)
    assert file.read_text() == "dear to somebody"
    save(chosen, file, force=True)
    backup.check(file)


def test_the_database_is_no_place_for_its_own_backup(chosen: Settings) -> None:
    with pytest.raises(CannotBackUp, match="itself"):
        save(chosen, chosen.var / "bookipi.db", force=True)
    assert company_name(chosen.database_url) == "First"


def test_a_backup_comes_back_and_what_it_replaces_is_kept(chosen: Settings, tmp_path: Path) -> None:
    file = save(chosen, tmp_path / "one.db")
    rename_company(chosen, "Second")
    with pytest.raises(CannotBackUp, match="--force"):
        bring_back(chosen, file, force=False)
    assert company_name(chosen.database_url) == "Second"
    kept = bring_back(chosen, file)
    assert company_name(chosen.database_url) == "First"
    assert kept is not None
    assert company_name(f"sqlite:///{kept}") == "Second"


def test_restored_nobody_holds_anything_and_quickbooks_is_heard_first(
    chosen: Settings, tmp_path: Path
) -> None:
    bring_back(chosen, save(chosen, tmp_path / "one.db"))
    with Database(chosen.database_url).reading() as session:
        connection = session.exec(select(Connection)).one()
    assert connection.lease_holder is None
    assert connection.fence == 1
    assert connection.feed_due_at == connection.compare_due_at == NOW


def test_after_a_server_was_brought_back_quickbooks_is_heard_first_too(chosen: Settings) -> None:
    assert cli.main(["migrate"]) == 0
    assert connection_of(chosen).fence == 0
    assert cli.main(["migrate", "--restored"]) == 0
    assert connection_of(chosen).fence == 1
    assert connection_of(chosen).lease_holder is None
    assert connection_of(chosen).feed_due_at == connection_of(chosen).compare_due_at


def connection_of(chosen: Settings) -> Connection:
    with Database(chosen.database_url).reading() as session:
        return session.exec(select(Connection)).one()


def test_nothing_is_restored_beside_a_run(chosen: Settings, tmp_path: Path) -> None:
    file = save(chosen, tmp_path / "one.db")
    rename_company(chosen, "Second")
    with (chosen.var / "run.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CannotBackUp, match="stop it first"):
            bring_back(chosen, file)
    assert company_name(chosen.database_url) == "Second"


def test_a_damaged_backup_is_refused(chosen: Settings, tmp_path: Path) -> None:
    file = save(chosen, tmp_path / "one.db")
    raw = bytearray(file.read_bytes())
    for at in range(4096 * 3, 4096 * 8):
        raw[at] ^= 0xFF
    file.write_bytes(raw)
    with pytest.raises(CannotBackUp):
        bring_back(chosen, file)
    assert company_name(chosen.database_url) == "First"


@pytest.mark.parametrize("content", [b"", b"no database at all" * 500])
def test_what_is_no_backup_is_refused(chosen: Settings, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "one.db"
    file.write_bytes(content)
    with pytest.raises(CannotBackUp, match="not a database of this app"):
        bring_back(chosen, file)


def test_a_backup_of_a_later_version_is_refused(chosen: Settings, tmp_path: Path) -> None:
    file = save(chosen, tmp_path / "one.db")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(CannotBackUp, match="later version"):
        bring_back(chosen, file)


def test_a_backup_whose_key_is_not_here_is_refused_and_nothing_is_left_over(
    chosen: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = save(chosen, tmp_path / "one.db")
    rename_company(chosen, "Second")
    monkeypatch.setenv("BOOKIPI_SECRET_KEY", "another")
    settings.cache_clear()
    assert cli.main(["restore", str(file), "--force"]) != 0
    assert "BOOKIPI_SECRET_KEY is not the key" in capsys.readouterr().err
    assert company_name(chosen.database_url) == "Second"
    assert not list(chosen.var.glob("*.new*"))


def test_a_server_is_saved_by_its_own_tools(chosen: Settings, tmp_path: Path) -> None:
    server = read_settings({"DATABASE_URL": "postgresql://somebody@db.example/books"})
    with pytest.raises(CannotBackUp, match=r"pg_dump.*migrate --restored"):
        save(server, tmp_path / "one.db")


def test_the_command_says_what_else_must_be_saved(
    chosen: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["backup", str(tmp_path / "one.db")]) == 0
    said = capsys.readouterr().out
    assert "BOOKIPI_SECRET_KEY" in said
    assert KEY not in said
    assert cli.main(["backup", str(tmp_path / "one.db")]) != 0
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_even_a_damaged_database_is_kept_beside(chosen: Settings, tmp_path: Path) -> None:
    file = save(chosen, tmp_path / "one.db")
    present = chosen.var / "bookipi.db"
    present.write_bytes(b"what is left of it")
    present.with_name("bookipi.db-wal").write_bytes(b"a journal that must not meet the other file")
    kept = bring_back(chosen, file)
    assert kept is not None
    assert kept.read_bytes() == b"what is left of it"
    assert company_name(chosen.database_url) == "First"
