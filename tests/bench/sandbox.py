"""Creations of invoices a second over HTTP, beside a bare Starlette route that echoes the same JSON.

Both servers run all the time and are loaded in turn by two processes, so that what else the machine does meets both.
The sandbox keeps its state file, and every creation carries a request id, as the app's do.
"""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

_SECONDS = 3.0
_LOADERS = 2
_GOODS = {"ItemRef": {"value": "3"}, "Qty": 2, "UnitPrice": 50}
INVOICE = {
    "CustomerRef": {"value": "3"},
    "TxnDate": "2026-11-02",
    "CustomerMemo": {"value": "Thank you for your business."},
    "Line": [
        {
            **{"DetailType": "SalesItemLineDetail", "Description": "Stone wall", "Amount": 100},
            "SalesItemLineDetail": _GOODS,
        }
    ]
    * 2,
}


@dataclass(frozen=True, slots=True)
class Target:
    """A server to load."""

    name: str
    port: int
    path: str
    authorization: str = ""

    def rate(self, seed: str) -> float:
        """Answers a second under the load of two processes."""
        command = [sys.executable, "-m", "tests.bench.load", str(self.port), self.path, str(_SECONDS)]
        loaders: list[subprocess.Popen[bytes]] = []
        for number in range(_LOADERS):
            whole = [*command, f"{seed}-{number}", *([self.authorization] if self.authorization else [])]
            loaders.append(subprocess.Popen(whole, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        for loader in loaders:  # all of them begin before any is waited for
            assert loader.stdin is not None
            loader.stdin.write(json.dumps(INVOICE).encode())
            loader.stdin.close()
        return sum(_answers(loader) for loader in loaders) / _SECONDS


def _answers(loader: subprocess.Popen[bytes]) -> int:
    assert loader.stdout is not None
    printed = loader.stdout.read()
    assert loader.wait() == 0, printed
    return int(printed)


def report(rounds: int | None) -> int:
    """Print both rates and how they compare."""
    with tempfile.TemporaryDirectory() as folder, _bare() as bare, _sandbox(Path(folder)) as sandbox:
        rates: dict[str, list[float]] = {bare.name: [], sandbox.name: []}
        for target in (bare, sandbox):
            target.rate("warm")
        for number in range(max(5, rounds or 5)):
            for target in (bare, sandbox):
                rates[target.name].append(target.rate(str(number)))
    print(
        f"{'requests a second, ' + str(len(rates[bare.name])) + ' rounds':<42}{'p50':>8}{'least':>8}{'most':>8}"
    )
    for name, found in rates.items():
        print(f"{name:<42}{statistics.median(found):>8.0f}{min(found):>8.0f}{max(found):>8.0f}")
    shares = [one / other for one, other in zip(rates[sandbox.name], rates[bare.name], strict=True)]
    print(
        f"{'share, round by round':<42}{statistics.median(shares):>8.2f}{min(shares):>8.2f}{max(shares):>8.2f}"
    )
    return 0


@contextmanager
def _bare() -> Iterator[Target]:
    port = _free_port()
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(port), "--no-ws"]
    with _running([*command, "--log-level", "error", "tests.bench.bare:app"], port):
        yield Target("a Starlette route that echoes JSON", port, "/echo")


@contextmanager
def _sandbox(folder: Path) -> Iterator[Target]:
    port = _free_port()
    command = [sys.executable, "-m", "bookipi_app.cli", "sandbox", "--port", str(port)]
    command += ["--state", str(folder / "state.json"), "--client-id", "bench", "--client-secret", "bench"]
    with _running([*command, "--company", "us-automated-tax"], port):
        [company] = _control(port, "companies")["companies"]
        tokens = _control(port, f"companies/{company['realm']}/grant", {})
        path = f"/v3/company/{company['realm']}/invoice"
        yield Target("an invoice in the sandbox", port, path, f"Bearer {tokens['access_token']}")


def _control(port: int, path: str, body: object = None) -> dict[str, list[dict[str, str]]]:
    sent = None if body is None else json.dumps(body).encode()
    request = Request(f"http://127.0.0.1:{port}/sandbox/{path}", sent, {"content-type": "application/json"})
    with urlopen(request) as answer:
        return json.load(answer)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    """Runs a server until the block ends."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while process.poll() is None and not _listens(port):
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(60)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
