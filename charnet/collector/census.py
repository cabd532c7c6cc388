"""Whose the samples are: drawn by people, or starter letters that a program made from stroke templates."""

from __future__ import annotations

import io
import threading
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from charnet.collector.store import Store
from charnet.letters.samples import writer_of
from charnet.pictures import ink


@dataclass(frozen=True, slots=True)
class _Label:
    names: list[str]  # as the store gave them, the very list while its folder stays the same
    made: dict[tuple[str, int], bool]  # name and inode -> whether a program made it


class Census:
    """`own` may be called by any thread. Each sample is opened once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, _Label] = {}
        self._lock = threading.Lock()

    def own(self) -> dict[str, int]:
        """How many samples of each label people drew."""
        with self._lock:
            return {label: self._own(label) for label in self._store.labels}

    def _own(self, label: str) -> int:
        names, known = self._store.names(label), self._known.get(label)
        if known is None or known.names is not names:
            before = known.made if known else {}
            made = {}
            for name in names:
                if not writer_of(name):
                    key = name, self._inode(label, name)
                    made[key] = before[key] if key in before else self._is_made(label, name)
            known = self._known[label] = _Label(names, made)
        return len(names) - sum(known.made.values())

    def _inode(self, label: str, name: str) -> int:
        with suppress(OSError):
            return self._store.path(label, name).stat().st_ino
        return 0  # gone

    def _is_made(self, label: str, name: str) -> bool:
        try:
            strokes = ink.from_png(io.BytesIO(self._store.read(label, name)))
        except (OSError, ValueError, SyntaxError):  # no picture, or gone
            return False
        return strokes is not None and made_by_program(strokes)


def made_by_program(strokes: list[ink.Stroke]) -> bool:
    """Whether ink has the even clock of the stroke templates, which no screen has."""
    steps = np.concatenate([np.diff(stroke[:, 2]) for stroke in strokes if stroke.shape[1] > 2] or [np.empty(0)])
    return len(steps) >= ink.EVEN and bool((steps == ink.TICK).all())
