"""How far a piece of work is: a bar on a terminal or below a notebook's cell, a few plain lines elsewhere."""

from __future__ import annotations

import math
import sys
import uuid
from html import escape
from types import TracebackType
from typing import IO, Any

LINES = 10  # plain lines at most; a bar moves 100 times
BAR = 8  # columns that a bar takes at least


class Progress:
    """Work of `total` steps: `with Progress("epoch", 1000) as progress: progress.show(1, "loss 3.2")`."""

    def __init__(self, title: str, total: int, to: IO[str] | None = None, bars: Any = None) -> None:
        """`bars` are rich's, on which this work gets a bar of its own; `beside` passes them on."""
        self._title, self._total = title, total
        self._to = to or sys.stdout
        self._notebook = NotebookBar(title, total) if in_notebook(self._to) else None
        terminal = not self._notebook and self._to.isatty()
        self._every = max(1, math.ceil(total / (100 if terminal or self._notebook else LINES)))
        self._next = self._every
        self._bars = bars
        if terminal:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            self._bars = bars or Progress(
                TextColumn("{task.description}"),
                BarColumn(bar_width=None),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                TextColumn("{task.fields[figures]}"),
                console=Console(file=self._to),
            )
            # Columns that title, bar, steps, time and the blanks between them leave for the figures.
            self._columns = self._bars.console.width - len(title) - BAR - len(f"{total}/{total}") - len("0:00:00") - 4
            self._task = self._bars.add_task(title, total=total, figures="")

    def __enter__(self) -> Progress:
        if self._bars:
            self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bars:
            self._bars.stop()

    def beside(self, title: str) -> Progress:
        """The progress of other work with as many steps, shown until this one's `with` block ends.

        On a terminal it gets a bar below the others; bars that are finished become plain lines above them.
        """
        for task in self._bars.tasks if self._bars else ():
            if task.finished and task.visible:
                done = plain_line(task.description, int(task.completed), self._total, task.fields["figures"])
                self._bars.console.print(done, highlight=False, markup=False)
                self._bars.update(task.id, visible=False)
        return Progress(title, self._total, self._to, self._bars)

    def due(self, done: int) -> bool:
        """Whether `show` would print after this many steps, so that a caller computes figures only where they show."""
        return done >= self._next or done == self._total

    def show(self, done: int, figures: str = "") -> None:
        """Show that this many steps are done, with figures beside, if that is `due`."""
        if not self.due(done):
            return
        self._next = done - done % self._every + self._every
        if self._bars:
            self._bars.update(self._task, completed=done, figures=truncate(figures, self._columns))
        elif self._notebook:
            self._notebook.show(done, figures)
        else:
            print(plain_line(self._title, done, self._total, figures), file=self._to, flush=True)


class NotebookBar:
    """A bar below a notebook's cell: one output, updated in place, of which a saved notebook keeps the last state."""

    def __init__(self, title: str, total: int) -> None:
        self._title, self._total = title, total
        self._id = uuid.uuid4().hex
        self._shown = False

    def show(self, done: int, figures: str) -> None:
        from IPython.display import display

        text = plain_line(self._title, done, self._total, figures)
        bar = f'<progress value="{done}" max="{self._total}" style="width:160px;vertical-align:middle"></progress>'
        words = escape(text).replace("  ", " &nbsp; ")
        html = f'<div style="font-variant-numeric:tabular-nums">{bar} &nbsp; {words}</div>'
        display({"text/plain": text, "text/html": html}, raw=True, display_id=self._id, update=self._shown)
        self._shown = True


def in_notebook(file: IO[str]) -> bool:
    """Whether what is written to `file` appears below a notebook's cell: Jupyter, Colab, VS Code."""
    kernel: Any = sys.modules.get("ipykernel.iostream")
    return kernel is not None and isinstance(file, kernel.OutStream)


def plain_line(title: str, done: int, total: int, figures: str) -> str:
    """Progress as text: `epoch 7/1,000  loss 2`."""
    return f"{title} {done:,}/{total:,}  {figures}".rstrip()


def truncate(figures: str, columns: int) -> str:
    """As many of the figures as fit, the first ones; they are separated by two blanks, the most important first."""
    parts = figures.split("  ")
    while parts and len("  ".join(parts)) > columns:
        parts.pop()
    return "  ".join(parts)
