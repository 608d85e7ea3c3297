"""What a worker costs at least: RQ's own, with jobs that do nothing.

python -m tests.bench.bare_worker REDIS_URL
"""

from __future__ import annotations

import sys

from redis import Redis
from rq import Queue, SimpleWorker

QUEUE = "bare"


def nothing(_argument: str) -> None:
    """A job."""


def main() -> None:
    """Serve the queue until told to stop."""
    connection = Redis.from_url(sys.argv[1])
    queue = Queue(QUEUE, connection=connection, serializer="json")
    SimpleWorker([queue], connection=connection, serializer="json").work(logging_level="ERROR")


if __name__ == "__main__":
    main()
