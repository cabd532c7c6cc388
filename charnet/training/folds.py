"""Cross-validation: the folds of a run in parallel processes, with the figures of one after another, bit for bit.

Each worker process trains whole folds; this process trains the others. Workers are started before this process imports
torch, so that all import it at the same time. Which folds each trains is decided in advance, but this process takes
over from a worker that is not ready when its own folds are done.

Messages to a worker: {"run": file, "folds": [indices]} once, {"stop": true} to stop after the current epoch. Messages
from it: {"ready": true}, {"fold", "epoch", "figures"}, {"done": fold}, {"failed": error}. Its results are checkpoints.
"""

from __future__ import annotations

import io
import math
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING

from charnet.system import files, pool, process
from charnet.system.answer import answer
from charnet.system.process import Message, Process
from charnet.system.progress import Progress
from charnet.training.config import WRITERS, TrainConfig

if TYPE_CHECKING:
    from charnet.training.data import Fold
    from charnet.training.fitting import FitResult, Run

UNDER_TORCHRUN = "folds under torchrun: they take all cores of a machine by themselves; leave torchrun out"
UPDATES = 100  # messages about a fold's progress


class Workers:
    """The worker processes of a cross-validation, which end with the block of `with Workers(count) as workers`."""

    def __init__(self, count: int) -> None:
        self._messages: SimpleQueue[tuple[Process, Message]] = SimpleQueue()
        self._folds: dict[Process, list[int]] = {}  # indices of the folds that each trains
        self._ready: set[Process] = set()  # which have imported torch
        self._file: Path | None = None  # from which they read the run
        self._stopping = False
        for _ in range(count):
            worker = Process(["charnet.training.folds"], "a process that trained folds", self._put, self._end)
            self._folds[worker] = []

    @classmethod
    def start(cls, config: TrainConfig) -> Workers:
        """One for each further processor that has a fold to train; none where a graphics card trains."""
        fits = pool.cores() if config.folds == WRITERS else int(config.folds) + 1
        return cls(min(pool.cores(), fits) - 1 if config.folds and config.device in ("auto", "cpu") else 0)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()
        if self._file:
            self._file.unlink(missing_ok=True)

    def kill(self) -> None:
        """End all workers at once."""
        for worker in list(self._folds):
            self._dismiss(worker)

    def assign(self, run: Run, folds: Sequence[Fold]) -> list[int]:
        """Send every worker its folds; returns the indices of those that are left for this process."""
        each = 1 + len(self._folds)
        if self._folds:
            self._file = files.hidden(run.folder / "folds")
            write(self._file, run, folds)
        for number, worker in enumerate(self._folds, 1):
            self._folds[worker] = list(range(number, len(folds), each))
            with suppress(OSError):  # it has ended, which `receive` finds out
                worker.send({"run": str(self._file), "folds": self._folds[worker]})
        return list(range(0, len(folds), each))

    def receive(self, bars: FoldBars, wait: bool = False) -> None:
        """Handle the messages that have come; with `wait`, wait for the first. Raises what ended a worker."""
        with suppress(Empty):
            while True:
                worker, message = self._messages.get(wait)
                wait = False
                if "failed" in message:
                    raise ValueError(message["failed"])
                elif "ended" in message:
                    worker.close()
                    if self._folds.pop(worker, []) and not self._stopping:
                        raise ChildProcessError(message["ended"] or "a process that trained folds ended too early")
                elif "done" in message and worker in self._folds:
                    self._folds[worker].remove(message["done"])
                elif "ready" in message:
                    self._ready.add(worker)
                elif "epoch" in message and worker in self._folds:
                    bars.of(message["fold"]).show(message["epoch"], message["figures"])

    def take_over(self, bars: FoldBars) -> list[int]:
        """End the workers that are not ready; returns the indices of their folds."""
        self.receive(bars)
        late = [worker for worker in self._folds if worker not in self._ready]
        return sorted(index for worker in late for index in self._dismiss(worker))

    def finish(self, bars: FoldBars, stop: bool) -> bool:
        """Wait until all workers have trained their folds; with `stop`, or at Ctrl-C, they end with their epoch.

        Returns whether they were stopped. A second Ctrl-C is raised.
        """
        self.take_over(bars)
        while self._folds:
            self._stopping = stop
            try:
                for worker in self._folds if stop else ():
                    with suppress(OSError):
                        worker.send({"stop": True})
                while self._folds:
                    self.receive(bars, wait=True)
            except KeyboardInterrupt:
                if stop:
                    raise
                stop = True
                self._stopping = True
                self.receive(bars)
                for worker in [worker for worker in self._folds if not worker.alive]:  # whose message was lost
                    self._dismiss(worker)
        return stop

    def _dismiss(self, worker: Process) -> list[int]:
        """Kill a worker; returns the indices of its folds."""
        folds = self._folds.pop(worker)
        worker.kill()
        return folds

    def _put(self, worker: Process, message: Message) -> None:
        self._messages.put((worker, message))

    def _end(self, worker: Process, error: str) -> None:
        self._messages.put((worker, {"ended": error}))


