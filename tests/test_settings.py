"""What follows from the environment, where it is not written there."""

from __future__ import annotations

import pytest

from bookipi_app.settings import Settings, read_settings

INTUIT = {"INTUIT_CLIENT_ID": "id", "INTUIT_CLIENT_SECRET": "secret", "INTUIT_VERIFIER_TOKEN": "verifier"}


def settings_of(public_url: str, **more: str) -> Settings:
    return read_settings({"PUBLIC_URL": public_url, "BOOKIPI_SECRET_KEY": "k" * 40, **more})


@pytest.mark.parametrize(
    ("public_url", "seconds"),
    [
        ("https://books.example.com", 900),
        ("https://198.41.0.4", 900),
        ("http://localhost:3000", 60),
        ("http://127.0.0.1:3000", 60),
        ("http://[::1]:3000", 60),
        ("https://localhost", 60),
        ("http://books.example.com", 60),  # Intuit sends webhooks to https alone
        ("https://192.168.1.20", 60),
        ("https://10.0.0.5:8443", 60),
        ("https://[fd00::5]", 60),
        ("https://server", 60),
        ("https://books.local", 60),
    ],
)  # fmt: skip
def test_the_change_feed_is_read_each_minute_where_no_webhook_can_arrive(
    public_url: str, seconds: int
) -> None:
    with_keys = settings_of(public_url, **INTUIT)
    assert (with_keys.feed_interval, with_keys.webhooks_can_arrive) == (seconds, seconds == 900)
    assert settings_of(public_url, **INTUIT, FEED_INTERVAL="300").feed_interval == 300
    practice = settings_of(public_url)
    assert (practice.feed_interval, practice.webhooks_can_arrive) == (60, True)
