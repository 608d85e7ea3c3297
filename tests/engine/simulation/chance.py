"""One source of chance for everything that is random in a run, the ids and request ids of the app included."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from bookipi_app import ids
from bookipi_app.quickbooks import auth
from bookipi_app.sync import attempts, batches


@contextmanager
def determined(seed: int, clock: Callable[[], datetime]) -> Iterator[None]:
    """Within, the app's random ids come from the seed and their moments from the run's clock."""
    source = random.Random(f"ids {seed}")
    secrets: Any = SimpleNamespace(
        randbits=source.getrandbits,
        token_hex=lambda size: source.randbytes(size).hex(),
        token_bytes=source.randbytes,
    )
    time: Any = SimpleNamespace(
        time_ns=lambda: int(clock().timestamp() * 1_000_000_000), sleep=lambda _: None
    )
    with (
        patch.object(ids, "secrets", secrets),
        patch.object(ids, "time", time),
        patch.object(auth, "secrets", secrets),
        patch.object(attempts, "secrets", secrets),
        patch.object(batches, "secrets", secrets),
    ):
        yield
