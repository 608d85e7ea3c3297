"""Section 2: addresses, headers, envelopes, idempotency and faults."""

from tests.sandbox.client import Books
from tests.sandbox.facts.table import fact


@fact("2.1", "every success is 200, creations too, in an envelope with the entity's name and a time")
def _(books: Books) -> None:
    answer = books.ok("POST", "customer", {"DisplayName": "Ada"})
    assert set(answer) == {"Customer", "time"}
    assert answer["time"] == "2026-11-02T09:00:00.000-08:00"
