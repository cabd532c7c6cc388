"""The folds of a cross-validation side by side: helpers train some of them while this process trains the others.

A helper is another process (charnet/training/helper.py), started before this one imports torch, so that both import
at the same time. Which folds are whose is settled beforehand, but this process takes over from a helper that is not
ready when its own are done. All that is random in a fold depends on the seed and its number alone, so the figures are
those of one after another, bit for bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING

from charnet.system import pool, torchrun
from charnet.system.process import Message, Process
from charnet.system.progress import Progress
from charnet.training.config import WRITERS, TrainConfig

if TYPE_CHECKING:
    from charnet.training.fitting import Fit, Work
    from charnet.training.folds import Fold
    from charnet.training.watch import Watch


class Helpers:
    """The other processes. They end with the block of `with Helpers.of(config) as helpers`."""

    def __init__(self, count: int) -> None:
        self._told: SimpleQueue[tuple[Process, Message]] = SimpleQueue()
        self._shares: dict[Process, list[int]] = {}  # places of the folds that each trains
        self._ready: set[Process] = set()  # which have imported torch
        self._file: Path | None = None  # from which they read their work
        for _ in range(count):
            child = Process(["charnet.training.helper"], "a process that trained folds", self._tell, self._end)
            self._shares[child] = []

    @classmethod
    def of(cls, config: TrainConfig) -> Helpers:
        """As many as there are further processors for the folds; where a graphics card trains, `let_go` ends them."""
        fits = pool.cores() if config.folds == WRITERS else int(config.folds) + 1
        wanted = config.folds and config.device in ("auto", "cpu") and torchrun.ranks() == 1
        return cls(min(pool.cores(), fits) - 1 if wanted else 0)

    def __enter__(self) -> Helpers:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.let_go()
        if self._file:
            self._file.unlink(missing_ok=True)

    def let_go(self) -> None:
        """End all of them at once."""
        for child in list(self._shares):
            self._dismiss(child)

    def hand_out(self, work: Work, folds: Sequence[Fold]) -> list[int]:
        """Tell every helper which folds it trains; the places of those that are left for this process."""
        from charnet.training import helper

        each = 1 + len(self._shares)
        if self._shares:
            self._file = helper.write(work, folds)
        for number, child in enumerate(self._shares, 1):
            self._shares[child] = list(range(number, len(folds), each))
            with suppress(OSError):  # it has ended, which `look` finds out
                child.send({"work": str(self._file), "folds": self._shares[child]})
        return list(range(0, len(folds), each))

    def look(self, board: Board, wait: bool = False) -> None:
        """Take in what the helpers told since, or the next thing that they tell. Raises what stopped one of them."""
        with suppress(Empty):
            while True:
                child, message = self._told.get(wait)
                wait = False
                if "failed" in message:
                    raise ValueError(message["failed"])
                elif "ended" in message:
                    child.close()
                    if self._shares.pop(child, []) and message["ended"]:
                        raise ChildProcessError(message["ended"])
                elif "ready" in message:
                    self._ready.add(child)
                elif "epoch" in message and child in self._shares:
                    board.line(message["fold"]).show(message["epoch"], message["figures"])

    def take_over(self, board: Board) -> list[int]:
        """The places of all folds whose helpers are not ready; these go."""
        self.look(board)
        late = [child for child in self._shares if child not in self._ready]
        return sorted(place for child in late for place in self._dismiss(child))

    def finish(self, board: Board, stop: bool) -> bool:
        """Wait for those that are ready, told to `stop` with their epoch or not; whether they were, by Ctrl-C too."""
        self.take_over(board)
        while self._shares:
            try:
                for child in self._shares if stop else ():
                    with suppress(OSError):
                        child.send({"stop": True})
                while self._shares:
                    self.look(board, wait=True)
            except KeyboardInterrupt:
                if stop:
                    raise
                stop = True
        return stop

    def _dismiss(self, child: Process) -> list[int]:
        """End a helper at once; what it had to train."""
        share = self._shares.pop(child)
        child.kill()
        return share

    def _tell(self, child: Process, message: Message) -> None:
        self._told.put((child, message))

    def _end(self, child: Process, error: str) -> None:
        self._told.put((child, {"ended": error}))


class Board:
    """The progress of all folds; those of the helpers appear with their first news."""

    def __init__(self, folds: Sequence[Fold], progress: Progress) -> None:
        self._folds = folds
        self._lines = {0: progress}

    def line(self, place: int) -> Progress:
        if place not in self._lines:
            self._lines[place] = self._lines[0].beside(self._folds[place].title)
        return self._lines[place]


class Line:
    """The line of a fold that is trained here, which brings the others up to date with its own."""

    def __init__(self, board: Board, place: int, helpers: Helpers) -> None:
        self._board, self._progress, self._helpers = board, board.line(place), helpers
        self.due = self._progress.due

    def show(self, done: int, figures: str = "") -> None:
        self._helpers.look(self._board)
        self._progress.show(done, figures)


def train(work: Work, folds: Sequence[Fold], helpers: Helpers, progress: Progress, watch: Watch | None = None) -> Fit:
    """Train all folds, and give what came of the first, which is trained here; the others leave their checkpoints.

    `progress` is the first's. Raises `ValueError` as `fitting.train` does, `ChildProcessError` where a process died.
    """
    from charnet.training import fitting

    board, first = Board(folds, progress), None
    places = helpers.hand_out(work, folds)
    while places:
        for place in places:
            fit = fitting.train(work, folds[place], Line(board, place, helpers), watch)
            first = first or fit
            if fit.interrupted:
                break
        places = [] if fit.interrupted else helpers.take_over(board)
    assert first
    first.interrupted = helpers.finish(board, stop=fit.interrupted)
    return first
