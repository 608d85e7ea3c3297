"""The scan for secrets, the audits and the look at shipped compose files find what they are for; the tree is clean."""

from __future__ import annotations

import json
import random
import string

import pytest

from bookipi_app.frontend import PROJECT
from tests.check_audit import of_npm_audit, of_pip_audit
from tests.check_secrets import in_tree, is_repository, secrets_in
from tests.compose import open_redis, shipped

CHANCE = random.Random(7)
LETTERS = string.ascii_letters + string.digits


def random_text(length: int, letters: str = LETTERS) -> str:
    """Made at run time: a sample in this file would be found by the scan."""
    return "".join(CHANCE.choices(letters, k=length))


SAMPLES = {
    "private key": "-----BEGIN " + "RSA PRIVATE KEY-----",
    "AWS key": "AKIA" + random_text(16, string.ascii_uppercase),
    "GitHub token": "ghp_" + random_text(36),
    "Slack token": "xoxb-" + random_text(24),
    "Google key": "AIza" + random_text(35),
    "Stripe key": "sk_live_" + random_text(24),
    "PyPI token": "pypi-" + random_text(70),
    "signed token": f"eyJ{random_text(20)}.eyJ{random_text(20)}.{random_text(30)}",
    "Intuit key": "AB" + random_text(48),
    "secret value": f'CLIENT_SECRET = "{string.digits}{string.ascii_lowercase[10:]}-_+/x"',
}
ORDINARY = [
    'PASSWORD = "a long enough secret"',
    'secret_key = read("BOOKIPI_SECRET_KEY")',
    "token = secrets.token_urlsafe(32)",
    'TOKEN_PATH = "/oauth2/v1/tokens/bearer"',
    'quickbooks_client_secret = "practice-secret"',
    'LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"',
]


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_secret_is_known_by_its_form(kind: str) -> None:
    assert kind in set(secrets_in(f"before {SAMPLES[kind]} after"))


@pytest.mark.parametrize("line", ORDINARY)
def test_an_ordinary_line_is_none(line: str) -> None:
    assert list(secrets_in(line)) == []


def test_the_tree_holds_no_secret() -> None:
    if not is_repository():
        pytest.skip("an unpacked archive")
    assert in_tree() == []


def test_a_hole_in_a_python_package_is_told() -> None:
    hole = {"id": "PYSEC-2026-1", "fix_versions": ["2.0"]}
    told = {
        "dependencies": [
            {"name": "a", "version": "1.0", "vulns": [hole]},
            {"name": "b", "version": "1", "vulns": []},
        ]
    }
    assert of_pip_audit(json.dumps(told), "").holes == ["a 1.0: PYSEC-2026-1, fixed in 2.0"]


@pytest.mark.parametrize(
    "out", ["", "Traceback", '{"dependencies": [{"name": "a", "skip_reason": "not found"}]}', "[]"]
)
def test_without_an_answer_about_python_packages_nothing_is_claimed(out: str) -> None:
    audit = of_pip_audit(out, "could not connect")
    assert audit.holes is None
    assert "not checked" in str(audit)


def test_a_serious_hole_in_the_pages_is_told_and_a_small_one_is_not() -> None:
    told = {
        "vulnerabilities": {
            "a": {"severity": "high"},
            "b": {"severity": "low"},
            "c": {"severity": "critical"},
        }
    }
    assert of_npm_audit(json.dumps(told), "").holes == ["a: high", "c: critical"]
    assert of_npm_audit('{"vulnerabilities": {}}', "").holes == []


@pytest.mark.parametrize("out", ["", '{"message": "405 Method Not Allowed", "error": {}}'])
def test_without_an_answer_about_the_pages_nothing_is_claimed(out: str) -> None:
    audit = of_npm_audit(out, "npm error")
    assert audit.holes is None
    assert "does not answer" in str(audit)


OPEN = """
services:
  web:
    image: bookipi
    ports: ["3000:3000"]
  cache:
    image: redis:8
    ports:
      - {port}
    {rest}
"""


@pytest.mark.parametrize(
    "port", ['"6379:6379"', "6379:6379", "0.0.0.0:6379:6379", '"[::]:6379:6379"', "6379"]
)
@pytest.mark.parametrize(
    "rest", ["", "command: redis-server --appendonly yes", 'command: redis-server --requirepass ""']
)
def test_a_redis_that_anybody_reaches_without_a_password_is_found(port: str, rest: str) -> None:
    assert open_redis(OPEN.format(port=port, rest=rest)) == ["cache"]


@pytest.mark.parametrize(
    ("port", "rest"),
    [
        ('"127.0.0.1:6379:6379"', ""),
        ('"[::1]:6379:6379"', ""),
        ("6379:6379", "command: redis-server --requirepass ${REDIS_PASSWORD:?}"),
        ("6379:6379", 'command: ["valkey-server", "--requirepass", "${REDIS_PASSWORD:?}"]'),
    ],
)
def test_one_on_loopback_or_with_a_password_is_not(port: str, rest: str) -> None:
    assert open_redis(OPEN.format(port=port, rest=rest)) == []


def test_one_that_is_not_published_is_not_unless_it_has_the_machines_own_network() -> None:
    assert open_redis("services:\n  cache:\n    image: valkey/valkey:9\n") == []
    assert open_redis("services:\n  cache:\n    image: valkey/valkey:9\n    network_mode: host\n") == [
        "cache"
    ]
    assert open_redis('services:\n  cache:\n    image: valkey/valkey:9\n    ports: ["6379:6379"]\n') == [
        "cache"
    ]


def test_other_services_may_be_published() -> None:
    assert open_redis("services:\n  web:\n    image: bookipi\n    ports:\n      - 3000:3000\n") == []


def test_no_shipped_compose_file_exposes_redis() -> None:
    for file in shipped(PROJECT):
        assert open_redis(file.read_text()) == [], file
