"""Pictures of every page and every state, at three widths, light and dark: `make screenshots`, into `var/screenshots`.

    python -m tests.screenshots [--var FOLDER] [--to FOLDER] [--only dashboard,long-*] [--widths 360] [--list]

The app is started for it and ended afterwards; with `--var` it is the running one whose data is there. A page that
scrolls sideways is said so, and the exit code is then 1.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from playwright.sync_api import expect, sync_playwright

from bookipi_app.db import Database
from bookipi_app.supervisor import state_file
from tests.conftest import BROWSER_ARGUMENTS, PATIENCE, browser_program
from tests.launcher import started
from tests.screenshots.camera import Studio, take
from tests.screenshots.shots import SHOTS, Shot

THREE = "360,768,1280"


def main(arguments: list[str] | None = None) -> int:
    """Take the pictures; 1 if a page scrolls sideways."""
    options = _options(arguments)
    shots = _chosen(options.only)
    if options.list:
        print("\n".join(shots))
        return 0
    program = browser_program()
    if program is None:
        print("Chromium is not installed.", file=sys.stderr)
        return 2
    expect.set_options(timeout=PATIENCE)
    with _app(options.var) as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=BROWSER_ARGUMENTS)
        studio = Studio(browser, app["public_url"], app["sandbox_url"], Database(app["database_url"]))
        wrong = take(studio, shots, options.to, [int(width) for width in options.widths.split(",")])
        browser.close()
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Pictures of every page.")
    parser.add_argument(
        "--var", type=Path, help="the data folder of a running app; without it one is started"
    )
    parser.add_argument("--to", type=Path, default=Path("var/screenshots"))
    parser.add_argument(
        "--only", default="*", help="names of pictures, with commas between and * for any letters"
    )
    parser.add_argument("--widths", default=THREE)
    parser.add_argument("--list", action="store_true", help="only the names")
    return parser.parse_args(arguments)


def _chosen(only: str) -> Mapping[str, Shot]:
    wanted = only.split(",")
    return {name: shot for name, shot in SHOTS.items() if any(fnmatch(name, one) for one in wanted)}


@contextmanager
def _app(var: Path | None) -> Iterator[Mapping[str, Any]]:
    """What a run of the app says of itself."""
    if var is not None:
        yield _same_settings(var, json.loads(state_file(var).read_text()))
        return
    with tempfile.TemporaryDirectory() as folder, started(Path(folder) / "var") as app:
        yield _same_settings(app.var, app.state)


def _same_settings(var: Path, app: Mapping[str, Any]) -> Mapping[str, Any]:
    """This process writes through the services too: to the same Redis, with the same secret."""
    os.environ["BOOKIPI_VAR"] = str(var)
    os.environ["DATABASE_URL"] = app["database_url"]
    os.environ["REDIS_URL"] = app["redis_url"]
    os.environ["PUBLIC_URL"] = app["public_url"]
    return app


if __name__ == "__main__":
    sys.exit(main())
