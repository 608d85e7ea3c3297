"""Where this app may call: Intuit's own addresses, or the sandbox that the launcher itself starts; nothing else."""

from __future__ import annotations

import pytest

from bookipi_app.settings import INTUIT_API, INTUIT_DISCOVERY, SettingsError, read_settings

KEYS = {"INTUIT_CLIENT_ID": "id", "INTUIT_CLIENT_SECRET": "secret", "INTUIT_VERIFIER_TOKEN": "verifier"}


@pytest.mark.parametrize(
    "address", ["http://169.254.169.254", "http://localhost:6379", "file:///etc/passwd", "evil.example"]
)
def test_bad_input_70_refused_no_setting_names_another_host(address: str) -> None:
    """There is no such setting; the one that chooses among Intuit's hosts takes their names alone."""
    names = ("QUICKBOOKS_API_URL", "QUICKBOOKS_DISCOVERY_URL", "INTUIT_API_URL", "QUICKBOOKS_WEB_URL")
    chosen = read_settings({**KEYS, **dict.fromkeys(names, address)})
    assert chosen.quickbooks_api_url in INTUIT_API.values()
    assert chosen.quickbooks_discovery_url in INTUIT_DISCOVERY.values()
    with pytest.raises(SettingsError, match="INTUIT_ENVIRONMENT"):
        read_settings({**KEYS, "INTUIT_ENVIRONMENT": address})


def test_bad_input_70_accepted_intuit_and_the_own_sandbox() -> None:
    assert read_settings(KEYS).quickbooks_api_url == INTUIT_API["sandbox"]
    assert (
        read_settings({**KEYS, "INTUIT_ENVIRONMENT": "production"}).quickbooks_api_url
        == INTUIT_API["production"]
    )
    own = read_settings({"SANDBOX_PORT": "8601"})
    assert (own.own_sandbox, own.quickbooks_api_url) == (True, "http://127.0.0.1:8601")
    for address in (*INTUIT_API.values(), *INTUIT_DISCOVERY.values()):
        assert address.startswith("https://")
        assert ".intuit.com/" in f"{address}/"
