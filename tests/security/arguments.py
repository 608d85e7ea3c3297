"""What a raw socket passes to a handler, and an HTTP client to a route: arguments by the names of their parameters.

A handler with a parameter that is not known here fails the matrix: whoever adds one says what a stranger would pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import lcm
from typing import Any

from tests.security.registry import Handler, Way

MOST = 24
KINDS = ("customer", "item", "invoice", "customer")
QUESTIONS = (
    "conflict",
    "tax",
    "number",
    "match",
    "totals",
    "double",
    "money",
    "retry",
    "name",
    "number_taken",
)
PATHS = {
    "conflict_state": "/conflicts/customer/{customer}",
    "customer_page": "/customers/{customer}",
    "item_page": "/items/{item}",
    "invoice_page": "/invoices/{invoice}",
    "invoice_editor": "/invoices/{draft}/edit",
    "customers_page": "/customers",
    "items_page": "/items",
    "invoices_page": "/invoices",
    "quick_books_state": "/quickbooks",
    "public_invoice_page": "/i/{key}",
    "sign_state": "/sign-in",
}
# Where one name means different things, by state and then by handler.
NAMES = {
    "invoice_editor": ("customer_id", "number", "po_number", "id"),
    "invoices_page": ("trash", "send", "mark_paid", "sync", "duplicate", "restore", "flag", "customer"),
    "customers_page": ("archive", "sync", "restore", "flag"),
    "items_page": ("archive", "sync", "restore", "flag"),
}


class Unknown(LookupError):
    """A parameter for which nobody said what to pass."""


def arguments(handler: Handler, ids: Mapping[str, str]) -> list[dict[str, Any]]:
    """Calls of a handler that name these records, in every way that its parameters allow."""
    choices = {name: _values(handler, name, ids) for name in handler.parameters}
    count = min(MOST, lcm(*map(len, choices.values())) if choices else 1)
    return [{name: values[turn % len(values)] for name, values in choices.items()} for turn in range(count)]


def path_of(handler: Handler, ids: Mapping[str, str]) -> str:
    """The page on which the handler stands, with these records in its address."""
    return PATHS.get(handler.state, "/dashboard").format(**ids)


def filled(way: Way, ids: Mapping[str, str]) -> str:
    """The address of a route with these records in it."""
    return way.path.format(invoice_id=ids["invoice"], digest=ids["digest"], key=ids["key"])


def form(ids: Mapping[str, str]) -> dict[str, str]:
    """Everything that any form here has, and what none has."""
    return {
        "name": "Planted",
        "title": "Planted",
        "email": "planted@example.com",
        "country": "US",
        "currency": "USD",
        "amount": "1.00",
        "paid_on": "",
        "method": "",
        "price": "1.00",
        "to": "planted@example.com",
        "subject": "Planted",
        "message": "Planted",
        "question": "name",
        "text": "Planted",
        "from": "2026-01-01",
        "until": "2026-12-31",
        "company": ids["company"],
        "company_id": ids["company"],
        "customer_id": ids["customer"],
        "record_id": ids["record"],
        "invoice_id": ids["invoice"],
        "payment": ids["payment"],
        "payment_id": ids["payment"],
        "id": ids["invoice"],
    }


def _values(handler: Handler, name: str, ids: Mapping[str, str]) -> tuple[Any, ...]:
    if name == "name":
        return NAMES[handler.state]
    if name == "text" and handler.state == "invoice_editor":
        return (ids["customer"], ids["item"], "Planted")
    many = {
        "kind": KINDS,
        "record_id": (ids["customer"], ids["item"], ids["invoice"], ids["record"]),
        "local_id": (ids["customer"], ids["item"], ids["invoice"], ids["customer"]),
        "invoice_id": (ids["invoice"], ids["draft"]),
        "item": (ids["item"],),
        "line": (ids["line"], "0"),
        "question": QUESTIONS,
        "answer": ("ours", "theirs", "same", "retry", "new"),
        "side": ("ours", "theirs", "local"),
        "sent": (form(ids),),
        "number": (0, 1),
        "words": ("Planted",),
        "tone": ("ok",),
        "vars": ({"person": ids["company"]},),
        "hashes": ([],),
    }
    plain = {
        "account": "80",
        "candidate": "7",
        "cell": "item_id",
        "company": ids["company"],
        "customer": ids["customer"],
        "goes_to": "line",
        "href": f"/invoices/{ids['invoice']}",
        "key": "total",
        "letter": ids["letter"],
        "meaning": "discount",
        "pair": "1:3",
        "payment": ids["payment"],
        "result": "done",
        "session": ids["session"],
        "text": "Planted",
        "_text": "Planted",
        "unit": "phone",
        "way": "tax",
    }
    if name in many:
        return many[name]
    if name in plain:
        return (plain[name],)
    if handler.parameters[name] == "bool":
        return (True, False)
    raise Unknown(f"{handler.short}({name}): say in tests/security/arguments.py what to pass")
