"""The pictures of one label in memory, as a network sees them; only what is new is read from the disk."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt

from charnet.collector.store import Store
from charnet.letters import cache
from charnet.spec import Spec

Key = tuple[str, int]  # name and inode: a name may come to be another picture's


class Shelf:
    def __init__(self, store: Store, label: str, spec: Spec) -> None:
        self._store, self._label, self._spec = store, label, spec
        self._names: list[str] = []
        self.pictures: dict[Key, npt.NDArray[np.uint8]] = {}  # in the order of their names
        self.errors: dict[Key, str] = {}  # of those that can't be read
        self.changed = True

    def refresh(self) -> None:
        """Take in what was added, and let go of what is gone."""
        names = self._store.names(self._label)
        if names is self._names:
            return
        keys = {key: path for name in names if (path := self._path(name)) and (key := _key(name, path))}
        fresh = {key: path for key, path in keys.items() if key not in self.pictures and key not in self.errors}
        entry, _ = cache.decode([str(path) for path in fresh.values()], self._spec)
        read = iter(entry.pictures)
        for place, key in enumerate(fresh):
            if place in entry.skipped:
                self.errors[key] = entry.skipped[place]
            else:
                self.pictures[key] = next(read)
        self.changed = self.changed or bool(fresh) or len(keys) < len(self.pictures) + len(self.errors)
        self.pictures = {key: self.pictures[key] for key in keys if key in self.pictures}
        self.errors = {key: text for key, text in self.errors.items() if key in keys}
        self._names = names

    def _path(self, name: str) -> Path | None:
        path = self._store.path(self._label, name)
        return path if path.is_file() else None


def _key(name: str, path: Path) -> Key | None:
    with suppress(OSError):
        return name, path.stat().st_ino
    return None
