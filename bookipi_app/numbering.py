"""The series of a company's invoice numbers."""

from __future__ import annotations

LONGEST = 21  # QuickBooks' DocNumber


def in_series(prefix: str, first: int, count: int) -> list[str]:
    """So many numbers from `first` on, as they are printed."""
    return [f"{prefix}{number}"[-LONGEST:] for number in range(first, first + count)]
