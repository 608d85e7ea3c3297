"""The floor under every page: a Reflex app with nothing but one sentence, built and served as ours is.

It is a project of its own in `var/`, with the same versions of Reflex and of the npm packages, because they are ours.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError

from bookipi_app import page_server
from bookipi_app.child import dies_with_parent
from bookipi_app.frontend import BUILDS, PROJECT, held_build, make_build, web_environment
from tests.launcher import free_ports, run_environment, wait_for

HOME = PROJECT / "var" / "empty-page"
SECONDS = 60
OURS = (".npmrc", "reflex.lock/package.json", "reflex.lock/package-lock.json")
OWN = {
    "rxconfig.py": """
import reflex as rx

from bookipi_app.frontend import same_origin_plugin

config = rx.Config(
    app_name="empty",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    backend_host="127.0.0.1",
    state_manager_mode="memory",
    frontend_compression_formats=["gzip"],
    plugins=[rx.plugins.RadixThemesPlugin(theme=rx.theme()), same_origin_plugin()],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
""",
    "empty/__init__.py": "",
    "empty/empty.py": """
import reflex as rx

app = rx.App(html_lang="en")
app.add_page(rx.el.main(rx.el.h1("Nothing is here.")), route="/", title="Empty")
""",
}


@contextmanager
def empty_page() -> Iterator[str]:
    """Its address, while the block runs."""
    with empty_server() as (address, _pid):
        yield address


@contextmanager
def empty_server() -> Iterator[tuple[str, int]]:
    """Its address and its process, while the block runs; built at the first time, which takes a minute."""
    _write()
    make_build(lambda step: print(f"  the empty page: {step}", flush=True), HOME)
    with held_build(HOME) as build:
        assert build is not None
        port = free_ports(1)[0]
        process = subprocess.Popen(
            _command(port),
            cwd=HOME,
            env=run_environment(HOME / "var", web_environment(build)) | {"PYTHONPATH": str(PROJECT)},
            stdin=subprocess.DEVNULL,
            preexec_fn=dies_with_parent(),
        )
        address = f"http://localhost:{port}/"
        try:
            wait_for(lambda: process.poll() is not None or _answers(address), SECONDS, "the empty page")
            yield address, process.pid
        finally:
            process.terminate()
            process.wait(SECONDS)


def _write() -> None:
    """Its files as they stand above, once: a build completes the lock files, which is no reason for another one."""
    wanted = OWN | {name: (PROJECT / name).read_text() for name in OURS}
    written, texts = HOME / "written.json", json.dumps(wanted)
    if written.exists() and written.read_text() == texts:
        return
    shutil.rmtree(HOME / BUILDS, ignore_errors=True)
    for name, text in wanted.items():
        (HOME / name).parent.mkdir(parents=True, exist_ok=True)
        (HOME / name).write_text(text)
    written.write_text(texts)


def _command(port: int) -> list[str]:
    """As `parts.web_part` serves ours."""
    return [sys.executable, "-m", page_server.__name__, "127.0.0.1", str(port), "empty.empty:app"]


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address) as answer:
            return answer.status == 200
    except (URLError, ConnectionError):
        return False
