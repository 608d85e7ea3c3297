"""Lighthouse itself: the npm package at a fixed version, kept in `var/`, run by the Node that the build uses."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bookipi_app.frontend import PROJECT

VERSION = "13.5.0"
HOME = PROJECT / "var" / f"lighthouse-{VERSION}"
PROGRAM = HOME / "node_modules" / "lighthouse" / "cli" / "index.js"
CATEGORIES = ("performance", "accessibility", "best-practices")
SECONDS = 180


class LighthouseFailed(Exception):
    """It could not be fetched, or gave no figures; the message holds its last words."""


def fetch() -> None:
    """Install it unless that is done: a minute, and only the first time.

    Raises:
        LighthouseFailed: npm could not.
    """
    if PROGRAM.exists():
        return
    unfinished = HOME.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    # A lock file of its own, or npm would look for a project further up.
    (unfinished / "package.json").write_text("{}")
    command = [_tool("npm"), "install", "--prefix", str(unfinished), "--no-audit", "--no-fund"]
    _run([*command, "--ignore-scripts", "--save-exact", f"lighthouse@{VERSION}"], 600)
    unfinished.rename(HOME)


def run(address: str, port: int, *, slow: bool = False) -> dict[str, Any]:
    """Its whole report on a page, in a new tab of the browser that listens on this port, with its cookies.

    `slow` is Lighthouse's own default, a mid-range phone on slow 4G; otherwise its desktop preset.

    Raises:
        LighthouseFailed: no report, or one that says that the page could not be measured.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.json"
        command = [_tool("node"), str(PROGRAM), address, f"--port={port}", "--output=json"]
        command += [f"--output-path={file}", "--quiet", f"--only-categories={','.join(CATEGORIES)}"]
        _run([*command, *([] if slow else ["--preset=desktop"])], SECONDS)
        report = json.loads(file.read_text())
    if "runtimeError" in report:
        raise LighthouseFailed(f"{address}: {report['runtimeError']['message']}")
    if (led_to := report["finalDisplayedUrl"]) != address:
        raise LighthouseFailed(f"{address} led to {led_to}")
    return report


def _run(command: list[str], seconds: float) -> None:
    done = subprocess.run(
        command,
        env={**os.environ, "PATH": _path(), "CI": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=seconds,
        check=False,
    )
    if done.returncode != 0:
        raise LighthouseFailed("\n".join((done.stdout + done.stderr).strip().splitlines()[-20:]))


def _tool(name: str) -> str:
    found = shutil.which(name, path=_path())
    if found is None:
        raise LighthouseFailed(f"{name} is not in the environment.")
    return found


def _path() -> str:
    """The environment's own Node first, as the build does."""
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
