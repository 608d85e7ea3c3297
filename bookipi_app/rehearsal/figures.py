"""What a played sample says about many companies, and how it is printed.

Companies share nothing (a realm is the unit of every queue, lease and window), so what the sample cost is multiplied by
companies / sample. Not multiplied: the timers' looks, which are one a second for any number.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from bookipi_app.rehearsal.load import HOUR, Load
from bookipi_app.rehearsal.play import Played
from bookipi_app.rehearsal.redis import BYTES_OF_A_WAITING_JOB, COMMANDS_OF_A_WORKED_JOB

BUSY = 0.7  # how busy a worker may be in the busiest hour: above it, queues grow
HOURS_A_MONTH = 720.0
PLANS = {"Builder": 500_000, "Silver": 1_000_000, "Gold": 10_000_000, "Platinum": 75_000_000}
ASSUMED = ("workers", "plan", "queue_bytes_if_all_wait", "drained_seconds")


@dataclass(frozen=True)
class Figures:
    """Of so many companies."""

    companies: int
    jobs: float  # a second, as all rates
    redis_commands: float
    transactions: float
    writing_transactions: float
    token_refreshes: float
    quickbooks_requests: float
    reads_a_month: float
    plan: str
    look_ms: float | None  # of the timers, each second; None where it was not tried
    workers: int
    queue_bytes_if_all_wait: int  # should all of them be woken at one moment
    drained_seconds: float  # of that


def from_where(figure: str) -> str:
    """Which of the three kinds a figure is of."""
    if figure == "companies":
        return ""
    return "looked" if figure == "look_ms" else "assumed" if figure in ASSUMED else "played"


def scaled(
    played: Played, load: Load, companies: int, job_seconds: float, look: float | None = None
) -> Figures:
    """The figures of many companies from those of the sample."""
    by = companies / played.companies / (played.hours * HOUR)
    jobs = played.jobs * by
    of_looks = played.look_transactions / played.looks if played.looks else 0.0
    writing = played.transactions["writing"]
    reading = played.transactions["reading"] - played.look_transactions
    workers = max(1, ceil(jobs * job_seconds / BUSY))
    reads = reads_a_month(played, load) * companies / played.companies
    return Figures(
        companies=companies,
        jobs=jobs,
        redis_commands=played.commands.total() * by + jobs * COMMANDS_OF_A_WORKED_JOB,
        transactions=(writing + reading) * by + of_looks,
        writing_transactions=writing * by,
        token_refreshes=played.requests["token"] * by,
        quickbooks_requests=sum(number for kind, number in played.requests.items() if kind != "discovery")
        * by,
        reads_a_month=reads,
        plan=next((name for name, most in PLANS.items() if reads <= most), "more than any"),
        look_ms=None if look is None else look * 1000,
        workers=workers,
        queue_bytes_if_all_wait=companies * BYTES_OF_A_WAITING_JOB,
        drained_seconds=companies * job_seconds / workers,
    )


def reads_a_month(played: Played, load: Load) -> float:
    """Of the sample: what time asks for goes on day and night, what people cause follows their working days."""
    floor = played.reads["floor"] / played.hours * HOURS_A_MONTH
    share = load.share(played.hours)
    caused = played.reads.total() - played.reads["floor"]
    return floor + (caused / share * load.working_days if share else 0.0)
