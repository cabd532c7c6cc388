"""Pictures to framed ink: one routine for training, prediction and the drawing page.

Three steps: `decode` (decode.py) turns any picture file into grey levels, `to_ink` (paper.py) finds paper and ink
whatever the lighting, and `frame` (framing.py) brings the ink to the size that a network reads. Arrays are (rows,
columns).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from charnet.pictures import letter, pen
from charnet.pictures.decode import decode, upright_size
from charnet.pictures.framing import frame, to_bytes
from charnet.pictures.letter import SEVERAL
from charnet.pictures.opening import Source, opened
from charnet.pictures.paper import crowded, plain, to_ink, unframed
from charnet.spec import Spec

FINE = 240  # pixels of the longer side that a smaller picture is enlarged to, so that its strokes have edges
CLOSE = 640  # pixels of the longer side that a single letter is looked for on
WAITING = 4_000_000  # decoded pixels that may wait to be framed together: 64 MB of work

__all__ = [
    "SEVERAL",
    "Found",
    "Source",
    "decode",
    "frame",
    "look",
    "look_many",
    "opened",
    "read",
    "read_array",
    "read_many",
    "to_bytes",
    "to_ink",
    "upright_size",
]

Array = npt.NDArray[np.floating]  # float32, unless a caller brings more
Grey = npt.NDArray[np.uint8]  # (rows, columns), 0 black to 255 white


class Found(NamedTuple):
    """What a picture shows: framed ink (height, width); what it looks like where that is no single, clear letter."""

    framed: Array
    note: str | None = None  # "more than one shape", "no clear ink", "a scribble, no clear letter"
    shapes: int = 1  # as large as the letter
    box: tuple[int, int, int, int] | None = None  # of the letter in a photo: left, top, right, bottom in pixels


def read(source: Source, spec: Spec) -> Array:
    """A picture file, its bytes or an open image -> framed ink, (height, width) float32 in [0, 1].

    Raises `ValueError` for what is no picture, is damaged, too large or blank; `OSError` for what can't be opened.
    """
    return look(source, spec).framed


def look(source: Source, spec: Spec) -> Found:
    """As `read`, with what the picture looks like."""
    return _found(decode(source), spec)


def _found(grey: Grey, spec: Spec) -> Found:
    if _plain(grey[None], spec)[0]:
        return Found(frame(to_ink(grey, even=True), spec), *_looks(grey))
    inside = unframed(grey)
    if inside.shape != grey.shape and plain(inside[None])[0]:
        return Found(frame(to_ink(inside, even=True), spec), *_looks(inside))
    found, step = _letter(grey)
    if found is None:
        return Found(frame(to_ink(grey), spec), "no clear ink")
    left, top, right, bottom = (round(step * edge) for edge in found.box)
    box = (left, top, min(right, grey.shape[1]), min(bottom, grey.shape[0]))
    return Found(frame(pen.even(found.ink, spec), spec), found.note, found.shapes, box)


def _plain(greys: Grey, spec: Spec) -> npt.NDArray[np.bool_]:
    """Which of (n, rows, columns) need nothing but framing; what has its size already is taken for the original's."""
    if spec.framing == "corner" and greys.shape[1:] == (spec.height, spec.width):
        return np.ones(len(greys), bool)
    return plain(greys)


def _letter(grey: Grey) -> tuple[letter.Letter | None, float]:
    """The letter of a photo, and how many pixels each pixel stands for that it was looked for on."""
    picture, longer = Image.fromarray(grey), max(grey.shape)
    if longer < FINE:
        scale = FINE / longer
        size = (round(picture.width * scale), round(picture.height * scale))
        return letter.find(np.asarray(picture.resize(size, Image.Resampling.LANCZOS), np.float32) / 255), 1 / scale
    step = max(1, round(longer / CLOSE))
    return letter.find(np.asarray(picture.reduce(step), np.float32) / 255), step


def _looks(grey: Grey) -> tuple[str | None, int]:
    """The note on a clean picture, and how many shapes it has; most are told at a glance to be one letter."""
    if not crowded(grey):
        return None, 1
    found, _ = _letter(grey)
    return (found.note, found.shapes) if found else (None, 1)


def read_many(sources: Iterable[Source], spec: Spec) -> tuple[Array, dict[int, ValueError | OSError]]:
    """As `look_many`, without what the pictures look like."""
    framed, errors, _ = look_many(sources, spec, notes=False)
    return framed, errors


def look_many(
    sources: Iterable[Source], spec: Spec, notes: bool = True
) -> tuple[Array, dict[int, ValueError | OSError], dict[int, Found]]:
    """Pictures -> what `read` makes of each, (n, height, width) in their order, and what is wrong with the others.

    Pictures of one size are framed together, some ten times as quick as one by one. Those at fault are left out of the
    array; their errors, by their place among the sources, are the ones that `read` raises. The last dictionary holds
    what `look` says of pictures that are no single, clear letter.
    """
    framed: dict[int, Array] = {}
    errors: dict[int, ValueError | OSError] = {}
    odd: dict[int, Found] = {}
    waiting: dict[tuple[int, ...], dict[int, Grey]] = {}  # by size
    pixels = 0

    def frame_waiting() -> None:
        for same in waiting.values():
            together, alone = _apart(same, spec, notes)
            try:
                framed.update(
                    zip(together, frame(to_ink(np.stack([*together.values()]), even=True), spec), strict=True)
                )
            except ValueError:  # one of them at least is blank, or there are none
                alone |= together
            for place, grey in alone.items():
                try:
                    found = _found(grey, spec)
                    framed[place] = found.framed
                    if found.note:
                        odd[place] = found
                except ValueError as error:
                    errors[place] = error
        waiting.clear()

    for place, source in enumerate(sources):
        try:
            grey = decode(source)
        except (ValueError, OSError) as error:
            errors[place] = error
            continue
        waiting.setdefault(grey.shape, {})[place] = grey
        pixels += grey.size
        if pixels > WAITING:
            frame_waiting()
            pixels = 0
    frame_waiting()
    none = np.empty((0, spec.height, spec.width), np.float32)
    return np.stack([framed[place] for place in sorted(framed)]) if framed else none, errors, odd


def _apart(same: dict[int, Grey], spec: Spec, notes: bool) -> tuple[dict[int, Grey], dict[int, Grey]]:
    """Pictures of one size: the plain ones, and those that must be looked at one by one."""
    ready = _plain(np.stack([*same.values()]), spec)
    if notes:
        ready &= [not crowded(grey) for grey in same.values()]
    parts: tuple[dict[int, Grey], dict[int, Grey]] = ({}, {})
    for (place, grey), is_ready in zip(same.items(), ready, strict=True):
        parts[not is_ready][place] = grey
    return parts


def read_array(grey: npt.ArrayLike, spec: Spec) -> Array:
    """A picture as an array, 0 black to 255 white, (rows, columns) or (rows, columns, 3 or 4) -> framed ink."""
    return read(Image.fromarray(np.asarray(grey, dtype=np.uint8)), spec)
