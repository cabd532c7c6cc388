"""How a sample gets its name: `<n>.png` or `<writer>-<n>.png`, the lowest free n, none ever overwritten or torn.

A sample is written to a hidden file, flushed to the disk, and only then given its name, by a step that fails when the
name is taken, whoever else is saving or being killed.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from charnet.system import files

LONGEST = 60  # characters of a writer's name; a file's may have 255 bytes
REFUSED = frozenset('/\\:*?"<>|')  # in a writer's name: no system's file names may hold them all


def check_writer(writer: str) -> None:
    """`ValueError` for a name that can't begin a file's; "" is nobody's."""
    if len(writer) > LONGEST:
        raise ValueError(f"writer: {writer[:20]!r}... has {len(writer)} characters; choose a name of at most {LONGEST}")
    if writer.startswith(".") or writer != writer.strip() or not writer.isprintable() or REFUSED & set(writer):
        raise ValueError(f"writer: {writer!r} cannot begin a file name; use letters, digits, spaces and dashes")


def save(folder: Path, content: bytes, writer: str = "", start: int | None = None) -> str:
    """Keep a PNG in a label's folder; its name without ".png" is returned once the file is safe on the disk.

    Who saves many gives the number to `start` looking from, and calls `files.flush` once: this then does not wait.
    """
    files.make_folder(folder)
    part = files.hidden(folder / "sample.png")
    try:
        with part.open("xb") as file:
            file.write(content)
            if start is None:
                file.flush()
                os.fsync(file.fileno())
        return settle(part, folder, writer, start)
    finally:
        part.unlink(missing_ok=True)


def settle(part: Path, folder: Path, writer: str, start: int | None = None) -> str:
    """Give a finished file the lowest free number of its writer, or the first from `start`; its name."""
    before = f"{writer}-" if writer else ""
    n = lowest_free(folder, before) if start is None else start
    while not files.move(part, folder / f"{before}{n}.png"):
        n += 1
    if start is None:
        files.sync_folder(folder)
    return f"{before}{n}"


def lowest_free(folder: Path, before: str) -> int:
    pattern = re.compile(re.escape(before) + r"(0|[1-9][0-9]{0,8})\.png")
    taken = {int(found[1]) for path in folder.iterdir() if (found := pattern.fullmatch(path.name))}
    return next(n for n in range(len(taken) + 1) if n not in taken)
