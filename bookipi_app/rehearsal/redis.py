"""What stands for Redis in a rehearsal: the commands that the product sends are counted, and those few carried out.

The product's own client code runs down to the command. The one script, the pace's, runs as Redis would run it: the
commands that it calls are counted too, and whether a window is free is asked of `pace.until_free`. A test holds both
against a real server's own statistics.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable
from typing import Any

from redis import Redis
from redis.client import Pipeline
from rq.job import Job

from bookipi_app.quickbooks.pace import Window, until_free

# What RQ's worker sends for one job, and Redis' memory for one that waits: held to a real server by tests.
COMMANDS_OF_A_WORKED_JOB = 63
BYTES_OF_A_WAITING_JOB = 1250


class CountingRedis(Redis):
    """Counts commands. What waits in lists, what jobs hold and the pace's windows are remembered, nothing else."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__()
        self.commands: Counter[str] = Counter()
        self.longest: Counter[str] = Counter()
        self._clock = clock
        self._lists: defaultdict[str, deque[str]] = defaultdict(deque)
        self._hashes: defaultdict[str, dict[bytes, bytes]] = defaultdict(dict)
        self._windows: defaultdict[str, deque[float]] = defaultdict(deque)

    def execute_command(self, *args: Any, **_options: Any) -> Any:
        """Count one command, and carry it out if its answer matters here."""
        name, rest = str(args[0]).upper(), args[1:]
        if name == "INFO":  # RQ asks once for each process
            return {"redis_version": "7.2.0"}
        self.commands[name] += 1
        match name:
            case "RPUSH":
                return self._push(_text(rest[0]), rest[1:])
            case "LLEN":
                return len(self._lists[_text(rest[0])])
            case "HSET":
                pairs = zip(rest[1::2], rest[2::2], strict=True)
                self._hashes[_text(rest[0])] |= {_bytes(key): _bytes(value) for key, value in pairs}
            case "HGETALL":
                return self._hashes[_text(rest[0])]
            case "EVAL":
                return self._pace(int(rest[1]), [_text(one) for one in rest[2:]])
            case _:
                pass
        return 1

    def pipeline(self, transaction: bool = True, shard_hint: Any = None) -> Pipeline:
        """A pipeline whose commands are carried out here."""
        return _Pipeline(self, transaction)

    def pop(self, queue_key: str) -> str | None:
        """Take the first job out of a queue, as a worker does; its argument. The worker's commands are not counted."""
        waiting = self._lists[queue_key]
        return self._take(waiting.popleft()) if waiting else None

    def take_out(self, queue_key: str, argument: str) -> bool:
        """Take the first job with this argument out, as a worker would if all before it were taken; False if none."""
        for job_id in self._lists[queue_key]:
            if self._argument(job_id) == argument:
                self._lists[queue_key].remove(job_id)
                self._take(job_id)
                return True
        return False

    def _take(self, job_id: str) -> str:
        argument = self._argument(job_id)
        del self._hashes[_text(Job.key_for(job_id))]
        return argument

    def _argument(self, job_id: str) -> str:
        before = self.commands.copy()
        argument = str(Job.fetch(job_id, connection=self, serializer="json").args[0])
        self.commands = before
        return argument

    def _push(self, key: str, values: tuple[Any, ...]) -> int:
        self._lists[key] += [_text(value) for value in values]
        self.longest[key] = max(self.longest[key], len(self._lists[key]))
        return len(self._lists[key])

    def _pace(self, number: int, arguments: list[str]) -> bytes:
        """The pace's script over its windows: `added`, then for each key its most and its seconds."""
        keys, added, sizes = arguments[:number], arguments[number], arguments[number + 1 :]
        chosen = [Window(key, int(sizes[2 * at]), float(sizes[2 * at + 1])) for at, key in enumerate(keys)]
        self.commands["TIME"] += 1
        wait = max(self._wait(window) for window in chosen)
        if wait <= 0 and added:
            self.commands += Counter({"ZADD": number, "EXPIRE": number})
            for key in keys:
                self._windows[key].append(self._clock())
        return str(max(wait, 0.0)).encode()

    def _wait(self, window: Window) -> float:
        self.commands += Counter({"ZREMRANGEBYSCORE": 1, "ZCARD": 1})
        wait = until_free(self._windows[window.name], window, self._clock())
        self.commands["ZRANGE"] += len(self._windows[window.name]) >= window.most
        return wait


class _Pipeline(Pipeline):
    def __init__(self, redis: CountingRedis, transaction: bool) -> None:
        super().__init__(redis.connection_pool, redis.response_callbacks, transaction, None)
        self._redis = redis

    def execute(self, raise_on_error: bool = True) -> list[Any]:
        """Carry out what was collected, between MULTI and EXEC if it is a transaction."""
        collected, self.command_stack = self.command_stack, []
        if not collected:
            return []
        if self.transaction:
            self._redis.commands += Counter({"MULTI": 1, "EXEC": 1})
        return [self._redis.execute_command(*arguments) for arguments, _options in collected]


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _bytes(value: Any) -> bytes:
    """As a real client would send it: of an enum that is a text too, the text."""
    if isinstance(value, bytes):
        return value
    return value.encode() if isinstance(value, str) else str(value).encode()
