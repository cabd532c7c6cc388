"""How many samples there are, by label and by writer, with and without the starter letters that a program made."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from charnet.collector.store import Store
from charnet.letters import cache
from charnet.letters.samples import writer_of
from charnet.pictures import ink


@dataclass(frozen=True, slots=True)
class FolderCounts:
    samples: dict[str, int]  # by label
    own: dict[str, int]  # by label, without starter letters
    writers: dict[str, int]  # by writer


@dataclass(frozen=True, slots=True)
class _Label:
    names: list[str]  # the very list that the store returned, which it returns again while the folder stays the same
    starter: dict[
        tuple[object, ...], bool
    ]  # name and version of a sample without a writer -> whether a program made it


class SampleCounter:
    """`count` may be called from any thread. Each sample is opened only once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._labels: dict[str, _Label] = {}
        self._lock = threading.Lock()

    def count(self) -> FolderCounts:
        with self._lock:
            own = {label: self._count_own(label) for label in self._store.labels}
        return FolderCounts(self._store.counts(), own, self._store.writers())

    def _count_own(self, label: str) -> int:
        names, known = self._store.names(label), self._labels.get(label)
        if known is None or known.names is not names:
            before = known.starter if known else {}
            starter: dict[tuple[object, ...], bool] = {}
            for name in names:
                if not writer_of(name):
                    key = name, *cache.version(self._store.path(label, name))
                    starter[key] = before[key] if key in before else self._is_starter(label, name)
            known = self._labels[label] = _Label(names, starter)
        return len(names) - sum(known.starter.values())

    def _is_starter(self, label: str, name: str) -> bool:
        try:
            return is_starter(io.BytesIO(self._store.read(label, name)))
        except OSError:  # removed meanwhile
            return False


def is_starter(file: Path | IO[bytes]) -> bool:
    """Whether a program made the letter in a PNG file."""
    try:
        strokes = ink.from_png(file)
    except (OSError, ValueError, SyntaxError):  # not a picture
        return False
    return strokes is not None and made_by_program(strokes)


def made_by_program(strokes: list[ink.Stroke]) -> bool:
    """Whether all points are equally far apart in time, as in the stroke templates and never on a screen."""
    steps = np.concatenate([np.diff(stroke[:, 2]) for stroke in strokes if stroke.shape[1] > 2] or [np.empty(0)])
    return len(steps) >= ink.EVEN and bool((steps == ink.TICK).all())
