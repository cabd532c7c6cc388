"""The names of a class's pupils. A name belongs to the phone that took it, until the teacher frees it.

The file `.pupils.json` in the folder of the drawings keeps them from one start of the program to the next: for each
name the digest of the secret that its phone was given. Where that file is missing or spoilt nobody gets another's
drawings, since a name that has drawings and no phone is nobody's until the teacher frees it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from charnet.collector.store import WRITER
from charnet.system import files, lock
from charnet.system.names import fold

MAX_NAMES = 500
FREE = ""  # the digest of a name that the teacher freed: the next phone that asks for it gets it

Owners = dict[
    str, str
]  # name -> digest of its phone's secret; of a phone's names the one that it took last is the last


class Pupils:
    """All methods may be called from any thread; `take` and `free` wait for the disk."""

    def __init__(self, root: Path) -> None:
        self._path = root / ".pupils.json"
        self._owners = self._read()  # replaced, never changed

    def names(self, phone: str) -> list[str]:
        """The names of the phone that has this secret, the one that it goes by last."""
        digest = _digest(phone)
        return [name for name, owner in self._owners.items() if owner == digest]

    def take(self, name: str, phone: str, writers: Collection[str]) -> str:
        """Give a phone a name -> as it is spelled where the phone had it before. `writers` are those with drawings.

        The phone keeps those of its former names that have drawings. Where there are too many names, the oldest without
        drawings are forgotten. Raises `ValueError` where the name is another's.
        """
        with self._changed() as owners:
            name, digest = _spelled(name, [*owners, *writers]), _digest(phone)
            owner = owners.pop(name, None)
            if owner not in (None, FREE, digest):
                raise ValueError(f"{name} is another phone's name; choose another, or ask the teacher to free it")
            if owner is None and fold(name) in map(fold, writers):
                raise ValueError(
                    f"there are drawings by {name} already; choose another name, or ask the teacher to free it"
                )
            unused = [held for held in owners if held not in writers]
            surplus = max(0, len(owners) + 1 - MAX_NAMES)
            for held in {held for held in unused if owners[held] == digest} | set(unused[:surplus]):
                del owners[held]
            if len(owners) >= MAX_NAMES:
                raise ValueError(f"{MAX_NAMES} names are taken; ask the teacher for a new folder (data.root=)")
            owners[name] = digest
        return name

    def free(self, name: str, writers: Collection[str]) -> None:
        """Let the next phone that asks for a name have it. Raises `FileNotFoundError` where nobody has this name."""
        with self._changed() as owners:
            name = _spelled(name, [*owners, *writers])
            if name not in owners and name not in writers:
                raise FileNotFoundError(f"nobody is called {name}")
            owners.pop(name, None)
            owners[name] = FREE

    def states(self, writers: Collection[str]) -> dict[str, str]:
        """What is known of each name: a phone has it ("taken"), any may have it ("free"), or none ("kept")."""
        held = {name: "taken" if owner else "free" for name, owner in self._owners.items()}
        kept = {name: "kept" for name in writers if WRITER.fullmatch(name)}
        return dict(sorted((kept | held).items()))

    @contextmanager
    def _changed(self) -> Iterator[Owners]:
        """The owners as on the disk, to be changed; they are written at the end of the block unless it raises."""
        files.make_folder(self._path.parent)
        with lock.held(self._path.with_suffix(".lock")):
            owners = self._read()
            yield owners
            files.write_bytes(self._path, json.dumps(owners, indent=1).encode())
            self._owners = owners

    def _read(self) -> Owners:
        found: object = None
        with suppress(FileNotFoundError, NotADirectoryError, ValueError, RecursionError):
            found = json.loads(self._path.read_bytes())
        rows = found.items() if isinstance(found, dict) else ()
        return {name: owner for name, owner in rows if WRITER.fullmatch(name) and isinstance(owner, str)}


def _spelled(name: str, known: Collection[str]) -> str:
    """A name as it is known: anna is Anna, since their files would be the same where names ignore case."""
    return next((each for each in known if fold(each) == fold(name)), name)


def _digest(phone: str) -> str:
    """What is kept and compared in the place of a phone's secret, so that neither the file nor the time tells it."""
    return hashlib.sha256(phone.encode("utf-8", "replace")).hexdigest()
