"""Jobs: the only file that knows RQ.

A job is a wake-up with an id in it and nothing else; the database says what there is to do. Losing Redis therefore
loses nothing but time: the timers find what is due. Jobs are plain (never RQ's `unique`, which a killed job would hold
for minutes) and JSON, so that nothing in Redis can become code.
"""

from __future__ import annotations

import logging
import sys
import threading
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from redis import Redis, RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import DeserializationError, NoSuchJobError, TimeoutFormatError
from rq.job import Job

from bookipi_app import broker, pulse, trace
from bookipi_app.settings import settings

log = logging.getLogger(__name__)
SYNC, MAIL = "sync", "mail"
# What RQ says of a job that is not there, or in which somebody else has written.
NO_JOB = (NoSuchJobError, TimeoutFormatError, AssertionError, ValueError, TypeError)
RUN_SECONDS = 60  # a run gives way after this; its job may take twice as long before RQ ends it
_uncarried: dict[str, str] = {}  # connections whose wake-up waits to be carried, each with the id of the work
_uncarried_lock = threading.Lock()
JOBS = {SYNC: "jobs.sync_connection.sync_connection", MAIL: "jobs.send_mail.send_mail"}


class Worker(SimpleWorker):
    """A worker that looks for a lost Redis every five seconds instead of backing off to a minute."""

    max_connection_wait_time = 5

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Work under the id of whoever asked for it, or a new one."""
        with trace.following(_trace(job)):
            log.info("%s %s", queue.name, _id(job))
            super().execute_job(job, queue)

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """RQ would log the whole traceback and the arguments as one text; what may be written down is for our logs."""
        log.error("a job of %s failed", job.origin, exc_info=exc_info)  # pyright: ignore[reportArgumentType]

    def handle_job_failure(
        self, job: Job, queue: Queue, *rest: Any, exc_string: str = "", **more: Any
    ) -> None:
        """RQ keeps this text in Redis for an hour: the error's type alone, its words may hold a customer's data."""
        kind = sys.exc_info()[0]
        super().handle_job_failure(job, queue, *rest, exc_string=kind.__name__ if kind else "", **more)


def wake(connection_id: UUID) -> None:
    """Ask for a run of a connection. Returns at once and never fails.

    One that still waits to be carried stands for those that follow: its run sees what they were for. So a crowd of
    webhooks is few jobs, and no more wait for a silent Redis than there are connections.
    """
    with _uncarried_lock:
        idle = not _uncarried
        _uncarried.setdefault(str(connection_id), trace.current())
    if idle:
        broker.in_rounds(_carry)


def send_mail(mail_id: UUID) -> None:
    """Ask for an e-mail to be sent. Returns at once and never fails."""
    broker.later(_enqueue, MAIL, str(mail_id), trace.current())


def enqueue_now(queue_name: str, argument: str) -> bool:
    """Put a job in a queue, in this thread; False if Redis cannot be reached."""
    return _enqueue(queue_name, argument, trace.current())


def depths() -> dict[str, int]:
    """How many jobs wait in each queue.

    Raises:
        RedisError: nobody knows.
    """
    waiting = [Queue(SYNC, connection=one, serializer="json").count for one in broker.of_realms()]
    return {SYNC: sum(waiting), MAIL: Queue(MAIL, connection=broker.client(), serializer="json").count}


def others_wait() -> bool:
    """True if a wake-up waits for this worker: what serves nobody in between gives way. False if Redis is silent."""
    try:
        return Queue(SYNC, connection=broker.of_this_worker(), serializer="json").count > 0
    except RedisError:
        return False


@dataclass(frozen=True)
class Waiting:
    """A wake-up that waited: whose, and under which id."""

    connection_id: UUID
    trace: str


def take_waiting() -> Waiting | None:
    """Take the next wake-up off the queue of this worker, which does it at once; None if there is none.

    What makes no sense is passed over: it ends nobody's run. None too if Redis cannot be asked. What is lost on the way
    is found by the timers.
    """
    redis = broker.of_this_worker()
    waiting = Queue(SYNC, connection=redis, serializer="json")
    try:
        # RQ's own way stumbles where there is none.
        while (job_id := cast("bytes | None", redis.lpop(waiting.key))) is not None:
            if taken := _taken(redis, job_id.decode(errors="replace")):
                return taken
            log.warning("a wake-up makes no sense and is passed over")
    except RedisError:
        pass
    return None


def reachable() -> bool:
    """True if Redis answers; each, where there are several."""
    try:
        return all(one.ping() for one in (broker.client(), *broker.of_realms()))
    except RedisError:
        return False


def needed() -> tuple[str, ...]:
    """Who has to give a sign of life, as `pulse` names them: where a Redis has no worker, nothing of it is done."""
    return (*(_role(SYNC, number) for number, _ in enumerate(settings().redis_urls, start=1)), MAIL, "timers")


def work(queue_name: str) -> None:
    """Serve one queue until told to stop. One queue each keeps RQ's reliable pop."""
    chosen = settings()
    url = chosen.worker_redis_url if queue_name == SYNC else chosen.redis_url
    connection = Redis.from_url(url, socket_connect_timeout=5)
    queue = Queue(queue_name, connection=connection, serializer="json")
    worker = Worker([queue], connection=connection, serializer="json", maintenance_interval=30)
    with pulse.beating(_role(queue_name, chosen.worker_redis)):
        worker.work(logging_level="WARNING")


def _carry() -> None:
    # Taken before they go: whoever asks from now on may be too late for the runs that these begin.
    with _uncarried_lock:
        due = dict(_uncarried)
        _uncarried.clear()
    for connection_id, known in due.items():
        _enqueue(SYNC, connection_id, known)


def _taken(redis: Redis, job_id: str) -> Waiting | None:
    """What a job is for, which is no job any more; None if it makes no sense."""
    try:
        job = Job.fetch(job_id, connection=redis, serializer="json")
    except NO_JOB:
        job = None
    redis.delete(Job.key_for(job_id))
    if job is None or (connection_id := _id(job)) is None:
        return None
    return Waiting(connection_id, _trace(job))


def _id(job: Job) -> UUID | None:
    """The id that a job carries; None if it carries anything else."""
    try:
        match job.args:
            case [str(one)]:
                return UUID(one)
            case _:
                return None
    except (DeserializationError, ValueError):
        return None


def _trace(job: Job) -> str:
    match cast("Any", job.meta):
        case {"trace": str(known)}:
            return known
        case _:
            return ""


def _role(queue_name: str, redis: int) -> str:
    return f"{queue_name}-{redis}" if queue_name == SYNC and redis > 1 else queue_name


def _enqueue(queue_name: str, argument: str, known: str = "") -> bool:
    try:
        redis = broker.redis_for(argument) if queue_name == SYNC else broker.client()
        Queue(queue_name, connection=redis, serializer="json").enqueue(
            JOBS[queue_name],
            argument,
            job_timeout=2 * RUN_SECONDS,
            result_ttl=0,
            failure_ttl=3600,
            meta={"trace": known} if known else None,
        )
    except RedisError as error:
        log.warning("Redis cannot be reached, the timers will find it: %s", type(error).__name__)
        return False
    return True
