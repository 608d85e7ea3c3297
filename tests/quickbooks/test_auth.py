"""The sealed pair, and that only one process at a time renews it."""

from __future__ import annotations

import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from bookipi_app.ids import new_id
from bookipi_app.models import Company, Connection, ConnectionStatus, User
from bookipi_app.quickbooks import oauth
from bookipi_app.quickbooks.auth import CLAIM, SealBroken, StoredTokens, Vault
from bookipi_app.quickbooks.faults import GrantLost, NotSent, Unknown
from bookipi_app.quickbooks.oauth import TokenPair
from tests.quickbooks.books import START, Books
from tests.stores import new_store

VAULT = Vault("a key for tests, long enough to be one")
TOKEN_PATH = "/oauth2/v1/tokens/bearer"


def _pair(access: str = "access-secret", refresh: str = "refresh-secret") -> TokenPair:
    return TokenPair(access, refresh, START + timedelta(hours=1), START + timedelta(days=100))


def test_lesson_31_bad_input_41_both_a_seal_opens_for_its_own_row_alone_and_never_looks_the_same() -> None:
    company, other = new_id(), new_id()
    sealed = VAULT.seal(_pair(), company, "42")
    assert VAULT.open(sealed, company, "42") == ("access-secret", "refresh-secret")
    assert sealed != VAULT.seal(_pair(), company, "42")
    assert "secret" not in sealed
    assert b"secret" not in urlsafe_b64decode(sealed)
    for wrong in ((other, "42"), (company, "43")):
        with pytest.raises(SealBroken):
            VAULT.open(sealed, *wrong)
    assert "secret" not in repr(_pair())


def test_bad_input_42_refused_a_damaged_or_foreign_seal_does_not_open() -> None:
    company = new_id()
    sealed = VAULT.seal(_pair(), company, "42")
    raw = bytearray(urlsafe_b64decode(sealed))
    for position in (0, 1, 6, 20, len(raw) - 1):
        damaged = bytearray(raw)
        damaged[position] ^= 1
        with pytest.raises(SealBroken):
            VAULT.open(urlsafe_b64encode(bytes(damaged)).decode(), company, "42")
    for text in ("", "x", "%%%", "AAAA"):
        with pytest.raises(SealBroken):
            VAULT.open(text, company, "42")
    with pytest.raises(SealBroken):
        Vault("another key").open(sealed, company, "42")


def test_bad_input_42_accepted_a_changed_key_still_opens_what_the_old_one_sealed() -> None:
    company = new_id()
    old = Vault("old").seal(_pair(), company, "42")
    both = Vault("new", "old")
    assert both.open(old, company, "42")[0] == "access-secret"
    again = both.seal(_pair(), company, "42")
    assert Vault("new").open(again, company, "42")[0] == "access-secret"
    with pytest.raises(SealBroken):
        Vault("old").open(again, company, "42")


class Row:
    """A connection in a real SQLite file whose grant the sandbox knows."""

    def __init__(self, folder: Path, **switches: Any) -> None:
        self.books = Books(**switches)
        self.database = new_store(folder / "tokens.db")
        self.id: UUID
        with self.database.transaction() as session:
            user = User(
                email="a@b.test",
                email_key="a@b.test",
                name="A",
                country="US",
                password_hash="x",
                created_at=START,
            )
            session.add(user)
            session.flush()
            company = Company(user_id=user.id, name="C", country="US", created_at=START)
            session.add(company)
            session.flush()
            row = Connection(
                company_id=company.id, realm_id=self.books.realm, status=ConnectionStatus.CONNECTED,
                first_connected_at=START, connected_at=START,
            )  # fmt: skip
            session.add(row)
            self.id = row.id
        self.grant()

    def grant(self) -> None:
        """Consent anew, as a reconnection does."""
        answer = self.books.sandbox.grant(self.books.realm, self.books.now)
        self.pair = TokenPair(
            str(answer["access_token"]), str(answer["refresh_token"]),
            self.books.now + timedelta(hours=1), self.books.now + timedelta(days=100),
        )  # fmt: skip
        with self.database.transaction() as session:
            row = session.get_one(Connection, self.id)
            row.tokens_sealed = VAULT.seal(self.pair, row.company_id, row.realm_id)
            row.access_expires_at, row.refresh_expires_at = (
                self.pair.access_expires_at,
                self.pair.refresh_expires_at,
            )

    def tokens(self, pause: Callable[[float], None] = lambda _: None) -> StoredTokens:
        return StoredTokens(
            self.id, self.database.transaction, self.books.oauth(), VAULT, self.books.clock, pause
        )

    def stored(self) -> Connection:
        with self.database.reading() as session:
            return session.get_one(Connection, self.id)

    @property
    def renewals(self) -> int:
        return self.books.calls(TOKEN_PATH)


