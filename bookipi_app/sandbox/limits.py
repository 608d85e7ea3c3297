"""Intuit's limits: how many requests, batches and e-mails it takes, and the metering of reads."""

from collections import deque
from datetime import datetime, timedelta

from bookipi_app.sandbox import gateway
from bookipi_app.sandbox.world import World

_SECOND, _MINUTE, _DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
REQUESTS_A_MINUTE, REQUESTS_A_SECOND, OF_ALL_APIS_A_MINUTE = 500, 10, 800
BATCHES_OF_APP_A_MINUTE, BATCHES_A_MINUTE = 40, 120


def admit_request(world: World, realm: str, client_id: str, batch: bool, now: datetime) -> None:
    """Counts a request of an app, or refuses it because there were too many."""
    if not world.switches.rate_limits:
        return
    here = f"{realm}/{client_id}"
    # What the app asks of Intuit's other APIs is not seen here; it is as much as somebody says.
    of_all_apis = OF_ALL_APIS_A_MINUTE - world.switches.other_apis_a_minute
    limits = [(f"minute {realm}", _MINUTE, REQUESTS_A_MINUTE), (f"second {here}", _SECOND, REQUESTS_A_SECOND)]
    limits.append((f"all APIs {here}", _MINUTE, of_all_apis))
    if batch:
        limits += [
            (f"batches {here}", _MINUTE, BATCHES_OF_APP_A_MINUTE),
            (f"batches {realm}", _MINUTE, BATCHES_A_MINUTE),
        ]
    _admit(world, limits, now)


def admit_email(world: World, realm: str, now: datetime) -> None:
    """Counts an e-mail, or refuses it because a day's allowance is used up."""
    if world.switches.rate_limits:
        _admit(world, [(f"e-mails {realm}", _DAY, world.switches.emails_a_day)], now)


def _admit(world: World, limits: list[tuple[str, timedelta, int]], now: datetime) -> None:
    """What is refused by one limit counts against none."""
    arrivals = [_recent(world, name, now - span) for name, span, _ in limits]
    if any(len(recent) >= most for recent, (_, _, most) in zip(arrivals, limits, strict=True)):
        raise gateway.throttled(world.switches.throttle_shape)
    for recent in arrivals:
        recent.append(now)


def _recent(world: World, name: str, since: datetime) -> deque[datetime]:
    recent = world.arrivals.setdefault(name, deque())
    while recent and recent[0] <= since:
        recent.popleft()
    return recent


def admit_reads(world: World, client_id: str, now: datetime) -> None:
    """Refuses a reading call once the free tier's allowance for the month is used up."""
    allowance = world.switches.metered_reads_a_month
    if world.switches.rate_limits and allowance and world.metered.get(_month(client_id, now), 0) >= allowance:
        raise gateway.throttled(world.switches.throttle_shape)


def count_reads(world: World, realm: str, client_id: str, amount: int, now: datetime) -> None:
    """Counts reading calls that succeeded; writes are free."""
    if amount:
        month = _month(client_id, now)
        world.metered[month] = world.metered.get(month, 0) + amount
        world.count(realm, "metered_reads", amount)


def _month(client_id: str, now: datetime) -> str:
    return f"{client_id} {now:%Y-%m}"
