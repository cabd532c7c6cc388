"""Framed pictures kept between runs, so that no file is decoded twice. This module does not import torch.

An entry is two files, named by a hash of everything that its content depends on, so a stale entry is never asked for:
`<hash>.npy` holds the pictures (n, height, width), 255 = ink, and `<hash>.json` the skipped files with what is wrong
with each, and a checksum of both. The JSON file is written last: an entry without it, or with another checksum, counts
as none.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from stat import S_ISREG

import numpy as np
import numpy.typing as npt
import PIL

from charnet.pictures import images
from charnet.spec import Spec
from charnet.system import files, pool
from charnet.system.answer import reason

FOLDER = Path("outputs/.cache")  # in the folder where one works, beside the runs
VERSION = 5  # raise it when decoding or framing changes its results
KEEP = 8  # entries, of different folders and settings; the ones not used for longest are removed
SECOND = 1_000_000_000  # ns
STALE = 3600  # seconds after which half an entry, or a file of another kind, was left behind


@dataclass(slots=True)
class Entry:
    pictures: npt.NDArray[np.uint8]  # (n, height, width), 255 = ink
    skipped: dict[int, str]  # index among the files -> what is wrong with it


def decode(paths: Sequence[str], spec: Spec) -> tuple[Entry, bool]:
    """Decode and frame files -> the entry, and whether it may be kept.

    It may not where the system failed to read a file, which might work next time though the file stays the same.
    """
    pictures = np.empty((len(paths), spec.height, spec.width), np.uint8)
    errors: dict[int, ValueError | OSError] = {}
    done = kept = 0
    for framed, chunk_errors in pool.in_chunks(partial(_frame, spec), paths):
        pictures[kept : kept + len(framed)] = framed
        errors |= {done + index: error for index, error in chunk_errors.items()}
        done, kept = done + len(framed) + len(chunk_errors), kept + len(framed)
    skipped = {index: reason(error) for index, error in errors.items()}
    return Entry(pictures[:kept], skipped), not any(isinstance(error, OSError) for error in errors.values())


def _frame(spec: Spec, paths: list[str]) -> tuple[npt.NDArray[np.uint8], dict[int, ValueError | OSError]]:
    framed, errors = images.read_many(paths, spec)
    return images.to_bytes(framed), errors


def key(root: Path, paths: Sequence[str], spec: Spec, redraw: Sequence[int] = ()) -> str:
    """The name of the entry for files below `root`, framed by `spec`; it changes with any file's name or `version`.

    `redraw` names the entry of further drawings of these files instead: how many of each kind.
    """
    start = len(str(root / "x")) - 1  # also where the root is ".", which paths leave out
    described = [
        VERSION,
        PIL.__version__,
        spec.to_dict(),
        list(redraw),
        [(path[start:], version(path)) for path in paths],
    ]
    return hashlib.sha256(json.dumps(described).encode()).hexdigest()


def version(path: str | Path) -> tuple[int | str, ...]:
    """What tells the content of a file from any other content of the same path.

    Size and modification time do not: an archive sets the times of what is unpacked. The time of the last change of
    the file's entry can't be set, but on some systems it is that of the creation, and some drives round it to seconds;
    there the content itself is read.
    """
    try:
        stat = os.stat(path)  # noqa: PTH116  (a Path per file takes half a second for 50,000)
        if not S_ISREG(stat.st_mode):  # reading a pipe would block
            return ()
        if os.name != "nt" and stat.st_ctime_ns % SECOND:
            return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino
        return stat.st_size, stat.st_mtime_ns, hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:  # it is gone, or can't be asked
        return ()


def read(name: str) -> Entry | None:
    """The entry of that name; None where there is none, or a damaged one.

    The pictures are mapped from the disk, so runs at the same time share the memory. A change made to them stays with
    who makes it.
    """
    array, index = _paths(name)
    try:
        stored = json.loads(index.read_bytes())
        if stored["crc32"] != _checksum(array, stored["skipped"]):
            return None
        pictures = np.lib.format.open_memmap(array, mode="c")  # as np.load(mmap_mode="c"), of .npy files alone
        entry = Entry(pictures, {int(number): text for number, text in stored["skipped"].items()})
    except Exception:  # a damaged file raises one of a dozen kinds
        return None
    with suppress(OSError):
        os.utime(index)  # marks it as used, for `_prune`
    return entry


def write(name: str, entry: Entry) -> None:
    """Keep an entry and remove old ones. Where that fails nothing is lost: the next run decodes again."""
    array, index = _paths(name)
    skipped = {str(number): text for number, text in entry.skipped.items()}
    with suppress(OSError):
        FOLDER.mkdir(parents=True, exist_ok=True)
        with files.replacing(array, durable=False) as file:
            np.save(file, entry.pictures)
        text = json.dumps({"skipped": skipped, "crc32": _checksum(array, skipped)})
        files.write_bytes(index, text.encode(), durable=False)
        _prune()


def _paths(name: str) -> tuple[Path, Path]:
    return FOLDER / f"{name}.npy", FOLDER / f"{name}.json"


def _checksum(array: Path, skipped: Mapping[str, str]) -> int:
    """Of the whole .npy file, whose header gives the shape, and of the skipped files."""
    return zlib.crc32(json.dumps(skipped).encode(), zlib.crc32(np.memmap(array, np.uint8, "r").data))


def _prune() -> None:
    """Remove all entries but the `KEEP` that were used last, and what killed programs and older versions left."""
    times = {}
    for path in FOLDER.iterdir():
        with suppress(FileNotFoundError):  # another run prunes too
            times[path] = path.stat().st_mtime
    indices = sorted((path for path in times if path.suffix == ".json"), key=times.__getitem__, reverse=True)
    for index in indices[KEEP:]:
        index.unlink(missing_ok=True)
        index.with_suffix(".npy").unlink(missing_ok=True)
    whole = {path for index in indices for path in (index, index.with_suffix(".npy"))}
    for path in times.keys() - whole:
        if times[path] < time.time() - STALE:
            path.unlink(missing_ok=True)
