"""What the nemesis does: kills, stops, cuts, empties. Each act is seeded, noted, and undone in the end."""

from __future__ import annotations

import resource
import signal
import time
from collections import Counter
from collections.abc import Callable
from random import Random

import redis

from tests.cluster import Cluster
from tests.nemesis.history import History
from tests.nemesis.proxy import Proxy
from tests.postgres import Server

KILLED = ("worker", "web", "timers", "redis")
TROUBLE = 0.3  # the share of requests that meet something, while the wire is bad


class Nemesis:
    """Does harm to a cluster."""

    def __init__(
        self, cluster: Cluster, proxy: Proxy, database: Server | None, history: History, chance: Random
    ) -> None:
        self._cluster, self._proxy, self._database = cluster, proxy, database
        self._history, self._chance = history, chance
        self.done: Counter[str] = Counter()
        self._stopped: list[str] = []
        kill = [*["worker"] * 6, "web", "timers", "redis"]
        self._acts: list[Callable[[], str]] = [
            *(lambda name=name: self._kill(name) for name in kill),
            *[self._freeze] * 2,
            self._empty_redis,
            self._fill_redis,
            self._silence_redis,
            self._bad_wire,
            self._dark,
            self._cut_power if database else self._fill_disk,
        ]

    @property
    def kills(self) -> int:
        """How many processes were killed with -9."""
        return sum(count for name, count in self.done.items() if name.startswith("kill"))

    def strike(self) -> None:
        """One act, and the end of what the one before left behind."""
        self._thaw()
        what = self._chance.choice(self._acts)()
        self.done[what] += 1
        self._history.note("nemesis", what)

    def rest(self) -> None:
        """Everything runs again."""
        self._thaw()
        self._proxy.rate, self._proxy.is_dark = 0.0, False
        for name in self._cluster.names("redis", "web", "worker", "timers"):
            if not self._cluster.is_running(name):
                self._cluster.start(name)
        self._history.note("nemesis", "rest")

    def _kill(self, kind: str) -> str:
        name = self._chance.choice(self._cluster.names(kind))
        if self._cluster.is_running(name):
            self._cluster.kill(name)
        self._cluster.start(name)
        return f"kill -9 {kind}"

    def _freeze(self) -> str:
        """A worker that sleeps longer than its lease wakes up with an old one."""
        name = self._chance.choice(self._cluster.names("worker"))
        self._cluster.send(name, signal.SIGSTOP)
        self._stopped.append(name)
        return "SIGSTOP worker"

    def _thaw(self) -> None:
        if self._stopped and self._chance.random() < 0.3:
            return  # some sleep on for another act
        while self._stopped:
            self._cluster.send(self._stopped.pop(), signal.SIGCONT)

    def _empty_redis(self) -> str:
        client = redis.Redis.from_url(self._cluster.settings.redis_url, socket_timeout=5)
        try:
            client.flushall()
        except redis.RedisError:
            return "FLUSHALL refused"
        return "FLUSHALL"

    def _fill_redis(self) -> str:
        """For some seconds it takes nothing new."""
        client = redis.Redis.from_url(self._cluster.settings.redis_url, socket_timeout=5)
        try:
            client.config_set("maxmemory", 1)
            self._wait()
            client.config_set("maxmemory", 0)
        except redis.RedisError:
            return "Redis refused to be filled"
        return "Redis is full"

    def _silence_redis(self) -> str:
        """It is there, and does not answer."""
        self._cluster.send("redis", signal.SIGSTOP)
        self._wait()
        self._cluster.send("redis", signal.SIGCONT)
        return "SIGSTOP redis"

    def _fill_disk(self) -> str:
        """No file of the app's processes grows, as on a full disk: neither the database's nor a log."""
        names = self._cluster.names("web", "worker", "timers")
        for name in names:
            self._cluster.limit_files(name, 0)
        self._wait()
        for name in names:
            self._cluster.limit_files(name, resource.RLIM_INFINITY)
        return "the disk is full"

    def _wait(self) -> None:
        time.sleep(1.0 + self._chance.random() * 2)

    def _bad_wire(self) -> str:
        self._proxy.rate = 0.0 if self._proxy.rate else TROUBLE
        return "wire is bad" if self._proxy.rate else "wire is good"

    def _dark(self) -> str:
        self._proxy.is_dark = True
        self._wait()
        self._proxy.is_dark = False
        return "QuickBooks in the dark"

    def _cut_power(self) -> str:
        assert self._database
        self._database.stop("immediate")
        self._database.start()
        return "power cut of the database"
