"""compose.yaml starts commands that there are, with settings that can be read, and publishes its front alone."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

import pytest
import yaml

from bookipi_app import cli
from bookipi_app.frontend import PROJECT
from bookipi_app.settings import read_settings
from tests.compose import open_redis

TEXT = (PROJECT / "compose.yaml").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
OURS = {name: one for name, one in SERVICES.items() if str(one["image"]).startswith("bookipi")}
FRONT = (PROJECT / "deploy" / "Caddyfile").read_text()
VARIABLE = re.compile(r"\$\{(\w+)(?::([?-])([^}]*))?\}")
SECRETS = ("PASSWORD", "SECRET", "TOKEN")


def filled(text: str) -> str:
    """With every variable as somebody might set it."""
    return VARIABLE.sub(lambda one: one[3] if one[2] == "-" else f"x-{one[1].lower()}.example.com", text)


def environment_of(name: str) -> dict[str, str]:
    environment: dict[str, str] = OURS[name]["environment"]
    return {key: filled(value) for key, value in environment.items()}


def options_of(name: str) -> Any:
    program, *arguments = [filled(word) for word in OURS[name]["command"]]
    assert program == "bookipi"
    return cli._parser().parse_args(arguments)


def of_kind(*words: str) -> list[str]:
    return [name for name, one in OURS.items() if one["command"][1 : 1 + len(words)] == list(words)]


@pytest.mark.parametrize("name", OURS)
def test_every_command_is_one_of_ours(name: str) -> None:
    assert callable(options_of(name).command)


def test_everything_that_makes_the_app_is_there() -> None:
    assert of_kind("web") == ["web-1", "web-2"]
    assert of_kind("webhooks") == ["webhooks"]
    assert of_kind("timers") == ["timers"]
    assert of_kind("migrate") == ["migrate"]
    workers = [options_of(name) for name in of_kind("worker")]
    assert [one.queue for one in workers] == ["sync"] * 4 + ["mail"]
    assert len({one.slot for one in workers}) == len(workers), (
        "two workers of one name end each other's leases"
    )


def test_the_front_alone_is_published() -> None:
    assert [name for name, one in SERVICES.items() if "ports" in one or "network_mode" in one] == ["front"]
    assert open_redis(TEXT) == []


def test_database_and_redis_are_in_networks_without_a_way_out() -> None:
    networks = yaml.safe_load(TEXT)["networks"]
    for name in ("database", "redis", "pages-redis"):
        assert all(networks[one]["internal"] for one in SERVICES[name]["networks"]), name
    # Reflex pickles what it keeps there: who can write to it can run code in a web process.
    assert [name for name, one in SERVICES.items() if "pages" in one["networks"]] == [
        "pages-redis",
        "web-1",
        "web-2",
    ]


def test_every_redis_asks_for_a_password() -> None:
    found = [one["command"] for one in SERVICES.values() if "valkey" in one["image"]]
    assert len(found) == 2
    for command in found:
        password = command[command.index("--requirepass") + 1]
        assert re.fullmatch(r"\$\{\w+PASSWORD:\?\}", password)
    assert len({command[2] for command in found}) == 2


def test_no_secret_has_a_value_or_a_default_here() -> None:
    for line in TEXT.splitlines():
        name, _, value = line.strip().partition(": ")
        if any(word in name for word in SECRETS) and value:
            assert re.search(r"\$\{\w+:\?", value), line
    for one in VARIABLE.finditer(TEXT):
        assert one[2] == "?" or not any(word in one[1] for word in SECRETS), one[0]


@pytest.mark.parametrize("name", OURS)
def test_settings_can_be_read_and_are_those_of_production(name: str) -> None:
    chosen = read_settings(environment_of(name))
    assert not chosen.development
    assert chosen.secure_cookies
    assert chosen.trusted_proxy_hops == 1
    assert chosen.database_url.startswith("postgresql+psycopg://bookipi:")
    assert not chosen.own_sandbox
    assert bool(chosen.secret_keys) is (name != "webhooks")
    assert bool(chosen.reflex_redis_url) is name.startswith("web-")


def test_every_setting_is_one_that_the_app_reads() -> None:
    read = (PROJECT / "bookipi_app" / "settings.py").read_text()
    given = {key for name in OURS for key in environment_of(name)}
    assert [key for key in sorted(given) if f'"{key}"' not in read] == []
    assert len(fields(read_settings({}))) > len(given)


def led() -> list[tuple[str, list[str], str]]:
    """Each path that the front leads on, to where, and how."""
    pattern = r"handle (/\S+ )?\{\s+reverse_proxy ([^{]+) \{\n(.*?)^\t\t\}"
    found = re.findall(pattern, FRONT, re.MULTILINE | re.DOTALL)
    return [(path.strip(), where.split(), how) for path, where, how in found]


def test_who_watches_is_answered_while_no_web_process_is_fit_for_pages() -> None:
    # Where the front itself looks whether a process is well, it answers for those that are not, and late.
    assert {path: "health_uri" in how for path, _, how in led()} == {
        "/webhooks/*": False,
        "/healthz": False,
        "": True,
    }


def test_the_front_sees_a_file_that_was_replaced() -> None:
    # A container that was given a single file keeps the one that it began with: the folder shows the new one.
    given = [one.split(":")[0] for one in SERVICES["front"]["volumes"] if one.startswith("./")]
    assert given == ["./deploy"]
    assert (PROJECT / given[0] / "Caddyfile").is_file()


def test_postgres_is_never_the_first_process_of_its_container() -> None:
    # As such it takes every orphan for one of its own, and restarts when one is killed.
    assert SERVICES["database"]["init"] is True


def test_the_front_leads_webhooks_to_their_own_process_and_pages_to_every_web() -> None:
    webs = [f"{name}:3000" for name in of_kind("web")]
    assert [(path, where) for path, where, _ in led()] == [
        ("/webhooks/*", ["webhooks:3000"]),
        ("/healthz", webs),
        ("", webs),
    ]
    assert options_of("webhooks").port == 3000
    assert "lb_policy cookie" in FRONT
    given = {*SERVICES["front"]["environment"]}
    assert set(re.findall(r"\{\$(\w+)\}", FRONT)) == given


def test_the_image_is_built_with_the_pages_and_serves_as_somebody_without_rights() -> None:
    steps = (PROJECT / "Dockerfile").read_text()
    assert re.search(
        r"^USER bookipi\n(#.*\n)?RUN bookipi build && rm -rf \.web ~/\.npm$", steps, re.MULTILINE
    )
    assert "--constraint constraints.txt" in steps
    ignored = (PROJECT / ".dockerignore").read_text().split()
    assert {".env", "var", ".git"} <= set(ignored)
    assert ".env" in (PROJECT / ".gitignore").read_text().split()
