"""The build that this web process serves; there is none while Reflex compiles or tests import the app."""

from __future__ import annotations

import json
import os
from pathlib import Path

from bookipi_app.frontend import HASHES, PAGES, WORKSHOP


def served_pages() -> Path:
    """The folder of the built pages."""
    return _build() / PAGES


def csp_script_hashes() -> tuple[str, ...]:
    """The CSP sources of their inline scripts."""
    file = _build() / HASHES
    return tuple(json.loads(file.read_text())) if file.exists() else ()


def _build() -> Path:
    return Path(os.environ.get("REFLEX_WEB_WORKDIR", WORKSHOP))
