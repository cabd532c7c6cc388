"""The numbers by which people call networks: "Network 3" is the third that was trained in this folder."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from charnet.networks import stored
from charnet.system import files, lock

NUMBERS = stored.OUTPUTS / "numbers.json"  # {the name of a run: its number}
LOCK = stored.OUTPUTS / ".numbers.lock"
MAX_SIZE = 16 * 1024**2  # bytes


def number_of(name: str) -> int | None:
    """The number of the network of this name; None for one that no run here left.

    A number stays with its run and is given once, also where the run's folder has been removed. Runs that have none yet
    get theirs in the order in which their networks were written.
    """
    known = _read()
    if name not in known and stored.inside(stored.OUTPUTS / name):
        with suppress(OSError):
            known = _number(known)  # also where nothing can be written
            with lock.held(LOCK):
                known = _number(_read())
                files.write_bytes(NUMBERS, json.dumps(known, indent=1).encode())
    return known.get(name)


def _number(known: dict[str, int]) -> dict[str, int]:
    """What is known, and the next numbers for the runs that lack one."""
    paths = [path for path in stored.runs() if stored.name_of(path) not in known]
    first = max(known.values(), default=0) + 1
    ordered = sorted(paths, key=lambda path: path.stat().st_mtime_ns)
    return known | {stored.name_of(path): number for number, path in enumerate(ordered, first)}


def _read() -> dict[str, int]:
    with suppress(OSError, ValueError):
        found: Any = json.loads(files.read_text(NUMBERS, MAX_SIZE))
        if isinstance(found, dict) and all(type(number) is int for number in found.values()):
            return found
    return {}
