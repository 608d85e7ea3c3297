"""A Postgres server for tests: made in a folder, on loopback, gone afterwards. It needs Debian's package `postgresql`.

python -m tests.postgres ARGUMENTS...    runs pytest with these arguments, on databases of such a server
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.conftest import IN_CI
from tests.launcher import free_ports

NOBODY_WAITS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")  # it dies with the tests
MISSING = "Postgres is not installed: what runs on it is left out."


def programs() -> Path | None:
    """The folder of the server's programs, of the newest version there is."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: float(one.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


class Server:
    """A server that can be stopped, killed and started again on the same data."""

    def __init__(self, folder: Path, durable: bool = False) -> None:
        found = programs()
        if found is None:
            raise FileNotFoundError(MISSING)
        self._programs, self.folder, self._durable = found, folder, durable
        (self.port,) = free_ports(1)
        if os.getuid() == 0:  # the server refuses to run as root
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        self._call("initdb", "-D", str(self._data), "-A", "trust", "-U", "bookipi", "--no-sync")

    @property
    def url(self) -> str:
        """Its first database, as DATABASE_URL takes it."""
        return f"postgresql://bookipi@127.0.0.1:{self.port}/postgres"

    @property
    def pid(self) -> int:
        """The server's own process."""
        return int((self._data / "postmaster.pid").read_text().splitlines()[0])

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        """Start, and wait until it answers."""
        chosen = ("listen_addresses=127.0.0.1", f"port={self.port}", f"unix_socket_directories={self.folder}")
        options = " ".join(f"-c {one}" for one in (*chosen, *(() if self._durable else NOBODY_WAITS)))
        self._control("start", "-w", "-l", str(self.folder / "log"), "-o", options)

    def stop(self, how: str = "fast") -> None:
        """`fast` ends its connections; `immediate` is what a power cut does."""
        self._control("stop", "-w", "-m", how)

    def _control(self, *arguments: str) -> None:
        self._call("pg_ctl", "-D", str(self._data), *arguments)

    def _call(self, program: str, *arguments: str) -> None:
        whose: dict[str, Any] = {"user": "postgres"} if os.getuid() == 0 else {}
        command = [str(self._programs / program), *arguments]
        done = subprocess.run(
            command, **whose, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
        )
        assert done.returncode == 0, done.stderr.decode()


@contextmanager
def serving(folder: Path, durable: bool = False) -> Iterator[Server]:
    """A running server with its data in a folder, which is made."""
    with _its_folder(folder) as place:
        server = Server(place, durable)
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")


@contextmanager
def _its_folder(folder: Path) -> Iterator[Path]:
    """The folder; for root another one: the server then runs as somebody who may not enter what is root's alone."""
    if os.getuid() != 0:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="bookipi-postgres-", dir="/tmp") as place:
        yield Path(place)


def main() -> int:
    """Run pytest on Postgres."""
    if programs() is None:
        print(MISSING)
        return 1 if IN_CI else 0
    command = [sys.executable, "-m", "pytest", *sys.argv[1:]]
    with (
        tempfile.TemporaryDirectory(prefix="bookipi-postgres-", dir="/tmp") as folder,
        serving(Path(folder)) as server,
    ):
        environment = {**os.environ, "TEST_DATABASE_URL": server.url}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
