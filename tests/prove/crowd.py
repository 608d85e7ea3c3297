"""Work over several processes, a little at a time, so that none of them idles and any of them may end."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import islice
from typing import TypeVar

TASKS_OF_A_PROCESS = 100  # then another one takes its place, so that none grows
GARBAGE = 50_000, 20, 50  # objects until it is looked for, and generations: a twentieth of the time is saved
Task = TypeVar("Task")
Done = TypeVar("Done")


def over(processes: int, work: Callable[[Task], Done], tasks: Iterable[Task]) -> Iterator[Done]:
    """What the work makes of each task, as it comes; one process is this one. Ends early if nobody asks for more."""
    if processes == 1:
        yield from map(work, tasks)
        return
    left, waiting = iter(tasks), set[Future[Done]]()
    with ProcessPoolExecutor(
        processes,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=begin,
        max_tasks_per_child=TASKS_OF_A_PROCESS,
    ) as pool:
        try:
            while True:
                waiting |= {pool.submit(work, task) for task in islice(left, processes + 1 - len(waiting))}
                if not waiting:
                    return
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for one in done:
                    yield one.result()
        finally:
            pool.shutdown(cancel_futures=True)


def begin() -> None:
    """A process of the crowd ends when it is told to, and not by the keyboard: what it has begun is added up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(*GARBAGE)
    quiet()


def quiet() -> None:
    """What the engine logs is not for the terminal."""
    logging.getLogger().addHandler(logging.NullHandler())
