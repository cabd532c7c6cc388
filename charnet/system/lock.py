"""A lock that programs share: a file which one of them holds at a time, and which is free once that one has ended."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def _wait_for(file: IO[bytes]) -> None:
        while True:
            with suppress(OSError):  # after ten seconds in vain
                file.seek(0)
                return msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
else:
    import fcntl

    def _wait_for(file: IO[bytes]) -> None:
        with suppress(OSError):  # some network drives have no locks
            fcntl.flock(file, fcntl.LOCK_EX)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock of this file, which is made where it is missing, for the block; other programs and threads wait."""
    with path.open("ab") as file:
        _wait_for(file)
        yield
