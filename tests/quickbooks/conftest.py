from __future__ import annotations

import pytest

from bookipi_app.quickbooks import oauth


@pytest.fixture(autouse=True)
def forget_discovery() -> None:
    """Each test reads the addresses of its own Intuit: a process remembers them for a day."""
    oauth._known.clear()  # pyright: ignore[reportPrivateUsage]
