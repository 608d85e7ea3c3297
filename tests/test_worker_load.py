"""What a worker loads: there may be hundreds of them, and a killed one is missed until it has loaded everything."""

from __future__ import annotations

import subprocess
import sys

import pytest

LOAD = "import sys; from bookipi_app import cli; cli.load_job(sys.argv[1]); print(*sys.modules)"


@pytest.mark.parametrize(
    ("queue", "wanted", "unwanted"),
    [("sync", "jobs.sync_connection", ("jobs.send_mail", "PIL", "rich", "click")),
     ("mail", "jobs.send_mail", ("rich", "click", "reflex"))],
)  # fmt: skip
def test_a_worker_loads_its_own_job_and_nothing_for_terminals(
    queue: str, wanted: str, unwanted: tuple[str, ...]
) -> None:
    done = subprocess.run([sys.executable, "-c", LOAD, queue], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert wanted in loaded
    assert not set(unwanted) & set(loaded)
