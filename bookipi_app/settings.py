"""Settings: everything the environment may choose, read once, in one place.

With nothing set the app runs on embedded defaults under `var/`: SQLite, its own Redis, its own QuickBooks
sandbox. `bookipi run` starts those and hands their addresses to its children through the same variables, so that no
other code knows whether a server is embedded.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

INTUIT_DISCOVERY = {
    "production": "https://developer.api.intuit.com/.well-known/openid_configuration",
    "sandbox": "https://developer.api.intuit.com/.well-known/openid_sandbox_configuration",
}
INTUIT_API = {
    "production": "https://quickbooks.api.intuit.com",
    "sandbox": "https://sandbox-quickbooks.api.intuit.com",
}
POSTGRES = {"postgres", "postgresql", "postgresql+psycopg"}  # `postgres://` is what many hosts hand out
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


class SettingsError(Exception):
    """A setting that cannot be used; the message is one sentence with the variable's name."""


@dataclass(frozen=True)
class Settings:
    """One process' settings. Durations are seconds."""

    var: Path
    host: str
    port: int
    sandbox_port: int
    public_url: str
    database_url: str
    redis_url: str
    realm_redis_urls: tuple[str, ...]  # where realms are spread over several; else empty
    reflex_redis_url: str | None
    secret_key: str | None  # one, or several with commas between them, the newest first
    development: bool
    quickbooks_client_id: str
    quickbooks_client_secret: str
    quickbooks_discovery_url: str
    quickbooks_api_url: str
    quickbooks_web_url: str
    quickbooks_verifier_token: str
    feed_interval: int
    quickbooks_per_second: int  # requests to one realm, of all processes together
    quickbooks_per_minute: int
    quickbooks_batches_per_minute: int
    own_sandbox: bool  # no Intuit keys: the launcher starts the sandbox. Nothing else may ask
    smtp_url: str | None
    mail_from: str
    trusted_proxy_hops: int
    metrics_token: str | None  # who shows it may read /metrics from anywhere; else only this machine may
    reads_per_month: int  # what Intuit's plan allows the app, of all connections together
    worker_slot: str
    worker_redis: int  # which of `redis_urls` a sync worker serves, from 1
    workers: int

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The newest makes what is sealed or signed from now on; all of them open what was made before."""
        return tuple(filter(None, (one.strip() for one in (self.secret_key or "").split(","))))

    @property
    def redis_urls(self) -> tuple[str, ...]:
        """Every Redis that carries what belongs to connections and realms; see `broker.redis_for`."""
        return self.realm_redis_urls or (self.redis_url,)

    @property
    def worker_redis_url(self) -> str:
        """The one of them that this process' worker serves."""
        return self.redis_urls[self.worker_redis - 1]

    @property
    def redirect_uri(self) -> str:
        """The address Intuit sends the browser back to; registered there, character for character."""
        return f"{self.public_url}/oauth/quickbooks/callback"

    @property
    def secure_cookies(self) -> bool:
        """Cookies are `Secure` (and `__Host-`) where the public address is https."""
        return self.public_url.startswith("https://")

    @property
    def webhooks_can_arrive(self) -> bool:
        """False on a laptop or inside a network, with Intuit keys: Intuit reaches public addresses alone."""
        return self.own_sandbox or _is_public(self.public_url)


def read_settings(environ: dict[str, str] | None = None) -> Settings:
    """The settings of an environment.

    Raises:
        SettingsError: a variable holds something that cannot be used.
    """
    env = dict(os.environ) if environ is None else environ
    var = Path(env.get("BOOKIPI_VAR") or "var").absolute()
    port, sandbox_port = _port(env, "PORT", 3000), _port(env, "SANDBOX_PORT", 8600)
    public_url = (env.get("PUBLIC_URL") or f"http://localhost:{port}").rstrip("/")
    spread = tuple((env.get("REDIS_URLS") or "").replace(",", " ").split())
    return Settings(
        var=var,
        host=env.get("BOOKIPI_HOST") or "127.0.0.1",
        port=port,
        sandbox_port=sandbox_port,
        public_url=_http_url("PUBLIC_URL", public_url),
        database_url=_database_url(env.get("DATABASE_URL") or f"sqlite:///{var / 'bookipi.db'}"),
        redis_url=env.get("REDIS_URL") or env.get("BOOKIPI_EMBEDDED_REDIS_URL") or "redis://127.0.0.1:6379/0",
        realm_redis_urls=spread,
        reflex_redis_url=env.get("REFLEX_REDIS_URL") or None,
        secret_key=env.get("BOOKIPI_SECRET_KEY") or None,
        development=_development(env, public_url),
        **_quickbooks(env, sandbox_port, public_url),
        quickbooks_per_second=_number(env, "QUICKBOOKS_PER_SECOND", 10, 1, 1000),
        quickbooks_per_minute=_number(env, "QUICKBOOKS_PER_MINUTE", 500, 1, 100_000),
        quickbooks_batches_per_minute=_number(env, "QUICKBOOKS_BATCHES_PER_MINUTE", 40, 1, 10_000),
        smtp_url=env.get("SMTP_URL") or None,
        mail_from=env.get("MAIL_FROM") or "Bookipi <no-reply@localhost>",
        trusted_proxy_hops=_number(env, "TRUSTED_PROXY_HOPS", 0, 0, 10),
        metrics_token=env.get("METRICS_TOKEN") or None,
        reads_per_month=_number(env, "QUICKBOOKS_READS_PER_MONTH", 500_000, 1, 10**9),
        worker_slot=env.get("BOOKIPI_WORKER_SLOT") or f"{os.uname().nodename}-0",
        worker_redis=_number(env, "BOOKIPI_WORKER_REDIS", 1, 1, len(spread) or 1),
        workers=_number(env, "WORKERS", 1, 1, 64),
    )


