"""Secret keys: several at once, one replaced by another, and no start with the wrong ones. Bad inputs 41 and 42."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookipi_app.models import Connection, ConnectionStatus
from bookipi_app.quickbooks import keys
from bookipi_app.quickbooks.auth import SealBroken, Vault, this_vault
from bookipi_app.settings import SettingsError, read_settings
from tests.quickbooks.test_auth import Row

SEALED_WITH = "a key for tests"  # what tests/quickbooks/test_auth.py seals with


@pytest.fixture
def row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Row:
    monkeypatch.setattr("tests.quickbooks.test_auth.VAULT", Vault(SEALED_WITH))
    return Row(tmp_path)


def set_key(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    chosen = read_settings({"BOOKIPI_SECRET_KEY": text})
    monkeypatch.setattr("bookipi_app.quickbooks.auth.settings", lambda: chosen)


def test_one_setting_holds_several_keys_the_newest_first() -> None:
    assert read_settings({"BOOKIPI_SECRET_KEY": "new, old,"}).secret_keys == ("new", "old")
    assert read_settings({"BOOKIPI_SECRET_KEY": "only"}).secret_keys == ("only",)
    assert read_settings({}).secret_keys == ()


def test_without_a_key_nothing_is_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    set_key(monkeypatch, "")
    with pytest.raises(SettingsError, match="BOOKIPI_SECRET_KEY is needed"):
        this_vault()


@pytest.mark.parametrize("text", ["another", "", "another,third"])
def test_a_start_with_a_wrong_key_or_none_is_refused(
    row: Row, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    set_key(monkeypatch, text)
    with pytest.raises(SettingsError, match="BOOKIPI_SECRET_KEY"):
        keys.require(row.database)


@pytest.mark.parametrize("text", [SEALED_WITH, f"new,{SEALED_WITH}"])
def test_a_start_with_the_right_key_among_them_is_not(
    row: Row, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    set_key(monkeypatch, text)
    keys.require(row.database)


def test_where_nothing_is_sealed_any_key_will_do(row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    with row.database.transaction() as session:
        session.get_one(Connection, row.id).tokens_sealed = None
    set_key(monkeypatch, "another")
    keys.require(row.database)


def test_rotation_seals_anew_with_the_newest_key_and_the_old_one_can_go(row: Row) -> None:
    before = row.stored()
    assert keys.rotate(row.database, Vault("new", SEALED_WITH)) == (1, 0)
    after = row.stored()
    assert after.tokens_sealed != before.tokens_sealed
    opened = Vault("new").open(after.tokens_sealed or "", after.company_id, after.realm_id)
    assert opened == (row.pair.access, row.pair.refresh)
    assert (after.access_expires_at, after.refresh_expires_at) == (
        before.access_expires_at,
        before.refresh_expires_at,
    )
    with pytest.raises(SealBroken):
        Vault(SEALED_WITH).open(after.tokens_sealed or "", after.company_id, after.realm_id)


def test_rotating_twice_changes_nothing_more(row: Row) -> None:
    vault = Vault("new", SEALED_WITH)
    keys.rotate(row.database, vault)
    sealed = row.stored().tokens_sealed
    assert keys.rotate(row.database, vault) == (0, 0)
    assert row.stored().tokens_sealed == sealed


def test_what_no_key_opens_is_counted_and_kept(row: Row) -> None:
    sealed = row.stored().tokens_sealed
    assert keys.rotate(row.database, Vault("new", "another")) == (0, 1)
    assert row.stored().tokens_sealed == sealed


def test_a_pair_that_is_renewed_while_it_is_rotated_is_left_alone(
    row: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault, own = Vault("new", SEALED_WITH), Vault.seal

    def seal(self: Vault, *pair: object) -> str:
        sealed = own(self, *pair)  # pyright: ignore[reportArgumentType]
        row.grant()  # somebody connects again at this very moment
        return sealed

    monkeypatch.setattr("tests.quickbooks.test_auth.VAULT", Vault(SEALED_WITH))
    monkeypatch.setattr(vault, "seal", seal.__get__(vault))
    assert keys.rotate(row.database, vault) == (0, 0)
    assert row.tokens().access_token() == row.pair.access


def test_a_lost_key_costs_a_reconnection_and_nothing_else(row: Row) -> None:
    assert keys.forget_lost(row.database, Vault("another")) == 1
    stored = row.stored()
    assert stored.tokens_sealed is None
    assert stored.status is ConnectionStatus.RECONNECT
    assert "Reconnect" in stored.problem


def test_forgetting_leaves_what_can_be_opened(row: Row) -> None:
    assert keys.forget_lost(row.database, Vault("new", SEALED_WITH)) == 0
    assert row.stored().status is ConnectionStatus.CONNECTED
