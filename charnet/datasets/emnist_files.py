"""EMNIST's files: their names, decompression, and checks for damaged and foreign ones."""

from __future__ import annotations

import gzip
import struct
import zlib
from pathlib import Path

from charnet.system import files

SPLIT = "byclass"  # `letters`, the other split with letters, merges capitals into them
KINDS = {"images": "images-idx3-ubyte", "labels": "labels-idx1-ubyte"}
MOST_PICTURES = 700_000  # in a file; EMNIST's larger part has 697,932


def name(part: str, what: str) -> str:
    return f"emnist-{SPLIT}-{part}-{KINDS.get(what, what)}"


def decompress(raw: Path, part: str) -> None:
    """Decompress files that were fetched by hand: torchvision reads decompressed ones only."""
    for what in KINDS:
        target = raw / name(part, what)
        for packed in (raw / f"{target.name}.gz", raw / "gzip" / f"{target.name}.gz"):
            if target.exists() or not packed.exists():
                continue
            try:
                _decompress_one(packed, target, what)
            except (EOFError, zlib.error, gzip.BadGzipFile, RuntimeError) as error:
                raise ValueError(f"{packed}: damaged ({error}); delete it and run this again") from None


def _decompress_one(packed: Path, target: Path, what: str) -> None:
    with gzip.open(packed) as source:
        size = _size(source.read(16), what)
        source.seek(0)
        with files.replacing(target) as file:
            while size >= file.tell() and (block := source.read(1 << 20)):
                file.write(block)
            if file.tell() != size:
                raise RuntimeError("its length is not what its header says")


def check(path: Path, what: str) -> None:
    """Raise `RuntimeError` where a file's length differs from its header, before torchvision reads it into memory."""
    with path.open("rb") as file:
        if path.stat().st_size != _size(file.read(16), what):
            raise RuntimeError(f"the length of {path.name} is not what its header says")


def _size(start: bytes, what: str) -> int:
    """The length in bytes that the header of a file of pictures or labels says. `RuntimeError` for other files."""
    head: tuple[int, ...] = struct.unpack(">4I", start.ljust(16, b"\0"))
    if what == "images" and head[0] == 0x803 and head[2:] == (28, 28) and head[1] <= MOST_PICTURES:
        return 16 + 28 * 28 * head[1]
    if what == "labels" and head[0] == 0x801 and head[1] <= MOST_PICTURES:
        return 8 + head[1]
    raise RuntimeError(f"not a file of up to {MOST_PICTURES:,} {what} of EMNIST's")
