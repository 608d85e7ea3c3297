"""The server as a process of its own: from the log-in form to a webhook, a kill, and a restart."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bookipi_app.sandbox.oauth import ACCOUNTING_SCOPE
from bookipi_app.sandbox.webhooks import signature
from tests.sandbox.client import line

VERIFIER = "verifier"


class Receiver:
    """Takes webhooks on a free port."""

    def __init__(self) -> None:
        got: Queue[tuple[dict[str, str], bytes]] = Queue()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()
                got.put(({name.lower(): value for name, value in self.headers.items()}, body))

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it
                pass

        self.got = got
        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.server.shutdown()


class Running:
    """A sandbox process on a free port."""

    def __init__(self, state: Path, hook: str) -> None:
        self.callback = "http://127.0.0.1:9/callback"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "bookipi_app.sandbox.command",
            "--port",
            str(self.port),
            "--state",
            str(state),
        ]
        command += ["--client-id", "id", "--client-secret", "secret", "--redirect-uri", self.callback]
        command += ["--webhook-url", hook, "--verifier-token", VERIFIER, "--webhook-delay", "0"]
        command += ["--disconnect-url", "http://127.0.0.1:9/off"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert "http://127.0.0.1" in self.process.stdout.readline()
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30, trust_env=False)

    def end(self, how: signal.Signals) -> int:
        self.http.close()
        if self.process.poll() is None:
            os.kill(self.process.pid, how)
        return self.process.wait(30)

    def connect(self) -> tuple[str, dict[str, str]]:
        """Through the pages: log-in, consent, code, tokens."""
        endpoints = self.http.get("/.well-known/openid_sandbox_configuration/").json()
        asked = {"client_id": "id", "redirect_uri": self.callback, "response_type": "code"}
        asked |= {"scope": ACCOUNTING_SCOPE, "state": "s"}
        assert "Sign in" in self.http.get(endpoints["authorization_endpoint"], params=asked).text
        self.http.post("/login", data={"email": "joan@whitakerbooks.com", "password": "x", "next": "/"})
        realm = self.http.get("/sandbox/companies").json()["companies"][0]["realm"]
        answer = self.http.post("/connect/oauth2", data={**asked, "realm": realm, "decision": "allow"})
        back = parse_qs(urlsplit(answer.headers["location"]).query)
        form = {"grant_type": "authorization_code", "code": back["code"][0], "redirect_uri": self.callback}
        tokens = self.http.post(endpoints["token_endpoint"], data=form, auth=("id", "secret")).json()
        return realm, {"authorization": f"Bearer {tokens['access_token']}", "accept": "application/json"}


def test_from_log_in_to_webhook_and_over_a_kill(tmp_path: Path, receiver: Receiver):
    state = tmp_path / "state.json"
    server = Running(state, receiver.url)
    try:
        realm, headers = server.connect()
        [app] = server.http.get("/sandbox/apps").json()["apps"]
        assert app["disconnect_url"] == "http://127.0.0.1:9/off"
        url = f"/v3/company/{realm}/invoice"
        body = {"CustomerRef": {"value": "1"}, "Line": [line(10)]}
        made = server.http.post(url, params={"requestid": "r"}, json=body, headers=headers).json()["Invoice"]
        sent, raw = receiver.got.get(timeout=30)
        assert sent["intuit-signature"] == signature(VERIFIER, raw)
        assert json.loads(raw)[0]["intuitentityid"] == made["Id"]
        server.http.post(
            "/sandbox/faults", json={"kind": "drop", "when": "after", "count": 1, "route": "/invoice"}
        )
        with pytest.raises(httpx.TransportError):
            server.http.post(url, params={"requestid": "lost"}, json=body, headers=headers)
    finally:
        server.end(signal.SIGKILL)
    server = Running(state, receiver.url)
    try:
        assert server.http.get(f"{url}/{made['Id']}", headers=headers).json()["Invoice"] == made
        lost = server.http.post(url, params={"requestid": "lost"}, json=body, headers=headers).json()[
            "Invoice"
        ]
        assert int(lost["Id"]) == int(made["Id"]) + 1
        assert server.http.post(url, json=body, headers=headers).json()["Invoice"]["Id"] == str(
            int(lost["Id"]) + 1
        )
    finally:
        code = server.end(signal.SIGTERM)
    assert code == 0


def test_wire_chunks_pipelines_and_nonsense(tmp_path: Path, receiver: Receiver):
    server = Running(tmp_path / "state.json", receiver.url)
    try:
        chunks = b"POST /sandbox/switches HTTP/1.1\r\nContent-Type: application/json\r\n"
        chunks += b"Transfer-Encoding: chunked\r\n\r\n"
        chunks += b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
        twice = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n"
        assert b"refresh_rotation" in exchange(server.port, chunks + twice)
        assert exchange(server.port, twice).count(b"200 OK") == 2
        assert b" 400 " in exchange(server.port, b"nonsense\r\n\r\n")
        assert b" 400 " in exchange(server.port, b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n")
        assert b" 431 " in exchange(server.port, b"GET / HTTP/1.1\r\nA: " + b"x" * 70_000)
    finally:
        server.end(signal.SIGTERM)


def exchange(port: int, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(sent)
        received = b""
        while part := connection.recv(65536):
            received += part
        return received


def test_a_taken_port_is_one_sentence(receiver: Receiver):
    port = receiver.server.server_port
    command = [sys.executable, "-m", "bookipi_app.sandbox.command", "--port", str(port)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (1, f"Port {port} is taken; choose another with --port.\n")
