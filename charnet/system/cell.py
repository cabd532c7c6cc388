"""A bar below a notebook's cell: one line, brought up to date in place, which a saved notebook keeps as one output."""

from __future__ import annotations

import sys
import uuid
from html import escape
from typing import IO, Any


def below(file: IO[str]) -> bool:
    """Whether what is written to `file` appears below a notebook's cell: Jupyter, Colab, VS Code."""
    kernel: Any = sys.modules.get("ipykernel.iostream")
    return kernel is not None and isinstance(file, kernel.OutStream)


class Bar:
    """Shown at its first step."""

    def __init__(self, title: str, total: int) -> None:
        self._title, self._total = title, total
        self._id = uuid.uuid4().hex
        self._shown = False

    def show(self, done: int, figures: str) -> None:
        from IPython.display import display

        content = {"text/plain": text(self._title, done, self._total, figures), "text/html": self._html(done, figures)}
        display(content, raw=True, display_id=self._id, update=self._shown)
        self._shown = True

    def _html(self, done: int, figures: str) -> str:
        bar = f'<progress value="{done}" max="{self._total}" style="width:160px;vertical-align:middle"></progress>'
        words = escape(text(self._title, done, self._total, figures)).replace("  ", " &nbsp; ")
        return f'<div style="font-variant-numeric:tabular-nums">{bar} &nbsp; {words}</div>'


def text(title: str, done: int, total: int, figures: str) -> str:
    """The same as a plain line."""
    return f"{title} {done:,}/{total:,}  {figures}".rstrip()
