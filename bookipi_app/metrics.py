"""What is counted: one place for the names, shared by all processes of a run.

Each process counts into files of its own in `PROMETHEUS_MULTIPROC_DIR`, which the launcher makes and empties, and
`/metrics` of the web process adds them up. Without that folder (tests, single commands) a process counts for itself.
docs/operations.md says what each number means and when it should wake somebody.
"""

from __future__ import annotations

import os

from prometheus_client import REGISTRY as OWN_REGISTRY
from prometheus_client import CollectorRegistry, Counter, Histogram, multiprocess

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
LAG = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0)

http_requests = Counter(
    "bookipi_http_requests", "Requests answered, by route and status.", ["method", "route", "code"]
)
http_seconds = Histogram("bookipi_http_request_seconds", "Time to the whole answer.", ["route"], buckets=FAST)
quickbooks_requests = Counter(
    "bookipi_quickbooks_requests", "Requests to QuickBooks, by operation and status.", ["operation", "code"]
)
quickbooks_seconds = Histogram(
    "bookipi_quickbooks_request_seconds", "Time of a request to QuickBooks.", ["operation"], buckets=FAST
)
quickbooks_faults = Counter(
    "bookipi_quickbooks_faults", "Failures of QuickBooks, by kind and Intuit's code.", ["kind", "code"]
)
quickbooks_throttled = Counter(
    "bookipi_quickbooks_throttled", "Answers 429, or the same said in another way."
)
token_refreshes = Counter(
    "bookipi_token_refreshes", "Renewals of a token pair, by how they ended.", ["outcome"]
)
webhook_deliveries = Counter(
    "bookipi_webhook_deliveries", "Deliveries at the webhook address, by what became of them.", ["outcome"]
)
webhook_events = Counter(
    "bookipi_webhook_events", "Events of signed deliveries: taken or ignored.", ["outcome"]
)
out_seconds = Histogram(
    "bookipi_save_to_quickbooks_seconds", "From a person's save to QuickBooks' answer.", buckets=LAG
)
in_seconds = Histogram(
    "bookipi_quickbooks_to_here_seconds", "From a change in QuickBooks to its arrival here.", buckets=LAG
)


def collected() -> CollectorRegistry:
    """Everything that the processes of this run have counted."""
    if FOLDER not in os.environ:
        return OWN_REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return registry