@cache
def settings() -> Settings:
    """The settings of this process."""
    return read_settings()


def _quickbooks(env: dict[str, str], sandbox_port: int, public_url: str) -> dict[str, Any]:
    if "INTUIT_CLIENT_ID" not in env:
        base = f"http://127.0.0.1:{sandbox_port}"
        return {
            "own_sandbox": True,
            "quickbooks_client_id": "bookipi-practice",
            "quickbooks_client_secret": env.get("BOOKIPI_SANDBOX_SECRET") or "practice-secret",
            "quickbooks_discovery_url": f"{base}/.well-known/openid_sandbox_configuration",
            "quickbooks_api_url": base,
            "quickbooks_web_url": base,
            "quickbooks_verifier_token": env.get("BOOKIPI_SANDBOX_VERIFIER") or "practice-verifier",
            "feed_interval": _number(env, "FEED_INTERVAL", 60, 1, 86_400),
        }
    for name in ("INTUIT_CLIENT_SECRET", "INTUIT_VERIFIER_TOKEN"):
        if not env.get(name):
            raise SettingsError(f"INTUIT_CLIENT_ID is set, so {name} is needed too.")
    environment = env.get("INTUIT_ENVIRONMENT") or "sandbox"
    if environment not in INTUIT_API:
        raise SettingsError("INTUIT_ENVIRONMENT is production or sandbox.")
    return {
        "own_sandbox": False,
        "quickbooks_client_id": env["INTUIT_CLIENT_ID"],
        "quickbooks_client_secret": env["INTUIT_CLIENT_SECRET"],
        "quickbooks_discovery_url": INTUIT_DISCOVERY[environment],
        "quickbooks_api_url": INTUIT_API[environment],
        "quickbooks_web_url": "https://app.qbo.intuit.com",
        "quickbooks_verifier_token": env["INTUIT_VERIFIER_TOKEN"],
        "feed_interval": _number(env, "FEED_INTERVAL", 900 if _is_public(public_url) else 60, 1, 86_400),
    }


def _is_public(url: str) -> bool:
    """Whether Intuit may send webhooks there: over https, to an address or a name of the whole Internet."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        known = ip_address(host).is_global
    except ValueError:
        known = "." in host and not host.endswith((".local", ".localhost", ".internal"))
    return parts.scheme == "https" and known


def _development(env: dict[str, str], public_url: str) -> bool:
    chosen = env.get("BOOKIPI_ENV")
    if chosen not in (None, "", "development", "production"):
        raise SettingsError("BOOKIPI_ENV is development or production.")
    return chosen != "production" if chosen else urlsplit(public_url).hostname in LOCAL_HOSTS


def _port(env: dict[str, str], name: str, default: int) -> int:
    return _number(env, name, default, 1, 65_535)


def _number(env: dict[str, str], name: str, default: int, least: int, most: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdecimal() or not least <= int(text) <= most:
        raise SettingsError(f"{name} is a whole number from {least} to {most}, not {text!r}.")
    return int(text)


def _http_url(name: str, text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
        raise SettingsError(f"{name} is an address such as https://books.example.com, without a path.")
    return text


def _database_url(text: str) -> str:
    """A database address as SQLAlchemy names it, with the driver that is installed."""
    if text.startswith("sqlite:///"):
        return text
    scheme, _, rest = text.partition("://")
    if scheme not in POSTGRES or not rest:
        raise SettingsError("DATABASE_URL begins with sqlite:/// or postgresql://.")
    return f"postgresql+psycopg://{rest}"