@pytest.fixture
def row(tmp_path: Path) -> Row:
    return Row(tmp_path)


def test_a_living_token_is_used_and_an_ending_one_renewed_before_its_end(row: Row) -> None:
    tokens = row.tokens()
    assert tokens.access_token() == row.pair.access
    assert row.renewals == 0
    row.books.now += timedelta(minutes=59, seconds=30)
    fresh = tokens.access_token()
    assert fresh != row.pair.access
    assert row.renewals == 1
    assert tokens.access_token() == fresh == row.tokens().access_token()
    assert row.renewals == 1
    stored = row.stored()
    assert stored.access_expires_at == row.books.now + timedelta(hours=1)
    assert stored.refresh_claim is None


def test_renewing_for_months_survives_every_rotation(tmp_path: Path) -> None:
    row = Row(tmp_path, refresh_rotation="every")
    for _ in range(5):
        row.books.now += timedelta(days=60)
        assert row.tokens().access_token()
    assert row.renewals == 5


def test_two_workers_that_renew_at_once_make_one_call(tmp_path: Path) -> None:
    """Rotation on every call: a second call with the old token would end the connection."""
    row = Row(tmp_path, refresh_rotation="every")
    both_here = threading.Barrier(2, timeout=20)
    results: list[str] = []

    def pause(_seconds: float) -> None:
        threading.Event().wait(0.01)

    def work() -> None:
        tokens = row.tokens(pause=pause)
        tokens.access_token()
        both_here.wait()
        results.append(tokens.refresh(row.pair.access))

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert len(results) == 2
    assert results[0] == results[1] != row.pair.access
    assert row.renewals == 1


def test_whoever_comes_late_takes_what_another_stored(row: Row) -> None:
    late = row.tokens()
    late.access_token()
    fresh = row.tokens().refresh(row.pair.access)
    assert late.refresh(row.pair.access) == fresh
    assert row.renewals == 1


def test_a_claim_of_a_dead_process_holds_for_a_while_and_no_longer(row: Row) -> None:
    with row.database.transaction() as session:
        held = session.get_one(Connection, row.id)
        held.refresh_claim, held.refresh_claim_until = "gone", row.books.now + CLAIM
    with pytest.raises(NotSent):
        row.tokens().refresh(row.pair.access)
    assert row.renewals == 0
    row.books.now += CLAIM
    assert row.tokens().refresh(row.pair.access) != row.pair.access


