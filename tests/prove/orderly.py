"""An end that leaves nothing behind, however it comes but by `kill -9`."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ends_orderly() -> Iterator[None]:
    """Within, to be terminated is as good as Ctrl-C: what was started is stopped, and no folder stays."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
