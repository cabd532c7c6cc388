"""Letter folders on disk, as the importers write them: restartable, on all cores, with a count of what was left out."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import track

from charnet import files

RECORD = "import.json"  # beside the letter folders: what was imported into them, and how
FEW = 32  # jobs; for fewer, starting processes costs more than it saves

Job = TypeVar("Job")
Result = TypeVar("Result")


class Tally(dict[str, tuple[int, str]]):
    """Reason -> how often, and the first place where it was met."""

    def count(self, reason: str, where: str, times: int = 1) -> None:
        known, first = self.get(reason, (0, where))
        self[reason] = (known + times, first)

    def merge(self, other: Tally) -> None:
        for reason, (times, where) in other.items():
            self.count(reason, where, times)

    @property
    def total(self) -> int:
        return sum(times for times, _ in self.values())

    def lines(self) -> list[str]:
        """For the summary, most frequent first."""
        ordered = sorted(self.items(), key=lambda item: (-item[1][0], item[0]))
        return [f"  {times:>7,}  {reason} (such as {where})" for reason, (times, where) in ordered]


def claim(out: Path, record: dict[str, Any]) -> None:
    """Make `out` the folder of this import, or find that it is: what lies in it is then what this import would write.

    Raises `ValueError` where `out` holds another import or files that no import made.
    """
    path = out / RECORD
    if path.exists():
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ValueError(f"{path} is damaged; delete {out} or name another folder with --out")
        other = [key for key in record if found.get(key) != record[key]]
        if other:
            values = f"{other[0]} {found.get(other[0])!r} there, {record[other[0]]!r} now"
            raise ValueError(f"{out} holds another import ({values}); name another folder with --out")
    elif out.exists() and any(not p.name.startswith(".") for p in out.iterdir()):
        raise ValueError(f"{out} holds files of another origin; name a new or empty folder with --out")
    else:
        out.mkdir(parents=True, exist_ok=True)
        files.write_bytes(path, (json.dumps(record, indent=1) + "\n").encode())


def missing(path: Path) -> bool:
    """Whether a sample has yet to be written. An empty file is what a crash of the machine may leave of one."""
    try:
        return path.stat().st_size == 0
    except FileNotFoundError:
        return True


def write(path: Path, content: bytes) -> None:
    """Write a sample so that none is ever seen half. Unlike `files.write_bytes` it doesn't wait for the disk,
    which would take longer than drawing: a sample that a power cut loses is made again by the next call."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def spread(function: Callable[[Job], Result], jobs: Sequence[Job], workers: int, what: str) -> Iterator[Result]:
    """Results of `function` in the order of `jobs`, worked out by `workers` processes, with progress on standard error.

    `function` and the jobs must be picklable.
    """
    if workers < 2 or len(jobs) < FEW:
        yield from _shown(map(function, jobs), len(jobs), what)
        return
    # Starting afresh works the same on every system; a fork of a process with threads (the progress bar) may hang.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_settle)
    try:
        yield from _shown(pool.map(function, jobs, chunksize=max(1, min(8, len(jobs) // FEW))), len(jobs), what)
    finally:
        pool.shutdown(cancel_futures=True)


def _settle() -> None:
    """In a new worker: leave Ctrl-C, which reaches all of a terminal's processes, to the first; end when it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)  # its caller was killed, and it would wait for work forever


def _shown(results: Iterator[Result], total: int, what: str) -> Iterator[Result]:
    console = Console(stderr=True)
    if console.is_terminal:
        yield from track(results, what, total, console=console, transient=True)
        return
    for done, result in enumerate(results, 1):
        yield result
        if done == total or done * 10 // total > (done - 1) * 10 // total:
            print(f"{what}: {done:,} of {total:,}", file=sys.stderr, flush=True)
