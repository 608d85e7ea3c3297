"""Accessibility by axe-core, the same rules that browsers' own inspectors apply. The script comes with its package."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

SCRIPT = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RUN = "(part) => axe.run(part || document, { resultTypes: ['violations'] }).then((found) => found.violations)"


def violations(page: Page, part: str = "") -> list[str]:
    """What axe finds on a page as it stands, or in a part of it: the rule, its words, and where."""
    page.evaluate(SCRIPT)
    return [_told(one) for one in page.evaluate(RUN, part)]


def _told(violation: dict[str, Any]) -> str:
    places = [f"{node['target'][0]}  {node['html'][:120]}" for node in violation["nodes"][:4]]
    return "\n    ".join([f"{violation['id']}: {violation['help']} ({len(violation['nodes'])})", *places])
