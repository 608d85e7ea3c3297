"""Jobs: the only file that knows RQ.

A job is a wake-up with an id in it and nothing else; the database says what there is to do. Losing Redis therefore
loses nothing but time: the timers find what is due. Jobs are plain (never RQ's `unique`, which a killed job would hold
for minutes) and JSON, so that nothing in Redis can become code.
"""

from __future__ import annotations

import logging
from uuid import UUID

from redis import Redis, RedisError
from rq import Queue, SimpleWorker

from bookipi_app import broker
from bookipi_app.settings import settings

log = logging.getLogger(__name__)
SYNC, MAIL = "sync", "mail"
RUN_SECONDS = 60  # a run gives way after this; its job may take twice as long before RQ ends it
JOBS = {SYNC: "jobs.sync_connection.sync_connection", MAIL: "jobs.send_mail.send_mail"}


class Worker(SimpleWorker):
    """A worker that looks for a lost Redis every five seconds instead of backing off to a minute."""

    max_connection_wait_time = 5


def wake(connection_id: UUID) -> None:
    """Ask for a run of a connection. Returns at once and never fails."""
    broker.later(_enqueue, SYNC, str(connection_id))


def send_mail(mail_id: UUID) -> None:
    """Ask for an e-mail to be sent. Returns at once and never fails."""
    broker.later(_enqueue, MAIL, str(mail_id))


def enqueue_now(queue_name: str, argument: str) -> bool:
    """Put a job in a queue, in this thread; False if Redis cannot be reached."""
    return _enqueue(queue_name, argument)


def others_wait(queue_name: str = SYNC) -> bool:
    """True if a job waits: a long run then gives way. False too if Redis cannot be asked."""
    try:
        return Queue(queue_name, connection=broker.client(), serializer="json").count > 0
    except RedisError:
        return False


def reachable() -> bool:
    """True if Redis answers."""
    try:
        return bool(broker.client().ping())
    except RedisError:
        return False


def work(queue_name: str) -> None:
    """Serve one queue until told to stop. One queue each keeps RQ's reliable pop."""
    connection = Redis.from_url(settings().redis_url, socket_connect_timeout=5)
    queue = Queue(queue_name, connection=connection, serializer="json")
    worker = Worker([queue], connection=connection, serializer="json", maintenance_interval=30)
    worker.work(logging_level="WARNING")


def _enqueue(queue_name: str, argument: str) -> bool:
    try:
        queue = Queue(queue_name, connection=broker.client(), serializer="json")
        queue.enqueue(JOBS[queue_name], argument, job_timeout=2 * RUN_SECONDS, result_ttl=0, failure_ttl=3600)
    except RedisError as error:
        log.warning("Redis cannot be reached, the timers will find it: %s", type(error).__name__)
        return False
    return True
