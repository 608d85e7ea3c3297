"""docs/sandbox.md says what is so: its commands run, its tables are the program's."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from bookipi_app.sandbox.meanings import MEANINGS, switch_table
from bookipi_app.sandbox.presets import PRESETS
from bookipi_app.sandbox.switches import Switches
from tests.contract.place import KEYS
from tests.contract.running import Started

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text()
WRITTEN_ADDRESS = "http://127.0.0.1:8600"


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def _run(command: list[str], text: str, started: Started, folder: Path) -> str:
    """What a block prints, run where this sandbox listens."""
    here = {**os.environ, "NO_PROXY": "127.0.0.1", "PYTHONWARNINGS": "ignore"}
    command = [*command, text.replace(WRITTEN_ADDRESS, started.address)]
    run = subprocess.run(
        command, cwd=folder, env=here, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert '{"Fault"' not in run.stdout
    assert '"error"' not in run.stdout
    return run.stdout


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_commands_of_the_page(tmp_path: Path):
    with Started() as started:
        printed = _run(["sh", "-euc"], "\n".join(_blocks("sh")), started, tmp_path)
        assert '"TotalAmt":120' in printed
        assert '"totalCount":1' in printed
        assert started.look("switches")["refresh_rotation"] == "every"
        assert started.look("faults")["faults"] == []


def test_the_python_of_the_page(tmp_path: Path):
    with Started() as started:
        [block] = _blocks("python")
        number, total = _run([sys.executable, "-c"], block, started, tmp_path).split()
        assert number
        assert float(total) == 60
        assert [commit["entity"] for commit in started.look("commits")["commits"]] == ["Customer", "Invoice"]


def test_every_switch_has_a_meaning():
    explained = [name for meanings in MEANINGS.values() for name, says in meanings.items() if says]
    assert sorted(explained) == sorted(entry.name for entry in fields(Switches)), "meanings.py says each once"


def test_the_page_lists_the_switches():
    assert switch_table() in PAGE, "put what `bookipi sandbox --switches` prints into docs/sandbox.md"


def test_the_page_lists_the_presets():
    rows = "\n".join(f"| `{preset.name}` | {preset.about} |" for preset in PRESETS)
    assert f"|---|---|\n{rows}\n\n" in PAGE


def test_the_page_names_the_keys_for_intuit():
    assert all(f"`{key}`" in PAGE for key in KEYS)
