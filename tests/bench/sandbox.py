"""Creations of invoices a second over HTTP, beside a bare Starlette route that echoes the same JSON.

Both servers run all the time and are loaded in turn by two processes, so that what else the machine does meets both.
The sandbox keeps its state file, and every creation carries a request id, as the app's do. The figure that counts
is the share of the rates; the processor time that each server itself took for a request is printed beside them,
because it moves far less when something else makes the machine busy.
"""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.request import Request, urlopen

from tests.bench.processor import processor_seconds

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
class Load:
    """What one turn of load showed: answers a second, and processor time an answer in microseconds."""

    rate: float
    cost: float


@dataclass(frozen=True, slots=True)
class Target:
    """A server to load."""

    name: str
    pid: int
    port: int
    path: str
    authorization: str = ""

    def load(self, seed: str) -> Load:
        """Loads the server from two processes."""
        before = processor_seconds(self.pid)
        answers = self._answers(seed)
        used = processor_seconds(self.pid) - before
        return Load(answers / _SECONDS, 1_000_000 * used / answers)

    def _answers(self, seed: str) -> int:
        command = [sys.executable, "-m", "tests.bench.load", str(self.port), self.path, str(_SECONDS)]
        loaders: list[subprocess.Popen[bytes]] = []
        for number in range(_LOADERS):
            whole = [*command, f"{seed}-{number}", *([self.authorization] if self.authorization else [])]
            loaders.append(subprocess.Popen(whole, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        for loader in loaders:  # all of them begin before any is waited for
            assert loader.stdin is not None
            loader.stdin.write(json.dumps(INVOICE).encode())
            loader.stdin.close()
        return sum(_answers(loader) for loader in loaders)


def _answers(loader: subprocess.Popen[bytes]) -> int:
    assert loader.stdout is not None
    printed = loader.stdout.read()
    assert loader.wait() == 0, printed
    return int(printed)


def report(rounds: int | None) -> int:
    """Print the rates, how they compare, and what a request costs each server."""
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        targets = [running.enter_context(peer) for peer in (bare(), _sandbox(folder))]
        if find_spec("uvicorn"):
            targets.append(running.enter_context(_under_uvicorn()))
        for target in targets:
            target.load("warm")
        loads = [[target.load(str(number)) for target in targets] for number in range(max(5, rounds or 5))]
    _print_head(f"requests a second, {len(loads)} rounds")
    _print_figures(
        targets, [[load.rate for load in turn] for turn in loads], share=lambda one, bare: one / bare
    )
    _print_head("processor time of the server, us a request")
    _print_figures(
        targets, [[load.cost for load in turn] for turn in loads], share=lambda one, bare: bare / one
    )
    return 0


def _print_figures(
    targets: list[Target], turns: list[list[float]], share: Callable[[float, float], float]
) -> None:
    """A row for each server, and one for the sandbox's share of the first."""
    for target, found in zip(targets, zip(*turns, strict=True), strict=True):
        _print_row(target.name, found, 0)
    _print_row("share of the first, round by round", [share(turn[1], turn[0]) for turn in turns], 2)


def _print_head(title: str) -> None:
    print(f"{title:<44}{'p50':>8}{'least':>8}{'most':>8}")


def _print_row(name: str, found: Sequence[float], places: int) -> None:
    figures = (statistics.median(found), min(found), max(found))
    print(f"{name:<44}" + "".join(f"{figure:>8.{places}f}" for figure in figures))


@contextmanager
def bare() -> Iterator[Target]:
    """A route that echoes, under the server that ours run under."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(port), "--no-ws"]
    with running([*command, "--log-level", "error", "tests.bench.bare:app"], port) as pid:
        yield Target("a Starlette route that echoes JSON", pid, port, "/echo")


@contextmanager
def _under_uvicorn() -> Iterator[Target]:
    """The same route under the server that Starlette's own pages name; to compare, not what counts."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "--port", str(port), "--log-level", "error"]
    with running([*command, "--no-access-log", "tests.bench.bare:app"], port) as pid:
        yield Target("the same route under uvicorn", pid, port, "/echo")


@contextmanager
def _sandbox(folder: Path) -> Iterator[Target]:
    port = free_port()
    command = [sys.executable, "-m", "bookipi_app.cli", "sandbox", "--port", str(port)]
    command += ["--state", str(folder / "state.json"), "--client-id", "bench", "--client-secret", "bench"]
    with running([*command, "--company", "us-automated-tax"], port) as pid:
        [company] = _control(port, "companies")["companies"]
        tokens = _control(port, f"companies/{company['realm']}/grant", {})
        path = f"/v3/company/{company['realm']}/invoice"
        yield Target("an invoice in the sandbox", pid, port, path, f"Bearer {tokens['access_token']}")


def _control(port: int, path: str, body: object = None) -> dict[str, list[dict[str, str]]]:
    sent = None if body is None else json.dumps(body).encode()
    request = Request(f"http://127.0.0.1:{port}/sandbox/{path}", sent, {"content-type": "application/json"})
    with urlopen(request) as answer:
        return json.load(answer)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(command: list[str], port: int) -> Iterator[int]:
    """Runs a server until the block ends; gives its process id."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while process.poll() is None and not _listens(port):
            time.sleep(0.05)
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
