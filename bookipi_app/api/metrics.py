"""`GET /metrics` for Prometheus: what all processes have counted, and what the database and Redis say at this moment.

For this machine alone, or for who shows METRICS_TOKEN. Where requests come through a proxy on this machine everybody
seems to be on it, so that only the token counts there. To anybody else the address does not exist.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bookipi_app import metrics, pulse, queue
from bookipi_app.clock import system_clock
from bookipi_app.db import reading
from bookipi_app.services import upkeep
from bookipi_app.settings import settings

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


async def scrape(request: Request) -> Response:
    """Everything, in Prometheus' own form."""
    if not _may(request):
        return PlainTextResponse("Not found", 404)
    return Response(await asyncio.to_thread(_everything), media_type=CONTENT_TYPE_LATEST)


def _may(request: Request) -> bool:
    token = settings().metrics_token
    if token:
        shown = request.headers.get("authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(shown.encode(), token.encode())
    proxied = settings().trusted_proxy_hops or any(name in request.headers for name in FORWARDED)
    return not proxied and _is_this_machine(request.client.host if request.client else "")


def _is_this_machine(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _everything() -> bytes:
    moment = CollectorRegistry()
    moment.register(Moment())
    return generate_latest(metrics.collected()) + generate_latest(moment)


class Moment(Collector):
    """What is asked for at each look."""

    def collect(self) -> Iterator[Metric]:
        """Of the database, then of Redis; of one that does not answer only that."""
        yield from _of_database()
        yield from _of_redis()

    def describe(self) -> list[Metric]:
        """Nothing is asked before the first look."""
        return []


def _of_database() -> Iterator[Metric]:
    now = system_clock()
    try:
        with reading() as session:
            pending, states = upkeep.pending(session, now), upkeep.connections(session)
            reads = upkeep.reads_this_month(session, now)
    except SQLAlchemyError:
        yield _gauge("bookipi_database_up", "Whether the database answers.", 0)
        return
    yield _gauge("bookipi_database_up", "Whether the database answers.", 1)
    oldest = pending.oldest.total_seconds() if pending.oldest is not None else 0
    yield _gauge(
        "bookipi_oldest_pending_seconds", "How long the oldest pending record or write waits.", oldest
    )
    yield _gauge("bookipi_pending_records", "Records that are due to be looked at.", pending.records)
    yield _gauge("bookipi_unanswered_writes", "Writes to QuickBooks without a known outcome.", pending.writes)
    yield _labelled("bookipi_connections", "Connections by state.", "state", states)
    yield _labelled("bookipi_quickbooks_reads_month", "Metered reads of this month (UTC).", "purpose", reads)
    expected = upkeep.forecast(sum(reads.values()), now)
    yield _gauge("bookipi_quickbooks_reads_forecast", "What they come to at the month's end.", expected)
    budget = settings().reads_per_month
    yield _gauge("bookipi_quickbooks_reads_budget", "What Intuit's plan allows a month.", budget)


def _of_redis() -> Iterator[Metric]:
    try:
        depths, seen = queue.depths(), pulse.seen()
    except RedisError:
        yield _gauge("bookipi_redis_up", "Whether Redis answers.", 0)
        return
    yield _gauge("bookipi_redis_up", "Whether Redis answers.", 1)
    yield _labelled("bookipi_queue_jobs", "Jobs that wait in a queue.", "queue", depths)
    words = "Seconds since workers and timers gave a sign of life."
    yield _labelled("bookipi_seen_seconds_ago", words, "part", seen)


def _gauge(name: str, words: str, value: float) -> Metric:
    family = GaugeMetricFamily(name, words)
    family.add_metric([], value)
    return family


def _labelled(name: str, words: str, label: str, values: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family


routes = [Route("/metrics", scrape, methods=["GET"])]
