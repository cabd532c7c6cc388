"""Names of samples, and how a sample is saved under the lowest free one without ever overwriting another.

A sample is named `<n>.png`, or `<writer>-<n>.png` where its writer is known, or `<writer>-<n>.<style>.png` where the
style of writing is known too: `kai-yslee-0001.printed.png`. It is written to a hidden file, flushed to the disk, and
only then given its name, by a step that fails when the name is taken, even by a program that saves at the same moment.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from charnet.system import files, names

STYLES = ("printed", "cursive", "mixed")
LONGEST_WRITER = 60  # characters of a writer's name; a file's may have 255 bytes


def writer_of(path: str | os.PathLike[str]) -> str:
    """The writer in a file's name: everything before the last "-"; "" where there is none.

    Samples without a writer come from the drawing page, mostly from one person, so a split by writer must treat them
    all as one writer: spread over several parts, they would count as people that the network has not seen.
    """
    return names.normalise(Path(path).name.rpartition("-")[0])  # some file systems list é as two characters


def number_of(name: str) -> int:
    """The number in a sample's name without ".png"."""
    return int(name.rpartition("-")[2])


def style_of(path: str | os.PathLike[str]) -> str:
    """The style of writing in a file's name: one of STYLES, or "" where none is named."""
    style = Path(Path(path).stem).suffix[1:]
    return style if style in STYLES else ""


def prefix(writer: str) -> str:
    """What the names of a writer's files begin with: `kai-` for kai, and nothing for "", an unknown writer."""
    return f"{writer}-" if writer else ""


def check_writer(writer: str) -> None:
    """Raise `ValueError` for a writer's name that a file's name can't begin with; "" passes."""
    if len(writer) > LONGEST_WRITER:
        raise ValueError(
            f"writer: {writer[:20]!r}... has {len(writer)} characters; choose a name of at most {LONGEST_WRITER}"
        )
    if writer.startswith(".") or writer != writer.strip() or not writer.isprintable() or names.FORBIDDEN & set(writer):
        raise ValueError(f"writer: {writer!r} cannot begin a file name; use letters, digits, spaces and dashes")


def save(folder: Path, content: bytes, writer: str = "", start: int | None = None) -> str:
    """Save a PNG in a label's folder; once it is safe on the disk, return its name without ".png".

    A caller that saves many passes the number to `start` looking from, and calls `files.flush` once after the last:
    then this function does not wait for the disk.
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
    """Move a finished file to its writer's lowest free number, or the lowest from `start`; its name without ".png"."""
    before = prefix(writer)
    n = lowest_free(folder, before) if start is None else start
    while not files.move(part, folder / f"{before}{n}.png"):
        n += 1
    if start is None:
        files.sync_folder(folder)
    return f"{before}{n}"


def lowest_free(folder: Path, before: str) -> int:
    """The lowest number n for which the folder has no `<before><n>.png`."""
    pattern = re.compile(re.escape(before) + r"(0|[1-9][0-9]{0,8})\.png")
    taken = {int(found[1]) for path in folder.iterdir() if (found := pattern.fullmatch(path.name))}
    return next(n for n in range(len(taken) + 1) if n not in taken)
