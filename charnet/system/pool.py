"""Work on many items: with all cores, in order, in bounded memory, without garbage collection."""

from __future__ import annotations

import gc
import itertools
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

CHUNK = 512  # items that a worker process takes at once
FEW = 2048  # items that this process has done before workers, which take a third of a second to start, could help

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_chunks(
    work: Callable[[list[Item]], Result], items: Iterable[Item], chunk: int = 0, few: int = 0, workers: int = 0
) -> Iterator[Result]:
    """Call `work` on each `chunk` of items and yield the results in order.

    Up to `few` items are worked on here, one chunk after the other. With more, this process does the first `few` while
    worker processes start, and those do the rest. 0 stands for `CHUNK`, `FEW` and one worker per core.
    Each worker has at most two chunks waiting, so memory is bounded however many items there are and however slowly
    results are taken. With workers, `work`, its items and its results must be picklable. Raises what `work` raises, and
    `OSError` where a worker was killed.
    """
    chunk, few, workers = chunk or CHUNK, few or FEW, workers or cores()
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

    # Every core has a worker; NumPy's threads within one would only wait for one another.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # "spawn" works the same on every system; a fork of a process with threads (torch) may hang.
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_start_worker)
    pending: deque[Future[Result]] = deque()
    try:
        for several in itertools.islice(chunks, 2 * workers):
            with _sigint_blocked():
                pending.append(pool.submit(work, several))
        yield from map(work, own)  # while they start
        while pending:
            result = pending.popleft().result()
            for several in itertools.islice(chunks, 1):
                with _sigint_blocked():
                    pending.append(pool.submit(work, several))
            yield result
    except BrokenProcessPool:
        raise OSError(
            "a worker process was killed: memory may be short, "
            "or a script that calls charnet lacks its `if __name__ == '__main__':`"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def cores() -> int:
    """How many processor cores this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _sigint_blocked() -> Iterator[None]:
    """Workers that start within the block inherit its blocked SIGINT, until `_start_worker` ignores the signal.

    A terminal's Ctrl-C reaches all processes; the parent alone handles it, once the block ends.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_worker() -> None:
    """Called first in each worker: it ignores SIGINT, and ends when its parent does."""
    import multiprocessing
    import threading

    def end_with_parent() -> None:
        if parent := multiprocessing.parent_process():
            parent.join()
            os._exit(1)  # the parent was killed, and this worker would wait for work forever

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Within the block many new objects that stay don't make Python search all others again and again.

    Listing 50,000 files then takes half a second less where torch is imported, and importing torch a quarter less.
    What is there at the end of the block is never searched again; an exit after importing torch and torchvision takes
    0.2 s in place of 0.9.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()
