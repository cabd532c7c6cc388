"""Work on many items with all cores, in order and in bounded memory."""

from __future__ import annotations

import itertools
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

CHUNK = 512  # items that a process takes before it hands over what it made of them
ALONE = 2048  # items that are done before other processes, which take a third of a second to start, could help

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_chunks(
    work: Callable[[list[Item]], Result], items: Iterable[Item], chunk: int = 0, few: int = 0, workers: int = 0
) -> Iterator[Result]:
    """What `work` makes of each `chunk` of items, in their order; of more than `few` items by so many processes.

    0 stands for `CHUNK`, `ALONE` and all cores. Two chunks a process are under way, so memory is bounded however many
    items come and however slowly results are taken. For other processes `work` and what it takes and gives must be
    picklable. Raises what `work` raises, and `OSError` where a process was killed.
    """
    chunk, few, workers = chunk or CHUNK, few or ALONE, workers or cores()
    left = iter(items)
    first = list(itertools.islice(left, few))
    chunks = iter(lambda: list(itertools.islice(left, chunk)), [])
    own = [first[start : start + chunk] for start in range(0, len(first), chunk)]
    if len(first) < few or workers == 1:
        yield from map(work, itertools.chain(own, chunks))
        return
    import multiprocessing  # here, so that a single picture doesn't pay for it
    from concurrent.futures import Future, ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    # All cores are taken; numpy's threads in each process would only wait for one another.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Starting afresh works the same on every system; a fork of a process with threads (torch) may hang.
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_settle)
    under_way: deque[Future[Result]] = deque()
    try:
        for several in itertools.islice(chunks, 2 * workers):
            with _uninterrupted():
                under_way.append(pool.submit(work, several))
        yield from map(work, own)  # while they start
        while under_way:
            result = under_way.popleft().result()
            for several in itertools.islice(chunks, 1):
                with _uninterrupted():
                    under_way.append(pool.submit(work, several))
            yield result
    except BrokenProcessPool:
        raise OSError(
            "a process that did part of the work was killed: memory may be short, "
            "or a script that calls charnet lacks its `if __name__ == '__main__':`"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def cores() -> int:
    """How many processors this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Processes that start within leave Ctrl-C, which reaches all of a terminal's, to the first from their first step.

    Here it comes through when the block ends.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _settle() -> None:
    """In a new process: leave Ctrl-C to the first, and end when that does."""
    import multiprocessing
    import threading

    def end_with_parent() -> None:
        if parent := multiprocessing.parent_process():
            parent.join()
            os._exit(1)  # its caller was killed, and it would wait for work forever

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()
