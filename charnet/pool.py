"""Work on many items with all cores, in order and in bounded memory."""

from __future__ import annotations

import itertools
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

CHUNK = 512  # items that a process takes before it hands over what it made of them
FEW = 2048  # items that are done before other processes, which take a third of a second to start, could help

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_chunks(work: Callable[[list[Item]], Result], items: Iterable[Item]) -> Iterator[Result]:
    """What `work` makes of each `CHUNK` of items, in their order; of many items on all cores.

    Two chunks a core are under way, so memory is bounded however many items come and however slowly results are taken.
    For other processes `work` and what it takes and gives must be picklable.
    """
    left = iter(items)
    first = list(itertools.islice(left, FEW))
    chunks = iter(lambda: list(itertools.islice(left, CHUNK)), [])
    few = [first[start : start + CHUNK] for start in range(0, len(first), CHUNK)]
    if len(first) < FEW or cores() == 1:
        yield from map(work, itertools.chain(few, chunks))
        return
    import multiprocessing  # here, so that a single picture doesn't pay for it
    from concurrent.futures import Future, ProcessPoolExecutor

    # All cores are taken; numpy's threads in each process would only wait for one another.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Starting afresh works the same on every system; a fork of a process with threads (torch) may hang.
    pool = ProcessPoolExecutor(cores(), mp_context=multiprocessing.get_context("spawn"), initializer=_settle)
    under_way: deque[Future[Result]] = deque()
    try:
        for chunk in itertools.islice(chunks, 2 * cores()):
            under_way.append(pool.submit(work, chunk))
        yield from map(work, few)  # while they start
        while under_way:
            result = under_way.popleft().result()
            for chunk in itertools.islice(chunks, 1):
                under_way.append(pool.submit(work, chunk))
            yield result
    finally:
        pool.shutdown(cancel_futures=True)


def cores() -> int:
    """How many processors this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _settle() -> None:
    """In a new process: leave Ctrl-C, which reaches all of a terminal's processes, to the first; end when it does."""
    import multiprocessing
    import signal
    import threading

    def end_with_parent() -> None:
        if parent := multiprocessing.parent_process():
            parent.join()
            os._exit(1)  # its caller was killed, and it would wait for work forever

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()