def test_the_claim_outlives_whatever_is_asked_under_it(row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has just started reads Intuit's addresses first, which may take as long as the renewal itself."""
    monkeypatch.setattr(oauth, "_known", {})
    order: list[tuple[str, bool]] = []
    answer = row.books.http.send

    def noted(request: httpx.Request, **how: Any) -> httpx.Response:
        order.append((request.url.path.rsplit("/", 1)[1], row.stored().refresh_claim is not None))
        return answer(request, **how)

    monkeypatch.setattr(row.books.http, "send", noted)
    row.tokens().refresh(row.pair.access)
    assert order == [("openid_sandbox_configuration", False), ("bearer", True)]


def test_a_loss_heard_after_the_claim_has_passed_is_not_believed(row: Row) -> None:
    """Whoever was stopped for long between claiming and asking asks with a token that another one has renewed since.

    That one's pair may still be on its way into the row.
    """
    tokens, old = row.tokens(), row.pair.access
    tokens.access_token()

    class Stopped:
        def endpoints(self) -> None:
            return None

        def refresh(self, _refresh_token: str) -> TokenPair:
            with row.database.transaction() as session:
                session.get_one(Connection, row.id).refresh_claim = "another"
            raise GrantLost("gone")

    tokens._oauth = Stopped()  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(NotSent):
        tokens.refresh(old)
    assert row.stored().refresh_claim == "another"


def test_an_unanswered_renewal_keeps_the_old_pair_and_frees_the_claim(row: Row) -> None:
    row.tokens().access_token()
    row.books.oauth().endpoints()
    row.books.sandbox.troubles.order({"kind": "status", "status": 503, "route": "tokens/bearer", "count": 1})
    with pytest.raises(Unknown):
        row.tokens().refresh(row.pair.access)
    stored = row.stored()
    assert stored.refresh_claim is None
    assert stored.tokens_sealed
    assert row.tokens().refresh(row.pair.access) != row.pair.access


def test_a_withdrawn_grant_is_lost_but_wrong_keys_of_ours_are_not(row: Row) -> None:
    row.books.sandbox.world.apps["client"].client_secret = "changed"
    with pytest.raises(Unknown):
        row.tokens().refresh(row.pair.access)
    row.books.sandbox.world.apps["client"].client_secret = "secret"
    row.books.sandbox.revoke(row.books.realm)
    with pytest.raises(GrantLost) as lost:
        row.tokens().refresh(row.pair.access)
    assert "Reconnect" in lost.value.words
    assert row.stored().refresh_claim is None


def test_a_reconnection_during_a_renewal_wins(row: Row) -> None:
    """The person consents again while the old grant's last renewal is on its way."""
    tokens, old = row.tokens(), row.pair.access
    tokens.access_token()
    app = row.books.oauth()

    class Slow:
        def endpoints(self) -> None:
            return None

        def refresh(self, refresh_token: str) -> TokenPair:
            pair = app.refresh(refresh_token)
            row.grant()
            return pair

    tokens._oauth = Slow()  # pyright: ignore[reportAttributeAccessIssue]
    assert tokens.refresh(old) == row.pair.access
    assert row.tokens().access_token() == row.pair.access


def test_a_reconnection_during_a_renewal_that_is_refused_wins_too(row: Row) -> None:
    """The old grant had ended, which is no news of the new one."""
    tokens, old = row.tokens(), row.pair.access
    tokens.access_token()

    class Refused:
        def endpoints(self) -> None:
            return None

        def refresh(self, _refresh_token: str) -> TokenPair:
            row.grant()
            raise GrantLost("It has ended.")

    tokens._oauth = Refused()  # pyright: ignore[reportAttributeAccessIssue]
    assert tokens.refresh(old) == row.pair.access != old
    assert row.tokens().access_token() == row.pair.access


def test_a_renewal_that_says_nothing_of_the_grants_own_end_leaves_it_as_it_was_told(row: Row) -> None:
    tokens, oauth, end = row.tokens(), row.books.oauth(), row.books.now + timedelta(days=1000)
    with row.database.transaction() as session:
        session.get_one(Connection, row.id).grant_expires_at = end

    class Silent:
        def endpoints(self) -> None:
            return None

        def refresh(self, refresh_token: str) -> TokenPair:
            return replace(oauth.refresh(refresh_token), grant_expires_at=None)

    tokens._oauth = Silent()  # pyright: ignore[reportAttributeAccessIssue]
    assert tokens.refresh(row.pair.access) != row.pair.access
    assert row.stored().grant_expires_at == end


def test_revoking_ends_the_grant_and_revoking_again_is_as_good(row: Row) -> None:
    row.tokens().revoke()
    assert row.books.sandbox.world.grants["client", row.books.realm].revoked
    row.tokens().revoke()
    with row.database.transaction() as session:
        session.get_one(Connection, row.id).tokens_sealed = None
    row.tokens().revoke()
    with pytest.raises(GrantLost):
        row.tokens().access_token()


def test_tokens_sealed_with_a_lost_key_ask_for_a_reconnection(row: Row) -> None:
    tokens = StoredTokens(row.id, row.database.transaction, row.books.oauth(), Vault("lost"), row.books.clock)
    with pytest.raises(GrantLost):
        tokens.access_token()
