"""A sandbox as a stranger starts it: the command, a free port, the credentials that it prints."""

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any, Self
from urllib.request import Request, urlopen


@dataclass
class Started:
    """The process of a sandbox and what it said when it was ready."""

    arguments: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "bookipi_app.cli", "sandbox", "--port", "0", *self.arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().split()[-1]
        self.said: dict[str, str] = {}
        while "state" not in self.said:
            name, _, value = self.process.stdout.readline().strip().partition("  ")
            self.said.setdefault(name.strip(), value.strip())
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        assert self.process.wait(30) == 0
        assert self.process.stdout is not None
        self.process.stdout.close()

    @property
    def realm(self) -> str:
        """The first company's."""
        return self.said["company"].split()[0]

    def control(self, path: str, **body: Any) -> dict[str, Any]:
        """An order to the control API."""
        data = json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        with urlopen(Request(f"{self.address}/sandbox/{path}", data, headers)) as answer:
            return json.load(answer)

    def look(self, path: str) -> dict[str, Any]:
        """What the control API shows."""
        with urlopen(f"{self.address}/sandbox/{path}") as answer:
            return json.load(answer)
