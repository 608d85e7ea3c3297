"""Put each bug into the copy in this folder, import the app with it, and take it out: `python -m tests.bugs.imports`.

What the app is made of takes seconds to load, twenty times over. It is loaded once, and forked; the app's own modules
are loaded anew in each fork, but for its tables, which can be made only once.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from pathlib import Path

from tests.bugs.seeded import DoesNotApply, apply, bugs

ENTRIES = (
    "bookipi_app.sync.engine",
    "bookipi_app.api.quickbooks_webhook",
    "bookipi_app.services.connections",
)
KEPT = ("bookipi_app", "bookipi_app.models")


def main() -> int:
    """How many there is something to say about, a line each."""
    folder = Path.cwd()
    for name in ENTRIES:
        importlib.import_module(name)
    wrong = 0
    for bug in bugs():
        try:
            apply(bug, folder)
        except DoesNotApply as failure:
            print(failure)
            wrong += 1
            continue
        wrong += _fails(bug.name, folder)
        apply(bug, folder, reverse=True)
    return wrong


def _fails(name: str, folder: Path) -> bool:
    sys.stdout.flush()
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] != 0
    os._exit(_imported(name, folder))


def _imported(name: str, folder: Path) -> int:
    """The exit code of the fork; it never returns to where it came from."""
    try:
        for one in [one for one in sys.modules if one.startswith("bookipi_app.") and not _is_kept(one)]:
            del sys.modules[one]
        found = [importlib.import_module(entry) for entry in ENTRIES]
        if any(not str(one.__file__).startswith(str(folder)) for one in found):
            raise ImportError(f"{found[0].__file__} is not in {folder}")
    except Exception:  # noqa: BLE001  (whatever keeps it from being imported)
        print(f"{name} breaks the app:", traceback.format_exc(limit=-1), flush=True)
        return 1
    print(f"{name} imported", flush=True)
    return 0


def _is_kept(module: str) -> bool:
    return module in KEPT or module.startswith("bookipi_app.models.")


if __name__ == "__main__":
    sys.exit(main())
