"""Framed pictures kept between runs, so that no file is decoded twice. Free of torch, which processes start without.

One NumPy archive a folder of letters, named by a hash of all that its content depends on: a stale one is never asked
for. It holds `pictures` (n, height, width), 255 = ink, and `skipped`, a JSON object {place: what is wrong with it}.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import time
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import PIL

from charnet.pictures import images
from charnet.spec import Spec
from charnet.system import files, pool
from charnet.system.answer import reason

FOLDER = Path("outputs/.cache")  # in the folder where one works, beside the runs
VERSION = 3  # raise it when decoding or framing changes what comes out
KEEP = 8  # entries, of different folders and settings; older ones are removed
PART_SECONDS = 3600  # age from which an unfinished file was left behind by a program that was killed


@dataclass(slots=True)
class Entry:
    pictures: npt.NDArray[np.uint8]  # (n, height, width), 255 = ink
    skipped: dict[int, str]  # place among the files -> what is wrong with it


def decode(paths: Sequence[str], spec: Spec) -> tuple[Entry, bool]:
    """Decode and frame files; and whether they will give the same until they change: no error was the system's."""
    pictures = np.empty((len(paths), spec.height, spec.width), np.uint8)
    errors: dict[int, ValueError | OSError] = {}
    taken = kept = 0
    for framed, wrong in pool.in_chunks(partial(_frame, spec), paths):
        pictures[kept : kept + len(framed)] = framed
        errors |= {taken + place: error for place, error in wrong.items()}
        taken, kept = taken + len(framed) + len(wrong), kept + len(framed)
    skipped = {place: reason(error) for place, error in errors.items()}
    return Entry(pictures[:kept], skipped), not any(isinstance(error, OSError) for error in errors.values())


def _frame(spec: Spec, paths: list[str]) -> tuple[npt.NDArray[np.uint8], dict[int, ValueError | OSError]]:
    framed, errors = images.read_many(paths, spec)
    return images.to_bytes(framed), errors


def key(root: Path, paths: Sequence[str], spec: Spec, redraw: Sequence[int] = ()) -> str:
    """The name of the entry for files below `root`, framed by `spec`; with `redraw`, of so many further drawings each,
    a number for each source.

    It changes with the name below the root, the size and the time of any of them.
    """
    start = len(str(root / "x")) - 1  # also where the root is ".", which paths leave out
    described = [
        VERSION,
        PIL.__version__,
        spec.to_dict(),
        list(redraw),
        [(path[start:], *_stamp(path)) for path in paths],
    ]
    return hashlib.sha256(json.dumps(described).encode()).hexdigest()


def _stamp(path: str) -> tuple[int, int]:
    """Bytes and modification time in ns; of a file that is gone by now, or can't be asked, none."""
    try:
        stat = os.stat(path)  # noqa: PTH116  (a Path a file takes half a second for 50,000)
    except OSError:
        return -1, -1
    return stat.st_size, stat.st_mtime_ns


def read(name: str) -> Entry | None:
    """The entry of that name; None where there is none, or a torn one."""
    path = _path(name)
    try:
        with path.open("rb") as file, np.load(file) as stored:
            if stored.zip.testzip():  # NumPy alone takes a wrong shape for a smaller array
                return None
            skipped = json.loads(bytes(stored["skipped"]))
            entry = Entry(_mapped(path, stored.zip), {int(place): text for place, text in skipped.items()})
    except Exception:  # a torn file raises one of a dozen kinds
        return None
    with suppress(OSError):
        os.utime(path)  # in use, so it is among the newest
    return entry


def _mapped(path: Path, archive: zipfile.ZipFile) -> npt.NDArray[np.uint8]:
    """The pictures of an entry where they lie on the disk, which runs at the same time hold in memory only once.

    What is changed in them stays with who changes it.
    """
    member = archive.getinfo("pictures.npy")
    with path.open("rb") as file:
        file.seek(member.header_offset + 26)  # its name and what else stands before its content may have any length
        name, extra = struct.unpack("<HH", file.read(4))
        file.seek(name + extra, os.SEEK_CUR)
        np.lib.format.read_magic(file)
        shape, _, kind = np.lib.format.read_array_header_1_0(file)
        return np.memmap(path, kind, "c", file.tell(), shape)


def write(name: str, entry: Entry) -> None:
    """Keep an entry and remove old ones. Where that can't be done, nothing happens: the next run decodes again."""
    skipped = np.frombuffer(json.dumps(entry.skipped).encode(), np.uint8)
    with suppress(OSError):
        FOLDER.mkdir(parents=True, exist_ok=True)
        with files.replacing(_path(name)) as file:
            np.savez(file, pictures=entry.pictures, skipped=skipped)
        _prune()


def _path(name: str) -> Path:
    return FOLDER / f"{name}.npz"


def _prune() -> None:
    times = {}
    for path in FOLDER.iterdir():
        with suppress(FileNotFoundError):  # another run prunes too
            times[path] = path.stat().st_mtime
    parts = [path for path in times if path.name.startswith(".")]
    whole = sorted(times.keys() - set(parts), key=times.__getitem__, reverse=True)
    for path in [*whole[KEEP:], *(part for part in parts if times[part] < time.time() - PART_SECONDS)]:
        path.unlink(missing_ok=True)
