"""Payment terms: the names offered, and the due date that follows from one."""

from __future__ import annotations

from datetime import date, timedelta

DUE_ON_RECEIPT = "Due on receipt"
CUSTOM = "Custom"  # a due date chosen by hand; stored as no name at all
TERMS = {DUE_ON_RECEIPT: 0, "Net 15": 15, "Net 30": 30, "Net 60": 60}
CHOICES = (*TERMS, CUSTOM)


def due_date(terms_name: str, issued: date, chosen: date) -> date:
    """The due date under these terms; `chosen` where the name says nothing about days."""
    days = TERMS.get(terms_name)
    return chosen if days is None else issued + timedelta(days=days)
