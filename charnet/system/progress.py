"""How far a piece of work is: a bar on a terminal or below a notebook's cell, a few plain lines elsewhere."""

from __future__ import annotations

import math
import sys
from types import TracebackType
from typing import IO, Any

from charnet.system import cell

LINES = 10  # plain lines at most; a bar moves 100 times
BAR = 8  # columns that a bar takes at least


class Progress:
    """Work of `total` steps: `with Progress("epoch", 1000) as progress: progress.show(1, "loss 3.2")`."""

    def __init__(self, title: str, total: int, to: IO[str] | None = None, screen: Any = None) -> None:
        self._title, self._total = title, total
        self._to = to or sys.stdout
        self._cell = cell.Bar(title, total) if cell.below(self._to) else None
        terminal = not self._cell and self._to.isatty()
        self._every = max(1, math.ceil(total / (100 if terminal or self._cell else LINES)))
        self._next = self._every
        self._bar = screen
        if terminal:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            self._bar = screen or Progress(
                TextColumn("{task.description}"),
                BarColumn(bar_width=None),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                TextColumn("{task.fields[figures]}"),
                console=Console(file=self._to),
            )
            # What the other columns take: title, bar, steps, time and the blanks between.
            self._room = self._bar.console.width - len(title) - BAR - len(f"{total}/{total}") - len("0:00:00") - 4
            self._task = self._bar.add_task(title, total=total, figures="")

    def __enter__(self) -> Progress:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar:
            self._bar.stop()

    def beside(self, title: str) -> Progress:
        """Other work of as many steps, shown while this one's block lasts."""
        for task in self._bar.tasks if self._bar else ():
            if task.finished and task.visible:  # it makes room, above the bars
                done = cell.text(task.description, int(task.completed), self._total, task.fields["figures"])
                self._bar.console.print(done, highlight=False, markup=False)
                self._bar.update(task.id, visible=False)
        return Progress(title, self._total, self._to, self._bar)

    def due(self, done: int) -> bool:
        """Whether this step, counted from 1, is shown; so that figures are made only where they are."""
        return done >= self._next or done == self._total

    def show(self, done: int, figures: str = "") -> None:
        """Say that so many steps are done, if that is due, with a few words beside."""
        if not self.due(done):
            return
        self._next = done - done % self._every + self._every
        if self._bar:
            self._bar.update(self._task, completed=done, figures=fitting(figures, self._room))
        elif self._cell:
            self._cell.show(done, figures)
        else:
            print(cell.text(self._title, done, self._total, figures), file=self._to, flush=True)


def fitting(figures: str, room: int) -> str:
    """Of figures with two blanks between, the most important first, as many as fit into so many columns."""
    parts = figures.split("  ")
    while parts and len("  ".join(parts)) > room:
        parts.pop()
    return "  ".join(parts)
