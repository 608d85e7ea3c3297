"""Creations of invoices a second in the sandbox's core: no socket, no file."""

from __future__ import annotations

import json
import statistics
import time
from datetime import timedelta

from bookipi_app.sandbox.core import BORN, Request, Sandbox
from tests.bench.sandbox import INVOICE

_REQUESTS = 1000


class Books:
    """A core with one company and a token."""

    def __init__(self) -> None:
        self.sandbox = Sandbox(seed=7, companies=["us-automated-tax"])
        self.now = BORN + timedelta(days=1)
        self.realm = self.sandbox.realms[0]
        self.sandbox.register_app("bench", "bench")
        token = self.sandbox.grant(self.realm, self.now)["access_token"]
        self._headers = {"authorization": f"Bearer {token}", "accept": "application/json"}

    def get(self, path: str) -> bytes:
        """The answer to a GET."""
        return self._answer(Request.to("GET", f"/v3/company/{self.realm}/{path}", self._headers))

    def post(self, path: str, body: bytes) -> bytes:
        """The answer to a POST."""
        return self._answer(Request.to("POST", f"/v3/company/{self.realm}/{path}", self._headers, body))

    def _answer(self, request: Request) -> bytes:
        response = self.sandbox.handle(request, self.now)
        assert response.status == 200, response.body
        return response.body


def report(rounds: int | None) -> int:
    """Print the rate."""
    books, body = Books(), json.dumps(INVOICE).encode()
    rates: list[float] = []
    for number in range(max(5, rounds or 5)):
        begun = time.perf_counter()
        for each in range(_REQUESTS):
            books.post(f"invoice?minorversion=75&requestid={number}-{each}", body)
        books.sandbox.journal()
        rates.append(_REQUESTS / (time.perf_counter() - begun))
    print(f"{'requests a second, ' + str(len(rates)) + ' rounds':<42}{'p50':>8}{'least':>8}{'most':>8}")
    print(
        f"{'an invoice in the core':<42}{statistics.median(rates):>8.0f}{min(rates):>8.0f}{max(rates):>8.0f}"
    )
    return 0