class FoldBars:
    """The progress of all folds; those of the workers appear with their first message."""

    def __init__(self, folds: Sequence[Fold], progress: Progress) -> None:
        self._folds = folds
        self._bars = {0: progress}

    def of(self, index: int) -> Progress:
        if index not in self._bars:
            self._bars[index] = self._bars[0].beside(self._folds[index].title)
        return self._bars[index]


def cross_validate(run: Run, folds: Sequence[Fold], workers: Workers, progress: Progress) -> FitResult:
    """Train all folds; returns the result of the first, which is trained here. The others leave their checkpoints.

    `progress` is the first's. Raises `ValueError` where a fold diverges, `ChildProcessError` where a worker died.
    """
    from charnet.training.fitting import EpochLines, train_fold

    def show(index: int, epoch: int, figures: str) -> None:
        workers.receive(bars)
        bars.of(index).show(epoch, figures)

    bars, first = FoldBars(folds, progress), None
    indices = workers.assign(run, folds)
    while indices:
        for index in indices:
            fitted = train_fold(run, folds[index], EpochLines(partial(show, index), bars.of(index).due))
            first = first or fitted
            if fitted.interrupted:
                break
        indices = [] if fitted.interrupted else workers.take_over(bars)
    assert first
    first.interrupted = workers.finish(bars, stop=fitted.interrupted)
    return first


def main() -> int:
    """A worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles it
    messages, stopped = process.listen()
    with pool.without_garbage_collection():
        from charnet.training import fitting  # while the parent does the same
        from charnet.training.loop import threads

    process.send({"ready": True})
    message = messages.get()

    def show(index: int, epoch: int, figures: str) -> None:
        process.send({"fold": index, "epoch": epoch, "figures": figures})

    def work() -> None:
        run, folds = read(Path(message["run"]))
        epochs = run.config.optim.epochs
        every = math.ceil(epochs / UPDATES)
        with threads(1):
            for index in message["folds"]:
                lines = fitting.EpochLines(
                    partial(show, index), lambda epoch: epoch % every == 0 or epoch == epochs, stopped.is_set
                )
                try:
                    if fitting.train_fold(run, folds[index], lines).interrupted:
                        break
                    process.send({"done": index})
                except ValueError as error:
                    process.send({"failed": str(error)})
                    break

    return answer(work)


def write(path: Path, run: Run, folds: Sequence[Fold]) -> None:
    """Write what a worker needs, as plain types and tensors."""
    import torch

    from charnet.training.data import LetterTensors

    assert isinstance(run.letters, LetterTensors)  # folds of words are refused
    content = {
        "settings": asdict(run.config),
        "letters": [run.letters.pictures, run.letters.targets],
        "fingerprint": run.fingerprint,
        "folder": str(run.folder),
        "resumed": run.resumed,
        "folds": [asdict(fold) for fold in folds],
    }
    file = io.BytesIO()
    torch.save(content, file)
    files.make_folder(path.parent)
    files.write_bytes(path, file.getvalue())


def read(path: Path) -> tuple[Run, list[Fold]]:
    """The inverse of `write`; its tensors are mapped, so that all workers share them."""
    import torch

    from charnet.training.data import Fold, LetterTensors
    from charnet.training.fitting import Run

    content = torch.load(path, mmap=True, weights_only=True)
    run = Run(
        config=TrainConfig.from_dict(content["settings"]),
        letters=LetterTensors(*content["letters"]),
        fingerprint=content["fingerprint"],
        folder=Path(content["folder"]),
        resumed=content["resumed"],
    )
    return run, [Fold(**fold) for fold in content["folds"]]


if __name__ == "__main__":
    sys.exit(main())
