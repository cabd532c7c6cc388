"""Copies of a picture: kept on one side of a split, found among those that trained a network."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt

from charnet.pictures import ink

DIGITS = 12  # hexadecimal digits of a picture's digest
KEPT = 256  # digests of a summary, the smallest of all


def digests(pictures: npt.NDArray[np.uint8]) -> list[str]:
    """Pictures (n, height, width) -> a digest of each."""
    return [hashlib.blake2b(picture.tobytes(), digest_size=DIGITS // 2).hexdigest() for picture in pictures]


def originals(pictures: npt.NDArray[np.uint8], paths: Sequence[Path]) -> npt.NDArray[np.int64]:
    """Framed pictures (n, height, width) and their files -> the index of the first of the copies of each (n,).

    Copies are the same pixel for pixel, and hold the same ink or none: two drawings may be framed alike by chance. A
    blank picture is no copy, since nothing in it could be learned by heart.
    """
    found, same = np.arange(len(pictures)), dict[str, list[int]]()
    for index, digest in enumerate(digests(pictures)):
        same.setdefault(digest, []).append(index)
    for indices in same.values():
        if len(indices) > 1 and pictures[indices[0]].any():
            first: dict[bytes, int] = {}
            for index in indices:
                found[index] = first.setdefault(_ink(paths[index]), index)
    return found


def _ink(path: Path) -> bytes:
    with suppress(OSError, ValueError, SyntaxError):
        if strokes := ink.from_png(path):
            return b"".join(stroke.tobytes() for stroke in strokes)
    return b""


def summary(pictures: npt.NDArray[np.uint8]) -> str:
    """Pictures that a network is trained on (n, height, width) -> the `KEPT` smallest of their digests, run together.

    Since digests are as good as random, these are a sample of the pictures, and any other set holds a sample of what
    both have in common (Broder 1997).
    """
    return "".join(sorted(set(digests(pictures)))[:KEPT])


def share_in(summarised: str, pictures: npt.NDArray[np.uint8]) -> float:
    """The share of some pictures (n, height, width) that are among those of a `summary`, by the sample that it is."""
    kept = {summarised[start : start + DIGITS] for start in range(0, len(summarised), DIGITS)}
    largest = max(kept, default="") if len(kept) == KEPT else "g"  # a summary of few pictures holds all of them
    sample = [digest for digest in digests(pictures) if digest <= largest]
    return sum(digest in kept for digest in sample) / max(1, len(sample))
