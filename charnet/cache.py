"""Framed pictures kept between runs, so that no file is decoded twice. Free of torch, which processes start without.

One file a folder of letters, named by a hash of all that its content depends on: a stale one is never asked for.

    32 bytes    SHA-256 of all that follows
     8 bytes    length of the header, little-endian
    header      JSON: "shape" (n, height, width) of the pictures, "skipped" {place: what is wrong with that file}
    pictures    n x height x width bytes, 255 = ink
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import PIL

from charnet import files, images, pool
from charnet.spec import Spec

FOLDER = Path("outputs/.cache")  # in the folder where one works, beside the runs
VERSION = 2  # raise it when decoding or framing changes what comes out
KEEP = 8  # entries, of different folders and settings; older ones are removed
PART_SECONDS = 3600  # age from which an unfinished file was left behind by a program that was killed

HASH, LENGTH = 32, 8  # bytes


@dataclass(slots=True)
class Entry:
    pictures: npt.NDArray[np.uint8]  # (n, height, width), 255 = ink
    skipped: dict[int, str]  # place among the files -> what is wrong with it


def decode(paths: list[str], spec: Spec) -> tuple[Entry, bool]:
    """Decode and frame files; and whether they will give the same until they change: no error was the system's."""
    pictures = np.empty((len(paths), spec.height, spec.width), np.uint8)
    errors: dict[int, ValueError | OSError] = {}
    taken = kept = 0
    for framed, wrong in pool.in_chunks(partial(_frame, spec), paths):
        pictures[kept : kept + len(framed)] = framed
        errors |= {taken + place: error for place, error in wrong.items()}
        taken, kept = taken + len(framed) + len(wrong), kept + len(framed)
    skipped = {place: str(error) for place, error in errors.items()}
    return Entry(pictures[:kept], skipped), not any(isinstance(error, OSError) for error in errors.values())


def _frame(spec: Spec, paths: list[str]) -> tuple[npt.NDArray[np.uint8], dict[int, ValueError | OSError]]:
    framed, errors = images.read_many(paths, spec)
    return np.round(framed * 255).astype(np.uint8), errors


def key(stats: Iterable[tuple[str, int, int]], spec: Spec, redraw: int = 0) -> str:
    """The name of the entry for files, each (name below the root, bytes, modification time in ns), framed by `spec`.

    With `redraw`, of so many further drawings of each.
    """
    described = json.dumps([VERSION, PIL.__version__, spec.to_dict(), list(stats), redraw])
    return hashlib.sha256(described.encode()).hexdigest()


def read(name: str) -> Entry | None:
    """The entry of that name; None where there is none, or a torn one."""
    path = FOLDER / name
    try:
        content = np.fromfile(path, np.uint8)
        if hashlib.sha256(content[HASH:].data).digest() != content[:HASH].tobytes():
            return None
        body = HASH + LENGTH + int.from_bytes(content[HASH : HASH + LENGTH].tobytes(), "little")
        header = json.loads(content[HASH + LENGTH : body].tobytes())
        entry = Entry(
            content[body:].reshape(header["shape"]), {int(place): text for place, text in header["skipped"].items()}
        )
    except (OSError, ValueError, LookupError, TypeError):
        return None
    with suppress(OSError):
        os.utime(path)  # in use, so it is among the newest
    return entry


def write(name: str, entry: Entry) -> None:
    """Keep an entry and remove old ones. Where that can't be done, nothing happens: the next run decodes again."""
    header = json.dumps({"shape": entry.pictures.shape, "skipped": entry.skipped}).encode()
    length, pixels = len(header).to_bytes(LENGTH, "little"), np.ascontiguousarray(entry.pictures).data
    checksum = hashlib.sha256(length + header)
    checksum.update(pixels)
    with suppress(OSError):
        FOLDER.mkdir(parents=True, exist_ok=True)
        files.write_bytes(FOLDER / name, b"".join([checksum.digest(), length, header, pixels]))
        _prune()


def _prune() -> None:
    times = {}
    for path in FOLDER.iterdir():
        with suppress(FileNotFoundError):  # another run prunes too
            times[path] = path.stat().st_mtime
    parts = [path for path in times if path.name.startswith(".")]
    whole = sorted(times.keys() - set(parts), key=times.__getitem__, reverse=True)
    for path in [*whole[KEEP:], *(part for part in parts if times[part] < time.time() - PART_SECONDS)]:
        path.unlink(missing_ok=True)
