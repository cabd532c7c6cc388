"""PNG files are looked through, chunk by chunk, before Pillow parses them: it takes a while over each, however many."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import IO

MOST = 1_000  # chunks that hold no pixels; a photo with all its notes has some dozens
PIXELS = (b"IDAT", b"fdAT")
MOST_PIXELS = 100_000  # chunks of pixels, which are of 8 KB and more
SIGNATURE = b"\x89PNG\r\n\x1a\n"
SHORTEST = 12  # bytes of a chunk: its length, its kind, its checksum


def check(source: str | Path | IO[bytes]) -> None:
    """`ValueError` for a PNG of too many chunks. Of other files nothing is read but the start."""
    if isinstance(source, str | Path):
        if os.stat(source).st_size > SHORTEST * MOST:  # noqa: PTH116  (most samples are smaller: no time for a Path)
            with Path(source).open("rb") as file:
                _count(file)
    elif source.seekable():
        start = source.tell()
        if source.seek(0, io.SEEK_END) - start > SHORTEST * MOST:
            source.seek(start)
            _count(source)
        source.seek(start)


def _count(file: IO[bytes]) -> None:
    others = pixels = 0
    if file.read(len(SIGNATURE)) != SIGNATURE:
        return
    while len(head := file.read(8)) == 8:
        if head[4:] in PIXELS:
            pixels += 1
        else:
            others += 1
        if others > MOST or pixels > MOST_PIXELS:
            raise ValueError(f"a PNG of more than {MOST:,} chunks beside its pixels; save the picture again without")
        file.seek(int.from_bytes(head[:4], "big") + 4, io.SEEK_CUR)
