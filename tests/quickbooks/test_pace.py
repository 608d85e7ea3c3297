"""The pace: never more than Intuit allows in any second or minute, live work before bulk, and no stop without Redis."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator
from datetime import timedelta

import pytest
from redis import Redis, RedisError

from bookipi_app.quickbooks.client import PATIENCE_SECONDS, QuickBooks
from bookipi_app.quickbooks.faults import Throttled
from bookipi_app.quickbooks.pace import Limits, LocalPace, Pace, SharedPace
from tests.quickbooks.books import ADDRESS, Books, FixedTokens
from tests.redis_server import redis_server


class Time:
    """Seconds that only the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def taken(pace: Pace, most: int, **how: bool) -> int:
    """How many requests are let through at once."""
    return sum(pace.take("42", **how) == 0.0 for _ in range(most))


def test_ten_a_second_and_the_eleventh_waits_until_the_first_is_a_second_old() -> None:
    time = Time()
    pace = LocalPace(Limits(), time)
    assert taken(pace, 12) == 10
    time.now += 0.25
    assert pace.take("42") == pytest.approx(0.75)
    assert pace.take("43") == 0.0  # another realm has a window of its own
    time.now += 0.75
    assert taken(pace, 12) == 10


def test_bulk_leaves_a_part_of_every_window_to_what_a_person_waits_for() -> None:
    time = Time()
    pace = LocalPace(Limits(), time)
    assert taken(pace, 20, bulk=True) == 9
    assert pace.ahead("42", bulk=True) == pytest.approx(1.0)
    assert taken(pace, 20) == 1
    sent = 10
    for _ in range(50):
        time.now += 1
        sent += taken(pace, 20, bulk=True)
    assert sent == 400
    assert pace.take("42") == 0.0


def test_batches_have_a_window_of_their_own() -> None:
    time = Time()
    pace = LocalPace(Limits(), time)
    sent = 0
    for _ in range(50):
        sent += pace.take("42", batch=True) == 0.0
        time.now += 1
    assert sent == 40
    assert pace.ahead("42", batch=True) == pytest.approx(10)
    assert pace.take("42") == 0.0


def test_a_first_push_of_a_thousand_fits_into_one_minute_of_batches() -> None:
    """34 batches of invoices, and before them those of their customers and items; a person's has room beside them."""
    time = Time()
    pace = LocalPace(Limits(), time)
    sent = 0
    for _ in range(50):
        sent += pace.take("42", batch=True, bulk=True) == 0.0
        time.now += 1
    assert sent == 38
    assert pace.take("42", batch=True) == 0.0


@pytest.mark.parametrize("seed", range(5))
def test_no_window_anywhere_holds_more_than_its_limit(seed: int) -> None:
    chance, time = random.Random(seed), Time()
    pace, moments = LocalPace(Limits(), time), list[float]()
    for _ in range(4000):
        if pace.take("42", bulk=chance.random() < 0.5) == 0.0:
            moments.append(time.now)
        time.now += chance.choice([0.0, 0.0, 0.01, 0.1, 0.9])
    for most, seconds in ((10, 1), (500, 60)):
        window: deque[float] = deque()
        for moment in moments:
            window.append(moment)
            while window[0] <= moment - seconds:
                window.popleft()
            assert len(window) <= most


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """A Redis of this test's own, on loopback."""
    with (
        redis_server(tmp_path_factory.mktemp("redis")) as address,
        Redis.from_url(address, socket_timeout=5) as client,
    ):
        yield client


def test_processes_share_their_windows_in_redis(redis: Redis) -> None:
    redis.flushall()
    one, other = (SharedPace(Limits(), lambda _realm: redis) for _ in range(2))
    assert taken(one, 6, bulk=True) + taken(other, 6, bulk=True) == 9
    assert taken(other, 6) == 1
    assert 0.0 < one.take("42") <= 1.0
    assert 0.0 < one.ahead("42", bulk=True) <= 1.0
    assert one.ahead("43") == 0.0
    assert redis.zcard("bookipi:pace:42:minute") == 10
    assert 0 < int(str(redis.ttl("bookipi:pace:42:minute"))) <= 61


def test_without_redis_the_process_keeps_its_own_windows_and_does_not_ask_again_at_once() -> None:
    time, asked = Time(), list[float]()

    def silent(_realm: str) -> Redis:
        asked.append(time.now)
        raise RedisError("nobody there")

    pace = SharedPace(Limits(), silent, time)
    assert taken(pace, 20) == 10
    assert len(asked) == 1
    time.now += 11
    assert pace.ahead("42") == 0.0
    assert len(asked) == 2


def paced(books: Books, limits: Limits | None) -> tuple[QuickBooks, list[float]]:
    """A client of the sandbox that waits by moving the sandbox's clock."""
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        books.now += timedelta(seconds=seconds)

    grant = books.sandbox.grant(books.realm, books.now)
    pace = LocalPace(limits, lambda: books.now.timestamp()) if limits else None
    tokens = FixedTokens([str(grant["access_token"])])
    return QuickBooks(books.realm, tokens, books.clock, books.http, ADDRESS, pace, pause), pauses


def test_lesson_29_whoever_keeps_the_pace_is_never_refused() -> None:
    books = Books(rate_limits=True)
    client, pauses = paced(books, Limits())
    for _ in range(620):
        client.preferences()
    assert pauses
    assert books.sandbox.world.counters[books.realm]["faults"] == 0
    books.now += timedelta(minutes=1)
    hasty, _ = paced(books, None)
    for _ in range(10):
        hasty.preferences()
    with pytest.raises(Throttled):
        hasty.preferences()


def test_who_would_have_to_wait_long_says_until_when_and_sends_nothing() -> None:
    books = Books()
    client, pauses = paced(books, Limits(per_second=1000, per_minute=3))
    for _ in range(3):
        client.preferences()
    sent = len(books.sent)
    with pytest.raises(Throttled) as limit:
        client.preferences()
    assert limit.value.until == books.now + timedelta(seconds=60)
    assert (len(books.sent), pauses) == (sent, [])
    books.now += timedelta(seconds=60 - PATIENCE_SECONDS)
    client.preferences()
    assert pauses == [pytest.approx(PATIENCE_SECONDS)]
