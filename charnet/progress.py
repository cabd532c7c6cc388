"""How far a training is: a bar on a terminal, a few plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType

from charnet.tracking import SPEED, TRAIN_ACCURACY, TRAIN_LOSS, VALIDATION_ACCURACY

LINES = 10  # plain lines a fit; the bar of a terminal moves 100 times


class Progress:
    """One fit of so many epochs: `with Progress(...) as progress: progress.show(epoch, figures)`."""

    def __init__(self, title: str, epochs: int) -> None:
        self._title = title
        self._epochs = epochs
        self._every = max(1, epochs // (100 if sys.stdout.isatty() else LINES))
        self._bar = None
        if sys.stdout.isatty():
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, TextColumn("{task.fields[figures]}"))
            self._task = self._bar.add_task(title, total=epochs, figures="")

    def __enter__(self) -> Progress:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar:
            self._bar.stop()

    def due(self, epoch: int) -> bool:
        """Whether an epoch, counted from 1, is worth showing; so that figures are made only where they are shown."""
        return epoch % self._every == 0 or epoch == self._epochs

    def show(self, epoch: int, scalars: Mapping[str, float]) -> None:
        """Show an epoch's figures, named as in `tracking`, if one is due."""
        if not self.due(epoch):
            return
        figures = f"loss {scalars[TRAIN_LOSS]:.3f}  train {scalars[TRAIN_ACCURACY]:.1%}"
        if VALIDATION_ACCURACY in scalars:
            figures += f"  validation {scalars[VALIDATION_ACCURACY]:.1%}"
        figures += f"  {scalars[SPEED]:,.0f} pictures/s"
        if self._bar:
            self._bar.update(self._task, completed=epoch, figures=figures)
        else:
            print(f"{self._title} {epoch}/{self._epochs}  {figures}", flush=True)


@contextmanager
def counting(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar for work on `total` items, to be told how many are done; one plain line where there is no terminal."""
    if not sys.stdout.isatty():
        print(f"{total:,} {title}", flush=True)
        yield lambda done: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), transient=True
    ) as bar:
        task = bar.add_task(title, total=total)
        yield lambda done: bar.update(task, completed=done)
